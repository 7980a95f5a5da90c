"""What a phone loads to check in: little, and all of it from this site."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from tests import make
from tests.declarations.scene import address_of

from .province import open_province

MOST_BYTES = 14_000
ZIPPED = {"accept-encoding": "gzip, br"}
# What a browser fetches by itself, in a page and in a style sheet.
LOADED = re.compile(r'<(?:link|script|img|source)\b[^>]*?\b(?:href|src)="([^"]+)"')
LOADED_BY_STYLE = re.compile(r'url\(["\']?([^"\')#][^"\')]*)')


@pytest.fixture
def released(settings, tmp_path: Path) -> Path:
    """The static files as a release serves them: with names of their own, and compressed."""
    manifest = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": manifest}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


def test_the_check_in_page_with_all_it_loads_is_light(db, released: Path):
    open_province()
    address = address_of(make.venue())
    weights = {}
    for language in ("vi", "km", "en"):
        phone = Client(headers={"accept-language": language} | ZIPPED)
        page, zipped = fetched(phone, address)
        loaded = LOADED.findall(page)
        assert f'lang="{language}"' in page
        assert len(loaded) >= 5, loaded
        assert [url for url in loaded if not is_own(url)] == []
        weights[language] = zipped + sum(weight_of(released, url) for url in set(loaded))
    assert {tongue: bytes_ for tongue, bytes_ in weights.items() if bytes_ > MOST_BYTES} == {}


def fetched(phone: Client, address: str) -> tuple[str, int]:
    """Return a page, and how many bytes it was on its way."""
    answer = phone.get(address)
    assert answer["Content-Encoding"] == "gzip"
    return phone.get(address, headers={"accept-encoding": ""}).content.decode(), len(answer.content)


def is_own(url: str) -> bool:
    """Whether an address stays on this site."""
    return urlsplit(url).netloc == "" and url.startswith("/static/")


def weight_of(released: Path, url: str) -> int:
    """The bytes of a static file as it is served; a style sheet must load nothing more."""
    path = released / url.removeprefix("/static/")
    if path.suffix == ".css":
        assert LOADED_BY_STYLE.findall(path.read_text()) == []
    served = [path.with_name(path.name + ending) for ending in (".br", ".gz", "")]
    return next(file for file in served if file.exists()).stat().st_size
