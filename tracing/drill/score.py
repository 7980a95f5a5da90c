"""How well an area did in a drill: moments on the clock, what was found, who was called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils.translation import gettext_lazy

from authority.models import Disclosure
from tracing.models import Act, Case, Contact, Drill, FollowUp, Part, Planted, Standing, Stay

# What a close contact earns: being confirmed, and being called, less after an hour, by even steps
# down to a third after four hours.
FOUND, CALLED, CALLED_LATE = 40, 60, 20
SOON, LATE = timedelta(hours=1), timedelta(hours=4)
# What is lost at most by confirming people who met no case for long enough.
TOO_MANY = 20
_STEPS = {
    "case": gettext_lazy("case entered"),
    "traced": gettext_lazy("exposures found"),
    "name": gettext_lazy("first name opened"),
    "confirmed": gettext_lazy("first close contact confirmed"),
    "call": gettext_lazy("first call to a close contact"),
    "called_50": gettext_lazy("half of the close contacts called"),
    "called_90": gettext_lazy("nine in ten close contacts called"),
}


@dataclass(frozen=True)
class CommuneScore:
    """The close contacts who live in one commune."""

    unit: int | None
    place: str
    people: int
    found: int
    called: int
    minutes: float | None
    score: int


@dataclass(frozen=True)
class Results:
    """What is kept of a drill; seconds are since its start, None where it did not happen."""

    moments: dict[str, int | None]
    exposures: int
    exposures_found: int
    close: int
    confirmed: int
    right: int
    communes: list[CommuneScore]
    score: int

    @property
    def missed(self) -> int:
        return self.close - self.right

    @property
    def too_many(self) -> int:
        return self.confirmed - self.right

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Each step with the time it took, or nothing."""
        return [(str(words), clock(self.moments.get(name))) for name, words in _STEPS.items()]

    @property
    def first_call(self) -> str:
        return clock(self.moments["call"])

    @classmethod
    def kept(cls, stored: dict[str, Any]) -> "Results | None":
        """Return what was stored; None where a drill ended without results."""
        if not stored:
            return None
        communes = [CommuneScore(**commune) for commune in stored["communes"]]
        return cls(**stored | {"communes": communes})


def results(drill: Drill, now: datetime) -> Results:
    """Return how far a drill has come; call it on the drill's tables."""
    close = set(Planted.objects.filter(part=Part.CLOSE).values_list("visitor", flat=True))
    contacts = Contact.objects.of_generation(1).close()
    confirmed = set(contacts.values_list("visitor", flat=True))
    cases = set(Planted.objects.filter(part=Part.CASE).values_list("visitor", flat=True))
    confirmed -= cases  # the second case met the first: no mistake, and called as a case
    calls = {v: at for v, at in _first_calls().items() if v in close}
    exposures = Planted.objects.values_list("exposures", flat=True)
    unsafe = {visit for visits in exposures for visit in visits}
    exposed = Stay.objects.of_the_case().exposures().filter(visit__in=unsafe)
    superfluous = len(confirmed - close) / len(confirmed) if confirmed else 0
    earned = [_earned(v in confirmed, calls.get(v), drill.started_at) for v in close]
    mean = sum(earned) / len(earned) if earned else 0
    return Results(
        moments=_moments(drill, sorted(calls.values()), len(close)),
        exposures=len(unsafe),
        exposures_found=exposed.values("visit").distinct().count(),
        close=len(close),
        confirmed=len(confirmed),
        right=len(confirmed & close),
        communes=_communes(close, confirmed, calls, drill.started_at),
        score=max(0, round(mean - TOO_MANY * superfluous)),
    )


def _first_calls() -> dict[UUID, datetime]:
    calls = FollowUp.objects.filter(act=Act.CALL).values_list("contact__visitor")
    return dict(calls.annotate(first=Min("at")))


def _moments(drill: Drill, calls: list[datetime], close: int) -> dict[str, int | None]:
    """Return how long each step took; of calls, only those to close contacts count."""
    decided = Contact.objects.filter(standing=Standing.CONFIRMED)
    reached: dict[str, datetime | None] = {
        "case": Case.objects.aggregate(at=Min("opened_at"))["at"],
        "traced": Case.objects.aggregate(at=Min("traced_at"))["at"],
        "confirmed": decided.aggregate(at=Min("decided_at"))["at"],
        "name": Disclosure.objects.aggregate(at=Min("at"))["at"],
        "call": calls[0] if calls else None,
    }
    for share in (50, 90):
        needed = max(1, -(-close * share // 100))
        reached[f"called_{share}"] = calls[needed - 1] if len(calls) >= needed else None
    return {name: _seconds(at, drill.started_at) for name, at in reached.items()}


def _seconds(at: datetime | None, start: datetime) -> int | None:
    return None if at is None else max(0, int((at - start).total_seconds()))


def _communes(
    close: set[UUID], confirmed: set[UUID], calls: dict[UUID, datetime], start: datetime
) -> list[CommuneScore]:
    truth = Planted.objects.filter(visitor__in=close).select_related("residence__parent")
    living: dict[int | None, list[Planted]] = {}
    for planted in truth.order_by("residence__name_order"):
        living.setdefault(planted.residence_id, []).append(planted)
    scores = []
    for unit, people in living.items():
        home, visitors = people[0].residence, [planted.visitor for planted in people]
        waited = [(calls[v] - start).total_seconds() / 60 for v in visitors if v in calls]
        earned = [_earned(v in confirmed, calls.get(v), start) for v in visitors]
        scores.append(
            CommuneScore(
                unit=unit,
                place=home.place if home else "",
                people=len(people),
                found=len(confirmed.intersection(visitors)),
                called=len(waited),
                minutes=round(median(waited), 1) if waited else None,
                score=round(sum(earned) / len(earned)),
            )
        )
    return scores


def _earned(is_found: bool, called_at: datetime | None, start: datetime) -> float:
    """Return what one close contact counts, 0 to 100."""
    points = float(FOUND) if is_found else 0.0
    if called_at is not None:
        late = (called_at - start - SOON) / (LATE - SOON)
        points += CALLED - (CALLED - CALLED_LATE) * min(max(late, 0.0), 1.0)
    return points


def clock(seconds: int | None) -> str:
    """Return a stopwatch's reading: 0:07:31; nothing where a step was not reached."""
    if seconds is None:
        return ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def elapsed(drill: Drill, now: datetime) -> str:
    return clock(int((now - drill.started_at).total_seconds()))
