"""Who can open what is sealed: admitting, removing, and a new key for all."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import fresh_second_factor_required, official_of, tracer_required
from forms.fields import PlainTextField
from forms.pages import form_page, form_page_only, sent

from . import keyholders, keys
from .addresses import see_other
from .models import Keyholder, SealingKey
from .sealing import Opener
from .unlocking import opener_of, unlocked_required


class AdmitForm(forms.Form):
    """The digits that the tracer who waits reads out."""

    fingerprint = PlainTextField(
        max_length=40,
        label=_("The 12 digits on the other tracer's screen"),
        help_text=_("Ask for them face to face or on the phone, and type what you hear."),
        required_sentence=_("Enter the 12 digits."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        ),
    )

    def __init__(self, *args: Any, keyholder: Keyholder, **rest: Any) -> None:
        self.keyholder = keyholder
        super().__init__(*args, **rest)

    def clean_fingerprint(self) -> str:
        """Refuse other digits: somebody may have put another key in the tracer's place."""
        digits: str = self.cleaned_data["fingerprint"]
        if not keyholders.is_fingerprint(self.keyholder, digits):
            raise ValidationError(
                _(
                    "These are other digits. Compare once more; if they stay different, admit nobody."
                )
            )
        return digits


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
    return render(request, "authority/holders.html", context)


@never_cache
@form_page_only
@fresh_second_factor_required
@unlocked_required
def admit(request: HttpRequest, holder: int, opener: Opener) -> HttpResponse:
    """Let a tracer who waits open all that the admitting one can, after comparing digits."""
    keyholder = _visible(request, holder)
    form = AdmitForm(sent(request), keyholder=keyholder)
    if form.is_valid():
        digits, by = form.cleaned_data["fingerprint"], official_of(request)
        try:
            keyholders.admit(keyholder, opener, by, digits, timezone.now())
            messages.success(request, _("%(who)s is admitted.") % {"who": keyholder})
        except keyholders.NotAdmittedError:
            messages.warning(request, _("%(who)s does not wait any more.") % {"who": keyholder})
        return see_other(request, "holders")
    return form_page(request, "authority/admit.html", form, {"holder": keyholder})


@never_cache
@form_page_only
@fresh_second_factor_required
@tracer_required
def remove(request: HttpRequest, holder: int) -> HttpResponse:
    keyholder = _visible(request, holder)
    if request.method == "POST":
        keyholders.remove(keyholder, timezone.now())
        messages.success(
            request,
            _("%(who)s opens nothing any more. Make a new key now, in case the old one was kept.")
            % {"who": keyholder},
        )
        return see_other(request, "rotate")
    return render(request, "authority/remove.html", {"holder": keyholder})


@never_cache
@form_page_only
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
    return render(request, "authority/rotate.html", context)


def _visible(request: HttpRequest, holder: int) -> Keyholder:
    """Return a colleague's keyholder, never one's own."""
    officer = official_of(request)
    visible = Keyholder.objects.visible_to(officer).filter(removed_at=None)
    colleagues = visible.exclude(account=officer).select_related("account__area")
    return get_object_or_404(colleagues, pk=holder)
