"""A whole drill on the pages of tracers, beside real people, and with others at the same moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import Account
from database.apart import apart
from declarations.models import Notice, Visitor
from forms.phones import displayed
from tests import make, make_tracing
from tests.house.addresses import ADDRESSES, filled
from tests.messages import received
from tests.page import Reader
from tracing.drill import running
from tracing.drill.running import Apart
from tracing.models import Case, Contact, Drill, DrillSize, FollowUp, Part, Planted

pytestmark = pytest.mark.django_db(transaction=True)

# These change while an officer works, on whatever side; they hold nobody whom a visit is of.
_MAY_CHANGE = {"django_session", "declarations_unlocking", "tracing_drill", "accounts_limit"}


@pytest.fixture
def tracer(tree) -> Account:
    make.sealing_key()
    make_tracing.rule()
    for number in range(6):
        make.venue(f"Quán {number}")
    return make_tracing.tracer(tree.here)


def start(tracer: Account, seed: int = 7) -> Drill:
    return running.start(tracer.area, DrillSize.SMALL, seed, tracer, timezone.now())


def checksums() -> dict[str, str]:
    """Return a checksum of every real table there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        sums = {}
        for name in sorted({name for (name,) in cursor.fetchall()} - _MAY_CHANGE):
            rows = "string_agg(t::text, '|' ORDER BY t::text)"
            cursor.execute(f"SELECT md5({rows}) FROM public.{name} t")
            sums[name] = cursor.fetchone()[0]
    return sums


def opened_case(reader: Reader) -> str:
    """Open the first case of a drill as a tracer does; return its address."""
    with apart():
        ill = Planted.objects.filter(part=Part.CASE).order_by("onset_on").first()
    found = reader.post("/drill/find/", {"text": displayed(ill.phone), "purpose": "reported"}, 200)
    screen = reader.submit(found, {"person": str(ill.visitor)}, form="found")
    return reader.submit(screen, form="open", onset_on=ill.onset_on.isoformat()).url


@contextmanager
def meanwhile(act) -> Iterator[Thread]:
    """Let somebody else act at the same moment; wait a little for it, and for its end after."""

    def acts() -> None:
        try:
            act()
        finally:
            connection.close()

    other = Thread(target=acts)
    other.start()
    other.join(timeout=1)
    yield other
    other.join()


def test_a_whole_drill_leaves_every_real_table_as_it_was(page: Reader, tracer: Account):
    make_tracing.case(make.visitor(), area=tracer.area)
    reader = make_tracing.unlocked(page, tracer)
    before = checksums()
    drill = start(tracer)
    case = opened_case(reader)
    reader.post(f"{case}name/", {}, 200)
    boxes = reader.get(f"{case}contacts/").root.iter("input")
    chosen = [box.get("value") for box in boxes if box.get("name") == "contact"]
    reader.post(f"{case}contacts/", {"standing": "confirmed", "contact": chosen[:9]}, 303)
    reader.post(f"/drill/contacts/{chosen[0]}/call/", {"outcome": "reached"}, 303)
    reader.get(f"{case}contacts.csv")
    with apart():
        assert FollowUp.objects.count() == 1
    reader.post(f"/tracing/drills/{drill.pk}/end/", {})
    assert checksums() == before


def test_a_drill_does_not_end_under_somebody_who_works_in_it(tracer: Account):
    drill, seen = start(tracer), []

    def view(_request: HttpRequest) -> HttpResponse:
        with_others.__enter__()
        seen.append(Visitor.objects.count())
        return HttpResponse()

    make.visitor("Bà Thật", "+84900000001")
    with_others = meanwhile(lambda: running.end(drill, timezone.now()))
    request = RequestFactory().get("/drill/")
    request.user = tracer
    Apart(view)(request)
    with_others.__exit__(None, None, None)
    assert seen[0] > 100
    assert not Drill.objects.running().exists()
    assert Apart(view)(request).status_code == 302


def test_two_who_start_at_once_start_one_drill(tracer: Account):
    refused = []

    def starts() -> None:
        try:
            start(tracer, 8)
        except running.AlreadyRunningError:
            refused.append(1)

    with meanwhile(starts):
        try:
            start(tracer, 9)
        except running.AlreadyRunningError:
            refused.append(2)
    assert (Drill.objects.count(), len(refused)) == (1, 1)


