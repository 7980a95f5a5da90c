"""Printing the posters of an area: how many there would be, and asking for them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboards.access import area_in_force_required, signed_in, visible_lineage
from dashboards.models import Reason
from dashboards.silence.silent import silent_venues
from districts.models import Unit
from jobs.asking import Wish, ask
from jobs.models import Job
from venues.printing import KIND, Choice

from .forms import PosterForm, Which


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@area_in_force_required
def posters(request: HttpRequest, area: Unit) -> HttpResponse:
    """Count the posters that are chosen; ask for them when told to."""
    now, asks = timezone.now(), "make" in request.POST
    form = PosterForm(area, request.POST if request.method == "POST" else _first_choice(area))
    choice = _chosen(form, area, now)
    meant, sheets = choice.counted(area, now) if choice else (0, 0)
    if choice and asks and meant:
        return redirect("jobs:job", pk=_ask(request, area, choice, now).pk)
    if choice and asks:
        form.add_error(None, _("No open venue is meant by this. Choose others."))
    context = {"area": area, "form": form, "meant": meant, "sheets_of_a4": sheets}
    return render(
        request,
        "dashboards/posters/posters.html",
        context | _around(request, area),
        status=422 if form.errors else 200,
    )


def _around(request: HttpRequest, area: Unit) -> dict[str, Any]:
    """Return where the page stands, and one's own printing that has not ended."""
    account = signed_in(request)
    own = Job.objects.visible_to(account).under_way().filter(kind=KIND, area=area)
    return {"lineage": visible_lineage(area, account), "under_way": own.order_by("asked_at")}


def _first_choice(area: Unit) -> dict[str, str]:
    """Return what is chosen before anybody chose."""
    fields = PosterForm(area).fields.items()
    return {name: str(field.initial or "") for name, field in fields}


def _chosen(form: PosterForm, area: Unit, now: datetime) -> Choice | None:
    """Return what was chosen; the worklist names its venues as it is at this moment."""
    if not form.is_valid():
        return None
    which = form.cleaned_data["which"]
    if which not in (Which.SILENT, Which.NEVER_USED):
        return form.choice(None)
    silent = silent_venues(area, now)
    wanted = [one for one in silent if which == Which.SILENT or Reason.NEVER in one.reasons]
    return form.choice(sorted(one.venue_id for one in wanted))


def _ask(request: HttpRequest, area: Unit, choice: Choice, now: datetime) -> Job:
    return ask(Wish(KIND, signed_in(request), area, choice.parameters), now)
