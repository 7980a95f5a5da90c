"""An official document in parts: what stands in it and in which order, whatever it is drawn on."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """A column of a table, and how much of its width it takes, in parts of a hundred."""

    heading: str
    share: float
    is_number: bool = True


@dataclass(frozen=True)
class Line:
    """A row of a table; a strong one holds sums."""

    cells: list[str]
    is_strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table under its title."""

    title: str
    columns: list[Column]
    lines: list[Line]


@dataclass(frozen=True)
class Part:
    """A numbered part: sentences, then perhaps a table, then lines that people fill in."""

    heading: str
    paragraphs: list[str] = field(default_factory=list)
    table: Table | None = None
    blank_lines: int = 0


@dataclass(frozen=True)
class Document:
    """A report as committees write it, in the layout of decree 30/2020/NĐ-CP."""

    issuer: list[str]
    number: str
    place_and_date: str
    title: str
    subject: str
    parts: list[Part]
    closing: str
    recipients: list[str]
    signature: list[str]
    appendix: Table | None = None

    state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    motto = "Độc lập - Tự do - Hạnh phúc"
    recipients_heading = "Nơi nhận:"
    appendix_heading = "PHỤ LỤC"
    enclosed = "(Kèm theo Báo cáo số          /BC-BCĐ, ngày          tháng          năm          )"
