"""Lists of contacts taken away: read back from the files, and what must be written down first."""

from datetime import timedelta

import pypdfium2
import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from authority.disclosures import MOST_ALONE
from authority.looks import decide
from authority.models import Disclosure, Reveal
from authority.sealing import seal
from declarations.models import Visitor
from districts.days import today
from tests import make, make_tracing
from tests.documents.sheet_reading import body, rows_of, table_of, worksheet
from tracing.lists import views
from tracing.models import Act, CallOutcome, Contact, FollowUp, Meeting, Standing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KHMER = "សុខ ភូមិថ្មី"


def person(number: int, name: str = "Lê Văn Bình", **changes) -> Visitor:
    """Make a visitor with a whole sealed box."""
    phone = f"+84900{number:06}"
    who = make.visitor(name, phone, 1980, **changes)
    details = {"full_name": name, "phone": phone, "birth_year": 1980, "address": f"{number} Lê Lợi"}
    who.sealed = seal(who.sealing_key.public_key, who.key, details)
    who.save()
    return who


@pytest.fixture
def tracer(tree):
    return make_tracing.tracer(tree.here)


@pytest.fixture
def case(tree):
    return make_tracing.case(area=tree.here)


@pytest.fixture
def reader(page, tracer):
    make.sealing_key()
    return make_tracing.unlocked(page, tracer).speaking("en")


def url(case, file_type="csv", query=""):
    return f"/tracing/cases/{case.number}/contacts.{file_type}{query}"


def fetched(reader, address, status=200):
    return reader.get(address, status).response


def text(response) -> str:
    pages = pypdfium2.PdfDocument(body(response))
    return " ".join(one.get_textpage().get_text_range() for one in pages).replace("\r\n", " ")


def met(contact: Contact, venue) -> Meeting:
    """Let a contact meet the case at a venue, for half an hour certainly."""
    start, end = make.moment("08:00", days_ago=1), make.moment("09:00", days_ago=1)
    stay = make_tracing.told_stay(contact.case, venue, start, end)
    half = DateTimeTZRange(start, start + timedelta(minutes=30))
    return Meeting.objects.create(
        stay=stay, contact=contact, visit=contact.visitor, evidence=1, certain_period=half,
        possible_period=DateTimeTZRange(start, end), is_one_form=False,
    )  # fmt: skip


def test_a_call_list_says_whom_to_call_where_they_met_and_until_when(reader, case, venue):
    contact = make_tracing.contact(
        case, person(1), certain_seconds=1800, possible_seconds=3600, is_household=True,
        due_on=today(), follow_up_until=today() + 10 * DAY,
    )  # fmt: skip
    met(contact, venue)
    (line,) = table_of(fetched(reader, url(case)))
    assert (line["Full name"], line["Phone number"]) == ("Lê Văn Bình", "0900 000 001")
    assert (line["Year of birth"], line["Address"]) == ("1980", "1 Lê Lợi")
    assert line["Commune"] == "Phường 1, Thành phố Trà Vinh"
    assert (line["Certain minutes"], line["Possible minutes"]) == ("30", "60")
    assert (line["Last met at"], line["Household"]) == ("Chợ Trà Vinh", "same household")
    assert line["Last met from"] == f"{today() - DAY} 08:00"
    assert (line["To be called by"], line["Day of follow-up"]) == (str(today()), "day 4 of 14")
    assert (line["Case"], line["Rule"]) == (case.number, "11042/BYT-DP")
    assert (line["What came of the call"], line["Generation"]) == ("", "F1")


def test_a_workbook_says_what_it_is_and_how_to_keep_it(reader, case, tracer):
    make_tracing.contact(case, person(1))
    title = worksheet(fetched(reader, url(case, "xlsx")))["A1"].value
    for said in (case.number, "11042/BYT-DP", "keep locked, destroy after use", str(tracer)):
        assert said in title
    assert case.mask not in title


