"""Fetching pages as a browser would, and checking each one on the way.

screen = page.get("/v/AB…/")                  # 200, and every rule of page_rules holds
screen = page.get("/v/nothing/", status=404)
screen = page.submit(screen, full_name="An")  # its form with all defaults, follows redirects
screen = page.submit(screen, status=422, phone="")
screen = page.post("/v/AB…/", {"phone": "\\x00"}, status=422)    # what no browser would send
page.by(official).get("/dashboard/")          # somebody signed in, with cookies of their own
page.speaking("km").get("/")                  # a phone set to Khmer
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from django.http import HttpResponse
from django.test import Client

from accounts.models import Account

from . import page_rules
from .page_rules import words

REDIRECTS = (301, 302, 303, 307, 308)
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Reader:
    """Somebody with a browser: cookies, a language, perhaps signed in."""

    def __init__(self, client: Client, language: str = "vi") -> None:
        self.client = client
        self.language = language

    def by(self, account: Account | None) -> "Reader":
        """Return another person's browser, signed in; None is somebody signed out."""
        client = Client()
        if account:
            client.force_login(account, backend=_BACKEND)
        return Reader(client, self.language)

    def speaking(self, language: str) -> "Reader":
        """Return the same browser set to another language."""
        return Reader(self.client, language)

    def get(self, url: str, status: int | None = 200, **headers: str) -> "Screen":
        """Fetch an address; a redirect is only accepted when its status is asked for."""
        return self._sent("GET", url, None, status, headers)

    def post(
        self, url: str, data: dict[str, Any], status: int | None = 302, **headers: str
    ) -> "Screen":
        """Send what a browser could not, or would not; without the form's token."""
        return self._sent("POST", url, data, status, headers)

    def submit(
        self, screen: "Screen", changes: dict[str, Any] | None = None, /,
        status: int = 200, form: str = "", **more: Any,
    ) -> "Screen":  # fmt: skip
        """Submit the page's form as a browser would and follow to the page that comes of it.

        `form` names one of several by a part of its id or action. Values not offered are refused.
        """
        chosen = screen.form(form)
        data = chosen.filled((changes or {}) | more)
        self.client.handler.enforce_csrf_checks = True
        try:
            answer = self._sent(chosen.method, chosen.action, data, None, {})
        finally:
            self.client.handler.enforce_csrf_checks = False
        if answer.status in REDIRECTS and status not in REDIRECTS:
            return self.follow(answer, status)
        return answer.expecting(status)

    def follow(self, screen: "Screen", status: int = 200) -> "Screen":
        """Go where a redirect leads, however many there are."""
        for _hop in range(5):
            if screen.status not in REDIRECTS:
                return screen.expecting(status)
            screen = self._sent("GET", screen.location, None, None, {})
        raise AssertionError(f"redirected for ever: {screen.url}")

    def _sent(
        self, method: str, url: str, data: Any, status: int | None, headers: dict[str, str]
    ) -> "Screen":
        sent = {"accept-language": self.language} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        send = self.client.post if method == "POST" else self.client.get
        screen = Screen.of(url, send(url, data, headers=sent))
        return screen if status is None else screen.expecting(status)


