"""Where a visitor was, from arrival to departure, and how both are known."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from declarations.nonces import Nonce, Receipt
from declarations.outcomes import Outcome
from districts.models import Unit
from venues.models import Venue

from .visitors import Visitor

# Inpatients, guests of hotels and dormitories; longer than this nobody is believed to stay.
LONGEST_STAY = timedelta(days=30)
# All but a few stays are shorter; those few are marked, so that nothing else is looked for so far.
COMMON_STAY = timedelta(hours=24)


class Evidence(models.IntegerChoices):
    """How a visit is known, strongest first."""

    SCANNED = 1, _("scanned by the person on duty")
    POSTER = 2, _("poster scanned by the visitor")
    TYPED = 3, _("typed by the person on duty")
    PAPER = 4, _("taken over from paper")
    CLAIMED = 5, _("poster scanned by a phone that is not known as the visitor's")


# What is only claimed of somebody says nothing of where else they were.
OBSERVED = frozenset({Evidence.SCANNED, Evidence.POSTER})


class LeftReason(models.IntegerChoices):
    """How a departure is known."""

    SCANNED = 1, _("checked out")
    MOVED_ON = 2, _("checked in elsewhere")
    CLOSING = 3, _("the venue closed")
    USUAL_STAY = 4, _("usual length of a stay")
    TURNED_AWAY = 5, _("did not go in")

    @property
    def word(self) -> str:
        return self.name.lower()


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits as committees and tracers speak of them."""

    def entered_during(self, start: datetime, end: datetime) -> Self:
        """Arrived in a half-open period."""
        return self.filter(entered_at__gte=start, entered_at__lt=end)

    def left_during(self, start: datetime, end: datetime) -> Self:
        """Left in a half-open period."""
        return self.filter(
            Q(entered_at__gte=start - COMMON_STAY) | Q(is_long=True),
            entered_at__gte=start - LONGEST_STAY,
            entered_at__lt=end,
            left_at__gte=start,
            left_at__lt=end,
        )

    def of(self, receipt: Receipt) -> Self:
        """The visits one form made: their ids are neighbours."""
        nonce = receipt.nonce
        return self.filter(venue=receipt.venue_id, entered_at=nonce.moment, id__range=nonce.party)

    def by_receipt(self, receipts: list[Receipt]) -> dict[Receipt, "Visit"]:
        """For each receipt that still has visits, one of them with its venue."""
        wanted = {(receipt.venue_id, receipt.nonce): receipt for receipt in receipts}
        visits = self.filter(
            venue__in={receipt.venue_id for receipt in receipts},
            entered_at__in={receipt.nonce.moment for receipt in receipts},
        ).select_related("venue__commune__parent__parent")
        found = {wanted.get((visit.venue_id, Nonce.of(visit.id))): visit for visit in visits}
        return {receipt: visit for receipt, visit in found.items() if receipt}

    def at(self, venue: Venue) -> Self:
        return self.filter(venue=venue)

    def within(self, area: Unit) -> Self:
        return self.filter(venue__in=Venue.objects.within(area))

    def visible_to(self, account: Account) -> Self:
        """At venues the account may see."""
        return self.filter(venue__in=Venue.objects.visible_to(account))

    def still_inside(self) -> Self:
        """Without a departure yet."""
        return self.filter(left_at=None)


class Visit(models.Model):
    """One visitor at one venue from arrival to departure; nothing refers to it.

    The id is a UUIDv7: the arrival in milliseconds, 42 bits of the form it came with (so the
    people of one form are neighbours), 32 bits of the person (so that a form sent twice is one
    visit, and a form used for two people is two).

    Of somebody who was only seen leaving, the visit begins and ends then; `possible_since` says
    how long they may have been there. It equals the arrival where a longer stay's first days are
    forgotten. See declarations.sightings for how visits end.
    """

    pk = models.CompositePrimaryKey("venue", "entered_at", "id")
    entered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    venue = models.ForeignKey(
        Venue, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    evidence = models.PositiveSmallIntegerField(choices=Evidence.choices)
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices)
    left_reason = models.PositiveSmallIntegerField(choices=LeftReason.choices, null=True)
    left_evidence = models.PositiveSmallIntegerField(
        choices=Evidence.choices,
        null=True,
        db_comment="how an observed departure is known; null: as the arrival",
    )
    tapped_at = models.DateTimeField(
        null=True, db_comment="when its receipt first said that the person leaves"
    )
    possible_since = models.DateTimeField(
        null=True, db_comment="the earliest arrival, where it was not seen on a kept day"
    )
    is_interrupted = models.BooleanField(
        db_default=False, db_comment="seen elsewhere between arrival and departure"
    )
    is_long = models.BooleanField(db_default=False, db_comment="lasted for more than 24 hours")
    is_let_in = models.BooleanField(
        db_default=False, db_comment="went in although the outcome was stop"
    )
    id = models.UUIDField()
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "entered_at"], name="visit_by_visitor"),
            models.Index(
                fields=["venue", "entered_at"],
                condition=Q(is_long=True) | Q(possible_since__isnull=False),
                name="visit_reaches_far",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")),
                name="visit_leaves_after_arriving",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__lte=F("entered_at") + LONGEST_STAY),
                name="visit_lasts_at_most_thirty_days",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None)
                | Q(left_at__lte=F("entered_at") + COMMON_STAY)
                | Q(is_long=True),
                name="visit_over_a_day_is_marked_as_long",
            ),
            models.CheckConstraint(
                condition=Q(possible_since=None) | Q(possible_since__lte=F("entered_at")),
                name="visit_is_possible_before_it_is_seen",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, left_reason=None)
                | Q(left_at__isnull=False, left_reason__isnull=False),
                name="visit_leaves_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(evidence__gte=1, evidence__lte=5), name="visit_has_a_known_evidence"
            ),
        ]

    @property
    def left_word(self) -> str:
        """How the departure is known, as templates ask for it."""
        return LeftReason(self.left_reason).word if self.left_reason else ""

    @property
    def is_turned_away(self) -> bool:
        """Whether they went no further than the door."""
        return self.left_reason == LeftReason.TURNED_AWAY

    def __str__(self) -> str:
        return f"{self.venue_id} {self.entered_at:%Y-%m-%d %H:%M}"
