"""Registering a venue in the browser: one page, one code, one venue."""

import pytest
from django.test import Client

from accounts.limits import Limit
from accounts.models import Account
from districts.days import today
from districts.models import Unit
from tests import make
from tests.accounts.test_one_time_codes import at_once
from tests.messages import newest_code, received, wrong_code
from venues import registering
from venues.models import Venue

PHONE = "+84912345678"
FILLED = {
    "name": "Quán Cô Ba 🍜 ‘ngon’ <b>",
    "kind": "restaurant",
    "commune": "29239",
    "address": "Ấp 1, đường Lê Lợi",
    "responsible_name": "Trần Thị Ba",
    "phone": "0912 345 678",
}
BAD = ["", " ", "\x00", "a\u202eb", "a\u2066b", "a\x1bb", "🍜", "x" * 100_000, "---", "a\nb"]

pytestmark = pytest.mark.usefixtures("tree")


def filled_in(page, **changes):
    return page.submit(page.get("/venues/register/"), **FILLED | changes)


def test_a_venue_is_registered_with_a_code(page):
    screen = filled_in(page)
    assert screen.url == "/venues/confirm/"
    assert not Venue.objects.exists()
    screen = page.submit(screen, code=newest_code(PHONE), form="code-form")
    venue = Venue.objects.get()
    assert screen.url == f"/venues/{venue.poster.code}/"
    assert screen.h1 == venue.name == FILLED["name"]
    assert (venue.owner.phone, venue.responsible_phone) == (PHONE, PHONE)
    assert venue.commune.name == "Phường 1"
    page.get("/venues/")
    page.get(f"/v/{venue.poster.code}/")


def test_the_communes_are_grouped_by_district(page):
    groups = page.get("/venues/register/").root.findall(".//select[@name='commune']/optgroup")
    assert [group.get("label") for group in groups] == ["Thành phố Trà Vinh", "Thị xã Duyên Hải"]
    assert [option.text for option in groups[0]] == ["Phường 1", "Xã Long Đức"]


@pytest.mark.parametrize("field", FILLED)
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_field_is_refused_and_the_others_are_kept(page, field: str, bad: str):
    screen = page.post("/venues/register/", FILLED | {field: bad}, status=422)
    assert list(screen.errors) == [f"id_{field}"]
    kept = {name: values[0] for name, values in screen.form().values.items()}
    assert {**kept, field: ""}.items() >= {**FILLED, field: ""}.items()
    assert received() == []


def test_an_empty_form_names_every_field(page):
    screen = page.post("/venues/register/", {}, status=422)
    assert list(screen.errors) == [f"id_{field}" for field in FILLED]


@pytest.mark.parametrize("commune", ["842", "84", "99999", "00029239"])
def test_only_a_commune_in_force_will_do(page, commune: str):
    page.post("/venues/register/", FILLED | {"commune": commune}, status=422)


@pytest.mark.parametrize("code", ["", "12345", "\x00", "🍜", "9" * 100_000, "a\u202eb"])
def test_what_is_no_code_is_refused(page, code: str):
    filled_in(page)
    screen = page.post("/venues/confirm/", {"code": code}, status=422)
    assert list(screen.errors) == ["id_code"]


def test_a_wrong_code_registers_nothing_and_five_use_it_up(page):
    screen = filled_in(page)
    for _try in range(5):
        screen = page.submit(screen, status=422, code=wrong_code(), form="code-form")
    page.submit(screen, status=422, code=newest_code(), form="code-form")
    assert not Venue.objects.exists()
    assert page.get("/venues/", status=302)


def test_a_landline_gets_no_code_and_may_still_be_the_one_to_call(page):
    screen = page.submit(
        page.get("/venues/register/"), status=422, **FILLED | {"phone": "0294 3855 123"}
    )
    assert "di động" in screen.errors["id_phone"]
    assert received() == []
    owner = page.by(make.owner())
    venue = make.venue(owner=make.owner())
    edited = owner.get(f"/venues/{venue.poster.code}/edit/")
    owner.submit(edited, responsible_phone="0294 3855 123")
    assert Venue.objects.get().responsible_phone == "+842943855123"


def test_changing_the_phone_keeps_everything_typed(page):
    screen = filled_in(page)
    back = page.get("/venues/register/")
    assert "/venues/register/" in screen.links.values()
    kept = {name: values[0] for name, values in back.form().values.items()}
    assert kept.items() >= FILLED.items()
    screen = page.submit(back, phone="0987654321")
    page.submit(screen, code=newest_code("+84987654321"), form="code-form")
    assert Venue.objects.get().owner.phone == "+84987654321"


