"""The printed poster of a venue, as PDF, PNG and SVG."""

from venues.posters.drawing import poster_pdf, poster_png, poster_svg

from .bundle import Bundle
from .cover import Handed, Parcel
from .imposing import imposition
from .sheet import Paper, PosterSheet

__all__ = [
    "Bundle",
    "Handed",
    "Paper",
    "Parcel",
    "PosterSheet",
    "imposition",
    "poster_pdf",
    "poster_png",
    "poster_svg",
]
