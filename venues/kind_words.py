"""The words by which people call each kind of venue, and the kind that somebody means."""

import re
from difflib import get_close_matches
from functools import cache

from django.conf import settings
from django.utils.translation import override

from districts.names import folded

from .kinds import Kind

_WORDS = {
    Kind.MARKET: "chợ, chợ truyền thống, chợ đầu mối, chợ xã, chợ phường, chợ tự phát, markets",
    Kind.SUPERMARKET: "siêu thị, siêu thị mini, trung tâm thương mại, tttm, mall",
    Kind.SHOP: (
        "cửa hàng, cửa hàng tiện lợi, cửa hàng tạp hóa, tạp hóa, tiệm tạp hóa, bách hóa, tiệm, "
        "quầy hàng, cửa hàng xăng dầu, cây xăng, cửa hàng vật liệu xây dựng, cửa hàng điện thoại, "
        "store, grocery, convenience store"
    ),
    Kind.RESTAURANT: (
        "quán ăn, nhà hàng, quán cà phê, quán cafe, cà phê, cafe, café, quán nước, quán nhậu, "
        "ăn uống, dịch vụ ăn uống, quán, quán cơm, giải khát, restaurant, coffee shop"
    ),
    Kind.OFFICE: (
        "cơ quan, cơ quan nhà nước, trụ sở, ubnd, ủy ban nhân dân, trụ sở cơ quan, "
        "cơ quan hành chính, đơn vị sự nghiệp, bưu điện, government office"
    ),
    Kind.COMPANY: "công ty, văn phòng, văn phòng công ty, doanh nghiệp, cty, company, office",
    Kind.FACTORY: (
        "nhà máy, xí nghiệp, xưởng, phân xưởng, cơ sở sản xuất, khu công nghiệp, factory, workshop"
    ),
    Kind.HEALTH: (
        "bệnh viện, phòng khám, nhà thuốc, trạm y tế, cơ sở y tế, y tế, hiệu thuốc, quầy thuốc, "
        "trung tâm y tế, hospital, clinic, pharmacy"
    ),
    Kind.SCHOOL: (
        "trường học, trường, trường mầm non, trường tiểu học, trường thcs, trường thpt, mầm non, "
        "nhà trẻ, giáo dục, cơ sở giáo dục, trung tâm ngoại ngữ, schools"
    ),
    Kind.HOTEL: "khách sạn, nhà nghỉ, nhà trọ, cơ sở lưu trú, lưu trú, homestay, guest house",
    Kind.WORSHIP: (
        "chùa, nhà thờ, đình, đền, miếu, đình miếu, thánh thất, cơ sở tôn giáo, tôn giáo, "
        "cơ sở thờ tự, pagoda, church, temple"
    ),
    Kind.TRANSPORT: "bến xe, bến tàu, bến phà, bến đò, nhà xe, bus station, ferry, port",
    Kind.SERVICE: (
        "dịch vụ, ngân hàng, tiệm tóc, cắt tóc, hớt tóc, tiệm hớt tóc, làm đẹp, spa, "
        "tiệm cắt tóc, salon, internet, karaoke, gym, services, bank, hairdresser"
    ),
    Kind.EVENT: "nhà văn hóa, sự kiện, tiệc cưới, nhà hàng tiệc cưới, hội trường, event hall",
    Kind.CHECKPOINT: "chốt kiểm soát, chốt, trạm kiểm soát, chốt kiểm dịch, checkpoints",
    Kind.OTHER: "khác, loại khác, others",
}


def kind_called(text: str) -> Kind | None:
    """Return the kind somebody means; words joined by a comma or dash must mean the same."""
    known = _known()
    whole = _plain(text)
    if whole in known:
        return known[whole]
    parts = [_plain(part) for part in re.split(r"[,;/+&–-]|\bvà\b|\bhoặc\b", text)]
    meant = {known.get(part) for part in parts if part}
    return meant.pop() if len(meant) == 1 else None


def kinds_like(text: str) -> list[Kind]:
    """Return the kinds whose words look like a text, the most alike first."""
    near = get_close_matches(_plain(text)[:80], _known(), n=5, cutoff=0.8)
    return list(dict.fromkeys(_known()[word] for word in near))[:2]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", folded(text)).strip()


@cache
def _known() -> dict[str, Kind]:
    """Return the kind by each word, without diacritics; labels count in every language."""
    known = {_plain(word): kind for kind, words in _WORDS.items() for word in words.split(",")}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {_plain(str(kind.label)): kind for kind in Kind}
    return known | {kind.value: kind for kind in Kind}
