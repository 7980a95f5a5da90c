"""A venue from its registration, and the poster from which people scan."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from districts.days import local_day
from districts.models import Unit

from .entrances import entrance
from .models import Poster, Venue
from .registrations import Registration


class CommuneGone(Exception):  # noqa: N818 - the sentence is the name
    """A reform ended the commune between the form and its code."""


def registered(registration: Registration) -> Venue | None:
    """Return the venue a registration has become already."""
    return Venue.objects.filter(registration=registration.key).select_related("owner").first()


@transaction.atomic
def make_venue(registration: Registration, owner: Account, now: datetime) -> Venue:
    """Make the venue and its first poster; the same registration again gives the same venue."""
    commune = Unit.objects.on(local_day(now)).communes().filter(code=registration.commune).first()
    if commune is None:
        raise CommuneGone
    venue, is_new = Venue.objects.get_or_create(
        registration=registration.key,
        defaults={
            "name": registration.name,
            "kind": registration.kind,
            "commune": commune,
            "address": registration.address,
            "responsible_name": registration.responsible_name,
            "responsible_phone": registration.phone,
            "owner": owner,
            "registered_at": now,
        },
    )
    if is_new:
        venue.issue_poster(now)
    return venue


@transaction.atomic
def replace_poster(poster: Poster, now: datetime) -> Poster:
    """Issue a new poster in place of this one, unless somebody replaced it already."""
    venue = Venue.objects.select_for_update().get(pk=poster.venue_id)
    in_force = venue.poster
    if in_force is not None and in_force.pk != poster.pk:
        return in_force
    issued = venue.issue_poster(now)
    transaction.on_commit(entrance.cache_clear)
    return issued


def close_venue(venue: Venue, now: datetime) -> None:
    """Close a venue; its poster then answers that it is gone."""
    Venue.objects.filter(pk=venue.pk, closed_at=None).update(closed_at=now)
    entrance.cache_clear()
