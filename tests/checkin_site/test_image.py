"""The container's recipe and what is kept out of it."""

import re
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)


def instructions() -> list[tuple[str, str]]:
    """Return the recipe's instructions, continued lines joined."""
    text = (BASE / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def test_the_site_runs_as_an_ordinary_user():
    names = [name for name, _rest in instructions()]
    user = dict(instructions())["USER"]
    assert user not in ("root", "0")
    assert names.index("USER") < names.index("CMD")
    made = [rest for name, rest in instructions() if name == "RUN" and f" {user} " in rest]
    assert "--shell /usr/sbin/nologin" in made[0]


def test_its_base_is_named_by_a_digest():
    bases = [rest for name, rest in instructions() if name == "FROM"]
    assert bases != []
    assert [b for b in bases if not re.search(r":3\.\d+\.\d+[\w-]*@sha256:[0-9a-f]{64}$", b)] == []


def test_the_guide_runs_it_with_nothing_to_write_and_nothing_to_gain():
    guide = (BASE / "docs/operating.md").read_text().replace("\\\n", " ")
    lines = [line for line in guide.splitlines() if "docker run -d" in line]
    assert len(lines) == 2
    for part in ("--read-only", "--tmpfs /tmp", "--cap-drop ALL", "no-new-privileges"):
        assert [line for line in lines if part not in line] == [], part


def test_its_health_is_checked():
    assert "/healthz" in dict(instructions())["HEALTHCHECK"]


def test_static_files_and_translations_are_made_at_build():
    made = " ".join(rest for name, rest in instructions() if name == "RUN")
    assert "manage.py collectstatic" in made
    assert "manage.py compile_catalogues" in made
    assert "--require-hashes" in made


def test_secrets_data_and_history_stay_out_of_the_image():
    left_out = (BASE / ".dockerignore").read_text().split()
    assert {".*", "var", "staticfiles", "tests"} <= set(left_out)
