"""The file that an official chooses."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit
from venues.imports.keeping import take_in
from venues.models import Import
from venues.spreadsheets import LARGEST, MOST_ROWS, SheetRefused, look_at, refusal_sentence


class UploadForm(forms.Form):
    """A list of venues of an area; what a glance can refuse is refused at once."""

    file = forms.FileField(
        label=_("File with the venues"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,text/csv"}),
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
            gettext("XLSX or CSV, at most %(rows)s rows and %(size)s MB") % limits
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
