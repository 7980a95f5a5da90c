"""A case's chain as a page and as a drawing: days from left to right, no box over another.

The SVG has classes for the page, and attributes so that the file looks the same alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of
from authority.addresses import address
from authority.models import Seen
from documents.responses import file_response
from tracing.access import case_required, look_at_cases
from tracing.models import Case, Status

from .links import MOST_CASES, Chain, Link, chain_of

BOX_WIDTH, BOX_HEIGHT = 168, 60
# Above a box stand the places that lead to it, at most so many lines.
_MOST_LINES, _LINE_HEIGHT = 2, 15
_LINE_LETTERS = 28
_DAY_WIDTH, _GAP, _INSET = 56, 24, 16
_ROW_HEIGHT = BOX_HEIGHT + _MOST_LINES * _LINE_HEIGHT + 22
_MARGIN, _AXIS_HEIGHT = 14, 28
_MOST_DAY_MARKS = 40
# A shape for each status, so that it is not told by colour alone.
_SHAPES = {
    Status.CONFIRMED: 'rx="2" stroke-width="3"',
    Status.PROBABLE: 'rx="14" stroke-width="2"',
    Status.SUSPECTED: 'rx="14" stroke-width="2" stroke-dasharray="5 4"',
    Status.EXCLUDED: 'rx="2" stroke-width="1" stroke-dasharray="2 4"',
}
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
    'markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" class="head" '
    'fill="#0c5468"/></marker></defs>'
)


@dataclass(frozen=True)
class CaseBox:
    """A case at its place."""

    case: Case
    x: int
    y: int

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + BOX_HEIGHT // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + BOX_WIDTH, self.y + BOX_HEIGHT // 2

    @property
    def foot(self) -> tuple[int, int]:
        return self.x + _INSET, self.y + BOX_HEIGHT

    @property
    def head(self) -> tuple[int, int]:
        return self.x + _INSET, self.y


@dataclass(frozen=True)
class Edge:
    """A link to the left side of a box, from the right side of an earlier one.

    Where there is no room between the two it begins at the foot or the head of the earlier one.
    """

    link: Link
    start: tuple[int, int]
    end: tuple[int, int]
    is_steep: bool

    @property
    def path(self) -> str:
        """The curve, flat where it meets a side and steep where it leaves a foot or head."""
        (x1, y1), (x2, y2) = self.start, self.end
        reach = max(abs(x2 - x1) // 2, 30)
        first = f"{x1} {(y1 + y2) // 2}" if self.is_steep else f"{x1 + reach} {y1}"
        return f"M{x1} {y1}C{first} {x2 - reach} {y2} {x2} {y2}"


@dataclass(frozen=True)
class ChainDrawing:
    """Boxes, edges, and the days that are marked with where their marks stand."""

    width: int
    height: int
    boxes: list[CaseBox]
    edges: list[Edge]
    days: list[tuple[int, date]]


@never_cache
@require_safe
@case_required
def chain(request: HttpRequest, case: Case) -> HttpResponse:
    """Show which cases hang together with this one, drawn and as a table."""
    linked = _looked_at(request, case)
    addresses = {one.pk: address(request, "case", one.number) for one in linked.cases}
    drawing = chain_svg(linked, addresses)
    context = {"case": case, "chain": linked, "drawing": drawing, "most": MOST_CASES}
    return render(request, "tracing/chain.html", context)


@never_cache
@require_safe
@case_required
def chain_file(request: HttpRequest, case: Case) -> HttpResponse:
    linked = _looked_at(request, case)
    return file_response(chain_svg(linked, {}), "image/svg+xml", f"chain-{case.number}.svg")


def _looked_at(request: HttpRequest, case: Case) -> Chain:
    """Return the chain of a case, after the look at each case in it is written down."""
    officer = official_of(request)
    linked = chain_of(case, Case.objects.open_to(officer))
    look_at_cases(officer, linked.cases, Seen.VISITS, timezone.now())
    return linked


def drawing_of(chain: Chain) -> ChainDrawing:
    """Place every case; the same chain is always drawn alike, and no box covers another."""
    began = chain.cases[0].first_day
    boxes: dict[int, CaseBox] = {}
    ends: dict[int, int] = defaultdict(lambda: -_GAP)
    for case in chain.cases:
        x = _MARGIN + (case.first_day - began).days * _DAY_WIDTH
        row = next(row for row in range(len(chain.cases)) if ends[row] + _GAP <= x)
        ends[row] = x + BOX_WIDTH
        y = _AXIS_HEIGHT + _MARGIN + row * _ROW_HEIGHT + _MOST_LINES * _LINE_HEIGHT
        boxes[case.pk] = CaseBox(case, x, y)
    width = max(box.x for box in boxes.values()) + BOX_WIDTH + _MARGIN
    height = max(box.y for box in boxes.values()) + BOX_HEIGHT + _MARGIN
    edges = [_edge(link, boxes[link.earlier.pk], boxes[link.later.pk]) for link in chain.links]
    days = _days(began, chain.cases[-1].first_day)
    return ChainDrawing(width, height, list(boxes.values()), edges, days)


def _edge(link: Link, earlier: CaseBox, later: CaseBox) -> Edge:
    if later.x >= earlier.x + BOX_WIDTH + _GAP:
        return Edge(link, earlier.right, later.left, is_steep=False)
    start = earlier.foot if later.y > earlier.y else earlier.head
    return Edge(link, start, later.left, is_steep=True)


def _days(first: date, last: date) -> list[tuple[int, date]]:
    """Return where the marks of days stand; of a long time not every day has one."""
    number = (last - first).days
    step = max(-(-number // _MOST_DAY_MARKS), 1)
    return [
        (_MARGIN + day * _DAY_WIDTH, first + timedelta(days=day))
        for day in range(0, number + 1, step)
    ]


def chain_svg(chain: Chain, addresses: dict[int, str]) -> SafeString:
    """Return the whole drawing; `addresses` are the pages of cases, none in a file of its own."""
    drawing = drawing_of(chain)
    parts = [_ARROW]
    parts += [
        f'<text class="day" x="{x}" y="{_AXIS_HEIGHT - 12}" fill="#4b5a61">'
        f"{day.day}/{day.month}</text>"
        for x, day in drawing.days
    ]
    parts += map(_edge_svg, drawing.edges)
    for box in drawing.boxes:
        parts.append(_box_svg(box, chain.close.get(box.case.pk, 0), addresses.get(box.case.pk, "")))
    # Over all lines, so that they are read.
    parts += (part for box in drawing.boxes for part in _labels(box, drawing.edges))
    title = escape(_("Chain of transmission"))
    role = "group" if addresses else "img"  # what holds links is no picture
    return mark_safe(  # noqa: S308 - texts are escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chain" role="{role}" aria-label="{title}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" '
        f'height="{drawing.height}" font-family="system-ui, sans-serif" font-size="12">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def _edge_svg(edge: Edge) -> str:
    kind = "known" if edge.link.is_known else "possible"
    dashes = "" if edge.link.is_known else ' stroke-dasharray="6 5"'
    return (
        f'<path class="edge {kind}" d="{edge.path}" fill="none" stroke="#0c5468" '
        f'stroke-width="2"{dashes} marker-end="url(#arrow)">'
        f"<title>{escape(edge.link.words)}</title></path>"
    )


def _box_svg(box: CaseBox, people: int, address: str) -> str:
    status = Status(box.case.status)
    close = ngettext("%(n)d close contact", "%(n)d close contacts", people) % {"n": people}
    lines = (
        (19, "700", box.case.number),
        (36, "400", _shortened(str(status.label), 26)),
        (52, "400", close),
    )
    texts = "".join(
        f'<text x="{box.x + 10}" y="{box.y + down}" font-weight="{weight}" fill="#1c2a30">'
        f"{escape(text)}</text>"
        for down, weight, text in lines
    )
    drawn = (
        f'<rect class="case {status}" x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" '
        f'height="{BOX_HEIGHT}" fill="#fffdf9" stroke="#1c2a30" {_SHAPES[status]}/>{texts}'
    )
    return f'<a href="{escape(address)}">{drawn}</a>' if address else f"<g>{drawn}</g>"


def _labels(box: CaseBox, edges: list[Edge]) -> Iterator[str]:
    """Write above a box where the links to it were made."""
    links = [e.link for e in edges if e.link.venue and e.link.later.pk == box.case.pk]
    shown = links if len(links) <= _MOST_LINES else links[: _MOST_LINES - 1]
    texts = [(_short(link), link.words) for link in shown]
    if len(links) > len(shown):
        more = _("and %(n)d more") % {"n": len(links) - len(shown)}
        texts.append((more, "\n".join(link.words for link in links[len(shown) :])))
    for number, (text, whole) in enumerate(reversed(texts)):
        y = box.y - 6 - number * _LINE_HEIGHT
        yield (
            f'<text class="place" x="{box.x}" y="{y}" font-size="11" fill="#1c2a30">'
            f"<title>{escape(whole)}</title>{escape(text)}</text>"
        )


def _short(link: Link) -> str:
    moment = link.when.split("–")[0]
    return f"{_shortened(link.venue, _LINE_LETTERS - len(moment) - 1)} {moment}"


def _shortened(text: str, most: int) -> str:
    """Return a text of at most so many letters, the last an ellipsis if it was longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
