"""The work of a day: whom to call, whom to ask how they are, and who is out of reach."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required
from accounts.models import Account
from districts.days import today
from forms.search import typed_search
from tracing.models import Act, Contact, FollowUp

# After so many days without speaking with somebody one says that they are out of reach.
_LOST_DAYS = 3
_MOST_OF_A_SHARE = 100


@never_cache
@require_safe
@tracer_required
def follow_up(request: HttpRequest) -> HttpResponse:
    day, chosen = _day(request), typed_search(request.GET, "commune")[:8]
    everything = _work(official_of(request), day)
    if number := typed_search(request.GET, "case")[:20]:
        everything = everything.filter(case__number=number)
    work = everything.filter(commune__code=chosen) if chosen else everything
    context = {
        "day": day,
        "today": today(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day <= today() else None,
        "chosen": chosen,
        "communes": _communes(everything),
        "shares": [(name, share[:_MOST_OF_A_SHARE]) for name, share in _shares(work, day).items()],
        "most": _MOST_OF_A_SHARE,
    }
    return render(request, "tracing/following/follow_up.html", context)


def _day(request: HttpRequest) -> date:
    """Return the day an address asks for, tomorrow at the latest; today if it makes no sense."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today()
    # The very first days have none long before them.
    return min(day, today() + timedelta(days=1)) if day.year > 1 else today()


def _work(account: Account, day: date) -> QuerySet[Any]:
    """Return the contacts an account follows up on a day, each with how far one has come."""
    acts = FollowUp.objects.of(OuterRef("pk"))
    checks = acts.filter(act=Act.DAY, on=day)
    tries = acts.filter(act=Act.CALL).order_by().annotate(everybody=Value(1)).values("everybody")
    contacts = Contact.objects.in_care_of(account).counted().to_follow_up(day).with_case()
    return contacts.annotate(
        was_spoken=Exists(acts.spoken()),
        is_checked=Exists(checks),
        symptoms=Subquery(checks.order_by("-at").values("symptoms")[:1]),
        tries=Subquery(tries.annotate(n=Count("pk")).values("n")),
    ).order_by("due_on", "-is_household", "-certain_seconds", "pk")


def _shares(contacts: QuerySet[Any], day: date) -> dict[str, QuerySet[Any]]:
    """Return the day's work in the order in which one does it."""
    long_ago = day - timedelta(days=_LOST_DAYS)
    return {
        "lost": contacts.filter(was_spoken=False, due_on__lte=long_ago),
        "call": contacts.filter(was_spoken=False, due_on__gt=long_ago, due_on__lte=day),
        "check": contacts.filter(was_spoken=True, is_checked=False),
        "later": contacts.filter(was_spoken=False, due_on__gt=day),
        "done": contacts.filter(was_spoken=True, is_checked=True),
    }


def _communes(contacts: QuerySet[Any]) -> list[tuple[str, str, int]]:
    rows = contacts.order_by().values_list(
        "commune__code", "commune__name", "commune__parent__name"
    )
    return [
        (code or "", ", ".join(filter(None, [name, above])), people)
        for code, name, above, people in rows.annotate(people=Count("pk")).order_by("-people")
    ]
