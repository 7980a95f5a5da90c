"""What the addresses of the database and of the mail server mean; a wrong one stops the start."""

import pytest

from accounts.apps import mail_reaches_officials
from checkin_site.environment import database_from_url, mail_from_url, networks_of


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://lan:m%40t@mail.example.vn", 587, False, True),
        ("smtp://lan:m%40t@mail.example.vn:25", 25, False, True),
        ("smtps://lan:m%40t@mail.example.vn", 465, True, False),
        ("smtp://lan:m%40t@localhost:1025", 1025, False, False),
    ],
)
def test_a_mail_server_is_reached_encrypted(url: str, port: int, ssl: bool, tls: bool):
    server = mail_from_url(url)
    assert (server.port, server.use_ssl, server.use_tls) == (port, ssl, tls)
    assert (server.user, server.password) == ("lan", "m@t")


@pytest.mark.parametrize("url", ["mail.example.vn", "http://mail.example.vn", "smtp://", "smtp:"])
def test_another_address_is_refused_with_its_name(url: str):
    with pytest.raises(ValueError, match="EMAIL_URL"):
        mail_from_url(url)


def test_without_a_mail_server_messages_are_printed_and_the_operator_is_warned(settings):
    assert "console" in mail_from_url("").backend
    assert [caution.id for caution in mail_reaches_officials()] == ["accounts.W002"]
    settings.EMAIL_URL = "smtp://mail.example.vn"
    assert mail_reaches_officials() == []


def test_several_hosts_of_a_database_are_one_setting():
    database = database_from_url("postgresql://u:p@one,two/checkin")
    assert (database["HOST"], database["NAME"]) == ("one,two", "checkin")
    with pytest.raises(ValueError, match="DATABASE_URL"):
        database_from_url("postgresql://u:p@one/")


def test_networks_of_proxies_are_read_and_a_wrong_one_is_named():
    assert list(map(str, networks_of(["10.0.0.2", "fd00::/8"]))) == ["10.0.0.2/32", "fd00::/8"]
    for wrong in ("proxy.example.vn", "10.0.0.1/8", "*"):
        with pytest.raises(ValueError, match="PROXY_ADDRESSES"):
            networks_of([wrong])
