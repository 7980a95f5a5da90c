"""The drawing of a chain as SVG: classes for the page, attributes for a file that stands alone."""

from collections import defaultdict
from datetime import date, datetime
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts.days import LOCAL_ZONE
from tracing.models import Case, Status

from .drawing import AXIS_HEIGHT, BOX_HEIGHT, BOX_WIDTH, LINE_HEIGHT, MOST_LINES, Box, Drawing, Edge
from .links import Chain, Link

_MOST_LETTERS = 26
_LINE_LETTERS = 28
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


def chain_svg(chain: Chain, drawing: Drawing, addresses: dict[int, str]) -> SafeString:
    """Return the whole drawing; `addresses` are the pages of cases, none in a file that stands alone."""
    cases = {case.pk: case for case in chain.cases}
    parts = [_ARROW, *map(_day_mark, drawing.days)]
    parts += [_edge(edge) for edge in drawing.edges]
    for box in drawing.boxes:
        parts.append(_box(box, cases[box.case_id], chain, addresses.get(box.case_id, "")))
    parts += _labels(drawing)
    title = escape(_("Chain of transmission"))
    role = "group" if addresses else "img"  # what holds links is no picture
    return mark_safe(  # noqa: S308 - texts are escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chain" role="{role}" aria-label="{title}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" '
        f'height="{drawing.height}" font-family="system-ui, sans-serif" font-size="12">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many letters, the last an ellipsis if it was longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def when(start: datetime | None, end: datetime | None) -> str:
    """Return a period as short as it can be said: 12/11 08:10–08:40."""
    if start is None or end is None:
        return ""
    first, last = start.astimezone(LOCAL_ZONE), end.astimezone(LOCAL_ZONE)
    return f"{first.day}/{first.month} {first:%H:%M}–{last:%H:%M}"


def _day_mark(mark: tuple[int, date]) -> str:
    x, day = mark
    return (
        f'<text class="day" x="{x}" y="{AXIS_HEIGHT - 12}" fill="#4b5a61">'
        f"{day.day}/{day.month}</text>"
    )


def _edge(edge: Edge) -> str:
    kind = "known" if edge.link.is_known else "possible"
    dashes = "" if edge.link.is_known else ' stroke-dasharray="6 5"'
    return (
        f'<path class="edge {kind}" d="{edge.path}" fill="none" stroke="#0c5468" '
        f'stroke-width="2"{dashes} marker-end="url(#arrow)"><title>{escape(told(edge.link))}</title></path>'
    )


def told(link: Link) -> str:
    """Return a link in words: who to whom, where and when, and how sure one is."""
    sure = _("a contact who fell ill") if link.is_known else _("possible: same place, same time")
    place = f"{link.venue}, {when(link.start, link.end)}" if link.venue else ""
    return " · ".join(filter(None, [f"{link.earlier} → {link.later}", place, sure]))


def _box(box: Box, case: Case, chain: Chain, address: str) -> str:
    people = chain.close.get(case.pk, 0)
    close = ngettext("%(n)d close contact", "%(n)d close contacts", people) % {"n": people}
    lines = (
        (19, "700", case.number),
        (36, "400", shortened(str(Status(case.status).label), _MOST_LETTERS)),
        (52, "400", close),
    )
    texts = "".join(
        f'<text x="{box.x + 10}" y="{box.y + down}" font-weight="{weight}" fill="#1c2a30">'
        f"{escape(text)}</text>"
        for down, weight, text in lines
    )
    drawn = (
        f'<rect class="case {case.status}" x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" '
        f'height="{BOX_HEIGHT}" fill="#fffdf9" stroke="#1c2a30" {_SHAPES[Status(case.status)]}/>{texts}'
    )
    return f'<a href="{escape(address)}">{drawn}</a>' if address else f"<g>{drawn}</g>"


def _labels(drawing: Drawing) -> list[str]:
    """Write above each box where the links to it were made; over all lines, so that they are read."""
    to: dict[int, list[Link]] = defaultdict(list)
    for edge in drawing.edges:
        if edge.link.venue:
            to[edge.link.later.pk].append(edge.link)
    found = []
    for box in drawing.boxes:
        links = to[box.case_id]
        shown = links if len(links) <= MOST_LINES else links[: MOST_LINES - 1]
        texts = [(_short(link), told(link)) for link in shown]
        if len(links) > len(shown):
            more = _("and %(n)d more") % {"n": len(links) - len(shown)}
            texts.append((more, "\n".join(told(link) for link in links[len(shown) :])))
        for number, (text, whole) in enumerate(reversed(texts)):
            y = box.y - 6 - number * LINE_HEIGHT
            found.append(
                f'<text class="place" x="{box.x}" y="{y}" font-size="11" fill="#1c2a30">'
                f"<title>{escape(whole)}</title>{escape(text)}</text>"
            )
    return found


def _short(link: Link) -> str:
    moment = when(link.start, link.end).split("–")[0]
    return f"{shortened(link.venue, _LINE_LETTERS - len(moment) - 1)} {moment}"
