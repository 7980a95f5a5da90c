"""Printing the posters of an area: how many there would be, and asking for them."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.access import official_of
from districts.models import Level, Unit
from forms.fields import ChosenField, DayField
from forms.pages import TOO_MANY, form_page, form_page_only, sent
from jobs.asking import Wish, ask, may_ask
from jobs.models import Job
from venues.kinds import Kind
from venues.posters.words import PosterSize
from venues.printing import KIND, Choice

from .access import area_context, area_in_force_required
from .models import Reason
from .silence.silent import silent_venues

_NOT_IN_LIST = _("Choose one from the list.")
_NOBODY = ValidationError(_("No open venue is meant by this. Choose others."))
_SO_MANY_AT_ONCE = ValidationError(
    _("As many posters as you may ask for at once are being made. Wait for one of them."), TOO_MANY
)


class Which(models.TextChoices):
    """Which of an area's open venues get a poster."""

    ALL = "all", _("all open venues")
    UNPRINTED = "unprinted", _("those whose poster was never printed")
    NEVER_USED = "never_used", _("those on the worklist as never used")
    SILENT = "silent", _("all on the worklist of silent venues")


class PosterForm(forms.Form):
    """Which posters, in which size, in how many files."""

    paper = ChosenField(
        _NOT_IN_LIST,
        label=_("Size"),
        choices=[
            (
                PosterSize.A4.value,
                _("A4, one on a sheet: the poster at the door, with a code of 15 cm"),
            ),
            (
                PosterSize.A5.value,
                _("A5, two on a sheet: a second one, lower down or inside, code of 10 cm"),
            ),
            (PosterSize.A6.value, _("A6, four on a sheet: for tables and stalls, code of 7 cm")),
            (PosterSize.CARD.value, _("Card, eight on a sheet: for counters, code of 5 cm")),
        ],
        widget=forms.RadioSelect,
        initial=PosterSize.A4.value,
        help_text=_(
            "Every entrance needs the poster in A4, once at eye level and once lower. The small "
            "ones come in addition: they are read from near only."
        ),
    )
    which = ChosenField(
        _NOT_IN_LIST, label=_("For which venues"), choices=Which.choices, initial=Which.ALL.value
    )
    kind = ChosenField(
        _NOT_IN_LIST,
        label=_("Kind of venue"),
        choices=[("", _("all")), *Kind.choices],
        required=False,
    )
    since = DayField(
        required=False,
        label=_("Registered since"),
        help_text=_("Leave it empty for all, or enter the day of an import."),
    )
    by = ChosenField(
        _NOT_IN_LIST,
        label=_("One file for each"),
        choices=[
            (Level.COMMUNE.value, _("commune or ward")),
            (Level.DISTRICT.value, _("district or town")),
        ],
        widget=forms.RadioSelect,
        initial=Level.COMMUNE.value,
        help_text=_(
            "Each commune's posters begin on a new sheet, after a list to hand them out by."
        ),
    )

    def __init__(self, area: Unit, data: Any = None) -> None:
        """Begin with the usual choice, where nothing was sent."""
        usual = {name: str(field.initial or "") for name, field in self.base_fields.items()}
        super().__init__(usual if data is None else data)
        if area.level == Level.COMMUNE:
            del self.fields["by"]

    def choice(self, area: Unit, now: datetime) -> Choice | None:
        """Return what was chosen; the worklist names its venues as it is at this moment."""
        if not self.is_valid():
            return None
        fields, which, venues = self.cleaned_data, self.cleaned_data["which"], None
        if which in (Which.SILENT, Which.NEVER_USED):
            silences = silent_venues(area, now)
            if which == Which.NEVER_USED:
                silences = [silence for silence in silences if Reason.NEVER in silence.reasons]
            venues = sorted(silence.venue_id for silence in silences)
        return Choice(
            PosterSize(fields["paper"]),
            by=Level(fields.get("by", Level.COMMUNE)),
            kind=fields["kind"],
            since=fields["since"],
            unprinted=which == Which.UNPRINTED,
            venues=venues,
        )


@never_cache
@form_page_only
@area_in_force_required
def posters(request: HttpRequest, area: Unit) -> HttpResponse:
    """Count the posters that are chosen; ask for them when told to."""
    now, account, asks = timezone.now(), official_of(request), "make" in request.POST
    form = PosterForm(area, sent(request))
    choice = form.choice(area, now)
    meant, sheets = choice.counted(area, now) if choice else (0, 0)
    waiting = Job.objects.visible_to(account).under_way().filter(kind=KIND)
    if choice and asks and meant and may_ask(account, KIND):
        job = ask(Wish(KIND, account, area, choice.parameters), now)
        return redirect("jobs:job", pk=job.pk)
    if choice and asks:
        form.add_error(None, _SO_MANY_AT_ONCE if meant else _NOBODY)
    context = {
        **area_context(request, area),
        "meant": meant,
        "sheets_of_a4": sheets,
        "under_way": waiting.filter(area=area).order_by("asked_at"),
    }
    return form_page(request, "dashboards/posters.html", form, context)
