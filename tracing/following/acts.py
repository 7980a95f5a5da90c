"""What is done for a contact: written down once, and the forms that say what."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from authority.keys import current_key
from authority.sealing import seal
from declarations.outcomes import Symptom
from districts.days import today
from districts.models import Unit
from forms.fields import ChosenField, DayField, NonceForm, PlainTextField
from tracing.models import Act, CallOutcome, Contact, FollowUp, FollowUpResult

_LONGEST_AGO = timedelta(days=60)


@dataclass(frozen=True)
class FollowUpEntry:
    """What was done for a contact, on which local day, and what came of it."""

    act: Act
    on: date
    outcome: str = ""
    symptoms: int = 0
    note: str = ""
    commune: Unit | None = None


@transaction.atomic
def record(contact: Contact, entry: FollowUpEntry, by: Account, now: datetime, nonce: UUID) -> bool:
    """Write an act down; return whether it is new. The same form sent twice is written once.

    What was said is sealed for tracers at once, under the form's own key as row.
    """
    Contact.objects.select_for_update().get(pk=contact.pk)
    _row, is_new = FollowUp.objects.get_or_create(
        nonce=nonce,
        defaults={
            "contact": contact,
            "act": entry.act,
            "at": now,
            "on": entry.on,
            "by": by,
            "outcome": entry.outcome,
            "symptoms": entry.symptoms,
            "sealed_note": _sealed(entry.note, nonce) if entry.note else None,
        },
    )
    if is_new:
        _take_effect(contact, entry, now)
    return is_new


def _take_effect(contact: Contact, entry: FollowUpEntry, now: datetime) -> None:
    changes: dict[str, Any] = {}
    if entry.act == Act.SAMPLE:
        changes["sample_on"] = entry.on
    elif entry.act == Act.ISOLATION:
        changes["isolated_on"] = entry.on
    elif entry.act == Act.ASSIGNED:
        changes["commune"] = entry.commune
    elif entry.act == Act.ENDED:
        changes |= {"result": FollowUpResult(entry.outcome), "ended_at": now}
    if changes:
        Contact.objects.filter(pk=contact.pk).update(**changes)
        for name, value in changes.items():
            setattr(contact, name, value)


def _sealed(note: str, nonce: UUID) -> bytes:
    key = current_key()
    # The key's number is in front, as a note has no column of its own for it.
    return key.pk.to_bytes(4) + seal(bytes(key.public_key), nonce, {"note": note})


def sealed_note(act: FollowUp) -> tuple[int, bytes]:
    """Return the sealing key's number and the box of an act's note."""
    whole = bytes(act.sealed_note or b"")
    return int.from_bytes(whole[:4]), whole[4:]


class SampleResult(models.TextChoices):
    """What a laboratory found."""

    NEGATIVE = "negative", _("negative")
    POSITIVE = "positive", _("positive")


class ActForm(NonceForm):
    """Something done for a contact."""

    name = "act"  # several of these stand on one page: it begins the ids of the fields

    def __init__(self, data: QueryDict | None = None, *, contact: Contact) -> None:
        self.contact = contact
        super().__init__(data, auto_id=f"{self.name}-%s")

    @property
    def done(self) -> FollowUpEntry:
        """What is written down, of a form that is valid."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Refuse acts for those whose follow-up is over."""
        if self.contact.result:
            raise ValidationError(_("The follow-up of this person has ended."))
        return self.cleaned_data


class CallForm(ActForm):
    """What came of a call."""

    name = "call"
    outcome = ChosenField(
        _("Choose what came of the call."),
        label=_("What came of the call"),
        choices=[("", _("Choose…")), *CallOutcome.choices],
    )
    note = PlainTextField(required=False, max_length=300, label=_("What was said"))

    @property
    def done(self) -> FollowUpEntry:
        cleaned = self.cleaned_data
        return FollowUpEntry(Act.CALL, today(), cleaned["outcome"], note=cleaned["note"])


