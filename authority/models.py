"""The health authority's keys, who can open with them, and every look at a name.

The tables are older than this floor and keep their names, which begin with `declarations_`.
"""

import hashlib
from typing import Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Role
from districts.models import Unit

from .sealing import Wrapping


class SealingKey(models.Model):
    """A public key of the health authority: with it the web seals, and cannot open."""

    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "declarations_sealingkey"
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
        db_table = "declarations_wrappedkey"
        constraints = [
            models.UniqueConstraint(fields=["key", "holder"], name="holder_wraps_a_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.holder}"

    @property
    def wrapping(self) -> Wrapping:
        return Wrapping(bytes(self.salt), self.operations, self.memory, bytes(self.wrapped))


class KeyholderQuerySet(models.QuerySet["Keyholder"]):
    """Keyholders as those who look after the keys speak of them."""

    def admitted(self) -> Self:
        """Those who can open: the recovery sheet, and tracers who still are."""
        return self.filter(removed_at=None, admitted_at__isnull=False).filter(
            Q(account=None) | Q(account__is_active=True, account__role=Role.TRACER)
        )

    def waiting(self) -> Self:
        """Tracers who set up their passphrase and were not admitted yet."""
        return self.filter(
            removed_at=None, admitted_at=None, account__is_active=True, account__role=Role.TRACER
        )

    def tracers(self) -> Self:
        """Everybody but the recovery sheet."""
        return self.exclude(account=None)

    def recovery(self) -> Self:
        """The recovery sheet in force."""
        return self.filter(account=None, removed_at=None)

    def visible_to(self, account: Account) -> Self:
        """Those of the account's own area."""
        return self.filter(account__in=Account.objects.visible_to(account))


class Keyholder(models.Model):
    """Who can open what is sealed: a tracer by the own passphrase, or the recovery sheet.

    Each has a pair of keys. A tracer's private half is wrapped by the passphrase; that of the
    recovery sheet, which is the keyholder without an account, exists on paper only.
    """

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="keyholder"
    )
    public_key = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, null=True)
    operations = models.PositiveIntegerField(null=True, db_comment="Argon2id passes")
    memory = models.PositiveIntegerField(null=True, db_comment="Argon2id memory, bytes")
    wrapped = models.BinaryField(max_length=72, null=True)
    made_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    admitted_by = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_comment="null: by the ceremony or the recovery sheet",
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = KeyholderQuerySet.as_manager()

    class Meta:
        db_table = "declarations_keyholder"
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(account=None, removed_at=None),
                nulls_distinct=False,
                name="one_recovery_sheet_is_in_force",
            ),
            models.CheckConstraint(
                condition=Q(account=None, wrapped=None)
                | Q(removed_at__isnull=False, wrapped=None)
                | Q(account__isnull=False, wrapped__isnull=False, removed_at=None),
                name="keyholder_keeps_a_wrapped_half_while_a_tracer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.account or "recovery sheet")

    @property
    def is_admitted(self) -> bool:
        return self.admitted_at is not None and self.removed_at is None

    @property
    def wrapping(self) -> Wrapping:
        """The private half; a keyholder without one has an empty wrapping, which nothing opens."""
        return Wrapping(
            bytes(self.salt or b""),
            self.operations or 0,
            self.memory or 0,
            bytes(self.wrapped or b""),
        )

    @property
    def fingerprint(self) -> str:
        """Twelve digits of the public key, as two people compare them: `1234 5678 9012`."""
        digest = hashlib.blake2b(bytes(self.public_key), person=b"keyholder").digest()
        digits = f"{int.from_bytes(digest) % 10**12:012d}"
        return " ".join(digits[at : at + 4] for at in (0, 4, 8))


class HeldKey(models.Model):
    """The private half of a sealing key, sealed for one keyholder."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    key = models.ForeignKey(SealingKey, on_delete=models.PROTECT, related_name="held")
    keyholder = models.ForeignKey(Keyholder, on_delete=models.CASCADE, related_name="held")
    sealed = models.BinaryField(db_comment="sealed box for the keyholder: the private half")

    class Meta:
        db_table = "declarations_heldkey"
        constraints = [
            models.UniqueConstraint(fields=["key", "keyholder"], name="keyholder_holds_a_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} · {self.keyholder_id}"


class Unlocking(models.Model):
    """A tracer's key, unlocked for minutes: this half is here, the other in the tracer's cookie."""

    session_hash = models.UUIDField(primary_key=True)
    keyholder = models.ForeignKey(Keyholder, on_delete=models.CASCADE, related_name="unlockings")
    share = models.BinaryField(
        max_length=32, db_comment="private half XOR the random bytes in the cookie"
    )
    opened_at = models.DateTimeField()
    used_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True, db_comment="however often it is used")

    class Meta:
        db_table = "declarations_unlocking"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at")), name="unlocking_ends_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.keyholder_id} {self.opened_at:%Y-%m-%d %H:%M}"


class Purpose(models.TextChoices):
    """Why an officer looks; the person concerned reads it."""

    RECOGNISE = "recognise", _("to recognise the person in a case")
    CALL = "call", _("to call the person")
    FOLLOW_UP = "follow_up", _("to follow up on the person's health")
    LIST = "list", _("to hand a list to those who follow up")
    CORRECT = "correct", _("to correct details")
    TRACE = "trace", _("to trace whom a case met")
    REPORTED = "reported", _("as an illness was reported")
    MET = "met", _("as a case met the person")
    ASKED = "asked", _("as the person asked for it")


# Why somebody may be looked for before there is a case.
SEARCHING = (Purpose.REPORTED, Purpose.MET, Purpose.ASKED)


class Seen(models.TextChoices):
    """What is looked at beside sealed fields; it stands in `fields` of a disclosure, alone."""

    SEARCH = "search", _("searched for the person")
    VISITS = "visits", _("looked at the person’s visits")
    CONTACTS = "contacts", _("looked at whom the person met")


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Disclosures as those speak of them who read the log."""

    def visible_to(self, account: Account) -> Self:
        """Of officers of the account's own area."""
        return self.filter(area__in=account.visible_units())

    def newest_first(self) -> Self:
        return self.order_by("-number")

    def of_names(self) -> Self:
        """Those in which something sealed was opened."""
        return self.exclude(fields__overlap=Seen.values)


class Disclosure(models.Model):
    """That an officer looked for one person, or at the visits or fields of one, for a purpose.

    Only a search has no case yet. It is written before anything is shown and only ever added: the
    database refuses to change or remove one, and each vouches for the one before it. Officer and
    unit are copied as they were called then; the person is known by the visitor's keyed hash and mask.
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
        db_table = "declarations_disclosure"
        indexes = [
            models.Index(fields=["visitor", "at"], name="disclosure_by_visitor"),
            models.Index(fields=["officer", "at"], name="disclosure_by_officer"),
            models.Index(fields=["case_number"], name="disclosure_by_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & (~Q(case_number="") | Q(purpose__in=[each.value for each in SEARCHING])),
                name="disclosure_has_a_number_and_a_case_or_is_a_search",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.case_number} {self.mask}"

    @property
    def seen(self) -> str:
        """What was looked at, as a sentence says it."""
        words = {each.value: str(each.label) for each in Seen}
        return words.get(self.fields[0]) or gettext("opened the person’s name and details")


class RevealQuerySet(models.QuerySet["Reveal"]):
    """Requests for a second officer as tracers speak of them."""

    def waiting(self) -> Self:
        """Neither confirmed nor refused."""
        return self.filter(confirmed_at=None, refused_at=None)

    def visible_to(self, account: Account) -> Self:
        """Asked by officers of the account's own area."""
        return self.filter(asked_by__in=Account.objects.visible_to(account))

    def of_outsiders(self) -> Self:
        """Confirmed ones of outsiders; with a case they hold for it and for whomever it met."""
        return self.filter(outsiders__isnull=False, confirmed_at__isnull=False)


class Reveal(models.Model):
    """A look that waits for a second officer: at many people at once, or at outsiders.

    It is good for an hour, and once; for a case with outsiders as long as there is the case.
    """

    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_index=True)
    case_number = models.CharField(max_length=40)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    people = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32, db_comment="of the sorted visitors and the fields")
    outsiders = ArrayField(
        models.UUIDField(),
        null=True,
        blank=True,
        db_comment="who of them lives outside the area; null: there are only too many people",
    )
    second_officer = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = RevealQuerySet.as_manager()

    class Meta:
        db_table = "declarations_reveal"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None),
                name="reveal_is_confirmed_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(second_officer=None) | ~Q(second_officer=F("asked_by")),
                name="reveal_is_decided_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(confirmed_at__isnull=False),
                name="reveal_is_used_after_it_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} · {self.people}"

    @property
    def sentence(self) -> str:
        """What is asked for, as a second officer reads it."""
        said = {"number": self.case_number, "n": self.people, "why": self.get_purpose_display()}
        if not self.case_number:
            return (
                ngettext(
                    "Search: %(n)s person, %(why)s", "Search: %(n)s people, %(why)s", self.people
                )
                % said
            )
        return (
            ngettext(
                "Case %(number)s: %(n)s person, %(why)s",
                "Case %(number)s: %(n)s people, %(why)s",
                self.people,
            )
            % said
        )
