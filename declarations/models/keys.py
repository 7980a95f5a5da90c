"""The health authority's keys: public to seal with, wrapped to open with."""

from django.db import models
from django.db.models import F, Q


class SealingKey(models.Model):
    """A public key of the health authority: with it the web seals, and cannot open."""

    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
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
        constraints = [
            models.UniqueConstraint(fields=["key", "holder"], name="holder_wraps_a_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.holder}"
