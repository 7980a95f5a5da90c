"""The contacts of a case before calls: in bands, as filtered, and what a tracer decides of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import official_of
from accounts.models import Account
from authority.addresses import address
from authority.disclosures import Look, SecondOfficerNeededError, Subject, write_down
from authority.models import Purpose, Seen
from districts.days import LOCAL_ZONE, local_day
from forms.fields import ChosenField, PlainTextField
from forms.pages import form_page, form_page_only, see_other, sent
from tracing.access import case_required, waiting_page
from tracing.joining import couples_of
from tracing.models import Case, Contact, ContactQuerySet, Standing, lives_outside
from tracing.trace import trace_further

from .bands import BY_RISK, Band, ContactFilters, band_counts, rows_of
from .bursts import bursts_of

ROWS_PER_PAGE = 100
MOST_FOLLOWED = 1000  # in a crowd everybody met everybody: the square of it
_CHANGED = gettext_lazy("The list changed meanwhile. Look at it again, then decide.")


class DecisionForm(forms.Form):
    """A standing for the chosen contacts, or for all that the page counted."""

    standing = ChosenField(gettext_lazy("Choose what to decide."), choices=Standing.choices)
    contact = forms.MultipleChoiceField(required=False)
    everybody = forms.BooleanField(required=False)
    counted = forms.IntegerField(required=False)
    reason = PlainTextField(required=False, max_length=200, label=gettext_lazy("Reason"))

    def __init__(
        self, *args: Any, contacts: QuerySet[Contact], over: Standing, **rest: Any
    ) -> None:
        standings = dict(contacts.order_by().values_list("pk", "standing"))
        self.keys, self.over = list(standings), over
        self.for_all = [key for key, standing in standings.items() if standing == over]
        super().__init__(*args, **rest)
        self.fields["contact"].choices = [(str(key), key) for key in self.keys]  # type: ignore[attr-defined]
        self.fields["contact"].error_messages["invalid_choice"] = _CHANGED

    @property
    def chosen(self) -> list[int]:
        if self.cleaned_data["everybody"]:
            return self.for_all
        return [int(key) for key in self.cleaned_data["contact"]]

    @property
    def error_summary(self) -> list[tuple[str, str]]:
        """Pairs of field id and sentence."""
        return [
            ("id_reason" if name == "reason" else "rows", str(sentences[0]))
            for name, sentences in self.errors.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse to decide on nobody, or on others than the page counted."""
        cleaned = self.cleaned_data
        if cleaned.get("everybody") and cleaned.get("counted") != len(self.for_all):
            raise ValidationError(_CHANGED)
        if not cleaned.get("everybody") and "contact" in cleaned and not cleaned["contact"]:
            raise ValidationError(_("Tick at least one person first."))
        if cleaned.get("standing") == Standing.DISMISSED and not cleaned.get("reason"):
            self.add_error("reason", _("Write why this is no contact."))
        return cleaned


# The box is copied, as the visitor may be forgotten before the follow-up ends. Household is called
# today, others by tomorrow; the last day of follow-up counts from the last day they met.
_CONFIRM = """
UPDATE tracing_contact contact SET
    standing = 'confirmed', is_aside = false, decided_by_id = %(by)s, decided_at = %(now)s,
    sealing_key_id = coalesce(visitor.sealing_key_id, contact.sealing_key_id),
    sealed = coalesce(visitor.sealed, contact.sealed),
    due_on = coalesce(
        contact.due_on, CASE WHEN contact.is_household THEN %(today)s ELSE %(tomorrow)s END
    ),
    follow_up_until = coalesce(contact.follow_up_until, %(days)s::int + coalesce(
        ((upper(contact.met_period) - interval '1 microsecond') AT TIME ZONE %(zone)s)::date,
        %(today)s
    ))
FROM tracing_contact mine LEFT JOIN declarations_visitor visitor ON visitor.key = mine.visitor
WHERE contact.id = mine.id AND mine.case_id = %(case)s AND mine.id = ANY (%(contacts)s)
  AND contact.standing <> 'confirmed' AND contact.standing = ANY (%(over)s)
RETURNING contact.id
"""


@dataclass(frozen=True)
class Decision:
    """What a tracer decided, who it was, and why if somebody is dismissed.

    `over` is how everybody stood when it was decided; who stands otherwise by now is left alone.
    """

    standing: Standing
    by: Account
    reason: str = ""
    over: Standing | None = None

    @property
    def earlier(self) -> list[str]:
        """The standings that give way to this decision."""
        return [self.over.value] if self.over else Standing.values


