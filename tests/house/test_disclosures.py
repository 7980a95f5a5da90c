"""Every address that shows a person writes its disclosure first: all of them are walked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from authority.models import Disclosure, Seen
from declarations import personal_codes
from tests import make, make_tracing
from tests.page import Reader
from tracing.models import Case, Contact
from tracing.trace import trace
from venues.models import Venue

from .addresses import ADDRESSES, filled

pytestmark = pytest.mark.django_db(transaction=True)

# Invented people whose names stand nowhere else, not even in part.
ILL, MET, STATION = "Zzơ Văn Bệnh", "Zzơ Thị Gặp", "Zzơ Bá Xa"
NAMES = (ILL, MET, STATION)
WHO, PLACE = {ILL: "case", MET: "met", STATION: "met"}, "Chợ Nơi Gặp"
PHONES = {"0900111222": ILL, "0900111333": MET, "0900111444": STATION}
# Of every address: what a tracer is shown of whom (names, masks, where somebody was), and which looks
# are written down before. Lists of what is to be done name nobody and say of nobody where they were.
LOOKS = {
    "tracing/log/": ("", ""),
    "tracing/contacts/<int:contact>/case/": ("mask met", "visits met"),
    "POST tracing/cases/<str:number>/contacts/": ("mask met place", "contacts case"),
    "tracing/": ("mask case", ""),
    "tracing/cases/<str:number>/": ("mask case place", "visits case"),
    "POST tracing/cases/<str:number>/bursts/<int:number_of_burst>/": ("", "visits case"),
    "POST tracing/cases/<str:number>/calls/": ("name met place", "contacts case name met"),
    "tracing/cases/<str:number>/calls/": ("mask met place", "contacts case"),
    "tracing/cases/<str:number>/chain.svg": ("", "visits case"),
    "tracing/cases/<str:number>/chain/": ("", "visits case"),
    "POST tracing/cases/<str:number>/close/": ("", "visits case"),
    "tracing/cases/<str:number>/contacts.<slug:file_type>": (
        "name met place",
        "contacts case name met",
    ),
    "tracing/cases/<str:number>/contacts/": ("mask met place", "contacts case"),
    "tracing/cases/<str:number>/correct/": ("mask case", "visits case"),
    "POST tracing/cases/<str:number>/further/": ("", "visits case visits met"),
    "POST tracing/cases/<str:number>/name/": ("mask case name case place", "name case visits case"),
    "tracing/cases/<str:number>/notices/": ("place", "visits case"),
    "POST tracing/cases/<str:number>/notices/owners/": ("place", "visits case"),
    "POST tracing/cases/<str:number>/notices/publish/": ("place", "visits case"),
    "POST tracing/cases/<str:number>/notices/withdraw/": ("", "visits case"),
    "POST tracing/cases/<str:number>/records/<uuid:visitor>/": ("", "visits case"),
    "POST tracing/cases/<str:number>/reopen/": ("", "visits case"),
    "tracing/cases/<str:number>/rule/": ("", "visits case"),
    "POST tracing/cases/<str:number>/same/": ("mask met name met", "contacts case name met"),
    "tracing/cases/<str:number>/same/": ("mask met", "contacts case"),
    "POST tracing/cases/<str:number>/same/answer/": ("", "visits case"),
    "tracing/cases/<str:number>/stays/": ("place", "visits case"),
    "tracing/cases/<str:number>/stays/<int:stay>/": ("place", "visits case"),
    "POST tracing/cases/<str:number>/stays/<int:stay>/remove/": ("", "visits case"),
    "POST tracing/cases/<str:number>/trace/": ("", "visits case"),
    "tracing/clusters/": ("", ""),
    "tracing/communes/": ("", ""),
    "tracing/communes/<slug:commune>/contacts.<slug:file_type>": (
        "name met place",
        "contacts case name met",
    ),
    "tracing/contacts/<int:contact>/": ("mask met place", "visits met"),
    "POST tracing/contacts/<int:contact>/call/": ("mask met place", "visits met"),
    "POST tracing/contacts/<int:contact>/case/": ("mask met", "visits met"),
    "POST tracing/contacts/<int:contact>/day/": ("", ""),
    "POST tracing/contacts/<int:contact>/end/": ("mask met place", "visits met"),
    "POST tracing/contacts/<int:contact>/hand-over/": ("mask met place", "visits met"),
    "POST tracing/contacts/<int:contact>/measure/": ("mask met place", "visits met"),
    "POST tracing/contacts/<int:contact>/name/": ("mask met name met place", "name met visits met"),
    "POST tracing/drills/": ("", ""),
    "tracing/drills/": ("", ""),
    "tracing/drills/<int:drill>/": ("", ""),
    "POST tracing/drills/<int:drill>/end/": ("", ""),
    "tracing/drills/<int:drill>/report.pdf": ("", ""),
    "POST tracing/find/": ("mask case", "search case"),
    "tracing/find/": ("", ""),
    "tracing/follow-up/": ("mask met", ""),
    "tracing/key/": ("", ""),
    "tracing/key/holders/": ("", ""),
    "tracing/key/holders/<int:holder>/admit/": ("", ""),
    "tracing/key/holders/<int:holder>/remove/": ("", ""),
    "POST tracing/key/lock/": ("", ""),
    "tracing/key/new/": ("", ""),
    "tracing/key/passphrase/": ("", ""),
    "tracing/key/recovery/": ("", ""),
    "tracing/key/unlock/": ("", ""),
    "tracing/looks/": ("", ""),
    "POST tracing/looks/<int:look>/confirm/": ("", ""),
    "POST tracing/looks/<int:look>/refuse/": ("", ""),
    "POST tracing/open/": ("mask case", "search case"),
    "tracing/open/": ("", ""),
}
SHOWING = {line for line, (seen, _looks) in LOOKS.items() if "name" in seen}
DATA = {
    "POST tracing/find/": {"text": "", "purpose": "reported"},
    "POST tracing/open/": {"person": "", "purpose": "met", "status": "x"},
}


@pytest.fixture
def tracer(tree) -> Account:
    return make_tracing.tracer()


@pytest.fixture
def places(venue, tracer: Account) -> dict[str, object]:
    """A case that met two people, both in follow-up, and what the addresses need of them."""
    start = make.moment("09:00", days_ago=1)
    people = [make.visitor(name, f"+84{phone[1:]}") for phone, name in PHONES.items()]
    people.append(make.visitor("Zzơ Thi Gặp", "+84900111333"))  # the same person as one of them?
    for who in people:
        make.visit(venue, start, visitor=who, stay=timedelta(hours=1))
    case = make_tracing.case(people[0])
    trace(case, timezone.now())
    contact = Contact.objects.filter(case=case).first()
    case.contacts.update(
        standing="confirmed", follow_up_until=start.date() + timedelta(days=14),
        due_on=start.date(), decided_at=timezone.now(), decided_by=tracer,
    )  # fmt: skip
    told = make_tracing.told_stay(case, venue, start, start + timedelta(hours=1))
    Venue.objects.update(name=PLACE)
    return {
        "number": case.number, "contact": contact.pk, "commune": contact.commune.code,
        "stay": told.pk, "file_type": "csv", "holder": 0, "look": 0, "drill": 0,
        "number_of_burst": 1, "visitor": people[1].key, "person": people[0].key,
        "text": personal_codes.code_of(people[0].key),
    }  # fmt: skip


def shown(content: bytes) -> set[str]:
    """Return whose name, phone or family name stands in what was sent, whatever it is."""
    text = content.decode("utf-8", "replace").replace(" ", "")
    found = {name for name in NAMES if name.replace(" ", "") in text}
    return found | {name for phone, name in PHONES.items() if phone in text or phone[1:] in text}


TRACERS = [line for line in ADDRESSES if line.removeprefix("POST ").startswith("tracing/")]
TRACERS += DATA


@pytest.mark.parametrize("line", TRACERS)
def test_what_is_shown_of_whom_was_written_down_before(
    line: str, places: dict, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer)
    method, url = filled(line, places)
    data = {name: value or places[name] for name, value in DATA.get(line, {}).items()}
    answer = reader.client.post(url, data) if method == "POST" else reader.client.get(url)
    content = answer.getvalue()
    answer.close()
    by_mask = {make.visitor(name, f"+84{phone[1:]}").mask: name for phone, name in PHONES.items()}
    seen = {f"name {WHO[name]}" for name in shown(content)}
    seen |= {f"mask {WHO[name]}" for mask, name in by_mask.items() if mask.encode() in content}
    seen |= {"place"} if PLACE.encode() in content else set()
    looks = {
        f"{row.fields[0] if row.fields[0] in Seen.values else 'name'} {WHO[by_mask[row.mask]]}"
        for row in Disclosure.objects.filter(officer=tracer)
    }
    assert (" ".join(sorted(seen)), " ".join(sorted(looks))) == LOOKS[line]


@pytest.mark.parametrize("file_type", ["csv", "xlsx", "pdf"])
def test_a_list_is_written_down_in_every_form(
    file_type: str, places: dict, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer)
    case = Case.objects.get()
    answer = reader.client.get(f"/tracing/cases/{case.number}/contacts.{file_type}")
    assert answer.status_code == 200
    answer.close()
    assert Disclosure.objects.filter(purpose="list").count() == 3


@pytest.mark.parametrize("line", sorted(SHOWING))
def test_with_a_locked_key_nobody_is_shown(line: str, places: dict, page: Reader, tracer: Account):
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    method, url = filled(line, places)
    answer = reader.client.post(url) if method == "POST" else reader.client.get(url)
    assert answer.status_code == 302
    assert not Disclosure.objects.of_names().exists()


SIMPLE = [line for line in ADDRESSES if "<" not in line and not line.startswith("POST")]


@pytest.mark.parametrize("line", SIMPLE)
def test_an_official_who_is_no_tracer_is_shown_nobody(line: str, places: dict, page: Reader, tree):
    reader = page.by(make.official(tree.province, "plain@example.vn"))
    assert not shown(reader.client.get(f"/{line}", follow=True).content)
