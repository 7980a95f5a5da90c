"""Bringing venues in by the pages: nothing before the decision, each venue once, nobody's but one's own."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts.models import Account
from checkin_site import middleware
from jobs.models import Job, JobFile
from tests import make
from tests.messages import received
from tests.page import Reader, Screen
from tests.venues.clerks import clerks_book
from tests.venues.lists import as_csv, as_xlsx, row
from venues.imports import bringing_in
from venues.imports.bringing_in import bring_in
from venues.imports.keeping import check, forget_rows, give_up
from venues.imports.telling import correction_key
from venues.models import Import, ImportRow, ImportState, Poster, Venue

pytestmark = pytest.mark.django_db(transaction=True)

START = "/dashboard/842/import/"
GOOD = [
    row(),
    row(name="Chợ Long Đức", kind="chợ", commune="X. Long Đức", phone="0294 3855 246"),
]
FAULTY = [row(name="", phone="12"), row(commune="P1", district="TX Duyên Hải")]


@pytest.fixture
def desk(page: Reader, official_here: Account) -> Reader:
    return page.by(official_here)


def give(desk: Reader, content: bytes, status: int = 302, name: str = "ds.csv") -> Screen:
    return desk.post(START, {"file": SimpleUploadedFile(name, content)}, status)


def checked(desk: Reader, content: bytes) -> Screen:
    given = give(desk, content)
    make.work_off()
    return desk.follow(given)


def added(desk: Reader, content: bytes) -> Screen:
    found = checked(desk, content)
    asked = desk.get(found.url + "decide/")
    progress = desk.submit(asked)
    make.work_off()
    return desk.get(progress.url)


def test_a_list_is_checked_then_its_good_rows_are_added_when_asked_to(desk):
    found = checked(desk, as_csv(GOOD + FAULTY))
    assert "Thêm 2 dòng hợp lệ" in found
    assert not Venue.objects.exists()
    done = desk.submit(desk.get(found.url + "decide/"))
    make.work_off()
    done = desk.get(done.url)
    assert "Đã thêm 2 địa điểm." in done
    assert {venue.name for venue in Venue.objects.all()} == {"Quán Hoà Bình", "Chợ Long Đức"}
    assert Poster.objects.filter(revoked_at=None, venue__brought_in_by__isnull=False).count() == 2
    assert sum("poster.pdf" in address for address in done.links.values()) == 2
    assert received() == []


def test_faults_are_listed_by_row_and_column_with_what_to_do(desk):
    found = checked(desk, as_csv(GOOD + FAULTY))
    for words in ("4", "Tên cơ sở", "Nhập tên địa điểm.", "Số điện thoại", "12", "5", "Xã/Phường"):
        assert words in found
    assert "“Phường 1, Thị xã Duyên Hải” không thuộc Thành phố Trà Vinh." in found


def test_a_corrected_file_adds_only_what_is_new(desk):
    added(desk, as_csv(GOOD + FAULTY))
    again = checked(desk, as_csv([*GOOD, row(name="Quán mới", phone="0900000009")]))
    listed = Import.objects.latest("uploaded_at")
    assert (listed.good, listed.here, listed.faulty) == (1, 2, 0)
    assert "Chợ Long Đức" in desk.get(again.url + "?show=here")


def test_a_list_that_is_here_already_leaves_nothing_to_do(desk):
    added(desk, as_csv(GOOD))
    again = checked(desk, as_csv(GOOD))
    assert "Không có gì để thêm." in again
    assert desk.get(again.url + "decide/", status=302).location.endswith(again.url)
    assert Venue.objects.count() == 2


def test_the_button_pressed_twice_and_by_two_adds_each_venue_once(desk, page, tree):
    found = checked(desk, as_csv(GOOD))
    province = page.by(make.official(tree.province))
    for reader in (desk, desk, province):
        reader.post(found.url + "decide/", {})
    make.work_off()
    assert Venue.objects.count() == Poster.objects.count() == 2
    assert Import.objects.get().brought_in == 2


def test_two_officials_with_the_same_list_at_once_add_each_venue_once(tree, official_here):
    imports = [make.listed(official_here, state=ImportState.DECIDED) for _ in range(4)]

    def one(listed: Import) -> None:
        try:
            bring_in(listed.pk, timezone.now(), lambda _done, _total: None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(one, imports))
    assert Venue.objects.count() == Poster.objects.count() == 1
    assert sum(Import.objects.values_list("brought_in", flat=True)) == 1
    assert sum(Import.objects.values_list("here", flat=True)) == 3


def test_a_crash_in_the_middle_is_gone_on_with(desk, monkeypatch):
    monkeypatch.setattr(bringing_in, "_BATCH", 2)
    rows = [row(name=f"Quán {number}", phone=f"09000001{number:02d}") for number in range(7)]
    checked(desk, as_csv(rows))
    listed = Import.objects.get()
    Import.objects.update(state=ImportState.DECIDED)
    with pytest.raises(ZeroDivisionError):
        bring_in(listed.pk, timezone.now(), lambda done, _total: 1 // (4 - done))
    assert Venue.objects.count() == 4
    stuck = desk.get(f"{START}{listed.pk}/")
    assert "Đến nay đã thêm 4 địa điểm" in stuck
    desk.submit(stuck, form="go-on")
    make.work_off()
    assert Venue.objects.count() == Poster.objects.count() == 7
    assert Import.objects.get().brought_in == 7


def test_the_phone_that_signs_in_later_owns_the_venue(desk, page):
    added(desk, as_csv(GOOD))
    owner = Account.objects.owner_of("+84900000001")
    assert [venue.name for venue in Venue.objects.visible_to(owner)] == ["Quán Hoà Bình"]
    assert "Quán Hoà Bình" in page.by(owner).get("/venues/")


def test_a_phone_that_became_an_officials_meanwhile_owns_nothing(desk, tree):
    found = checked(desk, as_csv(GOOD))
    make.official(tree.next_door, phone="+84900000001")
    desk.post(found.url + "decide/", {})
    make.work_off()
    assert [venue.name for venue in Venue.objects.all()] == ["Chợ Long Đức"]
    assert "Số này của cán bộ" in desk.get(found.url)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp trống."),
        (b"%PDF", "Đây không phải bảng tính."),
        (b"a,b\n1,2\n", "Không thấy dòng tiêu đề cột."),
        (as_csv([]), ""),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(desk, content: bytes, words: str):
    if words:
        assert words in give(desk, content, 422).errors["id_file"]
    else:
        assert "Bên dưới tiêu đề cột không có địa điểm nào." in checked(desk, content)
    assert not Venue.objects.exists()


def test_no_file_at_all_is_asked_for(desk):
    assert desk.submit(desk.get(START), status=422).errors == {
        "id_file": "Chọn tệp danh sách địa điểm."
    }


def test_a_file_that_is_too_large_is_never_stored(desk, monkeypatch):
    monkeypatch.setattr(middleware, "LARGEST_UPLOAD", 100_000)
    screen = give(desk, b"x" * 300_000, 422)
    assert "Tệp lớn hơn 20 MB." in screen.errors["id_file"]


def test_the_same_file_sent_twice_is_checked_once(desk):
    first, second = give(desk, as_csv(GOOD)), give(desk, as_csv(GOOD))
    assert first.location == second.location
    assert Job.objects.count() == 1
    make.work_off()
    assert ImportRow.objects.count() == 2


def test_a_list_under_way_shows_its_progress_and_can_be_called_off(desk):
    progress = desk.follow(give(desk, as_csv(GOOD)))
    assert "Đang kiểm tra danh sách" in progress
    desk.submit(progress, form="give-up")
    make.work_off()
    assert Import.objects.get().state == ImportState.GIVEN_UP
    assert not ImportRow.objects.exists()
    assert "đã được xóa" in desk.get(progress.url)


def test_nothing_is_left_of_a_list_that_is_given_up_while_it_is_checked(desk, official_here):
    give(desk, as_csv(GOOD))
    listed = Import.objects.get()

    def tell(done: int, _total: int) -> None:
        if done:
            give_up(listed, timezone.now())
            ImportRow.objects.create(listed_in=listed, row=9, state="good", cells=[])
            raise InterruptedError

    with pytest.raises(InterruptedError):
        check(listed.pk, io.BytesIO(as_csv(GOOD)), timezone.now(), tell)
    assert not ImportRow.objects.exists()


def test_what_a_list_tells_is_deleted_when_decided_or_after_a_week(desk):
    done = added(desk, as_csv(GOOD + FAULTY))
    assert not JobFile.objects.filter(is_result=False).exists()
    assert [one.row for one in ImportRow.objects.order_by("row")] == [4, 5]
    desk.submit(done, form="give-up")
    assert not ImportRow.objects.exists()
    checked(desk, as_csv(FAULTY))
    assert forget_rows(timezone.now() + timedelta(days=6)) == 0
    assert forget_rows(timezone.now() + timedelta(days=7)) == 2
    assert Import.objects.latest("uploaded_at").state == ImportState.GIVEN_UP


@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_the_faulty_rows_come_back_as_they_were_with_what_to_correct(desk, file_type: str):
    live = row(name="=1+1", phone="+84 x")
    found = checked(desk, as_xlsx([*GOOD, live]))
    content = b"".join(desk.get(f"{found.url}faults.{file_type}").response)
    if file_type == "csv":
        assert "'=1+1" in content.decode()
    else:
        cells = [
            cell for line in openpyxl.load_workbook(io.BytesIO(content)).active for cell in line
        ]
        assert "f" not in {cell.data_type for cell in cells}
    again = checked(desk, content)
    assert "=1+1" not in again
    assert ImportRow.objects.filter(listed_in__file_name="ds.csv").latest("pk").cells[:8] == live


@pytest.mark.parametrize("language", ["vi", "en", "km"])
@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_the_template_can_be_filled_in_and_read_again(desk, language: str, file_type: str):
    answer = desk.speaking(language).get(f"{START}template.{file_type}")
    content = b"".join(answer.response)
    given = give(desk, content)
    make.work_off()
    assert "không có địa điểm nào" in desk.speaking("vi").follow(given), "its examples are none"
    desk.get(f"{START}template.pdf", status=404)


def test_an_import_is_of_its_area_only(desk, page, official_next_door, tree):
    found = checked(desk, as_csv(GOOD))
    next_door = page.by(official_next_door)
    elsewhere = found.url.replace("842", "851")
    for address in (found.url, elsewhere):
        next_door.get(address, status=404)
        for act in ("decide/", "give-up/", "go-on/"):
            next_door.post(address + act, {}, status=404)
    page.by(make.official(tree.province)).get(found.url.replace("842", "84"), status=404)
    assert Import.objects.get().state == ImportState.CHECKED


def test_a_form_without_its_token_is_refused(desk):
    desk.client.handler.enforce_csrf_checks = True
    give(desk, as_csv(GOOD), 403)
    assert not Import.objects.exists()


def test_an_area_that_has_ended_takes_no_venues(desk, tree):
    tree.here.valid_to = timezone.now().date() - timedelta(days=2)
    tree.here.save()
    assert give(desk, as_csv(GOOD)).location.startswith("/dashboard/842/?list=")
    assert not Import.objects.exists()


CLERKS = [
    row(name=f"Quán {number}", commune="Long Đứk", phone=f"09000006{number:02d}")
    for number in range(12)
]


def test_ten_good_rows_of_each_sheet_are_seen_before_anything_is_added(desk):
    found = checked(desk, clerks_book())
    asked = desk.get(found.url + "decide/")
    for screen in (found, asked):
        for words in ("Khóm", "Chợ Long Đức", "Quán Hai", "0900 000 005", "Phường 1, Thành phố"):
            assert words in screen
    assert "Dòng bị ẩn, vẫn được đọc như các dòng khác: 9" in found
    assert "Cũ" in found
    assert not Venue.objects.exists()
    many = checked(
        desk, as_csv([row(name=f"Tiệm {n}", phone=f"09000007{n:02d}") for n in range(12)])
    )
    assert "Tiệm 9" in many
    assert "Tiệm 10" not in many


def test_a_value_is_corrected_once_shown_and_taken_back(desk, tree):
    found = checked(desk, as_csv([*CLERKS, row(kind="Rạp xiếc")]))
    assert "12 dòng." in found
    commune = correction_key("commune", "Long Đứk, TP Trà Vinh")
    kind = correction_key("kind", "Rạp xiếc")
    code = tree.commune_here.code
    again = desk.post(found.url + "correct/", {commune: code, kind: "event"})
    assert not Venue.objects.exists()
    make.work_off()
    shown = desk.follow(again)
    assert "Đã sửa cho tất cả các dòng" in shown
    assert Import.objects.get().good == 13
    desk.post(found.url + "correct/", {"withdraw": kind})
    make.work_off()
    assert (Import.objects.get().good, Import.objects.get().faulty) == (12, 1)


@pytest.mark.parametrize("given", [{}, {"kind": "nothing"}])
def test_an_answer_that_says_nothing_is_asked_for_again(desk, given: dict[str, str]):
    found = checked(desk, as_csv([row(kind="Rạp xiếc")]))
    answers = {correction_key(column, "Rạp xiếc"): value for column, value in given.items()}
    screen = desk.post(found.url + "correct/", answers, 422)
    assert screen.errors
    assert Import.objects.get().state == ImportState.CHECKED


def test_two_outlets_of_one_phone_are_asked_about_and_both_added(desk):
    content = as_csv([row(), row(address="5 Lê Lợi")])
    found = checked(desk, content)
    assert "Đây là địa điểm khác hay chính là nơi đó?" in found
    outlet = correction_key("name", "Quán Hoà Bình · 0900 000 001")
    desk.post(found.url + "correct/", {outlet: "another"})
    make.work_off()
    desk.submit(desk.get(found.url + "decide/"))
    make.work_off()
    assert {venue.address for venue in Venue.objects.all()} == {"12 Lê Lợi", "5 Lê Lợi"}
    checked(desk, content)
    assert Import.objects.latest("uploaded_at").here == 2, "twice is once"


def test_faulty_rows_of_several_sheets_come_back_in_one_table(desk):
    found = checked(desk, clerks_book())
    content = b"".join(desk.get(f"{found.url}faults.csv").response).decode()
    assert "[Khóm]" in content
    assert "Quán Ba" in content


def test_a_check_that_was_interrupted_is_gone_on_with_from_the_rows(desk):
    found = checked(desk, as_csv([row(kind="Rạp xiếc")]))
    desk.post(found.url + "correct/", {correction_key("kind", "Rạp xiếc"): "event"})
    Job.objects.filter(state="waiting").update(state="failed", ended_at=timezone.now())
    desk.submit(desk.get(found.url), form="go-on")
    make.work_off()
    assert Import.objects.get().good == 1
