"""The queue in PostgreSQL, and the worker that takes jobs from it one at a time."""

import asyncio
import contextlib
import logging
import signal
import time
from uuid import UUID

import psycopg
from django.db import OperationalError, connection
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException, JobAborted

from .asking import TASK
from .doing import WorkerEndsError, do

_HEARTBEAT = 3  # seconds
_STALLED = 15  # seconds without a heartbeat: the worker is dead
_PAUSE = 3  # seconds before a database that is away is tried again
_AWAY = (ConnectorException, OperationalError, psycopg.OperationalError)
logger = logging.getLogger(__name__)


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


def work() -> None:
    """Take jobs until SIGTERM or Ctrl-C, which puts the present one back; survive the database."""
    while not asyncio.run(_ended_by_a_signal()):
        time.sleep(_PAUSE)


def work_off() -> None:
    """Take jobs until none waits."""
    asyncio.run(_worked_off())


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
