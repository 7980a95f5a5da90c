"""What a visitor's phone remembers: a sealed cookie that only this site can read."""

import base64
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from districts.days import local_day, today
from forms.base64url import decoded
from forms.phones import displayed

from .identities import Person, mask
from .nonces import Receipt, key_for
from .outcomes import Outcome

FORMER_COOKIE = "memory"
COOKIE = f"{settings.COOKIE_PREFIX}{FORMER_COOKIE}"
_VERSION = 1
# Of pages that depend on it.
private = cache_control(private=True, no_cache=True)


@dataclass
class Remembered:
    """A visit this phone made: its receipt, whether its visitor already left, and after how long.

    The minutes are known when this phone checked out. They are kept in place of the plain yes, so
    that releases before and after read each other's memory.
    """

    token: str
    left: bool = False
    minutes: int | None = None

    @classmethod
    def read(cls, token: str, left: bool | int) -> Self:
        """Return a visit as the memory kept it."""
        return cls(token, bool(left), None if isinstance(left, bool) else left)

    @property
    def kept(self) -> tuple[str, bool | int]:
        return self.token, self.minutes or self.left


@dataclass
class Memory:
    """A person's details as typed, today's declaration, the newest visits first, notices put away.

    `id` tells this phone's words of its people from those of others; `keys` are the visitors of
    its newest declaration, the person first, then the companions.
    """

    details: dict[str, Any] = field(default_factory=dict)
    companions: list[tuple[str, int]] = field(default_factory=list)
    declared_on: date | None = None
    outcome: Outcome = Outcome.GO
    visits: list[Remembered] = field(default_factory=list)
    dismissed: frozenset[int] = frozenset()
    id: UUID = field(default_factory=uuid4)
    keys: list[UUID] = field(default_factory=list)
    is_kept: bool = False  # by the phone; where it is not, the form sent tells who it is

    @classmethod
    def of(cls, request: HttpRequest, on: date | None = None) -> Self:
        """Return what the phone remembers; an unreadable or too old cookie is an empty memory."""
        try:
            content = _opened(request.COOKIES)
        except (KeyError, ValueError, CryptoError):
            return cls()
        if content["version"] != _VERSION or _is_over(content, on or today()):
            return cls()
        kept = cls(
            content["details"],
            [(name, year) for name, year in content["companions"]],
            date.fromisoformat(content["declared_on"]) if content["declared_on"] else None,
            Outcome(content["outcome"]),
            [Remembered.read(token, left) for token, left in content["visits"]],
            frozenset(content.get("dismissed", [])),
            UUID(content["id"]) if "id" in content else uuid4(),
            [UUID(key) for key in content.get("keys", [])],
        )
        kept.keys, kept.is_kept = kept.keys or kept._former_keys(), "id" in content
        return kept

    def declared(self, day: date) -> bool:
        """Tell whether a declaration of this local day is remembered."""
        return bool(self.details) and self.declared_on == day

    @property
    def initial(self) -> dict[str, Any]:
        """What a form shows of it: never an answer about health."""
        return self.details | {"phone": displayed(self.details["phone"])}

    @property
    def mask(self) -> str:
        return mask(self.details["full_name"], self.details["phone"]) if self.details else ""

    def _former_keys(self) -> list[UUID]:
        """The visitors as releases before 0.3 knew them, which kept no keys."""
        if not self.details:
            return []
        phone = self.details["phone"]
        visitor = (self.details["full_name"], self.details["birth_year"])
        return [Person(*who, phone).former_key for who in [visitor, *self.companions]]

    def declare(self, details: dict[str, Any], receipt: Receipt) -> None:
        """Remember a person, the companions, and what the declaration of the day means."""
        self.companions = details.pop("companions")
        self.details, self.outcome = details, receipt.outcome
        self.declared_on, self.keys = local_day(receipt.nonce.moment), list(receipt.visitors)

    def add_visit(self, token: str) -> None:
        """Put a visit first; the ones before it are over, and the newest 20 are kept."""
        for visit in self.visits:
            visit.left = True
        others = [visit for visit in self.visits if visit.token != token]
        self.visits = [Remembered(token), *others][:20]

    def leave(self, token: str, stayed: timedelta | None = None) -> bool:
        """Note that a visit is over, and after how long; tell whether this phone knew it."""
        known = [visit for visit in self.visits if visit.token == token]
        for visit in known:
            visit.left = True
            if stayed is not None:
                # Rounded up: who left within the minute was there.
                visit.minutes = max(1, -(-stayed // timedelta(minutes=1)))
        return bool(known)

    def dismiss(self, notices: set[int]) -> None:
        """Remember that notices were read, of the newest 40."""
        self.dismissed = frozenset(sorted(self.dismissed | notices)[-40:])

    def save(self, response: HttpResponse, on: date | None = None) -> None:
        """Give the phone its memory back; what is too long for a cookie loses old visits."""
        longest = 3800  # bytes of the cookie
        visits, kept_on = list(self.visits), on or today()
        while len(text := self._sealed(visits, kept_on)) > longest and visits:
            visits.pop()
        if len(text) > longest:
            return
        response.set_cookie(
            COOKIE,
            text,
            max_age=timedelta(days=settings.RETENTION_DAYS + 1),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        if COOKIE != FORMER_COOKIE:
            response.delete_cookie(FORMER_COOKIE, samesite="Lax")

    def _sealed(self, visits: list[Remembered], kept_on: date) -> str:
        content: dict[str, Any] = {
            "version": _VERSION,
            "kept_on": kept_on.isoformat(),
            "details": self.details,
            "companions": self.companions,
            "declared_on": self.declared_on.isoformat() if self.declared_on else None,
            "outcome": int(self.outcome),
            "visits": [visit.kept for visit in visits],
            "id": self.id.hex,
            "keys": [key.hex for key in self.keys],
        }
        if self.dismissed:
            content["dismissed"] = sorted(self.dismissed)
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(SecretBox(key_for("memory")).encrypt(plain)).decode()


def forget_in(response: HttpResponse) -> None:
    """Let the phone keep nothing, under neither name."""
    for name in {COOKIE, FORMER_COOKIE}:
        response.delete_cookie(name, samesite="Lax")


def _opened(cookies: dict[str, str]) -> dict[str, Any]:
    """Return what a phone's cookie holds; raises KeyError, ValueError and CryptoError.

    Another host may have set a cookie of the former name: under it only what releases before 0.4
    kept is taken, which had no day, and which is over with the retention.
    """
    name = COOKIE if COOKIE in cookies else FORMER_COOKIE
    sealed = SecretBox(key_for("memory")).decrypt(decoded(cookies[name]))
    content: dict[str, Any] = json.loads(sealed)
    if name != COOKIE and "kept_on" in content:
        raise KeyError(name)
    return content


def _is_over(content: dict[str, Any], on: date) -> bool:
    """Whether the phone was last used longer ago than the site itself remembers its visits."""
    kept_on = content.get("kept_on") or content["declared_on"]
    return bool(kept_on) and on - date.fromisoformat(kept_on) > timedelta(settings.RETENTION_DAYS)
