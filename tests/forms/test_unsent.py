"""A form that is sent when the session has ended: what was typed is there after signing in."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Account, Role
from forms.unsent import filled
from tests import make, make_tracing
from tests.page import Reader, Screen

pytestmark = pytest.mark.django_db
INVITE = "/accounts/people/invite/"
TYPED = {"name": 'Nguyễn <b>"Hường"</b>', "email": "huong@example.vn"}
NOTE = "It was not sent"


@pytest.fixture
def administrator(tree) -> Account:
    return make.official(tree.province, "admin@example.vn", role=Role.ADMINISTRATOR)


def again(reader: Reader, account: Account) -> Reader:
    """The same browser, in which somebody signs in."""
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    reader.client.force_login(account, backend=backend)
    return reader


def send(reader: Reader, screen: Screen, action: str, typed: dict[str, str]) -> Screen:
    """Send what was typed as a browser does: it says which page the form stood on."""
    return reader.post(action, typed, referer=f"http://testserver{screen.url}")


def sent_too_late(reader: Reader, url: str, action: str, typed: dict[str, str]) -> Screen:
    """Fetch a form, let every session end, and send it."""
    screen = reader.get(url)
    Session.objects.all().delete()
    late = send(reader, screen, action, typed)
    assert "next=" in late.location
    assert "It is kept" in reader.get(late.location, None)
    return screen


def controls(screen: Screen, action: str) -> dict[str, list[str]]:
    return screen.form(action).values


def test_what_an_official_typed_is_there_after_signing_in_and_nothing_was_done(page, administrator):
    reader = page.by(administrator).speaking("en")
    sent_too_late(reader, INVITE, INVITE, TYPED | {"role": "tracer"})
    screen = again(reader, administrator).get(INVITE)
    values = controls(screen, "")
    assert {name: values[name] for name in (*TYPED, "role")} == {
        name: [value] for name, value in (TYPED | {"role": "tracer"}).items()
    }
    assert NOTE in screen
    assert "huong@example.vn" not in reader.get("/accounts/people/")
    assert NOTE not in reader.get(INVITE)  # once


def test_what_an_owner_typed_is_there_after_signing_in(page, owner, venue):
    url = f"/venues/{venue.posters.get().code}/edit/"
    reader = page.by(owner).speaking("en")
    sent_too_late(reader, url, url, {"name": "Chợ mới", "address": "1/14 Lê Lợi", "kind": "shop"})
    screen = again(reader, owner).get(url)
    assert controls(screen, "")["address"] == ["1/14 Lê Lợi"]
    venue.refresh_from_db()
    assert venue.name == "Chợ Trà Vinh"


def test_what_a_tracer_typed_is_there_on_the_page_of_the_form_and_not_folded_away(page, tree):
    tracer = make_tracing.tracer(tree.here)
    contact = make_tracing.contact(make_tracing.case(area=tree.here), make.visitor("Lê Bình"))
    url = f"/tracing/contacts/{contact.pk}/"
    reader = page.by(tracer).speaking("en")
    reason = {"result": "lost", "note": "Đã chuyển đi, không để lại địa chỉ"}
    sent_too_late(reader, url, f"{url}end/", reason)
    screen = again(reader, tracer).get(url)
    assert controls(screen, "/end/")["note"] == [reason["note"]]
    folded = [
        one
        for one in screen.root.iter("details")
        if one.find(f".//form[@action='{url}end/']") is not None
    ]
    assert [one.get("open") for one in folded] != [None]
    contact.refresh_from_db()
    assert contact.result == ""


def test_a_form_that_says_not_where_it_stood_waits_for_its_page(page, tree):
    """As one that was sent again from the page of its own errors, which can't be fetched."""
    tracer = make_tracing.tracer(tree.here)
    contact = make_tracing.contact(make_tracing.case(area=tree.here), make.visitor("Lê Bình"))
    url = f"/tracing/contacts/{contact.pk}/"
    reader = page.by(tracer).speaking("en")
    reader.get(url)
    Session.objects.all().delete()
    reader.post(f"{url}end/", {"result": "lost", "note": "Đã chuyển đi"})
    again(reader, tracer).get("/tracing/")
    assert controls(reader.get(url), "/end/")["note"] == ["Đã chuyển đi"]


def test_a_stale_second_step_keeps_what_was_typed(page, official_here, administrator):
    reader = page.by(administrator).speaking("en")
    screen = reader.get(INVITE)
    make.password_only(reader.client)
    late = send(reader, screen, INVITE, TYPED)
    assert late.location.startswith("/accounts/second-step/")
    values = controls(again(reader, administrator).get(INVITE), "")
    assert values["email"] == [TYPED["email"]]


