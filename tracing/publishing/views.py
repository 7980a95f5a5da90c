"""A case's notices: choosing, looking as the public will, publishing, withdrawing, telling owners."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import official_of
from tracing.access import case_required
from tracing.addresses import see_other
from tracing.models import Case

from . import acts
from . import owners as owners_of
from .forms import OwnersForm, PublishForm
from .proposals import Proposal, preview, proposals_of, published_of


@never_cache
@require_safe
@case_required
def notices(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what could be published and what is; the chosen as the public will read it."""
    proposals = proposals_of(case, timezone.now())
    form = PublishForm(request.GET, proposals)
    form.is_valid()
    return _page(request, case, proposals, chosen=form.chosen)


@require_POST
@case_required
def publish(request: HttpRequest, case: Case) -> HttpResponse:
    """Publish the chosen places and periods."""
    now = timezone.now()
    proposals = proposals_of(case, now)
    form = PublishForm(request.POST, proposals)
    if not form.is_valid():
        more = {"chosen": form.chosen, "errors": form.error_summary}
        return _page(request, case, proposals, **more)
    number = acts.publish(case, form.chosen, official_of(request), now)
    sentence = ngettext("%(n)d notice is published.", "%(n)d notices are published.", number)
    messages.success(request, sentence % {"n": number})
    return see_other(request, "notices", case.number)


@require_POST
@case_required
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    """Take notices of the case's places back."""
    now, wanted = timezone.now(), request.POST.getlist("notice")
    there = [one for one in published_of(proposals_of(case, now)) if str(one.pk) in wanted]
    number = acts.withdraw(case, there, official_of(request), now)
    if number:
        sentence = ngettext("%(n)d notice is withdrawn.", "%(n)d notices are withdrawn.", number)
        messages.success(request, sentence % {"n": number})
    else:
        messages.info(request, _("It was withdrawn already."))
    return see_other(request, "notices", case.number)


@require_POST
@case_required
def owners(request: HttpRequest, case: Case) -> HttpResponse:
    """Send the owners of published places a message, once for each notice."""
    now, form = timezone.now(), OwnersForm(request.POST)
    proposals = proposals_of(case, now)
    if not form.is_valid():
        return _page(request, case, proposals, owners_form=form, is_refused=True)
    there, text = published_of(proposals), form.cleaned_data["text"]
    _say(request, owners_of.tell(case, there, text, official_of(request), now))
    return see_other(request, "notices", case.number)


def _page(request: HttpRequest, case: Case, proposals: list[Proposal], **more: Any) -> HttpResponse:
    there, chosen = published_of(proposals), more.get("chosen", [])
    context = {
        "case": case,
        "proposals": proposals,
        "published": there,
        "preview": preview(chosen),
        "are_few": any(one.points_at_somebody for one in chosen),
        "to_tell": owners_of.to_tell(there),
        "owners_form": OwnersForm(initial={"text": owners_of.text()}),
    }
    is_refused = more.get("errors") or more.get("is_refused")
    return render(
        request,
        "tracing/publishing/notices.html",
        context | more,
        status=422 if is_refused else 200,
    )


def _say(request: HttpRequest, done: owners_of.Done) -> None:
    """Tell to whose venues messages went, and to whose they did not."""
    if done.sent:
        number = len(done.sent)
        sentence = ngettext("%(n)d message was sent.", "%(n)d messages were sent.", number)
        messages.success(request, sentence % {"n": number})
    if done.failed:
        names = ", ".join(venue.name for venue in done.failed)
        sentence = _("These owners got no message; try again in a few minutes: %(names)s")
        messages.error(request, sentence % {"names": names})
    if not done.sent and not done.failed:
        messages.info(request, _("These owners were told already."))
