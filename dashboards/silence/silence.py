"""Why a venue is on the worklist, how far one has come with it, and what comes first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.models import Finding, Reason, Way
from districts.days import local_day
from districts.numbers import grouped, short_day, short_moment
from venues.kinds import Kind

# A venue has two days to put its poster up before anybody asks.
GRACE_DAYS = 2
# Stopped suddenly: nothing for three whole days, so a weekend alone is none; before, used on most
# days of two weeks, and on five at least.
STOPPED_AFTER_DAYS = 4
HABIT_DAYS = 14
LEAST_HABIT_DAYS = 5
# As the dashboard counts venues not used in 7 days: today with the six days before.
QUIET_DAYS, LONG_QUIET_DAYS = 7, 14
# Fewer arrivals than these prove nothing.
NO_EXIT_ARRIVALS = 20
ONE_PHONE_VISITS = 3
PHONE_DAYS = 14
# How long an act counts at a venue that people still come to.
ACT_DAYS = 14

# The province asks markets and supermarkets to scan strictly, then other crowded places.
_STRICTNESS = {
    Kind.MARKET: 3.0,
    Kind.SUPERMARKET: 2.5,
    Kind.TRANSPORT: 2.0,
    Kind.HEALTH: 2.0,
    Kind.SHOP: 1.5,
    Kind.RESTAURANT: 1.5,
}
# How much of the visits expected an act can bring.
_HOPE = {Reason.STOPPED: 1.5, Reason.OWNER: 0.8, Reason.ONE_PHONE: 0.7, Reason.NO_EXITS: 0.1}
_WAITING_DOUBLES_IN_DAYS = 28

PROMISES = (Finding.WILL_USE, Finding.NEW_POSTER)
EXCUSES = (Finding.CLOSED, Finding.MOVED, Finding.DUPLICATE)


class State(models.TextChoices):
    """How far one has come with a venue on the list."""

    DUE = "due", gettext_lazy("due today")
    NEW = "new", gettext_lazy("new")
    REMINDED = "reminded", gettext_lazy("reminded or called")
    VISITED = "visited", gettext_lazy("visited")
    DONE = "done", gettext_lazy("done, waiting for visits")
    EXCUSED = "excused", gettext_lazy("excused")

    @property
    def rank(self) -> int:
        """What is due comes first, what needs nothing comes last."""
        return _RANKS.get(self, 1)


_RANKS = {State.DUE: 0, State.DONE: 2, State.EXCUSED: 3}


@dataclass(frozen=True, slots=True)
class Act:
    """The newest thing done about a venue."""

    at: datetime
    way: str
    finding: str
    next_on: date | None


@dataclass(slots=True)  # a province has thousands: freezing them would take as long as all else
class Silence:
    """One venue of the list, without its name: what is known and what follows from it.

    `since` is the epoch's second of its last visit, or of its registration where none came;
    `arrived` are the visits that show how one phone, or no departures, were noticed.
    """

    venue_id: int
    commune_id: int
    kind: Kind
    since: float
    idle_days: int
    reasons: tuple[Reason, ...]
    arrived: int
    weekly: float
    act: Act | None = None
    state: State = State.NEW
    compliance: str = ""

    @property
    def reason(self) -> Reason:
        return self.reasons[0]

    @property
    def waits_since(self) -> datetime:
        return datetime.fromtimestamp(self.since, UTC)

    @property
    def newest_at(self) -> datetime | None:
        """The last visit, if there was any."""
        return None if Reason.NEVER in self.reasons else self.waits_since

    @property
    def hints(self) -> list[str]:
        """What shows it, in words."""
        if self.newest_at is None:
            return [_("registered on %(day)s") % {"day": short_day(self.waits_since)}]
        return [_("last visit %(day)s") % {"day": short_moment(self.waits_since)}, *self._shown()]

    def _shown(self) -> list[str]:
        if self.reason is Reason.STOPPED:
            sentence = ngettext(
                "about %(number)s visit lost", "about %(number)s visits lost", self.lost
            )
            return [sentence % {"number": grouped(self.lost)}]
        if self.reason is Reason.NO_EXITS:
            sentence = ngettext(
                "%(number)s arrival in 7 days", "%(number)s arrivals in 7 days", self.arrived
            )
        else:
            sentence = ngettext(
                "%(number)s visit in 14 days", "%(number)s visits in 14 days", self.arrived
            )
        return [sentence % {"number": grouped(self.arrived)}] if self.arrived else []

    @property
    def expected(self) -> int:
        """Visits a week that the venue would see if people checked in there."""
        return max(1, round(self.weekly))

    @property
    def lost(self) -> int:
        """Visits missed on the whole days since the last one; of a venue that stopped."""
        return round(self.weekly * (self.idle_days - 1) / 7)

    @property
    def points(self) -> float:
        """What an act may bring, for the order of the list."""
        waited = 1 + min(self.idle_days, _WAITING_DOUBLES_IN_DAYS) / _WAITING_DOUBLES_IN_DAYS
        hope = _HOPE.get(self.reason, 1.0)
        return self.weekly * _STRICTNESS.get(self.kind, 1.0) * hope * waited

    @property
    def order(self) -> tuple[int, float, int]:
        """Sorts the list: what is due, then what brings most."""
        return (self.state.rank, -self.points, self.venue_id)


def state_of(act: Act | None, newest_at: datetime | None, now: datetime, main: Reason) -> State:
    """Return how far one has come; an act before the venue was last used counts no more.

    Where people still come, as with arrivals without departures, an act counts for two weeks.
    """
    since = newest_at if main.is_silence else now - timedelta(days=ACT_DAYS)
    if act is None or (since is not None and act.at <= since):
        return State.NEW
    if act.next_on and act.next_on <= local_day(now):
        return State.DUE
    if act.finding in EXCUSES:
        return State.EXCUSED
    if act.finding in PROMISES:
        return State.DONE
    return State.VISITED if act.way == Way.VISITED else State.REMINDED
