"""Who is the same person, who is not, and that nobody becomes somebody else: through the pages."""

import itertools
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from authority.sealing import opened
from declarations import identities
from declarations.models import Declaration, Evidence, LeftReason, Version, Visit, Visitor
from districts.names import spelled
from tests import make, make_stations
from tests.messages import newest_code
from tests.page import Reader
from tests.stations.sending import scan, send
from venues.models import Venue

from .scene import TYPED, address_of

ALIKE = [
    ("H'Hen Niê", "H’Hen Niê"), ("H'Hen Niê", "H`Hen Niê"), ("H'Hen Niê", "H Hen Niê"),
    ("K'Brẽo", "KʼBrẽo"), ("Sa-Rây", "Sa Rây"), ("Sa–Rây", "sa rây"), ("Kim Sa‑Rây", "Kim Sa Rây"),
    ("Ðặng Văn Bé", "Đặng Văn Bé"), ("Ɖặng Văn Bé", "đặng văn bé"), ("Lê Hoà", "Lê Hòa"),
    ("Thuỷ Tiên", "Thủy Tiên"), ("Khoẻ", "Khỏe"), ("Trần Lí", "Trần Lý"), ("Kim Quí", "Kim Quý"),
    ("Mĩ Lệ", "Mỹ Lệ"), ("Sĩ", "Sỹ"), ("Nguyễn Văn An.", "Nguyễn Văn An"), ("Trần  Văn\tBa", "Trần Văn Ba"),
    ("TRẦN VĂN BA", "Trần Văn Ba"), ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
    ("ថាច់ ស្រី\u200bមុំ", "ថាច់ ស្រីមុំ"), ("ថាច់\u00a0ស្រី", "ថាច់ ស្រី"), ("Trần Văn\u200dBa", "Trần VănBa"),
    ("Ｔrần Văn Ba", "Trần Văn Ba"), ("Trần Văn Ba (", "Trần Văn Ba"), ("Nguyễn-Văn-An", "Nguyễn Văn An"),
    ("Thạch Thị Sa Ry", "Thạch Thị Sa Ri"), ("\ufeffTrần Văn Ba", "Trần Văn Ba"), ("Ðinh", "ĐINH"),
    ("Nguyê\u0303n", "Nguyễn"), ("Lê Thị Huyền", "Lê Thị Huyền"),
]  # fmt: skip
_WORDS = "Hương Hường Hưởng Hượng Tuấn Tuân Tuần Tuẩn An Ân Ấn Ẩn Ẫn Thúy Thúi Huy Hui Mây Mai Mài Mãi Đào Dao Dào Ngọc Ngóc Lan Lân Lấn Lẩn Bảo Bão Báo Sơn Sớn Son Tỷ Tý Tỵ".split()
_KHMER = ["ស្រី", "សរី", "ស្រៀ", "សុខ", "សុក", "ចន្ទ", "ចាន់"]
DIFFERENT = [*itertools.combinations(_WORDS, 2), *itertools.combinations(_KHMER, 2)]


@pytest.fixture(autouse=True)
def _key(db) -> None:
    make.sealing_key()


def declare(page: Reader, venue: Venue, **changes):
    """Fill in the empty form, whoever declared with this phone before; return the receipt."""
    return page.submit(page.get(address_of(venue) + "?other=1"), TYPED | changes)


def another(page: Reader) -> Reader:
    """Somebody with another phone."""
    return Reader(Client(), page.language)


def box_of(row: Visitor | Version) -> dict:
    return opened(make.PRIVATE_KEY, row.key if isinstance(row, Visitor) else row.row, row.sealed)


def test_over_200_pairs_merge_nobody_and_split_nobody() -> None:
    assert [pair for pair in ALIKE if len({*map(spelled, pair)}) > 1] == []
    told = {word: spelled(word) for word in [*_WORDS, *_KHMER]}
    assert [pair for pair in DIFFERENT if told[pair[0]] == told[pair[1]]] == []
    assert len(ALIKE) + len(DIFFERENT) >= 200


