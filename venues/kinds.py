"""Kinds of venue, and how long people usually stay there."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a venue is; decides the usual stay and how officials count."""

    MARKET = "market", _("Market")
    SUPERMARKET = "supermarket", _("Supermarket")
    SHOP = "shop", _("Shop")
    RESTAURANT = "restaurant", _("Restaurant or café")
    OFFICE = "office", _("Public office")
    COMPANY = "company", _("Company office")
    FACTORY = "factory", _("Factory or workshop")
    HEALTH = "health", _("Hospital, clinic or pharmacy")
    SCHOOL = "school", _("School")
    HOTEL = "hotel", _("Hotel or guest house")
    WORSHIP = "worship", _("Pagoda, church or temple")
    TRANSPORT = "transport", _("Bus station or ferry")
    SERVICE = "service", _("Hairdresser, bank or other service")
    EVENT = "event", _("Event or culture house")
    CHECKPOINT = "checkpoint", _("Checkpoint")
    OTHER = "other", _("Other")


# Minutes after which a visit without a departure is closed. Our estimates, not a rule of law.
_USUAL_MINUTES = {
    Kind.MARKET: 90,
    Kind.SUPERMARKET: 60,
    Kind.SHOP: 30,
    Kind.RESTAURANT: 90,
    Kind.OFFICE: 90,
    Kind.COMPANY: 540,
    Kind.FACTORY: 540,
    Kind.HEALTH: 120,
    Kind.SCHOOL: 300,
    Kind.HOTEL: 840,
    Kind.WORSHIP: 90,
    Kind.TRANSPORT: 60,
    Kind.SERVICE: 60,
    Kind.EVENT: 180,
    Kind.CHECKPOINT: 15,
    Kind.OTHER: 60,
}


def usual_stay(kind: str) -> timedelta:
    """Return how long people usually stay at a kind of venue; always under 24 hours."""
    return timedelta(minutes=_USUAL_MINUTES[Kind(kind)])
