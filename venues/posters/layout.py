"""Where everything stands on a poster of any size."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from documents.fonts import printable
from documents.marks import Mark

from . import door, small
from .sheet import Paper, PosterSheet


def poster_marks(sheet: PosterSheet, paper: Paper) -> Iterator[Mark]:
    """Everything on the poster, back to front, in units that its width has so many of."""
    yield from same_marks(site(sheet), paper)
    yield from own_marks(sheet, paper)


def same_marks(site: str, paper: Paper) -> Iterator[Mark]:
    """What stands behind the rest on every poster of a site: drawn once for many."""
    if paper is Paper.A6:
        return small.table_same(site)
    return small.card_same() if paper is Paper.CARD else door.same_marks(site, paper)


def own_marks(sheet: PosterSheet, paper: Paper) -> Iterator[Mark]:
    """What tells one poster from another."""
    if paper is Paper.A6:
        return small.table_own(sheet)
    return small.card_own(sheet) if paper is Paper.CARD else door.own_marks(sheet, paper)


def site(sheet: PosterSheet) -> str:
    """The host that people type."""
    return printable(urlsplit(sheet.address.lower()).netloc)


def width(paper: Paper) -> float:
    """How many units a poster is wide: a door poster is measured on A4, whatever its size."""
    return small.WIDTH if paper in (Paper.A6, Paper.CARD) else door.WIDTH