@pytest.mark.parametrize("other", ["Nguyễn Thị Hường", "NGUYỄN THỊ HƯỢNG", "Nguyễn Thị Hượng"])
def test_sisters_of_one_phone_are_two_on_two_forms(page: Reader, venue: Venue, other: str) -> None:
    declare(page, venue, full_name="Nguyễn Thị Hương")
    declare(page, venue, full_name=other)
    assert Visitor.objects.count() == 2


def test_people_on_one_form_are_never_fewer_afterwards(page: Reader, venue: Venue) -> None:
    names = ["Lê Ngọc Tuân", "LE NGOC TUAN", "Lê Ngọc Tuấn", "ស្រី", "សរី"]
    typed = {f"companion-{n}-full_name": name for n, name in enumerate(names)}
    typed |= {f"companion-{n}-birth_year": "1975" for n in range(5)}
    screen = page.get(address_of(venue))
    nonce = screen.form("check-in").values["nonce"][0]
    page.post(
        address_of(venue), TYPED | typed | {"full_name": names[2], "nonce": nonce}, status=303
    )
    assert Visit.objects.count() == Visitor.objects.count() == 6
    people = Visitor.objects.values_list("key", flat=True)
    assert set(Visit.objects.values_list("visitor", flat=True)) == set(people)


@pytest.mark.parametrize(
    "names", [["NGUYEN VAN AN", "Nguyễn Văn An"], ["Nguyễn Văn An", "Nguyen van an"]]
)
def test_a_name_without_marks_is_the_only_one_it_can_mean(
    page: Reader, venue: Venue, names
) -> None:
    for name in names:
        declare(page, venue, full_name=name)
    assert Visitor.objects.count() == 1
    assert set(Visit.objects.values_list("visitor", flat=True)) == {Visitor.objects.get().key}


def test_where_two_may_be_meant_the_page_asks_which(page: Reader, venue: Venue) -> None:
    for name in ("Nguyễn Văn An", "Nguyễn Văn Ân"):
        declare(page, venue, full_name=name)
    screen = page.submit(
        page.get(address_of(venue) + "?other=1"), TYPED | {"full_name": "NGUYEN VAN AN"}, status=422
    )
    assert "has_no_marks" in screen.form("check-in").names
    assert (Visitor.objects.count(), Visit.objects.count()) == (2, 2)
    page.submit(screen, full_name="Nguyễn Văn Ân")
    assert Visitor.objects.count() == 2
    again = page.submit(
        page.get(address_of(venue) + "?other=1"), TYPED | {"full_name": "NGUYEN VAN AN"}, status=422
    )
    page.submit(again, has_no_marks="yes")
    assert Visitor.objects.count() == 3


@pytest.mark.parametrize("pair", ALIKE[:18:3])
def test_habits_of_writing_make_no_second_person(page: Reader, venue: Venue, pair) -> None:
    for name in pair:
        declare(page, venue, full_name=name)
    assert Visitor.objects.count() == 1


def test_whoever_was_known_before_stays_who_they_were(page: Reader, venue: Venue) -> None:
    former = identities.Person("Nguyễn Thị Ánh", 1975, "+84912345678").former_key
    known = make.visitor("Nguyễn Thị Ánh", "+84912345678")
    Visitor.objects.filter(pk=known.pk).update(key=former)
    make.visit(venue, timezone.now() - timedelta(days=1), visitor=Visitor.objects.get())
    declare(page, venue)
    assert set(Visit.objects.values_list("visitor", flat=True)) == {former}
    assert Visitor.objects.count() == 1


def test_a_form_sent_again_with_another_phone_corrects_who_it_was(
    page: Reader, venue: Venue
) -> None:
    screen = page.get(address_of(venue))
    page.submit(screen, TYPED | {"phone": "0912 345 679"})
    page.submit(screen, TYPED)
    visitor = Visitor.objects.get()
    assert box_of(visitor)["phone"] == "+84912345678"
    assert Visit.objects.get().visitor_id == visitor.key == Declaration.objects.get().visitor_id
    assert len(page.get("/me/").root.findall(".//ul[@class='visits']/li")) == 1
    assert "678" in page.get(address_of(venue)).text


