"""What happened at an official's door, as the account's owner reads it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .accounts import Account, Role


class EventKind(models.TextChoices):
    """What happened; the sentence is said to the account's owner."""

    SIGNED_IN = "signed_in", _("Signed in")
    PASSWORD_REFUSED = "password_refused", _("A wrong password was typed")
    FACTOR_REFUSED = "factor_refused", _("The second step failed")
    FACTOR_ADDED = "factor_added", _("Second step added")
    FACTOR_RENAMED = "factor_renamed", _("Passkey renamed")
    FACTOR_REMOVED = "factor_removed", _("Second step removed")
    FACTORS_RESET = "factors_reset", _("All second steps taken away")
    RECOVERY_CODE_USED = "recovery_code_used", _("Signed in with a recovery code")
    RECOVERY_CODES_MADE = "recovery_codes_made", _("New recovery codes made")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    RESET_ASKED = "reset_asked", _("A link for a new password was sent")
    SESSIONS_ENDED = "sessions_ended", _("Signed out everywhere else")
    JOINED = "joined", _("Invited, and accepted")
    CHANGED = "changed", _("Name, role or area changed")
    CLOSED = "closed", _("Account closed")
    REOPENED = "reopened", _("Account opened again")
    CODE_TOLD = "code_told", _("An official told a code for the landline")


class SignInEvent(models.Model):
    """One thing that happened to an account: never changed, and forgotten after 90 days."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        Account,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_comment="who did it, if it was not the account's owner",
    )
    details = models.JSONField(default=dict, db_comment="names, roles and areas as they stood then")
    device = models.CharField(max_length=60, blank=True, db_comment="such as Chrome, Android")
    network = models.CharField(max_length=50, blank=True, db_comment="never a whole address")

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="event_by_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"

    @property
    def words(self) -> str:
        """What it was about: a passkey, or what changed into what."""
        told = self.details
        changes = [(told.get(f"{part}_before"), told.get(f"{part}_after")) for part in _PARTS]
        changed = [f"{_said(old)} → {_said(new)}" for old, new in changes if old != new]
        return "; ".join([*filter(None, [told.get("factor", "")]), *changed])


_PARTS = ("name", "role", "area")


def _said(word: str) -> str:
    return str(Role(word).label) if word in Role.values else word
