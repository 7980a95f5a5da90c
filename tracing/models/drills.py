"""Drills: outbreaks of invented people on which an area practises, against the clock."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Role
from districts.models import Unit

from .cases import units_of_tracer


class DrillSize(models.TextChoices):
    """How much there is to trace."""

    SMALL = "small", _("small: about 120 people at 6 venues")
    MEDIUM = "medium", _("medium: about 400 people at 12 venues")


class DrillQuerySet(models.QuerySet["Drill"]):
    def visible_to(self, account: Account) -> Self:
        """Drills of the tracer's area and within it, and of the areas around it."""
        if account.role != Role.TRACER or account.area is None:
            return self.none()
        around = [unit.pk for unit in account.area.lineage]
        return self.filter(Q(area__in=units_of_tracer(account)) | Q(area__in=around))

    def led_by(self, account: Account) -> Self:
        """Those that the tracer may end: of the own area and within it."""
        return self.filter(area__in=units_of_tracer(account))

    def running(self) -> Self:
        return self.filter(ended_at=None)

    def with_units(self) -> Self:
        return self.select_related("area__parent__parent", "started_by")


class Drill(models.Model):
    """One exercise: where, since when, and what came of it, without its people.

    Its people are in tables of their own, which are dropped when it ends.
    """

    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    size = models.CharField(max_length=6, choices=DrillSize.choices)
    seed = models.PositiveIntegerField(db_comment="the same seed invents the same people")
    started_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    results = models.JSONField(default=dict, db_comment="figures only; nothing of a person")

    objects = DrillQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                IsNull(F("ended_at"), True),
                condition=Q(ended_at=None),
                name="one_drill_runs_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="drill_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.started_at:%Y-%m-%d %H:%M}"


class Part(models.TextChoices):
    """What a planted person is in a drill; others met a case too shortly, or not at all."""

    CASE = "case"
    CLOSE = "close"
    OTHER = "other"


class Planted(models.Model):
    """The truth about an invented person, by which a drill is judged; empty but in a drill."""

    visitor = models.UUIDField(primary_key=True)
    part = models.CharField(max_length=6, choices=Part.choices)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    phone = models.CharField(max_length=16, blank=True, db_comment="of a case: what is reported")
    onset_on = models.DateField(null=True, blank=True)
    exposures = ArrayField(models.UUIDField(), default=list, db_comment="a case's unsafe visits")

    def __str__(self) -> str:
        return f"{self.part} {self.visitor}"
