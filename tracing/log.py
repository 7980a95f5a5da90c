"""The log of looks at names: who of the own area looked at whom, for which case and why."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import official_of, tracer_required
from authority.models import Disclosure

from .models import Case


@never_cache
@require_safe
@tracer_required
def log(request: HttpRequest) -> HttpResponse:
    officer = official_of(request)
    number = request.GET.get("case", "")[:20]
    seen = Disclosure.objects.visible_to(officer).newest_first()
    looks = seen.filter(case_number=number) if number else seen
    cases = Case.objects.visible_to(officer).values_list("number", flat=True)
    page = Paginator(looks, 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "number": number,
        "known": set(cases.filter(number__in={row.case_number for row in page.object_list})),
    }
    return render(request, "tracing/log.html", context)
