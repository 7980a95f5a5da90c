"""Asking for work in the background: once for the same thing, and never lost."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import get_language
from procrastinate.contrib.django import app

from accounts.models import Account
from districts.models import Unit

from .files import CHUNK, opened, written
from .models import Job, JobState

TASK = "job"
MOST_WAITING = 10  # of one kind and person: the worker does one after another, of all


@dataclass(frozen=True)
class Upload:
    """A file that is given with what is asked for; `digest` tells it from others."""

    name: str
    content_type: str
    content: BinaryIO
    digest: str


@dataclass(frozen=True)
class Wish:
    """What somebody wants done about a unit; the same wish twice is one job."""

    kind: str
    by: Account
    area: Unit
    parameters: dict[str, Any] = field(default_factory=dict)
    upload: Upload | None = None

    @property
    def key(self) -> str:
        """The same for the same wish."""
        digest = self.upload.digest if self.upload else ""
        wish = [self.kind, self.by.pk, self.area.pk, self.parameters, digest]
        return hashlib.sha256(json.dumps(wish, sort_keys=True).encode()).hexdigest()


def ask(wish: Wish, now: datetime) -> Job:
    """Return the job that does this: the one under way, else a new one.

    Job and queue entry are written in one transaction, the caller's if there is one.
    """
    job = Job(
        kind=wish.kind,
        key=wish.key,
        asked_by=wish.by,
        area=wish.area,
        asked_at=now,
        language=get_language() or "vi",
        parameters=wish.parameters,
    )
    with transaction.atomic():
        Job.objects.bulk_create([job], ignore_conflicts=True)
        under_way = Job.objects.under_way().filter(key=job.key).first()
        if under_way == job:
            if upload := wish.upload:
                with written(job, upload.name, upload.content_type, is_result=False) as file:
                    while piece := upload.content.read(CHUNK):
                        file.write(piece)
            app.configure_task(TASK).defer(pk=str(job.pk))
    return under_way or ask(wish, now)  # it ended at this very moment


def may_ask(by: Account, kind: str) -> bool:
    """Whether somebody has room for one more job of a kind, new or asked for again."""
    return Job.objects.under_way().filter(asked_by=by, kind=kind).count() < MOST_WAITING


def ask_again(job: Job, now: datetime) -> Job:
    file = job.files.whole().filter(is_result=False).first()
    upload = file and Upload(file.name, file.content_type, opened(file), str(file.pk))
    return ask(Wish(job.kind, job.asked_by, job.area, job.parameters, upload or None), now)


def cancel(job: Job, now: datetime) -> bool:
    """Call a job off, also one that is worked at; return whether there was anything to call off."""
    under_way = Job.objects.under_way().filter(pk=job.pk)
    return bool(under_way.update(state=JobState.CANCELLED, ended_at=now, sentence=""))


def forget_jobs(now: datetime) -> int:
    """Delete the jobs nobody comes for any more; return how many."""
    expired = list(Job.objects.expired(now).values_list("pk", flat=True))
    Job.objects.filter(pk__in=expired).delete()
    return len(expired)