class FollowUpDayForm(ActForm):
    """How a contact is on a day: no tick means no symptoms."""

    name = "day"
    on = DayField(required=False, label=_("Day"))
    symptoms = forms.MultipleChoiceField(
        required=False,
        label=_("Symptoms"),
        choices=[(symptom.word, symptom.label) for symptom in Symptom],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Tick only symptoms of the list.")},
    )
    note = PlainTextField(required=False, max_length=300, label=_("What was said"))

    def clean_on(self) -> date:
        """Refuse days that have not come or that lie outside the follow-up."""
        day: date = self.cleaned_data["on"] or today()
        last = self.contact.follow_up_until or today()
        if not today() - _LONGEST_AGO <= day <= min(today(), last):
            raise ValidationError(_("Choose a day of the follow-up, today at the latest."))
        return day

    @property
    def done(self) -> FollowUpEntry:
        cleaned = self.cleaned_data
        symptoms = sum(Symptom[word.upper()] for word in cleaned["symptoms"])
        return FollowUpEntry(Act.DAY, cleaned["on"], symptoms=symptoms, note=cleaned["note"])


class MeasureForm(ActForm):
    """The day of isolation or of a sample."""

    name = "measure"
    act = ChosenField(
        _("Choose what was done."),
        label=_("What"),
        choices=[(act.value, act.label) for act in (Act.ISOLATION, Act.SAMPLE)],
    )
    on = DayField(label=_("Day"))
    outcome = ChosenField(
        _("Choose one from the list."),
        required=False,
        label=_("Result of the sample"),
        choices=[("", _("not known yet")), *SampleResult.choices],
    )

    def clean_on(self) -> date:
        """Refuse days that have not come, and slips."""
        day: date = self.cleaned_data["on"]
        if not today() - _LONGEST_AGO <= day <= today():
            raise ValidationError(_("Choose a day of the last 60 days, today at the latest."))
        return day

    @property
    def done(self) -> FollowUpEntry:
        act = Act(self.cleaned_data["act"])
        outcome = self.cleaned_data["outcome"] if act == Act.SAMPLE else ""
        return FollowUpEntry(act, self.cleaned_data["on"], outcome)


class HandOverForm(ActForm):
    """The commune whose health station follows up from now on."""

    name = "hand-over"
    commune = forms.CharField(
        label=_("Commune"),
        max_length=8,
        widget=forms.Select,
        error_messages={"required": _("Choose a commune.")},
    )

    def __init__(self, data: QueryDict | None = None, *, contact: Contact) -> None:
        super().__init__(data, contact=contact)
        # Of the province in which the contact's case is worked on.
        province = contact.case.area.lineage[0]
        communes = Unit.objects.within(province).communes().on(today()).select_related("parent")
        self.communes = {unit.code: unit for unit in communes}
        choices = [("", _("Choose…")), *((unit.code, unit.place) for unit in communes)]
        self.fields["commune"].widget.choices = choices

    def clean_commune(self) -> Unit:
        commune = self.communes.get(self.cleaned_data["commune"])
        if commune is None:
            raise ValidationError(_("Choose a commune."))
        return commune

    @property
    def done(self) -> FollowUpEntry:
        commune: Unit = self.cleaned_data["commune"]
        return FollowUpEntry(Act.ASSIGNED, today(), commune.code, commune=commune)


class EndForm(ActForm):
    """How the follow-up ended."""

    name = "end"
    outcome = ChosenField(
        _("Choose how it ended."),
        label=_("How it ended"),
        choices=[
            (result.value, result.label)
            for result in (FollowUpResult.FINISHED, FollowUpResult.LOST, FollowUpResult.MOVED)
        ],
        widget=forms.RadioSelect,
    )
    note = PlainTextField(required=False, max_length=300, label=_("What was said"))

    def clean(self) -> dict[str, Any]:
        """Ask why before the last day: whoever is not ill then is not through yet."""
        cleaned = super().clean()
        until = self.contact.follow_up_until
        early = until is not None and today() < until
        if early and cleaned.get("outcome") == FollowUpResult.FINISHED and not cleaned.get("note"):
            self.add_error("note", _("The last day has not come: write why it ends earlier."))
        return cleaned

    @property
    def done(self) -> FollowUpEntry:
        cleaned = self.cleaned_data
        return FollowUpEntry(Act.ENDED, today(), cleaned["outcome"], note=cleaned["note"])


ACT_FORMS: dict[str, type[ActForm]] = {
    "call": CallForm,
    "day": FollowUpDayForm,
    "measure": MeasureForm,
    "hand_over": HandOverForm,
    "end": EndForm,
}
