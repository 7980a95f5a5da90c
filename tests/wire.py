"""Requests byte by byte, as no browser sends them, and answers as they came."""

import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from urllib.parse import quote_from_bytes, urlsplit

from django.test import Client

_PATIENCE = 30  # seconds
_BOUNDARY = b"-hz-"


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 is a connection closed without a word."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def is_page(self) -> bool:
        return self.header("content-type").startswith("text/html")

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Wire:
    """A line to the site that somebody's cookies go along; kept open from request to request."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        place = urlsplit(self.url)
        self.host, self.place = place.netloc, (place.hostname, place.port)
        self.line: socket.socket | None = None

    @classmethod
    def of(cls, url: str, client: Client) -> "Wire":
        """Return a line with the cookies of a test's browser."""
        return cls(url, {name: morsel.value for name, morsel in client.cookies.items()})

    def get(self, target: str | bytes) -> Answer:
        return self.send("GET", target)

    def send(
        self,
        method: str,
        target: str | bytes,
        headers: dict[str, str | bytes] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Send as a page of the site would, and wait; cookies that are set are kept."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        usual = {"Host": self.host, "Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        usual |= {"Cookie": kept} if kept else {}
        usual |= {"Content-Length": str(len(body))} if body or method == "POST" else {}
        lines = [(name, value) for name, value in (usual | (headers or {})).items()]
        head = b"".join(as_bytes(n) + b": " + as_bytes(v) + b"\r\n" for n, v in lines)
        request = as_bytes(method) + b" " + as_bytes(target) + b" HTTP/1.1\r\n" + head + b"\r\n"
        answer = self._exchanged(request + body, method)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition(";")[0].partition("=")
                self.cookies[cookie] = rest
        return answer

    def _exchanged(self, request: bytes, method: str) -> Answer:
        for _attempt in range(2):  # a line that was idle may have been closed
            with suppress(HTTPException, OSError):
                self.line = self.line or socket.create_connection(self.place, _PATIENCE)
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.line.sendall(request)  # an answer may stand there before all is sent
                response = HTTPResponse(self.line, method=method)
                response.begin()
                answer = Answer(response.status, response.getheaders(), response.read())
                if response.will_close:
                    self.close()
                return answer
            self.close()
        return Answer(0, [], b"")

    def close(self) -> None:
        if self.line:
            self.line.close()
        self.line = None


def as_bytes(text: str | bytes) -> bytes:
    """Return a text as it stands on the wire, halves of characters as broken UTF-8."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def encoded(fields: Iterable[tuple[str, str]]) -> bytes:
    """Return fields as a form sends them."""
    pairs = ((quote_from_bytes(as_bytes(n)), quote_from_bytes(as_bytes(v))) for n, v in fields)
    return "&".join(f"{name}={value}" for name, value in pairs).encode()


def with_file(fields: Iterable[tuple[str, str]], name: str, file: tuple[str, bytes]) -> bytes:
    """Return fields and a file as a form with files sends them: content type `MULTIPART`."""
    parts = [
        b'Content-Disposition: form-data; name="' + as_bytes(n) + b'"\r\n\r\n' + as_bytes(v)
        for n, v in fields
    ]
    about = b'Content-Disposition: form-data; name="' + as_bytes(name) + b'"; filename="'
    kind = b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
    parts.append(about + as_bytes(file[0]) + kind + file[1])
    lines = (b"--" + _BOUNDARY + b"\r\n" + part + b"\r\n" for part in parts)
    return b"".join(lines) + b"--" + _BOUNDARY + b"--\r\n"


FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={_BOUNDARY.decode()}"
