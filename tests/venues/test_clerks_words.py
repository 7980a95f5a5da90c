"""What stands around the venues of a clerk's list: headings, sections, footers, and words of kinds."""

import pytest

from venues.kinds import kind_called, kinds_like
from venues.misread import misread
from venues.spreadsheets.headings import Headings, columns_of, headings_among
from venues.spreadsheets.sheet import passed_over

from .lists import HEADINGS

FILLED = (
    "1",
    "Quán Hoà",
    "Quán ăn",
    "12 Lê Lợi",
    "Phường 1",
    "TP Trà Vinh",
    "Trần Thử",
    "0900000001",
)
COLUMNS = Headings(1, HEADINGS, columns_of(HEADINGS))


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("", "KHÓM 3"), "section"),
        (("A", "Cơ sở ăn uống"), "section"),
        (("III", "XÃ LONG ĐỨC"), "section"),
        (("Ấp Ba Trường",), "section"),
        (("", "Nhà hàng, quán ăn"), "section"),
        (("", "ភូមិ ១"), "section"),
        (("", "Cộng"), "total"),
        (("Tổng cộng", "", "25"), "total"),
        (("", "Tổng số: 25 cơ sở", "", ""), "total"),
        (("", "Tæng céng", "25"), "total"),
        (("", "Danh sách này gồm 25 cơ sở./."), "total"),
        (("", "Trà Vinh, ngày … tháng … năm 2021"), "footer"),
        (("", "NGƯỜI LẬP BIỂU", "", "", "", "TM. ỦY BAN NHÂN DÂN"), "footer"),
        (("", "(Ký, ghi rõ họ tên)"), "footer"),
        (("Ghi chú: danh sách tính đến 5/5",), "footer"),
        (("Trang 1/3",), "footer"),
        (("----",), "footer"),
        (("1", "2", "3", "4", "5", "6", "7", "8"), "numbering"),
        (("(1)", "(2)", "(3)", "(4)"), "numbering"),
        (("7",), "number_only"),
        (HEADINGS, "headings"),
        (FILLED, None),
        (("4", "Tổng công ty Điện lực"), None),
        (("5", "Tổng công ty Điện lực", "Công ty", "12 Lê Lợi"), None),
        (("6", "UBND xã Long Đức", "Cơ quan", "Ấp Vĩnh Hưng", "Long Đức", "", "Trần Thử", "02943855246"), None),
        (("8", "Chợ Khóm 3", "Chợ", "Khóm 3"), None),
    ],
)  # fmt: skip
def test_what_is_no_venue_is_told_from_what_is_one(cells: tuple[str, ...], why: str | None):
    assert passed_over(cells, COLUMNS, is_below_the_end=False) == why


def test_signers_below_the_end_are_no_venues_until_rows_go_on():
    assert passed_over(("", "Nguyễn Văn Thử"), COLUMNS, is_below_the_end=True) == "footer"
    assert passed_over(FILLED, COLUMNS, is_below_the_end=True) is None


@pytest.mark.parametrize(
    ("upper", "lower", "columns"),
    [
        (
            ("STT", "Cơ sở", "", "", "Người đại diện", ""),
            ("", "Tên", "Loại", "Địa chỉ", "Tên", "SĐT"),
            {"name": 1, "kind": 2, "address": 3, "responsible_name": 4, "phone": 5},
        ),
        (
            ("TT", "Tên cơ sở", "Ngành nghề", "Địa chỉ", "", "Chủ cơ sở", "", ""),
            ("", "", "", "Số nhà", "Phường, xã", "Họ tên", "Địa chỉ", "Điện thoại"),
            {"name": 1, "kind": 2, "address": 3, "commune": 4, "responsible_name": 5, "phone": 7},
        ),
        (HEADINGS, FILLED, columns_of(HEADINGS)),
        (("DANH SÁCH CƠ SỞ KINH DOANH",), HEADINGS, columns_of(HEADINGS)),
        (
            ("ឈ្មោះទីកន្លែង", "ប្រភេទទីកន្លែង", "អាសយដ្ឋាន", "ឃុំ", "អ្នកទទួលខុសត្រូវ", "លេខទូរសព្ទ"),
            ("ផ្សារ", "ផ្សារ", "១២", "Phường 1", "សុខា", "0900000001"),
            {"name": 0, "kind": 1, "address": 2, "commune": 3, "responsible_name": 4, "phone": 5},
        ),
    ],
)  # fmt: skip
def test_headings_are_found_in_one_row_or_two(upper, lower, columns):
    headings = headings_among([(1, upper), (2, lower)])
    assert headings.columns == columns


