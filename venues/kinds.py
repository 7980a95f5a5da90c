"""Kinds of venue: how long people usually stay there, and the words by which clerks mean them."""

import re
import unicodedata
from datetime import timedelta
from difflib import get_close_matches
from functools import cache
from operator import eq

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from districts.names import compared, folded, parted


class Kind(models.TextChoices):
    """What a venue is; decides the usual stay and how officials count."""

    MARKET = "market", _("Market")
    SUPERMARKET = "supermarket", _("Supermarket")
    SHOP = "shop", _("Shop")
    RESTAURANT = "restaurant", _("Restaurant or café")
    OFFICE = "office", _("Public office")
    COMPANY = "company", _("Company office")
    FACTORY = "factory", _("Factory or workshop")
    HEALTH = "health", _("Hospital, clinic or pharmacy")
    SCHOOL = "school", _("School")
    HOTEL = "hotel", _("Hotel or guest house")
    WORSHIP = "worship", _("Pagoda, church or temple")
    TRANSPORT = "transport", _("Bus station or ferry")
    SERVICE = "service", _("Hairdresser, bank or other service")
    EVENT = "event", _("Event or culture house")
    CHECKPOINT = "checkpoint", _("Checkpoint")
    OTHER = "other", _("Other")


# Minutes after which a visit without a departure is closed. Our estimates, not a rule of law.
_USUAL_MINUTES = {
    Kind.MARKET: 90,
    Kind.SUPERMARKET: 60,
    Kind.SHOP: 30,
    Kind.RESTAURANT: 90,
    Kind.OFFICE: 90,
    Kind.COMPANY: 540,
    Kind.FACTORY: 540,
    Kind.HEALTH: 120,
    Kind.SCHOOL: 300,
    Kind.HOTEL: 840,
    Kind.WORSHIP: 90,
    Kind.TRANSPORT: 60,
    Kind.SERVICE: 60,
    Kind.EVENT: 180,
    Kind.CHECKPOINT: 15,
    Kind.OTHER: 60,
}


def usual_stay(kind: str) -> timedelta:
    """Return how long people usually stay at a kind of venue; always under 24 hours."""
    return timedelta(minutes=_USUAL_MINUTES[Kind(kind)])


