"""Reading what officials took away: as a file, as rows, as lines with headings, as a workbook."""

import csv
import io

import openpyxl


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def fetch(page, account, url: str):
    return page.by(account).speaking("en").get(url).response


def rows_of(response, delimiter: str = ",") -> list[list[str]]:
    text = body(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def table_of(response) -> list[dict[str, str]]:
    heading, *rows = rows_of(response)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def worksheet(response):
    return openpyxl.load_workbook(io.BytesIO(body(response))).active
