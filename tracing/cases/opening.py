"""Opening a case: of somebody who was found, or of somebody who never checked in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.access import official_of, tracer_required
from accounts.models import Account
from authority.addresses import see_other
from authority.disclosures import (
    Look,
    SecondOfficerNeededError,
    Subject,
    keep_for_case,
    require_second_officer,
    write_down,
)
from authority.keys import NoSealingKeyError, current_key
from authority.models import Purpose, Seen
from authority.sealing import seal
from database.apart import is_apart
from database.statements import lock_named
from declarations import identities
from declarations.forms import ABROAD, residences
from declarations.identities import Person, known_by
from declarations.models import Visitor
from districts.days import local_day, today
from forms.fields import BirthYearField, DocumentField, PhoneField, PlainTextField
from forms.pages import form_page_only, sent, status_of
from tracing.models import Case, CaseEvent, Rule, lives_outside, outside
from tracing.trace import trace_anew

from .correcting import Illness, KnownForm
from .finding import (
    HIDDEN,
    MOST_PEOPLE,
    cases_of,
    count_search,
    purpose_of,
    write_search,
)

# Whoever opens a case waits for whoever is opening one: numbers have no gaps and no doubles, and
# who asks whether somebody is a case already is told of that one too.
_ONE_AT_A_TIME = "tracing: the number of a case"
_UNKNOWN = "unknown"  # where somebody lives
_NEWEST = """
SELECT max(substring(number FROM 8)::int) FROM tracing_case WHERE number LIKE %(year)s
"""


class IllnessForm(KnownForm):
    """What is known of the illness, and the rule that follows from it unless one is chosen."""

    rule = forms.ModelChoiceField(
        Rule.objects.all(),
        required=False,
        label=_("Rule"),
        empty_label=_("The one in force on that day"),
        error_messages={"invalid_choice": _("Choose a rule from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Rule.objects.in_force(today())
        self.fields["rule"].help_text = (
            _("Today %(document)s is in force.") % {"document": now.document} if now else ""
        )

    def clean(self) -> dict[str, Any]:
        """Find the rule in force on the day that the infectious period is reckoned from."""
        known = super().clean()
        if self.anchor and "rule" in known and not known["rule"]:
            known["rule"] = Rule.objects.in_force(self.anchor)
            if known["rule"] is None:
                self.add_error("rule", _("No rule was in force on that day. Choose one."))
        return known

    @property
    def illness(self) -> Illness:
        return Illness(**{name: self.cleaned_data[name] for name in Illness.__annotations__})


class StrangerForm(IllnessForm):
    """An illness of somebody who never checked in, and who it is."""

    full_name = PlainTextField(
        max_length=100, label=_("Full name"), required_sentence=_("Enter the full name.")
    )
    phone = PhoneField()
    birth_year = BirthYearField()
    commune = forms.CharField(
        max_length=8,
        label=_("Where the person lives"),
        widget=forms.Select,
        error_messages=dict.fromkeys(
            ["required", "max_length", "null_characters_not_allowed"],
            _("Choose where the person lives."),
        ),
    )
    address = PlainTextField(
        max_length=200, required=False, label=_("House number, street or hamlet")
    )
    id_number = DocumentField()
    field_order = ["nonce", "full_name", "phone", "birth_year", "commune", "address", "id_number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.residences = residences(today())
        self.fields["birth_year"].label = _("Year of birth")
        self.fields["id_number"].label = _("ID card or passport number")
        self.fields["commune"].widget.choices = [
            ("", _("Choose…")),
            *self.residences.groups,
            (ABROAD, _("Another country")),
            (_UNKNOWN, _("Not known")),
        ]

    def clean_commune(self) -> str:
        """Refuse what is not on the list."""
        code = str(self.cleaned_data["commune"])
        if code != _UNKNOWN and code not in self.residences:
            raise ValidationError(self.fields["commune"].error_messages["required"])
        return code

    @property
    def person(self) -> Person:
        names = ("full_name", "birth_year", "phone", "id_number", "address")
        return Person(**{name: self.cleaned_data[name] for name in names})

    @property
    def residence_id(self) -> int | None:
        """Where the person lives; None where that is abroad or not known."""
        return self.residences.id_of(self.cleaned_data["commune"])


@dataclass(frozen=True)
class Identity:
    """Who the case is: a sealed box with the row written into it, and what may stay readable."""

    visitors: list[UUID]
    phone_hashes: list[UUID]
    mask: str
    residence_id: int | None
    sealing_key_id: int
    sealed_row: UUID
    sealed: bytes

    def subjects(self, officer: Account) -> list[Subject]:
        """Return the person's records as an officer looks at them: outsiders all, or none."""
        records = Visitor.objects.filter(key__in=self.visitors).values_list("residence", flat=True)
        is_outsider = bool(outside(officer.own_area, {self.residence_id, *records}))
        return [Subject(key, self.mask, is_outsider=is_outsider) for key in self.visitors]


