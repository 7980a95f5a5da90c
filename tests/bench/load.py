"""Load on loopback: prepared requests sent over kept connections, as many at once as asked."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers as text, and the body's length in bytes."""

    status: int
    headers: str
    body: bytes


class Line:
    """One kept connection to the site."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, request: bytes) -> Answer:
        """Send a request and read its whole answer."""
        self.socket.sendall(request)
        head = self._until_blank_line()
        text = head.decode("latin-1")
        length = int(text.lower().partition("content-length:")[2].split()[0])
        while len(self.rest) < length:
            self._read()
        body, self.rest = self.rest[:length], self.rest[length:]
        return Answer(int(text.split()[1]), text, body)

    def _until_blank_line(self) -> bytes:
        while b"\r\n\r\n" not in self.rest:
            self._read()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head

    def _read(self) -> None:
        received = self.socket.recv(1 << 16)
        if not received:
            raise ConnectionError("the site closed the line")
        self.rest += received


def get(path: str, encoding: str = "gzip", *headers: str) -> bytes:
    """Return a GET request as a phone's browser sends it."""
    return _request("GET", path, [f"Accept-Encoding: {encoding}", *headers], b"")


def post(path: str, body: str, *headers: str) -> bytes:
    """Return a POST of a form, or of what a header says it is."""
    if not any(header.startswith("Content-Type") for header in headers):
        headers = (*headers, "Content-Type: application/x-www-form-urlencoded")
    return _request("POST", path, list(headers), body.encode())


def rate(port: int, requests: list[bytes], expected: int, lines: int = 8) -> float:
    """Send all requests over so many lines at once; return answers a second.

    Raises AssertionError when an answer is not the expected one.
    """
    shares = [requests[n::lines] for n in range(lines)]
    with ThreadPoolExecutor(lines) as pool:
        connections = list(pool.map(lambda _: Line(port), range(lines)))
        start = time.perf_counter()
        for wrong in pool.map(_send_all, connections, shares, [expected] * lines):
            assert not wrong, f"expected {expected}, got {wrong}"
        return len(requests) / (time.perf_counter() - start)


def _send_all(line: Line, requests: list[bytes], expected: int) -> str:
    for request in requests:
        answer = line.ask(request)
        if answer.status != expected:
            return answer.headers
    return ""


def _request(method: str, path: str, headers: list[str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: vi", *headers]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
