"""Passwords of published breaches and what is near to them are refused; old ones still open the door."""

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError

from accounts.models import Account
from checkin_site import settings as in_force
from tests import make

from .test_officials import signed_in
from .test_second_step import with_app

CHANGE, GOOD = "/accounts/password/", "đồng lúa xanh rì"
STOLEN = [
    "password1234", "Password1234!", "P@ssw0rd2021!", "iloveyou1990!", "anhyeuem123456", "qwertyuiop12",
    "123456789012", "passwordpassword", "abcabcabcabc", "aaaaaaaaaaaa", "ｐａｓｓｗｏｒｄ2021", "1q2w3e4r5t6y",
    "dragon-monkey-99", "P a s s w o r d 1 2", "Lkjhgfdsa2021", "matkhau12345!",
]  # fmt: skip
OF_THE_PLACE = [
    "traVinh2021!", "TràVinh@2021", "tr4v1nh!2021!!", "Mật khẩu 2021", "khaibaoyte2021@", "Travinh@khaibao",
    "thanhphotravinh", "LeThiNgoc1985", "ngoc.le@example", "Ngọc Trà Vinh 85", "Vinh Long 2025!!",
]  # fmt: skip
TAKEN = [GOOD, make.PASSWORD, "k7f9-w2qx-m4tz", "Nguyen#8347x26!y", "thuyền trôi sông lặng", "another long one"]  # fmt: skip


@pytest.fixture
def ngoc(tree) -> Account:
    make.unit("86", "Tỉnh Vĩnh Long", kind="tỉnh")
    return Account(email="ngoc.le@example.vn", name="Lê Thị Ngọc", area=tree.here)


@pytest.mark.parametrize("password", [*STOLEN, *OF_THE_PLACE])
def test_what_was_stolen_or_is_near_to_it_is_refused(ngoc, password: str):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, ngoc)
    assert refused.value.error_list[0].code.startswith("password_")


@pytest.mark.parametrize("password", TAKEN)
def test_several_words_and_chance_are_taken(ngoc, password: str):
    validate_password(password, ngoc)


def test_djangos_list_alone_would_take_most_of_them(ngoc):
    taken = []
    for password in [*STOLEN, *OF_THE_PLACE]:
        try:
            CommonPasswordValidator().validate(password)
        except ValidationError:
            continue
        taken.append(password)
    assert len(taken) > 20


def test_a_hash_costs_as_much_as_is_promised(settings):
    """Where a site runs; the other tests use a cheaper one."""
    settings.PASSWORD_HASHERS = in_force.PASSWORD_HASHERS
    _scrypt, n, _salt, r, p, _hash = make_password(GOOD).split("$")
    assert (n, r, p) == ("16384", "8", "5")


def test_it_is_said_with_what_to_do(page, official_here):
    data = {"oldpassword": make.PASSWORD, "password1": "traVinh2021!", "password2": "traVinh2021!"}
    refused = page.by(official_here).post(CHANGE, data, status=422)
    assert "dễ đoán" in refused.errors["id_password1"]


def test_the_invited_are_refused_their_own_name(page, tree):
    from accounts.invitations import make_invitation, timezone

    inviter = make.official(tree.province, role="administrator")
    details = {
        "email": "a@example.vn",
        "name": "Lê Thị Ngọc",
        "role": "official",
        "area": tree.here,
    }
    _invitation, link = make_invitation(inviter, details, timezone.now())
    path = link.partition("8000")[2]
    data = {"name": "Lê Thị Ngọc", "password1": "lethingoc1985", "password2": "lethingoc1985"}
    assert "id_password1" in page.post(path, data, status=422).errors
    page.post(path, data | {"password1": GOOD, "password2": GOOD}, status=302)


def test_who_has_a_weak_one_from_before_comes_in_and_is_asked_to_change_it(page, official_here):
    official_here.set_password("Password1234!")
    official_here.save()
    screen = signed_in(page, official_here.email, "Password1234!", status=302)
    assert screen.location.endswith(CHANGE)
    assert page.client.get("/accounts/second-step/").status_code == 200


def test_who_has_a_good_one_is_not_asked(page, official_here):
    screen = signed_in(page, official_here.email, status=302)
    assert screen.location.endswith("/dashboard/")
    with_app(page, official_here)
