"""Wrong, missing, enormous and malicious input: a sentence, or kept as typed; never a crash."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.public import SealedBox

from declarations.models import Visit, Visitor
from tests import make
from tests.page import Reader
from venues.models import Venue

from .scene import TYPED, address_of, filled_in

NASTY = {
    "missing": None,
    "empty": "",
    "spaces": " \t\n\u3000",
    "nul": "Nguyễn\x00Văn",
    "control": "a\x1b[31mred",
    "override": "\u202egnp.exe",
    "isolate": "\u2066abc\u2069",
    "noncharacter": "\ufffe",
    "enormous": "Ớ" * 100_000,
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }}{% load x %}%(name)s{0}",
    "sql": "'; DROP TABLE declarations_visit; --",
    "formula": "=cmd|'/c calc'!A1",
    "number": "-1e309",
    "khmer": "សុខ\u200bសាន្ត",
    "arabic": "محمد",
    "zalgo": "a" + "\u0301" * 80,
}
FIELDS = [*TYPED, "id_number", "symptoms", "travel_places", "on_behalf", "nonce", "again"]
FIELDS += ["companion-0-full_name", "companion-0-birth_year", "companion-999-full_name"]


@pytest.fixture(autouse=True)
def _key(db) -> None:
    make.sealing_key()


@pytest.mark.parametrize("field", FIELDS)
def test_no_text_in_any_field_takes_the_site_down(page: Reader, venue: Venue, field: str) -> None:
    address = address_of(venue)
    typed = TYPED | {"nonce": filled_in(page.get(address))["nonce"]}
    for nasty, text in NASTY.items():
        body = {name: value for name, value in typed.items() if name != field}
        answer = page.client.post(address, body if text is None else body | {field: text})
        if answer.status_code == 422:
            assert b"error-summary" in answer.content, f"{nasty} was refused without a sentence"
        else:
            assert answer.status_code == 303, nasty


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_a_page_full_of_nasty_text_is_still_a_proper_page(
    page: Reader, venue: Venue, nasty: str | None
) -> None:
    body = {} if nasty is None else dict.fromkeys(set(FIELDS) - {"again"}, nasty)
    screen = page.post(address_of(venue), body, status=422)
    assert len(screen.errors) >= 8
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["Nguyễn Văn Ớt", "Thạch Sô Phia", "សុខសាន្ត", "D'Arc-Lefèvre", "An 🌼", "<b>An</b>"]
)
def test_a_name_of_any_script_is_kept_as_typed(page: Reader, venue: Venue, name: str) -> None:
    screen = page.get(address_of(venue))
    page.submit(screen, TYPED | {"full_name": name})
    assert filled_in(page.get(f"{address_of(venue)}?changed=1"))["full_name"] == name
    sealed = bytes(Visitor.objects.get().sealed)
    assert json.loads(SealedBox(make.PRIVATE_KEY).decrypt(sealed))["full_name"] == name


def test_what_was_typed_comes_back_when_something_is_missing(page: Reader, venue: Venue) -> None:
    typed = TYPED | {
        "travelled": "yes",
        "symptoms": ["cough", "fatigue"],
        "companion-1-full_name": "Bé Na",
        "companion-1-birth_year": "2018",
    }
    screen = page.submit(page.get(address_of(venue)), typed, status=422)
    assert set(screen.errors) == {"id_travel_places"}
    kept = screen.form("check-in").values
    for name, value in typed.items():
        assert kept[name] == (value if isinstance(value, list) else [value]), name
    page.submit(screen, travel_places="Cần Thơ")
    assert Visit.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12345"),
        ("phone", "0912 345 67"),
        ("birth_year", "1899"),
        ("birth_year", "2999"),
        ("birth_year", "75"),
        ("birth_year", "１９７5x"),
        ("gender", "cat"),
        ("commune", "842"),
        ("commune", "00000"),
        ("id_number", "12"),
        ("symptoms", "happiness"),
        ("travelled", "maybe"),
        ("consent", "no"),
        ("address", ""),
    ],
)
def test_a_wrong_answer_gets_one_sentence_at_its_field(
    page: Reader, venue: Venue, field: str, value: str
) -> None:
    nonce = filled_in(page.get(address_of(venue)))["nonce"]
    screen = page.post(address_of(venue), TYPED | {"nonce": nonce, field: value}, status=422)
    assert list(screen.errors) == [f"id_{field}"]


@pytest.mark.parametrize("residence", ["29239", "79", "abroad"])
def test_people_from_here_elsewhere_and_abroad_can_say_where_they_live(
    page: Reader, venue: Venue, residence: str
) -> None:
    make.unit("79", "Thành phố Hồ Chí Minh", kind="thành phố")
    page.submit(page.get(address_of(venue)), TYPED | {"commune": residence})
    lives_in = Visitor.objects.get().residence
    assert (lives_in.code if lives_in else "abroad") == residence


@pytest.mark.parametrize("year", ["18", "2017x", ""])
def test_a_companion_without_a_proper_year_is_named_in_the_summary(
    page: Reader, venue: Venue, year: str
) -> None:
    typed = TYPED | {"companion-2-full_name": "Bé Na", "companion-2-birth_year": year}
    screen = page.submit(page.get(address_of(venue)), typed, status=422)
    assert list(screen.errors) == ["id_companion-2-full_name"]


def test_more_companions_than_a_form_takes_are_refused_and_kept(page: Reader, venue: Venue) -> None:
    nonce = filled_in(page.get(address_of(venue)))["nonce"]
    crowd = {f"companion-{n}-full_name": f"Bé {n}" for n in range(12)}
    years = {f"companion-{n}-birth_year": "2018" for n in range(12)}
    screen = page.post(address_of(venue), TYPED | crowd | years | {"nonce": nonce}, status=422)
    assert screen.form("check-in").values["companion-11-full_name"] == ["Bé 11"]


def test_a_body_larger_than_any_form_gets_a_sentence(page: Reader, venue: Venue) -> None:
    screen = page.post(address_of(venue), TYPED | {"address": "x" * 3_000_000}, status=422)
    assert screen.errors


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"full_name=%FF%FE&phone=%00", "application/x-www-form-urlencoded"),
        (b"\xff" * 100, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_gets_a_sentence(
    page: Reader, venue: Venue, body: bytes, kind: str
) -> None:
    answer = page.client.post(address_of(venue), body, content_type=kind)
    assert answer.status_code == 422


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40), max_size=8))
def test_any_text_in_any_fields_is_answered(page: Reader, venue: Venue, fuzz: dict) -> None:
    nonce = filled_in(page.get(address_of(venue)))["nonce"]
    text = {name: value.encode(errors="replace").decode() for name, value in fuzz.items()}
    answer = page.client.post(address_of(venue), TYPED | {"nonce": nonce} | text)
    assert answer.status_code in (303, 422)
