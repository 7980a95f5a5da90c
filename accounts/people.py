"""Looking after officials' accounts: who may do what to whom, the acts, and their pages."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from districts.days import today
from districts.models import Unit, UnitQuerySet
from forms.fields import PlainTextField
from forms.pages import form_page, form_page_only, sent
from forms.search import has_words, search_words, typed_search

from . import second_factors
from .access import View, manager_required, official_of
from .mail import send
from .models import Account, EventKind, Invitation, Role
from .resets import send_link
from .sign_in_events import note


class NotYours(Exception):  # noqa: N818 - the sentence is the name
    """The account is not, or no longer, one that this official may look after."""


def person_name_field() -> PlainTextField:
    return PlainTextField(
        max_length=100,
        label=_("Full name"),
        required_sentence=_("Enter the full name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )


class PersonForm(forms.Form):
    """An official's name, role and area, as far as somebody may give them."""

    name = person_name_field()
    role = forms.ChoiceField(
        label=_("Role"),
        help_text=_(
            "Officials see figures and venues. Tracers may open what is sealed, for a case. "
            "Administrators look after accounts."
        ),
        error_messages={
            "required": _("Choose the role."),
            "invalid_choice": _("Choose the role from the list."),
        },
    )
    area = forms.ChoiceField(
        label=_("Area"),
        help_text=_("They see this unit and everything below it."),
        error_messages={
            "required": _("Choose the area."),
            "invalid_choice": _("Choose the area from the list."),
        },
        widget=forms.Select(
            attrs={
                "data-search": _("Type a few letters"),
                "data-none": _("Nothing found. Try fewer letters."),
            }
        ),
    )

    def __init__(
        self, *args: Any, account: Account, person: Account | None = None, **rest: Any
    ) -> None:
        """Offer what the account may give, and what the person has already."""
        shown = {"name": person.name, "role": person.role, "area": person.area_id} if person else {}
        rest["initial"] = shown or {"role": Role.OFFICIAL}
        super().__init__(*args, **rest)
        self.units = {str(unit.pk): unit for unit in _offered(account, person)}
        areas = [("", _("Choose…")), *((key, unit.place) for key, unit in self.units.items())]
        roles = [(role.value, role.label) for role in roles_given_by(account)]
        cast(forms.ChoiceField, self.fields["area"]).choices = areas
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        if len(roles) == 1:
            self.fields["role"].widget = forms.HiddenInput()

    def clean_area(self) -> Unit:
        return self.units[self.cleaned_data["area"]]


@never_cache
@require_safe
@manager_required
def listed(request: HttpRequest) -> HttpResponse:
    """List the officials of the own area, and who is invited."""
    account = official_of(request)
    search = typed_search(request.GET)
    everybody = Account.objects.visible_to(account).with_second_factor().by_name()
    words = search_words(search)
    matching = [
        person
        for person in everybody
        if has_words(
            f"{person.name} {person.email} {person.area.place if person.area else ''}", words
        )
    ]
    waiting = Invitation.objects.waiting().visible_to(account).oldest_first()
    theirs = manageable(account, waiting)
    context = {
        "typed": search,
        "every_row": len(everybody),
        "manageable": manageable(account, matching),
        "page": Paginator(matching, 50).get_page(request.GET.get("page")),
        "invitations": [invitation for invitation in waiting if invitation.pk in theirs],
        "now": timezone.now(),
    }
    return render(request, "accounts/people.html", context)


def person_required(view: View) -> View:
    """Give the view the person of its address, if the official may look after them."""

    @manager_required
    @wraps(view)
    def guarded(request: HttpRequest, person: int, **rest: Any) -> HttpResponseBase:
        account = official_of(request)
        visible = Account.objects.visible_to(account).select_related("area__parent")
        theirs = get_object_or_404(visible, pk=person)
        if not may_manage(account, theirs):
            raise Http404
        try:
            return view(request, theirs, **rest)
        except NotYours as error:
            raise Http404 from error

    return guarded


