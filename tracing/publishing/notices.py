"""A case's notices: choosing, looking as the public will, publishing, withdrawing, telling owners."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import official_of
from authority.addresses import see_other
from tracing.access import case_required
from tracing.models import Case

from .owners import OwnersForm, message_text, tell, to_tell
from .proposals import (
    Proposal,
    preview,
    proposals_of,
    publish_chosen,
    published_of,
    withdraw_notices,
)


class PublishForm(forms.Form):
    """The places and periods chosen, and that small ones were thought over."""

    stay = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice", "invalid_list"],
            gettext_lazy("Choose at least one place of the list."),
        ),
    )
    considered = forms.BooleanField(required=False)

    def __init__(self, data: Any, proposals: list[Proposal]) -> None:
        super().__init__(data)
        self.offered = {
            proposal.key: proposal for proposal in proposals if not proposal.is_published
        }
        stay: Any = self.fields["stay"]
        stay.choices = [(key, str(key)) for key in self.offered]

    def clean(self) -> dict[str, Any]:
        """Ask again where a notice would point at somebody."""
        cleaned = super().clean() or self.cleaned_data
        is_pointing = any(proposal.points_at_somebody for proposal in self.chosen)
        if is_pointing and not cleaned.get("considered"):
            self.add_error("considered", _("Tick that you thought of the places with few people."))
        return cleaned

    @property
    def chosen(self) -> list[Proposal]:
        return [self.offered[key] for key in self.cleaned_data.get("stay", [])]

    @property
    def error_summary(self) -> list[tuple[str, str]]:
        """Pairs of field id and sentence."""
        ids = {"stay": "proposals", "considered": "id_considered"}
        return [(ids[name], str(s)) for name, sentences in self.errors.items() for s in sentences]


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
    now = timezone.now()
    proposals = proposals_of(case, now)
    form = PublishForm(request.POST, proposals)
    if not form.is_valid():
        return _page(request, case, proposals, chosen=form.chosen, errors=form.error_summary)
    number = publish_chosen(case, form.chosen, official_of(request), now)
    sentence = ngettext("%(n)d notice is published.", "%(n)d notices are published.", number)
    messages.success(request, sentence % {"n": number})
    return see_other(request, "notices", case.number)


@require_POST
@case_required
def withdraw(request: HttpRequest, case: Case) -> HttpResponse:
    now, chosen = timezone.now(), request.POST.getlist("notice")
    published = published_of(proposals_of(case, now))
    there = [notice for notice in published if str(notice.pk) in chosen]
    number = withdraw_notices(case, there, official_of(request), now)
    if number:
        sentence = ngettext("%(n)d notice is withdrawn.", "%(n)d notices are withdrawn.", number)
        messages.success(request, sentence % {"n": number})
    else:
        messages.info(request, _("It was withdrawn already."))
    return see_other(request, "notices", case.number)


@require_POST
@case_required
def tell_owners(request: HttpRequest, case: Case) -> HttpResponse:
    """Send the owners of published places a message, once for each notice."""
    now, form = timezone.now(), OwnersForm(request.POST)
    proposals = proposals_of(case, now)
    if not form.is_valid():
        return _page(request, case, proposals, owners_form=form, errors=[])
    done = tell(case, published_of(proposals), form.cleaned_data["text"], official_of(request), now)
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
    return see_other(request, "notices", case.number)


def _page(request: HttpRequest, case: Case, proposals: list[Proposal], **more: Any) -> HttpResponse:
    published, chosen = published_of(proposals), more.get("chosen", [])
    context = {
        "case": case,
        "proposals": proposals,
        "published": published,
        "preview": preview(chosen),
        "are_few": any(proposal.points_at_somebody for proposal in chosen),
        "to_tell": to_tell(published),
        "owners_form": OwnersForm(initial={"text": message_text()}),
    }
    status = 422 if "errors" in more else 200
    return render(request, "tracing/publishing/notices.html", context | more, status=status)
