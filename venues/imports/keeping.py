"""Taking a list in, checking it, and keeping its rows until somebody decides, a week at most."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from accounts.models import Account
from districts.days import local_day
from districts.models import Unit
from forms.fields import shown
from jobs.asking import Upload, Wish, ask, cancel
from venues.misread import misread
from venues.models import Import, ImportRow, ImportState, RowState
from venues.spreadsheets import (
    Book,
    ListColumn,
    ListRow,
    ListSheet,
    Oddity,
    SheetRefused,
    open_book,
)

from .checking import Checked, Checker, Layout

KEPT = timedelta(days=7)
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


def correct(
    listed: Import, corrected: Mapping[tuple[str, str], str], account: Account, now: datetime
) -> None:
    """Keep what a found value means in all rows, "" for no longer, and ask for another check."""
    with transaction.atomic():
        checked = Import.objects.select_for_update().filter(pk=listed.pk, state=ImportState.CHECKED)
        current = checked.first()
        if current is None or _is_given_again(listed):
            return
        meant = current.corrected | dict(corrected)
        corrections = [[*found, value] for found, value in meant.items() if value]
        checked.update(state=ImportState.WAITING, corrections=corrections)
        ask_for_check(listed, account, now)


def ask_for_check(listed: Import, account: Account, now: datetime) -> None:
    """Have the rows that are kept of a list checked once more."""
    wish = Wish(CHECKING, account, listed.area, {"import": str(listed.pk)})
    Import.objects.filter(pk=listed.pk, state=ImportState.WAITING).update(job=ask(wish, now))


def _is_given_again(listed: Import) -> bool:
    same = Import.objects.filter(
        area=listed.area, asked_by=listed.asked_by, digest=listed.digest, state=ImportState.WAITING
    )
    return listed.asked_by is not None and same.exists()


def check(pk: UUID, file: BinaryIO, now: datetime, tell: Tell) -> None:
    """Check every row of a list and keep what was found; begun again, it begins anew."""
    listed = Import.objects.select_related("area").get(pk=pk)
    if listed.state != ImportState.WAITING:
        return
    listed.rows.all().delete()
    try:
        with open_book(file) as read:
            total, letters = _looked_through(read(), tell)
            book = read()
            sheets = _checked_sheets(listed, book, letters, now, lambda done: tell(done, total))
    except SheetRefused as refused:
        listed.rows.all().delete()
        _change(listed, state=ImportState.REFUSED, refusal=[refused.key, refused.params])
    else:
        _change(listed, sheets=sheets, encoding=book.encoding, **_checked(listed))
    finally:
        _forget_if_given_up(listed)


def _checked_sheets(
    listed: Import,
    book: Book,
    letters: Mapping[int, str],
    now: datetime,
    tell: Callable[[int], None],
) -> list[dict[str, object]]:
    checker = Checker(listed.area, local_day(now), listed.corrected)
    sheets, done = [], 0
    for sheet in book.sheets:
        layout = Layout(sheet.name, sheet.columns, letters.get(sheet.number, ""), sheet.titles)
        checked = (checker.check(line, layout) for line in sheet.lines)
        while batch := list(islice(checked, _BATCH)):
            ImportRow.objects.bulk_create(_rows(listed, batch), ignore_conflicts=True)
            done += len(batch)
            tell(done)
        sheets.append(_kept(sheet, layout))
    return sheets


def check_again(pk: UUID, now: datetime, tell: Tell) -> None:
    """Check the rows that are kept, with what was corrected meanwhile."""
    listed = Import.objects.select_related("area").get(pk=pk)
    if listed.state != ImportState.WAITING:
        return
    checker = Checker(listed.area, local_day(now), listed.corrected)
    layouts = {sheet["number"]: _layout(sheet) for sheet in listed.sheets}
    rows = listed.rows.order_by("sheet", "row")
    total, done = rows.count(), 0
    iterator = rows.iterator(chunk_size=_BATCH)
    while batch := list(islice(iterator, _BATCH)):
        _check_batch_again(listed, batch, checker, layouts)
        done += len(batch)
        tell(done, total)
    _change(listed, **_checked(listed))
    _forget_if_given_up(listed)


def _check_batch_again(
    listed: Import, batch: list[ImportRow], checker: Checker, layouts: dict[int, Layout]
) -> None:
    checked = [checker.check(_line(row), layouts[row.sheet]) for row in batch]
    changed = []
    for row, new in zip(batch, _rows(listed, checked), strict=True):
        if (row.state, row.told, row.faults) != (new.state, new.told, new.faults):
            row.state, row.told, row.faults = new.state, new.told, new.faults
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ["state", "told", "faults"])


def _layout(sheet: dict[str, Any]) -> Layout:
    columns = {ListColumn(column): place for column, place in sheet["columns"].items()}
    return Layout(sheet["name"], columns, sheet["letters"], sheet.get("titles", ()))


def _line(row: ImportRow) -> ListRow:
    odd = {int(place): Oddity(oddity) for place, oddity in row.around.get("odd", {}).items()}
    return ListRow(row.sheet, row.row, tuple(row.cells), odd, row.around.get("section", ""))


def _looked_through(book: Book, tell: Tell) -> tuple[int, dict[int, str]]:
    """Return how many rows there are, and the old font of each sheet that is written in one.

    A file with too many rows is refused before any is checked.
    """
    number, letters = 0, {}
    for sheet in book.sheets:
        fonts = Counter[str]()
        for line in sheet.lines:
            number += 1
            if number % _BATCH == 0:
                tell(0, 0)
            old = (misread(line.cells[place]) for place in sheet.columns.values())
            fonts.update(each.how for each in old if each and each.how in ("tcvn3", "vni"))
        if fonts and fonts.most_common(1)[0][1] >= 3:  # fewer may look so by chance
            letters[sheet.number] = fonts.most_common(1)[0][0]
    return number, letters


def _rows(listed: Import, batch: list[Checked]) -> Iterator[ImportRow]:
    for checked in batch:
        line, state = checked.line, RowState.FAULTY if checked.faults else RowState.GOOD
        around = {"section": line.section} if line.section else {}
        yield ImportRow(
            listed_in=listed,
            sheet=line.sheet,
            row=line.row,
            state=RowState.HERE if checked.is_here else state,
            cells=[cell[:_LONGEST_CELL] for cell in line.cells],
            told=checked.told._asdict() if state == RowState.GOOD and checked.told else None,
            faults=[fault.stored() for fault in checked.faults],
            around=around | ({"odd": line.odd} if line.odd else {}),
        )


def _kept(sheet: ListSheet, layout: Layout) -> dict[str, object]:
    """Return what the import tells of a sheet; of rows that were passed over just the numbers."""
    return {
        "number": sheet.number,
        "name": shown(sheet.name),
        "titles": [shown(title) for title in sheet.titles],
        "headings": list(sheet.headings),
        "heading_row": sheet.heading_row,
        "columns": dict(sheet.columns),
        "not_used": sheet.not_used,
        "letters": layout.letters,
        "unread": sheet.unread,
        "passed": {why: _ranges(rows) for why, rows in sheet.passed.items()},
    }


def _ranges(rows: Iterable[int]) -> list[list[int]]:
    """Return rows as ranges, the first hundred: 5, 6, 7, 9 are 5 to 7 and 9."""
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return ranges[:100]


def _checked(listed: Import) -> dict[str, object]:
    """Return that a list is checked, and how many rows it has of each state."""
    counted = dict(listed.rows.values_list("state").annotate(number=Count("pk")))
    numbers = {state.value: counted.get(state.value, 0) for state in RowState}
    return {"state": ImportState.CHECKED, **numbers}


def _change(listed: Import, **changes: object) -> None:
    """Write what came of the check, unless somebody gave the import up meanwhile."""
    Import.objects.filter(pk=listed.pk, state=ImportState.WAITING).update(**changes)


def _forget_if_given_up(listed: Import) -> None:
    given_up = Import.objects.filter(pk=listed.pk, state=ImportState.GIVEN_UP)
    ImportRow.objects.filter(listed_in__in=given_up).delete()


def forget_rows(now: datetime) -> int:
    """Delete the rows of imports that have waited for a week; return how many."""
    old = Import.objects.filter(uploaded_at__lte=now - KEPT)
    number, _each = ImportRow.objects.filter(listed_in__in=old).delete()
    unfinished = (ImportState.WAITING, ImportState.CHECKED)
    old.filter(state__in=unfinished).update(state=ImportState.GIVEN_UP)
    return number


@transaction.atomic
def give_up(listed: Import, now: datetime) -> None:
    """Delete what is kept of an import's rows, unless they are being brought in."""
    unfinished = (ImportState.WAITING, ImportState.CHECKED, ImportState.REFUSED)
    undecided = Import.objects.filter(pk=listed.pk, state__in=unfinished)
    if undecided.update(state=ImportState.GIVEN_UP) and listed.job:
        cancel(listed.job, now)
    over = Import.objects.filter(pk=listed.pk).exclude(state=ImportState.DECIDED)
    ImportRow.objects.filter(listed_in__in=over).delete()
