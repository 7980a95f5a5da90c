"""One scan, typed into the page's form by a reader or by hand, or read from a photo."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from declarations.outcomes import Answers, Symptom
from stations.photos.decoding import LARGEST_PHOTO, NotAPicture, decode
from stations.recording import Said, Sent, Way
from stations.recording.sent import LONGEST_TEXT
from stations.secrets import kept_by_page, opened_of_page

_CONTACTS = ("case_contact", "area_contact", "symptomatic_contact")
_PATIENCE = 1.5  # seconds

TYPED = "typed"  # of the text that a page holds


class ScanForm(forms.Form):
    """What the page sends without script; `scan` makes that a form sent twice is one scan."""

    scan = forms.UUIDField()
    began = forms.DateTimeField(required=False)
    way = forms.ChoiceField(choices=[(way, way) for way in Way], required=False)
    text = forms.CharField(required=False, max_length=LONGEST_TEXT)
    is_typed = forms.CharField(required=False)
    told = forms.CharField(required=False, max_length=200)
    no_phone = forms.CharField(required=False)
    kept = forms.CharField(required=False)
    photo = forms.FileField(required=False)
    answered = forms.CharField(required=False)
    amended = forms.CharField(required=False)  # the same scan, the other way or let in
    let_in = forms.CharField(required=False)
    none = forms.CharField(required=False)
    symptoms = forms.MultipleChoiceField(
        choices=[(symptom.word, symptom.label) for symptom in Symptom], required=False
    )
    travelled = forms.CharField(required=False)
    case_contact = forms.CharField(required=False)
    area_contact = forms.CharField(required=False)
    symptomatic_contact = forms.CharField(required=False)

    def clean_photo(self) -> str:
        """Return the text of the code on the photo."""
        photo = self.cleaned_data["photo"]
        if photo is None:
            return ""
        if photo.size > LARGEST_PHOTO:
            raise forms.ValidationError(_("This photo is too large."))
        try:
            texts = decode(photo.read(), _PATIENCE)
        except NotAPicture:
            texts = []
        if not texts:
            raise forms.ValidationError(
                _("There is no code to be seen on this photo. Hold the phone nearer, and still.")
            )
        return texts[0]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        names = ("text", "told", "photo", "answered", "kept", "amended")
        if not (any(map(given.get, names)) or self.errors):
            self.add_error("text", _("Scan a card, or type a phone number."))
        return given

    def sent(self, now: datetime) -> Sent:
        """Return the scan; its moment is that of the first time it was sent, as far as is known."""
        given = self.cleaned_data
        began = given["began"]
        at = began if began and timedelta() <= now - began < timedelta(minutes=10) else now
        how, *kept = opened_of_page(given["kept"]).split("\n")
        told = [*kept[1:], *([given["told"]] if given["told"] else [])]
        text = given["text"] or given["photo"] or (kept[0] if kept else "")
        is_typed = bool(given["is_typed"]) or (not given["photo"] and how == TYPED)
        if not text and told and not (given["answered"] or given["amended"]):
            text, is_typed = told.pop(0), True
        said = Said(text, tuple(told), bool(given["no_phone"]), self._answers(), is_typed)
        way = Way(given["way"] or (Way.AUTO if given["amended"] else Way.IN))
        return Sent(UUID(str(given["scan"])), at, way, said, is_let_in=bool(given["let_in"]))

    @staticmethod
    def kept_of(sent: Sent) -> str:
        """Return what the page holds so that more can be said of a scan: its text, and what was told."""
        said = sent.said
        if not (said and said.text):
            return ""
        return kept_by_page("\n".join((TYPED if said.is_typed else "", said.text, *said.told)))

    def _answers(self) -> Answers | None:
        given = self.cleaned_data
        if not given["answered"]:
            return None
        if given["none"]:
            given = given | {"symptoms": []} | dict.fromkeys((*_CONTACTS, "travelled"), "")
        return Answers(
            symptoms=sum(Symptom[word.upper()] for word in given["symptoms"]),
            travelled=bool(given["travelled"]),
            **{name: bool(given[name]) for name in _CONTACTS},
        )
