"""Work in the background: asked for once, done for real, and seen by whoever asked."""

import io
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import resets
from accounts.models import Account
from jobs import asking, files
from jobs.asking import Upload, Wish
from jobs.models import Job, JobChunk, JobFile, JobState
from tests import make
from tests.page import Reader

from . import works  # noqa: F401 - registers them

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(official_here: Account):
    def ask(kind: str, upload: Upload | None = None, **parameters) -> Job:
        wish = Wish(kind, official_here, official_here.area, parameters, upload)
        return asking.ask(wish, timezone.now())

    return ask


def content(job: Job, name: str) -> bytes:
    return b"".join(files.pieces(job.files.get(name=name)))


def upload(data: bytes) -> Upload:
    return Upload("dữ liệu.txt", "text/plain", io.BytesIO(data), digest=str(hash(data)))


def test_a_job_is_done_and_keeps_its_file(ask):
    job = ask("test-count", to=3)
    make.work_off()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert job.outcome == {"counted": 3}
    assert content(job, "numbers.txt") == b"0\n1\n2\n"


def test_the_same_asked_twice_while_it_waits_is_one_job(ask):
    assert ask("test-count", to=3) == ask("test-count", to=3) != ask("test-count", to=4)
    make.work_off()
    assert ask("test-count", to=3) not in Job.objects.filter(state=JobState.DONE)


def test_the_same_asked_by_eight_at_once_is_one_job(ask):
    def once(_number: int) -> Job:
        try:
            return ask("test-count", to=3)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(once, range(8)))) == 1
    make.work_off()
    assert [job.attempt for job in Job.objects.all()] == [1]


def test_what_is_rolled_back_is_not_done(ask):
    with transaction.atomic():
        ask("test-count", to=3)
        transaction.set_rollback(True)
    make.work_off()
    assert not Job.objects.exists()


@pytest.mark.parametrize("length", [0, 1, files.CHUNK, 2 * files.CHUNK + 17])
def test_a_file_comes_back_as_it_was_given(ask, length: int):
    data = bytes(number % 251 for number in range(length))
    job = ask("test-copy", upload(data))
    make.work_off()
    assert content(job, "copy") == data
    assert max([len(chunk.data) for chunk in JobChunk.objects.all()], default=0) <= files.CHUNK


def test_a_file_is_read_at_any_place(ask):
    data = bytes(number % 251 for number in range(files.CHUNK + 100))
    file = files.opened(ask("test-copy", upload(data)).upload)
    assert file.seek(-50, io.SEEK_END) == files.CHUNK + 50
    assert file.read() == data[-50:]
    file.seek(files.CHUNK - 5)
    assert file.read(10) == data[files.CHUNK - 5 : files.CHUNK + 5]


def test_work_that_gives_up_says_why(ask, page: Reader, official_here: Account):
    job = ask("test-refuse")
    make.work_off()
    assert "Không có địa điểm nào." in page.by(official_here).get(f"/jobs/{job.pk}/")


def test_an_unforeseen_failure_is_told_and_logged_without_what_people_typed(ask, caplog):
    job = ask("test-break", name="Nguyễn Văn An")
    with caplog.at_level(logging.ERROR):
        make.work_off()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.sentence
    assert "works.py" in caplog.text
    assert "ValueError" in caplog.text
    assert "Nguyễn" not in caplog.text + job.sentence


def test_a_job_of_another_release_fails_with_a_sentence(ask):
    job = ask("of-tomorrow")
    make.work_off()
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_a_job_called_off_while_it_waits_is_not_begun(ask):
    job = ask("test-count", to=3)
    assert asking.cancel(job, timezone.now())
    make.work_off()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.CANCELLED, 0)
    assert not asking.cancel(job, timezone.now())


def test_what_ended_a_day_ago_is_forgotten_with_its_files(ask):
    old, young = ask("test-count", to=3), ask("test-count", to=4)
    make.work_off()
    Job.objects.filter(pk=old.pk).update(ended_at=timezone.now() - timedelta(days=1))
    call_command("housekeeping")
    assert list(Job.objects.all()) == [young]
    assert [file.job for file in JobFile.objects.all()] == [young]


def test_asking_again_takes_the_same_file(ask):
    first = ask("test-copy", upload(b"mot"))
    make.work_off()
    first.refresh_from_db()
    second = asking.ask_again(first, timezone.now())
    make.work_off()
    assert second != first
    assert content(second, "copy") == b"mot"


def test_a_link_for_a_new_password_goes_before_what_takes_long(ask, page: Reader):
    ask("test")
    page.post("/accounts/forgotten/", {"email": "nobody@example.vn"})
    in_turn = ProcrastinateJob.objects.order_by("-priority", "id")  # as the queue hands them out
    assert [job.task_name for job in in_turn] == [resets.TASK, asking.TASK]