SPELLINGS = {
    "name": "Tên địa điểm|Hộ kinh doanh|Biển hiệu|Tên HKD|Tên hộ|Cơ quan|Tên cơ sở/địa điểm",
    "kind": "Loại|Ngành, nghề|Mặt hàng kinh doanh|Hình thức|Nhóm cơ sở|Phân loại|Lĩnh vực HĐ|Dịch vụ",
    "address": "ĐỊA ĐIỂM|Nơi kinh doanh|Địa chỉ kinh doanh|Đ/c|Trụ sở|Số nhà, ấp|Khóm/Ấp|Địa điểm KD",
    "commune": "Xã (phường)|X/P/TT|P/X|Đơn vị hành chính|ĐVHC",
    "district": "H/TX/TP|Cấp huyện|Huyện, TP|TX/TP/Huyện",
    "responsible_name": "Chủ|Tên chủ|Người đứng tên|Giám đốc|Liên hệ|Đầu mối|Chủ nhà trọ|Họ & tên",
    "phone": "Di động|SĐT|ĐTDĐ|Số ĐT|Đ.T|Số máy|ĐT/Zalo|Zalo|Số liên lạc|ĐTLH|Đ.thoại|DĐ|Hotline",
}  # fmt: skip


def test_a_heading_is_known_in_every_spelling():
    usual = {column: spellings.split("|")[0] for column, spellings in SPELLINGS.items()}
    usual["address"] = "Địa chỉ"
    for column, spellings in SPELLINGS.items():
        for spelling in spellings.split("|"):
            texts = ["STT", *(usual | {column: spelling}).values(), "Ghi chú", "Số giấy phép"]
            assert columns_of(texts) == {each: n for n, each in enumerate(usual, start=1)}, spelling


def test_a_place_is_the_name_where_no_other_heading_is_and_an_owners_home_is_no_address():
    texts = ["Địa điểm", "Loại", "Địa chỉ chủ hộ", "Địa chỉ", "Chủ hộ", "SĐT", "Ấp"]
    names = ["name", "kind", None, "address", "responsible_name", "phone", None]
    assert columns_of(texts) == {name: n for n, name in enumerate(names) if name}


def test_headings_of_khmer_and_old_fonts_do_not_collide():
    texts = ["Tªn c¬ së", "Lo¹i h×nh", "§Þa chØ", "Ng­êi phô tr¸ch", "Sè ®iÖn tho¹i"]
    assert list(columns_of(texts)) == ["name", "kind", "address", "responsible_name", "phone"]


KINDS = {
    "Nha khoa": "health", "nha khoa": "health", "Phòng khám Nha khoa": "health", "chùa": "worship",
    "CHUA": "worship", "chưa": None, "chưa rõ": None, "nhà trọ": "hotel", "Nhà tro": "hotel",
    "nhà trò": None, "đèn": None, "đền": "worship", "tiêm": None, "tiệm": "shop", "quận": None,
    "quán": "restaurant", "Nhà thuốc tây": "health", "ផ្សារ": "market", "ផ្សារ\u200bទំនើប": "supermarket",
    "វត្ត": "worship", "Tạp hóa (bán lẻ)": "shop", "Chợ, trường học": None, "Ủy ban nhân dân": "office",
    "uỷ ban nhân dân": "office",
}  # fmt: skip


@pytest.mark.parametrize("text", KINDS)
def test_a_kind_is_known_by_its_letters_and_marks(text: str):
    assert kind_called(text) == KINDS[text]


def test_what_only_folds_alike_is_not_even_suggested():
    assert kinds_like("chưa") == []
    assert "worship" not in kinds_like("Nha khoa Sài Gòn")
    assert kinds_like("Siêu thịị") == ["supermarket"]


@pytest.mark.parametrize(
    "text",
    ["SĐT", "ĐT", "QUÁN ỐC ĐÊM", "Krông Pắc", "Thạch Sa Rây", "Siêu thị Co.opmart", "Cà phê Milô",
     "Tiệm vàng Kim Khuê", "khúc khuỷu", "Lê Quý Đôn", "Ngoằn ngoèo", "Señor", "ផ្សារ", "Thuý Hoà"],
)  # fmt: skip
def test_good_letters_are_not_doubted(text: str):
    assert misread(text) is None
