"""The poster as a picture, for messaging and for print shops that take nothing else."""

import io
from threading import Lock

import pypdfium2
from PIL import Image

from .pdf import poster_pdf
from .sheet import Paper, PosterSheet

DOTS_PER_INCH = 200

_COLOURS = 32
# PDFium may be used by one thread at a time.
_PDFIUM = Lock()


def poster_png(sheet: PosterSheet, paper: Paper = Paper.A4) -> bytes:
    """Drawn from the PDF, so that they can't differ."""
    return picture_of(poster_pdf(sheet, paper), DOTS_PER_INCH)


def picture_of(pdf: bytes, dots_per_inch: int) -> bytes:
    """Return the first page of a PDF as PNG, in few colours."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture = document[0].render(scale=dots_per_inch / 72).to_pil()
        finally:
            document.close()
    file = io.BytesIO()
    few_colours = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
    few_colours.save(file, "PNG", dpi=(dots_per_inch, dots_per_inch))
    return file.getvalue()
