"""The printed poster of a venue, as PDF, PNG and SVG."""

from .pdf import poster_pdf
from .png import poster_png
from .sheet import Paper, PosterSheet
from .svg import poster_svg

__all__ = ["Paper", "PosterSheet", "poster_pdf", "poster_png", "poster_svg"]
