"""What the page of an import shows, by how far it has come."""

from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from districts.models import Unit
from venues.faults import Fault
from venues.imports.telling import communes_of, correction_key, meant, sheets_of, understood
from venues.models import Import, ImportRow, ImportState, Poster, RowState, Venue
from venues.spreadsheets import LABELS, Column, refusal_sentence

from .forms import CorrectionForm

ROWS_PER_PAGE = 50
_HISTORY = 20


class Wrong(NamedTuple):
    """A fault under its column's heading."""

    heading: str
    fault: Fault


class Correction(NamedTuple):
    """What a found value was said to mean in all rows."""

    key: str
    column: str
    found: str
    meant: str


class Found(NamedTuple):
    """A row that needs somebody: its sheet, its number, its venue's name, and its faults."""

    sheet: str
    row: int
    name: str
    wrong: list[Wrong]


def import_page(listed: Import, asked: dict[str, str]) -> dict[str, Any]:
    """Return what the page of an import shows."""
    job, is_working = listed.job, listed.state in (ImportState.WAITING, ImportState.DECIDED)
    shown = RowState.HERE if asked.get("show") == RowState.HERE else RowState.FAULTY
    context: dict[str, Any] = {
        "listed": listed,
        "job": job,
        "is_under_way": is_working and job is not None and job.is_under_way,
        "is_stuck": is_working and not (job and job.is_under_way),
        "shown": shown.value,
    }
    if listed.state == ImportState.REFUSED:
        context["refusal"] = refusal_sentence(*listed.refusal)
    if listed.state == ImportState.CHECKED:
        context |= before_deciding(listed)
    if listed.state in (ImportState.CHECKED, ImportState.DONE):
        context["sheets"] = sheets_of(listed)
        context |= _rows(listed, shown, asked.get("page"))
    if listed.state == ImportState.DONE:
        context["venues"] = _venues(listed, asked.get("venues"))
    return context


def before_deciding(listed: Import) -> dict[str, Any]:
    """Return what an official sees before anything is added."""
    communes = communes_of(listed.area)
    corrections = [
        Correction(
            correction_key(column, what),
            str(LABELS[Column(column)]) if column else "",
            what,
            meant(column, value, communes),
        )
        for column, what, value in listed.corrections
    ]
    return {
        "understood": list(understood(listed)),
        "corrections": corrections,
        "correction_form": CorrectionForm(listed),
    }


def found(listed: Import, row: ImportRow) -> Found:
    """Return a row as people read it."""
    faults = [Fault.kept(fault) for fault in row.faults]
    wrong = [Wrong(listed.heading(row.sheet, fault.column), fault) for fault in faults]
    sheet, name = listed.sheet(row.sheet)["name"], listed.cell(row, Column.NAME)
    return Found(sheet, row.row, name, wrong)


def history(area: Unit) -> list[Import]:
    """Return the imports of an area, the newest first, without those that came to nothing."""
    worth = Import.objects.filter(area=area).exclude(state=ImportState.GIVEN_UP, brought_in=0)
    return list(worth.select_related("asked_by").order_by("-uploaded_at")[:_HISTORY])


def _rows(listed: Import, shown: RowState, page: str | None) -> dict[str, Any]:
    rows = listed.rows.filter(state=shown).order_by("sheet", "row")
    one_page = Paginator(rows, ROWS_PER_PAGE).get_page(page)
    return {"page": one_page, "rows": [found(listed, row) for row in one_page.object_list]}


def _venues(listed: Import, page: str | None) -> "Page[Venue]":
    in_force = Prefetch("posters", Poster.objects.filter(revoked_at=None))
    venues = listed.venues.select_related("commune__parent").prefetch_related(in_force)
    ordered = venues.order_by("commune__parent__code", "commune__name_order", "name", "pk")
    return Paginator(ordered, ROWS_PER_PAGE).get_page(page)
