"""Bringing in the good rows of an import: each venue once, however often it is tried."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from database.statements import lock_named
from districts.models import Unit
from jobs import files
from jobs.asking import Wish, ask
from jobs.doing import JobReport
from jobs.models import Job, work
from venues import codes
from venues.fields import ANOTHER, Fault
from venues.models import Import, ImportRow, ImportState, Poster, RowState, Venue
from venues.spreadsheets import ListColumn

from .keeping import CHECKING, Tell, ask_for_check, check, check_again
from .sameness import Register, ToldVenue, outlet_of, registration_of

BRINGING_IN = "bring-in-venues"
_BATCH = 500


def decide(listed: Import, account: Account, now: datetime) -> None:
    """Ask for the good rows to be brought in; said twice, or by two at once, it is said once."""
    checked = Import.objects.filter(pk=listed.pk, state=ImportState.CHECKED, good__gt=0)
    with transaction.atomic():
        if checked.update(state=ImportState.DECIDED, decided_at=now):
            go_on(listed, account, now)


def go_on(listed: Import, account: Account, now: datetime) -> None:
    """Ask for the rest to be done, as after a job that was cancelled."""
    if listed.state == ImportState.WAITING and listed.sheets:
        ask_for_check(listed, account, now)
    decided = Import.objects.filter(pk=listed.pk, state=ImportState.DECIDED)
    if decided.exists():
        wish = Wish(BRINGING_IN, account, listed.area, {"import": str(listed.pk)})
        decided.update(job=ask(wish, now))


def bring_in(pk: UUID, now: datetime, tell: Tell) -> None:
    """Make venues of the good rows, batch by batch; begun again, it goes on where it was."""
    listed = Import.objects.select_related("area").get(pk=pk)
    register = Register(listed.area, but=listed)
    total, left = listed.good, listed.good
    while left and listed.state == ImportState.DECIDED:
        tell(total - left, total)
        left = _bring_in_batch(listed, register, now)
    Import.objects.filter(pk=pk, state=ImportState.DECIDED).update(state=ImportState.DONE)


@transaction.atomic
def _bring_in_batch(listed: Import, register: Register, now: datetime) -> int:
    """Bring some rows in and delete them; return how many are left."""
    lock_named("venues.imports")  # so that none misses what another import has just made
    good = ImportRow.objects.filter(listed_in=listed, state=RowState.GOOD)
    rows = list(good.order_by("sheet", "row")[:_BATCH])
    register.catch_up()
    new, here = _told_apart(rows, register, listed.corrected)
    owners = Account.objects.owners_of(told.phone for _row, told in new)
    owned = [(row, told) for row, told in new if _is_owner(owners[told.phone])]
    taken = [row for row, told in new if not _is_owner(owners[told.phone])]
    venues = [_venue(listed, told, owners[told.phone], now) for _row, told in owned]
    Venue.objects.bulk_create(venues)
    _issue_posters(venues, now)
    _refuse_phones(taken, listed)
    ImportRow.objects.filter(pk__in=[row.pk for row, _told in owned]).delete()
    ImportRow.objects.filter(pk__in=here).update(state=RowState.HERE, told=None)
    Import.objects.filter(pk=listed.pk).update(
        brought_in=F("brought_in") + len(owned),
        here=F("here") + len(here),
        faulty=F("faulty") + len(taken),
    )
    return good.count()


def _told_apart(
    rows: Iterable[ImportRow], register: Register, corrected: Mapping[tuple[str, str], str]
) -> tuple[list[tuple[ImportRow, ToldVenue]], list[int]]:
    """Return the rows that are new, and the ids of those whose venue is here by now."""
    venues = [(row, ToldVenue(**row.told or {})) for row in rows]
    keys = [registration_of(venue) for _row, venue in venues]
    made = set(Venue.objects.filter(registration__in=keys).values_list("registration", flat=True))
    new, here = [], []
    for (row, venue), key in zip(venues, keys, strict=True):
        is_another = corrected.get((ListColumn.NAME, outlet_of(venue))) == ANOTHER
        has_its_phone = not is_another and register.address_of_phone(venue) is not None
        if key in made or register.has(venue) or has_its_phone:
            here.append(row.pk)
        else:
            new.append((row, venue))
    return new, here


def _is_owner(account: Account) -> bool:
    return account.is_active and not account.is_official


def _venue(listed: Import, venue: ToldVenue, owner: Account, now: datetime) -> Venue:
    return Venue(
        name=venue.name,
        kind=venue.kind,
        commune=Unit(pk=venue.commune_id),
        address=venue.address,
        responsible_name=venue.responsible_name,
        responsible_phone=venue.phone,
        owner=owner,
        registered_at=now,
        registration=registration_of(venue),
        brought_in_by=listed,
    )


def _issue_posters(venues: list[Venue], now: datetime) -> None:
    """Give each venue its first poster; a code that exists already is drawn again."""
    waiting = {venue.pk for venue in venues}
    while waiting:
        Poster.objects.bulk_create(
            [
                Poster(venue_id=pk, code=codes.new_code(), number=1, issued_at=now)
                for pk in sorted(waiting)
            ],
            ignore_conflicts=True,
        )
        waiting -= set(Poster.objects.filter(venue__in=waiting).values_list("venue", flat=True))


def _refuse_phones(rows: list[ImportRow], listed: Import) -> None:
    """Note the rows whose phone became an official's, or was closed, since they were checked."""
    for row in rows:
        phone = listed.cell(row, ListColumn.PHONE)
        row.state, row.told = RowState.FAULTY, None
        row.faults = [Fault(ListColumn.PHONE, "phone_not_owners", phone).stored()]
    ImportRow.objects.bulk_update(rows, ["state", "told", "faults"])


@work(CHECKING, _("Checking a list of venues"), "dashboards/imports/_of_job.html")
def check_venues(job: Job, report: JobReport) -> None:
    """Check the list that was given, which is deleted once what it says is kept; or that, again."""
    listed, file_of_list = UUID(job.parameters["import"]), job.files.filter(is_result=False).first()
    if file_of_list:
        with files.opened(file_of_list) as file:
            check(listed, file, timezone.now(), report)
        file_of_list.delete()
    else:
        check_again(listed, timezone.now(), report)


@work(BRINGING_IN, _("Adding venues"), "dashboards/imports/_of_job.html")
def bring_in_venues(job: Job, report: JobReport) -> None:
    bring_in(UUID(job.parameters["import"]), timezone.now(), report)
