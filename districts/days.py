"""The local day: the only place that knows the province's clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(moment: datetime) -> date:
    """Return the province's calendar day at an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone has no local day.")
    return moment.astimezone(LOCAL_ZONE).date()


def day_start(day: date) -> datetime:
    """Return the aware moment at which a local day begins."""
    return datetime.combine(day, time.min, LOCAL_ZONE)


def day_period(day: date) -> tuple[datetime, datetime]:
    """Return a local day as a half-open period."""
    return day_start(day), day_start(day + timedelta(days=1))


def today() -> date:
    """Return the local day of now; a default for views and commands only."""
    return local_day(timezone.now())
