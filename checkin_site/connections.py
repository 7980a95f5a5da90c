"""How clients are served who send and read slowly: they wait beside the threads, never in one.

Gunicorn's own threads read a request and write its answer themselves, so that as many unfinished
requests as there are threads stop a process. Here a thread takes what has come and answers what is
whole, as it mostly is; the rest is received beside the threads, and what a client has not read yet
is kept until it does, as a proxy in front would.
"""

import contextlib
import re
import socket
import time
from concurrent.futures import Future
from selectors import EVENT_READ, EVENT_WRITE
from tempfile import SpooledTemporaryFile
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn, ThreadWorker

from accounts.rebuffs import Rebuff, rebuff

_HEAD_SECONDS = 10  # from the first byte to the end of the headers
_BODY_SECONDS = 30  # to the end of a body, and more by its size
_QUIET_SECONDS = 15  # without a byte, either way
_LEAST_RATE = 10_000  # bytes a second of what is longer than a page
_LARGEST_HEAD = 32 * 1024
_LARGEST_BODY = 40 * 1024 * 1024  # one over LARGEST_UPLOAD gets its sentence from the form
_ALL_BODIES = 256 * 1024 * 1024  # of one process at a time; on disk
_IN_MEMORY = 32 * 1024  # bytes of a request or an answer that wait in memory
_PIECE = 64 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
# Nobody's language is known yet.
_REFUSALS = {
    411: (
        Rebuff.NOT_UNDERSTOOD,
        "Length Required",
        "Hãy cho biết độ dài. Tell the length of what you send.",
    ),
    413: (
        Rebuff.TOO_LARGE,
        "Content Too Large",
        "Tệp này quá lớn. ឯកសារនេះធំពេក។ This file is too large.",
    ),
    431: (
        Rebuff.TOO_LARGE,
        "Request Header Fields Too Large",
        "Hãy xóa cookie. សូមលុប cookie។ Delete this site's cookies.",
    ),
    503: (
        Rebuff.BUSY,
        "Service Unavailable",
        "Hãy thử lại sau một phút. សូមសាកម្ដងទៀត 1 នាទីក្រោយ។ Try again in a minute.",
    ),
}


class UnfinishedRequest:
    """What came of a request so far, and by when the rest has to be there."""

    def __init__(self, now: float) -> None:
        self.file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it lives with the request
        self.size = 0
        self.whole = 0  # bytes, once the headers are there
        self.begun_at = self.heard_at = now
        self.expects_continue = False  # the client waits for 100 Continue before it sends the body
        self.is_answered = False  # by a thread, from now on
        self.is_given_up = False  # by the client
        self.refusal = 0  # a status
        self._head = bytearray()

    def add(self, piece: bytes, now: float) -> int:
        """Keep a piece; return 0, or the status with which the request is refused."""
        try:
            self.file.write(piece)
        except OSError:  # no room on the disk, or no more files may be open
            self.refusal = 503
        self.size += len(piece)
        self.heard_at = now
        self.refusal = self.refusal or (0 if self.whole else self._read_head(piece))
        return self.refusal

    def _read_head(self, piece: bytes) -> int:
        seen = max(0, len(self._head) - 3)
        self._head += piece
        end = self._head.find(b"\r\n\r\n", seen)
        if max(end, len(self._head) if end < 0 else 0) > _LARGEST_HEAD:
            return 431
        if end < 0:
            return 0
        head = bytes(self._head[: end + 2])
        self._head.clear()
        length = _LENGTH.search(head)
        # Zeros before it count for nothing, as gunicorn reads it; of a huge one the beginning is enough.
        digits = length[1].lstrip(b"0")[:15] if length else b""
        self.whole = end + 4 + int(digits or b"0")
        if _EXPECTS.search(head) and head.split(b"\r\n", 1)[0].endswith(b"/1.1"):
            self.expects_continue = not self.is_whole
        if _CHUNKED.search(head):
            return 411
        return 413 if self.whole > _LARGEST_BODY else 0

    @property
    def is_whole(self) -> bool:
        return 0 < self.whole <= self.size and not self.refusal

    def is_late(self, now: float) -> bool:
        """Whether the client takes too long to send it."""
        seconds = _BODY_SECONDS + self.size / _LEAST_RATE if self.whole else _HEAD_SECONDS
        return now > self.begun_at + seconds or now > self.heard_at + _QUIET_SECONDS


