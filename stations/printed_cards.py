"""Our card: twenty digits to carry, printed for oneself, a family, or people without a phone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any

import zxingcpp
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from declarations.door import Guest, admit
from declarations.forms import ABROAD, residences
from declarations.identities import WHICH_ONE, Person
from declarations.memory import Memory
from declarations.models import Visitor
from declarations.personal_codes import code_of, displayed
from districts.days import local_day
from documents.fonts import Weight, legible
from documents.marks import POINT, Mark, Style, block, centred, symbol_mark
from documents.pdf import MarkedPdf, picture_of
from documents.responses import file_response
from documents.typesetting import Box
from forms.fields import BirthYearField, ChosenField, DocumentField, PhoneField, PlainTextField
from forms.pages import form_page, form_page_only, sent
from venues.access import venue_required
from venues.models import Poster, Venue

# A card leads to its person for this long; whoever prints it anew prolongs it.
VALID_FOR = timedelta(days=365)
# A bank card's size, in millimetres.
WIDTH, HEIGHT = 85.6, 54.0
# Twenty digits fill the smallest QR code: its modules are 1.6 mm wide, wider than those of the
# national personal code at the 5 cm that decision 1405/QĐ-BTTTT asks for (41 modules or more).
_SIDE, _CODE_LEFT, _CODE_TOP = 34.0, 5.0, 4.6
_BARS_LEFT, _BARS_TOP, _BARS_WIDTH, _BARS_HEIGHT = 6.0, 43.2, 73.6, 7.6
_WORDS_LEFT, _WORDS_WIDTH = 44.0, 39.0
_A4 = (210.0, 297.0)
_COLUMNS, _ROWS = 2, 5

_SENTENCE = "Đưa thẻ này khi qua cổng. Thẻ chỉ để ghi lượt vào; không ai đọc được gì bằng thẻ."
_KHMER = "បង្ហាញ\u200bកាត\u200bនេះ\u200bនៅ\u200bមាត់\u200bទ្វារ។ វា\u200bគ្រាន់\u200bតែ\u200bកត់\u200bត្រា\u200bការ\u200bចូល។"


@dataclass(frozen=True)
class OwnCard:
    """What one card says."""

    code: str
    name: str
    until: date


def card_pdf(card: OwnCard, on: date) -> bytes:
    """Return one card on a page of its own size."""
    paper = MarkedPdf(WIDTH, HEIGHT, "Thẻ khai báo", on)
    paper.add_page()
    _draw(paper, card, (0, 0))
    return paper.finished()


def cards_pdf(cards: list[OwnCard], on: date) -> bytes:
    """Return cards on sheets of A4, ten on each, with lines to cut along."""
    paper = MarkedPdf(*_A4, "Thẻ khai báo", on)
    left = (_A4[0] - _COLUMNS * WIDTH) / 2
    top = (_A4[1] - _ROWS * HEIGHT) / 2
    for number, card in enumerate(cards):
        place = number % (_COLUMNS * _ROWS)
        if place == 0:
            paper.add_page()
        row, column = divmod(place, _COLUMNS)
        at = left + column * WIDTH, top + row * HEIGHT
        paper.set_draw_color(150)
        paper.set_line_width(0.1)
        paper.rect(*at, WIDTH, HEIGHT)
        _draw(paper, card, at)
    return paper.finished()


def _draw(paper: MarkedPdf, card: OwnCard, at: tuple[float, float]) -> None:
    symbol = symbol_mark(card.code, _CODE_LEFT, _CODE_TOP, _SIDE, least_version=1)
    paper.draw([symbol, *_words(card)], at=at)
    _bars(paper, card.code, at[0] + _BARS_LEFT, at[1] + _BARS_TOP)


def _words(card: OwnCard) -> Iterator[Mark]:
    """The words beside the code, each as large as its place allows, and the digits above the bars."""
    bold, plain = Style(0, Weight.STRONG), Style(0)
    until = f"Có giá trị đến {card.until:%d/%m/%Y}"
    hotline = f"Đường dây nóng: {settings.HOTLINE}"
    for text, top, height, points, style in (
        ("THẺ KHAI BÁO Y TẾ", 4.4, 4, 8.5, bold),
        (legible(card.name) or "–", 9, 10.5, 11, bold),
        (until, 20.2, 3.2, 7, plain),
        (_SENTENCE, 24, 7.4, 6.2, plain),
        (_KHMER, 31.4, 4.4, 5.6, plain),
        (hotline, 36, 3, 6.5, plain),
    ):
        box = Box(_WORDS_WIDTH, height, points * POINT, 3.5 * POINT, lines=4)
        yield from block(text, (_WORDS_LEFT, top), box, style)
    digits = Style(8 * POINT, Weight.STRONG)
    yield centred(displayed(card.code), WIDTH / 2, 42.2, digits)


def _bars(paper: MarkedPdf, code: str, left: float, top: float) -> None:
    """Draw the digits as Code 128, two to a symbol, with the white that it needs beside it."""
    bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128)
    image: Any = zxingcpp.write_barcode_to_image(bars, add_quiet_zones=False)
    row = bytes(memoryview(image))[: image.shape[1]]
    unit = _BARS_WIDTH / len(row)
    paper.set_fill_color(0)
    start = 0
    for place in range(1, len(row) + 1):
        if place == len(row) or row[place] != row[start]:
            if row[start] < 128:
                paper.rect(
                    left + start * unit, top, (place - start) * unit, _BARS_HEIGHT, style="F"
                )
            start = place


class CardForm(forms.Form):
    """Who the card is for; reached by a phone, or else known by a document."""

    full_name = PlainTextField(
        label=_("Full name"), max_length=100, required_sentence=_("Write the person's full name.")
    )
    birth_year = BirthYearField()
    id_number = DocumentField()
    phone = PhoneField(
        label=_("Phone of a relative or neighbour"),
        required=False,
        help_text=_("Where there is one: a tracer calls it."),
    )
    commune = ChosenField(
        _("Choose the commune or ward from the list."),
        label=_("Where the person lives"),
        required=False,
    )
    consent = forms.BooleanField(
        label=_("The person asked for the card and knows that it notes visits."),
        error_messages={"required": _("Ask the person whether they want the card, and tick.")},
    )

    def __init__(self, data: Any, today: date, venue_id: int | None = None) -> None:
        self.residences, self.venue_id = residences(today), venue_id
        super().__init__(data, use_required_attribute=False)
        self.fields["birth_year"].label = _("Year of birth")
        self.fields["id_number"].label = _("Number of the ID card")
        commune: Any = self.fields["commune"]
        commune.choices = [("", "–"), *self.residences.groups, (ABROAD, _("Abroad"))]

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        is_whole = "phone" in cleaned and "id_number" in cleaned
        if is_whole and not (cleaned["phone"] or cleaned["id_number"]):
            self.add_error("id_number", _("Write the number of the ID card, or a phone number."))
        return cleaned

    @property
    def guest(self) -> Guest:
        """Whom the card is for; at a venue nobody who is known, whoever is called alike.

        Anybody may register a venue: a card printed there must not be the card of somebody else.
        """
        cleaned = self.cleaned_data
        person = Person(
            cleaned["full_name"],
            cleaned["birth_year"],
            cleaned["phone"],
            id_number=cleaned["id_number"],
        )
        residence = self.residences.id_of(cleaned["commune"]) if cleaned["commune"] else None
        number = cleaned["id_number"]  # it stands for a phone that is missing
        if number and self.venue_id:  # a venue's word for it is no card that was seen
            number = f"printed {number}"
        return Guest(person, number, residence, apart=self.venue_id)


def _remembered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the people this phone remembers; a phone that remembers nobody goes to /me/."""

    @csrf_exempt
    @never_cache
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, **rest: Any) -> HttpResponse:
        memory = Memory.of(request)
        codes = Visitor.objects.code_keys(memory.keys, memory.id) if memory.details else {}
        if not codes:
            return redirect("declarations:me")
        today = local_day(timezone.now())
        until = today + VALID_FOR
        names = [memory.details["full_name"], *(name for name, _year in memory.companions)]
        Visitor.objects.filter(key__in=codes, memory=memory.id).update(card_until=until)
        cards = [
            OwnCard(code_of(codes[key]), name, until)
            for key, name in zip(memory.keys, names, strict=True)
            if key in codes
        ]
        return view(request, cards, today, **rest)

    return guarded


