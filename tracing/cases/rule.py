"""By which rule a case is traced, and what another would change: traced for a look, and taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.access import official_of
from authority.addresses import see_other
from forms.pages import form_page_only
from tracing.access import open_case_required
from tracing.models import Case, Contact, Rule
from tracing.trace import trace

from .correcting import Correction, Illness, correct_case


class RuleForm(forms.Form):
    rule = forms.ModelChoiceField(
        Rule.objects.all(),
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Choose a rule from the list.")
        ),
    )


@never_cache
@form_page_only
@open_case_required
def compare(request: HttpRequest, case: Case) -> HttpResponse:
    if request.method != "POST":
        form = RuleForm(request.GET) if "rule" in request.GET else None
        chosen = form.cleaned_data["rule"] if form and form.is_valid() else None
        return _page(request, case, chosen, 200 if form is None or chosen else 422)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, case, None, 422)
    correction = _under(case, form.cleaned_data["rule"])
    if correct_case(case, correction, official_of(request), timezone.now(), what="rule"):
        messages.success(request, _("The case is traced by the other rule now."))
    return see_other(request, "case", case.number)


def _page(request: HttpRequest, case: Case, chosen: Rule | None, status: int) -> HttpResponse:
    now = timezone.now()
    context: dict[str, Any] = {
        "case": case,
        "rules": Rule.objects.all(),
        "proposed": Rule.objects.in_force(case.first_day),
        "anchor": case.first_day,
        "chosen": chosen,
        "difference": difference(case, chosen, now) if chosen else None,
        "is_refused": status == 422,
    }
    return render(request, "tracing/cases/rule.html", context, status=status)


def _under(case: Case, rule: Rule) -> Correction:
    """Return a case as it is, but for its rule; a period given by hand stays."""
    illness = Illness(case.status, case.onset_on, case.sample_on, case.isolated_at, rule)
    period = case.infectious_period if case.correction else None
    return Correction(illness, period, case.correction)


class TimeTogether(TextChoices):
    """For how long somebody was with a case, by a rule."""

    CERTAIN = "certain", _("Long enough, certainly")
    POSSIBLE = "possible", _("Possibly for so long")
    LINK = "link", _("Link only")
    HOUSEHOLD = "household", _("Household, without a meeting")


@dataclass(frozen=True)
class RuleFindings:
    """What tracing by a rule finds: when the case was infectious, and each person's band."""

    period: DateTimeTZRange
    bands: dict[UUID, TimeTogether]


@dataclass(frozen=True)
class ComparedBand:
    """People of a band by both rules, and by one of them alone."""

    label: Any
    before: int
    after: int
    both: int

    @property
    def gone(self) -> int:
        return self.before - self.both

    @property
    def new(self) -> int:
        return self.after - self.both


@dataclass(frozen=True)
class Difference:
    """A case by the rule it has, and by another one."""

    before: RuleFindings
    after: RuleFindings

    @property
    def lines(self) -> list[ComparedBand]:
        """One for each band that anybody is in."""
        bands = [self._line(band) for band in TimeTogether]
        return [line for line in bands if line.before or line.after]

    @property
    def total(self) -> ComparedBand:
        both = self.before.bands.keys() & self.after.bands.keys()
        return ComparedBand(_("All"), len(self.before.bands), len(self.after.bands), len(both))

    def _line(self, band: TimeTogether) -> ComparedBand:
        before, after = (
            {key for key, one in findings.bands.items() if one == band}
            for findings in (self.before, self.after)
        )
        return ComparedBand(band.label, len(before), len(after), len(before & after))


def difference(case: Case, rule: Rule, now: datetime) -> Difference:
    """Trace a case by its own rule and by another, and leave everything as it was."""
    with transaction.atomic():
        own = _findings(case.pk, case.rule, now)
        other = _findings(case.pk, rule, now)
        transaction.set_rollback(True)
    return Difference(own, other)


def _findings(key: int, rule: Rule, now: datetime) -> RuleFindings:
    case = Case.objects.get(pk=key)
    case.infectious_period = _under(case, rule).infectious_period
    case.rule = rule
    trace(case, now)
    people = Contact.objects.of_generation(1).counted().filter(case=case)
    bands = {one.visitor: _band(one) for one in people.with_length(rule.minimum_minutes)}
    return RuleFindings(case.infectious_period, {key: band for key, band in bands.items() if band})


def _band(contact: Any) -> TimeTogether | None:
    """Return the band of a person, or None of somebody decided on who was not there after all."""
    if not contact.evidence:
        return TimeTogether.HOUSEHOLD if contact.is_household else None
    if contact.is_certainly_long:
        return TimeTogether.CERTAIN
    return TimeTogether.POSSIBLE if contact.is_possibly_long else TimeTogether.LINK
