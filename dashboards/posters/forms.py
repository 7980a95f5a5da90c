"""What officials choose before posters are printed."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import Level, Unit
from forms.fields import DayField
from venues.kinds import Kind
from venues.posters.words import PosterSize
from venues.printing import Choice


class Which(models.TextChoices):
    """Which of an area's open venues get a poster."""

    ALL = "all", _("all open venues")
    UNPRINTED = "unprinted", _("those whose poster was never printed")
    NEVER_USED = "never_used", _("those on the worklist as never used")
    SILENT = "silent", _("all on the worklist of silent venues")


SIZES = [
    (PosterSize.A4, _("A4, one on a sheet: the poster at the door, with a code of 15 cm")),
    (PosterSize.A5, _("A5, two on a sheet: a second one, lower down or inside, code of 10 cm")),
    (PosterSize.A6, _("A6, four on a sheet: for tables and stalls, code of 7 cm")),
    (PosterSize.CARD, _("Card, eight on a sheet: for counters, code of 5 cm")),
]


def _choice(label: Any, choices: list[tuple[Any, Any]], **rest: Any) -> forms.ChoiceField:
    wrong = _("Choose one from the list.")
    given: dict[str, Any] = {"error_messages": {"required": wrong, "invalid_choice": wrong}}
    return forms.ChoiceField(label=label, choices=choices, **given | rest)


class PosterForm(forms.Form):
    """Which posters, in which size, in how many files."""

    paper = _choice(
        _("Size"),
        [(paper.value, label) for paper, label in SIZES],
        widget=forms.RadioSelect,
        initial=PosterSize.A4.value,
        help_text=_(
            "Every entrance needs the poster in A4, once at eye level and once lower. The small "
            "ones come in addition: they are read from near only."
        ),
    )
    which = _choice(_("For which venues"), Which.choices, initial=Which.ALL.value)
    kind = _choice(_("Kind of venue"), [("", _("all")), *Kind.choices], required=False)
    since = DayField(
        required=False,
        label=_("Registered since"),
        help_text=_("Leave it empty for all, or enter the day of an import."),
    )
    by = _choice(
        _("One file for each"),
        [
            (Level.COMMUNE.value, _("commune or ward")),
            (Level.DISTRICT.value, _("district or town")),
        ],
        widget=forms.RadioSelect,
        initial=Level.COMMUNE.value,
        help_text=_(
            "Each commune's posters begin on a new sheet, after a list to hand them out by."
        ),
    )

    def __init__(self, area: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if area.level == Level.COMMUNE:
            del self.fields["by"]

    def choice(self, venues: list[int] | None) -> Choice:
        """Return the choice; `venues` are those that the list of silent venues names."""
        told = self.cleaned_data
        return Choice(
            PosterSize(told["paper"]),
            by=Level(told.get("by", Level.COMMUNE)),
            kind=told["kind"],
            since=told["since"],
            unprinted=told["which"] == Which.UNPRINTED,
            venues=venues,
        )
