"""Visitors' scripts are read by browsers of 2016: one word too new, and none of a script is done."""

import re
from pathlib import Path

import pytest
from django.conf import settings

# What a Chrome 49 cannot read: ?? and ?., a catch without a name, functions that wait, spread in objects.
TOO_NEW = re.compile(r"\?\?|\?\.(?!\d)|\bcatch \{|\basync\b|\bawait\b|[{,]\s*\.\.\.\w+\s*[,}]|\*\*")
TEMPLATES = Path(settings.BASE_DIR) / "templates"
SCRIPTS = sorted(
    {
        name
        for page in [*TEMPLATES.glob("declarations/*.html"), TEMPLATES / "503.html"]
        for name in re.findall(r"'(js/[\w-]+\.js)'", page.read_text())
    }
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_old_phone_can_read_the_script(name: str):
    assert not TOO_NEW.findall((Path(settings.BASE_DIR) / "static" / name).read_text())


def test_scripts_are_found():
    assert {"js/checkin.js", "js/forget.js", "js/receipt.js", "js/resend.js"} <= set(SCRIPTS)
