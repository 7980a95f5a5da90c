"""Who comes: known by a keyed hash, everything that names them sealed."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models
from django.db.models import Q

from authority.models import SealingKey
from declarations.outcomes import Outcome
from districts.models import Unit


class VisitorQuerySet(models.QuerySet["Visitor"]):
    """Visitors as their phones ask for them."""

    def code_keys(self, keys: Iterable[UUID], memory: UUID) -> dict[UUID, UUID]:
        """Return for visitors that a phone declared the key of the code it may show of each.

        A phone that is not known as the visitor's has a code of its own, which tells a door no
        more of them than this phone said; so has a confirmed one, whose visitor's first code
        somebody else may have seen.
        """
        own = self.filter(key__in=keys, memory=memory).values_list("key", "key")
        others = Version.objects.filter(visitor__in=keys, source=memory)
        return dict(own) | dict(others.values_list("visitor", "key"))


class Visitor(models.Model):
    """A person, known by a keyed hash of phone, name and year of birth; the rest is sealed.

    What the person's own phone declares is kept here, and decides at a door. What others say of
    the person stands beside it, as a Version.
    """

    key = models.UUIDField(primary_key=True)
    phone_hash = models.UUIDField()
    fold = models.UUIDField(null=True, db_comment="of phone, name without marks and year of birth")
    spelling = models.UUIDField(
        null=True, db_comment="the key of the name with its marks; null while known without any"
    )
    born = models.IntegerField(null=True, db_comment="31 bits of phone and year of birth")
    memory = models.UUIDField(
        null=True, db_comment="of their own phone: the first that declared them as its own"
    )
    is_own = models.BooleanField(
        db_default=False, db_comment="the box holds what their own phone typed, which replaces it"
    )
    document_hash = models.UUIDField(null=True, blank=True)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    card_hash = models.UUIDField(
        null=True, blank=True, db_comment="of the number on a card that was scanned at a door"
    )
    card_until = models.DateField(
        null=True, blank=True, db_comment="last day of a card of ours that was printed for them"
    )
    seen_on = models.DateField(db_comment="local day of the newest declaration")
    declared_on = models.DateField(
        null=True, db_comment="local day of the newest declaration that decides at a door"
    )
    outcome = models.PositiveSmallIntegerField(
        choices=Outcome.choices, null=True, db_comment="of that declaration"
    )
    burst = models.IntegerField(
        null=True, db_comment="shared by people new at one poster from one source in one minute"
    )
    mask = models.CharField(max_length=40, db_comment="N.V.A · 678")
    sealed = models.BinaryField(db_comment="libsodium sealed box: name, phone, documents, address")

    objects = VisitorQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash", "fold"], name="visitor_by_phone"),
            models.Index(
                fields=["document_hash"],
                condition=Q(document_hash__isnull=False),
                name="visitor_by_document",
            ),
            models.Index(
                fields=["card_hash"],
                condition=Q(card_hash__isnull=False),
                name="visitor_by_card",
            ),
        ]

    def __str__(self) -> str:
        return self.mask


class Version(models.Model):
    """What somebody else than a visitor's own phone said of them; one for each phone or station.

    It replaces nothing: tracers see it beside what is known, and find the visitor by it.
    """

    pk = models.CompositePrimaryKey("visitor", "source")
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    source = models.UUIDField(db_comment="a phone's memory, or a station")
    key = models.UUIDField(db_index=True, db_comment="of the personal code this source may show")
    row = models.UUIDField(db_comment="for which the box was sealed")
    phone_hash = models.UUIDField(db_index=True)
    document_hash = models.UUIDField(null=True)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.PROTECT, db_constraint=False, db_index=False
    )
    seen_on = models.DateField()
    declared_on = models.DateField(null=True, db_comment="local day of its newest declaration")
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices, null=True)
    mask = models.CharField(max_length=40)
    sealed = models.BinaryField(db_comment="libsodium sealed box, as a visitor's")

    class Meta:
        indexes = [
            models.Index(
                fields=["document_hash"],
                condition=Q(document_hash__isnull=False),
                name="version_by_document",
            ),
        ]

    def __str__(self) -> str:
        return self.mask
