"""Looking after officials: only those of one's area, never oneself, and every act is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from accounts import people, second_factors
from accounts.models import Account, EventKind, Role
from tests import make

PEOPLE = "/accounts/people/"


@pytest.fixture
def administrator(tree: make.Tree) -> Account:
    return make.official(tree.province, "admin@example.vn", role=Role.ADMINISTRATOR)


@pytest.fixture
def ward(tree: make.Tree) -> Account:
    """An official of the ward here."""
    return make.official(tree.ward_here, "ward@example.vn", name="Thạch Thị Hòa")


def place(person: Account, act: str = "") -> str:
    return f"{PEOPLE}{person.pk}/{act}{'/' if act else ''}"


def newest(person: Account):
    return person.events.order_by("-pk").first()


def test_a_list_shows_the_own_area_only(page, tree, official_here, ward):
    make.official(tree.ward_next_door, "far@example.vn", name="Trần Văn Xa")
    make.owner()
    text = page.by(official_here).get(PEOPLE).text
    assert "Thạch Thị Hòa" in text
    assert "Phường 1, Thành phố Trà Vinh" in text
    assert "Trần Văn Xa" not in text


@pytest.mark.parametrize("typed", ["hoa", "HOÀ thach", "ward@", "phuong 1", "thành phố"])
def test_a_person_is_found_by_any_word_without_diacritics(page, tree, official_here, ward, typed):
    for number in range(12):
        make.official(tree.commune_here, f"x{number}@example.vn", name=f"Lê Văn {number}")
    text = page.by(official_here).get(f"{PEOPLE}?q={typed}#rows").text
    assert "Thạch Thị Hòa" in text
    assert "Lê Văn 3" not in text or "thành" in typed


def test_role_area_and_name_are_changed_and_told(page, tree, administrator, ward):
    reader = page.by(administrator)
    form = reader.get(place(ward, "change"))
    reader.submit(form, name="Thạch Hòa", role="tracer", area=tree.here.pk)
    ward.refresh_from_db()
    assert (ward.name, ward.role, ward.area) == ("Thạch Hòa", "tracer", tree.here)
    event = newest(ward)
    assert (event.kind, event.by) == (EventKind.CHANGED, administrator)
    assert event.device == event.network == ""
    told = page.by(ward).get("/accounts/security/").text
    assert "cán bộ → cán bộ truy vết" in told
    assert "Phường 1, Thành phố Trà Vinh → Thành phố Trà Vinh" in told


def test_nothing_changed_is_nothing_told(page, administrator, ward):
    reader = page.by(administrator)
    reader.submit(reader.get(place(ward, "change")))
    assert newest(ward) is None


def test_closing_ends_sessions_at_once_and_for_ever(page, administrator, ward):
    theirs, reader = page.by(ward), page.by(administrator)
    theirs.get("/dashboard/29239/")
    reader.submit(reader.get(place(ward, "close")))
    assert theirs.get("/dashboard/29239/", status=302).location.startswith("/accounts/login/")
    reader.submit(reader.get(place(ward)), form="reopen")
    assert theirs.get("/dashboard/29239/", status=302).location.startswith("/accounts/login/")
    page.by(Account.objects.get(pk=ward.pk)).get("/dashboard/29239/")
    kinds = list(ward.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == [EventKind.CLOSED, EventKind.REOPENED]


def test_a_closed_account_has_no_password_link_and_no_sign_in(page, administrator, ward):
    people.close_account(administrator, ward)
    page.by(administrator).post(place(ward, "password"), {}, status=404)
    data = {"login": ward.email, "password": make.PASSWORD}
    page.post("/accounts/login/", data, status=422)


ACTS = ("", "change", "close", "second-step")


def test_nobody_looks_after_themselves(page, administrator):
    reader = page.by(administrator)
    for act in ACTS:
        reader.get(place(administrator, act), status=404)
    for act in ("change", "close", "reopen", "second-step", "password"):
        reader.post(place(administrator, act), {}, status=404)


def test_a_district_looks_after_officials_of_its_communes_only(page, tree, official_here, ward):
    reader = page.by(official_here)
    reader.get(place(ward))
    others = [
        make.official(tree.here, "peer@example.vn"),
        make.official(tree.ward_here, "tracer@example.vn", role=Role.TRACER),
        make.official(tree.ward_here, "boss@example.vn", role=Role.ADMINISTRATOR),
        make.official(tree.ward_next_door, "far@example.vn"),
        make.official(tree.province, "above@example.vn"),
        make.owner(),
    ]
    for person in others:
        for act in ACTS:
            reader.get(place(person, act), status=404)
            reader.post(place(person, act or "reopen"), {}, status=404)
    reader.get(place(ward, "second-step"), status=404)


def test_nobody_gives_what_they_may_not_give(page, tree, official_here, ward):
    reader = page.by(official_here)
    for change in (
        {"role": "administrator"},
        {"area": tree.ward_next_door.pk},
        {"area": tree.here.pk},
    ):
        typed = {"name": "N", "role": "official", "area": tree.ward_here.pk} | change
        assert reader.post(place(ward, "change"), typed, status=422).errors
    ward.refresh_from_db()
    assert (ward.role, ward.area) == ("official", tree.ward_here)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_two_administrators_who_close_each_other_at_once_leave_one(_round: int):
    province = make.tree().province
    a, b = (make.official(province, f"{x}@example.vn", role=Role.ADMINISTRATOR) for x in "ab")

    def closed(pair: tuple[Account, Account]) -> bool:
        try:
            people.close_account(*pair)
        except people.NotYours:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(closed, [(a, b), (b, a)])) == [False, True]
    assert Account.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one():
    province = make.tree().province
    a, b = (make.official(province, f"{x}@example.vn", role=Role.ADMINISTRATOR) for x in "ab")

    def demoted(pair: tuple[Account, Account]) -> bool:
        try:
            people.change_account(*pair, name="N", role=Role.OFFICIAL, area=province)
        except people.NotYours:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demoted, [(a, b), (b, a)])) == [False, True]
    assert Account.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_lost_second_steps_are_taken_away_and_told(page, administrator, ward):
    second_factors.add_app(ward, "A" * 32, 0, first=True)
    second_factors.make_recovery_codes(ward)
    theirs, reader = page.by(ward), page.by(administrator)
    reader.submit(reader.get(place(ward, "second-step")))
    assert not ward.authenticator_set.exists()
    assert theirs.get("/dashboard/29239/", status=302).location.startswith("/accounts/login/")
    assert mail.outbox[0].to == [ward.email]
    assert (newest(ward).kind, newest(ward).by) == (EventKind.FACTORS_RESET, administrator)


def test_a_link_for_a_new_password_is_sent_by_an_administrator(page, administrator, ward):
    reader = page.by(administrator)
    reader.submit(reader.get(place(ward)), form="password")
    assert mail.outbox[0].to == [ward.email]
    assert (newest(ward).kind, newest(ward).by) == (EventKind.RESET_ASKED, administrator)


def test_after_a_reform_officials_whose_district_ended_are_still_looked_after(
    page, tree, administrator
):
    ended = make.official(tree.here, "ended@example.vn", name="Cán bộ huyện cũ")
    type(tree.here).objects.filter(pk=tree.here.pk).update(valid_to="2021-06-01")
    reader = page.by(administrator)
    assert "Cán bộ huyện cũ" in reader.get(PEOPLE)
    reader.submit(reader.get(place(ended, "change")), name="Cán bộ cũ")
    ended.refresh_from_db()
    assert (ended.name, ended.area) == ("Cán bộ cũ", tree.here)


def test_nonsense_in_the_address_shows_a_page(page, official_here, ward):
    reader = page.by(official_here)
    for query in ("q=%00", "page=x", "q=" + "a" * 3000, "q=%F0%9F%8D%9C"):
        reader.get(f"{PEOPLE}?{query}")
    assert "Thạch" in reader.get(f"{PEOPLE}?page=999")