@never_cache
@require_safe
@person_required
def shown(request: HttpRequest, person: Account) -> HttpResponse:
    account = official_of(request)
    context = {
        "person": person,
        "has_second_factor": person.second_factors().exists(),
        "may_reset_factors": account.role == Role.ADMINISTRATOR,
        "events": person.events.select_related("by").exclude(by=None).order_by("-at")[:20],
    }
    return render(request, "accounts/person.html", context)


@never_cache
@form_page_only
@person_required
def change(request: HttpRequest, person: Account) -> HttpResponse:
    account = official_of(request)
    form = PersonForm(sent(request), account=account, person=person)
    if form.is_valid():
        change_account(account, person, **form.cleaned_data)
        messages.success(request, _("Your changes are saved."))
        return redirect("accounts:people")
    return form_page(request, "accounts/person_change.html", form, {"person": person})


@never_cache
@form_page_only
@person_required
def close(request: HttpRequest, person: Account) -> HttpResponse:
    """Close an account after a question; it ends the person's sessions at once."""
    if request.method != "POST":
        return render(request, "accounts/person_close.html", {"person": person})
    close_account(official_of(request), person)
    messages.success(request, _("The account of %(person)s is closed.") % {"person": person})
    return redirect("accounts:person", person=person.pk)


@never_cache
@require_POST
@person_required
def reopen(request: HttpRequest, person: Account) -> HttpResponse:
    reopen_account(official_of(request), person)
    messages.success(request, _("The account of %(person)s is open again.") % {"person": person})
    return redirect("accounts:person", person=person.pk)


@never_cache
@form_page_only
@person_required
def reset_factors(request: HttpRequest, person: Account) -> HttpResponse:
    """Take away second factors that somebody lost, after a question."""
    account = official_of(request)
    if account.role != Role.ADMINISTRATOR:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/person_reset.html", {"person": person})
    take_factors(account, person)
    messages.success(request, _("At the next sign-in a new second step will be set up."))
    return redirect("accounts:person", person=person.pk)


@never_cache
@require_POST
@person_required
def send_reset(request: HttpRequest, person: Account) -> HttpResponse:
    """Send an official a link for a new password."""
    if not person.is_active:
        raise Http404
    send_link(person)
    note(person, EventKind.RESET_ASKED)
    sentence = _("A link for a new password is on its way to %(email)s.")
    messages.success(request, sentence % {"email": person.email})
    return redirect("accounts:person", person=person.pk)


def roles_given_by(account: Account) -> list[Role]:
    """Return the roles an account may give: tracers and administrators are made by the latter."""
    if account.role == Role.ADMINISTRATOR:
        return [Role.OFFICIAL, Role.TRACER, Role.ADMINISTRATOR]
    return [Role.OFFICIAL] if account.manages_people else []


def areas_given_by(account: Account) -> UnitQuerySet:
    """Return the units, of every day, that an account may give: below its own; to all its own."""
    units = account.visible_units()
    return units if account.role == Role.ADMINISTRATOR else units.exclude(pk=account.area_id or 0)


def may_give(account: Account, role: str, area: Unit | None) -> bool:
    """Whether somebody may make, or change, an account of this role and area."""
    if not account.is_active or area is None or role not in roles_given_by(account):
        return False
    return areas_given_by(account).filter(pk=area.pk).exists()


def may_manage(account: Account, person: Account) -> bool:
    """Whether somebody may change another's account; nobody changes the own one."""
    return person != account and may_give(account, person.role, person.area)


def manageable(account: Account, people: Iterable[Account | Invitation]) -> set[int]:
    """Return the keys of those whom somebody may manage, as `may_manage` would say of each."""
    roles = roles_given_by(account)
    areas = set(areas_given_by(account).values_list("pk", flat=True))
    return {
        person.pk
        for person in people
        if person != account and person.role in roles and person.area_id in areas
    }


