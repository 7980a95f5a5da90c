"""The hostile corpus through everything that takes a text, over real HTTP, and what came of it.

A walk crawls the pages of everybody, and puts texts into every field of every form it meets, every
parameter, every part of an address, headers, cookies, the door's interface and lists of venues.
Every answer is inspected; at the end every page is fetched again with all that was stored.
"""

import inspect
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urljoin
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.urls import resolve
from django.utils import timezone

from forms.fields import shown
from tests.venues.lists import ORDER, as_csv, as_xlsx, row

from .hostile import RAN, TEXTS, chosen
from .house.addresses import ADDRESSES, filled
from .inspected import faults, quick_tree
from .page import Form
from .poisoned import poison
from .processes import Served
from .wire import FORM, MULTIPART, Answer, Wire, as_bytes, encoded, with_file

# What a form needs besides the hostile field to be taken; the names are those of the forms.
_USUAL = {
    "full_name": "Nguyễn Văn An", "phone": "0912345678", "birth_year": "1975", "commune": "29239",
    "address": "12 Lê Lợi", "name": "Cổng sau", "responsible_name": "Trần Thị Bình", "consent": "yes",
    "gender": "male", "responsible_phone": "0912345678", "email": "lan@example.vn", "note": "đã gọi",
    "case_contact": "no", "area_contact": "no", "symptomatic_contact": "no", "travelled": "no",
    "kind": "market", "why": "gõ nhầm", "start": "08:00", "end": "09:00", "number": "1",
}  # fmt: skip
# Acts that end what the walk still needs: their fields are tried with what they refuse alone.
_ENDS = re.compile(r"(logout|sign-out|forget|close|end|lock|elsewhere|remove|replace|give-up)/$")
_READ = re.compile(
    r"typed_search\(request\.GET, \"(\w+)\"|GET\.get(?:list)?\(\s*\"(\w+)\"|\"(\w+)\" (?:not )?in request\.GET"
)
_WORST = (
    "\x00",
    "A\x01n",
    "-1",
    "²",
    "9" * 5000,
    "99999999999999999999",
    "\ufdd0",
    "%",
    "[]",
    "2026-02-30",
)
_HEADERS = (
    "User-Agent", "Referer", "Accept-Language", "Accept", "X-Forwarded-For", "X-Forwarded-Proto",
    "X-Forwarded-Host", "X-Requested-With", "HX-Request", "HX-Current-URL", "HX-Target", "Range",
    "If-Modified-Since", "If-None-Match", "Content-Type", "Authorization", "Origin", "Host", "Script-Name",
)  # fmt: skip
_THEIRS = re.compile(
    r"(venues/<str:code>/|dashboard/<slug:unit>/|tracing/cases/|jobs/<|drill/cases/)"
)
_SPELLINGS: list[Callable[[str], str]] = [
    lambda url: f"/{url}", lambda url: url.rstrip("/"), lambda url: f"{url}/", lambda url: f"{url}%00",
    lambda url: url.replace("/", "//"), lambda url: url.replace("/", "/./"), lambda url: f"/static/..{url}",
    lambda url: f"/x/..{url}", lambda url: f"/x/%2e%2e{url}", lambda url: url.replace("/", "%2f"),
    lambda url: url.upper(), lambda url: f"/%{ord(url[1]):02x}{url[2:]}", lambda url: f"{url};x",
    lambda url: f"{url}..;/", lambda url: f"http://127.0.0.1{url}", lambda url: f"{url}%20",
    lambda url: url.replace("/", "\\"), lambda url: f"{url}?list=2021-01-01", lambda url: f"{url}#x",
]  # fmt: skip
_WAYS_OUT = (
    "../",
    "..%2f",
    "%2e%2e/",
    "..%5c",
    "%252e%252e/",
    "css/../../",
    "/",
    "..//",
    "....//",
    "..%c0%af",
)
_FILE_TYPES = ("csv", "xlsx", "pdf", "docx", "svg", "json")
_STORED = (f"=cmd|' /C calc'!A0\"'><script hz>{RAN}</script>{{{{7*7}}}}",)
_NOT_SHOWN = {"password", "hidden", "file", "submit", "radio", "checkbox"}

Sent = tuple[Any, ...]  # method, target, headers, body


