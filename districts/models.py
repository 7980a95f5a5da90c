"""Administrative units: a tree whose members have dates."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The tier of a unit. Districts were abolished in 2025: tiers are data."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")


# However many reforms there were: a unit came of others, and those of others again.
_COUNTING = """
WITH RECURSIVE counted AS (
    SELECT unit.id FROM districts_unit unit
    LEFT JOIN districts_unit parent ON parent.id = unit.parent_id
    WHERE unit.level = 'commune' AND unit.valid_from <= %s
      AND (unit.id = %s OR unit.parent_id = %s OR parent.parent_id = %s)
    UNION
    SELECT unit.id FROM districts_unit unit JOIN counted ON counted.id = unit.successor_id
    WHERE unit.level = 'commune'
) SELECT id FROM counted
"""
_SHOWN = """
WITH RECURSIVE link AS (
    SELECT id, parent_id AS to_id FROM districts_unit
    UNION ALL SELECT id, successor_id FROM districts_unit
), shown AS (
    SELECT id FROM districts_unit WHERE id = %s
    UNION SELECT link.id FROM link JOIN shown ON shown.id = link.to_id
) SELECT id FROM shown
"""


class UnitQuerySet(models.QuerySet["Unit"]):
    """Units as the committees speak of them."""

    def on(self, day: date) -> Self:
        """Units in force on a local day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def within(self, area: "Unit") -> Self:
        """The area itself and every unit below it, whatever the number of tiers."""
        return self.filter(Q(pk=area.pk) | Q(parent=area) | Q(parent__parent=area))

    def begun_by(self, day: date) -> Self:
        """Units in force on a local day, and earlier ones."""
        return self.filter(valid_from__lte=day)

    def called(self, code: str, day: date) -> "Unit | None":
        """The unit that a code means on a local day: the one in force, else the last that was."""
        return self.begun_by(day).filter(code=code).order_by("valid_from").last()

    def made_of(self, area: "Unit") -> Self:
        """Units that a reform made of an area, or of communes right below it."""
        came_of = self.model.objects.filter(Q(pk=area.pk) | Q(parent=area))
        return self.filter(pk__in=came_of.values("successor"))

    def communes(self) -> Self:
        return self.filter(level=Level.COMMUNE)

    def counting_to(self, area: "Unit", day: date) -> Self:
        """Communes whose people count to an area on a day: its own, and what these came of."""
        return self.filter(pk__in=RawSQL(_COUNTING, (day, area.pk, area.pk, area.pk)))  # noqa: S611 - no text of others

    def shown_to(self, area: "Unit") -> Self:
        """What the officials of an area see: its units and those that these came of.

        Where an area ended and nothing came of it, as of districts in 2025, it stays theirs, and
        so do communes made of nothing but its own.
        """
        shown = Q(pk__in=RawSQL(_SHOWN, (area.pk,)))  # noqa: S611 - no text of others
        if area.valid_to and area.successor_id is None:
            own = self.model.objects.filter(successor__isnull=False, parent=area)
            others = self.model.objects.filter(successor__isnull=False).exclude(parent=area)
            made_of_it = self.model.objects.filter(pk__in=own.values("successor"))
            shown |= Q(pk__in=made_of_it.exclude(pk__in=others.values("successor")).values("pk"))
        return self.filter(shown)

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
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        db_comment="the unit that a reform made of this one, with others or alone",
    )
    inhabitants = models.PositiveIntegerField(null=True, blank=True, db_comment="census of 2019")
    latitude = models.FloatField(null=True, blank=True, db_comment="of its point on maps, WGS 84")
    longitude = models.FloatField(null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(successor=None) | Q(valid_to__isnull=False),
                name="only_a_unit_that_ends_has_a_successor",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="unit_point_has_both_degrees",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bare_name(self) -> str:
        """The name without its kind, unless it is a number: Trà Vinh, Phường 1."""
        rest = self.name[len(self.kind) :].strip()
        has_kind = self.name.casefold().startswith(self.kind.casefold())
        return rest if has_kind and rest and not rest.isdecimal() else self.name

    @property
    def has_levels_below(self) -> bool:
        return self.level != Level.COMMUNE

    @property
    def place(self) -> str:
        """The name with its district, as two wards may share a name."""
        if self.level == Level.COMMUNE and self.parent and self.parent.level == Level.DISTRICT:
            return f"{self.name}, {self.parent.name}"
        return self.name

    def last_day(self, day: date) -> date:
        """The day, or the last one on which the unit was in force if that is earlier."""
        return min(day, self.valid_to - timedelta(days=1)) if self.valid_to else day

    def ended_by(self, day: date) -> bool:
        """Tell whether a reform ended the unit by a local day."""
        return self.valid_to is not None and self.valid_to <= day

    @property
    def list_query(self) -> str:
        """What an address needs to mean this unit after it ended, as codes are used again."""
        return f"?list={self.valid_from}" if self.valid_to else ""

    @property
    def lineage(self) -> list["Unit"]:
        """The unit and those above it, from the province down."""
        above = self.parent.lineage if self.parent else []
        return [*above, self]


def communes_counted(area: Unit, day: date) -> dict[int, int]:
    """Return which part of an area each commune's people count to, by their ids.

    A part is a unit right below the area, or a commune itself where the area is one. Communes of
    an older list count where the reforms put them by that day.
    """
    communes = Unit.objects.counting_to(area, day).in_bulk()
    own = set(Unit.objects.within(area).communes().begun_by(day).values_list("pk", flat=True))
    return {pk: _part(communes, own, pk, area) for pk in communes}


def _part(communes: dict[int, Unit], own: set[int], pk: int, area: Unit) -> int:
    """Follow a commune to the newest of the area's own that came of it."""
    commune = newest = communes[pk]
    while commune.successor_id in communes:
        commune = communes[commune.successor_id]
        newest = commune if commune.pk in own else newest
    newest = newest if newest.pk in own else commune
    if area.pk in (newest.pk, newest.parent_id):
        return newest.pk
    return newest.parent_id or newest.pk
