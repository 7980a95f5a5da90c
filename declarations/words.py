"""The word of the day: what staff expect to read on an honest receipt."""

import hashlib
import hmac
from datetime import date

from . import tokens

_WORDS = (
    "hoa sen|hoa mai|hoa cúc|hoa hồng|hoa đào|hoa lan|cây dừa|cây đa|cây tre|cây bàng|cây cau|"
    "con trâu|con bò|con gà|con vịt|con mèo|con cá|con tôm|con cua|con ong|con voi|con ngựa|"
    "con rùa|con cò|con chim|mặt trời|mặt trăng|ngôi sao|cầu vồng|dòng sông|ngọn núi|biển xanh|"
    "mưa rào|gió mát|mây trắng|lúa vàng|bánh tét|bánh chưng|bánh mì|cơm trắng|cháo gà|chè đậu|"
    "nước mía|trà đá|cà phê|xoài chín|chuối sứ|bưởi ngọt|cam sành|dưa hấu|mít tố nữ|ổi xanh|"
    "nón lá|áo bà ba|khăn rằn|xe đạp|xuồng ba lá|chiếc thuyền|cây cầu|mái nhà|cánh diều|trống cơm|"
    "đèn lồng|quạt giấy"
).split("|")


def word_of_the_day(venue_id: int, day: date) -> str:
    """Return the Vietnamese word for a venue and a local day, the same in every language."""
    message = f"{venue_id}:{day.isoformat()}".encode()
    digest = hmac.digest(tokens.key_for("word"), message, hashlib.sha256)
    return _WORDS[int.from_bytes(digest[:4]) % len(_WORDS)]
