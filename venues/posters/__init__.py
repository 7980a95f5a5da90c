"""The printed poster of a venue, as PDF, PNG and SVG."""

from venues.posters.drawing import poster_pdf, poster_png, poster_svg
from venues.posters.words import PosterSheet, PosterSize

from .bundle import Bundle
from .cover import Handed, Parcel
from .imposing import imposition

__all__ = [
    "Bundle",
    "Handed",
    "Parcel",
    "PosterSheet",
    "PosterSize",
    "imposition",
    "poster_pdf",
    "poster_png",
    "poster_svg",
]
