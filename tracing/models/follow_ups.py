"""What was done for a contact, day by day."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account

from .contacts import Contact


class Act(models.TextChoices):
    """What was done."""

    CALL = "call", _("call")
    DAY = "day", _("daily check")
    SAMPLE = "sample", _("sample")
    ISOLATION = "isolation", _("isolation")
    ASSIGNED = "assigned", _("given to a health station")
    ENDED = "ended", _("follow-up ended")


class CallOutcome(models.TextChoices):
    """What came of a call."""

    REACHED = "reached", _("reached")
    NO_ANSWER = "no answer", _("no answer")
    WRONG_NUMBER = "wrong number", _("wrong number")
    REFUSED = "refused", _("refused to answer")
    RELATIVE = "relative", _("spoke with a relative")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Acts as those ask for them who follow up."""

    def of(self, contact: Any) -> Self:
        """For a contact, or for one joined to it as the same person."""
        return self.filter(Q(contact=contact) | Q(contact__same_as=contact))


class FollowUp(models.Model):
    """One act for a contact; only ever added."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="follow_ups")
    act = models.CharField(max_length=10, choices=Act.choices)
    at = models.DateTimeField()
    on = models.DateField(db_comment="the local day it is about")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, blank=True)
    symptoms = models.PositiveSmallIntegerField(
        default=0, db_comment="bits: see declarations.outcomes.Symptom"
    )
    sealed_note = models.BinaryField(
        null=True, blank=True, db_comment="libsodium sealed box: what was said"
    )
    nonce = models.UUIDField(unique=True, db_comment="of the form: sent twice, written once")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.on:%Y-%m-%d} {self.act}"