@dataclass
class Form:
    """A form as it was served: where it goes, and what it holds."""

    element: Element
    root: Element
    url: str

    @property
    def method(self) -> str:
        return self.element.get("method", "get").upper()

    @property
    def action(self) -> str:
        return urljoin(self.url, self.element.get("action") or self.url)

    @property
    def names(self) -> set[str]:
        return {name for control in self._controls() if (name := control.get("name"))}

    @property
    def values(self) -> dict[str, list[str]]:
        """What a browser would send if nobody touched the form."""
        found: dict[str, list[str]] = {}
        for control in self._controls():
            name = control.get("name")
            if name and control.get("disabled") is None:
                found.setdefault(name, []).extend(_sent_by(control))
        return {name: sent for name, sent in found.items() if sent}

    def offers(self, name: str) -> set[str] | None:
        """Return the values one can choose from, or None where one can type."""
        offered: set[str] = set()
        for control in self._controls():
            if control.get("name") != name:
                continue
            if control.tag == "select":
                offered |= {_option_value(option) for option in control.iter("option")}
            elif control.tag == "button" or control.get("type") in ("radio", "checkbox", "submit"):
                offered.add(control.get("value", "on"))
            else:
                return None
        return offered

    def filled(self, changes: dict[str, Any]) -> dict[str, list[str]]:
        """Return what is sent after somebody made these changes; None leaves a field out."""
        data = self.values
        for name, value in changes.items():
            assert name in self.names, f"no field {name!r}; there are {sorted(self.names)}"
            chosen = [str(one) for one in (value if isinstance(value, list | tuple) else [value])]
            offered = self.offers(name)
            if value is None:
                data.pop(name, None)
                continue
            assert offered is None or set(chosen) <= offered, f"{name} offers {sorted(offered)}"
            data[name] = chosen
        return data

    def _controls(self) -> list[Element]:
        inside = [e for e in self.element.iter() if e.tag in _CONTROLS]
        named = self.element.get("id")
        outside = [e for e in self.root.iter() if named and e.get("form") == named]
        return inside + outside


@dataclass
class Screen:
    """A page as somebody sees it."""

    url: str
    response: HttpResponse
    root: Element

    @classmethod
    def of(cls, url: str, response: HttpResponse) -> "Screen":
        """Read an answer; a page is checked against every rule, anything else is left alone."""
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith("text/html") or response.status_code in REDIRECTS:
            return cls(url, response, Element("html"))
        html = response.content.decode()
        root = page_rules.parse(html)
        broken = list(page_rules.broken(root, response.headers))
        assert not broken, f"{url}:\n" + "\n".join(f"- {sentence}" for sentence in broken)
        return cls(url, response, root)

    def expecting(self, status: int) -> "Screen":
        """Return the page if its status is this; else say what it is and what it says."""
        said = f"{self.errors or self.text[:300] or self.location}"
        assert self.status == status, f"{self.url}: {self.status}, not {status}: {said}"
        return self

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return urljoin(self.url, self.response.headers.get("Location", ""))

    @property
    def text(self) -> str:
        """Everything the page's main part says."""
        return words(self.root.find("body/main"))

    @property
    def h1(self) -> str:
        return words(self.root.find(".//h1"))

    @property
    def language(self) -> str:
        return self.root.get("lang", "")

    @property
    def errors(self) -> dict[str, str]:
        """The error summary: the id of each wrong field, and its sentence or sentences."""
        summary = self.root.find(".//*[@id='error-summary']")
        found: dict[str, str] = {}
        for item in summary.iter("li") if summary is not None else []:
            target = _target(item)
            found[target] = f"{found.get(target, '')} {words(item)}".strip()
        return found

    @property
    def links(self) -> dict[str, str]:
        """What each link of the main part says, and its address without the host."""
        links = self.root.findall("body/main//a[@href]") + self.root.findall("body/nav//a[@href]")
        return {words(link): urljoin(self.url, link.get("href")) for link in links}

    def form(self, which: str = "") -> Form:
        """Return the main part's form, or the one whose id or action contains a text."""
        forms = [Form(form, self.root, self.url) for form in self.root.findall("body//main//form")]
        if which:
            forms = [f for f in forms if which in f.action or which in f.element.get("id", "")]
        assert len(forms) == 1, f"{len(forms)} forms {which!r}: {[f.action for f in forms]}"
        return forms[0]

    def __contains__(self, text: str) -> bool:
        return text in self.text


_CONTROLS = ("input", "select", "textarea", "button")


def _sent_by(control: Element) -> list[str]:
    kind = control.get("type", "submit" if control.tag == "button" else "text")
    if control.tag == "textarea":
        return [control.text or ""]
    if control.tag == "select":
        return _chosen(control)
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [] if kind in ("submit", "button", "image", "reset") else [control.get("value", "")]


def _chosen(select: Element) -> list[str]:
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    return [_option_value(option) for option in chosen]


def _option_value(option: Element) -> str:
    return option.get("value", words(option))


def _target(item: Element) -> str:
    link = item.find("a")
    return link.get("href", "")[1:] if link is not None else ""