@_remembered
def card(request: HttpRequest, cards: list[OwnCard], today: date, file_type: str) -> HttpResponse:
    """Hand out the own card, to print or to keep as a picture."""
    content = card_pdf(cards[0], today)
    if file_type == "png":  # drawn from the PDF so that they can't differ
        picture = picture_of(content, dots_per_inch=300)
        return file_response(picture, "image/png", "card.png", is_shown=True)
    if file_type == "pdf":
        return _pdf(content, "card.pdf")
    raise Http404


@_remembered
def family(request: HttpRequest, cards: list[OwnCard], today: date) -> HttpResponse:
    """Hand out a sheet with the cards of everybody who declares with this phone."""
    return _pdf(cards_pdf(cards, today), "family.pdf")


@never_cache
@form_page_only
@venue_required
def at_venue(request: HttpRequest, venue: Venue, poster: Poster) -> HttpResponse:
    """Print a card for somebody without a phone, at a venue."""
    return for_somebody(request, {"venue": venue, "poster": poster})


def for_somebody(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ask who the card is for, and hand it out; `context` says where this is."""
    now = timezone.now()
    today = local_day(now)
    venue = context.get("venue")
    form = CardForm(sent(request), today, venue.pk if venue else None)
    if form.is_valid() and (code := _printed(form, today + VALID_FOR, now)):
        made = OwnCard(code, form.cleaned_data["full_name"], today + VALID_FOR)
        return _pdf(card_pdf(made, today), "card.pdf")
    return form_page(request, "stations/print_card.html", form, context)


@transaction.atomic
def _printed(form: CardForm, until: date, now: datetime) -> str:
    """Return the digits of a card that leads to its person until a day; "" where two are meant."""
    (admitted,) = admit([form.guest], now)
    if admitted.visitor is None:
        form.add_error("full_name", WHICH_ONE)
        return ""
    Visitor.objects.filter(key=admitted.visitor).update(card_until=until)
    return code_of(admitted.visitor)


def _pdf(content: bytes, name: str) -> HttpResponse:
    return file_response(content, "application/pdf", name, is_shown=True)
