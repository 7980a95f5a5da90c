"""Administrative units: a tree whose members have dates."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The tier of a unit. Districts were abolished in 2025: tiers are data."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units as the committees speak of them."""

    def on(self, day: date) -> Self:
        """Units in force on a local day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def within(self, area: "Unit") -> Self:
        """The area itself and every unit below it, whatever the number of tiers."""
        return self.filter(Q(pk=area.pk) | Q(parent=area) | Q(parent__parent=area))

    def communes(self) -> Self:
        return self.filter(level=Level.COMMUNE)

    def with_parents(self) -> Self:
        return self.select_related("parent__parent")


class Unit(models.Model):
    """A province, district or commune, as it stood between two dates.

    Official codes were used again for other units in 2025, so a code alone is no key.
    """

    code = models.CharField(max_length=8)
    level = models.CharField(max_length=8, choices=Level.choices)
    kind = models.CharField(max_length=16, db_comment="tỉnh, huyện, thị xã, xã, phường, thị trấn")
    name = models.CharField(max_length=100, db_comment="with its kind: Phường 1, Huyện Càng Long")
    name_order = models.CharField(max_length=200, db_comment="sorts as a Vietnamese dictionary")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, db_comment="first day no longer in force")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name_order", "code"]
        constraints = [
            models.UniqueConstraint("code", "valid_from", name="unit_code_starts_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(level="province", parent=None)
                | Q(level__in=["district", "commune"], parent__isnull=False),
                name="only_a_province_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """The name with its district, as two wards may share a name."""
        if self.level == Level.COMMUNE and self.parent and self.parent.level == Level.DISTRICT:
            return f"{self.name}, {self.parent.name}"
        return self.name

    @property
    def lineage(self) -> list["Unit"]:
        """The unit and those above it, from the province down."""
        above = self.parent.lineage if self.parent else []
        return [*above, self]
