"""What somebody asked for in the background, the kinds of work there are, and the files of jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit

if TYPE_CHECKING:
    from .doing import JobReport

KEPT = timedelta(days=1)  # a job that ended, with its files
Work = Callable[["Job", "JobReport"], None]


class CannotBeDoneError(Exception):
    """Work that found a reason to give up; its sentence is for the person who asked."""


@dataclass(frozen=True)
class JobKind:
    """One sort of work: its title on pages, and a part of a page that shows its outcome."""

    name: str
    title: str | Promise
    run: Work
    outcome_template: str


_known: dict[str, JobKind] = {}


def work(name: str, title: str | Promise, outcome_template: str = "") -> Callable[[Work], Work]:
    """Register a function as the work of a kind of job.

    It may be begun again after a crash: what it has finished already must do no harm twice. It
    calls `report` outside of transactions, and keeps what came of it in `job.outcome`.
    """

    def registered(run: Work) -> Work:
        _known[name] = JobKind(name, title, run, outcome_template)
        return run

    return registered


def kind_called(name: str) -> JobKind:
    """Return a kind; one of another release has its name for a title, and cannot be done here."""
    return _known.get(name) or JobKind(name, name, _unknown, "")


def _unknown(job: "Job", report: "JobReport") -> None:
    raise LookupError(job.kind)


class JobState(models.TextChoices):
    """How far a job has come."""

    WAITING = "waiting", _("waiting")
    WORKING = "working", _("at work")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNDER_WAY = (JobState.WAITING, JobState.WORKING)


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs as those who asked speak of them."""

    def visible_to(self, account: Account) -> Self:
        """One's own jobs, about units that one may see today."""
        return self.filter(asked_by=account, area__in=account.visible_units())

    def under_way(self) -> Self:
        """Jobs that wait or are worked at."""
        return self.filter(state__in=UNDER_WAY)

    def expired(self, now: datetime) -> Self:
        """Jobs that ended so long ago that nobody comes for their files any more."""
        return self.filter(ended_at__lte=now - KEPT)


class Job(models.Model):
    """What an account asked for in the background, about a unit."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64, db_comment="the same while the same is asked for")
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="jobs")
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="jobs")
    asked_at = models.DateTimeField()
    language = models.CharField(max_length=8, db_comment="of its sentences")
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=JobState.choices, default=JobState.WAITING)
    attempt = models.PositiveSmallIntegerField(
        default=0, db_comment="who works at it is told from who did before a crash"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    sentence = models.CharField(max_length=300, blank=True)
    outcome = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="job_of_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=UNDER_WAY), name="job_is_asked_for_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, ended_at=None)
                | Q(~Q(state__in=UNDER_WAY), ended_at__isnull=False),
                name="job_that_ended_says_when",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="job_does_no_more"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def registered(self) -> JobKind:
        """The kind as the floor above described it."""
        return kind_called(self.kind)

    @property
    def title(self) -> str:
        return str(self.registered.title)

    @property
    def outcome_template(self) -> str:
        """The part of a page that shows what came of it, where the kind has one."""
        return self.registered.outcome_template

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def expires_at(self) -> datetime | None:
        """When it is deleted with its files."""
        return self.ended_at + KEPT if self.ended_at else None

    @property
    def results(self) -> "JobFileQuerySet":
        return self.files.whole().filter(is_result=True)

    @property
    def upload(self) -> "JobFile":
        """The file that was given with it."""
        return self.files.whole().get(is_result=False)


class JobFileQuerySet(models.QuerySet["JobFile"]):
    def whole(self) -> Self:
        """Files written to their end."""
        return self.filter(size__isnull=False)


class JobFile(models.Model):
    """A file that was given with a job, or came of it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(null=True, db_comment="bytes; none until it is whole")
    is_result = models.BooleanField(default=True)

    objects = JobFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "name"], name="job_file_has_a_name_of_its_own"),
        ]

    def __str__(self) -> str:
        return self.name


class JobChunk(models.Model):
    """A piece of a file, so that no process ever holds the whole."""

    file = models.ForeignKey(JobFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="job_chunk_has_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.file}: {self.number}"
