"""Paper that comes back: numbered sheets with a code, typed in as visits, counted until then."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.db import connection
from django.utils import timezone

from declarations.models import Evidence, Visit
from stations.forgetting import forget_lines
from stations.models import RegisterLine, RegisterSheet
from stations.sheets import issue
from stations.typing_in import clock, year_of_birth
from tests import make
from tests.declarations.counting import assert_exact
from tests.page import Reader

YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def owners(venue, page: Reader) -> Reader:
    make.sealing_key()
    return page.by(venue.owner)


@pytest.fixture
def sheet(venue) -> RegisterSheet:
    return issue(venue, 1, venue.owner, timezone.now())[0]


def address(sheet: RegisterSheet) -> str:
    return f"/venues/{sheet.venue.poster.code}/sheets/{sheet.code}/"


def typed(*lines: tuple, day=YESTERDAY) -> dict:
    """Return what is sent for lines of came, left, name, year, phone."""
    data = {"day": f"{day:%Y-%m-%d}"}
    for row, line in enumerate(lines, start=1):
        names = ("came", "left", "name", "year", "phone")
        data |= {f"{name}-{row}": text for name, text in zip(names, line, strict=True)}
    return data


AN = ("7:30", "8h15", "Nguyễn Văn Thử", "75", "0912345678")
BINH = ("730", "", "Lê Thị Thử", "1950", "")


def test_sheets_are_numbered_and_their_codes_lead_to_them(owners, venue):
    owners.post(f"/venues/{venue.poster.code}/sheets/", {"number": "3"})
    sheets = list(RegisterSheet.objects.order_by("number"))
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    pdf = owners.get(f"/venues/{venue.poster.code}/sheets/1-3.pdf").response.content
    for page, sheet in zip(pypdfium2.PdfDocument(pdf), sheets, strict=True):
        (code,) = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
        path = "/" + code.text.split("/", 3)[3]
        assert owners.follow(owners.get(path, 302)).url.endswith(address(sheet))
    assert RegisterSheet.objects.count() == 3
    assert "3" in owners.get(f"/venues/{venue.poster.code}/sheets/").text


@pytest.mark.parametrize("name", ["Chợ " + "rất dài " * 20, "វត្តអង្គរាជបូរី", "🍜"])
def test_a_sheet_of_any_venue_is_printed(owners, venue, name):
    venue.name = name[:150]
    venue.save()
    issue(venue, 1, venue.owner, timezone.now())
    pdf = owners.get(f"/venues/{venue.poster.code}/sheets/1-1.pdf").response.content
    (page,) = pypdfium2.PdfDocument(pdf)
    assert len(zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())) == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_print_at_once_get_other_numbers(venue):
    def print_some(_turn: int) -> None:
        issue(venue, 5, venue.owner, timezone.now())
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(print_some, range(4)))
    assert sorted(RegisterSheet.objects.values_list("number", flat=True)) == list(range(1, 21))


def test_typed_lines_are_visits_from_paper(owners, sheet):
    owners.post(address(sheet), typed(AN, BINH))
    an, binh = Visit.objects.order_by("left_at")
    assert {an.evidence, binh.evidence} == {Evidence.PAPER}
    assert f"{timezone.localtime(an.entered_at):%d %H:%M}" == f"{YESTERDAY:%d} 07:30"
    assert an.left_at - an.entered_at == timedelta(minutes=45)
    assert (an.visitor.mask, binh.visitor.mask) == ("N.V.T · 678", "L.T.T")
    assert "N.V.T · 678" in owners.get(address(sheet)).text
    assert_exact()


def test_the_same_form_twice_is_the_same_visits(owners, sheet):
    for _ in range(2):
        owners.post(address(sheet), typed(AN, BINH))
    assert Visit.objects.count() == RegisterLine.objects.count() == 2
    assert_exact()


def test_a_correction_replaces_and_a_removal_takes_back(owners, sheet):
    owners.post(address(sheet), typed(AN))
    owners.post(address(sheet), typed(("9:00", "9:30", *AN[2:])))
    assert Visit.objects.get().left_at - Visit.objects.get().entered_at == timedelta(minutes=30)
    assert_exact()
    owners.post(f"{address(sheet)}act/", {"act": "remove", "row": "1"})
    assert Visit.objects.count() == RegisterLine.objects.count() == 0
    assert_exact()


def test_finishing_and_taking_back_lose_no_typed_line(owners, sheet):
    owners.post(address(sheet), typed(AN) | {"act": "finish"})
    sheet.refresh_from_db()
    assert (Visit.objects.count(), sheet.lines, bool(sheet.typed_at)) == (1, 1, True)
    again = typed(("", "", "", "", ""), BINH) | {"remove": "1"}
    owners.post(address(sheet), again)
    assert [line.row for line in RegisterLine.objects.all()] == [2]
    assert_exact()


def test_the_same_person_on_two_lines_keeps_both_departures(owners, sheet):
    owners.post(address(sheet), typed(AN, ("8:20", "8:40", *AN[2:])))
    owners.post(f"{address(sheet)}act/", {"act": "remove", "row": "2"})
    visit = Visit.objects.get()
    assert visit.left_at - visit.entered_at == timedelta(minutes=45)
    assert_exact()


def test_good_lines_are_stored_and_faulty_ones_stay(owners, sheet):
    wrong = ("25:00", "6:00", "", "1850", "12")
    back = ("10:00", "9:00", "Lê Thị Thử", "1950", "")
    screen = owners.post(address(sheet), typed(AN, wrong, back), status=422)
    assert set(screen.errors) == {"id_came-2", "id_name-2", "id_year-2", "id_phone-2", "id_left-3"}
    assert Visit.objects.count() == 1
    fields = screen.form("lines").filled({})
    assert (fields["came-2"], fields["year-2"]) == (["25:00"], ["1850"])
    assert "came-1" not in fields


def test_a_night_goes_over_midnight(owners, sheet):
    owners.post(
        address(sheet), typed(("22:00", "1:30", *AN[2:]), day=YESTERDAY - timedelta(days=1))
    )
    visit = Visit.objects.get()
    assert visit.left_at - visit.entered_at == timedelta(hours=3, minutes=30)


def test_a_day_that_is_not_kept_is_refused_and_nothing_lost(owners, sheet, settings):
    edge = timezone.localdate() - timedelta(days=settings.RETENTION_DAYS)
    screen = owners.post(address(sheet), typed(AN, day=edge - timedelta(days=1)), status=422)
    assert "id_day" in screen.errors
    assert screen.form("lines").filled({})["name-1"] == [AN[2]]
    owners.post(address(sheet), typed(AN, day=edge))
    assert Visit.objects.count() == 1
    assert forget_lines(timezone.now()) == 0
    assert forget_lines(timezone.now() + timedelta(days=2)) == 1


def test_what_is_not_typed_yet_is_counted(owners, sheet, venue):
    act = f"{address(sheet)}act/"
    shown = f"/venues/{venue.poster.code}/"
    assert "1 tờ" in owners.get(shown).text
    for wanted, waits in (("finish", False), ("reopen", True), ("discard", False)):
        owners.post(act, {"act": wanted})
        assert ("1 tờ" in owners.get(shown).text) == waits, wanted


def test_somebody_elses_sheet_does_not_exist(page, sheet, official_next_door):
    stranger = page.by(official_next_door)
    for path in (address(sheet), f"/p/{sheet.code}/"):
        stranger.get(path, 404)


@pytest.mark.parametrize(
    ("text", "said"),
    [("730", "07:30"), ("7:30", "07:30"), ("7h30", "07:30"), ("07.30", "07:30"), ("7h", "07:00"),
     ("7", "07:00"), ("1945", "19:45"), ("24:00", ""), ("7:61", ""), ("x", "")],
)  # fmt: skip
def test_times_are_read_as_people_write_them(text, said):
    assert (f"{clock(text):%H:%M}" if clock(text) else "") == said


def test_years_of_two_digits_are_read():
    today = timezone.localdate()
    read = [year_of_birth(text, today) for text in ("75", "05", "1899", "2100", "1950", "x")]
    assert read == [1975, 2005, None, None, 1950, None]
