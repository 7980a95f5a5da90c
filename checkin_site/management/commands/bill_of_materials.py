"""What is in the product, for whoever must know: a list in CycloneDX's form."""

import json
import platform
from importlib import metadata
from typing import Any

from django.core.management.base import BaseCommand

from checkin_site import libraries


class Command(BaseCommand):
    help = "Print the libraries of the running site, with versions and licences, as CycloneDX 1.6 JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        components = [_component(name, version) for name, version in sorted(_installed().items())]
        python = {"type": "platform", "name": "python", "version": platform.python_version()}
        bill = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": {"type": "application", "name": "venue-checkin"}},
            "components": [python, *components],
        }
        self.stdout.write(json.dumps(bill, indent=2, ensure_ascii=False))


def _installed() -> dict[str, str]:
    """Return what the site needs of what is here; libraries of other systems are not."""
    needed, here = libraries.pinned("requirements.txt"), libraries.present()
    return {name: here[name] for name in needed if _license(name) is not None}


def _component(name: str, version: str) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
    }
    if said := _license(name):
        component["licenses"] = [{"license": {"name": said}}]
    return component


def _license(name: str) -> str | None:
    """Return what a library says of its licence, "" where it says nothing; None where it is not here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    fields = ("License-Expression", "License")
    said = next((about[field] for field in fields if field in about), "")
    return said.strip().splitlines()[0][:80] if said.strip() else ""
