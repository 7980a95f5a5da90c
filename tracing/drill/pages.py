"""What the pages of drills say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from declarations.models import Visitor
from forms.phones import displayed
from tracing.models import Drill, Part, Planted

from .planting import FEWEST_VENUES
from .score import Results

STEPS = {
    "case": gettext_lazy("case entered"),
    "traced": gettext_lazy("exposures found"),
    "name": gettext_lazy("first name opened"),
    "confirmed": gettext_lazy("first close contact confirmed"),
    "call": gettext_lazy("first call to a close contact"),
    "called_50": gettext_lazy("half of the close contacts called"),
    "called_90": gettext_lazy("nine in ten close contacts called"),
}


@dataclass(frozen=True)
class Reported:
    """What a health station would hear of a case; the mask tells it from others of the phone."""

    mask: str
    phone: str
    onset_on: object


@dataclass(frozen=True)
class Compared:
    """A past drill and its results, if it has any."""

    drill: Drill
    results: Results | None
    first_call: str


def reported() -> list[Reported]:
    """Return what is known of the cases; call it on the drill's tables."""
    cases = Planted.objects.filter(part=Part.CASE).order_by("onset_on")
    masks = dict(
        Visitor.objects.filter(key__in=[one.visitor for one in cases]).values_list("key", "mask")
    )
    return [
        Reported(masks.get(case.visitor, ""), displayed(case.phone), case.onset_on)
        for case in cases
    ]


def moments(told: Results | None) -> list[tuple[str, str]]:
    """Return each step with the time it took, or nothing."""
    reached = told.moments if told else {}
    return [(str(words), clock(reached.get(name))) for name, words in STEPS.items()]


def compared(drills: Iterable[Drill]) -> list[Compared]:
    """Return past drills side by side."""
    found = [(drill, Results.kept(drill.results)) for drill in drills]
    return [Compared(d, told, clock(told.moments["call"] if told else None)) for d, told in found]


def clock(seconds: int | None) -> str:
    """Return a stopwatch's reading: 0:07:31; nothing where a step was not reached."""
    if seconds is None:
        return ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def elapsed(drill: Drill, now: datetime) -> str:
    """Return what the stopwatch of a drill reads."""
    return clock(int((now - drill.started_at).total_seconds()))


def missing(what: str) -> str:
    """Say what an area lacks for a drill."""
    if what == "rule":
        return _("No rule is in force: run load_rules first.")
    needed = _("This area has too few open venues for a drill; %(number)s are needed.")
    return needed % {"number": FEWEST_VENUES}
