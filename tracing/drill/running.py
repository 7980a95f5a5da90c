"""Starting and ending drills: one at a time, and nothing of its people stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Account
from database.apart import apart
from districts.models import Unit
from tracing.models import LONGEST_DRILL, Drill, DrillSize

from . import shadow
from .outbreak import invented
from .planting import Ground, plant
from .score import results


class AlreadyRunningError(Exception):
    """Another drill is running."""


def start(area: Unit, size: DrillSize, seed: int, by: Account, now: datetime) -> Drill:
    """Invent an outbreak in an area and start the clock.

    Raises AlreadyRunningError, planting.NoGroundError where venues or a rule are missing, and
    NoSealingKeyError. Two that are started at once are one.
    """
    ground = Ground.of(area, size, now)
    try:
        with apart():
            shadow.take()
            drill = Drill.objects.create(
                area=area, size=size, seed=seed, started_by=by, started_at=now
            )
            shadow.make()
            plant(invented(ground, seed), ground)
    except IntegrityError as error:
        if "one_drill_runs_at_a_time" in str(error):
            raise AlreadyRunningError from error
        raise
    return drill


def end(drill: Drill, now: datetime) -> bool:
    """Reckon the results and forget the people; return whether it was still running."""
    with apart():
        shadow.take()
        found = Drill.objects.select_for_update(of=("self",)).running().filter(pk=drill.pk).first()
        if found is None:
            return False
        if shadow.is_whole():
            found.results = results(found, now).stored()
        found.ended_at = now
        found.save(update_fields=["results", "ended_at"])
        shadow.drop()
    return True


@contextmanager
def taking_part(account: Account) -> Iterator[Drill | None]:
    """Work on the tables of the running drill, which nobody drops meanwhile.

    None where the account takes part in none, or where its tables are not whole: then what runs
    within is on the real side.
    """
    with transaction.atomic():
        shadow.hold()
        drill = Drill.objects.visible_to(account).running().with_units().first()
        if drill is None or not shadow.is_whole():
            yield None
            return
        with apart():
            yield drill


def end_overdue(now: datetime) -> int:
    """End drills that were left running for a day; return how many."""
    overdue = Drill.objects.running().filter(started_at__lte=now - LONGEST_DRILL)
    return sum(end(drill, now) for drill in overdue)
