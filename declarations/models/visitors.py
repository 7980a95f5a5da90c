"""Who comes: known by a keyed hash, everything that names them sealed."""

from django.db import models
from django.db.models import Q

from districts.models import Unit

from .keys import SealingKey


class Visitor(models.Model):
    """A person, known by a keyed hash of phone, name and year of birth; the rest is sealed."""

    key = models.UUIDField(primary_key=True)
    phone_hash = models.UUIDField(db_index=True)
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
    mask = models.CharField(max_length=40, db_comment="N.V.A · 678")
    sealed = models.BinaryField(db_comment="libsodium sealed box: name, phone, documents, address")

    class Meta:
        indexes = [
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
