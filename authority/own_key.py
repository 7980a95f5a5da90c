"""A tracer's own key: its passphrase, unlocking it for minutes, and the recovery sheet."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.access import fresh_second_factor_required, official_of, tracer_required
from accounts.limits import Limit
from accounts.models import Account
from accounts.rebuffs import Rebuff, rebuff
from accounts.turns import BusyError
from forms.fields import PasswordField, PlainTextField
from forms.pages import form_page, form_page_only, sent

from . import keyholders, unlocking
from .addresses import see_other
from .keyholders import tells_who
from .models import Keyholder
from .recovery_sheet import MistypedError
from .sealing import SHORTEST, WrongPassphraseError
from .unlocking import COOKIE, TooManyTriesError, keep_half, opener_of, way_back

# Each tells whether it is the password, and is worked on for a second.
_NEW = Limit("new passphrase", 10, timedelta(minutes=15))
_TOO_MANY_TRIES = _("Too many tries. Wait 15 minutes, then try again.")


class UnlockForm(forms.Form):
    passphrase = PasswordField(
        label=_("Your passphrase"), required_sentence=_("Enter your passphrase.")
    )


class SetUpForm(forms.Form):
    passphrase1 = PasswordField(
        label=_("New passphrase"),
        autocomplete="new-password",
        help_text=_(
            "At least 12 characters, for example five words. Not the password you sign in with. "
            "Nobody can reset it: whoever forgets it sets up a new one and is admitted again."
        ),
        required_sentence=_("Enter a new passphrase."),
    )
    passphrase2 = PasswordField(
        label=_("New passphrase once more"),
        autocomplete="new-password",
        required_sentence=_("Enter the new passphrase once more."),
    )

    def __init__(self, *args: Any, account: Account, **rest: Any) -> None:
        self.account = account
        super().__init__(*args, **rest)

    def clean_passphrase1(self) -> str:
        """Refuse what is short, what tells who it is, and the password."""
        passphrase: str = self.cleaned_data["passphrase1"]
        if len(passphrase) < SHORTEST:
            raise ValidationError(_("This passphrase is too short. Use at least 12 characters."))
        if tells_who(passphrase, self.account):
            raise ValidationError(_("Leave your name and e-mail address out of the passphrase."))
        if not _NEW.take(str(self.account.pk), timezone.now()):
            rebuff(Rebuff.LIMIT)
            raise ValidationError(_TOO_MANY_TRIES)
        with _NEW.given_back_when_busy(str(self.account.pk)):
            is_password = self.account.check_password(passphrase)
        if is_password:
            raise ValidationError(_("This is the password you sign in with. Choose another."))
        return passphrase

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        new = cleaned.get("passphrase1"), cleaned.get("passphrase2")
        if all(new) and new[0] != new[1]:
            self.add_error("passphrase2", _("Type the same new passphrase twice."))
        return cleaned


class ChangeForm(SetUpForm):
    """A new passphrase in place of the present one."""

    present = PasswordField(
        label=_("Present passphrase"), required_sentence=_("Enter your present passphrase.")
    )
    field_order = ["present", "passphrase1", "passphrase2"]


class RecoveryForm(forms.Form):
    code = PlainTextField(
        max_length=200,
        label=_("The code on the recovery sheet"),
        help_text=_("13 groups of 5 characters; capitals, dashes and spaces do not matter."),
        required_sentence=_("Enter the code of the recovery sheet."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )


@never_cache
@require_safe
@tracer_required
def key(request: HttpRequest) -> HttpResponse:
    """Show whether the tracer's key is set up, admitted and unlocked."""
    opener = opener_of(request)
    context = {
        "holder": _mine(request),
        "until": opener.until if opener else None,
        "has_sheet": Keyholder.objects.recovery().exists(),
    }
    return render(request, "authority/key.html", context)


@sensitive_post_parameters()
@never_cache
@form_page_only
@tracer_required
def unlock(request: HttpRequest) -> HttpResponse:
    """Unlock the tracer's key for minutes, then go back to where it was needed."""
    holder = _mine(request)
    if holder is None or not holder.is_admitted:
        return see_other(request, "key")
    form = UnlockForm(sent(request))
    if form.is_valid() and (half := _unlocked(request, holder, form)):
        response = HttpResponseRedirect(way_back(request), status=303)
        keep_half(response, half)
        return response
    return form_page(request, "authority/unlock.html", form, {"next": way_back(request)})