def test_the_confirmation_sent_again_leads_to_the_same_venue(page):
    screen = filled_in(page)
    data = screen.form("code-form").filled({"code": newest_code()})
    session = page.client.cookies["sessionid"].value
    first = page.post("/venues/confirm/", data)
    assert page.post("/venues/confirm/", data).location == "/venues/"
    page.client.cookies["sessionid"] = session
    assert page.post("/venues/confirm/", data).location == "/accounts/sign-in/"
    assert first.location == f"/venues/{Venue.objects.get().poster.code}/"


def test_without_a_form_there_is_nothing_to_confirm(page):
    assert page.get("/venues/confirm/", status=302).location == "/venues/register/"
    page.post("/venues/confirm/resend/", {})
    assert received() == []


def test_resending_waits_a_minute_and_says_so(page):
    screen = page.submit(filled_in(page), form="resend")
    assert screen.url == "/venues/confirm/"
    assert len(received()) == 1


def test_an_owner_registers_another_venue_without_a_code(page, owner):
    screen = filled_in(page.by(owner))
    assert screen.h1 == FILLED["name"]
    assert received() == []


def test_an_owner_sending_the_form_twice_registers_once(page, owner):
    reader = page.by(owner)
    data = reader.get("/venues/register/").form().filled(FILLED)
    addresses = {reader.post("/venues/register/", data).location for _time in range(2)}
    assert len(addresses) == Venue.objects.count() == 1
    reader.get("/venues/register/")
    reader.post("/venues/register/", data)
    assert Venue.objects.count() == 2


def test_an_owner_registers_so_many_venues_a_day_and_the_same_again(page, owner, monkeypatch):
    monkeypatch.setattr(registering, "_OF_AN_OWNER", Limit("venues", 2))
    reader = page.by(owner)
    filled_in(reader, name="Quán Một")
    data = reader.get("/venues/register/").form().filled(FILLED | {"name": "Quán Hai"})
    addresses = {reader.post("/venues/register/", data).location for _time in range(3)}
    assert len(addresses) == 1
    form = reader.get("/venues/register/")
    refused = reader.submit(form, FILLED | {"name": "Quán Ba"}, status=429)
    assert "ngày mai" in refused.text
    assert Venue.objects.filter(owner=owner).count() == 2


def test_an_owner_with_another_phone_confirms_it(page, owner):
    reader = page.by(owner)
    screen = filled_in(reader, phone="0987654321")
    reader.submit(screen, code=newest_code(), form="code-form")
    assert Venue.objects.get().owner.phone == "+84987654321"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "official"}])
def test_a_closed_or_official_account_owns_no_venue(page, tree, change: dict):
    make.owner(PHONE, email="a@example.vn", area=tree.province, **change)
    page.submit(filled_in(page), status=422, code=newest_code(), form="code-form")
    assert not Venue.objects.exists()
    assert Account.objects.count() == 1


def test_a_gateway_that_fails_loses_nothing_typed(page, settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path
    screen = page.post("/venues/register/", FILLED, status=503)
    kept = {name: values[0] for name, values in screen.form().values.items()}
    assert kept.items() >= FILLED.items()


@pytest.mark.django_db(transaction=True)
def test_the_confirmation_sent_ten_times_at_once_makes_one_venue(page):
    filled_in(page)
    code, session = newest_code(), page.client.cookies["sessionid"].value

    def confirm() -> tuple[int, str]:
        client = Client()
        client.cookies["sessionid"] = session
        answer = client.post("/venues/confirm/", {"code": code})
        return answer.status_code, answer.headers.get("Location", "")

    answers = at_once(10, confirm)
    venue = Venue.objects.get()
    there, late = (302, f"/venues/{venue.poster.code}/"), (302, "/accounts/sign-in/")
    assert answers[there] >= 1
    assert set(answers) <= {there, late}
    assert venue.posters.count() == Account.objects.count() == 1


def test_a_commune_that_ended_before_the_code_came_is_to_be_chosen_again(page):
    screen = filled_in(page)
    Unit.objects.filter(code=FILLED["commune"]).update(valid_to=today())
    refused = page.submit(screen, status=422, code=newest_code(PHONE), form="code-form")
    assert "chọn lại xã, phường" in refused.text
    assert not Venue.objects.exists()
