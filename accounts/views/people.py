"""The officials of one's area: who they are, and what an administrator does for them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import people, second_factors
from accounts.access import manager_required, official_of
from accounts.forms.people import PersonForm
from accounts.models import Account, Invitation, Role

_PEOPLE_PER_PAGE = 50
_LONGEST_SEARCH = 100
View = Callable[..., HttpResponseBase]


@never_cache
@require_safe
@manager_required
def listed(request: HttpRequest) -> HttpResponse:
    """List the officials of the own area, and who is invited."""
    account = official_of(request)
    typed = "".join(filter(str.isprintable, request.GET.get("q", "")))[:_LONGEST_SEARCH].strip()
    everybody = Account.objects.visible_to(account).with_second_factor().by_name()
    found = people.matching(list(everybody), typed)
    waiting = Invitation.objects.waiting().visible_to(account).oldest_first()
    theirs = people.manageable(account, waiting)
    context = {
        "typed": typed,
        "every_row": len(everybody),
        "manageable": people.manageable(account, found),
        "page": Paginator(found, _PEOPLE_PER_PAGE).get_page(request.GET.get("page")),
        "invitations": [one for one in waiting if one.pk in theirs],
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
        found = visible.filter(pk=person).first()
        if found is None or not people.may_manage(account, found):
            raise Http404
        try:
            return view(request, found, **rest)
        except people.NotYours as error:
            raise Http404 from error

    return guarded


@never_cache
@require_safe
@person_required
def person(request: HttpRequest, person: Account) -> HttpResponse:
    """Show one official, and what can be done for them."""
    account = official_of(request)
    context = {
        "person": person,
        "has_second_factor": second_factors.of(person).exists(),
        "may_reset_factors": account.role == Role.ADMINISTRATOR,
        "events": person.events.select_related("by").exclude(by=None).order_by("-at")[:20],
    }
    return render(request, "accounts/person.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def change(request: HttpRequest, person: Account) -> HttpResponse:
    """Change the name, role and area of an official."""
    account = official_of(request)
    typed = request.POST if request.method == "POST" else None
    form = PersonForm(typed, account=account, person=person)
    if form.is_valid():
        people.change(account, person, **form.cleaned_data)
        messages.success(request, _("Your changes are saved."))
        return redirect("accounts:people")
    context = {"form": form, "person": person}
    return render(
        request, "accounts/person_change.html", context, status=422 if form.is_bound else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def close(request: HttpRequest, person: Account) -> HttpResponse:
    """Close an account after a question; it ends the person's sessions at once."""
    if request.method != "POST":
        return render(request, "accounts/person_close.html", {"person": person})
    people.close(official_of(request), person)
    messages.success(request, _("The account of %(person)s is closed.") % {"person": person})
    return redirect("accounts:person", person=person.pk)


@never_cache
@require_POST
@person_required
def reopen(request: HttpRequest, person: Account) -> HttpResponse:
    """Open a closed account again."""
    people.reopen(official_of(request), person)
    messages.success(request, _("The account of %(person)s is open again.") % {"person": person})
    return redirect("accounts:person", person=person.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def reset_factors(request: HttpRequest, person: Account) -> HttpResponse:
    """Take away second factors that somebody lost, after a question."""
    account = official_of(request)
    if account.role != Role.ADMINISTRATOR:
        raise Http404
    if request.method != "POST":
        return render(request, "accounts/person_reset.html", {"person": person})
    people.reset_factors(account, person)
    messages.success(request, _("At the next sign-in a new second step will be set up."))
    return redirect("accounts:person", person=person.pk)


@never_cache
@require_POST
@person_required
def send_reset(request: HttpRequest, person: Account) -> HttpResponse:
    """Send an official a link for a new password."""
    if not person.is_active:
        raise Http404
    people.send_reset(request, person)
    sentence = _("A link for a new password is on its way to %(email)s.")
    messages.success(request, sentence % {"email": person.email})
    return redirect("accounts:person", person=person.pk)
