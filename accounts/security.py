"""What an official sees of the own account: second steps, sessions, and what happened."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forms.pages import form_page, form_page_only, sent

from . import second_factors
from .access import fresh_second_factor_required, official_of, official_required
from .models import EventKind
from .open_sessions import end_elsewhere, end_others, shown_sessions
from .second_factors import FactorRefused, name_of
from .second_step import PasskeyNameForm
from .sign_in_events import note


@never_cache
@require_safe
@official_required
def security(request: HttpRequest) -> HttpResponse:
    """Show how the account is protected, and what happened at its door."""
    account = official_of(request)
    events = account.events.select_related("by").order_by("-at", "-pk")
    context = {
        "account": account,
        "factors": [(factor, name_of(factor)) for factor in account.second_factors()],
        "codes_left": len(second_factors.recovery_codes(account)),
        "page": Paginator(events, 25).get_page(request.GET.get("page")),
        **shown_sessions(request, account),
    }
    return render(request, "accounts/security.html", context)


@never_cache
@form_page_only
@fresh_second_factor_required
def rename(request: HttpRequest, factor: int) -> HttpResponse:
    account = official_of(request)
    kept = get_object_or_404(account.second_factors(), pk=factor, type=Authenticator.Type.WEBAUTHN)
    form = PasskeyNameForm(sent(request), initial={"name": name_of(kept)})
    if form.is_valid():
        name = form.cleaned_data["name"]
        note(account, EventKind.FACTOR_RENAMED, name_before=name_of(kept), name_after=name)
        kept.data["name"] = name
        kept.save(update_fields=["data"])
        return redirect("accounts:security")
    return form_page(request, "mfa/rename.html", form)


@never_cache
@form_page_only
@fresh_second_factor_required
def remove(request: HttpRequest, factor: int) -> HttpResponse:
    """Take a second factor away, after a question; it ends all other sessions."""
    account = official_of(request)
    kept = get_object_or_404(account.second_factors(), pk=factor)
    if request.method != "POST":
        return render(request, "mfa/remove.html", {"name": name_of(kept)})
    try:
        second_factors.remove(account, kept)
    except FactorRefused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("accounts:security")
    note(account, EventKind.FACTOR_REMOVED, factor=name_of(kept))
    end_others(request, account)
    messages.success(request, _("The second step was removed."))
    return redirect("accounts:security")


end_other_sessions = official_required(end_elsewhere)
