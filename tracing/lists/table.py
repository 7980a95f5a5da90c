"""A list for a spreadsheet program."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from database.apart import is_apart
from districts.days import LOCAL_ZONE
from documents.spreadsheets import Cell, Field, Holds, Spreadsheet

from .listing import ListedPerson, Listing


def contact_sheet(listing: Listing) -> Spreadsheet:
    """Return a list as a table; the last columns are for what comes of the calls."""
    side = "dien-tap-" if is_apart() else ""
    name = f"{side}tiep-xuc-{listing.number}{'-che-ten' if listing.is_masked else ''}"
    return Spreadsheet(name, _title(listing), _fields(), map(_cells, listing.rows))


def _title(listing: Listing) -> str:
    about, moment = listing.about, listing.now.astimezone(LOCAL_ZONE)
    if about.case:
        what = _("Contacts of case %(number)s") % {"number": about.code}
    elif about.commune:
        what = _("Contacts in follow-up · %(place)s") % {"place": about.commune.place}
    else:
        what = _("Contacts in follow-up without a health station")
    as_of = _("as of %(time)s on %(day)s") % {
        "time": f"{moment:%H:%M}",
        "day": f"{moment:%d/%m/%Y}",
    }
    keep = _("personal data: keep locked, destroy after use")
    parts = [_side(), what, listing.documents, as_of, str(listing.officer)]
    return " · ".join(filter(None, [*parts, "" if listing.is_masked else keep]))


def _side() -> str:
    """Return what stands in the title and on every row of people who do not exist."""
    return _("DRILL: invented people") if is_apart() else ""


def _fields() -> list[Field]:
    return [
        Field(_("No.")),
        Field(_("Full name"), Holds.LONG_TEXT),
        Field(_("Year of birth"), Holds.TEXT),
        Field(_("Phone number"), Holds.TEXT),
        Field(_("Address"), Holds.LONG_TEXT),
        Field(_("Commune"), Holds.LONG_TEXT),
        Field(_("Generation"), Holds.TEXT),
        Field(_("Household"), Holds.TEXT),
        Field(_("Certain minutes")),
        Field(_("Possible minutes")),
        Field(_("Last met at"), Holds.LONG_TEXT),
        Field(_("Last met from"), Holds.MOMENT),
        Field(_("Last met until"), Holds.MOMENT),
        Field(_("To be called by"), Holds.DAY),
        Field(_("Day of follow-up"), Holds.TEXT),
        Field(_("Follow-up until"), Holds.DAY),
        Field(_("Case"), Holds.TEXT),
        Field(_("Rule"), Holds.TEXT),
        Field(_("What came of the call"), Holds.LONG_TEXT),
        Field(_("Symptoms, temperature"), Holds.LONG_TEXT),
        Field(_("Remarks"), Holds.LONG_TEXT),
    ]


def _cells(row: ListedPerson) -> list[Cell]:
    contact = row.contact
    return [
        row.number,
        row.name,
        str(row.birth_year or ""),
        row.phone,
        row.address,
        row.lives_in,
        f"F{contact.generation}",
        _("same household") if contact.is_household else "",
        contact.certain_minutes,
        contact.possible_minutes,
        *_met(row),
        contact.due_on,
        _("day %(day)s of %(days)s") % {"day": row.day, "days": row.days} if row.days else "",
        contact.follow_up_until,
        ", ".join(row.case_numbers),
        contact.case.rule.document,
        "",
        "",
        _side(),
    ]


def _met(row: ListedPerson) -> Iterator[Cell]:
    if row.met is None:
        yield from ("", None, None)
    else:
        period = row.met.possible_period
        yield from (row.met.stay.venue.name, period.lower, period.upper)
