"""Who may sign in, and for which area."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from districts.models import Unit


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
        if not account.is_official or account.area is None:
            return self.none()
        return self.officials().filter(area__in=Unit.objects.shown_to(account.area))

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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what sessions carry: another one after all of them were ended."""
        sealed: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.ended_sessions:
            return sealed
        return salted_hmac(sealed, str(self.ended_sessions), algorithm="sha256").hexdigest()
