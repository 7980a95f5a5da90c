"""Who is asked to become an official, until they accept."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from districts.models import Unit

from .accounts import Account, Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations as those who send them speak of them."""

    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; perhaps too old by now."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def oldest_first(self) -> Self:
        """In the order in which they were sent, each with its area."""
        return self.select_related("area__parent").order_by("sent_at")

    def visible_to(self, account: Account) -> Self:
        """Invitations to the account's own area."""
        if not account.is_official or account.area is None:
            return self.none()
        return self.filter(area__in=Unit.objects.shown_to(account.area))


class Invitation(models.Model):
    """A link that makes an official's account once; only its hash is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=16, choices=Role.choices)
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="invitations")
    link_hash = models.BinaryField(max_length=32, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "email",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_invitation_of_an_address_waits",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.OWNER), name="nobody_is_invited_to_own_a_venue"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="invitation_ends_after_it_is_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def is_old(self, now: datetime) -> bool:
        """Whether the link has stopped working by itself."""
        return self.expires_at <= now