def test_the_paper_is_a_document_that_says_how_to_keep_it(reader, case, tracer, venue):
    met(make_tracing.contact(case, person(1), certain_seconds=900, possible_seconds=900), venue)
    words = text(fetched(reader, url(case, "pdf")))
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", case.number, "11042/BYT-DP", "0900 000 001",
        "Lê Văn Bình", "1980", "Chợ Trà Vinh", "CẤT GIỮ CÓ KHÓA", "Kết quả gọi", str(tracer),
        "Trang 1/1", "1 Lê Lợi", "ngày 0/14",
    ):  # fmt: skip
        assert said in words
    assert case.mask not in words


def test_khmer_names_are_set_in_khmer(reader, case):
    make_tracing.contact(case, person(1, KHMER))
    document = pypdfium2.PdfDocument(body(fetched(reader, url(case, "pdf"))))
    fonts = {one.get_font().get_base_name() for one in document[0].get_objects() if one.type == 1}
    assert any("Khmer" in name for name in fonts)


def test_names_of_any_script_stand_beside_their_phone_number(reader, case):
    printed = {
        "王小明": "[Wang Xiao Ming]",
        "สมชาย": "[smchay]",
        "\ue000": "[U+E000]",
        "🍜": "[:ramen:]",
    }
    for number, name in enumerate(printed, start=1):
        make_tracing.contact(case, person(number, name))
    words = text(fetched(reader, url(case, "pdf")))
    for number, spelled in enumerate(printed.values(), start=1):
        assert spelled in words
        assert f"0900 000 00{number}" in words


def test_what_was_typed_is_the_same_in_a_workbook_and_no_day_in_a_csv(reader, case):
    who = person(1)
    details = {"full_name": "-An", "phone": "+84900000001", "birth_year": 1980, "address": "1/14"}
    who.sealed = seal(who.sealing_key.public_key, who.key, details)
    make_tracing.contact(case, who)
    heading, cells = worksheet(fetched(reader, url(case, "xlsx"))).iter_rows(min_row=2)
    row = dict(zip((cell.value for cell in heading), cells, strict=True))
    assert (row["Full name"].value, row["Address"].value) == ("-An", "1/14")
    assert {row["Full name"].data_type, row["Day of follow-up"].data_type} == {"s"}
    (line,) = table_of(fetched(reader, url(case)))
    assert (line["Full name"], line["Address"]) == ("'-An", "'1/14")


def test_a_long_list_has_a_heading_on_every_page_and_every_row_once(reader, case):
    for number in range(40):
        make_tracing.contact(case, person(number, f"Người Số {number:02}"), sealed=None)
    document = pypdfium2.PdfDocument(body(fetched(reader, url(case, "pdf"))))
    pages = [one.get_textpage().get_text_range() for one in document]
    assert len(pages) > 2
    for number, words in enumerate(pages, start=1):
        assert "Kết quả gọi" in words
        assert f"Trang {number}/{len(pages)}" in words
        assert "DỮ LIỆU CÁ NHÂN" in words
    whole = " ".join(pages)
    assert [whole.count(f"Người Số {number:02}") for number in range(40)] == [1] * 40


@pytest.mark.parametrize("file_type", ["pdf", "csv", "xlsx"])
def test_every_list_taken_away_is_written_down_for_each_person(reader, case, tracer, file_type):
    for number in range(3):
        make_tracing.contact(case, person(number))
    assert body(fetched(reader, url(case, file_type)))
    assert Disclosure.objects.of_names().count() == 3
    for look in Disclosure.objects.of_names():
        assert (look.officer, look.case_number, look.purpose) == (tracer, case.number, "list")
        assert set(look.fields) == {"full_name", "birth_year", "phone", "address"}
        assert look.together == 3


@pytest.mark.parametrize("file_type", ["pdf", "csv", "xlsx"])
def test_a_list_without_names_needs_no_key_and_writes_nothing_down(page, case, tracer, file_type):
    make_tracing.contact(case, person(1))
    answer = fetched(page.by(tracer).speaking("en"), url(case, file_type, "?masked=1"))
    if file_type == "pdf":
        said = text(answer)
        assert "BẢN CHE TÊN" in said
    elif file_type == "csv":
        said = str(rows_of(answer))
    else:
        said = str([[cell.value for cell in row] for row in worksheet(answer).iter_rows()])
    assert "L.V.B · 001" in said
    assert [one for one in ("Lê Văn Bình", "0900 000 001", "1 Lê Lợi") if one in said] == []
    assert Disclosure.objects.of_names().count() == 0


