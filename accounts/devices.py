"""What a browser says it is, in two words that its owner recognises."""

import re

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
