"""Looks at names: written down before, never changed, never too many alone, shown to the person."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Account
from authority import disclosures
from authority.disclosures import (  # fmt: skip
    MOST_ALONE,
    Look,
    SecondOfficerNeededError,
    Subject,
    reveal,
)
from authority.looks import NotYoursToDecideError, decide
from authority.models import Disclosure, Purpose, Reveal
from authority.sealing import Opener, seal
from tests import make, make_tracing
from tests.declarations.scene import address_of, declare
from tests.page import Reader

pytestmark = pytest.mark.django_db(transaction=True)
NAME = ("full_name",)


@pytest.fixture
def officer(tree) -> Account:
    return make_tracing.tracer()


@pytest.fixture
def look(officer: Account) -> Look:
    return Look(officer, "BN2026-0001", Purpose.CALL)


@pytest.fixture
def opener() -> Opener:
    return Opener({make.sealing_key().pk: make.PRIVATE_KEY})


def people(number: int, start: int = 0) -> list[Subject]:
    key = make.sealing_key()
    found = []
    for n in range(start, start + number):
        row = UUID(int=n + 1)
        sealed = seal(key.public_key, row, {"full_name": f"Người {n}", "phone": "+84900000000"})
        found.append(Subject(row, f"N.{n}", key.pk, sealed))
    return found


def test_a_look_gives_the_asked_fields_and_is_written_down(look: Look, opener: Opener):
    found = reveal(look, people(2), NAME, opener, timezone.now())
    assert sorted(one["full_name"] for one in found.values()) == ["Người 0", "Người 1"]
    assert all(set(one) == {"full_name"} for one in found.values())
    row = Disclosure.objects.get(number=1)
    assert (row.officer, row.case_number, row.fields) == (
        look.officer,
        "BN2026-0001",
        ["full_name"],
    )


def test_what_cannot_be_opened_is_written_down_as_well(look: Look):
    assert reveal(look, people(1), NAME, Opener({}), timezone.now()) == {}
    assert Disclosure.objects.count() == 1


def test_a_look_inside_a_transaction_that_could_be_rolled_back_is_refused(
    look: Look, opener: Opener
):
    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(look, people(1), NAME, opener, timezone.now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE declarations_disclosure SET officer_name = 'ai khác'",
        "DELETE FROM declarations_disclosure",
    ],
)
def test_the_database_refuses_to_change_or_remove_one(statement: str, look: Look, opener: Opener):
    reveal(look, people(1), NAME, opener, timezone.now())
    with (
        pytest.raises(IntegrityError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Disclosure.objects.get().officer_name == str(look.officer)


def test_the_database_refuses_to_empty_the_table():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'declarations_disclosure'::regclass"
            " AND tgname LIKE 'disclosure_is_never_%' ORDER BY tgname"
        )
        assert [row[0] for row in cursor.fetchall()] == [
            "disclosure_is_never_changed", "disclosure_is_never_emptied",
        ]  # fmt: skip
        cursor.execute(
            "ALTER TABLE declarations_disclosure ENABLE TRIGGER disclosure_is_never_emptied"
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("TRUNCATE declarations_disclosure")
        transaction.set_rollback(True)


def _behind_the_triggers(statement: str) -> None:
    """Do what the owner of the server could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize(
    ("statement", "how"),
    [
        ("UPDATE declarations_disclosure SET case_number = 'BN0' WHERE number = 2", "changed"),
        ("DELETE FROM declarations_disclosure WHERE number = 2", "missing"),
    ],
)
def test_who_goes_round_the_triggers_breaks_the_chain(
    statement: str, how: str, look: Look, opener: Opener
):
    reveal(look, people(3), NAME, opener, timezone.now())
    assert disclosures.first_broken() is None
    _behind_the_triggers(statement)
    assert disclosures.first_broken() == disclosures.Broken(2, how)
    with pytest.raises(CommandError, match=f"Disclosure 2 is {how}"):
        call_command("check_disclosures")


def test_who_removes_the_newest_is_found_by_the_mark(look: Look, opener: Opener):
    reveal(look, people(3), NAME, opener, timezone.now())
    said = io.StringIO()
    call_command("check_disclosures", stdout=said)
    mark = said.getvalue().split()[-1]
    call_command("check_disclosures", mark=mark, stdout=io.StringIO())
    _behind_the_triggers("DELETE FROM declarations_disclosure WHERE number = 3")
    with pytest.raises(CommandError, match="not there any more"):
        call_command("check_disclosures", mark=mark)


