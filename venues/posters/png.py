"""The poster as a picture, for messaging and for print shops that take nothing else."""

import io
from threading import Lock

import pypdfium2
from PIL import Image

_COLOURS = 32
# PDFium may be used by one thread at a time.
_PDFIUM = Lock()


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
