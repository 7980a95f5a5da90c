"""Laying a chain out: days from left to right, a row for each case that would cover another."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from .links import Chain, Link, first_day

BOX_WIDTH, BOX_HEIGHT = 168, 60
# Above a box stand the places that lead to it, at most so many lines.
MOST_LINES, LINE_HEIGHT = 2, 15
DAY_WIDTH, GAP, INSET = 56, 24, 16
ROW_HEIGHT = BOX_HEIGHT + MOST_LINES * LINE_HEIGHT + 22
MARGIN, AXIS_HEIGHT = 14, 28
MOST_DAY_MARKS = 40


@dataclass(frozen=True)
class Box:
    """A case at its place."""

    case_id: int
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
        return self.x + INSET, self.y + BOX_HEIGHT

    @property
    def head(self) -> tuple[int, int]:
        return self.x + INSET, self.y


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
class Drawing:
    """Boxes, edges and the marks of days."""

    width: int
    height: int
    boxes: list[Box]
    edges: list[Edge]
    days: list[tuple[int, date]]


def drawing_of(chain: Chain) -> Drawing:
    """Place every case; the same chain is always drawn alike, and no box covers another."""
    began = first_day(chain.cases[0])
    boxes: dict[int, Box] = {}
    ends: dict[int, int] = defaultdict(lambda: -GAP)
    for case in chain.cases:
        x = MARGIN + (first_day(case) - began).days * DAY_WIDTH
        row = next(row for row in range(len(chain.cases)) if ends[row] + GAP <= x)
        ends[row] = x + BOX_WIDTH
        y = AXIS_HEIGHT + MARGIN + row * ROW_HEIGHT + MOST_LINES * LINE_HEIGHT
        boxes[case.pk] = Box(case.pk, x, y)
    width = max(box.x for box in boxes.values()) + BOX_WIDTH + MARGIN
    height = max(box.y for box in boxes.values()) + BOX_HEIGHT + MARGIN
    edges = [_edge(link, boxes[link.earlier.pk], boxes[link.later.pk]) for link in chain.links]
    last = first_day(chain.cases[-1])
    return Drawing(width, height, list(boxes.values()), edges, _days(began, last))


def _edge(link: Link, earlier: Box, later: Box) -> Edge:
    if later.x >= earlier.x + BOX_WIDTH + GAP:
        return Edge(link, earlier.right, later.left, is_steep=False)
    start = earlier.foot if later.y > earlier.y else earlier.head
    return Edge(link, start, later.left, is_steep=True)


def _days(first: date, last: date) -> list[tuple[int, date]]:
    """Return where the marks of days stand; of a long time not every day has one."""
    number = (last - first).days
    step = max(-(-number // MOST_DAY_MARKS), 1)
    return [
        (MARGIN + day * DAY_WIDTH, first + timedelta(days=day))
        for day in range(0, number + 1, step)
    ]
