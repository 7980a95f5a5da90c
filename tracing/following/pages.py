"""What the page of a contact shows."""

from datetime import datetime
from typing import Any

from districts.days import local_day
from districts.models import Unit
from stations.models import Scan
from tracing.models import Act, CallOutcome, Contact, FollowUp, Meeting, Result
from tracing.people import aliases_of

from .days import days_of
from .forms import ActForm, CallForm, DayForm, EndForm, HandOverForm, MeasureForm, SampleResult

FORMS: dict[str, type[ActForm]] = {
    "call": CallForm, "day": DayForm, "measure": MeasureForm, "end": EndForm,
}  # fmt: skip


def contact_page(
    contact: Contact, now: datetime, bound: dict[str, ActForm] | None = None
) -> dict[str, Any]:
    """Return a contact with its meetings, days, acts and forms; `bound` ones keep what was typed."""
    meetings = _meetings(contact)
    acts = list(FollowUp.objects.of(contact).select_related("by"))
    today = local_day(now)
    forms = {name: kind(contact=contact) for name, kind in FORMS.items()}
    forms["hand_over"] = HandOverForm(contact=contact, communes=communes_of(contact, now))
    return {
        "contact": contact,
        "case": contact.case,
        "joined": contact.joined.order_by("pk"),
        "aliases": aliases_of([one.visitor for one in contact.one_person]),
        "meetings": meetings,
        "doubtful": Scan.objects.doubtful((met.stay.venue_id, met.visit) for met in meetings),
        "acts": [(act, _outcome(act)) for act in reversed(acts)],
        "days": days_of(contact, acts, today),
        "today": today,
        "forms": forms | (bound or {}),
    }


def communes_of(contact: Contact, now: datetime) -> list[Unit]:
    """Return the communes of the province a contact's case is worked on in."""
    province = contact.case.area.lineage[0]
    found = Unit.objects.within(province).communes().on(local_day(now))
    return list(found.select_related("parent"))


def _meetings(contact: Contact) -> list[Meeting]:
    met = Meeting.objects.of_people([contact.pk])
    met = met.select_related("stay__venue__commune__parent")
    return sorted(met, key=lambda meeting: meeting.possible_period.lower)


def _outcome(act: FollowUp) -> str:
    kinds: dict[str, Any] = {Act.CALL: CallOutcome, Act.ENDED: Result, Act.SAMPLE: SampleResult}
    kind = kinds.get(act.act)
    return str(kind(act.outcome).label) if kind and act.outcome else ""
