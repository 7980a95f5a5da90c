"""What visitors meet: the check-in, the receipt, and what their phone remembers."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sources import source_of
from districts.days import local_day
from documents.qr import symbol
from venues import codes
from venues.entrances import Entrance, entrance

from . import notices as notices_of
from .check_in import NotDeclaredError, WhichOneError, record
from .departures import leave as leave_venue
from .departures import let_in
from .forms import CheckInForm, NonceForm
from .identities import burst_hash, memory_of
from .limits import counts
from .looks import looks_at
from .memory import Memory
from .memory import forget as forget_memory
from .models import Visit, Visitor
from .nonces import Nonce
from .outcomes import Outcome
from .pages import again_page, blank_page, filled_page, nonce_of
from .personal_codes import code_of, displayed
from .receipts import Receipt
from .words import word_of_the_day

Errors = list[tuple[str, str]]
NOTICES_PER_PAGE = 50

# Visitors' forms carry a signed nonce instead of a cookie's token: phones that keep no cookies
# must get in, and the memory cookie does not travel with another site's form (SameSite).
private = cache_control(private=True, no_cache=True)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Lead a code typed by hand to its venue."""
    typed = request.GET.get("code", "")
    code = codes.normalise(typed)
    if code and entrance(code):
        return _see_other("declarations:check_in", code)
    sentence = gettext("There is no such code. Compare each of the 8 characters with the poster.")
    context = {"error": sentence, "code": typed}
    return render(request, "home.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Declare and check in at the venue of a poster."""
    found = entrance(codes.normalise(code) or "")
    if found is None:
        raise Http404
    now = timezone.now()
    if found.gone:
        to_tell = notices_of.to_tell(Memory.of(request), now)
        context = {"reason": found.gone, "venue": found, "met": to_tell}
        return render(request, "declarations/gone.html", context, status=HTTPStatus.GONE)
    if request.method == "POST":
        return _submitted(request, found, now)
    return HttpResponse(_page(request, found, now))


@private
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the receipt: go, ask or stop, with what an honest one must have."""
    given, now = _opened(token), timezone.now()
    visits = list(Visit.objects.of(given).select_related("venue__commune__parent__parent"))
    if not visits:
        raise Http404
    first, today = visits[0], local_day(now)
    context = {
        "venue": first.venue,
        "visit": first,
        "outcome": Outcome(max(visit.outcome for visit in visits)).word,
        "people": len(visits),
        "is_old": local_day(first.entered_at) != today,
        "has_left": bool(first.left_at) and not first.is_turned_away,
        "is_turned_away": first.is_turned_away,
        "word": word_of_the_day(first.venue_id, today),
        "token": token,
        "symbol": symbol(f"{settings.SITE_ADDRESS}{request.path}"),
        "now": now,
        "met": notices_of.to_tell(Memory.of(request), now),
    }
    return render(request, "declarations/receipt.html", context)


@csrf_exempt
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Check out the people of a receipt, or let in those who were told to stay outside."""
    given, now = _opened(token), timezone.now()
    if request.POST.get("went_in") == "yes":
        let_in(given, now)
        return _see_other("declarations:receipt", token)
    leave_venue(given, now)
    response = _see_other("declarations:receipt", token)
    memory = Memory.of(request)
    if memory.leave(token, now - given.nonce.moment):
        memory.save(response)
    return response


@private
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show what this phone remembers, and nothing else."""
    memory = Memory.of(request)
    receipts = [(visit.token, Receipt.opened(visit.token)) for visit in memory.visits]
    codes = Visitor.objects.code_keys(memory.keys[:1], memory.id)
    code = code_of(codes[memory.keys[0]]) if codes else ""
    visits = Visit.objects.by_receipt([given for _token, given in receipts if given])
    known = [
        {"token": token, "visit": visits[given], "venue": visits[given].venue}
        for token, given in receipts
        if given in visits
    ]
    context = {
        "visits": known,
        "mask": memory.mask,
        "code": displayed(code) if code else "",
        "symbol": symbol(code, least_version=1) if code else None,
        "people": len(memory.keys) if code else 0,
        "met": notices_of.met(memory, timezone.now()),
        "looks": looks_at(memory),
    }
    return render(request, "declarations/me.html", context)


@private
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show the places and periods that the health authority published."""
    now = timezone.now()
    typed, day = request.GET.get("q", "")[:100].replace("\0", ""), request.GET.get("day", "")
    every = notices_of.published(now)
    found = notices_of.chosen(every, typed, day)
    context = {
        "page": Paginator(found, NOTICES_PER_PAGE).get_page(request.GET.get("page")),
        "typed": typed,
        "day": day,
        "days": sorted({one.day for one in every}, reverse=True),
        "every_row": len(every),
        "now": now,
        "met": notices_of.to_tell(Memory.of(request), now),
    }
    return render(request, "declarations/notices.html", context)


@csrf_exempt
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Put notices away on this phone, and go back to where they were read."""
    memory, back = Memory.of(request), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("declarations:me")
    response = HttpResponseRedirect(back, status=HTTPStatus.SEE_OTHER)
    sent = set(request.POST.getlist("notice"))
    told = notices_of.met(memory, timezone.now())
    read = {n for one in told for n in one.notice.ids if str(n) in sent}
    if read:
        memory.dismiss(read)
        memory.save(response)
    return response


@csrf_exempt
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Make this phone forget its visitor."""
    response = _see_other("declarations:me")
    forget_memory(response)
    return response


def _page(
    request: HttpRequest,
    found: Entrance,
    now: datetime,
    errors: Errors | None = None,
    memory: Memory | None = None,
) -> str:
    """The page for this phone: one tap, the form with what it remembers, or the empty form."""
    memory = memory or Memory.of(request)
    nonce = nonce_of(request, found, memory, now).signed(found.code)
    more: dict[str, Any] = {"met": notices_of.to_tell(memory, now)}
    more |= {"errors": errors} if errors else {}
    if memory.declared(local_day(now)) and not {"changed", "other"} & request.GET.keys():
        return again_page(request, found, memory, nonce, now=now, **more)
    is_known = bool(memory.details) and "other" not in request.GET
    if not is_known and not errors and not more["met"]:
        return blank_page(found, nonce, now)
    form = CheckInForm(None, found.code, now, initial=memory.initial if is_known else None)
    return filled_page(request, found, form, nonce, prefilled=is_known, **more)


def _submitted(request: HttpRequest, found: Entrance, now: datetime) -> HttpResponse:
    at_poster, source = f"poster {found.code}", source_of(request)
    wait = counts.seconds_to_wait(
        {
            at_poster: settings.CHECK_INS_PER_MINUTE_AND_POSTER,
            f"source {source}": settings.CHECK_INS_PER_MINUTE_AND_SOURCE,
        },
        now.timestamp(),
    )
    if wait:
        return _too_many(request, wait)
    try:
        data = request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError):
        data = QueryDict()  # larger than any honest form: what arrived cannot be read
    if data.get("again") == "yes":
        return _returned(request, found, data, now)
    return _declared(request, found, data, now)