def test_the_long_form_of_a_case_is_there_with_its_choices(page, tree):
    make_tracing.rule()
    reader = page.by(tracer := make_tracing.tracer(tree.here)).speaking("en")
    typed = {
        "full_name": "សុខ ភាព", "phone": "0912 345 678", "birth_year": "1980", "commune": "29239",
        "address": "Số 12/7, Lô A-5 " + "ấp Ba Se " * 15, "id_number": "084075009912",
    }  # fmt: skip
    sent_too_late(reader, "/tracing/open/", "/tracing/open/", typed)
    values = controls(again(reader, tracer).get("/tracing/open/"), "open")
    assert {name: values[name] for name in typed} == {
        name: [value] for name, value in typed.items()
    }


def test_nobody_else_finds_what_somebody_typed(page, administrator, tree):
    other = make.official(tree.province, "other@example.vn", role=Role.ADMINISTRATOR)
    reader = page.by(administrator).speaking("en")
    sent_too_late(reader, INVITE, INVITE, TYPED)
    sealed = reader.client.cookies["unsent"].value
    assert "Hường" not in sealed
    screen = again(reader, other).get(INVITE)
    assert TYPED["email"] not in screen.response.content.decode()
    assert reader.client.cookies["unsent"].value == ""
    assert TYPED["email"] not in again(reader, administrator).get(INVITE).response.content.decode()


@pytest.mark.parametrize("change", ["other browser", "too late", "spoilt"])
def test_what_is_not_known_or_too_old_is_not_put_back(page, administrator, change, monkeypatch):
    reader = page.by(administrator).speaking("en")
    if change == "other browser":
        reader.client = Client()
        reader.post(INVITE, TYPED)
        assert "unsent" not in reader.client.cookies
        return
    sent_too_late(reader, INVITE, INVITE, TYPED)
    if change == "too late":
        later = time.time() + 3600
        monkeypatch.setattr("forms.unsent.time.time", lambda: later)
    else:
        reader.client.cookies["unsent"] = "AAAA" + reader.client.cookies["unsent"].value
    assert NOTE not in again(reader, administrator).get(INVITE)


def test_passwords_codes_and_files_are_never_kept(page, administrator):
    reader = page.by(administrator)
    reader.get(INVITE)
    Session.objects.all().delete()
    secrets = {"password": "x", "new_password1": "x", "code": "123456", "passphrase": "x"}
    reader.post(INVITE, secrets)
    assert "unsent" not in reader.client.cookies


def test_a_form_of_an_older_sign_in_is_refused_and_is_there_again(page, administrator):
    reader = page.by(administrator).speaking("en")
    reader.get(INVITE)
    again(reader, administrator)
    reader.client.handler.enforce_csrf_checks = True
    refused = reader.post(INVITE, TYPED, 403, referer=f"http://testserver{INVITE}")
    reader.client.handler.enforce_csrf_checks = False
    assert refused.links["Back to the form"] == INVITE
    assert controls(reader.get(INVITE), "")["email"] == [TYPED["email"]]


PAGE = """<details><form method="post" action="/act/"><input name="a"><input name="a" value="x">
<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2">
<input type="radio" name="r" value="y"><input type="hidden" name="h" value="own">
<input type="password" name="p"><textarea name="t">old &amp; </textarea>
<select name="s"><option value="1" selected>1</option><option value="2">2</option></select></form>
</details><form method="post" action="/other/"><input name="a"></form> &nbsp;&#39;<br/>"""


def test_every_kind_of_field_is_filled_and_everything_else_stays():
    typed = [
        ("a", "1"),
        ("a", '"2"'),
        ("c", "2"),
        ("r", "y"),
        ("h", "z"),
        ("p", "z"),
        ("t", "<n>"),
        ("s", "2"),
    ]
    html = filled(PAGE, "/page/", "/act/", typed, "<p>note</p>")
    assert html == PAGE.replace("<details>", "<details open>").replace(
        'action="/act/"><input name="a"><input name="a" value="x">',
        'action="/act/"><p>note</p><input name="a" value="1"><input name="a" value="&quot;2&quot;">',
    ).replace('value="1" checked>', 'value="1">').replace(
        'value="2"><', 'value="2" checked><', 1
    ).replace('value="2">\n', 'value="2" checked>\n').replace(
        'value="y">', 'value="y" checked>'
    ).replace("old &amp; ", "&lt;n&gt;").replace(
        '<option value="1" selected>', '<option value="1">'
    ).replace('<option value="2">', '<option value="2" selected>')
    assert filled(PAGE, "/page/", "/elsewhere/", typed, "<p>note</p>") == PAGE
