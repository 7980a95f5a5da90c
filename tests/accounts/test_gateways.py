"""Messages reach the terminal, a file, or a provider; a failure is an exception with a reason."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from accounts.apps import (
    message_address_is_complete,
    messages_reach_phones,
    messages_travel_encrypted,
)
from accounts.gateways import MessageNotSent, send_message

PHONE, TEXT = "+84912345678", "123456 là mã của bạn."


class Provider(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.answer)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings) -> Iterator[HTTPServer]:
    """A provider of messages on this machine, which the site is set to use."""
    server = HTTPServer(("127.0.0.1", 0), Provider)
    server.received, server.answer = [], 202
    settings.MESSAGE_GATEWAY = "http"
    settings.MESSAGE_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.MESSAGE_TOKEN = "ring ring"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_console_prints_the_message_on_stderr(settings, capsys):
    settings.MESSAGE_GATEWAY = "console"
    send_message(PHONE, TEXT)
    printed = capsys.readouterr()
    assert TEXT in printed.err
    assert printed.out == ""


def test_the_file_holds_a_line_for_each_message_and_is_nobody_elses(settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path / "new" / "messages.txt"
    send_message(PHONE, TEXT)
    send_message(PHONE, "once\nmore")
    lines = [json.loads(line) for line in settings.MESSAGE_FILE.read_text().splitlines()]
    assert [(line["to"], line["text"]) for line in lines] == [(PHONE, TEXT), (PHONE, "once\nmore")]
    assert settings.MESSAGE_FILE.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_written_is_a_message_not_sent(settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path
    with pytest.raises(MessageNotSent):
        send_message(PHONE, TEXT)


def test_the_provider_gets_number_text_and_token(provider):
    send_message(PHONE, TEXT)
    assert provider.received == [("/send", "Bearer ring ring", {"to": PHONE, "text": TEXT})]


@pytest.mark.parametrize("answer", [302, 307, 400, 401, 429, 500, 503])
def test_any_answer_but_success_is_a_message_not_sent(provider, answer: int):
    provider.answer = answer
    with pytest.raises(MessageNotSent):
        send_message(PHONE, TEXT)
    assert len(provider.received) == 1


def test_a_provider_that_is_away_is_a_message_not_sent(provider, settings):
    settings.MESSAGE_URL = "http://127.0.0.1:9/"
    with pytest.raises(MessageNotSent):
        send_message(PHONE, TEXT)


def test_the_operator_is_warned_where_messages_reach_no_phone(settings):
    assert [caution.id for caution in messages_reach_phones()] == ["accounts.W001"]
    settings.MESSAGE_GATEWAY, settings.MESSAGE_URL = "http", "https://sms.example.vn/send"
    assert messages_reach_phones() == message_address_is_complete() == []
    for wrong in ("", "sms.example.vn", "ftp://sms.example.vn"):
        settings.MESSAGE_URL = wrong
        assert [fault.id for fault in message_address_is_complete()] == ["accounts.E001"]


def test_the_operator_is_warned_where_messages_can_be_read_on_the_way(settings):
    for sound in ("", "https://sms.example.vn/send", "http://127.0.0.1:9000/"):
        settings.MESSAGE_URL = sound
        assert messages_travel_encrypted() == []
    settings.MESSAGE_URL = "http://sms.example.vn/send"
    assert [caution.id for caution in messages_travel_encrypted()] == ["accounts.W003"]
