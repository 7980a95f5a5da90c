"""What must not be in an answer, whatever was sent or is stored; quick enough for every answer."""

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement

import openpyxl

from tests.documents.payloads import is_live

from .hostile import ELSEWHERE
from .wire import Answer

# A tag or attribute of a text: the name `hz` within a tag and outside of quotes.
_QUOTED = re.compile(r'"[^"<>]*"')
_OF_A_TEXT = re.compile(r"<[^<>]*\bhz\b|<hz", re.IGNORECASE)
_LEADS_AWAY = re.compile(
    r'(?:href|src|action|formaction|data|content|poster)="[\s\x00-\x20]*'
    rf"(?:(?:javascript|vbscript|data|feed|view-source|blob|file):|(?:[\w+.-]+:)?[\\/]{{2}}[^\"?#]*{ELSEWHERE})",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ACTING = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", ELSEWHERE.encode())
_VOID = set("area base br col embed hr img input link meta source track wbr".split())


def faults(answer: Answer) -> Iterator[str]:
    """Yield a sentence for everything that is wrong with an answer."""
    if answer.status >= 500 or answer.status == 0:
        yield f"status {answer.status}"
    for name, value in answer.headers:
        if name.lower() == "x-hz" or value.lower().startswith("hz="):
            yield f"a header of its own: {name}"
        if _CONTROLS.search(value):
            yield f"controls in the header {name}"
        if name.lower() == "location" and _is_elsewhere(value):
            yield f"leads away: {value[:80]}"
    if answer.is_page:
        yield from _page_faults(answer)
    elif answer.status == 200:
        yield from _file_faults(answer)


def _is_elsewhere(location: str) -> bool:
    """Whether a browser would leave the site, or run a script."""
    browsers = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    return bool(re.match(rf"(?:\w+:)?//[^/?#]*{ELSEWHERE}|javascript:|data:|vbscript:", browsers))


def _page_faults(answer: Answer) -> Iterator[str]:
    text = answer.text
    for pattern in (_OF_A_TEXT, _LEADS_AWAY):
        if found := pattern.search(_QUOTED.sub('""', text) if pattern is _OF_A_TEXT else text):
            yield f"out of a text: {found[0][:120]!r}"
    if found := _CONTROLS.search(text):
        yield f"a control in the page: {text[max(0, found.start() - 40) : found.end() + 20]!r}"
    policy = answer.header("content-security-policy")
    is_weak = "unsafe" in policy or "default-src 'self'" not in policy
    if is_weak and not _is_of_the_server(answer):
        yield "no policy against scripts"


def _file_faults(answer: Answer) -> Iterator[str]:
    kind, body = answer.header("content-type"), answer.body
    if answer.header("x-content-type-options") != "nosniff":
        yield "a file whose type a browser may guess"
    if "csv" in kind or "sheet" in kind:
        yield from (f"a live cell: {cell[:80]!r}" for cell in live_cells(answer))
    if "pdf" in kind:
        objects = re.sub(rb"stream\r?\n.*?endstream", b"", body, flags=re.DOTALL)
        acting = [word for word in _ACTING if word in objects]
        yield from (f"a paper that acts: {word!r}" for word in acting)
    if "svg" in kind:
        yield from _page_faults(answer)


def live_cells(answer: Answer) -> Iterator[str]:
    """Yield what a spreadsheet program would run in a table that was taken away."""
    if "csv" in answer.header("content-type"):
        rows = csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""))
        yield from (cell for row in rows for cell in row if is_live(cell))
    elif answer.body.startswith(b"PK") and b"xl/workbook.xml" in answer.body:
        book = openpyxl.load_workbook(io.BytesIO(answer.body))
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        yield from (str(cell.value) for cell in cells if cell.data_type == "f" or cell.hyperlink)


class _Quick(HTMLParser):
    """Reads a sound page twenty times as fast as a browser's rules do."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("html")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        tags = [element.tag for element in self.open]
        if tag in tags[1:]:
            del self.open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        last = list(self.open[-1])
        if last:
            last[-1].tail = (last[-1].tail or "") + data
        else:
            self.open[-1].text = (self.open[-1].text or "") + data


def quick_tree(text: str) -> Element:
    """Return the page as a tree, for reading its forms."""
    reader = _Quick()
    reader.feed(text)
    reader.close()
    return reader.root


def _is_of_the_server(answer: Answer) -> bool:
    """Whether gunicorn itself refused a request that it could not read; it repeats nothing."""
    return answer.status in (400, 414, 431, 501, 505) and len(answer.body) < 600
