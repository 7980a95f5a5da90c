"""The work of imports that is done in the background."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs import files
from jobs.doing import JobReport
from jobs.models import Job, work

from .bringing_in import BRINGING_IN, bring_in
from .keeping import CHECKING, check, check_again


@work(CHECKING, _("Checking a list of venues"), "dashboards/imports/_of_job.html")
def check_venues(job: Job, report: JobReport) -> None:
    """Check the list that was given, which is deleted once what it says is kept; or that, again."""
    listed, given = UUID(job.parameters["import"]), job.files.filter(is_result=False).first()
    if given:
        with files.opened(given) as file:
            check(listed, file, timezone.now(), report)
        given.delete()
    else:
        check_again(listed, timezone.now(), report)


@work(BRINGING_IN, _("Adding venues"), "dashboards/imports/_of_job.html")
def bring_in_venues(job: Job, report: JobReport) -> None:
    """Bring in the good rows of an import."""
    bring_in(UUID(job.parameters["import"]), timezone.now(), report)
