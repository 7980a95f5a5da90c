"""What a visitor submits: who they are (sealed), how they feel, and where they were."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit
from venues.models import Venue

from .nonces import Nonce
from .outcomes import Outcome
from .receipts import Receipt

LONGEST_STAY = timedelta(hours=24)


class Evidence(models.IntegerChoices):
    """How a visit is known, strongest first."""

    SCANNED = 1, _("scanned by the person on duty")
    POSTER = 2, _("poster scanned by the visitor")
    TYPED = 3, _("typed by the person on duty")
    PAPER = 4, _("taken over from paper")


class LeftReason(models.IntegerChoices):
    """How a departure is known."""

    SCANNED = 1, _("checked out")
    MOVED_ON = 2, _("checked in elsewhere")
    CLOSING = 3, _("the venue closed")
    USUAL_STAY = 4, _("usual length of a stay")

    @property
    def word(self) -> str:
        return self.name.lower()


class SealingKey(models.Model):
    """A public key of the health authority: with it the web seals, and cannot open."""

    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(retired_at__gte=F("created_at")),
                name="sealing_key_retires_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return bytes(self.public_key).hex()[:16]


class WrappedKey(models.Model):
    """The private half of a sealing key, wrapped by somebody's passphrase (Argon2id)."""

    key = models.ForeignKey(SealingKey, on_delete=models.PROTECT, related_name="wrapped")
    holder = models.CharField(max_length=100)
    salt = models.BinaryField(max_length=16)
    operations = models.PositiveIntegerField(db_comment="Argon2id passes")
    memory = models.PositiveIntegerField(db_comment="Argon2id memory, bytes")
    wrapped = models.BinaryField(max_length=72)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "holder"], name="holder_wraps_a_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.holder}"


class Visitor(models.Model):
    """A person, known by a keyed hash of phone, name and year of birth; the rest is sealed."""

    key = models.UUIDField(primary_key=True)
    phone_hash = models.UUIDField(db_index=True)
    document_hash = models.UUIDField(null=True, blank=True)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    seen_on = models.DateField(db_comment="local day of the newest declaration")
    mask = models.CharField(max_length=40, db_comment="N.V.A · 678")
    sealed = models.BinaryField(db_comment="libsodium sealed box: name, phone, documents, address")

    class Meta:
        indexes = [
            models.Index(
                fields=["document_hash"],
                condition=Q(document_hash__isnull=False),
                name="visitor_by_document",
            ),
        ]

    def __str__(self) -> str:
        return self.mask


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    """Declarations as committees speak of them."""

    def during(self, start: datetime, end: datetime) -> Self:
        """Declared in a half-open period."""
        return self.filter(declared_at__gte=start, declared_at__lt=end)

    def within(self, area: Unit) -> Self:
        """Declared at a venue of the area."""
        return self.filter(venue__in=Venue.objects.within(area))

    def visible_to(self, account: Account) -> Self:
        """Declared at venues the account may see."""
        return self.filter(venue__in=Venue.objects.visible_to(account))

    def worrying(self) -> Self:
        """Those whose outcome was not "go"."""
        return self.filter(outcome__gt=Outcome.GO)


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

    objects = DeclarationQuerySet.as_manager()

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


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits as committees and tracers speak of them."""

    def entered_during(self, start: datetime, end: datetime) -> Self:
        """Arrived in a half-open period."""
        return self.filter(entered_at__gte=start, entered_at__lt=end)

    def left_during(self, start: datetime, end: datetime) -> Self:
        """Left in a half-open period; nobody stays over 24 hours."""
        return self.filter(
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
    id = models.UUIDField()
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["visitor", "entered_at"], name="visit_by_visitor")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")),
                name="visit_leaves_after_arriving",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__lte=F("entered_at") + LONGEST_STAY),
                name="visit_lasts_at_most_a_day",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, left_reason=None)
                | Q(left_at__isnull=False, left_reason__isnull=False),
                name="visit_leaves_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(evidence__gte=1, evidence__lte=4), name="visit_has_a_known_evidence"
            ),
        ]

    @property
    def left_word(self) -> str:
        """How the departure is known, as templates ask for it."""
        return LeftReason(self.left_reason).word if self.left_reason else ""

    def __str__(self) -> str:
        return f"{self.venue_id} {self.entered_at:%Y-%m-%d %H:%M}"


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
