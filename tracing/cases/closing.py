"""Closing a case and opening it again; forgetting closed ones with all that hangs on them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import official_of
from authority.addresses import see_other
from districts.days import day_start, local_day
from tracing.access import case_required
from tracing.models import Case, Contact


@never_cache
@require_POST
@case_required
@transaction.atomic
def close(request: HttpRequest, case: Case) -> HttpResponse:
    now = timezone.now()
    if Case.objects.open().filter(pk=case.pk).update(closed_at=now):
        case.events.create(at=now, by=official_of(request), what="closed")
        messages.success(request, _("The case is closed."))
    return see_other(request, "case", case.number)


@never_cache
@require_POST
@case_required
@transaction.atomic
def reopen(request: HttpRequest, case: Case) -> HttpResponse:
    if Case.objects.exclude(closed_at=None).filter(pk=case.pk).update(closed_at=None):
        case.events.create(at=timezone.now(), by=official_of(request), what="reopened")
        messages.success(request, _("The case is open again."))
    return see_other(request, "case", case.number)


@dataclass(frozen=True)
class ForgottenCases:
    """How many were forgotten."""

    cases: int
    contacts: int


@transaction.atomic
def forget_cases(now: datetime) -> ForgottenCases:
    kept_since = day_start(local_day(now) - timedelta(settings.TRACING_RETENTION_DAYS))
    old = Case.objects.filter(closed_at__lt=kept_since)
    done = ForgottenCases(
        old.exclude(sealed=b"").count(), Contact.objects.filter(case__in=old).count()
    )
    Contact.objects.filter(became__in=old).update(became=None)
    _empty(old.filter(pk__in=_newest()))
    old.exclude(sealed=b"").delete()
    old.filter(sealed=b"").exclude(pk__in=_newest()).delete()
    return done


def _newest() -> QuerySet[Case, int]:
    """The case opened last: as long as its number is the last one, no other case gets it."""
    last = Case.objects.aggregate(last=Max("opened_at"))["last"]
    return Case.objects.filter(opened_at=last).values_list("pk", flat=True)


def _empty(cases: QuerySet[Case]) -> None:
    """Leave nothing of cases but their numbers."""
    for case in cases:
        case.contacts.all().delete()
        case.stays.all().delete()
        case.events.all().delete()
    cases.update(visitors=[], phone_hashes=[], mask="", residence=None, correction="", sealed=b"")
