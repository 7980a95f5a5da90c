"""The file that an official chooses, and what its doubtful values mean."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit
from venues.imports.keeping import take_in
from venues.imports.telling import Asked, asked_of, communes_of
from venues.models import Import
from venues.spreadsheets import LARGEST, MOST_ROWS, SheetRefused, look_at, refusal_sentence


class UploadForm(forms.Form):
    """A list of venues of an area; what a glance can refuse is refused at once."""

    file = forms.FileField(
        label=_("File with the venues"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.xlsb,.ods,.csv,.txt,text/csv"}),
        allow_empty_file=True,
        error_messages={
            "required": _("Choose the file with the venues."),
            "missing": _("Choose the file with the venues."),
        },
    )

    def __init__(self, area: Unit, now: datetime, request: HttpRequest) -> None:
        given = (request.POST, request.FILES) if request.method == "POST" else ()
        super().__init__(*given)
        self.area, self.now = area, now
        limits = {"rows": intcomma(MOST_ROWS), "size": LARGEST // 1024**2}
        self.fields["file"].help_text = (
            gettext("XLSX, XLS, XLSB, ODS or CSV, at most %(rows)s rows and %(size)s MB") % limits
        )
        if request.META.get("UPLOAD_IS_TOO_LARGE"):
            sentence = refusal_sentence("too_large", {"most": limits["size"]})
            self.fields["file"].error_messages["required"] = sentence

    def clean_file(self) -> Any:
        """Refuse what is no list of venues."""
        file = self.cleaned_data["file"]
        try:
            look_at(file.file)
        except SheetRefused as refused:
            raise forms.ValidationError(refusal_sentence(refused.key, refused.params)) from refused
        return file

    def save(self, account: Account) -> Import:
        """Keep the file and ask for its check."""
        file = self.cleaned_data["file"]
        return take_in(file.file, file.name, account, self.area, self.now)


class CorrectionForm(forms.Form):
    """What values mean that were found in many rows: each is answered once for all of them."""

    most = 20  # at a time; the rest is asked after the next check

    def __init__(self, listed: Import, given: Any = None) -> None:
        super().__init__(given)
        self.asked, number = asked_of(listed, self.most)
        self.further = number - len(self.asked)
        communes = communes_of(listed.area)
        for value in self.asked:
            self.fields[value.key] = _choice(value, communes)

    def clean(self) -> dict[str, Any]:
        """Ask for one answer at least."""
        answers = super().clean() or {}
        if not any(answers.values()) and not self.errors:
            raise forms.ValidationError(gettext("Choose what at least one of these values means."))
        return answers

    def corrected(self) -> dict[tuple[str, str], str]:
        """Return the answers by column and by what was found."""
        answers = self.cleaned_data
        return {(v.column, v.found): answers[v.key] for v in self.asked if answers.get(v.key)}


def _choice(value: Asked, communes: dict[str, str]) -> forms.ChoiceField:
    alike, rest = value.choices(communes)
    choices: list[Any] = [("", gettext("not decided")), *alike.items()]
    if alike and rest:
        choices[1:] = [(gettext("Suggested"), list(alike.items()))]
        choices.append((gettext("All"), list(rest.items())))
    else:
        choices += rest.items()
    around = value.fault.params.get("around", "")
    shown = value.fault.found or f"{gettext('empty')} {around}".rstrip()
    wrong = gettext("Choose one from the list.")
    field = forms.ChoiceField(
        label=f"{value.label}: “{shown}”",
        choices=choices,
        required=False,
        error_messages={"invalid_choice": wrong},
    )
    rows = ngettext("%(number)s row.", "%(number)s rows.", value.rows) % {
        "number": intcomma(value.rows)
    }
    field.help_text = f"{rows} {value.fault.sentence}"
    return field
