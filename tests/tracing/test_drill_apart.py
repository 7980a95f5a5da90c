"""A drill and real people never meet, whatever a request does."""

import hashlib

import pytest
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts.gateways import MessageNotSent, send_message
from database.apart import apart, is_apart
from database.remembering import remembered
from database.statements import rows_prepared
from declarations.models import Notice, Visitor
from declarations.notices import published
from tests import make, make_tracing
from tracing.drill import running, shadow
from tracing.drill.running import Apart
from tracing.models import Case, Contact, Drill, DrillSize, Planted
from venues.models import Venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracer(tree):
    return make_tracing.tracer(tree.here)


@pytest.fixture
def drill(tree, tracer) -> Drill:
    """A small drill in the district here, just started."""
    make.sealing_key()
    make_tracing.rule()
    for number in range(6):
        make.venue(f"Quán {number}")
    make.visitor()
    return running.start(tree.here, DrillSize.SMALL, 7, tracer, timezone.now())


def checksums() -> dict[str, str]:
    """Return a checksum of every real table that a drill has a copy of."""
    sums = {}
    with connection.cursor() as cursor:
        for table in shadow.shadowed():
            cursor.execute(f"SELECT t::text FROM public.{table} t ORDER BY 1")
            sums[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return sums


def asked(tracer, view) -> HttpResponse:
    """Return what a view answers under /drill/, by the middleware alone."""
    request: HttpRequest = RequestFactory().get("/drill/")
    request.user = tracer
    return Apart(view)(request)


def people() -> int:
    return Visitor.objects.count()


def test_starting_and_ending_changes_no_real_table(tree, tracer):
    make.sealing_key(), make_tracing.rule()
    for number in range(4):
        make.venue(f"Quán {number}")
    make_tracing.case()
    before = checksums()
    drill = running.start(tree.here, DrillSize.MEDIUM, 3, tracer, timezone.now())
    assert checksums() == before
    with apart():
        drilled = set(Visitor.objects.values_list("key", flat=True))
        assert len(drilled) > 380
    assert not Visitor.objects.filter(key__in=drilled).exists()
    running.end(drill, timezone.now())
    assert checksums() == before
    assert not Planted.objects.exists()


def test_whatever_holds_people_is_shadowed():
    assert {"declarations_visitor", "declarations_visit", "declarations_disclosure"} <= set(
        shadow.shadowed()
    )
    assert {m._meta.db_table for m in (Case, Contact, Notice, Planted)} <= set(shadow.shadowed())
    assert not shadow.SHARED & set(shadow.shadowed())


def test_real_and_drill_requests_on_one_connection_see_their_own(drill, tracer):
    assert people() == 1
    seen = asked(tracer, lambda request: HttpResponse(str(people())))
    assert int(seen.content) > 100
    assert people() == 1


def test_prepared_statements_of_before_see_the_drill_only_within_it(drill, tracer):
    def count(request=None) -> HttpResponse:
        return HttpResponse(str(rows_prepared("SELECT count(*) FROM declarations_visitor")[0][0]))

    assert [count().content, count().content] == [b"1", b"1"]
    assert int(asked(tracer, count).content) > 100
    assert count().content == b"1"


@pytest.mark.parametrize("failure", [Http404, ValueError])
def test_a_view_that_raises_is_undone_and_leaves_a_clean_connection(drill, tracer, failure):
    def view(request: HttpRequest) -> HttpResponse:
        Visitor.objects.all().delete()
        middleware.process_exception(request, failure())
        return HttpResponse(status=404)

    middleware = Apart(view)
    request = RequestFactory().get("/drill/")
    request.user = tracer
    middleware(request)
    assert people() == 1
    assert not is_apart()
    with apart():
        assert people() > 100


def test_an_exception_that_passes_through_leaves_a_clean_connection(drill, tracer):
    def view(request: HttpRequest) -> HttpResponse:
        Visitor.objects.all().delete()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asked(tracer, view)
    assert people() == 1
    with apart():
        assert people() > 100


def test_a_stream_is_read_within_the_drill(drill, tracer):
    def view(request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(str(people()) for _ in range(1))
        response["Content-Disposition"] = "attachment"
        return response

    answer = asked(tracer, view)
    assert int(answer.content) > 100
    assert answer["Content-Disposition"] == "attachment"


def test_no_message_leaves_a_drill(drill, settings):
    with apart(), pytest.raises(MessageNotSent):
        send_message("+84912345678", "x")
    assert not settings.MESSAGE_FILE.exists()


def test_a_notice_of_a_drill_is_not_published(drill, tracer, venue, page):
    now = timezone.now()
    with apart():
        Notice.objects.create(
            venue=venue,
            period=(now, now + timezone.timedelta(hours=1)),
            published_at=now,
            published_by=tracer,
        )
        assert published(now)
    assert not published(now)
    assert not Notice.objects.exists()


def test_what_a_drill_finds_is_not_remembered_for_others(drill):
    count = remembered(seconds=60)(people)
    with apart():
        assert count() > 100
    assert count() == 1
    with apart():
        assert count() > 100


def test_a_column_added_meanwhile_stops_the_drill_and_is_in_the_next(drill, tracer, tree):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracing_contact ADD COLUMN newcomer int")
    assert not shadow.is_whole()
    answer = asked(tracer, lambda request: HttpResponse("never"))
    assert answer.status_code == 302
    running.end(drill, timezone.now())
    running.start(tree.here, DrillSize.SMALL, 8, tracer, timezone.now())
    assert shadow.is_whole()


def test_only_one_drill_runs(drill, tracer, tree):
    with pytest.raises(running.AlreadyRunningError):
        running.start(tree.here, DrillSize.SMALL, 7, tracer, timezone.now())
    assert Drill.objects.count() == 1
    with apart():
        assert people() > 100


def test_what_a_drill_counts_is_its_own(drill, tree):
    counted = "SELECT count(newest_at), coalesce(sum(inside), 0) FROM live_presence"
    with connection.cursor() as cursor:
        cursor.execute(counted)
        assert cursor.fetchone() == (0, 0)
        with apart():
            make.mark(Venue.objects.first(), timezone.now(), arrived=2)
            cursor.execute("SELECT sum(arrived) FROM live_hour")
            assert cursor.fetchone() == (2,)
            cursor.execute(f"{counted} WHERE inside = 2")
            assert cursor.fetchone() == (1, 2)
        cursor.execute("SELECT count(*) FROM live_hour")
        assert cursor.fetchone() == (0,)


def test_a_drill_whose_views_are_others_is_not_whole(drill):
    with apart():
        assert shadow.is_whole()
    assert shadow.is_whole()
    for change in (
        "DROP VIEW drill.live_day",
        "CREATE VIEW drill.live_day AS SELECT * FROM public.live_day",
    ):
        with connection.cursor() as cursor:
            cursor.execute(change)
        assert not shadow.is_whole()


def test_views_of_others_in_the_database_are_no_matter_of_a_drill(drill):
    with connection.cursor() as cursor:
        cursor.execute('CREATE VIEW public."Who was in" AS SELECT 1 AS one')
    assert shadow.is_whole()
    shadow.make()
    assert shadow.is_whole()