def test_a_correction_takes_back_what_the_slip_did_to_others(page: Reader, venue: Venue) -> None:
    stranger, shop = another(page), make.venue("Quán Sông Quê")
    declare(stranger, shop, phone="0912 345 679")
    screen = page.get(address_of(venue))
    page.submit(screen, TYPED | {"phone": "0912 345 679"})
    assert Version.objects.count() == 1
    page.submit(screen, TYPED)
    assert Version.objects.count() == 0
    assert Visit.objects.get(venue=shop).left_at is None


def test_a_changed_declaration_corrects_the_visit_it_is_about(page: Reader, venue: Venue) -> None:
    declare(page, venue, phone="0912 345 679")
    changed = page.get(address_of(venue) + "?changed=1")
    page.submit(changed, TYPED | {"symptoms": ["cough"]})
    visit = Visit.objects.get()
    assert (visit.outcome, Visitor.objects.get().key) == (1, visit.visitor_id)


def test_fewer_people_in_the_newest_sending_are_fewer(page: Reader, venue: Venue) -> None:
    screen = page.get(address_of(venue))
    child = {"companion-0-full_name": "Bé Na", "companion-0-birth_year": "2018"}
    page.submit(screen, TYPED | child)
    page.submit(screen, TYPED)
    assert Visit.objects.count() == 1
    assert page.get(address_of(venue)).text.count("3 người") == 0


def test_only_me_is_one_tap(page: Reader, venue: Venue) -> None:
    child = {"companion-0-full_name": "Bé Na", "companion-0-birth_year": "2018"}
    declare(page, venue, **child)
    elsewhere = make.venue("Quán Sông Quê")
    screen = page.get(address_of(elsewhere))
    page.submit(screen, form="check-in", only="me")
    assert Visit.objects.filter(venue=elsewhere).count() == 1
    page.submit(page.get(address_of(elsewhere)), form="check-in")
    assert Visit.objects.filter(venue=elsewhere).count() == 3


def test_anothers_name_phone_and_year_change_nothing_of_them(page: Reader, venue: Venue) -> None:
    declare(page, venue, id_number="084175001234")
    before = Visitor.objects.values().get()
    visit = Visit.objects.values().get()
    other = another(page)
    for tick in ({}, {"on_behalf": "yes"}):
        declare(
            other, make.venue(f"Quán {tick}"), address="Nhà của kẻ khác", id_number="079099001234",
            commune="29266", symptoms=["fever"], **tick,
        )  # fmt: skip
    after = Visitor.objects.values().get()
    assert after == before | {"seen_on": after["seen_on"]}
    assert Visit.objects.filter(venue=venue).values().get() == visit
    assert set(Visit.objects.exclude(venue=venue).values_list("evidence", flat=True)) == {
        Evidence.CLAIMED
    }
    assert box_of(Version.objects.get())["address"] == "Nhà của kẻ khác"
    assert "kẻ khác" not in page.get(address_of(venue) + "?changed=1").text


def test_their_own_phone_replaces_what_it_said_and_keeps_old_documents(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue, id_number="084175001234", address="12 Lê Lợi")
    screen = page.get(address_of(venue) + "?changed=1")
    page.submit(screen, TYPED | {"id_number": "084175009999", "address": "9 Phạm Hồng Thái"})
    assert box_of(Visitor.objects.get())["address"] == "9 Phạm Hồng Thái"
    old = Version.objects.get()
    assert old.document_hash == identities.document_hash("084175001234")
    assert box_of(old)["address"] == "12 Lê Lợi"