@dataclass
class Walk:
    """A walk over a served site with so many texts for each field; see `figures`."""

    site: Served
    people: dict[str, Wire]
    places: dict[str, Any]
    each: int = 1
    counts: Counter[str] = field(default_factory=Counter)
    dearest: tuple[float, str] = (0.0, "")
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        texts = TEXTS if self.each > 10 else [text for text in chosen(400) if len(text) < 20_000]
        self.texts = cycle(texts)
        self.sent: set[str] = set()
        # Without a drill its pages lead to where one is started, as a long walk sees.
        self.lines = [line for line in ADDRESSES if self.is_long or "drill/" not in line]

    def some(self) -> list[str]:
        """Return the texts whose turn it is."""
        texts = [next(self.texts) for _ in range(self.each)]
        self.sent |= set(texts)
        return texts

    def ask(self, wire: Wire, where: str, sent: Sent) -> Answer:
        """Ask, count the answer, and note what is wrong with it and what it cost."""
        before = self.site.seconds()
        answer = wire.send(*sent)
        self.dearest = max(self.dearest, (self.site.seconds() - before, where[:200]))
        self.counts["requests"] += 1
        self.counts["pages"] += answer.is_page
        self.counts[f"status {answer.status}"] += 1
        self.faults += (f"{where[:300]}: {fault}" for fault in faults(answer))
        return answer

    def whole(self) -> None:
        """Do everything, in an order in which what is needed last is ended last."""
        forms = self.crawl()
        for step in (
            self.parameters,
            self.parts,
            self.headers,
            self.cookies,
            self.scans,
            self.files,
        ):
            step()
        for who, form in sorted(
            forms.values(), key=lambda pair: bool(_ENDS.search(pair[1].action))
        ):
            self.fields(who, form)
        # No field takes what cannot be read: such a text is nowhere to come out of.
        readable = [text for text in TEXTS if shown(text) == text] if self.is_long else []
        for text in (*_STORED, *readable[:: len(TEXTS) // self.each]):
            self.counts["places that took a text"] += poison(text)
            _begin_limits_anew()
            self.crawl(everybody=False)

    @property
    def is_long(self) -> bool:
        return self.each > 1

    def crawl(self, *, everybody: bool = True) -> dict[Any, tuple[str, Form]]:
        """Fetch every page and file; return each form once, with who met it."""
        forms: dict[Any, tuple[str, Form]] = {}
        self.names_at: dict[str, set[str]] = defaultdict(set)
        for line in self.lines:
            for file_type in _FILE_TYPES if "file_type" in line else ("",):
                method, url = filled(line, self.places | {"file_type": file_type})
                if method != "GET" or "logout" in line:
                    continue
                for who in self.people if self.is_long and everybody else _readers(line):
                    answer = self.ask(self.people[who], f"{who} {url}", ("GET", url))
                    for form in _forms(answer, urljoin(self.site.url, url)):
                        forms.setdefault(self._key(form), (who, form))
                        self.names_at[line] |= form.names if form.method == "GET" else set()
        return forms

    def _key(self, form: Form) -> tuple[str, ...]:
        """Return what tells a form from others; a short walk takes each set of fields once."""
        where = form.action if self.is_long else ""
        return (form.method, where, *sorted(form.names))

    def fields(self, who: str, form: Form) -> None:
        """Send a form once for each of its fields and texts, with all others as usual."""
        usual = [(n, v) for n, values in _usual(form).items() for v in values]
        for name in sorted(form.names if self.is_long else _once(form.names)):
            for text in self.some():
                body = [(n, v) for n, v in usual if n != name] + [(name, text)]
                where = f"{who} {form.method} {form.action} {name}={text[:60]!r}"
                answer = self.ask(self.people[who], where, self.submission(who, form, body))
                # What is larger than any form is not read, and the page shows none of it.
                shows = answer.status == 422 and len(text) < 1_000_000
                if shows and (wrong := _differs(answer, form, name, text)):
                    self.faults.append(f"{where}: shown as {wrong[:80]!r}")
                self.counts["fields"] += 1
        _begin_limits_anew()

    def submission(self, who: str, form: Form, body: list[tuple[str, str]]) -> Sent:
        """Return a form as a browser sends it."""
        target = form.action.replace(self.site.url, "").partition("#")[0]
        self.people[who].cookies.setdefault("csrftoken", "x" * 32)
        if form.method == "GET":
            return "GET", as_bytes(target.partition("?")[0]) + b"?" + encoded(body)
        if form.element.get("enctype") == "multipart/form-data":
            content = with_file(body, "other", ("x", b""))
            return "POST", target, {"Content-Type": MULTIPART}, content
        return "POST", target, {"Content-Type": FORM}, encoded(body)

    def parameters(self) -> None:
        """Put texts into each parameter that a page reads, and the worst into each of them."""
        worst = (text for pair in zip(cycle(_WORST), self.texts, strict=False) for text in pair)
        for line in self.lines:
            method, url = filled(line, self.places)
            if method != "GET" or "logout" in line:
                continue
            who = _reader(line)
            for name in sorted(_parameters(url) | self.names_at[line]):
                for text in [*self.some(), *_WORST] if self.is_long else [next(worst)]:
                    target = as_bytes(url) + b"?" + encoded([(name, text[:3000])])
                    self.ask(self.people[who], f"{who} {url}?{name}={text[:60]!r}", ("GET", target))
                    self.counts["parameters"] += 1

    def parts(self) -> None:
        """Put texts into each part of each address that is filled in."""
        for line in self.lines:
            for part in re.findall(r"<(?:\w+:)?(\w+)>", line):
                for text in self.some():
                    held = quote_from_bytes(
                        as_bytes(text[:1000]), safe="" if self.counts["parts"] % 2 else "/"
                    )
                    method, url = filled(line, self.places | {part: held})
                    who = _reader(line)
                    body = b"" if method == "GET" else b"x=1"
                    sent = (method, url, {"Content-Type": FORM} if body else {}, body)
                    self.ask(self.people[who], f"{who} {method} {url}", sent)
                    self.counts["parts"] += 1

    def detours(self, known: Iterable[str]) -> None:
        """Ask by other spellings for what is another district's, and for files beside the static ones."""
        lines = [line for line in ADDRESSES if _THEIRS.match(line)]
        urls = [filled(line, self.places)[1] for line in (lines if self.is_long else lines[::6])]
        for url, spelled in product(urls, _SPELLINGS):
            answer = self.ask(self.people["next"], f"next {spelled(url)}", ("GET", spelled(url)))
            if shown := [text for text in known if text in answer.text]:
                self.faults.append(f"next {spelled(url)} shows {shown}")
        for way, name in product(
            _WAYS_OUT, ("manage.py", "checkin_site/settings.py", "var/secrets/hash_key")
        ):
            answer = self.ask(
                self.people["nobody"], f"static {way}", ("GET", f"/static/{way}{name}")
            )
            if answer.status not in (301, 400, 404):
                self.faults.append(f"static {way}{name}: {answer.status}")

    def headers(self) -> None:
        """Send texts as headers, as they are and without their line ends."""
        targets = cycle(
            [
                "/",
                filled("v/<str:code>/", self.places)[1],
                "/accounts/login/",
                "/me/",
                "/dashboard/",
            ]
        )
        for name in _HEADERS:
            for _ in range(3):
                for text in self.some():
                    line = text[:6000]
                    if self.counts["headers"] % 4:
                        line = re.sub(r"[\r\n\x00]", "", line)
                    target = next(targets)
                    who = ("nobody", "here", "owner")[self.counts["headers"] % 3]
                    sent = ("GET", target, {name: as_bytes(line)})
                    where = f"{who} {target} {name}: {line[:60]!r}"
                    self.ask(self.people[who], where, sent)
                    self.counts["headers"] += 1

    def cookies(self) -> None:
        """Send texts as each cookie that the site reads, also in quotes and escaped."""
        names = [
            settings.SESSION_COOKIE_NAME,
            settings.CSRF_COOKIE_NAME,
            settings.LANGUAGE_COOKIE_NAME,
        ]
        names += ["memory", "unsent", "last_account", "messages", "key", "unlocked", "hz"]
        wire = Wire(self.site.url)
        for name in names:
            for _ in range(3):
                for text in self.some():
                    value = as_bytes(re.sub(r"[\r\n\x00]", "", text[:3000]))
                    escaped = (
                        b'"' + b"".join(b"\\%03o" % byte for byte in as_bytes(text)[:900]) + b'"'
                    )
                    for cookie in (value, escaped):
                        for target in ("/me/", "/dashboard/"):
                            sent = ("GET", target, {"Cookie": as_bytes(name) + b"=" + cookie})
                            where = f"{target} cookie {name}={cookie[:60]!r}"
                            self.ask(wire, where, sent)
                            wire.cookies.clear()
        wire.close()

    def scans(self) -> None:
        """Put texts into each key of a batch, of a scan and of its answers, also as broken UTF-8."""
        now, keys = timezone.now().isoformat(), cycle(self.places["station_keys"])
        usual = {"id": "", "at": now, "direction": "in", "text": "0912345678", "is_typed": True}
        schemas = json.loads(self.people["nobody"].get("/api/openapi.json").body)["components"][
            "schemas"
        ]
        kind: dict[str, str | bytes] = {"Content-Type": "application/json"}
        for name in sorted(
            {name for part in schemas.values() for name in part.get("properties", {})}
        ):
            for text in [*self.some(), *self.some()]:
                scan = usual | {"id": str(uuid4())}
                whole = {"sent_at": now, "scans": [scan | {name: text}]}
                deep = {"sent_at": now, "scans": [scan | {"answers": {name: text}}]}
                raw = as_bytes(json.dumps(whole, ensure_ascii=False))
                for body in (
                    *(json.dumps(one).encode() for one in (whole, deep, whole | {name: text})),
                    raw,
                ):
                    sent = ("POST", f"/s/{next(keys)}/scans/", kind, body)
                    self.ask(self.people["nobody"], f"{name} {text[:60]!r}", sent)

    def files(self) -> None:
        """Send texts as names of files, and as the cells of each column of a list of venues."""
        url, token = f"/dashboard/{self.places['unit']}/import/", self._token("here")
        for text in [text for _ in range(4) for text in self.some()]:
            name = text[:900].replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            cells = [
                row(**{column: as_bytes(text[:5000]).decode("utf-8", "replace")})
                for column in ORDER
            ]
            for content in (as_csv(cells), as_xlsx(cells)) if self.is_long else (as_csv(cells),):
                body = with_file(token, "file", (name, content))
                sent = ("POST", url, {"Content-Type": MULTIPART}, body)
                answer = self.ask(self.people["here"], f"file {name[:80]!r}", sent)
                if answer.status == 302:
                    listed = answer.header("location")
                    self.ask(self.people["here"], f"list {name[:80]!r}", ("GET", listed))

    def _token(self, who: str) -> list[tuple[str, str]]:
        page = self.people[who].get(f"/dashboard/{self.places['unit']}/import/").text
        return re.findall(r'name="(csrfmiddlewaretoken)" value="(\w+)"', page)[:1]

    @property
    def figures(self) -> str:
        """Return what was counted, a line for each."""
        lines = [f"{name}: {count}" for name, count in sorted(self.counts.items())]
        lines += [f"texts: {len(self.sent)} of {len(TEXTS)}"]
        lines += [f"dearest: {self.dearest[0]:.2f} s of a core, {self.dearest[1]}"]
        lines += [
            f"a worker's peak: {self.site.memory() / 1e6:.0f} MB",
            f"faults: {len(self.faults)}",
        ]
        return "\n".join(lines)


def _begin_limits_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_limit")
    cache.clear()


@lru_cache
def _read_in(file: str) -> frozenset[str]:
    text = Path(file).read_text()
    return frozenset(name for names in _READ.findall(text) for name in names if name)


def _parameters(url: str) -> set[str]:
    """Return the names that the file of an address's view reads, and those that every list has."""
    view = inspect.unwrap(resolve(url).func)
    file = inspect.getsourcefile(view) or ""
    return {"page", "q", *_read_in(file)} if "site-packages" not in file else {"next"}


def _once(names: set[str]) -> set[str]:
    """Return names without those that differ from another in their number alone."""
    return set({re.sub(r"\d+", "", name): name for name in sorted(names)}.values())


def _reader(line: str) -> str:
    """Return who is shown what an address has."""
    path = line.removeprefix("POST ")
    if path.startswith(("tracing/", "drill/")):
        return "tracer"
    if path.startswith("admin/"):
        return "administrator"
    answers = ADDRESSES[line].split()
    good = [n for n, answer in enumerate(answers) if answer in ("200", "422", "303")]
    return ("nobody", "owner", "another", "here", "next", "province")[good[0] if good else 3]


def _readers(line: str) -> list[str]:
    """Return who is shown it, and a phone that remembers people where anybody is."""
    who = _reader(line)
    return [who, "phone"] if who == "nobody" else [who]


def _forms(answer: Answer, url: str) -> Iterator[Form]:
    if answer.is_page and answer.status in (200, 422):
        root = quick_tree(answer.text)
        yield from (Form(element, root, url) for element in root.iter("form"))


def _usual(form: Form) -> dict[str, list[str]]:
    """Return what the page holds, completed by what is usual."""
    values = form.values
    for name in form.names:
        usual = _USUAL.get(name.rpartition("-")[2], "")
        if usual and not "".join(values.get(name, [])):
            offered = form.offers(name)
            if offered is None or usual in offered:
                values[name] = [usual]
            elif offered:
                values[name] = [max(offered)]
    return values


def _differs(answer: Answer, form: Form, name: str, text: str) -> str:
    """Return what a page shows of a text in its field, where that is another than was sent."""
    for again in _forms(answer, form.url):
        # The door's field is empty for the next card, whatever the last one said.
        is_same = again.action == form.action and "/s/" not in form.action
        if is_same and name in again.names and form.offers(name) is None:
            for control in again._controls():
                if control.get("name") == name and control.get("type", "text") not in _NOT_SHOWN:
                    held = (
                        (control.text or "")
                        if control.tag == "textarea"
                        else control.get("value", "")
                    )
                    return "" if _same(held, text) else held or "nothing"
    return ""


def _same(held: str, text: str) -> bool:
    typed = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    lines = re.sub("\r\n?", "\n", held).strip()
    return lines in (re.sub("\r\n?", "\n", kept).strip() for kept in (typed, shown(typed)))
