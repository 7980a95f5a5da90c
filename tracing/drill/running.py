"""Drills from start to end: one at a time, reached under /drill/, and nothing of its people stays."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import account_of
from accounts.models import Account
from database.apart import apart, is_apart
from districts.models import Unit
from tracing.models import Drill, DrillSize

from . import shadow
from .outbreak import Outbreak
from .planting import Ground, plant
from .score import elapsed, results

_PREFIX, _NAMESPACE = "/drill/", "drill"
_KEYS = "/drill/key/"


class AlreadyRunningError(Exception):
    """Another drill is running."""


def start(area: Unit, size: DrillSize, seed: int, by: Account, now: datetime) -> Drill:
    """Invent an outbreak in an area and start the clock.

    Raises AlreadyRunningError, planting.NoGroundError where venues or a rule are missing, and
    NoSealingKeyError. Two that are started at once are one.
    """
    ground = Ground.of(area, size, now)
    try:
        with apart():
            shadow.take()
            drill = Drill.objects.create(
                area=area, size=size, seed=seed, started_by=by, started_at=now
            )
            shadow.make()
            plant(Outbreak(ground, seed).actors(), ground)
    except IntegrityError as error:
        if "one_drill_runs_at_a_time" in str(error):
            raise AlreadyRunningError from error
        raise
    return drill


def end(drill: Drill, now: datetime) -> bool:
    """Reckon the results and forget the people; return whether it was still running."""
    with apart():
        shadow.take()
        locked = Drill.objects.select_for_update(of=("self",)).running().filter(pk=drill.pk).first()
        if locked is None:
            return False
        if shadow.is_whole():
            locked.results = asdict(results(locked, now))
        locked.ended_at = now
        locked.save(update_fields=["results", "ended_at"])
        shadow.drop()
    return True


@contextmanager
def taking_part(account: Account) -> Iterator[Drill | None]:
    """Work on the tables of the running drill, which nobody drops meanwhile.

    None where the account takes part in none, or where its tables are not whole: then what runs
    within is on the real side.
    """
    with transaction.atomic():
        shadow.hold()
        drill = Drill.objects.visible_to(account).running().with_units().first()
        if drill is None or not shadow.is_whole():
            yield None
            return
        with apart():
            yield drill


def end_overdue(now: datetime) -> int:
    """End drills that were left running for a day; return how many."""
    overdue = Drill.objects.running().filter(started_at__lte=now - timedelta(days=1))
    return sum(end(drill, now) for drill in overdue)


class Apart:
    """Wraps a request of a drill into one transaction on the drill's tables.

    What raises, or answers with a fault of the site, is undone. A stream is read to its end
    before the transaction ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.is_drill = False  # type: ignore[attr-defined]
        if not request.path_info.startswith(_PREFIX):
            return self.get_response(request)
        account = account_of(request)
        if account is None:
            return redirect("drills:home")
        with taking_part(account) as drill:
            if drill is None:
                return redirect("drills:home")
            return self._answered(request, drill)

    def _answered(self, request: HttpRequest, drill: Drill) -> HttpResponseBase:
        if request.path_info.startswith(_KEYS):
            return _to_the_real_keys(request)
        request.is_drill, request.drill = True, drill  # type: ignore[attr-defined]
        request.elapsed = elapsed(drill, timezone.now())  # type: ignore[attr-defined]
        response = _whole(self.get_response(request))
        if response.status_code >= 500 or getattr(request, "has_raised", False):
            transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Run no page of a drill on real tables, nor the other way round, whatever led there."""
        match = request.resolver_match
        if match and (_NAMESPACE in match.namespaces) != is_apart():
            raise RuntimeError("a page of a drill on real tables, or a real page on a drill's")

    def process_exception(self, request: HttpRequest, _exception: Exception) -> None:
        """Note that a view raised; how it is answered is Django's matter."""
        request.has_raised = True  # type: ignore[attr-defined]


def _to_the_real_keys(request: HttpRequest) -> HttpResponseBase:
    """Lead to where keys always are: whoever is admitted or taken a key from is real."""
    there = request.get_full_path().replace(_KEYS, "/tracing/key/", 1)
    return HttpResponseRedirect(there, preserve_request=request.method == "POST")


def _whole(response: HttpResponseBase) -> HttpResponseBase:
    if not isinstance(response, StreamingHttpResponse):
        return response
    content = response.getvalue()
    whole = HttpResponse(content, status=response.status_code)
    for name, value in response.items():
        whole[name] = value
    whole.cookies = response.cookies
    # What the stream reads from is closed with the answer.
    whole._resource_closers = response._resource_closers  # type: ignore[attr-defined]  # noqa: SLF001
    return whole
