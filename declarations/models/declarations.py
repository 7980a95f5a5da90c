"""What a visitor says of their health."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Account
from authority.models import SealingKey
from declarations.outcomes import Outcome
from districts.models import Unit
from venues.models import Venue

from .visitors import Visitor


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
