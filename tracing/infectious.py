"""When a case was infectious, by a rule."""

from datetime import date, datetime, timedelta

from districts.days import day_start

from .models import Rule

Period = tuple[datetime, datetime]


def infectious_period(
    rule: Rule, onset_on: date | None, sample_on: date | None, isolated_at: datetime | None
) -> Period:
    """Return the half-open period in which a case could infect others.

    It begins so many days before the onset, or before the positive sample when there were no
    symptoms (11042/BYT-DP), at the beginning of the local day; it ends with the isolation, else
    with the last of so many days after. Somebody isolated before it begins infects for no time:
    the period then is one minute long, as a period is never empty.
    """
    anchor = onset_on or sample_on
    if anchor is None:
        raise ValueError("A case needs a day of onset or of a positive sample.")
    start = day_start(anchor - timedelta(days=rule.days_before))
    end = day_start(anchor + timedelta(days=rule.days_after + 1))
    if isolated_at is not None:
        end = min(end, isolated_at)
    return start, max(end, start + timedelta(minutes=1))
