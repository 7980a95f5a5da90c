"""What is left of a forgotten day."""

from django.db import models


class DeletionRecord(models.Model):
    """Proof that a day was forgotten: how much there was, and its checksum."""

    day = models.DateField(primary_key=True)
    visits = models.PositiveIntegerField()
    declarations = models.PositiveIntegerField()
    visitors = models.PositiveIntegerField(db_comment="forgotten with it: no visit left")
    checksum = models.BinaryField(max_length=32, db_comment="SHA-256 of the day's visit ids")
    deleted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
