"""Plain functions that make what tests of tracing need: rules, tracers, cases, contacts."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from itertools import count

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.models import Account, Role
from authority import keyholders
from authority.models import Keyholder, Reveal
from authority.sealing import Opener, Strength
from declarations.models import Notice, Visitor
from districts import days
from districts.models import Unit
from tracing.drill.score import CommuneScore, Results
from tracing.models import Case, Contact, Drill, Rule, Standing, Stay
from venues.models import Venue

from . import make
from .page import Reader

PASSPHRASE = "năm chữ cho dễ nhớ"  # of every tracer
QUICK = Strength(operations=1, memory=8 * 1024 * 1024)
_numbers = count(1)


def rule(document: str = "11042/BYT-DP", **changes) -> Rule:
    """Make a rule, or return the one with this document: two days before, fifteen minutes."""
    details = {
        "in_force_from": date(2021, 12, 29),
        "days_before": 2,
        "days_after": 14,
        "minimum_minutes": 15,
        "linger_minutes": 0,
        "follow_up_days": 14,
    }
    return Rule.objects.get_or_create(document=document, defaults=details | changes)[0]


def tracer(area: Unit | None = None, email: str = "tracer@example.vn", **changes) -> Account:
    """Make a tracer of an area, by default of the whole province."""
    return make.official(area, email, role=Role.TRACER, **changes)


def case(of: Visitor | None = None, *, onset_on: date | None = None, **changes) -> Case:
    """Make a case of a visitor, by default with symptoms since yesterday, not traced yet."""
    of = of or make.visitor()
    onset_on = onset_on or days.today() - timedelta(days=1)
    chosen = changes.pop("rule", None) or rule()
    period = chosen.infectious_period(onset_on, None, changes.get("isolated_at"))
    area = changes.pop("area", None) or make.tree().province
    details = {
        "number": f"BN2026-{next(_numbers):04}",
        "area": area,
        "status": "confirmed",
        "onset_on": onset_on,
        "infectious_period": period,
        "visitors": [of.key],
        "phone_hashes": [of.phone_hash],
        "mask": of.mask,
        "residence": of.residence,
        "sealing_key": of.sealing_key,
        "sealed_row": of.key,
        "sealed": bytes(of.sealed),
        "opened_at": timezone.now(),
    }
    opener = changes.pop("opened_by", None) or _opener(area)
    return Case.objects.create(rule=chosen, opened_by=opener, **details | changes)


def told_stay(of: Case, venue: Venue, start: datetime, end: datetime, **changes) -> Stay:
    """Make a stay that somebody told of, certain from its start to its end."""
    period = DateTimeTZRange(start, end)
    details = {
        "certain_period": period,
        "possible_period": period,
        "told_by": of.opened_by,
        "told_at": timezone.now(),
        "note": "người nhà kể",
    }
    return Stay.objects.create(case=of, venue=venue, **details | changes)


def notice(venue: Venue, start: datetime, end: datetime, **changes) -> Notice:
    """Publish that a case was at a venue, by default just now."""
    by = changes.pop("published_by", None) or _opener(make.tree().province)
    details = {"published_by": by, "published_at": timezone.now()} | changes
    return Notice.objects.create(venue=venue, period=DateTimeTZRange(start, end), **details)


def contact(of: Case, who: Visitor, **changes) -> Contact:
    """Make a close contact of a case, confirmed and in follow-up, without a meeting."""
    today = days.today()
    details = {
        "generation": 1,
        "mask": who.mask,
        "phone_hash": who.phone_hash,
        "residence": who.residence,
        "commune": who.residence,
        "standing": Standing.CONFIRMED,
        "decided_by": of.opened_by,
        "decided_at": timezone.now(),
        "sealing_key": who.sealing_key,
        "sealed": bytes(who.sealed),
        "due_on": today + timedelta(days=1),
        "follow_up_until": today + timedelta(days=14),
    }
    return Contact.objects.create(case=of, visitor=who.key, **details | changes)


def by_two(of: Case) -> Reveal:
    """Let a second officer have confirmed that a case may be followed anywhere."""
    now, asked = timezone.now(), of.opened_by
    second = tracer(of.area, f"second-{next(_numbers)}@example.vn")
    return Reveal.objects.create(
        asked_by=asked, asked_at=now, case_number=of.number, purpose="trace", people=1, digest=b"",
        outsiders=[of.sealed_row], second_officer=second, confirmed_at=now,
    )  # fmt: skip


def _opener(area: Unit) -> Account:
    email = f"opener-{area.code}@example.vn"
    return Account.objects.filter(email=email).first() or tracer(area, email)


def keyholder(account: Account, *, admitted: bool = True) -> Keyholder:
    """Let a tracer open what the tests' key sealed, by PASSPHRASE; quickly, as it is no secret."""
    now = timezone.now()
    made = keyholders.set_up(account, PASSPHRASE, now, QUICK)
    if admitted:
        key = make.sealing_key()
        opener = Opener({key.pk: make.PRIVATE_KEY})
        keyholders.admit(made, opener, None, made.fingerprint, now)
        made.refresh_from_db()
    return made


def unlocked(page: Reader, account: Account) -> Reader:
    """Return the browser of a tracer whose key is set up, admitted and unlocked."""
    if not Keyholder.objects.filter(account=account).exists():
        keyholder(account)
    reader = page.by(account)
    reader.post("/tracing/key/unlock/", {"passphrase": PASSPHRASE}, 303)
    return reader


def drill(**changes) -> Drill:
    """Make a drill of the district here that ended an hour ago; nothing was done in it."""
    now = timezone.now()
    told = Results(
        {"call": None}, 5, 0, 3, 0, 0, [CommuneScore(None, "Phường 1", 3, 0, 0, None, 0)], 0
    )
    area = make.tree().here
    details = {
        "area": area, "size": "small", "seed": 1, "started_at": now - timedelta(hours=3),
        "ended_at": now - timedelta(hours=1), "results": asdict(told),
    } | changes  # fmt: skip
    return Drill.objects.create(
        started_by=details.pop("started_by", None) or _opener(area), **details
    )
