"""What makes somebody a contact: the Ministry's documents as dated records."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q


class RuleQuerySet(models.QuerySet["Rule"]):
    """Rules as tracers choose them."""

    def in_force(self, on: date) -> "Rule | None":
        """The official rule in force on a local day, or None before the first one."""
        official = self.filter(is_official=True, in_force_from__lte=on)
        return official.order_by("in_force_from").last()


class Rule(models.Model):
    """How contacts of a case are told, under one document, from a day on.

    What a document does not say is our assumption; `assumptions` names it.
    """

    document = models.CharField(max_length=40, unique=True, db_comment="11042/BYT-DP")
    in_force_from = models.DateField()
    is_official = models.BooleanField(
        default=True, db_comment="others are for comparison and are never chosen by date"
    )
    days_before = models.PositiveSmallIntegerField(
        db_comment="infectious from so many days before onset, else before the positive sample"
    )
    days_after = models.PositiveSmallIntegerField(
        db_comment="infectious until so many days after, unless isolated earlier"
    )
    minimum_minutes = models.PositiveSmallIntegerField(
        db_comment="together for at least so long proposes a close contact"
    )
    linger_minutes = models.PositiveSmallIntegerField(
        db_comment="a place stays unsafe for so long after the case left"
    )
    distance_metres = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    masks = models.CharField(max_length=300, blank=True, db_comment="what it says of masks")
    follow_up_days = models.PositiveSmallIntegerField()
    follow_up = models.CharField(max_length=300, blank=True, db_comment="what contacts have to do")
    assumptions = models.CharField(max_length=300, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["in_force_from", "document"]
        constraints = [
            models.UniqueConstraint(
                fields=["in_force_from"],
                condition=Q(is_official=True),
                name="one_official_rule_begins_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(minimum_minutes__lte=24 * 60, linger_minutes__lte=24 * 60),
                name="rule_speaks_of_minutes_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_days__lte=60, days_before__lte=30, days_after__lte=60),
                name="rule_speaks_of_days_of_two_months",
            ),
        ]

    def __str__(self) -> str:
        return self.document

    @property
    def linger(self) -> timedelta:
        return timedelta(minutes=self.linger_minutes)
