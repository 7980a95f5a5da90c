"""What visitors submit: who they are (sealed), how they feel, where they were; and what outlives it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from authority.models import SealingKey
from declarations.nonces import Nonce, Receipt
from declarations.outcomes import Outcome
from districts.models import Unit
from venues.models import Venue

# Inpatients, guests of hotels and dormitories; longer than this nobody is believed to stay.
LONGEST_STAY = timedelta(days=30)
# Nearly all visits are shorter. Longer ones have `is_long`: only for those is searched further back.
COMMON_STAY = timedelta(hours=24)


class VisitorQuerySet(models.QuerySet["Visitor"]):
    """Visitors as their phones ask for them."""

    def code_keys(self, keys: Iterable[UUID], memory: UUID) -> dict[UUID, UUID]:
        """Return for visitors that a phone declared the key of the code it may show of each.

        The visitor's first phone shows the visitor's own key. Any other phone has a key of its own,
        by which a door is told no more than this phone said. So has a phone that was confirmed
        later, as somebody else may have seen the first code.
        """
        own = self.filter(key__in=keys, memory=memory).values_list("key", "key")
        others = Version.objects.filter(visitor__in=keys, source=memory)
        return dict(own) | dict(others.values_list("visitor", "key"))


class Visitor(models.Model):
    """A person, known by a keyed hash of phone, name and year of birth; the rest is sealed.

    What the person's own phone declares is kept here, and decides at a door. What others say of
    the person stands beside it, as a Version.
    """

    key = models.UUIDField(primary_key=True)
    phone_hash = models.UUIDField()
    fold = models.UUIDField(null=True, db_comment="of phone, name without marks and year of birth")
    spelling = models.UUIDField(
        null=True, db_comment="the key of the name with its marks; null while known without any"
    )
    born = models.IntegerField(null=True, db_comment="31 bits of phone and year of birth")
    memory = models.UUIDField(
        null=True, db_comment="of their own phone: the first that declared them as its own"
    )
    is_own = models.BooleanField(
        db_default=False, db_comment="the box holds what their own phone typed, which replaces it"
    )
    document_hash = models.UUIDField(null=True, blank=True)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    card_hash = models.UUIDField(
        null=True, blank=True, db_comment="of the number on a card that was scanned at a door"
    )
    card_until = models.DateField(
        null=True, blank=True, db_comment="last day of a card of ours that was printed for them"
    )
    seen_on = models.DateField(db_comment="local day of the newest declaration")
    declared_on = models.DateField(
        null=True, db_comment="local day of the newest declaration that decides at a door"
    )
    outcome = models.PositiveSmallIntegerField(
        choices=Outcome.choices, null=True, db_comment="of that declaration"
    )
    burst = models.IntegerField(
        null=True, db_comment="shared by people new at one poster from one source in one minute"
    )
    mask = models.CharField(max_length=40, db_comment="N.V.A · 678")
    sealed = models.BinaryField(db_comment="libsodium sealed box: name, phone, documents, address")

    objects = VisitorQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash", "fold"], name="visitor_by_phone"),
            models.Index(
                fields=["document_hash"],
                condition=Q(document_hash__isnull=False),
                name="visitor_by_document",
            ),
            models.Index(
                fields=["card_hash"],
                condition=Q(card_hash__isnull=False),
                name="visitor_by_card",
            ),
        ]

    def __str__(self) -> str:
        return self.mask


class Version(models.Model):
    """What somebody else than a visitor's own phone said of them; one for each phone or station.

    It replaces nothing: tracers see it beside what is known, and find the visitor by it.
    """

    pk = models.CompositePrimaryKey("visitor", "source")
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    source = models.UUIDField(db_comment="a phone's memory, or a station")
    key = models.UUIDField(db_index=True, db_comment="of the personal code this source may show")
    row = models.UUIDField(db_comment="for which the box was sealed")
    phone_hash = models.UUIDField(db_index=True)
    document_hash = models.UUIDField(null=True)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    seen_on = models.DateField()
    declared_on = models.DateField(null=True, db_comment="local day of its newest declaration")
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices, null=True)
    mask = models.CharField(max_length=40)
    sealed = models.BinaryField(db_comment="libsodium sealed box, as a visitor's")

    class Meta:
        indexes = [
            models.Index(
                fields=["document_hash"],
                condition=Q(document_hash__isnull=False),
                name="version_by_document",
            ),
        ]

    def __str__(self) -> str:
        return self.mask


class Declaration(models.Model):
    """What a visitor says of their health on one occasion; holds for the rest of that local day.

    A second declaration of the day is a correction: the newest one counts.
    """

    pk = models.CompositePrimaryKey("venue", "declared_at", "id")
    declared_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    venue = models.ForeignKey(
        Venue, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    residence = models.ForeignKey(
        Unit, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False
    )
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    symptoms = models.PositiveSmallIntegerField(db_comment="bits: see outcomes.Symptom")
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices)
    travelled = models.BooleanField()
    case_contact = models.BooleanField()
    area_contact = models.BooleanField()
    symptomatic_contact = models.BooleanField()
    on_behalf = models.BooleanField(db_comment="declared by somebody else")
    id = models.UUIDField()
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    sealed = models.BinaryField(null=True, db_comment="libsodium sealed box: places travelled to")

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "declared_at"], name="declaration_by_visitor"),
            models.Index(
                fields=["venue", "declared_at"],
                condition=Q(outcome__gt=0),
                name="declaration_that_worries",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__lte=2), name="declaration_has_a_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(symptoms__lt=64), name="declaration_has_known_symptoms"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declared_at:%Y-%m-%d} {self.get_outcome_display()}"


class Evidence(models.IntegerChoices):
    """How a visit is known, strongest first."""

    SCANNED = 1, _("scanned by the person on duty")
    POSTER = 2, _("poster scanned by the visitor")
    TYPED = 3, _("typed by the person on duty")
    PAPER = 4, _("taken over from paper")
    CLAIMED = 5, _("poster scanned by a phone that is not known as the visitor's")


# Only these end a visit elsewhere: what is typed, on paper or claimed says nothing of other places.
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
        return {
            receipt: visit
            for visit in visits
            if (receipt := wanted.get((visit.venue_id, Nonce.of(visit.id))))
        }

    def at(self, venue: Venue) -> Self:
        return self.filter(venue=venue)

    def still_inside(self) -> Self:
        """Without a departure yet."""
        return self.filter(left_at=None)


class Visit(models.Model):
    """One visitor at one venue from arrival to departure; nothing refers to it.

    The id is a UUIDv7: the arrival in milliseconds, 42 bits of the form it came with (so the
    people of one form are neighbours), 32 bits of the person (so that a form sent twice is one
    visit, and a form used for two people is two).

    The visit of somebody who was only seen leaving begins and ends at that moment;
    `possible_since` is then the earliest moment they may have come. Where the first days of a long
    visit are forgotten it equals `entered_at`. See declarations.sightings for how visits end.
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

    @property
    def has_left(self) -> bool:
        return self.left_at is not None and not self.is_turned_away

    def __str__(self) -> str:
        return f"{self.venue_id} {self.entered_at:%Y-%m-%d %H:%M}"


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


class DeletionRecord(models.Model):
    """Proof that a day was forgotten: how much there was, and its checksum."""

    day = models.DateField(primary_key=True)
    visits = models.PositiveIntegerField()
    declarations = models.PositiveIntegerField()
    visitors = models.PositiveIntegerField(db_comment="forgotten with it: no visit left")
    checksum = models.BinaryField(max_length=32, db_comment="SHA-256 of the day's visit ids")
    deleted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
