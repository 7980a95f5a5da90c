"""Every look at a name: who looked, at whom, why and when."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit


class Purpose(models.TextChoices):
    """Why an officer looks at a name; the person concerned reads it."""

    RECOGNISE = "recognise", _("to recognise the person in a case")
    CALL = "call", _("to call the person")
    FOLLOW_UP = "follow_up", _("to follow up on the person's health")
    LIST = "list", _("to hand a list to those who follow up")
    CORRECT = "correct", _("to correct details")


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Disclosures as those speak of them who read the log."""

    def visible_to(self, account: Account) -> Self:
        """Of officers of the account's own area."""
        if not account.is_official or account.area is None:
            return self.none()
        return self.filter(area__in=Unit.objects.shown_to(account.area))

    def newest_first(self) -> Self:
        return self.order_by("-number")


class Disclosure(models.Model):
    """That an officer looked at fields of one person, for a case and a purpose.

    It is written before anything is shown and only ever added: the database refuses to change or
    remove one, and each vouches for the one before it. Officer and unit are copied as they
    were called then; the person is known by the visitor's keyed hash and mask.
    """

    number = models.BigIntegerField(primary_key=True, db_comment="1, 2, 3 … without a gap")
    at = models.DateTimeField()
    officer = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="disclosures", db_index=False
    )
    officer_name = models.CharField(max_length=254)
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=200)
    case_number = models.CharField(max_length=40)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    visitor = models.UUIDField()
    mask = models.CharField(max_length=40)
    fields = ArrayField(models.CharField(max_length=40))
    together = models.PositiveIntegerField(db_comment="how many people were looked at at once")
    second_officer = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    second_officer_name = models.CharField(max_length=254, blank=True)
    mac = models.BinaryField(max_length=32, db_comment="HMAC over the mac before and this row")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["visitor", "at"], name="disclosure_by_visitor"),
            models.Index(fields=["officer", "at"], name="disclosure_by_officer"),
            models.Index(fields=["case_number"], name="disclosure_by_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(case_number="") & Q(number__gte=1),
                name="disclosure_has_a_case_and_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.case_number} {self.mask}"


class RevealQuerySet(models.QuerySet["Reveal"]):
    """Requests for a second officer as tracers speak of them."""

    def waiting(self) -> Self:
        """Neither confirmed nor refused."""
        return self.filter(confirmed_at=None, refused_at=None)

    def visible_to(self, account: Account) -> Self:
        """Asked by officers of the account's own area."""
        return self.filter(asked_by__in=Account.objects.visible_to(account))


class Reveal(models.Model):
    """A look at many people at once that waits for a second officer; good for an hour, once."""

    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_index=True)
    case_number = models.CharField(max_length=40)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    people = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32, db_comment="of the sorted visitors and the fields")
    second_officer = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = RevealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None),
                name="reveal_is_confirmed_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(second_officer=None) | ~Q(second_officer=models.F("asked_by")),
                name="reveal_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(confirmed_at__isnull=False),
                name="reveal_is_used_after_it_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} · {self.people}"
