"""Works for tests: registered as upper floors do it."""

import time

from jobs import files
from jobs.doing import JobReport
from jobs.models import CannotBeDoneError, Job, work


@work("test-count", "Đếm")
def count(job: Job, report: JobReport) -> None:
    """Count up to a number, and write each into a file."""
    total = job.parameters["to"]
    with files.written(job, "numbers.txt", "text/plain") as file:
        for number in range(total):
            file.write(f"{number}\n".encode())
            report(number + 1, total, "Đang đếm")
    job.outcome = {"counted": total}


@work("test-copy", "Chép")
def copy(job: Job, report: JobReport) -> None:
    """Give back what was given."""
    with files.opened(job.upload) as given, files.written(job, "copy", "text/plain") as file:
        file.write(given.read())


@work("test-refuse", "Từ chối")
def refuse(job: Job, report: JobReport) -> None:
    """Give up with a sentence."""
    raise CannotBeDoneError("Không có địa điểm nào.")


@work("test-break", "Hỏng")
def break_down(job: Job, report: JobReport) -> None:
    """Fail as nobody foresaw, with somebody's name in the message."""
    raise ValueError(job.parameters["name"])


@work("test-slow", "Chậm")
def slow(job: Job, report: JobReport) -> None:
    """Take a minute; a second attempt takes no time."""
    if job.attempt > 1:
        return
    for number in range(600):
        report(number, 600)
        time.sleep(0.1)
