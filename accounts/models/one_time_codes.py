"""Codes that owners sign in with."""

from django.db import models


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
