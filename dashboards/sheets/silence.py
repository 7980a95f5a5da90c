"""The worklist of silent venues and how it goes down, for a spreadsheet program."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dashboards.models import Finding, Status, Way
from dashboards.silence.progress import CommuneProgress, Week, commune_progress, weeks
from dashboards.silence.worklist import Filters, SilentRow, decisions, silent_rows
from districts.days import local_day
from districts.models import Unit
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet, file_name, title
from forms.phones import displayed

from .places import place_cells, place_fields


def silent_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return the worklist of silent venues as it is filtered."""
    fields = [
        Field(_("Place in the list")),
        Field(_("Venue"), Holds.LONG_TEXT),
        Field(_("Kind"), Holds.TEXT),
        Field(_("Commune"), Holds.TEXT),
        Field(_("Address"), Holds.LONG_TEXT),
        Field(_("Responsible person"), Holds.TEXT),
        Field(_("Phone number"), Holds.TEXT),
        Field(_("Poster"), Holds.TEXT),
        Field(_("Registered"), Holds.DAY),
        Field(_("Last visit"), Holds.MOMENT),
        Field(_("Days without a visit")),
        Field(_("Why it is on the list"), Holds.LONG_TEXT),
        Field(_("State"), Holds.TEXT),
        Field(_("Last done on"), Holds.MOMENT),
        Field(_("How"), Holds.TEXT),
        Field(_("What came of it"), Holds.TEXT),
        Field(_("Next date"), Holds.DAY),
        Field(_("Reopening condition"), Holds.TEXT),
    ]
    found = silent_rows(area, now, Filters.of(asked))
    name = file_name("chua-su-dung", area, local_day(now))
    cells = map(_silent_cells, found)
    return Spreadsheet(name, title(_("Silent venues"), area, now), fields, cells)


def weeks_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return how an area's list went down by week; a week that nobody counted has no numbers."""
    fields = [Field(_("Week from"), Holds.DAY), *_progress_fields(_("Never used"))]
    about = title(_("How the list goes down"), area, now)
    name = file_name("tien-do", area, local_day(now))
    return Spreadsheet(name, about, fields, map(_week_cells, weeks(area, now)))


def communes_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return how each commune's list went down in these weeks."""
    fields = [*place_fields(), *_progress_fields(_("Change"))]
    about = title(_("By commune, past 8 weeks"), area, now)
    name = file_name("tien-do-theo-xa", area, local_day(now))
    return Spreadsheet(name, about, fields, map(_commune_cells, commune_progress(area, now)))


def decisions_sheet(area: Unit, now: datetime, asked: Mapping[str, Any]) -> Spreadsheet:
    """Return each commune's open venues by the decision in force on their reopening."""
    labels = [str(status.label) for status in Status]
    fields = [*place_fields(), *map(Field, labels), Field(_("nothing decided"))]
    about = title(_("Reopening condition"), area, now)
    cells = (
        [*place_cells(commune), *counted, undecided]
        for commune, counted, undecided in decisions(area, local_day(now))
    )
    return Spreadsheet(file_name("dieu-kien", area, local_day(now)), about, fields, cells)


def _progress_fields(third: str) -> list[Field]:
    headings = (
        _("Open venues"),
        _("Not used in 7 days"),
        third,
        _("Reminded"),
        _("Called"),
        _("Visited"),
        _("Came alive"),
    )
    return [Field(heading) for heading in headings]


def _week_cells(week: Week) -> list[Cell]:
    if week.silent is None:
        return [week.began_on, *[None] * 7]
    done = [week.reminded, week.called, week.visited, week.came_alive]
    return [week.began_on, week.venues, week.silent, week.never_used, *done]


def _commune_cells(one: CommuneProgress) -> list[Cell]:
    done = [one.done[way] for way in ("reminded", "called", "visited", "came_alive")]
    return [*place_cells(one.commune), one.newest.venues, one.newest.silent, one.change, *done]


def _silent_cells(row: SilentRow) -> list[Cell]:
    venue, silence, act = row.venue, row.silence, row.silence.act
    return [
        row.number,
        venue.name,
        str(venue.kind_name),
        venue.place,
        venue.address,
        venue.responsible_name,
        displayed(venue.responsible_phone),
        row.poster.displayed_code if row.poster else "",
        local_day(venue.registered_at),
        silence.newest_at,
        silence.idle_days,
        ", ".join(str(reason.label) for reason in silence.reasons),
        str(silence.state.label),
        act.at if act else None,
        str(Way(act.way).label) if act else "",
        str(Finding(act.finding).label) if act and act.finding else "",
        act.next_on if act else None,
        str(Status(silence.compliance).label) if silence.compliance else "",
    ]
