"""Where a request comes from, and how many a minute come from there."""

import re
import threading
from collections import Counter
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest


def source_of(request: HttpRequest) -> str:
    """Return the sender's address; an IPv6 address as its network."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        # A household's or phone's whole network counts as one source, as its one IPv4 address does.
        return str(IPv6Network((int(address), 64), strict=False))
    return str(address)


def is_led_by_another_site(request: HttpRequest) -> bool:
    """Whether a link or script of another site opened this: then nothing may change by it."""
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def network_of(request: HttpRequest) -> str:
    """Return the network the sender is in, 203.0.113.0/24 or 2001:db8:1::/48, or nothing.

    It tells a province from another, and no house from the next.
    """
    source = source_of(request).partition("/")[0]
    if not source:
        return ""
    bits = 48 if ":" in source else 24
    return str(ip_network(f"{source}/{bits}", strict=False))


# The first that matches: Edge calls itself Chrome too, and Chrome calls itself Safari.
_BROWSERS = {
    "Edge": r"Edg(?:e|A|iOS)?/",
    "Cốc Cốc": r"coc_coc_browser/",
    "Opera": r"OPR/|Opera",
    "Samsung Internet": r"SamsungBrowser/",
    "Zalo": r"\bZalo\b",
    "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/|Chromium/",
    "Safari": r"Version/[\d.]+.*Safari/",
}
_SYSTEMS = {
    "Android": r"Android",
    "iPhone": r"iPhone|iPod",
    "iPad": r"iPad",
    "Windows": r"Windows",
    "ChromeOS": r"\bCrOS\b",
    "macOS": r"Macintosh|Mac OS X",
    "Linux": r"Linux|X11",
}


def device_of(user_agent: str) -> str:
    """Return "Chrome, Android", as much of it as is known; else nothing."""
    known = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return ", ".join(filter(None, known))


def _first(patterns: dict[str, str], user_agent: str) -> str:
    said = user_agent[:400]
    return next((name for name, pattern in patterns.items() if re.search(pattern, said)), "")


class MinuteCounts:
    """Counts of the minute, shared by the threads of a process.

    They stand in memory, so that the check-in asks the database nothing for them: they are meant
    against a runaway script, and leave a market behind one address alone.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.minute = 0

    def seconds_to_wait(self, limits: dict[str, int], now: float, more: int = 1) -> int:
        """Count one or so many more for each name; return 0, or the seconds left of the minute.

        `limits` maps a name to its most per minute, `now` is a time in seconds.
        """
        with self.lock:
            if int(now // 60) != self.minute:
                self.minute = int(now // 60)
                self.counts.clear()
            self.counts.update(dict.fromkeys(limits, more))
            exceeded = any(self.counts[name] > most for name, most in limits.items())
        return 60 - int(now % 60) if exceeded else 0

    def cache_clear(self) -> None:
        """Begin to count anew."""
        with self.lock:
            self.counts.clear()


counts = MinuteCounts()
