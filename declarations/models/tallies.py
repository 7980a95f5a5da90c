"""Visits and declarations counted by venue and time: derived data, equal to counting them.

Whoever writes a visit or a declaration writes a mark in the same transaction. From time to time
marks are folded into tallies, which moves them and changes no sum. In every snapshot the tallies
and the marks together are what counting would give; see declarations.tallies.
"""

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from districts.models import Unit
from venues.kinds import Kind
from venues.models import Venue

from .visits import LeftReason


class Counts(models.Model):
    """How many people arrived and left, and what was declared."""

    arrived = models.IntegerField(db_default=0)
    left_scanned = models.IntegerField(db_default=0)
    left_moved_on = models.IntegerField(db_default=0)
    left_closing = models.IntegerField(db_default=0)
    left_usual_stay = models.IntegerField(db_default=0)
    left_turned_away = models.IntegerField(db_default=0)
    declared = models.IntegerField(db_default=0)
    ask = models.IntegerField(db_default=0)
    stop = models.IntegerField(db_default=0)
    symptomatic = models.IntegerField(db_default=0, db_comment="declared any symptom")
    contact = models.IntegerField(
        db_default=0, db_comment="declared contact with a case, an area or somebody with symptoms"
    )

    class Meta:
        abstract = True


# The columns of all tallies, in the order in which their statements name them.
LEFT = tuple(f"left_{reason.word}" for reason in LeftReason)
COUNTED = ("arrived", *LEFT, "declared", "ask", "stop", "symptomatic", "contact")


class TallyMark(Counts):
    """A change of a tally that is not folded into it yet; may take away as well as add."""

    pk = models.CompositePrimaryKey("venue", "at", "id")
    at = models.DateTimeField(db_comment="when what is counted happened")
    venue = models.ForeignKey(
        Venue, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    id = models.UUIDField(db_default=RandomUUID())

    def __str__(self) -> str:
        return f"{self.venue_id} {self.at:%Y-%m-%d %H:%M}"


class Tally(Counts):
    """A venue in one hour; forgotten with its day."""

    pk = models.CompositePrimaryKey("venue", "hour")
    hour = models.DateTimeField(db_comment="when the hour begins")
    venue = models.ForeignKey(
        Venue, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )

    class Meta:
        indexes = [BrinIndex(fields=["hour"], name="tally_by_hour", pages_per_range=32)]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.hour:%Y-%m-%d %H:%M}"


class HourTally(Counts):
    """All venues of a commune in one hour; forgotten with its day."""

    pk = models.CompositePrimaryKey("hour", "commune")
    commune = models.ForeignKey(
        Unit, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    hour = models.DateTimeField(db_comment="when the hour begins")

    def __str__(self) -> str:
        return f"{self.commune_id} {self.hour:%Y-%m-%d %H:%M}"


class DayTally(Counts):
    """All venues of a commune on one local day; kept, as it tells of nobody."""

    pk = models.CompositePrimaryKey("day", "commune")
    commune = models.ForeignKey(
        Unit, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.commune_id} {self.day:%Y-%m-%d}"


class KindTally(Counts):
    """The venues of one kind in a commune on one local day; kept as well."""

    pk = models.CompositePrimaryKey("day", "commune", "kind")
    commune = models.ForeignKey(
        Unit, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices)

    def __str__(self) -> str:
        return f"{self.commune_id} {self.day:%Y-%m-%d} {self.kind}"


class Presence(models.Model):
    """How many are inside a venue, and when somebody came last.

    Commune and kind are the venue's, repeated here because a province's page asks for the sums of
    all venues; declarations.tallies.move_venue changes them with the venue.
    """

    venue = models.OneToOneField(
        Venue, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True
    )
    commune = models.ForeignKey(
        Unit, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    inside = models.IntegerField(db_default=0, db_comment="visits without a departure")
    newest_at = models.DateTimeField(null=True, db_comment="newest arrival, also a forgotten one")

    def __str__(self) -> str:
        return f"{self.venue_id}: {self.inside}"
