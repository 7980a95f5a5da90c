"""Who may sign in, and for which area."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from districts.models import Unit


class Role(models.TextChoices):
    """What an account is for; an official's rank is the level of the area."""

    OWNER = "owner", _("venue owner")
    OFFICIAL = "official", _("official")
    TRACER = "tracer", _("tracer")
    ADMINISTRATOR = "administrator", _("administrator")


class AccountManager(BaseUserManager["Account"]):
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


class OneTimeCode(models.Model):
    """A six-digit code sent to a phone; kept as a keyed hash, good for a few minutes and tries."""

    phone = models.CharField(max_length=16, primary_key=True)
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    sent_today = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"code for …{self.phone[-3:]}"
