""""""

from documents.pdf import Document, picture_of
from venues.posters import layout
from venues.posters.drawing import poster_pdf
from venues.posters.parts import shown_name
from venues.posters.sheet import Paper, PosterSheet


def poster_pdf(sheet: PosterSheet, paper: Paper = Paper.A4) -> bytes:
    """One page; the same sheet gives the same bytes."""
    pdf = Document(paper.width, paper.height, shown_name(sheet), sheet.issued_on)
    pdf.add_page()
    pdf.draw(layout.poster_marks(sheet, paper), paper.width / layout.width(paper))
    return pdf.finished()


DOTS_PER_INCH = 200


def poster_png(sheet: PosterSheet, paper: Paper = Paper.A4) -> bytes:
    """Drawn from the PDF, so that they can't differ."""
    return picture_of(poster_pdf(sheet, paper), DOTS_PER_INCH)
