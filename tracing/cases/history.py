"""What was done to a case, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Account
from tracing.models import CaseEvent, Status

from .timeline import moment_here

WHAT = {
    "opened": gettext_lazy("Case opened"),
    "corrected": gettext_lazy("Case corrected"),
    "rule": gettext_lazy("Another rule chosen"),
    "decided": gettext_lazy("Decided on contacts"),
    "closed": gettext_lazy("Case closed"),
    "reopened": gettext_lazy("Case opened again"),
    "traced": gettext_lazy("Traced again"),
    "told": gettext_lazy("Stay added by hand"),
    "retold": gettext_lazy("Stay changed by hand"),
    "untold": gettext_lazy("Stay taken away that was added by hand"),
    "published": gettext_lazy("Notice published"),
    "withdrawn": gettext_lazy("Notice withdrawn"),
    "joined": gettext_lazy("Joined as one person"),
    "separated": gettext_lazy("Separated: two people"),
    "two people": gettext_lazy("Told apart: two people"),
    "set aside": gettext_lazy("Set aside: came in one minute from one phone or network"),
    "taken back": gettext_lazy("Taken back what was set aside: not decided"),
    "owner told": gettext_lazy("Message to the owner of a published place"),
}
FIELDS = {
    "status": gettext_lazy("Status"),
    "onset_on": gettext_lazy("First day with symptoms"),
    "sample_on": gettext_lazy("Day of the positive sample"),
    "isolated_at": gettext_lazy("Isolated since"),
    "rule": gettext_lazy("Rule"),
    "infectious_period": gettext_lazy("Infectious period"),
}


@dataclass(frozen=True)
class Told:
    """One event as a page tells it."""

    at: datetime
    by: Account
    what: str
    details: list[str]


def told(event: CaseEvent) -> Told:
    """Return an event in sentences."""
    what = str(WHAT.get(event.what, event.what))
    return Told(event.at, event.by, what, list(_details(event.told)))


def shown(name: str, value: Any) -> str:
    """Return a kept value as people read it."""
    if value in (None, ""):
        return _("nothing")
    if name == "status":
        return str(Status(value).label)
    if name.endswith("_on"):
        return date_format(date.fromisoformat(value), "j/n/Y")
    if name.endswith("_at"):
        return date_format(moment_here(datetime.fromisoformat(value)), "H:i j/n/Y")
    if name.endswith("_period"):
        return "–".join(shown("end_at", end) for end in value)
    return str(value)


def _details(kept: dict[str, Any]) -> Iterator[str]:
    for name, (before, after) in kept.get("changes", {}).items():
        yield f"{FIELDS.get(name, name)}: {shown(name, before)} → {shown(name, after)}"
    if kept.get("venue"):
        yield f"{kept['venue']}, {shown('stay_period', kept['stay_period'])}"
    if kept.get("masks"):
        yield " + ".join(kept["masks"])
    if kept.get("people") and "standing" not in kept:
        yield ngettext("%(n)d person", "%(n)d people", kept["people"]) % {"n": kept["people"]}
    if kept.get("reason"):
        yield _("Reason: %(reason)s") % {"reason": kept["reason"]}
    if found := kept.get("found"):
        people = ngettext("%(n)d person", "%(n)d people", found["people"])
        yield _("Traced: %(places)d exposures, %(people)s, %(new)d new, %(dropped)d gone") % {
            "places": found["exposures"],
            "people": people % {"n": found["people"]},
            "new": found["new"],
            "dropped": found["dropped"],
        }
