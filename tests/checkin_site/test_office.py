"""Django's admin: for administrators with a fresh second step, of the own area, to be read."""

import re

import pytest

from accounts.models import Account, Role
from checkin_site.office import office
from tests import make
from tests.accounts.test_second_step import let_time_pass, with_password

SECRETS = (
    "Authenticator",
    "Visitor",
    "Declaration",
    "Visit",
    "SealingKey",
    "OneTimeCode",
    "Session",
)


@pytest.fixture
def administrator(tree: make.Tree) -> Account:
    """Looks after the district here."""
    return make.official(tree.here, "admin@example.vn", role=Role.ADMINISTRATOR)


@pytest.fixture
def addresses(venue, official_here) -> list[str]:
    """Every address of the admin, with an object of the own area where one is named."""
    shown = {"accounts/account": official_here.pk, "districts/unit": venue.commune.pk}
    shown |= {"venues/venue": venue.pk, "venues/poster": venue.poster.pk}
    lists = [f"/admin/{place}/" for place in shown]
    pages = [f"/admin/{place}/{key}/" for place, key in shown.items()]
    return ["/admin/", "/admin/jsi18n/", "/admin/accounts/", "/admin/venues/", *lists, *pages]


def status(reader, address: str, method: str = "get") -> int:
    return getattr(reader.client, method)(address).status_code


def test_the_walk_knows_every_address(addresses):
    known = {re.sub(r"\d+", "<path:object_id>", address) for address in addresses}
    found = {f"/admin/{pattern.pattern}" for pattern in office.get_urls()}
    apps = {"/admin/<slug:app_label>/", "/admin/logout/", "/admin/password/"}
    assert {address for address in found if "jsi18n" not in address} - apps <= known


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.TRACER])
def test_for_other_officials_and_owners_there_is_nothing(page, tree, addresses, role):
    official = make.official(tree.province, "x@example.vn", role=role)
    for somebody in (official, make.owner()):
        assert {status(page.by(somebody), address) for address in addresses} == {404}


def test_who_is_not_signed_in_is_led_to_the_products_sign_in(page, addresses):
    for address in addresses:
        answer = page.client.get(address)
        assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={address}")


def test_a_password_alone_or_an_old_second_step_opens_nothing(page, addresses, administrator):
    half, old = with_password(page, administrator), page.by(administrator)
    let_time_pass(old)
    for address in addresses:
        assert half.client.get(address).url == f"/accounts/second-step/?next={address}"
        assert old.client.get(address).url == f"/accounts/confirm/?next={address}"


def test_an_administrator_reads_everything_and_changes_nothing(page, addresses, administrator):
    reader = page.by(administrator)
    for address in addresses:
        assert status(reader, address) == 200, address
        if address.count("/") > 4:
            assert status(reader, address, "post") == 403, address
    for address in (
        "/admin/accounts/account/add/",
        "/admin/venues/venue/1/delete/",
        "/admin/login/",
    ):
        assert status(reader, address) in (302, 404)


def test_another_area_does_not_exist(page, tree, administrator, official_next_door):
    theirs = make.venue("Chợ Long Toàn", commune=tree.ward_next_door)
    reader = page.by(administrator)
    assert "Long Toàn" not in reader.client.get("/admin/venues/venue/").content.decode()
    for place in (f"venues/venue/{theirs.pk}", f"accounts/account/{official_next_door.pk}"):
        assert status(reader, f"/admin/{place}/") == 404
    assert "Duyên Hải" not in reader.client.get("/admin/districts/unit/").content.decode()


@pytest.mark.parametrize("field", ["password", "ended_sessions", "area__parent__name"])
def test_nobody_guesses_a_field_that_is_not_shown(page, administrator, field: str):
    answer = page.by(administrator).client.get(f"/admin/accounts/account/?{field}__startswith=s")
    assert answer.status_code in (302, 400)


def test_nothing_of_visitors_and_no_secret_is_there():
    assert {model.__name__ for model in office._registry} & set(SECRETS) == set()
    shown = [
        name for admin in office._registry.values() for name in (*admin.fields, *admin.list_display)
    ]
    assert not {"password", "ended_sessions"} & set(shown)


def test_it_works_under_our_policy(page, addresses, administrator):
    reader = page.by(administrator)
    for address in addresses:
        answer = reader.client.get(address)
        html = answer.content.decode()
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]*src)[^>]*>|<style|\sstyle=|\son\w+=", html), address
