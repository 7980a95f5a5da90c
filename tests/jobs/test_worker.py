"""The worker as a process of its own: told to end, killed, called off, without its database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Account
from jobs import asking
from jobs.models import Job, JobState
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = """
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {name!r}
from django.db import connections
connections["default"].settings_dict["NAME"] = {name!r}
import tests.jobs.works
from jobs import doing
doing._HEARTBEAT, doing._STALLED = 0.5, 5
from django.core.management import call_command
call_command("work")
"""


@pytest.fixture
def start_worker() -> Iterator[Callable[[], subprocess.Popen]]:
    """Start `manage.py work` on the tests' database, as often as wanted."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        program = PROGRAM.format(name=connection.settings_dict["NAME"])
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "checkin_site.settings"}
        started.append(
            subprocess.Popen(
                [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment
            )
        )
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def until(job: Job, state: JobState, **more) -> Job:
    """Wait until a job has come so far."""
    deadline = time.monotonic() + 60
    while not Job.objects.filter(pk=job.pk, state=state, **more).exists():
        assert time.monotonic() < deadline, Job.objects.get(pk=job.pk).state
        time.sleep(0.1)
    return Job.objects.get(pk=job.pk)


def test_a_worker_that_is_told_to_end_puts_its_job_back_at_once(
    start_worker, official_here: Account
):
    job, worker = make.job(official_here, kind="test-slow"), start_worker()
    until(job, JobState.WORKING, total=600)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    until(job, JobState.WAITING)
    start_worker()
    assert until(job, JobState.DONE).attempt == 2


def test_the_job_of_a_killed_worker_is_done_by_another(start_worker, official_here: Account):
    job, worker = make.job(official_here, kind="test-slow"), start_worker()
    until(job, JobState.WORKING, total=600)
    worker.kill()
    start_worker()
    assert until(job, JobState.DONE).attempt == 2


def test_a_job_called_off_at_work_stops_and_the_worker_goes_on(
    start_worker, official_here: Account
):
    slow = make.job(official_here, kind="test-slow")
    start_worker()
    until(slow, JobState.WORKING, total=600)
    asking.cancel(slow, timezone.now())
    began = time.monotonic()
    until(make.job(official_here, kind="test-count", to=2), JobState.DONE)
    assert time.monotonic() - began < 10
    assert Job.objects.get(pk=slow.pk).state == JobState.CANCELLED


def test_a_worker_that_was_thought_dead_wakes_up_and_writes_nothing_to_the_job(
    start_worker, official_here: Account
):
    job, sleeper = make.job(official_here, kind="test-slow"), start_worker()
    until(job, JobState.WORKING, total=600)
    sleeper.send_signal(signal.SIGSTOP)
    other = start_worker()
    done = until(job, JobState.DONE)
    other.send_signal(signal.SIGTERM)
    other.wait(10)
    sleeper.send_signal(signal.SIGCONT)
    until(make.job(official_here, kind="test-count", to=2), JobState.DONE)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.ended_at) == (JobState.DONE, 2, done.ended_at)
