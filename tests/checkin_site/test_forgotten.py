"""Beyond all periods nothing is left of anybody but what the documents name."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Account, OneTimeCode
from authority.models import Disclosure
from declarations.models import Visitor
from stations.models import Station
from tests import make, make_stations, make_tracing
from tests.declarations.scene import declare
from tests.dump import rows
from tests.page import Reader
from tracing.models import Contact
from tracing.trace import trace

pytestmark = pytest.mark.django_db

PERSON = {"full_name": "Qqơ Thị Không Ai", "phone": "0900777123", "address": "Ấp Qqơ Xa Lắc"}
PHONES = {"declared": "900777123", "signs_in": "900777124", "registers": "900777125"}
SENDER = "203.0.113.77"
ON_DUTY, INVITED, MAIL = "Qqơ Trực Cổng", "Qqơ Được Mời", "qqo.moi@example.vn"


@pytest.fixture
def traces(page: Reader, venue) -> None:
    """Somebody at every door of the site, and at every table of the database."""
    make.sealing_key()
    declare(page, venue, **PERSON)
    who = Visitor.objects.get()
    page.post("/me/confirm/", {}, 200)
    signing_in(page)
    make.invitation(make.tree().here, MAIL, name=INVITED)
    tracing(page, who)
    station = make_stations.station(venue)
    page.post(f"/s/{station.key}/duty/", {"name": ON_DUTY}, 303)
    scan = {"scan": str(uuid4()), "text": PERSON["phone"], "is_typed": "yes"}
    page.post(f"/s/{station.key}/", scan, 200)
    Station.objects.update(revoked_at=timezone.now())
    job = make.job(make.official(make.tree().here), "numbers.txt", phone=PHONES["declared"])
    job.files.update(name=f"{PHONES['declared']}.txt")
    type(job).objects.update(state="done", ended_at=timezone.now())


def signing_in(page: Reader) -> None:
    """A code that is never typed, an owner without a venue, a wrong password."""
    stranger = page.by(None)
    stranger.submit(stranger.get("/accounts/sign-in/"), {"phone": f"0{PHONES['signs_in']}"})
    Account.objects.owner_of(f"+84{PHONES['registers']}")
    stranger.client.defaults["REMOTE_ADDR"] = SENDER
    stranger.submit(stranger.get("/accounts/login/"), {"login": MAIL, "password": "x"}, 422)


def tracing(page: Reader, who: Visitor) -> None:
    """The person became a case that was closed, and a contact of one."""
    case = make_tracing.case(who)
    trace(case, timezone.now())
    contact = make_tracing.contact(make_tracing.case(make.visitor()), who)
    reader = make_tracing.unlocked(page, make_tracing.tracer())
    reader.post(f"/tracing/cases/{case.number}/name/", {}, 200)
    note = {"outcome": "reached", "note": PERSON["address"]}
    reader.post(f"/tracing/contacts/{contact.pk}/call/", note, 303)
    type(case).objects.update(closed_at=timezone.now())


def remains() -> dict[str, list[str]]:
    """Return in which rows each of them stands, plainly or as sessions and columns write it."""
    everything = list(rows())
    words = [*PERSON.values(), *PHONES.values(), SENDER, ON_DUTY, INVITED]
    written = {word: [word, word.encode().hex()] for word in words}
    return {
        word: [row for row in everything if any(form in row for form in forms)]
        for word, forms in written.items()
    }


def test_beyond_all_periods_nobody_is_left(traces, monkeypatch):
    assert OneTimeCode.objects.exists()  # under a keyed hash, without the phone
    assert all(remains()[word] for word in (PHONES["registers"], ON_DUTY, INVITED))
    mask = Visitor.objects.get(mask__startswith="Q").mask
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("housekeeping")
    assert {word: found for word, found in remains().items() if found} == {}
    assert not Session.objects.exists()
    assert not OneTimeCode.objects.exists()
    assert not Visitor.objects.exists()
    assert not Contact.objects.exists()
    # What the documents name: looks at names, with the mask.
    told = [row for row in rows() if mask in row]
    assert {row.split()[0] for row in told} == {f"public.{Disclosure._meta.db_table}"}


def test_what_counts_tries_holds_no_address(page: Reader, settings):
    """The control: the sign-in library's own keys have the sender's address in them."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}  # ours are in accounts.limits
    default = settings.CACHES["default"]
    plain = {name: value for name, value in default.items() if name != "KEY_FUNCTION"}
    for caches, is_told in (({"default": plain}, True), ({"default": default}, False)):
        settings.CACHES = caches
        signing_in(page)
        assert bool(remains()[SENDER]) is is_told
        cache.clear()
