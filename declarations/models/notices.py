"""Where and when people were in danger, as the authority publishes it."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from accounts.models import Account
from venues.models import Venue


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices as the public reads them."""

    def published(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)


class Notice(models.Model):
    """That a case was at a venue in a period: never more than place and period.

    It outlives the visits, names no case and no person, and refers to neither.
    """

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="notices")
    period = DateTimeRangeField(db_comment="half-open: when the place was not safe")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(period__isempty=False), name="notice_has_a_period"),
            models.UniqueConstraint(
                fields=["venue", "period"],
                condition=Q(withdrawn_at=None),
                name="notice_is_published_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.period}"
