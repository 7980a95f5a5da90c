"""Our card on paper: a code of digits alone, for cameras and for readers of bars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import zxingcpp
from django.conf import settings

from declarations.personal_codes import displayed
from documents.fonts import Weight, legible
from documents.marks import POINT, Mark, Style, block, centred, symbol_mark
from documents.pdf import MarkedPdf, picture_of
from documents.typesetting import Box

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
    paper = MarkedPdf(WIDTH, HEIGHT, "Thẻ khai báo", on)
    paper.add_page()
    _draw(paper, card, (0, 0))
    return paper.finished()


def card_png(card: OwnCard, on: date) -> bytes:
    """Return the card as a picture, drawn from the PDF so that they can't differ."""
    return picture_of(card_pdf(card, on), _DOTS_PER_INCH)


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
