"""Who can open what is sealed: admitting, removing, and a new key for all."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import fresh_second_factor_required, official_of, tracer_required
from authority import keyholders, keys
from authority.models import Keyholder, SealingKey
from authority.opening import Opener
from tracing.addresses import see_other

from .access import opener_of, unlocked_required
from .forms import AdmitForm


@never_cache
@require_safe
@tracer_required
def holders(request: HttpRequest) -> HttpResponse:
    """Show who of the own area can open names, and who waits to be admitted."""
    visible = Keyholder.objects.visible_to(official_of(request)).select_related(
        "account__area__parent", "admitted_by"
    )
    context = {
        "admitted": visible.admitted().order_by("account__name"),
        "waiting": visible.waiting().order_by("made_at"),
        "sheet": Keyholder.objects.recovery().first(),
        "key": SealingKey.objects.filter(retired_at=None).latest("created_at"),
        "is_unlocked": opener_of(request) is not None,
    }
    return render(request, "tracing/keys/holders.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_second_factor_required
@unlocked_required
def admit(request: HttpRequest, holder: int, opener: Opener) -> HttpResponse:
    """Let a tracer who waits open all that the admitting one can, after comparing digits."""
    found = _visible(request, holder)
    form = AdmitForm(request.POST if request.method == "POST" else None, keyholder=found)
    if form.is_valid():
        digits, by = form.cleaned_data["fingerprint"], official_of(request)
        try:
            keyholders.admit(found, opener, by, digits, timezone.now())
            messages.success(request, _("%(who)s is admitted.") % {"who": found})
        except keyholders.NotAdmittedError:
            messages.warning(request, _("%(who)s does not wait any more.") % {"who": found})
        return see_other(request, "holders")
    context = {"form": form, "holder": found}
    status = 422 if form.is_bound else 200
    return render(request, "tracing/keys/admit.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_second_factor_required
@tracer_required
def remove(request: HttpRequest, holder: int) -> HttpResponse:
    """Take a tracer's key away."""
    found = _visible(request, holder)
    if request.method == "POST":
        keyholders.remove(found, timezone.now())
        messages.success(
            request,
            _("%(who)s opens nothing any more. Make a new key now, in case the old one was kept.")
            % {"who": found},
        )
        return see_other(request, "rotate")
    return render(request, "tracing/keys/remove.html", {"holder": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_second_factor_required
@tracer_required
def rotate(request: HttpRequest) -> HttpResponse:
    """Make a new key for everybody admitted; what the old ones sealed stays readable to them."""
    admitted = Keyholder.objects.admitted().select_related("account__area__parent")
    if request.method == "POST":
        keys.rotate(timezone.now())
        messages.success(request, _("A new key seals from now on."))
        return see_other(request, "holders")
    context = {"admitted": admitted.tracers().order_by("account__name")}
    return render(request, "tracing/keys/rotate.html", context)


def _visible(request: HttpRequest, holder: int) -> Keyholder:
    """Return a colleague's keyholder, never one's own."""
    visible = Keyholder.objects.visible_to(official_of(request)).filter(removed_at=None)
    found = (
        visible.exclude(account=official_of(request))
        .select_related("account__area")
        .filter(pk=holder)
    )
    keyholder = found.first()
    if keyholder is None:
        raise Http404
    return keyholder
