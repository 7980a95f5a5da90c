"""What officials did about silent venues, made for tests."""

from datetime import date, datetime
from uuid import uuid4

from django.utils import timezone

from dashboards.models import Approach, Compliance
from districts.days import local_day, today
from tests import make
from venues.models import Venue


def approach(venue: Venue, at: datetime, **changes) -> Approach:
    """Make an act, by default a call that reached nobody at a venue never used."""
    details = {
        "account": changes.get("account") or make.official(email=f"{uuid4().hex}@example.vn"),
        "commune": venue.commune,
        "made_on": local_day(at),
        "way": "called",
        "finding": "nobody",
        "reason": "never",
    }
    return Approach.objects.create(id=uuid4(), venue=venue, at=at, **details | changes)


def decision(venue: Venue, since: date | None = None, **changes) -> Compliance:
    """Make a decision on the reopening condition, by default that the venue meets it from today."""
    details = {
        "status": "meets",
        "since": since or today(),
        "decided_at": timezone.now(),
        "decided_by": changes.get("decided_by") or make.official(email=f"{uuid4().hex}@example.vn"),
    }
    return Compliance.objects.create(id=uuid4(), venue=venue, **details | changes)