def test_without_an_unlocked_key_the_way_leads_to_unlocking_and_back(page, case, tracer):
    make_tracing.contact(case, person(1))
    screen = page.by(tracer).get(url(case, "pdf", "?standing=link"), 302)
    assert screen.location.startswith("/tracing/key/unlock/?next=")
    assert "contacts.pdf%3Fstanding%3Dlink" in screen.location
    assert Disclosure.objects.of_names().count() == 0


def test_more_people_than_one_may_see_alone_wait_for_a_second_officer(reader, tree, case):
    for number in range(MOST_ALONE + 1):
        make_tracing.contact(case, person(number))
    screen = reader.get(url(case), 403)
    assert "51 people" in screen
    assert "/tracing/looks/" in screen.links.values()
    assert Disclosure.objects.of_names().count() == 0
    colleague = make_tracing.tracer(tree.here, "colleague@example.vn")
    decide(Reveal.objects.get(), colleague, timezone.now(), confirm=True)
    assert len(table_of(fetched(reader, url(case)))) == MOST_ALONE + 1
    looks = Disclosure.objects.of_names().filter(second_officer=colleague)
    assert looks.count() == MOST_ALONE + 1
    body(fetched(reader, url(case, "xlsx")))  # the same people again need nobody
    assert Disclosure.objects.of_names().count() == 2 * (MOST_ALONE + 1)


def test_without_names_any_number_is_planned_with(page, case, tracer):
    for number in range(MOST_ALONE + 1):
        make_tracing.contact(case, person(number))
    rows = table_of(fetched(page.by(tracer).speaking("en"), url(case, query="?masked=1")))
    assert len(rows) == MOST_ALONE + 1


def test_a_list_is_narrowed_by_standing_commune_and_what_is_to_do(reader, tree, case):
    make_tracing.contact(case, person(1, "Người Một"), due_on=today())
    elsewhere = make_tracing.contact(
        case, person(2, "Người Hai", residence=tree.commune_here), due_on=today()
    )
    make_tracing.contact(case, person(3, "Người Ba"), standing=Standing.LINK, sealed=None)
    FollowUp.objects.create(
        contact=elsewhere, act=Act.CALL, at=timezone.now(), on=today(), by=case.opened_by,
        outcome=CallOutcome.REACHED, nonce=elsewhere.visitor,
    )  # fmt: skip
    for query, names in (
        ("", {"Người Một", "Người Hai"}),
        ("?standing=nonsense&commune=%00&to_do=x", {"Người Một", "Người Hai"}),
        (f"?commune={tree.commune_here.pk}", {"Người Hai"}),
        ("?to_do=today", {"Người Một"}),
        ("?to_do=calls", {"Người Một"}),
        ("?standing=link", {"Người Ba"}),
    ):
        found = table_of(fetched(reader, url(case, query=query)))
        assert {line["Full name"] for line in found} == names, query


def test_whom_nobody_reached_is_still_to_call_today(reader, case):
    contact = make_tracing.contact(case, person(1), due_on=today())
    for number, outcome in enumerate([CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER]):
        FollowUp.objects.create(
            contact=contact, act=Act.CALL, at=timezone.now(), on=today(), by=case.opened_by,
            outcome=outcome, nonce=make.visitor(phone=f"+8491100000{number}").key,
        )  # fmt: skip
    assert len(table_of(fetched(reader, url(case, query="?to_do=today")))) == 1
    later = make_tracing.contact(case, person(2), due_on=today() + DAY)
    assert later.mask not in str(rows_of(fetched(reader, url(case, query="?to_do=today&masked=1"))))


@pytest.mark.parametrize("file_type", ["pdf", "csv", "xlsx"])
def test_a_list_of_nobody_is_a_file_and_writes_nothing_down(reader, case, file_type):
    answer = fetched(reader, url(case, file_type))
    assert body(answer)
    assert "no-store" in answer["Cache-Control"]
    assert f"{case.number}-{today():%Y%m%d}" in answer["Content-Disposition"]
    assert Disclosure.objects.of_names().count() == 0


