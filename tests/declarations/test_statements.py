"""The statements in files of their own: each runs as it stands, and what several say is the same."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from declarations import check_in
from declarations.partitions import KEPT_BY_DAY
from districts.days import today

FOLDER = Path(check_in.__file__).parent
FILES = sorted(path.stem for path in FOLDER.glob("*.sql"))
SOMEBODY = "00000000-0000-0000-0000-000000000001"
SAMPLES = {
    **dict.fromkeys(("key", "spelling", "fold", "former", "phone", "memory"), SOMEBODY),
    **dict.fromkeys(("source", "first", "last"), SOMEBODY),
    **dict.fromkeys(("is_observed", "is_nobodys", "travelled"), "true"),
    **dict.fromkeys(("case_contact", "area_contact", "symptomatic_contact"), "false"),
    **dict.fromkeys(("now", "entered_at", "entered_since"), timezone.now().isoformat()),
    **dict.fromkeys(("venue", "number", "evidence", "claimed", "evidence_observed"), "1"),
    **dict.fromkeys(("stop", "turned_away", "moved_on", "usual_stay", "sealing_key"), "2"),
    **dict.fromkeys(("outcome", "symptoms", "residence", "burst"), "0"),
    "day": today().isoformat(),
    "usual_minutes": '{"market": 90}',
}


def text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text()


@pytest.mark.parametrize("name", FILES)
def test_a_file_runs_in_psql_as_it_is(db, name: str) -> None:
    """psql puts a quoted text for `:'name'`, and a quoted name for `:"name"`."""
    (visits, declarations), now = KEPT_BY_DAY, today()
    parts = {
        "visits_of_day": visits.part(now),
        "visits_of_day_before": visits.part(now - timedelta(days=1)),
        "declarations_of_day": declarations.part(now),
    }
    samples = SAMPLES | {"key": "1"} if "declare" in name else SAMPLES
    if name == "declare_at_door":
        samples = samples | dict.fromkeys(("first", "last"), SAMPLES["now"])

    def literal(variable: re.Match[str]) -> str:
        is_array = bool(variable[2])
        return f"'{'{}' if is_array else samples.get(variable[1], '{}')}'{variable[2] or ''}"

    statement = re.sub(r"(?<!:):'(\w+)'(::\w+\[\])?", literal, text(name))
    statement = re.sub(r':"(\w+)"', lambda m: f'"{parts[m[1]]}"', statement)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        assert cursor.fetchall()


def between(name: str, start: str, end: str) -> str:
    found = re.search(rf"^{start}.*?^{end}", text(name), re.DOTALL | re.MULTILINE)
    assert found, name
    return found[0]


def test_whom_a_person_means_is_one_rule_for_posters_doors_and_tracers() -> None:
    rule = r"    FROM \(\n        SELECT person\.\*, alike", r"        ON known.key = [^\n]*\n"
    names = ("declare_whole", "admit", "known_by")
    assert len({between(name, *rule) for name in names}) == 1


def test_how_a_check_in_ends_the_visit_before_is_one_rule() -> None:
    rules = set()
    for name in ("declare", "return", "declare_whole", "return_whole"):
        for day, part in (("", "visits_of_day"), ("_overnight", "visits_of_day_before")):
            rule = between(name, rf"moved_on{day} AS \(\n", r"\),\n").partition("\n")[2]
            rules.add(rule.replace(part, "visits_of_day").replace(" WHERE is_theirs", ""))
    assert len(rules) == 1
