"""What must be true of every page that a test fetches, whatever it shows."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import allauth
import django
import html5lib
import polib
from django.conf import settings
from html5lib.html5parser import ParseError

LANGUAGES = ("vi", "km", "en")
OWN_HOSTS = {"", "testserver", "localhost", "127.0.0.1"}
REFERRING = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form")
SPOKEN = ("aria-label", "title", "alt", "placeholder", "data-hint", "data-none", "data-add")
LABELLESS = ("hidden", "submit", "button", "image", "reset")


def parse(html: str) -> Element:
    """Return the document, refusing what a strict HTML5 parser refuses."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        return parser.parse(html)
    except ParseError as error:
        line, column = parser.tokenizer.stream.position()
        shown = html.splitlines()[line - 1][max(0, column - 100) : column + 20]
        raise AssertionError(f"invalid HTML: {error} at line {line}: …{shown}") from error


def broken(root: Element, headers: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for each rule the page breaks."""
    for rule in (_heading, _ids, _labels, _buttons, _inline, _origins, _language, _pictures):
        yield from rule(root)
    yield from weak_headers(headers)


# What a header must say, whole parts of it, whatever is answered.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ),
    "Permissions-Policy": ("geolocation=()", "microphone=()", "payment=()", "usb=()"),
    "X-Content-Type-Options": ("nosniff",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
}


def weak_headers(headers: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each header that allows a browser more than it needs."""
    for name, parts in HEADERS.items():
        said = [part.strip() for part in re.split("[;,]", headers.get(name, ""))]
        if not set(parts) <= set(said) or "unsafe" in " ".join(said):
            yield f"the {name} is {headers.get(name, '')!r}"
    if headers.get("Referrer-Policy") != "same-origin":  # "no-referrer" sends forms from "null"
        yield f"the Referrer-Policy is {headers.get('Referrer-Policy')!r}"
    if any(name.lower().startswith("access-control-") for name in headers):
        yield "other sites may read the answer"
    said = headers.get("Content-Type", "text/html; charset=utf-8")
    if said.startswith("text/") and "charset=utf-8" not in said.lower().replace('"', ""):
        yield f"the Content-Type is {said!r}"


def words(element: Element | None) -> str:
    """Return what an element says, with single spaces; what is hidden says nothing."""
    return " ".join(" ".join(_texts(element)).split()) if element is not None else ""


def _texts(element: Element) -> Iterator[str]:
    if element.tag in ("script", "style", "template", "datalist"):
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.get("hidden") is None:
            yield from _texts(child)
            yield "" if child.tag in _RUNNING else " "
        yield child.tail or ""


_RUNNING = {"b", "i", "em", "strong", "span", "a", "code", "small", "abbr", "time", "wbr"}


def _heading(root: Element) -> Iterator[str]:
    headings = [words(heading) for heading in root.iter("h1")]
    if len(headings) != 1:
        yield f"it has {len(headings)} h1: {headings}"
        return
    title = " ".join((root.findtext("head/title") or "").split())
    said, body = title.rpartition(" · ")[0], root.find("body")
    if body is not None and "drill" in (body.get("class") or "").split():
        said = said.partition(" · ")[2]  # before it stands that it is one
    if said != headings[0]:
        yield f"the title {title!r} does not begin with the h1 {headings[0]!r}"


def _ids(root: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    yield from (f"the id {name!r} stands {n} times" for name, n in ids.items() if n > 1)
    for element in root.iter():
        for attribute in REFERRING:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute}={name!r} of a {element.tag} names nothing"
        href = element.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            yield f"a link leads to {href!r}, which is nowhere"


def _labels(root: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in root.iter("label") if words(label)}
    inside = {control for label in root.iter("label") if words(label) for control in label.iter()}
    grouped = {c for f in root.iter("fieldset") if f.find("legend") is not None for c in f.iter()}
    for control in _controls(root):
        named = control.get("aria-label") or control.get("aria-labelledby")
        if not (named or control in inside or control.get("id") in labelled):
            yield f"the field {control.get('name')!r} has no label"
        if control.get("type") == "radio" and control not in grouped:
            yield f"the choice {control.get('name')!r} has no fieldset with a legend"


def _controls(root: Element) -> Iterator[Element]:
    for control in root.iter():
        typed = control.tag == "input" and control.get("type", "text") not in LABELLESS
        if typed or control.tag in ("select", "textarea"):
            yield control


def _buttons(root: Element) -> Iterator[str]:
    for element in root.iter():
        named = element.get("aria-label") or any(part.get("alt") for part in element.iter("img"))
        if element.tag in ("a", "button") and not (named or words(element)):
            yield f"a {element.tag} says nothing: {element.attrib}"


def _inline(root: Element) -> Iterator[str]:
    for element in root.iter():
        if element.tag == "style" or element.get("style") is not None:
            yield f"inline style in {element.tag} {element.attrib}"
        if element.tag == "script" and not element.get("src"):
            yield "an inline script"
        for name, value in element.attrib.items():
            if name.startswith("on") or value.strip().lower().startswith("javascript:"):
                yield f"script in the attribute {name} of {element.tag}"


def _origins(root: Element) -> Iterator[str]:
    own = OWN_HOSTS | {urlsplit(settings.SITE_ADDRESS).hostname}
    for element in root.iter():
        for name in ("src", "href", "action", "formaction", "srcset", "poster", "data"):
            address = urlsplit(element.get(name) or "")
            if address.scheme in _APPS:
                continue
            if address.hostname not in own | {None} or address.scheme not in _SCHEMES:
                yield f"{name} of a {element.tag} leaves the site: {element.get(name)}"


_SCHEMES = {"", "http", "https"}
_APPS = {"tel", "mailto", "otpauth"}  # open what is on the phone and fetch nothing


def _pictures(root: Element) -> Iterator[str]:
    for picture in root.iter("img"):
        if picture.get("alt") is None:
            yield f"the picture {picture.get('src')} has no alt"


def _language(root: Element) -> Iterator[str]:
    language = root.get("lang") or ""
    if language not in LANGUAGES:
        yield f"the page's language is {language!r}"
        return
    for sentence in _said_in(root, language):
        if sentence in _english_not_to_be_seen(language):
            yield f"left in English: {sentence!r}"


def _said_in(element: Element, language: str) -> Iterator[str]:
    """Yield the sentences of a page, but for parts marked as another language."""
    if element.get("lang", language) != language or element.tag in ("script", "style"):
        return
    for sentence in (element.text, *(child.tail for child in element)):
        yield re.sub(r"\s+", " ", sentence or "").strip()
    yield from (element.get(name, "") for name in SPOKEN)
    for child in element:
        yield from _said_in(child, language)


@cache
def _english_not_to_be_seen(language: str) -> frozenset[str]:
    """Return sentences of ours that are translated, and those of the libraries that are not ours.

    What of ours is still to be translated, the test of the catalogues says.
    """
    catalogue = Path(settings.BASE_DIR, "locale", language, "LC_MESSAGES", "django.po")
    if language == "en" or not catalogue.exists():
        return frozenset()
    own = polib.pofile(str(catalogue))
    libraries = [
        Path(package.__file__).parent / place / "locale" / "en" / "LC_MESSAGES" / "django.po"
        for package, place in ((django, "conf"), (django, "contrib/auth"), (allauth, ""))
    ]
    borrowed = {entry.msgid for path in libraries for entry in polib.pofile(str(path))}
    wrong = {e.msgid for e in own.translated_entries() if e.msgstr != e.msgid}
    wrong |= borrowed - {entry.msgid for entry in own}
    return frozenset(sentence for sentence in wrong if " " in sentence)
