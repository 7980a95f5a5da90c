"""Where a request comes from: never what the sender claims."""

import pytest
from django.test import RequestFactory

from accounts.sources import source_of


@pytest.mark.parametrize(
    ("proxies", "forwarded", "source"),
    [
        (0, "", "203.0.113.7"),
        (0, "198.51.100.1", "203.0.113.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "203.0.113.7"),
        (1, "\x00; drop table", ""),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies: int, forwarded: str, source: str):
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="203.0.113.7")
    assert source_of(request) == source