@require_POST
@tracer_required
def lock(request: HttpRequest) -> HttpResponse:
    unlocking.lock(request.session.session_key or "")
    messages.success(request, _("Your key is locked."))
    response = HttpResponseRedirect(way_back(request), status=303)
    response.delete_cookie(COOKIE, samesite="Strict")
    return response


@sensitive_post_parameters()
@never_cache
@form_page_only
@fresh_second_factor_required
@tracer_required
def set_passphrase(request: HttpRequest) -> HttpResponse:
    """Set up the tracer's own pair of keys, or change its passphrase."""
    account, holder = official_of(request), _mine(request)
    changes = holder is not None and holder.is_admitted and "forgotten" not in request.GET
    form = (ChangeForm if changes else SetUpForm)(sent(request), account=account)
    if form.is_valid() and _set(form, holder, request):
        return see_other(request, "key")
    context = {"holder": holder, "changes": changes}
    return form_page(request, "authority/passphrase.html", form, context)


@sensitive_post_parameters()
@never_cache
@form_page_only
@fresh_second_factor_required
@tracer_required
def recovery(request: HttpRequest) -> HttpResponse:
    """Admit the tracer who waits by the recovery sheet, when nobody else can."""
    holder = _mine(request)
    form = RecoveryForm(sent(request))
    if holder is not None and form.is_valid() and _recovered(form, holder, request):
        messages.success(request, _("You are admitted. Unlock your key with your passphrase."))
        return see_other(request, "key")
    status = 422 if form.is_bound else 200
    context = {"form": form, "holder": holder}
    return render(request, "authority/recovery.html", context, status=status)


def _mine(request: HttpRequest) -> Keyholder | None:
    """Return the tracer's own keyholder, unless it was removed."""
    return Keyholder.objects.filter(account=official_of(request), removed_at=None).first()


def _unlocked(request: HttpRequest, holder: Keyholder, form: UnlockForm) -> str:
    """Return the half for the cookie, or nothing with the sentence in the form."""
    session, now = request.session.session_key or "", timezone.now()
    try:
        return unlocking.unlock(holder, form.cleaned_data["passphrase"], session, now)
    except WrongPassphraseError:
        form.add_error("passphrase", _("This is not your passphrase. Try again."))
    except TooManyTriesError:
        form.add_error("passphrase", _TOO_MANY_TRIES)
    except BusyError as busy:
        form.add_error("passphrase", busy)
    return ""


def _set(form: SetUpForm, holder: Keyholder | None, request: HttpRequest) -> bool:
    new, now = form.cleaned_data["passphrase1"], timezone.now()
    try:
        if holder is None or not isinstance(form, ChangeForm):
            keyholders.set_up(form.account, new, now)
            messages.success(request, _("Your key is made. Now somebody has to admit you."))
        else:
            unlocking.count_try(holder, now)
            with unlocking.TRIES.given_back_when_busy(str(holder.pk)):
                keyholders.change_passphrase(holder, form.cleaned_data["present"], new)
            messages.success(request, _("Your passphrase is changed."))
    except WrongPassphraseError:
        form.add_error("present", _("This is not your present passphrase."))
    except TooManyTriesError:
        form.add_error("present", _TOO_MANY_TRIES)
    except BusyError as busy:
        form.add_error(None, busy)
    return form.is_valid()


def _recovered(form: RecoveryForm, holder: Keyholder, request: HttpRequest) -> bool:
    now = timezone.now()
    try:
        unlocking.count_try(holder, now)
        opener = keyholders.recovery_opener(form.cleaned_data["code"])
        keyholders.admit(holder, opener, None, holder.fingerprint, now)
    except TooManyTriesError:
        form.add_error("code", _TOO_MANY_TRIES)
    except MistypedError as error:
        groups = ", ".join(map(str, error.groups))
        again = _("Read these groups again: %(groups)s.") % {"groups": groups}
        form.add_error("code", again if groups else _("The code has 13 groups of 5 characters."))
    except keyholders.NotThisSheetError:
        rebuff(Rebuff.WRONG_CODE)
        form.add_error("code", _("This is the code of a sheet that is no longer in force."))
    except keyholders.NotAdmittedError:
        form.add_error(None, _("You do not wait to be admitted any more."))
    return form.is_valid()