_WORDS = {
    Kind.MARKET: (
        "chợ, chợ truyền thống, chợ đầu mối, chợ xã, chợ phường, chợ tự phát, markets, ផ្សារ"
    ),
    Kind.SUPERMARKET: ("siêu thị, siêu thị mini, trung tâm thương mại, tttm, mall, ផ្សារទំនើប"),
    Kind.SHOP: (
        "cửa hàng, cửa hàng tiện lợi, cửa hàng tạp hóa, tạp hóa, tiệm tạp hóa, bách hóa, tiệm, "
        "quầy hàng, cửa hàng xăng dầu, cây xăng, trạm xăng, trạm xăng dầu, cửa hàng điện thoại, "
        "cửa hàng vật liệu xây dựng, vật liệu xây dựng, vlxd, tiệm vàng, tiệm điện, nhà sách, "
        "hiệu sách, đại lý, shop, bán lẻ, tiệm bánh, lò bánh mì, cửa hàng quần áo, tiệm vải, "
        "store, grocery, convenience store, "
        "ហាង, តូប, ហាងលក់ទំនិញ"
    ),
    Kind.RESTAURANT: (
        "quán ăn, nhà hàng, quán cà phê, quán cafe, cà phê, cafe, café, quán nước, quán nhậu, "
        "ăn uống, dịch vụ ăn uống, quán, quán cơm, giải khát, quán giải khát, quán phở, quán bún, "
        "tiệm cơm, căn tin, căng tin, bia hơi, quán bia, trà sữa, restaurant, coffee shop, "
        "ភោជនីយដ្ឋាន, ហាងបាយ, ហាងកាហ្វេ"
    ),
    Kind.OFFICE: (
        "cơ quan, cơ quan nhà nước, trụ sở, ubnd, ủy ban nhân dân, trụ sở cơ quan, "
        "cơ quan hành chính, đơn vị sự nghiệp, bưu điện, government office, "
        "ការិយាល័យរដ្ឋ, សាលាឃុំ"
    ),
    Kind.COMPANY: (
        "công ty, văn phòng, văn phòng công ty, doanh nghiệp, cty, company, office, ក្រុមហ៊ុន"
    ),
    Kind.FACTORY: (
        "nhà máy, xí nghiệp, xưởng, phân xưởng, cơ sở sản xuất, khu công nghiệp, factory, workshop, "
        "រោងចក្រ"
    ),
    Kind.HEALTH: (
        "bệnh viện, phòng khám, nhà thuốc, trạm y tế, cơ sở y tế, y tế, hiệu thuốc, quầy thuốc, "
        "trung tâm y tế, nha khoa, phòng khám nha khoa, phòng nha, phòng răng, răng hàm mặt, "
        "phòng mạch, phòng khám đa khoa, phòng khám tư nhân, phòng khám tư, đông y, "
        "y học cổ truyền, phòng thuốc nam, nhà thuốc tây, tiệm thuốc, tiệm thuốc tây, "
        "nhà bảo sanh, nhà hộ sinh, phòng xét nghiệm, trung tâm tiêm chủng, điểm tiêm chủng, "
        "phòng tiêm, dental, dentist, hospital, clinic, pharmacy, "
        "មន្ទីរពេទ្យ, គ្លីនិក, ឱសថស្ថាន, មណ្ឌលសុខភាព"
    ),
    Kind.SCHOOL: (
        "trường học, trường, trường mầm non, trường tiểu học, trường thcs, trường thpt, mầm non, "
        "nhà trẻ, giáo dục, cơ sở giáo dục, trung tâm ngoại ngữ, schools, "
        "សាលារៀន, សាលា"
    ),
    Kind.HOTEL: (
        "khách sạn, nhà nghỉ, nhà trọ, phòng trọ, khu trọ, khu nhà trọ, ký túc xá, motel, cơ sở lưu trú, lưu trú, homestay, guest house, "
        "សណ្ឋាគារ, ផ្ទះសំណាក់"
    ),
    Kind.WORSHIP: (
        "chùa, nhà thờ, đình, đền, miếu, đình miếu, thánh thất, cơ sở tôn giáo, tôn giáo, "
        "cơ sở thờ tự, pagoda, church, temple, "
        "វត្ត, វត្តអារាម, ព្រះវិហារ"
    ),
    Kind.TRANSPORT: (
        "bến xe, nhà ga, bến xe khách, bến tàu, bến phà, bến đò, nhà xe, bus station, ferry, port, "
        "ចំណតរថយន្ត, កំពង់ផែ, សាឡាង"
    ),
    Kind.SERVICE: (
        "dịch vụ, ngân hàng, tiệm tóc, cắt tóc, hớt tóc, tiệm hớt tóc, làm đẹp, spa, "
        "tiệm cắt tóc, uốn tóc, tiệm uốn tóc, thẩm mỹ viện, giặt ủi, tiệm giặt ủi, sửa xe, "
        "tiệm sửa xe, rửa xe, cầm đồ, tiệm cầm đồ, quán net, tiệm net, massage, phòng gym, salon, internet, karaoke, gym, services, bank, hairdresser, "
        "ធនាគារ, ហាងកាត់សក់"
    ),
    Kind.EVENT: "nhà văn hóa, sự kiện, tiệc cưới, nhà hàng tiệc cưới, hội trường, event hall",
    Kind.CHECKPOINT: "chốt kiểm soát, chốt, trạm kiểm soát, chốt kiểm dịch, checkpoints",
    Kind.OTHER: "khác, loại khác, others",
}

_IN_BRACKETS = re.compile(r"\([^)]*\)?")
_OF_A_PLACE = re.compile(
    r"\b(?:trên|tại|ở|thuộc|của|trong|theo|năm|tháng|xã|phường|thị trấn|huyện|tỉnh|ấp|khóm|khu phố|đường|in|of the)\b",
    re.IGNORECASE,
)
_LETTERHEAD = re.compile(
    r"^\W*(?:ubnd|u[ỷỶ]|ủy ban|đảng|sở|phòng|chi cục|công an|cộng h|độc lập|mẫu|phụ lục)\b",
    re.IGNORECASE,
)