def test_real_drill_real_on_one_connection(page: Reader, tracer: Account):
    make_tracing.case(make.visitor("Bà Thật", "+84900000001"), area=tracer.area)
    reader = page.by(tracer)
    for seed in (7, 8):
        drill = start(tracer, seed)
        assert "B.T · 001" not in reader.get("/drill/").text
        reader.get("/drill/cases/BN2026-9999/", 404)
        assert "B.T · 001" in reader.get("/tracing/").text
        with connection.cursor() as cursor:
            cursor.execute("SHOW search_path")
            assert "drill" not in cursor.fetchone()[0]
        running.end(drill, timezone.now())


def test_ids_of_a_drill_mean_nobody_outside_of_it(page: Reader, tracer: Account):
    real = make_tracing.contact(
        make_tracing.case(area=tracer.area), make.visitor("Bà", "+84900000001")
    )
    start(tracer)
    reader = page.by(tracer)
    opened_case(reader)
    with apart():
        contact = Contact.objects.first().pk
    assert contact > 900_000_000
    reader.get(f"/drill/contacts/{contact}/")
    reader.get(f"/tracing/contacts/{contact}/", 404)
    reader.get(f"/drill/contacts/{real.pk}/", 404)
    assert Case.objects.count() == 1


def test_keys_are_real_and_their_pages_lead_out_of_the_drill(page: Reader, tracer: Account):
    start(tracer)
    reader = page.by(tracer)
    unlock = reader.get("/drill/key/unlock/?next=/drill/", 302)
    assert unlock.location == "/tracing/key/unlock/?next=/drill/"
    assert reader.post("/drill/key/lock/", {}, 307).location == "/tracing/key/lock/"
    colleague = make_tracing.tracer(make.tree().here, "colleague@example.vn")
    holder = make_tracing.keyholder(colleague, admitted=False)
    there = reader.get(f"/drill/key/holders/{holder.pk}/admit/", 302).location
    assert there == f"/tracing/key/holders/{holder.pk}/admit/"


def test_the_way_to_a_name_leads_back_into_the_drill(page: Reader, tracer: Account):
    make_tracing.keyholder(tracer)
    start(tracer)
    reader = page.by(tracer)
    case = opened_case(reader)
    locked = reader.follow(reader.post(f"{case}name/", {}, 302))
    assert locked.url.startswith("/tracing/key/unlock/")
    back = reader.submit(locked, passphrase=make_tracing.PASSPHRASE)
    assert back.url == case
    assert timezone.now() - Drill.objects.get().started_at < timedelta(minutes=5)


def test_every_row_of_a_list_says_that_the_people_are_invented(page: Reader, tracer: Account):
    start(tracer)
    reader = page.by(tracer)
    case = opened_case(reader)
    with apart():
        Contact.objects.update(standing="confirmed")
        people = Contact.objects.count()
    listed = reader.get(f"{case}contacts.csv?masked=yes").response.getvalue().decode()
    assert listed.count("DIỄN TẬP") == people > 10


def test_notices_and_messages_are_practised_and_reach_nobody(page: Reader, tracer: Account):
    start(tracer)
    reader = page.by(tracer)
    case = opened_case(reader)
    boxes = reader.get(f"{case}notices/").root.iter("input")
    stays = [box.get("value") for box in boxes if box.get("name") == "stay"]
    typed = {"stay": stays, "considered": "on"}
    reader.post(f"{case}notices/publish/", typed, 303)
    text = "Có ca bệnh tại {ten}, {thoi_gian}"
    told = reader.follow(reader.post(f"{case}notices/owners/", {"text": text}, 303))
    assert "Đã gửi" in told.text
    with apart():
        assert Notice.objects.count() == len(stays) > 0
    assert not Notice.objects.exists()
    assert "Quán" not in page.get("/notices/").text
    assert received() == []


def test_every_page_of_a_running_drill_answers_and_says_that_it_is_one(
    page: Reader, tracer: Account
):
    start(tracer)
    reader = page.by(tracer)
    opened_case(reader)
    with apart():
        contact, case = Contact.objects.filter(residence__isnull=False).first(), Case.objects.get()
        places = {
            "number": case.number, "contact": contact.pk, "commune": contact.residence.code,
            "stay": case.stays.first().pk, "look": 0, "holder": 0, "file_type": "csv",
            "number_of_burst": 1, "visitor": case.sealed_row,
        }  # fmt: skip
    shown = 0
    for line in ADDRESSES:
        if line.startswith("drill/") and "drill/key/" not in line:
            screen = reader.get(filled(line, places)[1], None)
            assert screen.status in (200, 302, 404), line
            if screen.status == 200 and screen.h1:
                shown += 1
                assert "DIỄN TẬP" in screen.root.findtext("head/title"), line
    assert shown > 15
