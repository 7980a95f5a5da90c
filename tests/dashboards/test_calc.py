"""The tables in a spreadsheet program: LibreOffice Calc finds no formula and no link in them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from defusedxml.ElementTree import parse

from tests import make
from tests.documents.payloads import PAYLOADS
from tests.documents.sheet_reading import body, fetch

_PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
_FORMAT = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}%s"
# Quoted by ", UTF-8, from the first line on, with numbers and formulas made out: whoever opens a
# table may have chosen all of it.
_CSV = "--infilter=CSV:{},34,76,1,,0,false,true,false,false,false,-1,true"
_SEPARATORS = {"comma": "44", "semicolon": "59", "tab": "9", "all": "44/59/9"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        _PROGRAM is None, reason="no LibreOffice on this machine: install libreoffice-calc"
    ),
]


@pytest.fixture
def in_calc(tmp_path: Path):
    """Opens files in Calc and returns all that it understood of them, one document each."""

    def opened(paths: list[Path], *reading: str) -> list:
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        saving = ["--convert-to", "fods", "--outdir", tmp_path / "read"]
        command = [_PROGRAM, profile, "--headless", *reading, *saving, *paths]
        subprocess.run(command, check=True, timeout=300, capture_output=True)
        return [parse(tmp_path / "read" / f"{path.stem}.fods") for path in paths]

    return opened


@pytest.fixture
def tables(page, tree, tmp_path):
    """The tables of a ward whose venues carry every payload, as CSV and as XLSX."""
    for payload in PAYLOADS:
        make.venue(payload[:150], address=payload[:200], responsible_name=payload[:100])
    official = make.official(tree.province)
    files: dict[str, list[Path]] = {"csv": [], "xlsx": []}
    for table in ("", "/venues", "/silent"):
        for file_type, paths in files.items():
            url = f"/dashboard/{tree.ward_here.code}{table}.{file_type}"
            paths.append(tmp_path / f"{table.strip('/') or 'area'}.{file_type}")
            paths[-1].write_bytes(body(fetch(page, official, url)))
    return files


def test_a_workbook_is_dead(tables, in_calc):
    for document in in_calc(tables["xlsx"]):
        assert len(cells(document)) > 5 * len(PAYLOADS)
        assert live(document) == []


@pytest.mark.parametrize("separator", _SEPARATORS)
def test_a_csv_is_dead_however_it_is_separated(tables, in_calc, separator):
    for document in in_calc(tables["csv"], _CSV.format(_SEPARATORS[separator])):
        assert len(cells(document)) > len(PAYLOADS)
        assert live(document) == []


def test_calc_would_have_found_a_formula(tmp_path, in_calc):
    path = tmp_path / "live.csv"
    path.write_text("name\r\n=1+1\r\n", encoding="utf-8-sig")
    (document,) = in_calc([path], _CSV.format("44"))
    assert len(live(document)) == 1


def cells(document) -> list:
    return list(document.iter(_FORMAT % ("table", "table-cell")))


def live(document) -> list[str]:
    """Return formulas, links and what Calc would fetch from elsewhere."""
    formulas = [cell.get(_FORMAT % ("table", "formula")) for cell in cells(document)]
    acting = [("text", "a"), ("table", "dde-link"), ("table", "cell-range-source")]
    links = [one.tag for name in acting for one in document.iter(_FORMAT % name)]
    return [formula for formula in formulas if formula] + links