def kind_called(text: str) -> Kind | None:
    """Return the kind somebody means; words joined by a comma or dash must mean the same.

    Marks may be missing, never others: "chua" is a pagoda and "chưa" ("not yet") is nothing.
    """
    text = _IN_BRACKETS.sub(" ", text)
    whole = _kind_of(text)
    if whole:
        return whole
    meant = {
        _kind_of(part) for part in re.split(r"[,;/+&–-]|\bvà\b|\bhoặc\b", text) if part.strip()
    }
    return meant.pop() if len(meant) == 1 else None


def kind_named_in(text: str) -> Kind | None:
    """Return the one kind that a title names: of "Danh sách các quán ăn xã Long Đức" restaurants.

    Whose list it is, and of which place, follows after "of" and "in" and names no kind.
    """
    if whole := kind_called(text):
        return whole
    bare = unicodedata.normalize("NFC", _IN_BRACKETS.sub(" ", text))
    if _LETTERHEAD.search(bare):
        return None
    words = re.findall(r"[^\W\d_]+", _OF_A_PLACE.split(bare)[0])
    named: set[Kind] = set()
    while words:
        runs = ((size, _kind_of(" ".join(words[:size]))) for size in range(6, 0, -1))
        size, kind = next((run for run in runs if run[1]), (1, None))
        named |= {kind} if kind else set()
        words = words[size:]
    return named.pop() if len(named) == 1 else None


def kinds_like(text: str) -> list[Kind]:
    """Return the kinds whose words look like a text, the most alike first.

    Letters with their marks decide: "Nha khoa" is not like "nhà thờ", nor "chưa" like "chùa".
    """
    word_typed = _exact(text)[:80]
    words = {_exact(word): kind for word, kind in _words()}
    near = get_close_matches(word_typed, words, n=5, cutoff=0.8)
    if not near:
        plain = {folded(word): word for word in words}
        alike = get_close_matches(folded(word_typed), plain, n=5, cutoff=0.85)
        near = [
            plain[word] for word in alike if " " in word_typed or _is_slip(word_typed, plain[word])
        ]
    start = max((word for word in words if word_typed.startswith(word + " ")), key=len, default="")
    near += [start] if start else []
    return list(dict.fromkeys(words[word] for word in near))[:2]


def _is_slip(typed: str, word: str) -> bool:
    """Whether one syllable is another with a wrong tone: "chờ" is "chợ", "chưa" is not "chùa"."""
    letters = (parted(unicodedata.normalize("NFD", each))[0] for each in (typed, word))
    return len(set(letters)) == 1


def _kind_of(text: str) -> Kind | None:
    parts_typed = _exact(text).split()
    meant = {
        kind: sum(map(eq, parts_typed, word))
        for word, kind in _known().get(folded(" ".join(parts_typed)), ())
        # A word is typed as it should be, or without any mark.
        if all(part in (full, folded(full)) for part, full in zip(parts_typed, word, strict=False))
    }
    return max(meant, key=meant.__getitem__) if meant else None


def _exact(text: str) -> str:
    return unicodedata.normalize("NFC", compared(text.replace("\u200b", "")))


@cache
def _words() -> list[tuple[str, Kind]]:
    """Return every word and its kind; labels count in every language, and last."""
    words = [(word.strip(), kind) for kind, each in _WORDS.items() for word in each.split(",")]
    for language, _name in settings.LANGUAGES:
        with override(language):
            words += [(str(kind.label), kind) for kind in Kind]
    return words + [(kind.value, kind) for kind in Kind]


@cache
def _known() -> dict[str, list[tuple[list[str], Kind]]]:
    """Return the words, as they are written, and their kinds by the same words without marks."""
    known: dict[str, list[tuple[list[str], Kind]]] = {}
    for word, kind in reversed(_words()):
        exact = _exact(word)
        known.setdefault(folded(exact), []).append((exact.split(), kind))
    return known
