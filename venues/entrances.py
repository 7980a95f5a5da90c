"""What a poster's code leads to, remembered for a moment because every check-in asks."""

from dataclasses import dataclass
from datetime import timedelta

from database.remembering import remembered

from .kinds import Kind, usual_stay
from .models import Poster


@dataclass(frozen=True)
class Entrance:
    """A venue as the visitor meets it; `gone` says why its poster no longer works."""

    code: str
    displayed_code: str
    venue_id: int
    name: str
    place: str
    kind: str
    gone: str = ""

    @property
    def kind_name(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def usual_stay(self) -> timedelta:
        return usual_stay(self.kind)


# A revoked poster may still work for a second in a process that just looked it up.
@remembered(seconds=1)
def entrance(code: str) -> Entrance | None:
    """Return where a normalised code leads, or None when no poster ever had it."""
    poster = Poster.objects.with_venue().filter(code=code).first()
    if poster is None:
        return None
    venue = poster.venue
    gone = "closed" if venue.closed_at else "revoked" if poster.revoked_at else ""
    return Entrance(
        poster.code,
        poster.displayed_code,
        venue.pk,
        venue.name,
        venue.place,
        venue.kind,
        gone,
    )
