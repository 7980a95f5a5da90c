"""Looks at many people that wait for a second officer."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import fresh_second_factor_required, official_of, tracer_required
from accounts.models import Account, Role

from .addresses import see_other
from .disclosures import GOOD_FOR, MOST_ALONE
from .models import Reveal, RevealQuerySet


class NotYoursToDecideError(Exception):
    """The request is one's own, of another area, decided already, or over an hour old."""


@never_cache
@require_safe
@tracer_required
def looks(request: HttpRequest) -> HttpResponse:
    """Show the looks that wait: one's own, and those of colleagues to decide on."""
    officer, now = official_of(request), timezone.now()
    lately = Reveal.objects.visible_to(officer).filter(asked_at__gt=now - GOOD_FOR)
    lately = lately.select_related("asked_by__area__parent", "second_officer").order_by("asked_at")
    context = {
        "mine": lately.filter(asked_by=officer, used_at=None),
        "theirs": to_decide(officer, now).select_related("asked_by__area__parent"),
        "most_alone": MOST_ALONE,
    }
    return render(request, "authority/looks.html", context)


def to_decide(officer: Account, now: datetime) -> RevealQuerySet:
    """Return what colleagues ask, which this officer may confirm or refuse."""
    lately = Reveal.objects.waiting().visible_to(officer).filter(asked_at__gt=now - GOOD_FOR)
    return lately.exclude(asked_by=officer).order_by("asked_at")


@require_POST
@fresh_second_factor_required
@tracer_required
def confirm(request: HttpRequest, look: int) -> HttpResponse:
    return _decided(request, look, confirm=True)


@require_POST
@fresh_second_factor_required
@tracer_required
def refuse(request: HttpRequest, look: int) -> HttpResponse:
    return _decided(request, look, confirm=False)


def decide(request: Reveal, officer: Account, now: datetime, *, confirm: bool) -> None:
    """Confirm or refuse a colleague's request as the second officer; raises NotYoursToDecideError."""
    undecided = to_decide(officer, now).filter(pk=request.pk)
    moment = {"confirmed_at" if confirm else "refused_at": now}
    if officer.role != Role.TRACER or not undecided.update(second_officer=officer, **moment):
        raise NotYoursToDecideError


def _decided(request: HttpRequest, look: int, *, confirm: bool) -> HttpResponse:
    officer = official_of(request)
    asked = get_object_or_404(Reveal.objects.visible_to(officer), pk=look)
    try:
        decide(asked, officer, timezone.now(), confirm=confirm)
        sentence = _("You confirmed it.") if confirm else _("You refused it.")
        messages.success(request, sentence)
    except NotYoursToDecideError:
        messages.warning(request, _("This was decided already, is too old, or is your own."))
    return see_other(request, "looks")
