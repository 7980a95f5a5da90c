"""Many posters in one PDF: a parcel for each commune, cut marks where several share a sheet."""

from collections.abc import Iterable, Iterator
from datetime import date

from documents.marks import Mark
from documents.pdf import MarkedPdf, Stamp
from venues.posters import drawing
from venues.posters.words import PosterSize

from . import words
from .cover import Parcel, cover_pages
from .imposing import Imposition, imposition


class Bundle:
    """One file to print; what is in it is kept in memory, so that its maker bounds it."""

    def __init__(self, paper: PosterSize, where: str, made_on: date) -> None:
        self.paper = paper
        self.sheet: Imposition = imposition(paper)
        title = words.BUNDLE.format(where=where)
        self._stamps: dict[str, Stamp] = {}
        self._pdf = MarkedPdf(self.sheet.width, self.sheet.height, title, made_on)

    def add(self, parcel: Parcel) -> Iterator[int]:
        """Draw a parcel from a new sheet on; yield the number of posters drawn so far."""
        for page in cover_pages(parcel, self.sheet):
            self._new_page(page)
        scale = self.paper.width / drawing.width(self.paper)
        for number, handed in enumerate(parcel.handed):
            place = number % self.sheet.posters
            if place == 0:
                self._new_page(self.sheet.cut_marks())
            at = self.sheet.place(place, self.paper)
            self._pdf.stamp(self._same(drawing.site(handed.poster), scale), at)
            self._pdf.draw(drawing.own_marks(handed.poster, self.paper), scale, at)
            yield number + 1

    def finished(self) -> bytes:
        return self._pdf.finished()

    def _same(self, site: str, scale: float) -> Stamp:
        """Return what the posters of a site share, drawn when the first one needs it."""
        if site not in self._stamps:
            marks = drawing.same_marks(site, self.paper)
            self._stamps[site] = self._pdf.recorded(marks, scale)
        return self._stamps[site]

    def _new_page(self, marks: Iterable[Mark]) -> None:
        self._pdf.add_page()
        self._pdf.draw(marks, 1)
