"""What goes with every answer, whatever it is: a page, a file, a refusal, an error."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.page_rules import weak_headers

# Pages are held by tests/page.py wherever a test opens one; these are the other kinds of answers.
ANSWERS = [
    ("GET", "/static/css/base.css", 200),
    ("GET", "/s/worker.js", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/healthz", 200),
    ("GET", "/.well-known/security.txt", 200),
    ("GET", "/me", 301),
    ("GET", "/dashboard/", 302),
    ("POST", "/language/", 302),
    ("GET", "/nothing/here/", 404),
    ("GET", "/static/../settings.py", 404),
    ("GET", "/static/", 404),
    ("GET", "/.git/config", 404),
    ("GET", "/me/\x00", 404),
    ("OPTIONS", "/healthz", 405),
    ("TRACE", "/", 405),
    ("TRACE", "/me/", 405),
    ("TRACE", "/accounts/sign-in/", 405),
    ("POST", "/s/nobody/scans/", 422),
    ("POST", "/accounts/login/", 403),
    ("GET", "/raise/", 500),
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize(("method", "url", "status"), ANSWERS)
def test_every_kind_of_answer_has_them(client: Client, monkeypatch, method, url, status):
    if url == "/raise/":
        monkeypatch.setattr("checkin_site.views.to_tell", lambda *_: 1 / 0)
        url = "/"
    answer = client.generic(method, url)
    answer.close()
    assert answer.status_code == status
    assert list(weak_headers(answer.headers)) == []
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


def test_a_file_of_ours_has_them_by_the_order_of_the_middleware(client: Client, settings):
    """The control: with the policy inside of what serves files, files have none."""
    order = [name for name in settings.MIDDLEWARE if name != "checkin_site.middleware.Policies"]
    settings.MIDDLEWARE = [*order, "checkin_site.middleware.Policies"]
    answer = Client().get("/static/css/base.css")
    answer.close()
    assert "the Content-Security-Policy is ''" in list(weak_headers(answer.headers))


def test_over_https_browsers_are_told_to_stay_there(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    for _method, url, _status in ANSWERS[:6]:
        answer = Client().get(url, secure=True)
        answer.close()
        assert answer["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")


def test_whom_to_tell_of_a_hole_is_said_and_never_out_of_date(client: Client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.vn"
    answer = client.get("/.well-known/security.txt")
    lines = answer.content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines if not line.startswith("#"))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert len({line for line in lines if line.startswith("# ")}) == len(settings.LANGUAGES)
    assert fields["Contact"] == "mailto:security@example.vn"
    assert fields["Canonical"] == f"{settings.SITE_ADDRESS}/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=90) < expires - timezone.now() < timedelta(days=365)


def test_without_an_address_the_hotline_is_whom_to_tell():
    assert f"tel:{settings.HOTLINE}" == settings.SECURITY_CONTACT
