"""The log of looks: who looked at whom and why, and which officer searches how much."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required
from accounts.models import Account
from authority.models import Disclosure, DisclosureQuerySet, Seen
from forms.search import typed_search

from .models import Case

_COUNTED = timedelta(days=7)
_NAMES = "names"


class LogFilter(forms.Form):
    """Which looks are listed; what is not known narrows nothing."""

    seen = forms.ChoiceField(
        label=_("What was looked at"),
        choices=[
            ("", _("all")),
            *Seen.choices,
            (_NAMES, _("opened the person’s name and details")),
        ],
        required=False,
    )
    officer = forms.ModelChoiceField(
        Account.objects.none(), label=_("Officer"), empty_label=_("all"), required=False
    )

    def __init__(self, officer: Account, data: Any) -> None:
        super().__init__(data)
        officers: Any = self.fields["officer"]
        officers.queryset = Account.objects.visible_to(officer).filter(role="tracer").by_name()

    def narrowed(self, looks: DisclosureQuerySet) -> DisclosureQuerySet:
        self.is_valid()
        seen, officer = self.cleaned_data.get("seen"), self.cleaned_data.get("officer")
        if officer:
            looks = looks.filter(officer=officer)
        if seen == _NAMES:
            return looks.of_names()
        return looks.filter(fields=[seen]) if seen else looks


@never_cache
@require_safe
@tracer_required
def log(request: HttpRequest) -> HttpResponse:
    officer = official_of(request)
    number = typed_search(request.GET, "case")[:20]
    visible = Disclosure.objects.visible_to(officer)
    form = LogFilter(officer, request.GET)
    looks = form.narrowed(visible).newest_first()
    looks = looks.filter(case_number=number) if number else looks
    cases = Case.objects.visible_to(officer).values_list("number", flat=True)
    page = Paginator(looks, 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "number": number,
        "form": form,
        "officers": numbers_of(visible, timezone.now()),
        "days": _COUNTED.days,
        "known": set(cases.filter(number__in={row.case_number for row in page.object_list})),
    }
    return render(request, "tracing/log.html", context)


def numbers_of(looks: DisclosureQuerySet, now: datetime) -> QuerySet[Any, Any]:
    """Count each officer's looks of the last days, whoever searched most first.

    A search that found several people is one: what was looked at together has one moment.
    """
    names = ~Q(fields__overlap=Seen.values)
    rows = looks.filter(at__gt=now - _COUNTED).values("officer", "officer_name", "unit_name")
    return rows.annotate(
        searches=Count("at", distinct=True, filter=Q(fields=[Seen.SEARCH])),
        cases=Count("case_number", distinct=True, filter=Q(fields=[Seen.VISITS])),
        names=Count("visitor", distinct=True, filter=names),
    ).order_by("-searches", "-names", "officer_name", "unit_name")[:100]
