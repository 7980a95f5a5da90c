"""Plain functions that make what a test needs, with defaults for what it does not care about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from secrets import token_bytes
from threading import Thread

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.dispatch import receiver
from django.test import Client
from django.utils import timezone
from nacl.public import PrivateKey

from accounts.models import Account, Invitation, OpenSession, Role
from accounts.open_sessions import SessionStore, hashed
from accounts.passwords import ScryptInTurn
from authority.models import SealingKey
from authority.sealing import seal
from declarations import identities
from declarations.models import Declaration, Evidence, LeftReason, TallyMark, Visit, Visitor
from declarations.nonces import Nonce
from declarations.outcomes import Answers
from declarations.partitions import DailyTable
from districts import days
from districts.models import Level, Unit
from districts.names import sort_key
from jobs import asking, files
from jobs.asking import Wish
from jobs.models import Job
from stations.models import Scan
from venues import codes
from venues.fields import Fault
from venues.kinds import Kind
from venues.models import Import, ImportState, Poster, RowState, Venue
from venues.spreadsheets import ListColumn

PASSWORD = "một hai ba bốn năm"  # every official's password
PRIVATE_KEY = PrivateKey(bytes(range(32)))  # opens what the tests' sealing key seals


class QuickScrypt(ScryptInTurn):
    """The site's, a thousand times as cheap."""

    work_factor = 2**4


@dataclass(frozen=True)
class Tree:
    """One province, two districts of two communes each; both districts have a Phường 1."""

    province: Unit
    here: Unit
    next_door: Unit
    ward_here: Unit
    commune_here: Unit
    ward_next_door: Unit
    commune_next_door: Unit


def unit(code: str, name: str, parent: Unit | None = None, **changes) -> Unit:
    """Make a unit, or return the one with this code; the level follows from the parent."""
    below = {None: Level.PROVINCE, "province": Level.DISTRICT, "district": Level.COMMUNE}
    defaults = {
        "level": below[parent.level if parent else None],
        "kind": name.rpartition(" ")[0].lower(),
        "name": name,
        "name_order": sort_key(name),
        "parent": parent,
        "valid_from": date(2004, 1, 1),
    }
    return Unit.objects.get_or_create(code=code, defaults=defaults | changes)[0]


def tree() -> Tree:
    """Make the small province, once a test."""
    province = unit("84", "Tỉnh Trà Vinh", kind="tỉnh")
    here = unit("842", "Thành phố Trà Vinh", province, kind="thành phố")
    next_door = unit("851", "Thị xã Duyên Hải", province, kind="thị xã")
    return Tree(
        province,
        here,
        next_door,
        ward_here=unit("29239", "Phường 1", here),
        commune_here=unit("29266", "Xã Long Đức", here, kind="xã"),
        ward_next_door=unit("29512", "Phường 1", next_door),
        commune_next_door=unit("29515", "Xã Long Toàn", next_door, kind="xã"),
    )


def official(area: Unit | None = None, email: str = "", **changes) -> Account:
    """Make an official of an area, by default of the whole province; see PASSWORD."""
    area = area or tree().province
    details = {"role": Role.OFFICIAL, "name": f"Cán bộ {area}", "password": _password_hash()}
    return Account.objects.create(
        area=area, email=email or f"official-{area.code}@example.vn", **details | changes
    )


@receiver(user_logged_in)
def _shows_a_second_factor(sender: type, request, user: Account, **_rest: object) -> None:
    """Let officials whom `force_login` signs in have shown one; its request has no method."""
    if request.method is None and user.is_official:
        record_authentication(request, user, "mfa", type="totp")


def password_only(client: Client) -> None:
    """Take the second factor again from whom a test signed in."""
    session = client.session
    session.pop(AUTHENTICATION_METHODS_SESSION_KEY)
    session.save()


def open_session(account: Account, **changes) -> OpenSession:
    """Make a session of an account on some other browser, as the list of sessions shows it."""
    now = timezone.now()
    details = {
        "began_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=11),
        "last_used_at": now - timedelta(hours=1), "device": "Firefox, Linux",
        "network": "203.0.113.0/24",
    }  # fmt: skip
    session = SessionStore()
    session.create()
    details["session_key"] = hashed(session.session_key)
    return account.open_sessions.create(**details | changes)