def change_account(account: Account, person: Account, name: str, role: str, area: Unit) -> None:
    """Give somebody another name, role or area, of which the last two end their sessions.

    Raises NotYours.
    """
    with _managed(account, person) as (actor, now):
        if not may_give(actor, role, area):
            raise NotYours
        details = {"name_before": now.name, "name_after": name}
        details |= {"role_before": now.role, "role_after": role}
        details |= {"area_before": now.area.place if now.area else "", "area_after": area.place}
        now.name, now.role, now.area = name, role, area
        now.save(update_fields=["name", "role", "area"])
        parts = ("name", "role", "area")
        changed = {p for p in parts if details[f"{p}_before"] != details[f"{p}_after"]}
        if changed:
            note(now, EventKind.CHANGED, by=account, **details)
        if changed & {"role", "area"}:
            now.end_sessions()  # what was opened for the former one is not left open


def close_account(account: Account, person: Account) -> None:
    """Close somebody's account, their sessions, and the invitations they sent; raises NotYours."""
    with _managed(account, person) as (_actor, now):
        if not now.is_active:
            return
        now.is_active = False
        now.save(update_fields=["is_active"])
        now.end_sessions()
        now.invitations.waiting().update(withdrawn_at=timezone.now())
        note(now, EventKind.CLOSED, by=account)


def reopen_account(account: Account, person: Account) -> None:
    """Open a closed account again; its old sessions stay ended. Raises NotYours."""
    with _managed(account, person) as (_actor, now):
        if now.is_active:
            return
        now.is_active = True
        now.save(update_fields=["is_active"])
        note(now, EventKind.REOPENED, by=account)


def take_factors(account: Account, person: Account) -> None:
    """Take somebody's lost second factors away, and tell them; raises NotYours."""
    with _managed(account, person) as (actor, now):
        if actor.role != Role.ADMINISTRATOR:
            raise NotYours
        second_factors.remove_all(now)
        now.end_sessions()
        note(now, EventKind.FACTORS_RESET, by=account)
    send("accounts/mail/factors_reset", person.email or "", {"person": person, "by": account})


def carry_over(day: date) -> int:
    """Give officials, and the invited, the successor of an area that ended by a day.

    Returns how many officials were moved. An area that nothing came of stays theirs, as
    districts did in 2025. Doing it again moves nobody.
    """
    _carried(Invitation.objects.waiting(), day)
    return _carried(Account.objects.all(), day)


@contextmanager
def _managed(account: Account, person: Account) -> Iterator[tuple[Account, Account]]:
    """Yield both accounts as they are now, while nobody else changes either; raises NotYours.

    Whoever acts is still an active manager when the act is done, and never the one it is done
    to: so however many act at once, the last administrator stays.
    """
    with transaction.atomic():
        rows = Account.objects.select_for_update().filter(pk__in=[account.pk, person.pk])
        kept: dict[Any, Account] = {row.pk: row for row in rows.order_by("pk")}
        actor, now = kept[account.pk], kept[person.pk]
        if not may_manage(actor, now):
            raise NotYours
        yield actor, now


def _offered(account: Account, person: Account | None) -> list[Unit]:
    """Return the units one may choose: each district followed by its communes."""
    units = {unit.pk: unit for unit in areas_given_by(account).on(today()).with_parents()}
    if person and person.area:
        units.setdefault(person.area.pk, person.area)
    return sorted(units.values(), key=lambda unit: [above.name_order for above in unit.lineage])


def _carried(kept: QuerySet[Any], day: date) -> int:
    successor = Unit.objects.filter(pk=OuterRef("area")).values("successor")[:1]
    ended = kept.filter(area__valid_to__lte=day, area__successor__isnull=False)
    first = moved = ended.update(area=Subquery(successor))
    while moved:
        moved = ended.all().update(area=Subquery(successor))
    return first
