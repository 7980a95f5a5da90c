"""What only this site can have given out: signed texts, a form's nonce, a receipt, the day's word."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from .outcomes import Outcome

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM_BITS = 42
_PERSON_BITS = 32
_WORDS = (
    "hoa sen|hoa mai|hoa cúc|hoa hồng|hoa đào|hoa lan|cây dừa|cây đa|cây tre|cây bàng|cây cau|"
    "con trâu|con bò|con gà|con vịt|con mèo|con cá|con tôm|con cua|con ong|con voi|con ngựa|"
    "con rùa|con cò|con chim|mặt trời|mặt trăng|ngôi sao|cầu vồng|dòng sông|ngọn núi|biển xanh|"
    "mưa rào|gió mát|mây trắng|lúa vàng|bánh tét|bánh chưng|bánh mì|cơm trắng|cháo gà|chè đậu|"
    "nước mía|trà đá|cà phê|xoài chín|chuối sứ|bưởi ngọt|cam sành|dưa hấu|mít tố nữ|ổi xanh|"
    "nón lá|áo bà ba|khăn rằn|xe đạp|xuồng ba lá|chiếc thuyền|cây cầu|mái nhà|cánh diều|trống cơm|"
    "đèn lồng|quạt giấy"
).split("|")


@cache
def key_for(purpose: str) -> bytes:
    """Return the 32-byte key for one purpose, derived from the site's secret."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"checkin:{purpose}".encode(), hashlib.sha256)


class SignedText(NamedTuple):
    """16 bytes with a signature of 12, as text for an address or a hidden field."""

    purpose: str
    context: str = ""

    def of(self, content: bytes) -> str:
        return base64.urlsafe_b64encode(content + self._mac(content)).decode().rstrip("=")

    def opened(self, text: str) -> bytes | None:
        """Return the content of a text, or None when we did not write it, letter by letter, for this."""
        try:
            content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[:-12]
        except ValueError:
            return None
        # The whole text is compared: base64 has several spellings for the same bytes.
        is_ours = text.isascii() and hmac.compare_digest(self.of(content), text)
        return content if is_ours and len(content) == 16 else None

    def _mac(self, content: bytes) -> bytes:
        message = self.context.encode() + b"\x1f" + content
        return hmac.digest(key_for(self.purpose), message, hashlib.sha256)[:12]


@dataclass(frozen=True)
class Nonce:
    """A moment in milliseconds since 1970 and 42 random bits; signed it doubles as the form's name.

    Visits of one form are UUIDv7 that share their first 96 bits and end in the person's place on the
    form, so that a form sent again is of the same visits; at a door, in 32 bits of the person.
    """

    milliseconds: int
    bits: int

    @classmethod
    def new(cls, now: datetime, random_bits: Callable[[int], int] = secrets.randbits) -> "Nonce":
        return cls(0, random_bits(_FORM_BITS)).at(now)

    @classmethod
    def of_seed(cls, seed: bytes, moment: datetime) -> "Nonce":
        """Return the nonce of what came without a form: the same seed and moment, the same visit."""
        digest = hashlib.blake2b(seed, digest_size=6).digest()
        return cls(0, int.from_bytes(digest) % (1 << _FORM_BITS)).at(moment)

    @classmethod
    def of(cls, visit: UUID) -> "Nonce":
        """Return the nonce a visit came with."""
        high, low = visit.int >> 64, visit.int & (1 << 64) - 1
        bits = (high & 0xFFF) << 30 | (low >> _PERSON_BITS) & 0x3FFFFFFF
        return cls(high >> 16, bits)

    @classmethod
    def opened(cls, text: str, code: str) -> "Nonce | None":
        """Return the nonce in a signed text given out for this poster, or None."""
        content = SignedText("nonce", code).opened(text)
        return cls.of(UUID(bytes=content)) if content else None

    def signed(self, code: str) -> str:
        """Return the text a form of this poster carries."""
        return SignedText("nonce", code).of(self.id_for().bytes)

    @property
    def moment(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.milliseconds)

    def at(self, moment: datetime) -> "Nonce":
        """Return the same form at another time."""
        return Nonce((moment - _EPOCH) // timedelta(milliseconds=1), self.bits)

    def id_for(self, *about: object) -> UUID:
        """Return the id of what this form says of a person; always the same for the same."""
        digest = hashlib.blake2b("\x1f".join(map(str, about)).encode(), digest_size=4).digest()
        return self._uuid(int.from_bytes(digest) if about else 0)

    def id_of_place(self, place: int) -> UUID:
        """Return the id of the visit of whoever stands at a place of the form, the first at 0."""
        return self._uuid(place + 1)

    @property
    def party(self) -> tuple[UUID, UUID]:
        """The first and last id that the people of this form can have, both included."""
        return self._uuid(0), self._uuid((1 << _PERSON_BITS) - 1)

    def _uuid(self, person: int) -> UUID:
        high = self.milliseconds << 16 | 0x7000 | self.bits >> 30
        low = 0b10 << 62 | (self.bits & 0x3FFFFFFF) << _PERSON_BITS | person
        return UUID(int=high << 64 | low)


@dataclass(frozen=True)
class Receipt:
    """The visits that one form made at one venue: named by a token that has nobody's name."""

    venue_id: int
    nonce: Nonce
    # Told where it is given out: who it is for, what the door does, how many were new.
    visitors: tuple[UUID, ...] = field(default=(), compare=False, repr=False)
    outcome: Outcome = field(default=Outcome.GO, compare=False)
    newcomers: int = field(default=0, compare=False)

    @property
    def token(self) -> str:
        """The part of the address `/r/<token>/`."""
        content = self.venue_id.to_bytes(4) + self.nonce.id_for().bytes[:12]
        return SignedText("receipt").of(content)

    @classmethod
    def opened(cls, token: str) -> "Receipt | None":
        """Return the receipt of a token, or None when we did not give it out."""
        content = SignedText("receipt").opened(token)
        if content is None:
            return None
        return cls(int.from_bytes(content[:4]), Nonce.of(UUID(bytes=content[4:] + bytes(4))))


def word_of_the_day(venue_id: int, day: date) -> str:
    """Return the Vietnamese word that an honest receipt shows at a venue on a local day."""
    message = f"{venue_id}:{day.isoformat()}".encode()
    digest = hmac.digest(key_for("word"), message, hashlib.sha256)
    return _WORDS[int.from_bytes(digest[:4]) % len(_WORDS)]
