"""Counting plainly what the tallies claim to know."""

from collections import Counter
from datetime import datetime

from django.db.models import Sum

from declarations.models import (
    COUNTED,
    DayTally,
    Declaration,
    HourTally,
    KindTally,
    LeftReason,
    Presence,
    Tally,
    TallyMark,
    Visit,
)
from declarations.outcomes import Outcome
from districts.days import LOCAL_ZONE, local_day

Counts = dict[tuple, Counter]


def hour_of(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL_ZONE).replace(minute=0, second=0, microsecond=0)


def counted() -> Counts:
    """Count visits and declarations one by one, by venue and hour."""
    counts: Counts = {}
    for visit in Visit.objects.all():
        _add(counts, visit.venue_id, visit.entered_at, "arrived")
        if visit.left_reason:
            _add(
                counts, visit.venue_id, visit.left_at, f"left_{LeftReason(visit.left_reason).word}"
            )
    for said in Declaration.objects.all():
        contact = said.case_contact or said.area_contact or said.symptomatic_contact
        claims = {
            "declared": True, "ask": said.outcome == Outcome.ASK,
            "stop": said.outcome == Outcome.STOP, "symptomatic": said.symptoms, "contact": contact,
        }  # fmt: skip
        for name in filter(claims.get, claims):
            _add(counts, said.venue_id, said.declared_at, name)
    return counts


def told() -> Counts:
    """Return what tallies and marks say, by venue and hour, without what is nothing."""
    counts: Counts = {}
    for row in Tally.objects.all():
        counts.setdefault((row.venue_id, hour_of(row.hour)), Counter()).update(_numbers(row))
    for row in TallyMark.objects.all():
        counts.setdefault((row.venue_id, hour_of(row.at)), Counter()).update(_numbers(row))
    cleared = {place: Counter({n: c for n, c in row.items() if c}) for place, row in counts.items()}
    return {place: row for place, row in cleared.items() if row}


def assert_exact() -> None:
    """Fail where a tally differs from counting; folds first where sums by commune are checked."""
    assert told() == counted()


def assert_folded() -> None:
    """Fail where any of the tallies differs from counting, after a fold."""
    plain = counted()
    assert not TallyMark.objects.exists()
    assert told() == plain
    whole = sum(plain.values(), Counter())
    for model in (Tally, HourTally, DayTally, KindTally):
        sums = model.objects.aggregate(**{name: Sum(name) for name in COUNTED})
        assert Counter({name: n for name, n in sums.items() if n}) == whole, model
    days = Counter()
    for (_venue, hour), row in plain.items():
        days[local_day(hour)] += row["arrived"]
    assert days == Counter(dict(DayTally.objects.values_list("day").annotate(Sum("arrived"))))
    for presence in Presence.objects.all():
        visits = Visit.objects.filter(venue=presence.venue_id)
        assert presence.inside == visits.still_inside().count()
        assert presence.newest_at == max((v.entered_at for v in visits), default=None)


def _add(counts: Counts, venue: int, moment: datetime, name: str) -> None:
    counts.setdefault((venue, hour_of(moment)), Counter())[name] += 1


def _numbers(row) -> dict[str, int]:
    return {name: getattr(row, name) for name in COUNTED}