@dataclass(frozen=True)
class Doubts:
    """Open cases that the person is already, and others who declared under the same phone.

    Of outsiders among these others no more is told than how many there are.
    """

    cases: Sequence[Case] = ()
    same_phone: Sequence[Visitor] = ()
    outsiders: int = 0

    def __bool__(self) -> bool:
        return bool(self.cases or self.same_phone or self.outsiders)


@never_cache
@form_page_only
@tracer_required
def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case, unless it is doubtful that there should be one and nobody said so."""
    people, now = _people(request), timezone.now()
    form = (IllnessForm if people else StrangerForm)(sent(request))
    look = Look(official_of(request), "", purpose_of(request))
    who = _who(form, people, look, now) if people or form.is_valid() else None
    try:
        if who:
            others = [] if people else _same_phone(who)
            subjects = who.subjects(look.officer)
            write_search(look, [*subjects, *others], now)
            require_second_officer(look, subjects, now)
    except SecondOfficerNeededError as needed:
        return _page(request, form, people, needed=needed)
    with transaction.atomic():
        if form.is_bound:
            lock_named(_ONE_AT_A_TIME)
        doubts = _doubts(form, people, look.officer)
        if who is None or not form.is_valid() or (doubts and "another" not in request.POST):
            return _page(request, form, people, doubts)
        case = open_case(who, form.illness, look, now, nonce=form.cleaned_data["nonce"])
    messages.success(request, _("Case %(number)s is open and traced.") % {"number": case.number})
    return see_other(request, "case", case.number)


def _page(
    request: HttpRequest,
    form: IllnessForm,
    people: list[Visitor],
    doubts: Doubts | None = None,
    needed: SecondOfficerNeededError | None = None,
) -> HttpResponse:
    """Show the form; of people who wait for a second officer nothing but that."""
    own = Case.objects.visible_to(official_of(request))
    context = {
        "form": form,
        "people": people,
        "doubts": doubts or Doubts(),
        "waiting": needed.request if needed else None,
        "purpose": purpose_of(request),
        "own": set(own.values_list("pk", flat=True)),
        "has_rules": Rule.objects.exists(),
    }
    status = 422 if doubts and form.is_bound else status_of(form)
    return render(request, "tracing/cases/open.html", context, status=403 if needed else status)


def _same_phone(who: Identity) -> list[Subject]:
    """Return whom the phones of a person tell of as well: they are shown, or counted."""
    others = Visitor.objects.filter(phone_hash__in=who.phone_hashes).exclude(key__in=who.visitors)
    return [Subject(key, HIDDEN) for key in others.values_list("key", flat=True)[:MOST_PEOPLE]]


def _doubts(form: IllnessForm, people: list[Visitor], officer: Account) -> Doubts:
    nonce = form.data.get("nonce", "").replace("-", "") if form.is_bound else ""
    if people:
        return doubts_of([visitor.key for visitor in people], nonce)
    if isinstance(form, StrangerForm) and form.is_valid():
        return doubts_of_stranger(form.person, nonce, officer)
    return Doubts()


def _who(form: IllnessForm, people: list[Visitor], look: Look, now: datetime) -> Identity | None:
    """Return who the case is, or None where nobody can be sealed yet, or looked for just now.

    Whoever types a person in learns whether others of the phone are known: that is a search.
    """
    if not isinstance(form, StrangerForm):
        return of_visitors(people)
    try:
        count_search(look.officer, now)
        return of_stranger(form.person, form.residence_id)
    except NoSealingKeyError:
        sentence = _("Names cannot be sealed yet: no key of the health authority is here.")
        form.add_error(None, sentence)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return None


def _people(request: HttpRequest) -> list[Visitor]:
    """Return the visitors whom the tracer chose; a choice of whom nobody is left is no page."""
    fields = request.POST if request.method == "POST" else request.GET
    try:
        keys = {UUID(key) for key in fields.getlist("person")}
    except ValueError as error:
        raise Http404 from error
    visitors = Visitor.objects.filter(key__in=keys).select_related("residence__parent")
    people = list(visitors.order_by("-seen_on", "key"))
    if keys and not people:
        raise Http404
    return people


def doubts_of(keys: Sequence[UUID], form: str) -> Doubts:
    """Return the open cases that visitors are already, but for one that this form opened."""
    cases = {
        case.pk: case for of_one in cases_of(keys).values() for case in of_one if not case.closed_at
    }
    by_this_form = CaseEvent.objects.filter(case__in=cases, what="opened", details__form=form)
    for key in by_this_form.values_list("case", flat=True):
        del cases[key]
    return Doubts(list(cases.values()))


def doubts_of_stranger(person: Person, form: str, officer: Account) -> Doubts:
    """Return the same of somebody typed in, who may have declared with another spelling or year.

    Whoever is known by what was typed is the person; where it may mean two, both are shown.
    """
    known = [visitor.key for visitor in known_by(person)]
    keys = known if len(known) == 1 else [person.key]
    cases = doubts_of(keys, form).cases
    phone = identities.phone_hash(person.phone)
    others = Visitor.objects.filter(Q(phone_hash=phone) | Q(key__in=known)).exclude(key__in=keys)
    again = CaseEvent.objects.filter(what="opened", details__form=form, case__visitors=keys)
    if again.exists():
        return Doubts(cases)
    outsiders = others.filter(lives_outside(officer.own_area))
    here = others.exclude(pk__in=outsiders.values("pk")).select_related("residence__parent")
    return Doubts(cases, list(here.order_by("-seen_on", "key")[:10]), outsiders.count())


def of_visitors(visitors: Iterable[Visitor]) -> Identity:
    """Return the identity of somebody known under one or several records, the newest first."""
    records = sorted(visitors, key=lambda visitor: visitor.seen_on, reverse=True)
    newest = records[0]
    return Identity(
        visitors=[record.key for record in records],
        phone_hashes=sorted({record.phone_hash for record in records}),
        mask=newest.mask,
        residence_id=newest.residence_id,
        sealing_key_id=newest.sealing_key_id,
        sealed_row=newest.key,
        sealed=bytes(newest.sealed),
    )


def of_stranger(person: Person, residence_id: int | None) -> Identity:
    """Return the identity of somebody who was told of: sealed at once, and known by the same key.

    Should the person check in later, tracing the case again finds these visits. Where the name may
    mean two, it is neither: whoever asked was shown both.
    """
    visitors = known_by(person)
    if len(visitors) == 1:
        return of_visitors(visitors)
    key = current_key()
    return Identity(
        visitors=[person.key],
        phone_hashes=[identities.phone_hash(person.phone)],
        mask=identities.mask(person.full_name, person.phone),
        residence_id=residence_id,
        sealing_key_id=key.pk,
        sealed_row=person.key,
        sealed=seal(bytes(key.public_key), person.key, vars(person)),
    )


@transaction.atomic
def open_case(who: Identity, illness: Illness, look: Look, now: datetime, *, nonce: UUID) -> Case:
    """Open a case and trace it; the same form sent twice opens it once.

    The look may be for the case from which this one comes. Raises SecondOfficerNeededError where
    nobody confirmed that the officer may follow the person.
    """
    by = look.officer
    lock_named(_ONE_AT_A_TIME)
    opened = CaseEvent.objects.filter(what="opened", by=by, at__gt=now - timedelta(days=2))
    again = opened.filter(details__form=nonce.hex).select_related("case").first()
    if again:
        return again.case
    case = Case.objects.create(
        **vars(who),
        **vars(illness),
        number=_next_number(local_day(now).year),
        area=by.own_area,
        infectious_period=illness.period,
        opened_by=by,
        opened_at=now,
    )
    trace_anew(
        case, "opened", by, now,
        form=nonce.hex, status=case.status, rule=illness.rule.document,
    )  # fmt: skip
    keep_for_case(look, who.visitors, case.number, now)
    opened_look = Look(by, case.number, Purpose.TRACE)
    write_down(opened_look, who.subjects(by), Seen.VISITS, now)
    return case


def _next_number(year: int) -> str:
    # A list of a drill that lies about must not look like one of real people: diễn tập.
    begins = f"{'DT' if is_apart() else 'BN'}{year}-"
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"year": f"{begins}%"})
        newest = cursor.fetchone()[0] or 0
    return f"{begins}{newest + 1:04}"