@never_cache
@form_page_only
@partial(case_required, seen=Seen.CONTACTS)
def contacts(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the people a case met in bands, and take what a tracer decides of them."""
    filters = ContactFilters.of(request.GET.dict())
    listed = filters.narrowed(filters.everybody(case))
    form = DecisionForm(sent(request), contacts=listed, over=filters.over)
    if form.is_valid():
        _decided(request, case, form)
        return see_other(f"{address(request, 'contacts', case.number)}?{request.GET.urlencode()}")
    context = _page(case, filters, request.GET.get("page")) | {"errors": form.error_summary}
    return form_page(request, "tracing/triage/contacts.html", form, context)


@require_POST
@case_required
def further(request: HttpRequest, case: Case) -> HttpResponse:
    """Find whom close contacts met: their own visits are looked at for it."""
    officer, now = official_of(request), timezone.now()
    if case.contacts.of_generation(1).counted().close().count() > MOST_FOLLOWED:
        sentence = _(
            "These are more than %(n)d close contacts, too many to find whom they all met. Open a "
            "case for each who fell ill: it finds whom that person met."
        )
        messages.error(request, sentence % {"n": MOST_FOLLOWED})
        return see_other(address(request, "contacts", case.number))
    try:
        look_at_timelines(case, officer, now)
    except SecondOfficerNeededError as needed:
        return waiting_page(request, needed)
    people = trace_further(case, now, officer.area).people
    sentence = ngettext(
        "%(n)d person met a close contact.", "%(n)d people met close contacts.", people
    )
    messages.success(request, sentence % {"n": people})
    return see_other(f"{address(request, 'contacts', case.number)}?generation=2")


def look_at_timelines(case: Case, officer: Account, now: datetime) -> None:
    """Write down that the visits of close contacts are looked at; raises SecondOfficerNeededError.

    To have met the case at a venue of the area is not enough here: all their visits are followed.
    """
    close = case.contacts.of_generation(1).counted().close()
    outside = set(close.filter(lives_outside(officer.own_area)).values_list("pk", flat=True))
    subjects = [
        Subject(contact.visitor, contact.mask, is_outsider=contact.pk in outside)
        for contact in close
    ]
    write_down(Look(officer, case.number, Purpose.TRACE), subjects, Seen.VISITS, now)


def _decided(request: HttpRequest, case: Case, form: DecisionForm) -> None:
    cleaned = form.cleaned_data
    standing, reason = Standing(cleaned["standing"]), cleaned["reason"]
    over = form.over if cleaned["everybody"] else None
    decision = Decision(standing, official_of(request), reason, over=over)
    changed = decide(case, form.chosen, decision, timezone.now())
    sentence = ngettext("%(n)d person: %(what)s.", "%(n)d people: %(what)s.", changed)
    messages.success(request, sentence % {"n": changed, "what": standing.label})


def _page(case: Case, filters: ContactFilters, page_number: str | None) -> dict[str, Any]:
    everybody = filters.everybody(case)
    listed = filters.narrowed(everybody)
    in_order = listed.order_by(*BY_RISK).select_related("residence__parent")
    page = Paginator(in_order.prefetch_related("joined"), ROWS_PER_PAGE).get_page(page_number)
    near = filters.narrowed(everybody, but="band")
    states = Counter(couple.state for couple in couples_of(case))
    return {
        "case": case,
        "filters": filters,
        "page": page,
        "rows": rows_of(page.object_list),
        "bands": _chips(case, near, filters),
        "everybody": everybody.count(),
        "for_all": listed.filter(standing=filters.over).count(),
        "households": near.filter(is_household=True).count(),
        "options": filters.options(case),
        "query": urlencode(filters.query),
        "confirmed": case.contacts.of_generation(1).counted().close().count(),
        "bursts": bursts_of(case),
        "pairs": states["open"],
        "aside": case.contacts.filter(is_aside=True).exists(),
        "joined": states["one"],
        "further": case.contacts.of_generation(2).counted().count(),
    }


def _chips(case: Case, near: ContactQuerySet, filters: ContactFilters) -> list[dict[str, Any]]:
    """Return each band with its number and what its link asks for; chosen again it is let go."""
    chips = []
    for count in band_counts(case, near):
        is_chosen = filters.band == count.band
        query = filters.query | {"band": int(count.band)}
        if is_chosen:
            del query["band"]
        if count.people or is_chosen or count.band != Band.HOUSEHOLD:
            chips.append({"count": count, "is_chosen": is_chosen, "query": urlencode(query)})
    return chips


@transaction.atomic
def decide(case: Case, contacts: Iterable[int], decision: Decision, now: datetime) -> int:
    """Give contacts of a case a standing; return for how many this was new.

    What follows from being a close contact (the copied box, due date, last day) is set
    once and stays when the standing is taken back, as begun follow-ups do.
    """
    Case.objects.lock(case)
    chosen = sorted(set(contacts))
    if decision.standing == Standing.CONFIRMED:
        changed = _confirmed(case, chosen, decision, now)
    else:
        others = case.contacts.filter(pk__in=chosen, standing__in=decision.earlier)
        undone = decision.standing == Standing.PROPOSED
        changed = others.exclude(standing=decision.standing).update(
            standing=decision.standing,
            is_aside=False,
            decided_by=None if undone else decision.by,
            decided_at=None if undone else now,
        )
    if changed:
        details: dict[str, Any] = {"standing": decision.standing.value, "people": changed}
        details |= {"reason": decision.reason} if decision.reason else {}
        case.events.create(at=now, by=decision.by, what="decided", details=details)
    return changed


def _confirmed(case: Case, chosen: list[int], decision: Decision, now: datetime) -> int:
    today = local_day(now)
    parameters: dict[str, Any] = {
        "by": decision.by.pk,
        "over": decision.earlier,
        "now": now,
        "case": case.pk,
        "contacts": chosen,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "zone": str(LOCAL_ZONE),
        "days": case.rule.follow_up_days,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM, parameters)
        return int(cursor.rowcount)