class ClientSocket:
    """A client's socket that makes nobody wait: reads what is here, keeps what is not read there."""

    def __init__(self, plain: socket.socket) -> None:
        self.plain = plain
        self.received: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with it
        self.unread: Any = None
        self.unread_from = 0
        self.began_at = self.moved_at = 0.0

    def fileno(self) -> int:
        return self.plain.fileno()

    def setblocking(self, _blocking: bool) -> None:
        """Stay as it is: the threads read and write nothing that could block."""

    def gettimeout(self) -> float:
        return 0.0

    def recv(self, size: int) -> bytes:
        """Return what was received of a whole request, then nothing."""
        return bytes(self.received.read(size))

    def send(self, content: bytes) -> int:
        self.sendall(content)
        return len(content)

    def sendall(self, content: bytes) -> None:
        """Send what the client takes, and keep the rest for it."""
        if self.unread is None:
            content = content[self._sent(content) :]
            if not content:
                return
            self.unread = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
            self.unread_from, self.began_at = 0, time.monotonic()
        self.unread.seek(0, 2)
        self.unread.write(content)
        self.flush()

    def flush(self) -> bool:
        """Send on what was kept; return whether that was all."""
        while self.unread is not None:
            self.unread.seek(self.unread_from)
            piece = self.unread.read(_PIECE)
            sent = self._sent(piece)
            self.unread_from += sent
            if sent < len(piece):
                return False
            if not piece:
                self.unread.close()
                self.unread = None
        return True

    def _sent(self, piece: bytes) -> int:
        try:
            sent = self.plain.send(piece) if piece else 0
        except BlockingIOError:
            return 0
        self.moved_at = time.monotonic()
        return sent

    def is_late(self, now: float) -> bool:
        """Whether the client takes too long to read its answer."""
        allowed = _QUIET_SECONDS + self.unread_from / _LEAST_RATE
        return now > self.moved_at + _QUIET_SECONDS or now > self.began_at + allowed

    def close(self) -> None:
        """Close, having read what had come, so that the answer is not cut off."""
        with contextlib.suppress(OSError):
            self.plain.shutdown(socket.SHUT_WR)
            for _piece in range(16):
                if not self.plain.recv(_PIECE):
                    break
        for file in (self.plain, self.received, self.unread):
            if file is not None:
                file.close()


