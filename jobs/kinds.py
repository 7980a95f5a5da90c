"""What can be done in the background: upper floors register their work under a name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from .doing import Report
    from .models import Job

Work = Callable[["Job", "Report"], None]


class CannotBeDoneError(Exception):
    """Work that found a reason to give up; its sentence is for the person who asked."""


@dataclass(frozen=True)
class Kind:
    """One sort of work: its title on pages, and a part of a page that shows its outcome."""

    name: str
    title: str | Promise
    run: Work
    outcome_template: str


_known: dict[str, Kind] = {}


def work(name: str, title: str | Promise, outcome_template: str = "") -> Callable[[Work], Work]:
    """Register a function as the work of a kind of job.

    It may be begun again after a crash: what it has finished already must do no harm twice. It
    calls `report` outside of transactions, and keeps what came of it in `job.outcome`.
    """

    def registered(run: Work) -> Work:
        _known[name] = Kind(name, title, run, outcome_template)
        return run

    return registered


def kind_called(name: str) -> Kind:
    """Return a kind; one of another release has its name for a title, and cannot be done here."""
    return _known.get(name) or Kind(name, name, _unknown, "")


def _unknown(job: "Job", report: "Report") -> None:
    raise LookupError(job.kind)
