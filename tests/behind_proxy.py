"""A browser of few words for a served site: over real HTTP, as if behind a proxy that speaks https."""

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

HOST = "checkin.example"
HTTPS = {
    "SITE_ADDRESS": f"https://{HOST}",
    "ALLOWED_HOSTS": HOST,
    "TRUSTED_PROXIES": "1",
    "METRICS_TOKEN": "Qqo",
}
SENDER = "203.0.113.77"


@dataclass
class Answered:
    """What came back over the wire."""

    status: int
    headers: http.client.HTTPMessage
    text: str
    cookies: SimpleCookie


@dataclass
class FewWords:
    """Sends requests to a served site and keeps cookies as a browser does; tests/wire.py keeps to bytes."""

    url: str
    jar: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        method: str,
        path: str,
        data: dict | str | None = None,
        scheme: str = "https",
        **more: str,
    ) -> Answered:
        """Send a request; `more` are headers with underscores for hyphens."""
        headers = {"Host": HOST, "X-Forwarded-Proto": scheme, "X-Forwarded-For": SENDER}
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        headers |= {"Referer": f"https://{HOST}/", "Accept-Language": "en"}
        kind = "json" if isinstance(data, str) else "x-www-form-urlencoded"
        headers |= {"Content-Type": f"application/{kind}"} if data else {}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        line.request(
            method, path, data if isinstance(data, str) else urlencode(data or {}), headers
        )
        response = line.getresponse()
        cookies = SimpleCookie()
        for cookie in response.headers.get_all("Set-Cookie", []):
            cookies.load(cookie)
        self.jar |= {name: cookie.value for name, cookie in cookies.items()}
        self.jar = {name: value for name, value in self.jar.items() if value}
        text = response.read().decode(errors="replace")
        line.close()
        return Answered(response.status, response.headers, text, cookies)

    def submit(self, path: str, data: dict, to: str = "") -> Answered:
        """Fetch a page, and send its form with the token and the nonce that stand in it."""
        page = self.send("GET", path).text
        hidden = re.findall(r'name="(nonce|csrfmiddlewaretoken)"[^>]* value="([^"]+)"', page)
        hidden = [(name, unescape(value)) for name, value in hidden]
        return self.send("POST", to or path, dict(hidden) | data)
