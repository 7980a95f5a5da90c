"""Where a case was, as far as it is known."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from accounts.models import Account
from declarations.models import Evidence, LeftReason
from venues.models import Venue

from .cases import Case


class StayQuerySet(models.QuerySet["Stay"]):
    """Stays as tracers speak of them."""

    def of_the_case(self) -> Self:
        """Where the case was, without where its contacts were."""
        return self.filter(source=None)

    def exposures(self) -> Self:
        """Those that made a place unsafe."""
        return self.filter(unsafe_period__isempty=False)

    def with_venues(self) -> Self:
        return self.select_related("venue__commune__parent__parent")


class Stay(models.Model):
    """A case, or a contact whose own contacts are sought, at a venue; copied from a visit or told.

    An exposure is a stay within the infectious period: its unsafe period, which ends some time
    after the person left. All periods are half-open, and empty where there is none.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stays")
    source = models.ForeignKey(
        "tracing.Contact",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stays",
        db_comment="the contact who was there; null: the case itself",
    )
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    visitor = models.UUIDField(null=True, blank=True)
    visit = models.UUIDField(null=True, blank=True, db_comment="id of the visit; null: told")
    evidence = models.PositiveSmallIntegerField(choices=Evidence.choices, null=True, blank=True)
    left_reason = models.PositiveSmallIntegerField(
        choices=LeftReason.choices, null=True, blank=True
    )
    certain_period = DateTimeRangeField(db_comment="between two observations; may be empty")
    possible_period = DateTimeRangeField(db_comment="as long as the stay may have been")
    unsafe_certain_period = DateTimeRangeField(
        default="empty", db_comment="certain and infectious; may be empty"
    )
    unsafe_period = DateTimeRangeField(
        default="empty", db_comment="possible and infectious, then lingering; may be empty"
    )
    told_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, db_comment="how one knows")

    objects = StayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "visit"], name="stay_copies_a_visit_once"),
            models.CheckConstraint(
                condition=Q(possible_period__contains=F("certain_period")),
                name="stay_is_certain_within_what_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(told_by__isnull=False),
                name="stay_is_copied_or_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.venue_id} {self.possible_period}"
