"""The check-in page: almost everybody is shown the same empty form, so that one is kept ready."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.sources import counts, source_of
from districts.days import day_start, local_day
from forms.fields import shown
from forms.pages import form_page_only, see_other, too_many
from forms.search import typed_search
from venues import codes
from venues.entrances import Entrance, entrance

from .check_in import CheckIn, NotDeclaredError, WhichOneError
from .forms import CheckInForm, Residences, ReturnForm, residences
from .identities import keyed_hash
from .memory import Memory, private
from .nonces import Nonce, Receipt
from .notices import to_tell
from .outcomes import Outcome

# Stands in the remembered page where each visitor's own nonce goes.
_NONCE_PLACE = "nonce-goes-here"


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Lead a code typed by hand to its venue."""
    code = codes.normalise(typed_search(request.GET, "code"))
    if code and entrance(code):
        return see_other("declarations:check_in", code)
    sentence = gettext("There is no such code. Compare each of the 8 characters with the poster.")
    context = {"error": sentence, "code": shown(request.GET.get("code", ""))}
    return render(request, "home.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


# Visitors' forms carry a signed nonce instead of a cookie's token: phones that keep no cookies
# must get in. What another site's form would send is refused before it comes here: see decision 28.
@csrf_exempt
@private
@form_page_only
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Declare and check in at the venue of a poster."""
    venue = entrance(codes.normalise(code) or "")
    if venue is None:
        raise Http404
    phone = PhoneAtPoster(request, venue, timezone.now())
    if venue.gone:
        context = {"reason": venue.gone, "venue": venue, "met": phone.met}
        return render(request, "declarations/gone.html", context, status=HTTPStatus.GONE)
    return phone.submitted() if request.method == "POST" else HttpResponse(phone.page())


@dataclass
class PhoneAtPoster:
    """A phone that scanned a poster: the page it is shown, and what comes of what it sends."""

    request: HttpRequest
    entrance: Entrance
    now: datetime

    @cached_property
    def memory(self) -> Memory:
        return Memory.of(self.request)

    @cached_property
    def met(self) -> list[Any]:
        """Notices of places where this phone was and that it did not put away."""
        return to_tell(self.memory, self.now)

    @cached_property
    def inside(self) -> Receipt | None:
        """The newest visit of this phone, if it is here and not over as far as the phone can know."""
        newest = self.memory.visits[0] if self.memory.visits else None
        receipt = Receipt.opened(newest.token) if newest and not newest.left else None
        if receipt is None or receipt.venue_id != self.entrance.venue_id:
            return None
        is_over = self.now - receipt.nonce.moment > self.entrance.usual_stay
        return None if is_over else receipt

    def page(self, errors: list[tuple[str, str]] | None = None) -> str:
        """The page for this phone: one tap, the form with what it remembers, or the empty form."""
        memory, asked, code = self.memory, self.request.GET.keys(), self.entrance.code
        today = local_day(self.now)
        corrected = self.inside if "changed" in asked else None
        nonce = (corrected.nonce if corrected else Nonce.new(self.now)).signed(code)
        more = {"errors": errors} if errors else {}
        if memory.declared(today) and not {"changed", "other"} & asked:
            return self._again_page(nonce, more)
        is_known = bool(memory.details) and "other" not in asked
        if not is_known and not errors and not self.met:
            language, choices = get_language() or "", residences(today)
            page = _blank_page(self.entrance, language, day_start(today), choices)
            return page.replace(_NONCE_PLACE, nonce)
        form = CheckInForm(None, code, self.now, initial=memory.initial if is_known else None)
        return self._filled_page(form, nonce, prefilled=is_known, met=self.met, **more)

    def _again_page(self, nonce: str, more: dict[str, Any]) -> str:
        """The page of a visitor who declared today: one tap, in or out."""
        outcome, receipt = self.memory.outcome, self.inside
        inside = {"token": receipt.token, "entered_at": receipt.nonce.moment} if receipt else None
        context = {
            "poster": self.entrance,
            "venue": self.entrance,
            "nonce": nonce,
            "mask": self.memory.mask,
            "people": len(self.memory.keys),
            "outcome": outcome.word,
            # Who was told to stop is not inside; the receipt is for those who went in all the same.
            "inside": None if outcome == Outcome.STOP else inside,
            "met": self.met,
        }
        return render_to_string("declarations/again.html", context | more, self.request)

    def _filled_page(self, form: CheckInForm, nonce: str, **more: Any) -> str:
        """The page with a form that has something in it: what was typed, or remembered."""
        context = form.page_context(self.entrance, nonce) | more
        return render_to_string("declarations/check_in.html", context, self.request)

    def submitted(self) -> HttpResponse:
        """Take what the phone sent: one tap, or the whole form."""
        poster, source = f"poster {self.entrance.code}", f"source {source_of(self.request)}"
        wait = counts.seconds_to_wait(
            {
                poster: settings.CHECK_INS_PER_MINUTE_AND_POSTER,
                source: settings.CHECK_INS_PER_MINUTE_AND_SOURCE,
            },
            self.now.timestamp(),
        )
        if wait:
            return too_many(self.request, wait)
        try:
            data = self.request.POST
        except (SuspiciousOperation, BadRequest, MultiPartParserError):
            data = QueryDict()  # larger than any honest form: what arrived cannot be read
        return self._returned(data) if data.get("again") == "yes" else self._declared(data)

    def _declared(self, data: QueryDict) -> HttpResponse:
        """Take the whole form; a fault shows it again with everything typed."""
        form, nonce = CheckInForm(data, self.entrance.code, self.now), data.get("nonce", "")
        if form.is_valid():
            return self._recorded(form, nonce)
        if "nonce" in form.errors:
            nonce = Nonce.new(self.now).signed(self.entrance.code)
        return _refused(self._filled_page(form, nonce))

    def _recorded(self, form: CheckInForm, nonce: str) -> HttpResponse:
        """Record a form without faults, unless too many new people came from its source."""
        memory, source, code = self.memory, source_of(self.request), self.entrance.code
        if not memory.is_kept:  # the same for the same form sent again
            memory.id = keyed_hash("memory", nonce)
        new_people = {f"new at {code} from {source}": settings.NEW_PEOPLE_PER_MINUTE}
        if wait := counts.seconds_to_wait(new_people, self.now.timestamp(), 0):
            return too_many(self.request, wait)
        # 31 bits shared by what one source sends to one poster within a minute.
        burst = keyed_hash("burst", source, code, str(int(self.now.timestamp() // 60))).int >> 97
        arrival: CheckIn = replace(form.check_in(self.entrance.venue_id, memory), burst=burst)
        try:
            receipt = arrival.record(self.now)
        except WhichOneError as error:
            form.ask_for_marks(error.places)
            return _refused(self._filled_page(form, nonce))
        counts.seconds_to_wait(new_people, self.now.timestamp(), receipt.newcomers)
        if not arrival.on_behalf:
            memory.declare(form.details, receipt)
        return self._arrived(receipt)

    def _returned(self, data: QueryDict) -> HttpResponse:
        """Take the one tap of a visitor who declared earlier this local day."""
        form = ReturnForm(data, self.entrance.code, self.now)
        if not form.is_valid():
            return _refused(self.page(form.error_summary()))
        try:
            receipt = form.again(self.entrance.venue_id, self.memory).record(self.now)
        except NotDeclaredError:
            self.memory.declared_on = None
            sentence = gettext("Please declare your health for today first.")
            return _refused(self.page([("check-in", sentence)]))
        self.memory.outcome = receipt.outcome
        return self._arrived(receipt)

    def _arrived(self, receipt: Receipt) -> HttpResponse:
        """Lead to the receipt, and let the phone remember the visit."""
        self.memory.add_visit(receipt.token)
        response = see_other("declarations:receipt", receipt.token)
        self.memory.save(response)
        return response


def _refused(page: str) -> HttpResponse:
    return HttpResponse(page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@lru_cache(maxsize=256)
def _blank_page(entrance: Entrance, language: str, day: datetime, choices: Residences) -> str:
    form = CheckInForm(None, entrance.code, day)
    request = HttpRequest()  # nobody's: what one person is shown must not reach another
    request.path = f"/v/{entrance.code}/"
    context = form.page_context(entrance, _NONCE_PLACE)
    return render_to_string("declarations/check_in.html", context, request)
