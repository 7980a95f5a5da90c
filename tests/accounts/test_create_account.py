"""`create_account`: an official's account from the command line, the same again and again."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from tests import make

EMAIL = "lan@travinh.gov.vn"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _units(tree):
    pass


def create(monkeypatch, email: str = EMAIL, password: str = make.PASSWORD, **options) -> Account:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    given = {"role": "official", "area": "842", "password_stdin": True} | options
    call_command("create_account", email, **given, stdout=io.StringIO())
    return Account.objects.get(email=email.lower())


def test_an_official_can_sign_in(monkeypatch):
    account = create(monkeypatch, "Lan@TraVinh.gov.vn", name="Lê Thị Lan")
    assert account.check_password(make.PASSWORD)
    assert (account.role, account.area.code, account.name) == ("official", "842", "Lê Thị Lan")


def test_again_it_changes_role_and_area_but_no_password(monkeypatch):
    create(monkeypatch, name="Lan")
    account = create(
        monkeypatch, password="another long one", role="tracer", area="84", password_stdin=False
    )
    assert (account.role, account.area.code, account.name) == ("tracer", "84", "Lan")
    assert account.check_password(make.PASSWORD)
    assert Account.objects.count() == 1


def test_the_password_changes_when_asked(monkeypatch):
    create(monkeypatch)
    assert create(monkeypatch, password="another long one").check_password("another long one")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "lan"},
        {"email": "\x00@x.vn"},
        {"area": "999"},
        {"area": ""},
        {"role": "owner"},
        {"role": "king"},
        {"name": "\u202e"},
        {"password": "short"},
        {"password": ""},
        {"password": "password1234"},
    ],
)
def test_a_mistake_is_named_and_changes_nothing(monkeypatch, wrong: dict):
    with pytest.raises(CommandError):
        create(monkeypatch, **wrong)
    assert not Account.objects.exists()


def test_without_a_terminal_it_says_how_to_give_the_password(monkeypatch):
    with pytest.raises(CommandError, match="--password-stdin"):
        create(monkeypatch, password_stdin=False)
