"""Hostile texts in every field, header, file and address: they come back as text, or as a sentence.

`HOSTILE_EACH` is how many texts each field has: one here, twelve in `make soak`.
"""

# ruff: noqa: F811 - fixtures of another file are asked for by name

import csv
import io
import os
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from django.test import Client

from documents.spreadsheets import inert
from tests import make, make_stations, make_tracing
from tests.hostile import TEXTS
from tests.hostile_walk import Walk
from tests.inspected import faults
from tests.page import Reader
from tests.processes import serving
from tests.wire import Answer, Wire
from venues.models import Venue

from .test_addresses import everybody, places  # noqa: F401 - fixtures

EACH = int(os.environ.get("HOSTILE_EACH", "1"))
KNOWN = ("Nguyễn Văn An", "987654321", "Trần Thị Bình", "Chợ Trà Vinh")  # of the small cast
PRINTABLE = [text for text in TEXTS if text.isprintable() and len(text) < 5000]
MOST_MEMORY = 300_000_000  # bytes of a worker
MOST_SECONDS = 1.0  # of a core, for a request
NAMES = ("nobody", "owner", "another", "here", "next", "province")


@pytest.fixture
def walk(
    transactional_db,
    everybody,
    places,
    page: Reader,
    venue: Venue,
    tmp_path: Path,
) -> Iterator[Walk]:
    administrator = make.official(make.tree().here, "admin@example.vn", role="administrator")
    tracer = make_tracing.tracer(make.tree().here, "tracer-here@example.vn")
    readers = {name: page.by(account) for name, account in zip(NAMES, everybody, strict=True)}
    readers |= {
        "administrator": page.by(administrator),
        "tracer": make_tracing.unlocked(page, tracer),
    }
    phone = Client()
    phone.cookies["memory"] = make_stations.memory_of_two()
    readers["phone"] = Reader(phone)
    stations = [make_stations.station(venue, f"Cổng {n}").key for n in range(2 * EACH)]
    # No mail leaves: what would be printed in its place is no log.
    with serving(tmp_path, EMAIL_URL="smtp://127.0.0.1:9") as site:
        people = {name: Wire.of(site.url, reader.client) for name, reader in readers.items()}
        yield Walk(site, people, places | {"station_keys": stations}, EACH)
        for wire in people.values():
            wire.close()


def test_hostile_texts_are_texts_wherever_they_go(walk: Walk, tmp_path: Path):
    walk.whole()
    walk.detours(KNOWN)
    sys.stdout.write(walk.figures + "\n")
    assert walk.faults == [], "\n".join(walk.faults[:100])
    assert walk.site.memory() < MOST_MEMORY
    assert walk.dearest[0] < MOST_SECONDS, walk.dearest[1]
    log = (tmp_path / "site.log").read_bytes().decode("utf-8", "replace")
    assert (
        re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", log)
        == []
    )
    assert [text for text in (*KNOWN, str(walk.places["token"])) if text in log] == []


def page(body: str, *headers: tuple[str, str], status: int = 200) -> Answer:
    usual = [("Content-Type", "text/html"), ("Content-Security-Policy", "default-src 'self'")]
    return Answer(status, [*headers, *usual], body.encode())


def file(kind: str, body: str) -> Answer:
    return Answer(
        200, [("Content-Type", kind), ("X-Content-Type-Options", "nosniff")], body.encode()
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (page("", status=500), "status 500"),
        (page("<p><script hz>1</script>"), "out of a text"),
        (page('<input value="x" hz onclick="1">'), "out of a text"),
        (page('<a href="javascript:window.__ran=1">x</a>'), "out of a text"),
        (page('<form action="//elsewhere.invalid">'), "out of a text"),
        (page("<p>a\x07b"), "a control in the page"),
        (page("", ("X-Hz", "1")), "a header of its own"),
        (page("", ("Set-Cookie", "hz=1")), "a header of its own"),
        (page("", ("Location", "/\\elsewhere.invalid"), status=302), "leads away"),
        (Answer(200, [("Content-Type", "text/html")], b"x" * 1000), "no policy"),
        (file("text/csv", "a,b\r\n=1+1,c\r\n"), "a live cell"),
        (file("application/pdf", "%PDF 1 0 obj <</S /JavaScript>>"), "a paper that acts"),
        (Answer(200, [("Content-Type", "text/csv")], b"a"), "may guess"),
    ],
)
def test_what_is_wrong_with_an_answer_is_noticed(answer: Answer, sentence: str):
    assert any(sentence in fault for fault in faults(answer)), list(faults(answer))


def test_texts_that_are_only_texts_are_no_fault():
    texts = "".join(f'<p title="{escape(text)}">{escape(text)}</p>' for text in PRINTABLE)
    assert list(faults(page(texts))) == []
    written = io.StringIO()
    csv.writer(written).writerows([inert(text)] for text in PRINTABLE)
    assert list(faults(file("text/csv", written.getvalue()))) == []
