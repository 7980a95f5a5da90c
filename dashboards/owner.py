"""What an owner sees of the own venue today: figures, never names."""

from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import account_of
from declarations.models import COMMON_STAY, Visit
from declarations.nonces import word_of_the_day
from districts.days import day_period, local_day
from forms.phones import displayed
from venues.access import venue_required
from venues.models import Poster, Venue

from .models import Compliance


@never_cache
@require_safe
@venue_required
def venue(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Show a venue to its owner, or to an official of the area: facts, poster, today's figures."""
    now = timezone.now()
    context = {
        "venue": venue,
        "poster": poster,
        "figures": figures(venue, now),
        "now": now,
        "word": word_of_the_day(venue.pk, local_day(now)),
        "responsible_phone": displayed(venue.responsible_phone),
        "decision": Compliance.objects.in_force(local_day(now)).filter(venue=venue).first(),
        "stations": venue.stations.in_use().count(),
        "sheets": venue.register_sheets.waiting().count(),
        "may_change": venue.owner == account_of(request) and not venue.closed_at,
    }
    return render(request, "dashboards/venue.html", context)


def figures(venue: Venue, now: datetime) -> dict[str, int]:
    """Count today's arrivals and departures, and who is inside, exactly and live."""
    visits = Visit.objects.at(venue)
    today = day_period(local_day(now))
    lately = visits.entered_during(now - COMMON_STAY, now + timedelta(seconds=1))
    return {
        "entered": visits.entered_during(*today).count(),
        "left": visits.left_during(*today).count(),
        "inside": lately.still_inside().count(),
    }
