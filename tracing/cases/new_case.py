"""Opening a case: of somebody who was found, or of somebody who never checked in."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import official_of, tracer_required
from authority.keys import NoSealingKeyError
from declarations.models import Visitor
from tracing.addresses import see_other
from tracing.models import Case, Rule

from .doubts import Doubts, doubts_of, doubts_of_stranger
from .forms import IllnessForm, StrangerForm
from .opening import Identity, of_stranger, of_visitors, open_case, take_turns


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@tracer_required
def new_case(request: HttpRequest) -> HttpResponse:
    """Open a case, unless it is doubtful that there should be one and nobody said so."""
    people = _people(request)
    kind = IllnessForm if people else StrangerForm
    form = kind(request.POST if request.method == "POST" else None)
    with transaction.atomic():
        if form.is_bound:
            take_turns()
        doubts = _doubts(form, people)
        who = _who(form, people) if form.is_valid() else None
        if who is None or (doubts and "another" not in request.POST):
            return _page(request, form, people, doubts)
        nonce = form.cleaned_data["nonce"]
        case = open_case(who, form.illness, official_of(request), timezone.now(), nonce=nonce)
    messages.success(request, _("Case %(number)s is open and traced.") % {"number": case.number})
    return see_other(request, "case", case.number)


def _page(
    request: HttpRequest, form: IllnessForm, people: list[Visitor], doubts: Doubts
) -> HttpResponse:
    own = Case.objects.visible_to(official_of(request))
    context = {
        "form": form,
        "people": people,
        "doubts": doubts,
        "own": set(own.values_list("pk", flat=True)),
        "has_rules": Rule.objects.exists(),
    }
    is_refused = request.method == "POST"
    return render(request, "tracing/cases/open.html", context, status=422 if is_refused else 200)


def _doubts(form: IllnessForm, people: list[Visitor]) -> Doubts:
    sent = form.data.get("nonce", "").replace("-", "") if form.is_bound else ""
    if people:
        return doubts_of([one.key for one in people], sent)
    if isinstance(form, StrangerForm) and form.is_valid():
        return doubts_of_stranger(form.person, sent)
    return Doubts()


def _who(form: IllnessForm, people: list[Visitor]) -> Identity | None:
    """Return who the case is, or None where nobody can be sealed yet."""
    if not isinstance(form, StrangerForm):
        return of_visitors(people)
    try:
        return of_stranger(form.person, form.residence_id)
    except NoSealingKeyError:
        sentence = _("Names cannot be sealed yet: no key of the health authority is here.")
        form.add_error(None, sentence)
        return None


def _people(request: HttpRequest) -> list[Visitor]:
    """Return the visitors whom the tracer chose; a choice of whom nobody is left is no page."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        keys = {UUID(key) for key in given.getlist("person")}
    except ValueError as error:
        raise Http404 from error
    found = Visitor.objects.filter(key__in=keys).select_related("residence__parent")
    people = list(found.order_by("-seen_on", "key"))
    if keys and not people:
        raise Http404
    return people
