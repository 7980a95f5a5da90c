"""What tracers choose to publish, and what they write to owners."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forms.texts import PlainTextField

from .owners import NAME, PERIODS
from .proposals import Proposal


class PublishForm(forms.Form):
    """The places and periods chosen, and that small ones were thought over."""

    stay = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice", "invalid_list"],
            _("Choose at least one place of the list."),
        ),
    )
    considered = forms.BooleanField(required=False)

    def __init__(self, data: Any, proposals: list[Proposal]) -> None:
        super().__init__(data)
        self.offered = {one.key: one for one in proposals if not one.is_published}
        stay: Any = self.fields["stay"]
        stay.choices = [(key, str(key)) for key in self.offered]

    def clean(self) -> dict[str, Any]:
        """Ask again where a notice would point at somebody."""
        typed = super().clean() or self.cleaned_data
        if any(one.points_at_somebody for one in self.chosen) and not typed.get("considered"):
            self.add_error("considered", _("Tick that you thought of the places with few people."))
        return typed

    @property
    def chosen(self) -> list[Proposal]:
        """The proposals that were ticked."""
        return [self.offered[key] for key in self.cleaned_data.get("stay", [])]

    @property
    def error_summary(self) -> list[tuple[str, str]]:
        """Pairs of field id and sentence."""
        ids = {"stay": "proposals", "considered": "id_considered"}
        return [(ids[name], str(s)) for name, told in self.errors.items() for s in told]


class OwnersForm(forms.Form):
    """A message to the owners of published places."""

    text = PlainTextField(
        max_length=500,
        label=_("Message"),
        required_sentence=_("Write what the message should say."),
        widget=forms.Textarea(attrs={"rows": 7, "lang": "vi"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here and not above, where it would be said in the first language for ever.
        self.fields["text"].help_text = gettext(
            "In Vietnamese. %(name)s stands for the name of the venue, %(periods)s for when; write "
            "nothing else of the case."
        ) % {"name": NAME, "periods": PERIODS}

    def clean_text(self) -> str:
        """Refuse a message that does not say when."""
        text: str = self.cleaned_data["text"]
        if PERIODS not in text:
            raise forms.ValidationError(
                _("Keep %(periods)s in the message: it says when."), params={"periods": PERIODS}
            )
        return text
