"""Registering a venue: the form, the code that goes to its phone, and the venue it becomes."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self, cast
from uuid import UUID, uuid4, uuid5

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import account_of
from accounts.limits import Limit
from accounts.models import Account
from accounts.one_time_codes import (
    Asking,
    CodeCheck,
    CodeNotSent,
    CodePurpose,
    ensure_code,
    try_code,
)
from accounts.owners import CodeForm, NotAnOwner, owner_with, send_again, sign_in_owner
from districts.days import local_day, today
from districts.models import Unit
from forms.fields import MobileField
from forms.pages import TOO_MANY, form_page, form_page_only, sent
from forms.phones import displayed

from .fields import FIELDS
from .kinds import Kind
from .models import Venue
from .spreadsheets import ListColumn

_OF_AN_OWNER = Limit("venues of an owner", 100)
_SO_MANY_A_DAY = _(
    "So many venues can be registered with one phone on one day. Go on tomorrow, or ask your "
    "commune to take a list of them."
)
_KEPT = "registration"  # waits in the session for its code
_NONCE = "registration_nonce"


@dataclass(frozen=True)
class Registration:
    """One filled form; `nonce` is of the session it was filled in."""

    name: str
    kind: str
    commune: str
    address: str
    responsible_name: str
    phone: str
    nonce: str

    @classmethod
    def of(cls, cleaned: dict[str, Any], nonce: str = "") -> Self:
        return cls(**cleaned, nonce=nonce or uuid4().hex)

    @classmethod
    def kept(cls, stored: Any) -> Self | None:
        """Return a registration from where `stored` put it, or None."""
        return cls(**stored) if isinstance(stored, dict) else None

    def stored(self) -> dict[str, str]:
        """Return it in a form that a session can keep."""
        return asdict(self)

    @property
    def key(self) -> UUID:
        """The same for the same form of the same session: sent twice, it is one venue."""
        parts = (self.name, self.kind, self.commune, self.address, self.phone)
        return uuid5(UUID(hex=self.nonce), "\x1f".join(parts))


def communes_by_parent(on: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return codes and names of the communes in force, grouped by district (or province)."""
    groups: dict[Unit, list[tuple[str, str]]] = {}
    for commune in Unit.objects.on(on).communes().select_related("parent"):
        if commune.parent:
            groups.setdefault(commune.parent, []).append((commune.code, commune.name))
    ordered = sorted(groups.items(), key=lambda item: item[0].code)
    return [(parent.name, communes) for parent, communes in ordered]


