"""Doing what was asked for: the queue in PostgreSQL, and the worker that takes one job at a time.

A job is claimed, reported on and ended, and begun again after a crash.
"""

import asyncio
import contextlib
import logging
import signal
import time
import traceback
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, JobAborted

from .asking import TASK
from .models import UNDER_WAY, CannotBeDoneError, Job, JobState

MOST_ATTEMPTS = 10
_SECONDS_BETWEEN_REPORTS = 0.5
_HEARTBEAT = 3  # seconds
_STALLED = 15  # seconds without a heartbeat: the worker is dead
_PAUSE = 3  # seconds before a database that is away is tried again
_AWAY = (ConnectorException, OperationalError, psycopg.OperationalError)
logger = logging.getLogger(__name__)


class WorkerEndsError(Exception):
    """The worker was told to end: the job waits for another one."""


class NotOursError(Exception):
    """The job was cancelled, or another worker has taken it up."""


class JobReport:
    """Tells the person how far the work has come, at most twice a second.

    Every call is a place at which the work may be stopped.
    """

    def __init__(self, job: Job, is_ending: Callable[[], bool]) -> None:
        self._job, self._is_ending, self._next = job, is_ending, 0.0

    def __call__(self, done: int, total: int, sentence: str = "") -> None:
        if self._is_ending():
            raise WorkerEndsError
        if time.monotonic() >= self._next or done == total:
            _change(self._job, done=done, total=total, sentence=sentence)
            self._next = time.monotonic() + _SECONDS_BETWEEN_REPORTS


def work() -> None:
    """Take jobs until SIGTERM or Ctrl-C, which puts the present one back; survive the database."""
    while not asyncio.run(_ended_by_a_signal()):
        time.sleep(_PAUSE)


def work_off() -> None:
    """Take jobs until none waits."""
    asyncio.run(_worked_off())


@app.task(
    name=TASK,
    pass_context=True,
    retry=RetryStrategy(wait=0, retry_exceptions=[JobAborted, OperationalError]),
)
def job(context: JobContext, pk: str) -> None:
    """Do one job; where the worker ends, or the database is away, it goes back to the queue."""
    try:
        do(UUID(pk), context.should_abort)
    except WorkerEndsError as ending:
        raise JobAborted from ending
    finally:
        connection.close()


def do(pk: UUID, is_ending: Callable[[], bool]) -> None:
    """Do a job that waits, or whose worker died.

    Raises WorkerEndsError and OperationalError where it is to be begun again.
    """
    job = _claimed(pk, timezone.now())
    if job is None:
        return
    with translation.override(job.language), contextlib.suppress(NotOursError):
        try:
            _run(job, JobReport(job, is_ending))
            _end(job, JobState.DONE)
        except WorkerEndsError:
            _change(job, state=JobState.WAITING)
            raise
        except (OperationalError, NotOursError):
            raise
        except CannotBeDoneError as reason:
            _end(job, JobState.FAILED, str(reason))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person is told
            _log(job, error)
            sentence = _("It failed, and not by your fault. Ask again, or tell the operator.")
            _end(job, JobState.FAILED, sentence)


def _run(job: Job, report: JobReport) -> None:
    if job.attempt > MOST_ATTEMPTS:
        raise CannotBeDoneError(_("It was interrupted too often. Tell the operator."))
    job.registered.run(job, report)


def _claimed(pk: UUID, now: datetime) -> Job | None:
    """Return the job as ours, unless it has ended."""
    ours = Job.objects.filter(pk=pk, state__in=UNDER_WAY)
    if not ours.update(state=JobState.WORKING, started_at=now, attempt=F("attempt") + 1):
        return None
    return Job.objects.select_related("asked_by", "area__parent__parent").get(pk=pk)


def _change(job: Job, **changes: object) -> None:
    """Write to the job's row while it is ours."""
    ours = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.WORKING)
    if not ours.update(**changes):
        raise NotOursError


def _end(job: Job, state: JobState, sentence: str = "") -> None:
    """End the job with a sentence for the person, and with what came of it, also so far."""
    _change(job, state=state, sentence=sentence, ended_at=timezone.now(), outcome=job.outcome)


def _log(job: Job, error: Exception) -> None:
    """Write where it happened, and not what: messages of errors hold what people typed."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("Job %s failed with %s:\n%s", job, type(error).__name__, where)


async def _ended_by_a_signal() -> bool:
    """Work until a signal; False where the database is away."""
    worker = asyncio.create_task(_working())
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, worker.cancel)
    try:
        await worker
    except asyncio.CancelledError:
        return True
    except _AWAY as error:
        logger.warning("Jobs have to wait: %s", type(error).__name__)
    return False


async def _working() -> None:
    async with _opened() as queue:
        reviving = asyncio.create_task(_revive_for_ever(queue))
        try:
            await queue.run_worker_async(
                wait=True,
                install_signal_handlers=False,
                shutdown_graceful_timeout=0,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=_STALLED,
                delete_jobs="always",
            )
        finally:
            reviving.cancel()


async def _worked_off() -> None:
    async with _opened() as queue:
        await _revive(queue)
        await queue.run_worker_async(
            wait=False, listen_notify=False, install_signal_handlers=False, delete_jobs="always"
        )


def _opened() -> contextlib.AbstractAsyncContextManager[App]:
    """The queue over connections of its own; what jobs ask for goes through Django's."""
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3)
    return app.with_connector(connector).open_async()


async def _revive_for_ever(queue: App) -> None:
    while True:
        with contextlib.suppress(ConnectorException):
            await _revive(queue)
        await asyncio.sleep(_HEARTBEAT)


async def _revive(queue: App) -> None:
    """Put the jobs of workers that died back into the queue."""
    for stalled in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED):
        await queue.job_manager.retry_job(stalled)
