"""Register sheets before they are used: numbered, one after another, each with a code of its own."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from stations.models import RegisterSheet
from venues import codes
from venues.models import Venue

MOST_AT_ONCE = 50


@transaction.atomic
def issue(venue: Venue, number: int, by: Account, now: datetime) -> list[RegisterSheet]:
    """Issue so many sheets; the venue's row is locked, so that no number is given twice."""
    Venue.objects.select_for_update().get(pk=venue.pk)
    newest = venue.register_sheets.order_by("-number").first()
    first = newest.number + 1 if newest else 1
    return RegisterSheet.objects.bulk_create(
        RegisterSheet(
            venue=venue, number=first + place, code=codes.new_code(), printed_at=now, printed_by=by
        )
        for place in range(number)
    )
