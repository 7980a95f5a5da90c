"""The page with the form, made quickly: almost everybody is shown the same empty one."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from declarations.nonces import Receipt
from districts.days import day_start, local_day
from venues.entrances import Entrance

from .forms import MOST_COMPANIONS, CheckInForm
from .memory import Memory
from .nonces import Nonce
from .outcomes import Outcome
from .residences import ABROAD, Residences, residences

_COMPANION_ROWS = 3
# Stands in the remembered page where each visitor's own nonce goes.
_NONCE_PLACE = "nonce-goes-here"


def blank_page(entrance: Entrance, nonce: str, now: datetime) -> str:
    """Return the page with the empty form, in the language of the moment."""
    today = local_day(now)
    page = _blank_page(entrance, get_language() or "", day_start(today), residences(today))
    return page.replace(_NONCE_PLACE, nonce)


def filled_page(
    request: HttpRequest, entrance: Entrance, form: CheckInForm, nonce: str, **more: Any
) -> str:
    """Return the page with a form that has something in it: what was typed, or remembered."""
    context = _context(entrance, form, nonce)
    return render_to_string("declarations/check_in.html", context | more, request)


def nonce_of(request: HttpRequest, entrance: Entrance, memory: Memory, now: datetime) -> Nonce:
    """Return the nonce of a form: a new one, or that of the visit which a changed form corrects."""
    inside = _inside(entrance, memory, now) if "changed" in request.GET else None
    receipt = Receipt.opened(inside["token"]) if inside else None
    return receipt.nonce if receipt else Nonce.new(now)


def again_page(
    request: HttpRequest,
    entrance: Entrance,
    memory: Memory,
    nonce: str,
    *,
    now: datetime,
    **more: Any,
) -> str:
    """Return the page of a visitor who declared today: one tap, in or out."""
    context = {
        "poster": entrance,
        "venue": entrance,
        "nonce": nonce,
        "mask": memory.mask,
        "people": len(memory.keys),
        "outcome": memory.outcome.word,
        # Who was told to stop is not inside; the receipt is for those who went in all the same.
        "inside": None if memory.outcome == Outcome.STOP else _inside(entrance, memory, now),
    }
    return render_to_string("declarations/again.html", context | more, request)


def _inside(entrance: Entrance, memory: Memory, now: datetime) -> dict[str, Any] | None:
    """The visit that this phone is still on here, as far as the phone can know."""
    newest = memory.visits[0] if memory.visits else None
    receipt = Receipt.opened(newest.token) if newest and not newest.left else None
    if newest is None or receipt is None or receipt.venue_id != entrance.venue_id:
        return None
    entered_at = receipt.nonce.moment
    is_over = now - entered_at > entrance.usual_stay
    return None if is_over else {"token": newest.token, "entered_at": entered_at}


@lru_cache(maxsize=256)
def _blank_page(entrance: Entrance, language: str, day: datetime, choices: Residences) -> str:
    form = CheckInForm(None, entrance.code, day)
    request = HttpRequest()  # nobody's: what one person is shown must not reach another
    request.path = f"/v/{entrance.code}/"
    context = _context(entrance, form, _NONCE_PLACE)
    return render_to_string("declarations/check_in.html", context, request)


def _context(entrance: Entrance, form: CheckInForm, nonce: str) -> dict[str, Any]:
    rows = form.companions
    free = [n for n in range(MOST_COMPANIONS) if n not in {row["index"] for row in rows}]
    blanks = [{"index": n, "full_name": "", "birth_year": ""} for n in free]
    return {
        "poster": entrance,
        "venue": entrance,
        "nonce": nonce,
        "form": form,
        "errors": form.error_summary() if form.is_bound else [],
        "companions": [*rows, *blanks[: max(_COMPANION_ROWS - len(rows), 0)]],
        "companions_open": bool(rows),
        "companions_max": MOST_COMPANIONS,
        "residence_options": _options(form),
    }


def _options(form: CheckInForm) -> SafeString:
    """The choices of residence with the chosen one marked."""
    options = _plain_options(get_language() or "", form.residences)
    chosen = form["commune"].value()
    if chosen != ABROAD and chosen not in form.residences.ids:
        return options
    return mark_safe(options.replace(f'value="{chosen}"', f'value="{chosen}" selected'))  # noqa: S308


@lru_cache(maxsize=8)
def _plain_options(language: str, choices: Residences) -> SafeString:
    return render_to_string("declarations/_residence_options.html", {"residences": choices.groups})
