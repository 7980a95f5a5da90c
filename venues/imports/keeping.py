"""Taking a list in, checking it, and keeping what was found until somebody decides."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from accounts.models import Account
from accounts.texts import shown
from districts.days import local_day
from districts.models import Unit
from jobs.asking import Upload, Wish, ask
from venues.models import Import, ImportRow, ImportState, RowState
from venues.spreadsheets import Sheet, SheetRefused, open_sheet

from .checking import Checked, Checker

CHECKING = "check-venues"
_BATCH = 500
_LONGEST_NAME, _LONGEST_CELL = 200, 1000

Tell = Callable[[int, int], None]


def take_in(file: BinaryIO, name: str, account: Account, area: Unit, now: datetime) -> Import:
    """Keep an uploaded list and ask for its check; the same sent twice is checked once."""
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    with transaction.atomic():
        listed, _is_new = Import.objects.get_or_create(
            area=area,
            asked_by=account,
            digest=digest,
            state=ImportState.WAITING,
            defaults={"uploaded_at": now, "file_name": shown(name)[-_LONGEST_NAME:]},
        )
        upload = Upload("list", "application/octet-stream", file, digest)
        listed.job = ask(Wish(CHECKING, account, area, {"import": str(listed.pk)}, upload), now)
        listed.uploaded_at = now
        listed.save(update_fields=["job", "uploaded_at"])
    return listed


def check(pk: UUID, file: BinaryIO, now: datetime, tell: Tell) -> None:
    """Check every row of a list and keep what was found; begun again, it begins anew."""
    listed = Import.objects.select_related("area").get(pk=pk)
    if listed.state != ImportState.WAITING:
        return
    listed.rows.all().delete()
    try:
        total = _count(file, tell)
        sheet = open_sheet(file)
        checker = Checker(sheet.columns, listed.area, local_day(now))
        checked = map(checker.check, sheet.lines)
        done = 0
        while batch := list(islice(checked, _BATCH)):
            ImportRow.objects.bulk_create(_rows(listed, batch), ignore_conflicts=True)
            done += len(batch)
            tell(done, total)
    except SheetRefused as refused:
        listed.rows.all().delete()
        reason = [refused.key, refused.params]
        _change(listed, state=ImportState.REFUSED, refusal=reason)
    else:
        _change(listed, state=ImportState.CHECKED, **_found(listed, sheet))
    finally:
        given_up = Import.objects.filter(pk=listed.pk, state=ImportState.GIVEN_UP)
        ImportRow.objects.filter(listed_in__in=given_up).delete()


def _count(file: BinaryIO, tell: Tell) -> int:
    """Return how many rows there are; a file with too many is refused before any is checked."""
    number = 0
    for number, _line in enumerate(open_sheet(file).lines, start=1):
        if number % _BATCH == 0:
            tell(0, 0)
    return number


def _rows(listed: Import, batch: list[Checked]) -> Iterator[ImportRow]:
    for checked in batch:
        state = RowState.FAULTY if checked.faults else RowState.GOOD
        yield ImportRow(
            listed_in=listed,
            row=checked.line.row,
            state=RowState.HERE if checked.is_here else state,
            cells=[cell[:_LONGEST_CELL] for cell in checked.line.cells],
            told=checked.told._asdict() if state == RowState.GOOD and checked.told else None,
            faults=[fault.stored() for fault in checked.faults],
        )


def _found(listed: Import, sheet: Sheet) -> dict[str, object]:
    """Return what the import tells of its list."""
    counted = dict(listed.rows.values_list("state").annotate(number=Count("pk")))
    return {
        "headings": list(sheet.headings),
        "columns": dict(sheet.columns),
        "encoding": sheet.encoding,
        **{state.value: counted.get(state.value, 0) for state in RowState},
    }


def _change(listed: Import, **changes: object) -> None:
    """Write what came of the check, unless somebody gave the import up meanwhile."""
    Import.objects.filter(pk=listed.pk, state=ImportState.WAITING).update(**changes)