def invitation(area: Unit, email: str = "invited@example.vn", **changes) -> Invitation:
    """Make an invitation that waits, sent by an administrator of the province."""
    now = timezone.now()
    details = {
        "name": "Lê Thị Ngọc",
        "role": Role.OFFICIAL,
        "link_hash": token_bytes(32),
        "sent_at": now,
        "expires_at": now + timedelta(days=7),
    }
    inviter = changes.pop("invited_by", None) or official(
        tree().province, f"inviter-of-{email}", role=Role.ADMINISTRATOR
    )
    return Invitation.objects.create(
        area=area, email=email, invited_by=inviter, **details | changes
    )


def owner(phone: str = "+84912345678", **changes) -> Account:
    """Make a venue owner, or return the one with this phone."""
    details = {"role": Role.OWNER, "name": "Trần Thị Bình"} | changes
    return Account.objects.get_or_create(phone=phone, defaults=details)[0]


def venue(name: str = "Chợ Trà Vinh", *, with_poster: bool = True, **changes) -> Venue:
    """Make a venue with a poster, by default a market in the ward here, a month old."""
    details = {
        "kind": Kind.MARKET,
        "address": "12 Bạch Đằng",
        "responsible_name": "Trần Thị Bình",
        "responsible_phone": "+84912345678",
        "registered_at": timezone.now() - timedelta(days=30),
        "commune": changes.get("commune") or tree().ward_here,
        "owner": changes.get("owner") or owner(),
    } | changes
    made = Venue.objects.create(name=name, **details)
    if with_poster:
        poster(made, issued_at=made.registered_at)
    return made


def poster(venue: Venue, code: str = "", **changes) -> Poster:
    """Make a poster of a venue, by default the next one, in force."""
    details = {"number": venue.posters.count() + 1, "issued_at": timezone.now()} | changes
    return Poster.objects.create(venue=venue, code=code or codes.new_code(), **details)


def sealing_key(**changes) -> SealingKey:
    """Make the authority's public key, or return it; PRIVATE_KEY opens what it seals."""
    details = {"created_at": timezone.now() - timedelta(days=100)} | changes
    public = bytes(PRIVATE_KEY.public_key)
    return SealingKey.objects.get_or_create(public_key=public, defaults=details)[0]


def visitor(
    full_name: str = "Nguyễn Văn An", phone: str = "+84987654321", birth_year: int = 1975, **changes
) -> Visitor:
    """Make a visitor, or return the one with this phone, name and year of birth."""
    person = identities.Person(full_name, birth_year, phone)
    known = person.hashes()
    key, public = known.key, sealing_key()
    details = {
        "phone_hash": identities.phone_hash(phone),
        "fold": known.fold,
        "spelling": known.spelling,
        "born": person.born_hash,
        "sealing_key": public,
        "seen_on": days.today(),
        "mask": identities.mask(full_name, phone),
        "sealed": seal(public.public_key, key, {"full_name": full_name, "phone": phone}),
        "residence": tree().ward_here,
    } | changes
    return Visitor.objects.get_or_create(key=key, defaults=details)[0]


def visit(
    venue: Venue, entered_at: datetime | None = None, *, stay: timedelta | None = None, **changes
) -> Visit:
    """Make a visit, by default by the default visitor, now and still inside; `stay` ends it."""
    nonce = Nonce.new(entered_at or timezone.now())
    details = {
        "visitor": changes.get("visitor") or visitor(),
        "recorded_at": nonce.moment,
        "evidence": Evidence.POSTER,
        "outcome": 0,
    } | changes
    details["id"] = nonce.id_for(details["visitor"].pk)
    if stay is not None:
        details |= {"left_at": nonce.moment + stay}
        details.setdefault("left_reason", LeftReason.SCANNED)
    made = Visit.objects.create(venue=venue, entered_at=nonce.moment, **details)
    mark(venue, made.entered_at, arrived=1)
    if made.left_at:
        mark(venue, made.left_at, **{f"left_{made.left_word}": 1})
    return made


