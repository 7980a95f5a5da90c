"""The scanning screen: one page for a whole shift, and the same without script."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from declarations.nonces import word_of_the_day
from declarations.outcomes import Answers, Symptom
from districts.days import local_day
from forms.pages import form_page_only, status_of

from .access import kept_by_page, new_key, opened_of_page, queue_point, station_required
from .appointing import recent_names
from .models import Station
from .photos import LARGEST_PHOTO, NotAPicture, decode_for
from .readers.reading import LONGEST
from .recording.answered import DoorCounts
from .recording.sent import Batch, Said, Sent, Way
from .recording.taking import counts_of_venue, take

_CONTACTS = ("case_contact", "area_contact", "symptomatic_contact")
_PERMISSIONS = settings.POLICIES["Permissions-Policy"].replace(
    "camera=()", "camera=(self), screen-wake-lock=(self)"
)
_TYPED = "typed"  # of the text that a page holds
_WORKER = Path(settings.BASE_DIR) / "static" / "js" / "door-worker.js"


class ScanForm(forms.Form):
    """What the page sends without script; `scan` makes that a form sent twice is one scan."""

    scan = forms.UUIDField()
    began = forms.DateTimeField(required=False)
    way = forms.ChoiceField(choices=[(way, way) for way in Way], required=False)
    text = forms.CharField(required=False, max_length=LONGEST)
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

    def __init__(self, *args: Any, station: Station, now: datetime) -> None:
        super().__init__(*args)
        self.station, self.now = station, now

    def clean_photo(self) -> str:
        """Return the text of the code on the photo."""
        photo = self.cleaned_data["photo"]
        if photo is None:
            return ""
        if photo.size > LARGEST_PHOTO:
            raise forms.ValidationError(_("This photo is too large."))
        try:
            texts = decode_for(self.station, photo.read(), self.now)
        except NotAPicture:
            texts = []
        if not texts:
            raise forms.ValidationError(
                _("There is no code to be seen on this photo. Hold the phone nearer, and still.")
            )
        return texts[0]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        names = ("text", "told", "photo", "answered", "kept", "amended")
        if not (any(map(cleaned.get, names)) or self.errors):
            self.add_error("text", _("Scan a card, or type a phone number."))
        return cleaned

    def sent(self, now: datetime) -> Sent:
        """Return the scan; its moment is that of the first time it was sent, as far as is known."""
        cleaned = self.cleaned_data
        began = cleaned["began"]
        at = began if began and timedelta() <= now - began < timedelta(minutes=10) else now
        how, *kept = opened_of_page(cleaned["kept"]).split("\n")
        details = [*kept[1:], *filter(None, [cleaned["told"]])]
        text = cleaned["text"] or cleaned["photo"] or (kept[0] if kept else "")
        is_typed = bool(cleaned["is_typed"]) or (not cleaned["photo"] and how == _TYPED)
        if not text and details and not (cleaned["answered"] or cleaned["amended"]):
            text, is_typed = details.pop(0), True
        said = Said(text, tuple(details), bool(cleaned["no_phone"]), self._answers(), is_typed)
        way = Way(cleaned["way"] or (Way.AUTO if cleaned["amended"] else Way.IN))
        return Sent(UUID(str(cleaned["scan"])), at, way, said, is_let_in=bool(cleaned["let_in"]))

    @staticmethod
    def kept_of(sent: Sent) -> str:
        """Return what the page holds so that more can be said of a scan: its text, and what was told."""
        said = sent.said
        if not (said and said.text):
            return ""
        return kept_by_page("\n".join((_TYPED if said.is_typed else "", said.text, *said.told)))

    def _answers(self) -> Answers | None:
        cleaned = self.cleaned_data
        if not cleaned["answered"]:
            return None
        if cleaned["none"]:
            cleaned = cleaned | {"symptoms": []} | dict.fromkeys((*_CONTACTS, "travelled"), "")
        return Answers(
            symptoms=sum(Symptom[word.upper()] for word in cleaned["symptoms"]),
            travelled=bool(cleaned["travelled"]),
            **{name: bool(cleaned[name]) for name in _CONTACTS},
        )


# The key in the address is the secret, and other sites are refused: no token is needed.
@csrf_exempt
@form_page_only
@station_required
def door(request: HttpRequest, station: Station) -> HttpResponse:
    """Scan people; without script one at a time."""
    now = timezone.now()
    match = request.resolver_match
    key = match.kwargs["key"] if match else ""
    if station.ended_at:
        context = {"station": station, "key": key, "point": queue_point()}
        return render(request, "stations/door/gone.html", context, status=410)
    fields = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ScanForm(*fields, station=station, now=now)
    sent = form.sent(now) if form.is_valid() else None
    answer = take(station, Batch(now, [sent]), now).answers[0] if sent else None
    context = _context(station, now) | {"form": form, "answer": answer, "key": key}
    context["kept"] = form.kept_of(sent) if sent and answer and answer.wanted else ""
    response = render(request, "stations/door/door.html", context, status=status_of(form))
    response["Permissions-Policy"] = _PERMISSIONS
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens the screen without a network; its address decides what it serves."""
    response = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _context(station: Station, now: datetime) -> dict[str, Any]:
    today = local_day(now)
    return {
        "station": station,
        "venue": station.venue,
        "here": DoorCounts(*station.counts_on(today)),
        "passed": counts_of_venue(station, today),
        "names": recent_names(station, now),
        "symptoms": Symptom,
        "word": word_of_the_day(station.venue_id, today),
        "scan": uuid4(),
        "now": now,
        "point": queue_point(),
        "new_key": new_key(),
    }
