"""Where a case was without checking in, as somebody tells it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import official_of
from tracing.addresses import see_other
from tracing.models import Case, Stay
from venues.models import Venue

from . import places, telling
from .access import open_case_required, told_stay_required
from .changes import StayForm

_LONGEST_TYPED = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_case_required
def stays(request: HttpRequest, case: Case) -> HttpResponse:
    """Find a venue, then write down when the case was there."""
    venue = _venue(request, case)
    form = StayForm(venue, request.POST if request.method == "POST" else None) if venue else None
    if form is None or not form.is_valid():
        return _page(request, case, form)
    now = timezone.now()
    telling.tell(case, form.telling, official_of(request), now, form=form.cleaned_data["nonce"])
    messages.success(request, _("Added, and traced again."))
    return see_other(request, "case", case.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_stay_required
def stay(request: HttpRequest, stay: Stay) -> HttpResponse:
    """Change a stay that was told."""
    form = StayForm.of(stay, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"case": stay.case, "stay": stay, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "tracing/cases/stay.html", context, status=status)
    telling.retell(stay, form.telling, official_of(request), timezone.now())
    messages.success(request, _("Changed, and traced again."))
    return see_other(request, "case", stay.case.number)


@never_cache
@require_POST
@told_stay_required
def remove(request: HttpRequest, stay: Stay) -> HttpResponse:
    """Take a stay away that was told."""
    telling.untell(stay, official_of(request), timezone.now())
    messages.success(request, _("Taken away, and traced again."))
    return see_other(request, "case", stay.case.number)


def _venue(request: HttpRequest, case: Case) -> Venue | None:
    """Return the venue that was chosen, if it is one of the province."""
    given = request.POST if request.method == "POST" else request.GET
    key = given.get("venue", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        return None
    return places.venues_of(case.area.lineage[0]).filter(pk=int(key)).first()


def _page(request: HttpRequest, case: Case, form: StayForm | None) -> HttpResponse:
    typed = "".join(filter(str.isprintable, request.GET.get("q", "")))[:_LONGEST_TYPED].strip()
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "venue": form.venue if form else None,
        "typed": typed,
        "found": places.found(typed, case.area.lineage[0]) if typed else None,
        "told": case.stays.of_the_case().with_venues().filter(visit=None).order_by("pk"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tracing/cases/stays.html", context, status=status)
