"""Which venues are silent, why, and how far one has come: the worklist of an area in one snapshot.

A venue leaves the list with its first visit. Suspicions were counted by housekeeping and are
checked again here: a visit, one departure, or one visit from another phone ends them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.models import ApproachWay, Finding, Reason
from database.remembering import remembered
from database.statements import statement_of
from districts.days import day_start, local_day
from districts.models import Unit
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
# Housekeeping runs a few times an hour; what it noted long ago is no evidence.
_NOTES_LAST = timedelta(days=2)

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


class SilenceState(models.TextChoices):
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


_RANKS = {SilenceState.DUE: 0, SilenceState.DONE: 2, SilenceState.EXCUSED: 3}


@dataclass(frozen=True, slots=True)
class LastApproach:
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
    last_approach: LastApproach | None = None
    state: SilenceState = SilenceState.NEW
    compliance: str = ""

    @property
    def reason(self) -> Reason:
        return self.reasons[0]

    @property
    def waits_since(self) -> datetime:
        return datetime.fromtimestamp(self.since, UTC)

    @property
    def newest_at(self) -> datetime | None:
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


_SILENT = statement_of(__file__, "silent")

# What a used venue of each kind sees in a week, in the whole site: small areas have no example.
_TYPICAL = """
WITH used AS (
    SELECT kind, count(*) AS venues FROM declarations_presence
    WHERE newest_at >= %(week_began)s GROUP BY kind
), seen AS (
    SELECT kind, sum(arrived) AS arrived FROM declarations_kindtally
    WHERE day BETWEEN %(week_began_on)s AND %(today)s GROUP BY kind
)
SELECT kind, seen.arrived::float / used.venues FROM used JOIN seen USING (kind)
"""


class _Facts(NamedTuple):
    venue_id: int
    commune_id: int
    kind: str
    waits_since: float
    is_unused: bool
    suspicion: str | None
    arrived: int | None
    days: int | None
    act_at: datetime | None
    act_way: str
    act_finding: str
    act_next_on: date | None
    compliance: str | None


def silent_venues(area: Unit, now: datetime, venue_id: int | None = None) -> list[Silence]:
    """Return the silent venues of an area, or one of them, in the order of the worklist."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, _parameters(area, now) | {"venue": venue_id})
        venues = map(_Facts._make, cursor.fetchall())
    typical = _typical(local_day(now))
    midnight = day_start(local_day(now)).timestamp()
    silences = (_silence(venue, typical.get(venue.kind, 1.0), now, midnight) for venue in venues)
    return sorted(silences, key=lambda silence: silence.order)


def silence_of(area: Unit, venue_id: int, now: datetime) -> Silence | None:
    """Return why a venue is on the worklist, or None when it is not."""
    return next(iter(silent_venues(area, now, venue_id)), None)


@remembered(seconds=60)
def _typical(today: date) -> dict[str, float]:
    """Return the visits of a week, by kind, of a venue that is used."""
    began_on = today - timedelta(days=QUIET_DAYS - 1)
    days = {"week_began": day_start(began_on), "week_began_on": began_on, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_TYPICAL, days)
        return dict(cursor.fetchall())


def _parameters(area: Unit, now: datetime) -> dict[str, Any]:
    today = local_day(now)
    communes = Unit.objects.within(area).communes()
    return {
        "communes": list(communes.values_list("pk", flat=True)),
        "now": now,
        "today": today,
        "grace_before": day_start(today - timedelta(days=GRACE_DAYS - 1)),
        "stopped_before": day_start(today - timedelta(days=STOPPED_AFTER_DAYS - 1)),
        "quiet_before": day_start(today - timedelta(days=QUIET_DAYS - 1)),
        "notes_since": now - _NOTES_LAST,
    }


def _silence(venue: _Facts, typical: float, now: datetime, midnight: float) -> Silence:
    idle_days = -int((venue.waits_since - midnight) // (24 * 60 * 60))
    silence = Silence(
        venue.venue_id,
        venue.commune_id,
        Kind(venue.kind),
        venue.waits_since,
        idle_days,
        _reasons(venue.suspicion, None if venue.is_unused else min(idle_days, LONG_QUIET_DAYS)),
        venue.arrived or 0,
        7 * venue.arrived / venue.days if venue.arrived and venue.days else typical,
        compliance=venue.compliance or "",
    )
    if venue.act_at:
        act = LastApproach(venue.act_at, venue.act_way, venue.act_finding, venue.act_next_on)
        silence.last_approach, silence.state = act, _state(act, silence, now)
    return silence


@cache
def _reasons(suspicion: str | None, idle_days: int | None) -> tuple[Reason, ...]:
    """Return all that hold, the main one first; None days are those of a venue never used."""
    reasons = {Reason(suspicion)} if suspicion else set()
    if idle_days is None:
        reasons.add(Reason.NEVER)
    elif idle_days >= QUIET_DAYS:
        reasons.add(Reason.LONG_QUIET if idle_days >= LONG_QUIET_DAYS else Reason.QUIET)
    return tuple(reason for reason in Reason if reason in reasons)


def _state(act: LastApproach, silence: Silence, now: datetime) -> SilenceState:
    """Return how far one has come; an act before the venue was last used counts no more.

    Where people still come, as with arrivals without departures, an act counts for two weeks.
    """
    is_silent = silence.reason.is_silence
    since = silence.newest_at if is_silent else now - timedelta(days=ACT_DAYS)
    if since is not None and act.at <= since:
        return SilenceState.NEW
    if act.next_on and act.next_on <= local_day(now):
        return SilenceState.DUE
    if act.finding in EXCUSES:
        return SilenceState.EXCUSED
    if act.finding in PROMISES:
        return SilenceState.DONE
    return SilenceState.VISITED if act.way == ApproachWay.VISITED else SilenceState.REMINDED
