"""The daily report: its numbers, its sentences, its page and its paper."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone

from dashboards.figures import area_figures
from dashboards.models import Approach
from dashboards.report.counting import report_of
from dashboards.report.document import report_pdf
from dashboards.report.sentences import document_of
from dashboards.report.views import usual_day
from declarations.forgetting import forget_day
from declarations.models import Declaration, Tally, Visit
from declarations.tallies import fold
from districts import days
from districts.days import day_period, day_start
from tests import make
from venues.models import Venue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = make.moment("15:00")
TODAY = days.today()


def ago(number: int):
    return TODAY - timedelta(days=number)


def text_of(report) -> str:
    document = document_of(report)
    said = [sentence for part in document.parts for sentence in part.paragraphs]
    return " ".join([*said, document.subject, document.closing]).replace("\xa0", " ")


def pages_of(pdf: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in opened]
    opened.close()
    return [" ".join(page.split()) for page in pages]


@pytest.fixture
def scene(tree):
    """Some venues here and next door, used on some of the past days; one closed, one new."""
    busy, other = make.venue("Chợ"), make.venue("Quán", commune=tree.commune_here, kind="shop")
    far = make.venue("Chùa", commune=tree.ward_next_door, kind="worship")
    make.venue("Mới", commune=tree.commune_here, registered_at=day_start(ago(1)) + HOUR)
    closed = make.venue("Cũ", closed_at=make.moment("10:00", days_ago=1))
    for venue, number in ((busy, 0), (busy, 1), (busy, 1), (other, 1), (far, 2), (busy, 7),
                          (closed, 1), (far, 8), (other, 9), (far, 13), (busy, 14)):  # fmt: skip
        make.visit(venue, make.moment("08:00", days_ago=number), stay=HOUR)
    make.declaration(busy, make.moment("08:00", days_ago=1), symptoms=1)
    make.declaration(far, make.moment("08:00", days_ago=1), case_contact=True)
    make.declaration(busy, make.moment("08:00"))
    return tree


@pytest.mark.parametrize("unit", ["province", "here", "ward_here", "next_door"])
def test_today_is_what_the_dashboard_says(scene, unit):
    area = getattr(scene, unit)
    for _again in range(2):
        figures, total = area_figures(area, NOW).total, report_of(area, TODAY, NOW).total
        assert (total.venues, total.inside) == (figures.venues, figures.inside)
        assert (total.used, total.used_in_week) == (figures.today.used, figures.week.used)
        assert (total.day.arrived, total.day.left) == (figures.today.arrived, figures.today.left)
        assert total.day.worrying == figures.today.worrying
        for name in ("arrived", "left", "declared", "ask", "stop", "symptomatic", "contact"):
            assert getattr(total.week, name) == getattr(figures.week, name)
            assert getattr(total.week_before, name) == getattr(figures.week_before, name)
        fold()


@pytest.mark.parametrize("number", range(10))
def test_any_day_is_what_counting_gives(scene, number):
    start, end = day_period(ago(number))
    began = end - timedelta(days=7)
    open_then = Venue.objects.open_at(min(NOW, end - timedelta(seconds=1)))
    visits = Visit.objects.filter(venue__in=open_then)
    report = report_of(scene.province, ago(number), NOW)
    total = report.total
    assert total.venues == open_then.count()
    assert total.used == len(set(visits.entered_during(start, end).values_list("venue")))
    assert total.used_in_week == len(set(visits.entered_during(began, end).values_list("venue")))
    assert total.day.arrived == Visit.objects.entered_during(start, end).count()
    assert total.day.departed == Visit.objects.left_during(start, end).count()
    declared = Declaration.objects.filter(declared_at__gte=start, declared_at__lt=end)
    assert total.day.declared == declared.count()
    assert report.to_date.arrived == Visit.objects.filter(entered_at__lt=end).count()


def test_districts_communes_and_kinds_add_up(scene):
    report = report_of(scene.province, ago(1), NOW)
    for counts in (report.districts, report.communes, report.kinds):
        assert sum(one.day.arrived for _of, one in counts) == report.total.day.arrived == 4
        assert sum(one.venues for _of, one in counts) == report.total.venues == 4
        assert sum(one.used_in_week for _of, one in counts) == report.total.used_in_week == 3
    assert (report.total.opened, report.total.closed) == (1, 1)


def test_a_venue_counts_by_what_it_was_on_that_day(scene):
    before = report_of(scene.province, ago(2), NOW).total
    assert (before.venues, before.opened, before.closed) == (4, 0, 0)
    assert report_of(scene.province, TODAY, NOW).total.used_before == 2
    assert report_of(scene.province, ago(1), NOW).total.used_before == 1


def test_the_sentences_say_the_numbers_in_the_vietnamese_way(scene):
    scene.province.inhabitants = 1009168
    said = text_of(report_of(scene.province, ago(1), NOW))
    day, before = f"{ago(1):%d/%m/%Y}", f"{ago(2):%d/%m/%Y}"
    assert f"Đến ngày {day}, toàn tỉnh có 4 địa điểm đăng ký" in said
    assert "(dân số theo Tổng điều tra năm 2019: 1.009.168 người)" in said
    assert "Trong ngày có 2 địa điểm phát sinh lượt quét (chiếm 50,0 % số địa điểm" in said
    assert "ghi nhận 4 lượt vào, 4 lượt ra" in said
    assert f"So với ngày {before}: tăng 3 lượt vào (300,0 %)" in said
    assert "1 lượt khai có triệu chứng, 1 lượt khai có tiếp xúc" in said
    assert "trên địa bàn tỉnh Trà Vinh" in said


@pytest.mark.parametrize(
    ("unit", "whole", "where"),
    [
        ("here", "toàn thành phố có", "trên địa bàn thành phố Trà Vinh ("),
        ("next_door", "toàn thị xã có", "trên địa bàn thị xã Duyên Hải ("),
        ("ward_here", "toàn phường có", "trên địa bàn Phường 1, thành phố Trà Vinh ("),
        ("commune_here", "toàn xã có", "trên địa bàn xã Long Đức, thành phố Trà Vinh ("),
    ],
)
def test_every_level_speaks_of_itself(scene, unit, whole, where):
    said = text_of(report_of(getattr(scene, unit), ago(1), NOW))
    assert whole in said
    assert where in said


def test_a_province_of_two_tiers_reports_of_its_communes(scene):
    province = make.unit("86", "Tỉnh Vĩnh Long", kind="tỉnh")
    for number, name in enumerate(("Phường Trà Vinh", "Xã Càng Long")):
        commune = make.unit(f"2924{number}", name, province, level="commune",
                            kind=name.split()[0].lower())  # fmt: skip
        make.venue(commune=commune)
    document = document_of(report_of(province, ago(1), NOW))
    assert document.appendix is None
    (by_unit,) = (p.table for p in document.parts if p.table and "Biểu 2" in p.table.title)
    assert by_unit.title.startswith("Biểu 2. Theo xã, phường, ngày")
    assert [line.cells[1] for line in by_unit.lines] == [
        "Phường Trà Vinh", "Xã Càng Long", "Tổng cộng",
    ]  # fmt: skip
    assert "- Ban Chỉ đạo các xã, phường;" in document.recipients


def test_a_day_of_which_nothing_is_known_is_refused_kindly(page, scene, official):
    for url in ("/dashboard/84/report/", "/dashboard/84/report.pdf", "/dashboard/84/report.csv"):
        screen = page.by(official).get(f"{url}?day=2019-05-01", status=422)
        assert "Chưa có số liệu của ngày đó. Chọn ngày" in screen.text


def test_the_units_that_use_it_least_are_named(scene):
    for number in range(3):
        commune = make.unit(f"2900{number}", f"Xã Mới {number}", scene.here, kind="xã")
        make.venue("Quán", commune=commune)
    said = text_of(report_of(scene.here, ago(1), NOW))
    assert "thấp nhất: xã Mới 0 (0,0 %); xã Mới 1 (0,0 %); xã Mới 2 (0,0 %)." in said
    assert "3 xã chưa có địa điểm nào sử dụng mã QR trong 7 ngày" in said


def test_today_is_not_compared_with_whole_days(scene):
    said = text_of(report_of(scene.province, TODAY, NOW))
    assert "15 giờ 00 phút" in said
    assert f"cả ngày {ago(1):%d/%m/%Y} có 4 lượt vào" in said
    assert "So với ngày" not in said


def test_what_was_forgotten_is_not_made_up(scene):
    forget_day(ago(9), NOW)
    fold()
    assert not Tally.objects.filter(hour__lt=day_start(ago(8))).exists()
    unknown, known = (report_of(scene.province, ago(n), NOW) for n in (8, 2))
    assert (unknown.knows_day, unknown.knows_week, known.knows_week) == (True, False, True)
    assert f"đến hết ngày {ago(9):%d/%m/%Y} đã được xóa" in text_of(unknown)
    assert report_of(scene.province, ago(9), NOW).total.day.arrived == 1
    cells = document_of(unknown).parts[4].table.lines[-1].cells
    assert cells[:6] == ["", "Tổng cộng", "4", "1", "–", "–"]


def test_what_was_done_about_silent_venues_is_told(scene, official_here):
    venues = list(Venue.objects.all())
    for number, way in enumerate(["reminded", "reminded", "visited"]):
        Approach.objects.create(
            id=f"00000000-0000-4000-8000-00000000000{number}", venue=venues[number],
            commune=venues[number].commune, account=official_here, at=NOW, made_on=ago(1), way=way,
            finding="" if way == "reminded" else "will_use",
        )  # fmt: skip
    said = text_of(report_of(scene.province, ago(1), NOW))
    assert "nhắc qua tin nhắn 2 địa điểm, gọi điện 0 địa điểm, kiểm tra trực tiếp 1" in said
    assert "chưa ghi nhận việc nhắc nhở" in text_of(report_of(scene.province, ago(2), NOW))


def test_an_area_without_anything_has_a_report(tree):
    for unit in (tree.province, tree.here, tree.ward_here):
        said = text_of(report_of(unit, TODAY, NOW))
        assert "có 0 địa điểm đăng ký" in said
        assert "chưa phát sinh lượt vào, ra nào" in said
        assert report_pdf(document_of(report_of(unit, TODAY, NOW)), NOW).startswith(b"%PDF")


def test_the_usual_report_is_of_yesterday_until_noon():
    assert usual_day(make.moment("11:59")) == ago(1)
    assert usual_day(make.moment("12:00")) == TODAY


def test_the_page_is_the_report_and_leads_to_its_paper_and_table(page, scene, official):
    screen = page.by(official).get(f"/dashboard/84/report/?day={ago(1)}")
    assert screen.h1.endswith("Tỉnh Trà Vinh")
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BÁO CÁO", "Nơi nhận:", "TM. BAN CHỈ ĐẠO",
                  "PHỤ LỤC", "Xã Long Toàn", "toàn tỉnh có 4 địa điểm"):  # fmt: skip
        assert words in screen.text
    leads = {link.get("href") for link in screen.root.iter("a")}
    assert f"/dashboard/84/report.pdf?day={ago(1)}" in leads
    assert f"/dashboard/84/report.xlsx?day={ago(1)}" in leads
    assert "/dashboard/84/sheets/" in leads


@pytest.mark.parametrize("asked", ["x", "%00", "2026-02-30", "9999-12-31", "0001-01-01", "1/1/01"])
def test_a_day_that_makes_no_sense_is_told_and_the_usual_one_shown(page, scene, official, asked):
    for url in ("/dashboard/84/report/", "/dashboard/84/report.pdf"):
        screen = page.by(official).get(f"{url}?day={asked}", status=422)
        assert screen.errors
        assert f"{usual_day(timezone.now()):%d/%m/%Y}" in screen.text


def test_a_day_can_be_chosen_as_people_write_it(page, scene, official):
    screen = page.by(official).get("/dashboard/84/report/")
    shown = page.by(official).submit(screen, form="report/", day=f"{ago(2):%d/%m/%Y}")
    assert f"Đến ngày {ago(2):%d/%m/%Y}, toàn tỉnh" in shown.text


def test_the_report_is_vietnamese_whatever_the_page_speaks(page, scene, official):
    for language in ("en", "km"):
        text = page.by(official).speaking(language).get(f"/dashboard/84/report/?day={ago(1)}").text
        assert "chiếm 50,0 % số địa điểm đăng ký" in text.replace("\xa0", " ")
        assert "Chợ" in text


def test_the_paper_says_what_the_page_says(page, scene, official):
    response = page.by(official).get(f"/dashboard/84/report.pdf?day={ago(1)}").response
    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert f"bao-cao-84-{ago(1):%Y-%m-%d}.pdf" in response["Content-Disposition"]
    said = " ".join(pages_of(response.content))
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
                  "toàn tỉnh có 4 địa điểm", "Nơi nhận:", "TRƯỞNG BAN", "PHỤ LỤC"):  # fmt: skip
        assert words in said


def test_a_hundred_communes_fill_pages_with_numbers_and_headings(tree):
    for number in range(106):
        make.unit(f"3{number:04d}", f"Xã Thạnh Hòa Sơn {number}", tree.here)
    report = report_of(tree.province, ago(1), NOW)
    pages = pages_of(report_pdf(document_of(report), NOW))
    appendix = [page for page in pages if "Thạnh Hòa Sơn" in page]
    assert len(appendix) >= 2
    assert all("Địa điểm đăng ký" in page for page in appendix)
    assert [re.match(r"\d+", page)[0] for page in pages[1:]] == [
        str(number) for number in range(2, len(pages) + 1)
    ]


def test_strange_and_long_names_find_room_on_the_paper(tree):
    for name in ("Xã " + "Nguyễn" * 10, "ឃុំ ស្រុកថ្មី", "Xã <b>𝑩ú𝒏</b> 🙂", "Xã \u202eabc"):
        make.unit(str(abs(hash(name)))[:7], name[:100], tree.here, kind="xã")
    report = report_of(tree.here, ago(1), NOW)
    pdf = report_pdf(document_of(report), NOW)
    assert "Bún" in " ".join(pages_of(pdf))
    assert pdf == report_pdf(document_of(report), NOW)
