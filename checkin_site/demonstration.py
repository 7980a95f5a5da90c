"""The demonstration: an invented province to look at, and the sign-ins to do it with."""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid5

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, Q
from django.utils import timezone

import districts
from accounts import second_factors
from accounts.models import Account, Role
from authority.ceremony import Tracer, take_over
from authority.disclosures import Look
from authority.keys import create_key
from authority.models import Purpose, SealingKey
from authority.recovery_sheet import code_of
from declarations.models import LeftReason, Visit, Visitor
from districts.days import day_start, local_day, today
from districts.models import Unit
from stations.access import new_key
from stations.models import Station, hashed
from tracing.cases.correcting import Illness
from tracing.cases.opening import of_visitors, open_case
from tracing.models import Case, Rule, Status
from venues.kinds import Kind
from venues.models import Poster, Venue

UNITS = Path(districts.__file__).parent / "data"
CARD = (
    "084075000001||Nguyễn Văn Thử|02021975|Nam|"
    "Ấp Vĩnh Hội, Xã Long Đức, Thành phố Trà Vinh, Trà Vinh|01052021"
)
_NONCE = UUID("0a0f3c5e-71d5-4c11-9a3b-0b0f5f6b2f10")


@dataclass(frozen=True)
class InventedOfficial:
    email: str
    area: str
    name: str
    role: Role = Role.OFFICIAL


TRACER = "tracer@example.com"
TRACERS = (TRACER, "tracer2@example.com")
OFFICIALS = (
    InventedOfficial("province@example.com", "84", "Ban Chỉ đạo tỉnh Trà Vinh"),
    InventedOfficial("district@example.com", "842", "Ban Chỉ đạo thành phố Trà Vinh"),
    InventedOfficial("commune@example.com", "29239", "Ban Chỉ đạo Phường 1"),
    InventedOfficial("admin@example.com", "84", "Quản trị tỉnh Trà Vinh", Role.ADMINISTRATOR),
    InventedOfficial(TRACER, "84", "Đội truy vết tỉnh Trà Vinh", Role.TRACER),
    InventedOfficial(TRACERS[1], "84", "Đội truy vết số 2", Role.TRACER),
)


def load_units() -> None:
    """Load the provinces and the tree of Trà Vinh of 2021 where there are no units yet."""
    if not Unit.objects.exists():
        for name in ("provinces_2021.csv", "tra_vinh_2021.csv"):
            call_command("load_units", UNITS / name, stdout=StringIO())


def make_sealing_key() -> None:
    """Make the key that seals names where there is none, with a passphrase of the demonstration."""
    if not SealingKey.objects.filter(retired_at=None).exists():
        create_key("demonstration", passphrase(), timezone.now())


def passphrase() -> str:
    """Return the passphrase by which all the demonstration's tracers open names."""
    return kept_password("passphrase")


def let_tracers_open_names() -> None:
    """Admit the invented tracers to the keys, however an earlier demonstration made these."""
    now = timezone.now()
    for account in Account.objects.filter(email__in=TRACERS, keyholder=None):
        made = take_over(passphrase(), Tracer(account, passphrase()), now)
        if recovery := made.recovery:
            _kept("recovery code", lambda key=recovery: code_of(key))  # type: ignore[misc]


def seed(venues: int, visits: int) -> None:
    """Fill a site without venues with those of the demonstration."""
    if not Venue.objects.exists():
        call_command("seed", venues=venues, visits=visits, days=21, seed=2021)


def make_accounts() -> list[tuple[InventedOfficial, str]]:
    """Return the invented officials with their passwords; who is missing gets an account."""
    known = set(Account.objects.values_list("email", flat=True))
    made = [(sign_in, kept_password(sign_in.email)) for sign_in in OFFICIALS]
    for sign_in, password in made:
        area = Unit.objects.on(today()).filter(code=sign_in.area).first()
        if sign_in.email not in known:
            Account.objects.create_official(
                sign_in.email, password, role=sign_in.role, area=area, name=sign_in.name
            )
    _set_up_second_factors()
    return made


def second_factor_code(now: datetime) -> tuple[str, int]:
    """Return the code that the invented officials' authenticator shows, and for how many seconds.

    The secret was made at the first start, for these accounts alone, and lies beside their
    passwords; where no demonstration was started there is none.
    """
    period, gone = divmod(int(now.timestamp()), second_factors.PERIOD)
    return second_factors.code_in(_secret(), period), second_factors.PERIOD - gone


def is_here() -> bool:
    """Whether a demonstration was started with this `VAR_DIR`."""
    return _kept_file().exists()


def open_example_case() -> None:
    """Load the rules of tracing, and open a case to look at where there is none."""
    call_command("load_rules", stdout=StringIO())
    tracer = Account.objects.filter(role=Role.TRACER, email=TRACER).first()
    if tracer is not None:
        open_example(tracer, timezone.now())


def open_example(tracer: Account, now: datetime) -> Case | None:
    """Open a case where there is none: of whom the most is known in the infectious period."""
    today = local_day(now)
    onset_on = today - timedelta(days=2)
    rule = Rule.objects.in_force(onset_on)
    if rule is None or Case.objects.exists():
        return None
    start = day_start(onset_on - timedelta(days=rule.days_before))
    seen = Visit.objects.entered_during(start, day_start(today)).values("visitor")
    certain = Count("id", filter=Q(left_reason=LeftReason.SCANNED))
    known = seen.annotate(visits=Count("id"), certain=certain)
    chosen = known.order_by("-certain", "-visits", "visitor").first()
    if chosen is None:
        return None
    visitor = Visitor.objects.get(key=chosen["visitor"])
    illness = Illness(Status.CONFIRMED, onset_on, today, None, rule)
    nonce = uuid5(_NONCE, today.isoformat())
    return open_case(
        of_visitors([visitor]), illness, Look(tracer, "", Purpose.REPORTED), now, nonce=nonce
    )


def poster() -> Poster | None:
    """Return a poster to try: that of a market, if there is one."""
    in_force = Poster.objects.with_venue().filter(revoked_at=None, venue__closed_at=None)
    return in_force.filter(venue__kind=Kind.MARKET).first() or in_force.first()


def door_key(venue: Venue) -> str:
    """Return the key of a venue's invented station, which is made where it is missing."""
    key, now = _kept("station key", new_key), timezone.now()
    Station.objects.get_or_create(
        key_hash=hashed(key),
        defaults={
            "venue": venue,
            "name": "Cổng chính",
            "made_by": venue.owner,
            "made_at": now,
            "paired_at": now,
        },
    )
    return key


def kept_password(whose: str) -> str:
    """Return a password made at the first start and kept in a file that only its owner reads."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    words = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    return _kept(whose, lambda: "-".join(words))


def _set_up_second_factors() -> None:
    for account in Account.objects.filter(email__in=[official.email for official in OFFICIALS]):
        if not account.second_factors().exists():
            second_factors.add_app(account, _secret(), 0, first=True)
            second_factors.make_recovery_codes(account)


def _secret() -> str:
    return _kept("second factor", generate_totp_secret)


def _kept(what: str, made: Callable[[], str]) -> str:
    path = _kept_file()
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if what not in kept:
        kept[what] = made()
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(kept, file, indent=2)
        draft.replace(path)
    return kept[what]


def _kept_file() -> Path:
    return settings.VAR_DIR / "demonstration.json"