def test_an_old_cookie_put_back_after_a_red_answer_gives_no_green(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue)
    green = page.client.cookies["memory"].value
    page.submit(page.get(address_of(venue) + "?changed=1"), TYPED | {"symptoms": ["fever"]})
    page.client.cookies["memory"] = green
    shop = make.venue("Quán Sông Quê")
    receipt = page.submit(page.get(address_of(shop)), form="check-in")
    assert Visit.objects.get(venue=shop).outcome == 2
    assert receipt.h1 == "Xin đừng vào"


def test_one_phone_of_two_that_claim_a_person_goes_by_its_own_words(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue)
    other, shop = another(page), make.venue("Quán Sông Quê")
    declare(other, venue, symptoms=["fever"])
    for reader, outcome in ((page, 0), (other, 2)):
        shop = make.venue(f"Quán {outcome}")
        reader.submit(reader.get(address_of(shop)), form="check-in")
        assert Visit.objects.get(venue=shop).outcome == outcome


def test_a_confirmed_phone_speaks_for_its_people(page: Reader, venue: Venue, settings) -> None:
    declare(another(page), venue, address="cũ")
    declare(page, venue, address="mới", symptoms=["cough"])
    asked = page.submit(page.get("/me/"), form="confirm")
    page.submit(asked, form="confirm", code=newest_code("+84912345678"))
    visitor = Visitor.objects.get()
    assert (visitor.outcome, box_of(visitor)["address"]) == (1, "mới")
    assert box_of(Version.objects.exclude(source=visitor.memory).get())["address"] == "cũ"


def test_the_code_a_phone_shows_of_somebody_else_is_its_own(page: Reader, venue: Venue) -> None:
    declare(page, venue)
    other = another(page)
    declare(other, venue)
    mine, theirs = (_code(reader) for reader in (page, other))
    assert mine != theirs


def test_whoever_declared_first_learns_nothing_after_the_phone_was_confirmed(
    page: Reader, venue: Venue
) -> None:
    squatter = another(page)
    declare(squatter, venue)
    seen = _code(squatter)
    declare(page, venue)
    asked = page.submit(page.get("/me/"), form="confirm")
    page.submit(asked, form="confirm", code=newest_code("+84912345678"))
    assert _code(page) != seen
    station = make_stations.station(make.venue("Quán Sông Quê"))
    answers = [
        send(station, scan(code.replace(" ", "")))["scans"][0] for code in (seen, _code(page))
    ]
    assert [answer["result"] for answer in answers] == ["go", "go"]
    page.submit(page.get(address_of(venue) + "?changed=1"), TYPED | {"symptoms": ["fever"]})
    other = make_stations.station(make.venue("Quán Bến Đò"))
    answers = [send(other, scan(code.replace(" ", "")))["scans"][0] for code in (seen, _code(page))]
    assert [answer["result"] for answer in answers] == ["go", "stop"]


def test_a_form_sent_again_by_a_phone_that_got_no_answer_is_its_own(
    page: Reader, venue: Venue
) -> None:
    screen = page.get(address_of(venue))
    another(page).submit(screen, TYPED)
    page.submit(screen, TYPED)
    shop = make.venue("Quán Sông Quê")
    page.submit(page.get(address_of(shop)), form="check-in")
    assert set(Visit.objects.values_list("evidence", flat=True)) == {Evidence.POSTER}
    assert Visit.objects.get(venue=venue).left_reason == LeftReason.MOVED_ON


def test_a_name_joined_by_marks_keeps_them_and_its_sister_is_another(
    page: Reader, venue: Venue
) -> None:
    for name in ("LE THI HUONG", "Lê Thị Hương", "LE THI HUONG", "Lê Thị Hường"):
        declare(page, venue, full_name=name)
    assert Visitor.objects.count() == 2


def test_two_alike_of_whom_one_is_known_otherwise_by_now_are_asked_about(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue, full_name="Cao Kim Anh")
    declare(page, venue, full_name="Cao Kim Ánh")
    other = another(page)
    both = {"companion-0-full_name": "Cao Kim Ánh", "companion-0-birth_year": "1975"}
    screen = other.submit(
        other.get(address_of(venue)), TYPED | both | {"full_name": "Cao Kim Anh"}, status=422
    )
    other.submit(screen, has_no_marks="yes")
    assert Visitor.objects.count() == 2


