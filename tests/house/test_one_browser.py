"""A browser that is led elsewhere, and one that two people use: neither gives anything away."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction

from forms import pages
from tests import make, make_tracing
from tests.hostile import CORPUS
from tests.page import Reader

TO_BE_LED = (
    ("/language/", {"language": "en"}),
    ("/notices/dismiss/", {}),
    ("/tracing/key/unlock/", {"passphrase": make_tracing.PASSPHRASE}),
)


def led_away(page: Reader) -> list[tuple[str, str, str]]:
    """Return each act that led off the site, the address that was sent along, and where to."""
    account = make_tracing.tracer()
    make_tracing.keyholder(account)
    away, client = [], page.by(account).client
    for act, fields in TO_BE_LED:
        for address in CORPUS["addresses"]:
            with transaction.atomic():
                answer = client.post(act, fields | {"next": address})
                transaction.set_rollback(True)
            if answer.status_code == 400:  # a scheme that Django leads nowhere to
                continue
            assert answer.status_code in (302, 303), act
            # What a browser makes of it: no tabs and line ends, slashes for backslashes.
            location = re.sub(r"[\t\r\n]", "", answer.headers["Location"].strip()).replace(
                "\\", "/"
            )
            goal = urlsplit(urljoin(f"http://testserver{act}", location))
            if (goal.scheme, goal.netloc) != ("http", "testserver"):
                away.append((act, address, answer.headers["Location"]))
    return away


def test_no_address_that_is_sent_along_leads_off_the_site(page: Reader, tree: make.Tree):
    assert len(CORPUS["addresses"]) > 30
    assert led_away(page) == []


def test_without_the_check_most_of_them_would(page: Reader, tree, monkeypatch):
    monkeypatch.setattr(pages, "url_has_allowed_host_and_scheme", lambda *_: True)
    acts = {act for act, _address, _goal in led_away(page)}
    assert acts == {act for act, _fields in TO_BE_LED}


@pytest.mark.parametrize("is_same", [False, True], ids=["somebody else", "the same person"])
def test_who_signs_in_after_somebody_finds_nothing_of_theirs(page: Reader, tree, is_same: bool):
    first = make_tracing.tracer(tree.here, "first@example.vn")
    case = make_tracing.case(make.visitor("Lê Thị Kín"), area=tree.here)
    job = make.job(first, "numbers.txt")
    browser = make_tracing.unlocked(page, first).client
    pages_of_first = (f"/tracing/cases/{case.number}/", f"/jobs/{job.pk}/")
    assert [browser.get(url).status_code for url in pages_of_first] == [200, 200]
    session = browser.session
    session.flush()  # it ends, while a form is open
    browser.post("/tracing/find/", {"text": "Lê Thị Kín"})
    second = first if is_same else make_tracing.tracer(tree.next_door, "second@example.vn")
    browser.force_login(second, backend="allauth.account.auth_backends.AuthenticationBackend")
    answers = [browser.get(url) for url in pages_of_first]
    assert [answer.status_code for answer in answers] == ([200] if is_same else [404]) * 2
    assert ("Lê Thị Kín" in browser.get("/tracing/find/").content.decode()) is is_same
    # The key is not open, whoever it is: half of what opens it went with the session.
    named = browser.post(f"/tracing/cases/{case.number}/name/")
    assert named.status_code == (302 if is_same else 404)