class RegistrationForm(forms.Form):
    """A new venue, on one page."""

    name = FIELDS[ListColumn.NAME]
    kind = forms.ChoiceField(
        label=_("Kind of venue"),
        error_messages={
            "required": _("Choose the kind of venue."),
            "invalid_choice": _("Choose the kind of venue from the list."),
        },
    )
    commune = forms.ChoiceField(
        label=_("Commune or ward"),
        error_messages={
            "required": _("Choose the commune or ward."),
            "invalid_choice": _("Choose the commune or ward from the list."),
        },
        widget=forms.Select(
            attrs={
                "data-search": _("Type a few letters"),
                "data-none": _("Nothing found. Try fewer letters."),
            }
        ),
    )
    address = FIELDS[ListColumn.ADDRESS]
    responsible_name = FIELDS[ListColumn.RESPONSIBLE]
    phone = MobileField(help_text=_("We send a code to this phone. Later you sign in with it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank: list[tuple[str, Any]] = [("", _("Choose…"))]
        for name, choices in (("kind", Kind.choices), ("commune", communes_by_parent(today()))):
            cast(forms.ChoiceField, self.fields[name]).choices = [*blank, *choices]

    @staticmethod
    def shown(kept: Registration | None, account: Account | None) -> dict[str, str]:
        """Return the form as it was filled before, or with the phone of whoever is signed in."""
        known = kept.stored() if kept else {}
        phone = kept.phone if kept else account.phone if account else None
        return known | {"phone": displayed(phone) if phone else ""}


class CommuneGone(Exception):  # noqa: N818 - the sentence is the name
    """A reform ended the commune between the form and its code."""


def registered(registration: Registration) -> Venue | None:
    """Return the venue a registration has become already."""
    return Venue.objects.filter(registration=registration.key).select_related("owner").first()


@transaction.atomic
def make_venue(registration: Registration, owner: Account, now: datetime) -> Venue:
    """Make the venue and its first poster; the same registration again gives the same venue."""
    commune = Unit.objects.on(local_day(now)).communes().filter(code=registration.commune).first()
    if commune is None:
        raise CommuneGone
    venue, is_new = Venue.objects.get_or_create(
        registration=registration.key,
        defaults={
            "name": registration.name,
            "kind": registration.kind,
            "commune": commune,
            "address": registration.address,
            "responsible_name": registration.responsible_name,
            "responsible_phone": registration.phone,
            "owner": owner,
            "registered_at": now,
        },
    )
    if is_new:
        venue.issue_poster(now)
    return venue


@never_cache
@form_page_only
def register(request: HttpRequest) -> HttpResponse:
    """Take what a venue is, and send a code to its phone; an owner's own phone needs none."""
    kept, account = Registration.kept(request.session.get(_KEPT)), account_of(request)
    if request.method != "POST":
        if account:
            request.session[_NONCE] = uuid4().hex
        form = RegistrationForm(initial=RegistrationForm.shown(kept, account))
        return render(request, "venues/register.html", {"form": form})
    form = RegistrationForm(request.POST)
    if not form.is_valid():
        return form_page(request, "venues/register.html", form)
    nonce = kept.nonce if kept else request.session.get(_NONCE, "")
    registration = Registration.of(form.cleaned_data, nonce)
    if account and not account.is_official and account.phone == registration.phone:
        return _by_owner(request, form, registration, account)
    return _to_confirm(request, form, registration)


@never_cache
@sensitive_post_parameters("code")
@form_page_only
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the code; the right one makes the venue and signs its owner in."""
    kept = Registration.kept(request.session.get(_KEPT))
    if kept is None:
        return _nothing_to_confirm(request)
    form = CodeForm(sent(request))
    if form.is_valid() and (venue := _confirmed(request, form, kept)):
        sign_in_owner(request, venue.owner)
        return _made(request, venue)
    context = {"registration": kept, "phone": displayed(kept.phone)}
    return form_page(request, "venues/confirm.html", form, context)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    if kept := Registration.kept(request.session.get(_KEPT)):
        send_again(request, kept.phone, CodePurpose.REGISTER)
    return redirect("venues:confirm")


def _by_owner(
    request: HttpRequest, form: RegistrationForm, registration: Registration, owner: Account
) -> HttpResponse:
    now = timezone.now()
    venue = registered(registration)
    if venue is None and not _OF_AN_OWNER.take(str(owner.pk), now):
        form.add_error(None, ValidationError(_SO_MANY_A_DAY, TOO_MANY))
        return form_page(request, "venues/register.html", form)
    return _made(request, venue or make_venue(registration, owner, now))


def _to_confirm(
    request: HttpRequest, form: RegistrationForm, registration: Registration
) -> HttpResponse:
    try:
        ensure_code(Asking.of(request, registration.phone, CodePurpose.REGISTER), timezone.now())
    except CodeNotSent as refusal:
        form.add_error(None, refusal.sentence)
        return refusal.on(render(request, "venues/register.html", {"form": form}))
    request.session[_KEPT] = registration.stored()
    return redirect("venues:confirm")


def _nothing_to_confirm(request: HttpRequest) -> HttpResponse:
    """Lead on: the form was sent twice and the first time counted, or there never was one."""
    if account_of(request):
        return redirect("venues:listed")
    if request.method != "POST":
        return redirect("venues:register")
    messages.info(request, _("Is your venue registered already? Sign in with its phone."))
    return redirect("accounts:sign_in")


def _confirmed(request: HttpRequest, form: CodeForm, kept: Registration) -> Venue | None:
    """Return the venue if the code is right, or was right when the form was sent before."""
    now = timezone.now()
    asking = Asking.of(request, kept.phone, CodePurpose.REGISTER)
    try:
        with transaction.atomic():
            answer = try_code(asking, form.cleaned_data["code"], now)
            if answer is CodeCheck.RIGHT:
                return make_venue(kept, owner_with(kept.phone), now)
    except NotAnOwner:
        sentence = _("You cannot register with this phone. Please call %(hotline)s.")
        form.add_error(None, sentence % {"hotline": settings.HOTLINE})
        return None
    except CommuneGone:
        form.add_error(
            None, _("The communes have changed. Go back to the form and choose yours again.")
        )
        return None
    if answer is CodeCheck.SPENT and (venue := registered(kept)):
        return venue
    form.refuse(answer)
    return None


def _made(request: HttpRequest, venue: Venue) -> HttpResponse:
    request.session.pop(_KEPT, None)
    messages.success(request, _("Your venue is registered. Print the poster and put it up."))
    return redirect("venues:venue", code=venue.posters.latest("number").code)
