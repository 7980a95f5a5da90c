"""Where visitors live: the province's communes, the other provinces, or abroad."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from database.remembering import remembered
from districts.models import Level, Unit

ABROAD = "abroad"


@dataclass(frozen=True, eq=False)
class Residences:
    """The units a visitor can choose from on one day: unit ids by code, and groups to show."""

    ids: dict[str, int]
    groups: tuple[tuple[object, tuple[tuple[str, str], ...]], ...]

    def __contains__(self, code: str) -> bool:
        return code == ABROAD or code in self.ids

    def id_of(self, code: str) -> int | None:
        """Return the unit's id, or None for people who live abroad or nobody knows where."""
        return self.ids.get(code)


@remembered(seconds=60)
def residences(on: date) -> Residences:
    """Return what can be chosen on a local day."""
    units = list(Unit.objects.on(on).with_parents())
    communes = [unit for unit in units if unit.level == Level.COMMUNE]
    parents = sorted({unit.parent for unit in communes if unit.parent}, key=lambda u: u.code)
    home = {unit.lineage[0].pk for unit in communes}
    elsewhere = [u for u in units if u.level == Level.PROVINCE and u.pk not in home]
    groups: list[tuple[object, tuple[tuple[str, str], ...]]] = [
        (parent.name, tuple((c.code, c.name) for c in communes if c.parent_id == parent.pk))
        for parent in parents
    ]
    groups.append((_("Other provinces"), tuple((u.code, u.name) for u in elsewhere)))
    return Residences({u.code: u.pk for u in [*communes, *elsewhere]}, tuple(groups))