def _new_people(found: Entrance, source: str, now: datetime, more: int) -> int:
    """Count people nobody knew; return how long this source has to wait before it brings others."""
    name = f"new at {found.code} from {source}"
    return counts.seconds_to_wait({name: settings.NEW_PEOPLE_PER_MINUTE}, now.timestamp(), more)


def _declared(
    request: HttpRequest, found: Entrance, data: QueryDict, now: datetime
) -> HttpResponse:
    """Take the whole form; a fault shows it again with everything typed."""
    form = CheckInForm(data, found.code, now)
    if not form.is_valid():
        nonce = data.get("nonce", "")
        if "nonce" in form.errors:
            nonce = Nonce.new(now).signed(found.code)
        return _refused(filled_page(request, found, form, nonce))
    memory, source = Memory.of(request), source_of(request)
    if not memory.is_kept:
        memory.id = memory_of(data.get("nonce", ""))
    if wait := _new_people(found, source, now, 0):
        return _too_many(request, wait)
    burst = burst_hash(source, found.code, int(now.timestamp() // 60))
    arrival = replace(form.check_in(found.venue_id, memory), burst=burst)
    try:
        given = record(arrival, now)
    except WhichOneError as error:
        form.ask_for_marks(error.places)
        return _refused(filled_page(request, found, form, data.get("nonce", "")))
    _new_people(found, source, now, given.newcomers)
    if not arrival.on_behalf:
        memory.declare(form.details, local_day(given.nonce.moment), given)
    return _arrived(memory, given)


def _returned(
    request: HttpRequest, found: Entrance, data: QueryDict, now: datetime
) -> HttpResponse:
    """Take the one tap of a visitor who declared earlier this local day."""
    memory, form = Memory.of(request), NonceForm(data, found.code, now)
    if not form.is_valid():
        return _refused(_page(request, found, now, form.error_summary()))
    try:
        given = record(form.again(found.venue_id, memory), now)
    except NotDeclaredError:
        memory.declared_on = None
        errors = [("check-in", gettext("Please declare your health for today first."))]
        return _refused(_page(request, found, now, errors, memory))
    memory.outcome = given.outcome
    return _arrived(memory, given)


def _arrived(memory: Memory, given: Receipt) -> HttpResponse:
    """Lead to the receipt, and let the phone remember the visit."""
    memory.add_visit(given.token)
    response = _see_other("declarations:receipt", given.token)
    memory.save(response)
    return response


def _refused(page: str) -> HttpResponse:
    return HttpResponse(page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _opened(token: str) -> Receipt:
    given = Receipt.opened(token)
    if given is None:
        raise Http404
    return given


def _see_other(to: str, *arguments: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(to, args=arguments), status=HTTPStatus.SEE_OTHER)


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(
        request, "429.html", {"retry_after": wait}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    response["Retry-After"] = str(wait)
    return response