def test_who_can_no_longer_be_named_stays_on_the_list_by_mask(reader, case):
    who = person(1)
    make_tracing.contact(case, who, standing=Standing.LINK, sealed=None)
    Visitor.objects.filter(key=who.key).delete()
    damaged = make_tracing.contact(case, person(2), standing=Standing.LINK, sealed=b"no box")
    names = [
        line["Full name"] for line in table_of(fetched(reader, url(case, query="?standing=link")))
    ]
    assert names == ["L.V.B · 001", damaged.mask]
    assert Disclosure.objects.of_names().count() == 1


def test_lists_of_the_district_next_door_do_not_exist(page, tree, case):
    make_tracing.contact(case, person(1))
    for who in (make_tracing.tracer(tree.next_door, "next@example.vn"), make.official(tree.here)):
        reader = page.by(who)
        for file_type in ("pdf", "csv", "xlsx"):
            reader.get(url(case, file_type), 404)
            reader.get(f"/tracing/communes/29239/contacts.{file_type}?masked=1", 404)
    assert Disclosure.objects.of_names().count() == 0


def test_other_types_and_other_units_do_not_exist(reader, case, tree):
    reader.get(url(case, "ods"), 404)
    for code in (tree.here.code, tree.province.code, "nothing"):
        reader.get(f"/tracing/communes/{code}/contacts.csv", 404)


@pytest.mark.parametrize(
    ("name", "query"), [("contacts", "?possible=15"), ("calls", "?to_do=calls")]
)
def test_the_pages_of_contacts_lead_to_lists_of_the_same_people(reader, case, name, query):
    make_tracing.contact(case, person(1), possible_seconds=900)
    screen = reader.get(f"/tracing/cases/{case.number}/{name}/{query}")
    links = {link.get("href") for link in screen.root.iter("a")}
    masked = url(case, "pdf", f"{query}&masked=1")
    assert {url(case, "pdf", query), url(case, "csv", query), masked} <= links
    assert len(rows_of(fetched(reader, url(case, query=query)))) == 2


def test_paper_has_the_first_alone_and_says_so(reader, case, monkeypatch):
    monkeypatch.setattr(views, "MOST_ON_PAPER", 2)
    for number in range(3):
        make_tracing.contact(case, person(number, f"Người {number}"), due_on=today() + number * DAY)
    said = text(fetched(reader, url(case, "pdf")))
    assert "2 người đầu danh sách" in said
    assert [number for number in range(3) if f"Người {number}" in said] == [0, 1]
    assert Disclosure.objects.of_names().count() == 2
    assert len(table_of(fetched(reader, url(case)))) == 3


def test_a_list_with_names_has_so_many_people_and_leads_back_with_more(reader, case, monkeypatch):
    monkeypatch.setattr(views, "MOST_WITH_NAMES", 2)
    for number in range(3):
        make_tracing.contact(case, person(number))
    answer = reader.get(url(case), 302)
    assert "at most 2 people" in reader.follow(answer)
    assert Disclosure.objects.of_names().count() == 0
    assert len(table_of(fetched(reader, url(case, query="?masked=1")))) == 3
    assert body(fetched(reader, url(case, "csv", f"?commune={case.area_id}")))


def test_of_a_health_station_with_more_it_says_what_there_is_instead(reader, case, monkeypatch):
    monkeypatch.setattr(views, "MOST_WITH_NAMES", 1)
    for number in range(2):
        make_tracing.contact(case, person(number), follow_up_until=today(), due_on=today())
    stations = reader.get("/tracing/communes/")
    links = [link.get("href") for link in stations.root.iterfind(".//table//a")]
    with_names = next(link for link in links if link.endswith("contacts.csv"))
    assert "list of each case instead" in reader.follow(reader.get(with_names, 302))
    masked = next(link for link in links if link.endswith("contacts.xlsx?masked=1"))
    assert body(fetched(reader, masked))
