"""People who are ill, or may be."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Role
from authority.models import SealingKey
from districts.models import Unit

from .rules import Rule


class Status(models.TextChoices):
    """How sure one is of a case."""

    SUSPECTED = "suspected", _("suspected")
    PROBABLE = "probable", _("probable")
    CONFIRMED = "confirmed", _("confirmed (F0)")
    EXCLUDED = "excluded", _("excluded")


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases as tracers speak of them."""

    def visible_to(self, account: Account) -> Self:
        """Cases that the tracer's area opened, or whose home is there; none that is forgotten."""
        if account.role != Role.TRACER or account.area is None:
            return self.none()
        shown = Unit.objects.shown_to(account.area)
        return self.filter(Q(area__in=shown) | Q(residence__in=shown)).exclude(sealed=b"")

    def with_units(self) -> Self:
        return self.select_related("rule", "area", "residence__parent__parent", "opened_by")

    def open(self) -> Self:
        """Those still worked on."""
        return self.filter(closed_at=None)


class Case(models.Model):
    """Somebody who is ill or may be, known by a number; what names them is sealed.

    The sealed box is a copy of a visitor's, whose key `sealed_row` is; the visitor may be forgotten
    meanwhile. One person may have declared under several phones or spellings: `visitors`.
    """

    number = models.CharField(max_length=20, unique=True, db_comment="BN2026-0001")
    area = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_comment="whose tracers opened it"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SUSPECTED)
    onset_on = models.DateField(null=True, blank=True, db_comment="first day with symptoms")
    sample_on = models.DateField(null=True, blank=True, db_comment="day of the positive sample")
    isolated_at = models.DateTimeField(null=True, blank=True)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="cases")
    infectious_period = DateTimeRangeField(db_comment="half-open; computed by the rule, or given")
    correction = models.CharField(
        max_length=300, blank=True, db_comment="why the infectious period is not the rule's"
    )
    visitors = ArrayField(models.UUIDField(), default=list, db_comment="keys of visitors")
    phone_hashes = ArrayField(models.UUIDField(), default=list)
    mask = models.CharField(max_length=40)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealing_key = models.ForeignKey(SealingKey, on_delete=models.PROTECT, related_name="+")
    sealed_row = models.UUIDField(db_comment="the row written into the sealed box")
    sealed = models.BinaryField(db_comment="libsodium sealed box: name, phone, documents, address")
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    traced_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(infectious_period__isempty=False), name="case_is_infectious_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(onset_on__isnull=False) | Q(sample_on__isnull=False),
                name="case_has_an_onset_or_a_sample",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CaseEvent(models.Model):
    """What was done to a case, by whom, when, and why; only ever added."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20, db_comment="opened, traced, corrected, status, …")
    told = models.JSONField(default=dict, db_comment="what changed, without anything that names")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"
