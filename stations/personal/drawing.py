"""Our card on paper: a code of digits alone, for cameras and for readers of bars."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import zxingcpp
from django.conf import settings

from declarations.personal_codes import displayed
from sheets.letters import Letters
from venues.posters.fonts import Weight
from venues.posters.marks import Ink, Outline, Placed
from venues.posters.pdf import Document
from venues.posters.png import picture_of
from venues.qr import symbol

# A bank card's size, in millimetres.
WIDTH, HEIGHT = 85.6, 54.0
# Twenty digits fill the smallest QR code: its modules are 1.6 mm wide, wider than those of the
# national personal code at the 5 cm that decision 1405/QĐ-BTTTT asks for (41 modules or more).
_SIDE, _CODE_LEFT, _CODE_TOP = 34.0, 5.0, 4.6
_BARS_LEFT, _BARS_TOP, _BARS_WIDTH, _BARS_HEIGHT = 6.0, 43.2, 73.6, 7.6
_WORDS_LEFT, _WORDS_WIDTH = 44.0, 39.0
_A4 = (210.0, 297.0)
_COLUMNS, _ROWS = 2, 5
_DOTS_PER_INCH = 300

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
    paper = Document(WIDTH, HEIGHT, "Thẻ khai báo", on)
    letters = Letters(paper)
    paper.add_page()
    _draw(paper, letters, card, (0, 0))
    return letters.finished()


def card_png(card: OwnCard, on: date) -> bytes:
    """Return the card as a picture, drawn from the PDF so that they can't differ."""
    return picture_of(card_pdf(card, on), _DOTS_PER_INCH)


def cards_pdf(cards: list[OwnCard], on: date) -> bytes:
    """Return cards on sheets of A4, ten on each, with lines to cut along."""
    paper = Document(*_A4, "Thẻ khai báo", on)
    letters = Letters(paper)
    left = (_A4[0] - _COLUMNS * WIDTH) / 2
    top = (_A4[1] - _ROWS * HEIGHT) / 2
    for number, card in enumerate(cards):
        place = number % (_COLUMNS * _ROWS)
        if place == 0:
            paper.add_page()
            letters.again()
        row, column = divmod(place, _COLUMNS)
        at = left + column * WIDTH, top + row * HEIGHT
        paper.set_draw_color(150)
        paper.set_line_width(0.1)
        paper.rect(*at, WIDTH, HEIGHT)
        _draw(paper, letters, card, at)
    return letters.finished()


def _draw(paper: Document, letters: Letters, card: OwnCard, at: tuple[float, float]) -> None:
    left, top = at
    drawn = symbol(card.code, least_version=1)
    outline = Outline(drawn.outline, Ink.BLACK)
    unit = _SIDE / drawn.modules
    paper.draw([Placed(outline, left + _CODE_LEFT, top + _CODE_TOP, unit)], 1)
    _bars(paper, card.code, left + _BARS_LEFT, top + _BARS_TOP)
    letters.again()
    x, y = left + _WORDS_LEFT, top + 8.2
    paper.set_text_color(0)
    letters.write("THẺ KHAI BÁO Y TẾ", x, y, 8.5, Weight.STRONG)
    y = _lines(letters, card.name, (x, y + 6), (11, Weight.STRONG, 2))
    letters.write(f"Có giá trị đến {card.until:%d/%m/%Y}", x, y, 6.5)
    y = _lines(letters, _SENTENCE, (x, y + 4), (6, Weight.TEXT, 4))
    y = _lines(letters, _KHMER, (x, y + 0.6), (5.6, Weight.TEXT, 2))
    letters.write(f"Đường dây nóng: {settings.HOTLINE}", x, top + 38.6, 6)
    letters.centred(displayed(card.code), left + WIDTH / 2, top + 42.4, 8, Weight.STRONG)


def _lines(
    letters: Letters, text: str, at: tuple[float, float], style: tuple[float, Weight, int]
) -> float:
    """Write a text in lines; return the baseline of what stands below."""
    size, weight, most = style
    x, y = at
    for line in letters.lines(text, _WORDS_WIDTH, size, weight, most):
        letters.write(line, x, y, size, weight)
        y += size * 0.46
    return y


def _bars(paper: Document, code: str, left: float, top: float) -> None:
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
