"""Doing what was asked for: claimed, reported, ended; begun again after a crash."""

import contextlib
import logging
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import OperationalError
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .kinds import CannotBeDoneError
from .models import UNDER_WAY, Job, State

MOST_ATTEMPTS = 10
_SECONDS_BETWEEN_REPORTS = 0.5
logger = logging.getLogger(__name__)


class WorkerEndsError(Exception):
    """The worker was told to end: the job waits for another one."""


class NotOursError(Exception):
    """The job was cancelled, or another worker has taken it up."""


class Report:
    """Tells the person how far the work has come, at most twice a second.

    Every call is a place at which the work may be stopped.
    """

    def __init__(self, job: Job, is_ending: Callable[[], bool]) -> None:
        self._job, self._is_ending, self._next = job, is_ending, 0.0

    def __call__(self, done: int, total: int, sentence: str = "") -> None:
        """Say that so much of so much is done."""
        if self._is_ending():
            raise WorkerEndsError
        if time.monotonic() >= self._next or done == total:
            _change(self._job, done=done, total=total, sentence=sentence)
            self._next = time.monotonic() + _SECONDS_BETWEEN_REPORTS


def do(pk: UUID, is_ending: Callable[[], bool]) -> None:
    """Do a job that waits, or whose worker died.

    Raises WorkerEndsError and OperationalError where it is to be begun again.
    """
    job = _claimed(pk, timezone.now())
    if job is None:
        return
    with translation.override(job.language), contextlib.suppress(NotOursError):
        try:
            _run(job, Report(job, is_ending))
            _end(job, State.DONE)
        except WorkerEndsError:
            _change(job, state=State.WAITING)
            raise
        except (OperationalError, NotOursError):
            raise
        except CannotBeDoneError as reason:
            _end(job, State.FAILED, str(reason))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told
            _log(job, error)
            _end(
                job,
                State.FAILED,
                _("It failed, and not by your fault. Ask again, or tell the operator."),
            )


def _run(job: Job, report: Report) -> None:
    if job.attempt > MOST_ATTEMPTS:
        raise CannotBeDoneError(_("It was interrupted too often. Tell the operator."))
    job.registered.run(job, report)


def _claimed(pk: UUID, now: datetime) -> Job | None:
    """Return the job as ours, unless it has ended."""
    ours = Job.objects.filter(pk=pk, state__in=UNDER_WAY)
    if not ours.update(state=State.WORKING, started_at=now, attempt=F("attempt") + 1):
        return None
    return Job.objects.select_related("asked_by", "area__parent__parent").get(pk=pk)


def _change(job: Job, **changes: object) -> None:
    """Write to the job's row while it is ours."""
    ours = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=State.WORKING)
    if not ours.update(**changes):
        raise NotOursError


def _end(job: Job, state: State, sentence: str = "") -> None:
    """End the job with a sentence for the person, and with what came of it, also so far."""
    _change(job, state=state, sentence=sentence, ended_at=timezone.now(), outcome=job.outcome)


def _log(job: Job, error: Exception) -> None:
    """Write where it happened, and not what: messages of errors hold what people typed."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("Job %s failed with %s:\n%s", job, type(error).__name__, where)
