"""Who may sign in, who is invited to, and what happened at the door."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from districts.models import Unit, UnitQuerySet


class Role(models.TextChoices):
    """What an account is for; an official's rank is the level of the area."""

    OWNER = "owner", _("venue owner")
    OFFICIAL = "official", _("official")
    TRACER = "tracer", _("tracer")
    ADMINISTRATOR = "administrator", _("administrator")


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts as those who look after them speak of them."""

    def officials(self) -> Self:
        """Everybody who works for the authority."""
        return self.exclude(role=Role.OWNER)

    def visible_to(self, account: "Account") -> Self:
        """Officials of the account's own area; in other areas nobody exists."""
        return self.officials().filter(area__in=account.visible_units())

    def with_second_factor(self) -> Self:
        """Say of each whether a second factor is set up."""
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        shown = factors.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return self.annotate(has_second_factor=Exists(shown))

    def by_name(self) -> Self:
        """By area, then by name."""
        return self.select_related("area__parent").order_by("area__name_order", "name", "email")


class AccountManager(BaseUserManager["Account"].from_queryset(AccountQuerySet)):  # type: ignore[misc]
    """Makes accounts: officials have an e-mail address and a password, owners a phone."""

    def create_official(self, email: str, password: str, **details: Any) -> "Account":
        account = self.model(email=self.normalize_email(email).lower(), **details)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def owner_of(self, phone: str) -> "Account":
        """Return the account of a confirmed phone, making it at the first time."""
        account, _created = self.get_or_create(phone=phone, defaults={"role": Role.OWNER})
        return account

    def owners_of(self, phones: Iterable[str]) -> dict[str, "Account"]:
        """Return the accounts of many phones that are not confirmed yet: who confirms one owns it.

        A phone may be an official's, or of a closed account.
        """
        wanted = set(phones)
        owners = [self.model(phone=phone, role=Role.OWNER) for phone in sorted(wanted)]
        self.bulk_create(owners, ignore_conflicts=True)
        return {account.phone or "": account for account in self.filter(phone__in=wanted)}


class Account(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: an owner with a phone, or an official with an area."""

    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    phone = models.CharField(max_length=16, unique=True, null=True, blank=True)
    name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.OWNER)
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    ended_sessions = models.PositiveIntegerField(
        default=0, db_default=0, db_comment="how often all sessions were ended; part of their seal"
    )

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False),
                name="account_has_an_email_or_a_phone",
            ),
            models.CheckConstraint(
                condition=Q(role="owner") | Q(area__isnull=False, email__isnull=False),
                name="official_has_an_area_and_an_email",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or ""

    @property
    def is_official(self) -> bool:
        """True for everybody who works for the authority, of whatever role."""
        return self.role != Role.OWNER

    @property
    def is_tracer(self) -> bool:
        """True for those who may open names, for a case and a purpose."""
        return self.role == Role.TRACER

    @property
    def manages_people(self) -> bool:
        """Administrators look after accounts, and officials after those of the levels below."""
        if self.role == Role.ADMINISTRATOR:
            return True
        return self.role == Role.OFFICIAL and self.area is not None and self.area.has_levels_below

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin may be opened, which asks for more than this."""
        return self.role == Role.ADMINISTRATOR

    @property
    def own_area(self) -> Unit:
        """The area of an official, of whom the database has it always."""
        assert self.area is not None  # noqa: S101 - see above
        return self.area

    def visible_units(self) -> UnitQuerySet:
        """Return the units an account may see: an official's own area and what it came of.

        They are of every day; ask for those in force `on` a day, or which one was `called` so.
        """
        if not self.is_official or self.area is None:
            return Unit.objects.none()
        return Unit.objects.shown_to(self.area)

    def second_factors(self) -> models.QuerySet[Authenticator]:
        """Return what one can show as a second step, without the recovery codes."""
        kept = Authenticator.objects.filter(user=self)
        codes = Authenticator.Type.RECOVERY_CODES
        return kept.exclude(type=codes).order_by("created_at", "pk")

    def end_sessions(self, but: int = 0) -> None:
        """End every session of the account, wherever it is, or all but one."""
        OpenSession.objects.filter(account=self).exclude(pk=but).end()
        Account.objects.filter(pk=self.pk).update(ended_sessions=F("ended_sessions") + 1)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what sessions carry: another one after all of them were ended."""
        sealed: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.ended_sessions:
            return sealed
        return salted_hmac(sealed, str(self.ended_sessions), algorithm="sha256").hexdigest()


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
        return self.filter(area__in=account.visible_units())


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


class OneTimeCode(models.Model):
    """A code sent to a phone for one asking; kept as a keyed hash, good for a few minutes and tries."""

    asking = models.BinaryField(
        max_length=32, primary_key=True, db_comment="keyed hash of browser, purpose and phone"
    )
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_one_time_code"
        indexes = [models.Index(fields=["expires_at"], name="code_by_end")]

    def __str__(self) -> str:
        return f"code until {self.expires_at:%H:%M}"


class OpenSessionQuerySet(models.QuerySet["OpenSession"]):
    """Sessions as those whose they are speak of them."""

    def going_on(self, now: datetime) -> Self:
        """Neither signed out nor ended; the one used last comes first."""
        kept = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
        return self.filter(Exists(kept), ends_at__gt=now).order_by("-last_used_at", "-pk")

    def end(self) -> None:
        """Sign these browsers out."""
        Session.objects.filter(session_key__in=self.values("session_key")).delete()
        self.delete()


class OpenSession(models.Model):
    """A browser that signed in, as its account sees it; what is kept in it is Django's session."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_comment="whatever is done in it until then")
    last_used_at = models.DateTimeField(db_comment="to a few minutes")
    device = models.CharField(max_length=60, blank=True, db_comment="such as Chrome, Android")
    network = models.CharField(max_length=50, blank=True, db_comment="never a whole address")

    objects = OpenSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("began_at")), name="session_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} since {self.began_at:%Y-%m-%d %H:%M}"


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
    SESSION_ENDED = "session_ended", _("Signed out on another device")
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
        get = self.details.get
        parts = ("name", "role", "area")
        changes = [(get(f"{part}_before"), get(f"{part}_after")) for part in parts]
        changed = [f"{_said(old)} → {_said(new)}" for old, new in changes if old != new]
        return "; ".join([*filter(None, [get("factor", ""), get("ended", "")]), *changed])


def _said(word: str) -> str:
    return str(Role(word).label) if word in Role.values else word