def declaration(venue: Venue, declared_at: datetime | None = None, **changes) -> Declaration:
    """Make a declaration, by default of a healthy person; the outcome follows from the answers."""
    nonce = Nonce.new(declared_at or timezone.now())
    answers = {
        "symptoms": 0,
        "travelled": False,
        "case_contact": False,
        "area_contact": False,
        "symptomatic_contact": False,
    }
    answers |= {name: changes.pop(name) for name in list(changes) if name in answers}
    who = changes.pop("visitor", None) or visitor()
    details = {
        "recorded_at": nonce.moment,
        "residence": who.residence,
        "sealing_key": who.sealing_key,
        "outcome": Answers(**answers).outcome,
        "on_behalf": False,
    } | changes
    made = Declaration.objects.create(
        venue=venue, declared_at=nonce.moment, id=nonce.id_for(who.pk), visitor=who,
        **answers, **details,
    )  # fmt: skip
    contact = made.case_contact or made.area_contact or made.symptomatic_contact
    mark(
        venue, made.declared_at, declared=1, ask=made.outcome == 1, stop=made.outcome == 2,
        symptomatic=made.symptoms > 0, contact=contact,
    )  # fmt: skip
    return made


def mark(venue: Venue, at: datetime, **counts: int) -> None:
    """Tell the tallies what was made here, as every writer does."""
    TallyMark.objects.create(venue=venue, at=at, **{name: int(n) for name, n in counts.items()})


def parts(first: date, last: date) -> None:
    """Make the days' parts of the partitioned tables; from 40 days ago to 10 ahead they exist."""
    for model in (Visit, Declaration, Scan):
        DailyTable(model._meta.db_table).make(first, last)


def moment(clock: str = "08:00", *, days_ago: int = 0) -> datetime:
    """Return an aware moment of the province's clock: `moment("07:30", days_ago=1)`."""
    hours, minutes = map(int, clock.split(":"))
    start = days.day_start(days.today() - timedelta(days=days_ago))
    return start + timedelta(hours=hours, minutes=minutes)


def job(by: Account, file: str = "", kind: str = "test", **parameters) -> Job:
    """Ask for something about an official's area; it waits, and may have a file of five bytes."""
    made = asking.ask(Wish(kind, by, by.area, parameters), timezone.now())
    if file:
        with files.written(made, file, "text/plain") as content:
            content.write(b"12345")
    return made


def listed(by: Account, **changes) -> Import:
    """Make an import of an official's area: checked, with a good row and a faulty one."""
    columns = {name: place for place, name in enumerate(ListColumn)}
    details = {
        "area": by.area, "asked_by": by, "uploaded_at": timezone.now(), "file_name": "ds.xlsx",
        "state": ImportState.CHECKED, "good": 1, "faulty": 1,
        "sheets": [
            {
                "number": 1, "name": "Danh sách", "headings": list(columns), "heading_row": 1,
                "columns": columns, "not_used": [], "letters": "", "unread": None, "passed": {},
            }
        ],
    }  # fmt: skip
    made = Import.objects.create(**details | changes)
    told = {
        "name": "Quán Hoà Bình", "kind": Kind.RESTAURANT, "commune_id": tree().ward_here.pk,
        "address": "3 Lê Lợi", "responsible_name": "Trần Thị Bình", "phone": "+84900000001",
    }  # fmt: skip
    cells = [str(told.get(name, "")) for name in columns]
    made.rows.create(row=2, state=RowState.GOOD, cells=cells, told=told)
    fault = Fault(ListColumn.PHONE, "not_a_phone", "12")
    made.rows.create(row=3, state=RowState.FAULTY, cells=cells, faults=[fault.stored()])
    return made


def work_off() -> None:
    """Do every job that waits, as a worker does; needs `transactional_db`."""
    worker = Thread(target=call_command, args=("work", "--until-empty"))
    worker.start()  # a thread of its own: browser tests have an event loop in this one
    worker.join()


@cache
def _password_hash() -> str:
    return make_password(PASSWORD)