def test_whoever_was_known_before_is_no_strangers(page: Reader, venue: Venue) -> None:
    former = identities.Person("Nguyễn Thị Ánh", 1975, "+84912345678").former_key
    make.visitor("Nguyễn Thị Ánh", "+84912345678")
    Visitor.objects.update(key=former, fold=None, spelling=None)
    declare(page, venue)
    assert Visitor.objects.get().memory is None
    assert Visit.objects.get().evidence == Evidence.CLAIMED
    assert Version.objects.get().visitor_id == former


def test_whoever_is_told_to_stop_is_not_inside(page: Reader, venue: Venue) -> None:
    receipt = declare(page, venue, symptoms=["fever"])
    again = page.get(address_of(venue))
    assert "/leave/" not in str([form.get("action") for form in again.root.iter("form")])
    page.post(f"{receipt.url}leave/", {}, status=303)
    visit = Visit.objects.get()
    assert (visit.left_at, visit.left_reason) == (visit.entered_at, LeftReason.TURNED_AWAY)


def test_a_stay_that_is_only_claimed_tells_nothing_of_where_they_went(
    page: Reader, venue: Venue
) -> None:
    declare(page, venue)
    stranger, shop = another(page), make.venue("Quán Sông Quê")
    receipt = declare(stranger, shop)
    third = make.venue("Quán Bến Đò")
    page.submit(page.get(address_of(third)), form="check-in")
    assert Visit.objects.get(venue=shop).left_at is None
    assert "Tôi ra về" in stranger.get(receipt.url).text


def test_a_slip_mended_leaves_the_others_outcome_as_it_was(page: Reader, venue: Venue) -> None:
    declare(page, venue, full_name="Lê Thị Hường")
    screen = page.get(address_of(make.venue("Quán Sông Quê")) + "?other=1")
    page.submit(screen, TYPED | {"full_name": "Lê Thị Hường", "symptoms": ["fever"]})
    page.submit(screen, TYPED | {"full_name": "Lê Thị Hương", "symptoms": ["fever"]})
    key = identities.Person("Lê Thị Hường", 1975, "+84912345678").key
    assert Visitor.objects.get(key=key).outcome == 0


def test_one_nonce_makes_eleven_people_however_often_it_is_sent(page: Reader, venue: Venue) -> None:
    screen = page.get(address_of(venue))
    for turn in range(4):
        people = {f"companion-{n}-full_name": f"Người {turn} {n}" for n in range(10)}
        people |= {f"companion-{n}-birth_year": "1990" for n in range(10)}
        nonce = screen.form("check-in").values["nonce"][0]
        page.post(address_of(venue), TYPED | people | {"nonce": nonce}, status=303)
    assert Visit.objects.count() == Declaration.objects.count() == Visitor.objects.count() == 11


def test_so_many_new_people_of_one_source_have_to_wait(
    page: Reader, venue: Venue, settings
) -> None:
    settings.NEW_PEOPLE_PER_MINUTE = 5
    for number in range(12):  # a minute may end in between
        reader = another(page)
        screen = reader.get(address_of(venue))
        nonce = screen.form("check-in").values["nonce"][0]
        typed = TYPED | {"phone": f"09123456{number:02d}", "nonce": nonce}
        answer = reader.post(address_of(venue), typed, status=None)
        if answer.status == 429:
            break
    assert answer.response.headers["Retry-After"]
    assert len(set(Visitor.objects.values_list("burst", flat=True))) <= 3
    assert page.get(address_of(venue)).status == 200


def _code(reader: Reader) -> str:
    """The twenty digits on /me/."""
    return re.search(r"\d{4}(?: \d{4}){4}", reader.get("/me/").text)[0]