class Connection(TConn):
    """A client's connection; gunicorn's own parser reads from what was received."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.sock: Any = ClientSocket(args[1])
        self.parser = get_parser(self.cfg, self.sock, self.client)
        self.request = UnfinishedRequest(time.monotonic())
        self.data_ready = True

    def expect_next(self) -> None:
        """Expect the next request, of which some may have come with the one before."""
        rest = self.parser.unreader.take_buffered() + self.sock.received.read()
        self.request = UnfinishedRequest(time.monotonic())
        if rest:
            self.request.add(rest, self.request.begun_at)

    def leave_rest(self) -> None:
        """Leave to the parser what came behind an answered request, in the order in which it came."""
        unreader = self.parser.unreader
        unreader.unread(unreader.take_buffered() + self.sock.received.read())

    def receive(self) -> None:
        """Take what is here."""
        try:
            piece = self.sock.plain.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if piece:
            self.request.add(piece, time.monotonic())
        else:
            self.request.is_given_up = True

    def hand_over(self) -> None:
        """Let the parser read what was received."""
        self.request.is_answered = True
        self.request.file.seek(0)
        self.sock.received.close()
        self.sock.received = self.request.file

    def close(self, graceful: bool = False) -> None:  # noqa: ARG002 - gunicorn's name
        """Close without waiting for the client."""
        with contextlib.suppress(OSError):
            self.sock.close()
        self.request.file.close()


class PatientWorker(ThreadWorker):
    """Gunicorn's threads, beside a loop that receives what comes late and sends on what is read late."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unfinished: dict[Connection, None] = {}
        self.unsent: dict[Connection, Future[Any]] = {}
        self.next_check = 0.0

    def accept(self, listener: Any) -> None:
        """Take a client in; where there are too many, who has waited longest goes."""
        try:
            plain, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError:  # no more files may be open
            self._make_room()
            return
        self.nr_conns += 1
        if self.nr_conns > self.max_keepalived:
            self._make_room()
        conn = Connection(self.cfg, plain, address, listener.getsockname())
        self._await_more(conn)

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """Receive the next request of a kept connection, unless it had to go just now."""
        if conn in self.keepalived_conns:
            super().on_client_socket_readable(conn, client)

    def enqueue_req(self, conn: Connection) -> None:
        """Let a thread take the next request of a kept connection."""
        conn.expect_next()
        super().enqueue_req(conn)

    def handle(self, conn: Connection) -> Any:
        """Answer the request if it is whole, in a thread; of a part take what is here."""
        request = conn.request
        if not request.is_whole:
            conn.receive()
        if not request.is_whole:
            return None
        conn.hand_over()
        return super().handle(conn)

    def _await_more(self, conn: Connection) -> None:
        self.unfinished[conn] = None
        self.poller.register(conn.sock, EVENT_READ, lambda _socket: self._receive(conn))

    def _receive(self, conn: Connection) -> None:
        """Let a thread take how a request begins, which is mostly all of it; take the rest here."""
        if conn not in self.unfinished:  # it had to go just now
            return
        if conn.request.size:
            conn.receive()
            self._settle(conn)
        else:
            self._forget(conn)
            super().enqueue_req(conn)

    def _settle(self, conn: Connection) -> None:
        """Hand a request over that is whole, end one that is refused or given up, else let it wait."""
        request = conn.request
        if request.whole > _PIECE and not request.is_whole and self._bodies() > _ALL_BODIES:
            # Else who has filled it, and sends a byte now and then, keeps all others out.
            self._end(max(self.unfinished, key=lambda each: each.request.size), 503)
        if conn not in self.unfinished:
            return
        if request.refusal or request.is_given_up:
            self._end(conn, request.refusal)
        elif request.is_whole:
            self._forget(conn)
            super().enqueue_req(conn)
        elif request.expects_continue:
            request.expects_continue = False
            with contextlib.suppress(OSError):  # the client has gone, and is soon read to have
                conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def finish_request(self, conn: Connection, fs: "Future[Any]") -> None:
        """Receive the rest, or send on what the client has not read; else keep the connection or close it."""
        if conn.request.is_answered or fs.cancelled():
            self._send_rest(conn, fs)
        else:
            self._await_more(conn)
            self._settle(conn)
        if self.nr_conns > self.max_keepalived:  # else nobody is let in until one of them ends
            self._make_room()

    def _send_rest(self, conn: Connection, fs: "Future[Any]") -> None:
        try:
            if not conn.sock.flush():
                self.unsent[conn] = fs
                self.poller.register(conn.sock, EVENT_WRITE, lambda _socket: self._send_on(conn))
                return
            conn.leave_rest()
        except (OSError, ValueError):  # the client has gone, or the answer broke off and is closed
            fs = Future()
            fs.cancel()
        super().finish_request(conn, fs)

    def _send_on(self, conn: Connection) -> None:
        if conn not in self.unsent:
            return
        try:
            is_sent = conn.sock.flush()
        except OSError:
            self._end(conn)
            return
        if is_sent:
            answered = self.unsent[conn]
            self._forget(conn)
            self.finish_request(conn, answered)

    def murder_pending(self) -> None:
        """Let go, once a second, who takes too long to send a request or to read an answer."""
        now = time.monotonic()
        if now < self.next_check:
            return
        self.next_check = now + 1
        late = [each for each in self.unfinished if each.request.is_late(now)]
        late += [each for each in self.unsent if each.sock.is_late(now)]
        if not self.alive:
            late = [each for each in self.unfinished if not each.request.size] + late
        for conn in dict.fromkeys(late):
            self._end(conn)

    def _make_room(self) -> None:
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.close()
        elif waiting := [*self.unfinished, *self.unsent]:
            self._end(min(waiting, key=lambda conn: conn.request.begun_at))

    def _bodies(self) -> int:
        """Return how many bytes are here: what is only announced takes no room from others."""
        return sum(each.request.size for each in self.unfinished)

    def _forget(self, conn: Connection) -> None:
        self.unfinished.pop(conn, None)
        self.unsent.pop(conn, None)
        with contextlib.suppress(KeyError):
            self.poller.unregister(conn.sock)

    def _end(self, conn: Connection, status: int = 0) -> None:
        """Close a connection, saying why where something is said."""
        self._forget(conn)
        self.nr_conns -= 1
        if status:
            rebuff(_REFUSALS[status][0])
            with contextlib.suppress(OSError):
                conn.sock.sendall(_answer(status))
        conn.close()


def _answer(status: int) -> bytes:
    _kind, reason, sentence = _REFUSALS[status]
    lines = (
        f"HTTP/1.1 {status} {reason}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(sentence.encode())}",
        *(["Retry-After: 60"] if status == 503 else []),
        "Connection: close",
        f"\r\n{sentence}",
    )
    return "\r\n".join(lines).encode()