def test_fifty_alone_and_the_fifty_first_with_a_second_officer(look: Look, opener: Opener):
    now = timezone.now()
    assert len(reveal(look, people(MOST_ALONE), NAME, opener, now)) == MOST_ALONE
    with pytest.raises(SecondOfficerNeededError):
        reveal(look, people(1, start=MOST_ALONE), NAME, opener, now)
    assert len(reveal(look, people(MOST_ALONE), NAME, opener, now)) == MOST_ALONE
    assert len(reveal(look, people(1, start=99), NAME, opener, now + timedelta(hours=1))) == 1


def test_asking_more_of_the_same_people_counts_anew(look: Look, opener: Opener):
    now, some = timezone.now(), people(30)
    reveal(look, some, NAME, opener, now)
    assert reveal(look, some, (*NAME, "phone"), opener, now)
    reveal(look, people(20, start=30), NAME, opener, now)
    with pytest.raises(SecondOfficerNeededError):
        reveal(look, people(51), (*NAME, "phone"), opener, now)


def test_a_colleague_confirms_once_and_never_oneself(look: Look, opener: Opener):
    now, many = timezone.now(), people(MOST_ALONE + 1)
    with pytest.raises(SecondOfficerNeededError) as needed:
        reveal(look, many, NAME, opener, now)
    assert not Disclosure.objects.exists()
    with pytest.raises(NotYoursToDecideError):
        decide(needed.value.request, look.officer, now, confirm=True)
    second = make_tracing.tracer(email="second@example.vn")
    decide(needed.value.request, second, now, confirm=True)
    assert len(reveal(look, many, NAME, opener, now)) == len(many)
    assert Disclosure.objects.filter(second_officer=second).count() == len(many)
    later = now + timedelta(days=2)
    with pytest.raises(SecondOfficerNeededError):
        reveal(look, many, NAME, opener, later)


@pytest.mark.parametrize("change", ["people", "fields", "late", "refused"])
def test_what_was_confirmed_is_this_look_and_no_other(change: str, look: Look, opener: Opener):
    now, many = timezone.now(), people(MOST_ALONE + 1)
    with pytest.raises(SecondOfficerNeededError) as needed:
        reveal(look, many, NAME, opener, now)
    second = make_tracing.tracer(email="second@example.vn")
    decide(needed.value.request, second, now, confirm=change != "refused")
    others = people(MOST_ALONE + 1, start=1) if change == "people" else many
    fields = (*NAME, "phone") if change == "fields" else NAME
    later = now + timedelta(hours=1) if change == "late" else now
    with pytest.raises(SecondOfficerNeededError):
        reveal(look, others, fields, opener, later)


def test_an_officer_next_door_decides_nothing(look: Look, opener: Opener):
    here = make_tracing.tracer(make.tree().here, "here@example.vn")
    there = make_tracing.tracer(make.tree().next_door, "door@example.vn")
    mine = Look(here, look.case_number, look.purpose)
    with pytest.raises(SecondOfficerNeededError) as needed:
        reveal(mine, people(MOST_ALONE + 1), NAME, opener, timezone.now())
    with pytest.raises(NotYoursToDecideError):
        decide(needed.value.request, there, timezone.now(), confirm=True)
    assert Reveal.objects.waiting().count() == 1


def _seen(look: Look, opener: Opener, full_name: str, phone: str, year: int) -> None:
    who = make.visitor(full_name, phone, year)
    subject = Subject(who.key, who.mask, who.sealing_key_id, bytes(who.sealed))
    reveal(look, [subject], NAME, opener, timezone.now())


def test_the_person_sees_who_looked_when_and_for_which_case(
    page: Reader, venue, look: Look, opener: Opener
):
    declare(page, venue)
    _seen(look, opener, "Nguyễn Thị Ánh", "+84912345678", 1975)
    text = page.speaking("en").get("/me/").text
    assert "Who looked at my data" in text
    assert str(look.officer) in text
    assert "BN2026-0001" in text


def test_who_types_anothers_name_afterwards_learns_nothing(
    page: Reader, venue, look: Look, opener: Opener
):
    declare(page, venue)
    _seen(look, opener, "Nguyễn Thị Ánh", "+84912345678", 1975)
    impostor = page.by(None)
    declare(impostor, venue)
    assert "BN2026-0001" not in impostor.get("/me/").text
    assert impostor.get(address_of(venue))
