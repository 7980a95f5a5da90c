"""Tracers' keys as they use them: set up, admitted, unlocked for minutes, taken away."""

import unicodedata
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation
from nacl.public import PrivateKey

from accounts.models import Account
from accounts.turns import BUSY, turn
from authority import keyholders, sealing, stretching
from authority.keys import rotate
from authority.models import Keyholder, SealingKey, Unlocking
from authority.recovery_sheet import code_of
from authority.unlocking import COOKIE
from tests import make, make_tracing
from tests.make_tracing import PASSPHRASE
from tests.page import Reader
from tracing.people import subject_of

KEY, UNLOCK = "/tracing/key/", "/tracing/key/unlock/"
FORGOTTEN = "/tracing/key/passphrase/?forgotten"


@pytest.fixture(autouse=True)
def _key(db) -> None:
    make.sealing_key()


@pytest.fixture
def tracer() -> Account:
    return make_tracing.tracer()


@pytest.fixture
def colleague() -> Account:
    return make_tracing.tracer(email="colleague@example.vn")


def admitted(account: Account) -> bool:
    return Keyholder.objects.admitted().filter(account=account).exists()


def test_a_tracer_chooses_a_passphrase_and_is_admitted_by_a_colleague(
    page: Reader, tracer: Account, colleague: Account
):
    new = page.by(tracer)
    screen = new.submit(
        new.get("/tracing/key/passphrase/"),
        passphrase1="sáu con vịt trời", passphrase2="sáu con vịt trời",
    )  # fmt: skip
    waiting = Keyholder.objects.get(account=tracer)
    assert waiting.fingerprint in screen.text
    assert not admitted(tracer)
    other = make_tracing.unlocked(page, colleague)
    form = other.get(f"/tracing/key/holders/{waiting.pk}/admit/")
    other.submit(form, fingerprint=waiting.fingerprint.replace(" ", "-"))
    assert admitted(tracer)


@pytest.mark.parametrize(
    ("typed", "again"),
    [
        ("ngắn", "ngắn"),
        ("tracer@example.vn nhé", "tracer@example.vn nhé"),
        (make.PASSWORD, make.PASSWORD),
        ("sáu con vịt trời", "sáu con vịt giời"),
        ("", ""),
    ],
)
def test_a_poor_passphrase_is_refused_with_a_sentence(
    typed: str, again: str, page: Reader, tracer: Account
):
    reader = page.by(tracer)
    form = reader.get("/tracing/key/passphrase/")
    reader.submit(form, passphrase1=typed, passphrase2=again, status=422)
    assert not Keyholder.objects.exists()


def test_other_digits_admit_nobody(page: Reader, tracer: Account, colleague: Account):
    waiting = make_tracing.keyholder(tracer, admitted=False)
    other = make_tracing.unlocked(page, colleague)
    form = other.get(f"/tracing/key/holders/{waiting.pk}/admit/")
    other.submit(form, fingerprint="0000 0000 0000", status=422)
    assert not admitted(tracer)


def test_whose_key_is_locked_is_asked_for_the_passphrase_and_comes_back(
    page: Reader, tracer: Account, colleague: Account
):
    waiting = make_tracing.keyholder(colleague, admitted=False)
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    wanted = f"/tracing/key/holders/{waiting.pk}/admit/"
    screen = reader.follow(reader.get(wanted, 302))
    assert screen.url.startswith(UNLOCK)
    assert reader.submit(screen, passphrase=PASSPHRASE).url == wanted


def test_the_way_back_leads_to_no_other_site(page: Reader, tracer: Account):
    make_tracing.keyholder(tracer)
    typed = {"passphrase": PASSPHRASE, "next": "https://example.com/"}
    screen = page.by(tracer).post(UNLOCK, typed, 303)
    assert screen.response["Location"] == "/tracing/"


def test_the_database_and_the_cookie_have_a_half_each(page: Reader, tracer: Account):
    reader = make_tracing.unlocked(page, tracer)
    cookie = reader.client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    share = bytes(Unlocking.objects.get().share)
    assert len(share) == 32
    reader.client.cookies[COOKIE] = "A" * 43 + "="
    assert "Unlock my key" in reader.speaking("en").get(KEY).text


@pytest.mark.parametrize("field", ["used_at", "ends_at"])
def test_it_locks_itself(field: str, page: Reader, tracer: Account):
    reader = make_tracing.unlocked(page, tracer)
    past = timezone.now() - timedelta(minutes=16)
    Unlocking.objects.update(opened_at=past - timedelta(hours=1), **{field: past})
    assert "Unlock my key" in reader.speaking("en").get(KEY).text


def test_signing_out_and_locking_leave_no_half_behind(page: Reader, tracer: Account):
    reader = make_tracing.unlocked(page, tracer)
    reader.post("/accounts/logout/", {})
    assert not Unlocking.objects.exists()
    reader = make_tracing.unlocked(page, tracer)
    reader.post("/tracing/key/lock/", {}, 303)
    assert not Unlocking.objects.exists()


def test_five_wrong_passphrases_make_even_the_right_one_wait(page: Reader, tracer: Account):
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    for _ in range(5):
        reader.post(UNLOCK, {"passphrase": "không phải câu này"}, 422)
    reader.post(UNLOCK, {"passphrase": PASSPHRASE}, 422)
    assert not Unlocking.objects.exists()


def test_who_comes_while_all_places_are_taken_has_used_up_no_try(page: Reader, tracer: Account):
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    with ExitStack() as held:
        for work, places in (("keys", 1), ("keys-waiting", 4)):
            for _each in range(places):
                held.enter_context(turn(work, places, patience=0))
        for _try in range(6):
            told = reader.post(UNLOCK, {"passphrase": PASSPHRASE}, 422).text
            with translation.override("vi"):
                assert str(BUSY) in told
    reader.post(UNLOCK, {"passphrase": PASSPHRASE}, 303)


def test_new_passphrases_are_taken_ten_times_in_a_while(page: Reader, tracer: Account):
    """Each is compared with the password, and worked on for half a second of a core."""
    holder, reader = make_tracing.keyholder(tracer), page.by(tracer)
    new = {"passphrase1": "sáu con vịt trời", "passphrase2": "bảy con vịt trời"}
    for _try in range(10):
        assert "15 phút" not in reader.post(FORGOTTEN, new, 422).text
    new["passphrase2"] = new["passphrase1"]
    assert "15 phút" in reader.post(FORGOTTEN, new, 422).text
    assert Keyholder.objects.get().public_key == holder.public_key


def test_both_spellings_of_a_passphrase_are_tried_in_one_turn(tracer: Account, monkeypatch):
    """Else a try is given back of which one spelling was tried."""
    wrapping, turns = make_tracing.keyholder(tracer).wrapping, []
    monkeypatch.setattr(sealing, "turn", lambda *a, **b: turns.append(a) or turn(*a, **b))
    with pytest.raises(sealing.WrongPassphraseError):
        wrapping.unwrapped(unicodedata.normalize("NFD", "không phải câu này"))
    assert len(turns) == 1


def test_a_passphrase_that_takes_too_long_is_told_and_was_a_try(
    page: Reader, tracer: Account, monkeypatch
):
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    with monkeypatch.context() as slow:
        slow.setattr(stretching, "_SMALL", 0)
        slow.setattr(stretching, "_SECONDS", 0.001)
        for _try in range(5):
            assert "Hãy chờ vài giây" in reader.post(UNLOCK, {"passphrase": PASSPHRASE}, 422).text
    assert "15 phút" in reader.post(UNLOCK, {"passphrase": PASSPHRASE}, 422).text


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "official"}])
def test_who_is_no_tracer_any_more_opens_nothing(change: dict, page: Reader, tracer: Account):
    make_tracing.unlocked(page, tracer)
    Account.objects.filter(pk=tracer.pk).update(**change)
    assert not admitted(tracer)


def test_who_is_removed_opens_nothing_from_then_on(
    page: Reader, tracer: Account, colleague: Account
):
    reader = make_tracing.unlocked(page, tracer)
    other = page.by(make_tracing.keyholder(colleague).account)
    holder = Keyholder.objects.get(account=tracer)
    screen = other.submit(other.get(f"/tracing/key/holders/{holder.pk}/remove/"))
    assert screen.url == "/tracing/key/new/"
    assert "Choose my passphrase" in reader.speaking("en").get(KEY).text
    assert not Unlocking.objects.exists()


def test_after_a_new_key_old_and_new_boxes_open_without_anybodys_passphrase(
    page: Reader, tracer: Account
):
    make_tracing.keyholder(tracer)
    old = make_tracing.case(make.visitor())
    rotate(timezone.now())
    assert SealingKey.objects.filter(retired_at=None).count() == 1
    reader = make_tracing.unlocked(page, tracer)
    assert reader.get(KEY)
    keys = keyholders.held_by(tracer.keyholder, _private(tracer))
    assert set(keys) == set(SealingKey.objects.values_list("pk", flat=True))
    assert subject_of(old).sealing_key_id in keys


def test_the_recovery_sheet_admits_who_waits_when_nobody_else_can(page: Reader, tracer: Account):
    private = keyholders.make_recovery_pair(timezone.now())
    rotate(timezone.now())
    make_tracing.keyholder(tracer, admitted=False)
    reader = page.by(tracer)
    form = reader.get("/tracing/key/recovery/")
    code = code_of(private)
    wrong = ("A" if code[0] != "A" else "B") + code[1:]
    screen = reader.submit(form, code=wrong, status=422)
    assert "1" in screen.text
    reader.submit(screen, code=code.lower().replace("-", " "))
    assert admitted(tracer)


def test_a_tracer_next_door_sees_no_keyholder_of_here(page: Reader, colleague: Account):
    tree = make.tree()
    here = make_tracing.keyholder(make_tracing.tracer(tree.here, "here@example.vn"), admitted=False)
    other = page.by(make_tracing.tracer(tree.next_door, "door@example.vn"))
    assert "here@example.vn" not in other.get("/tracing/key/holders/").text
    other.get(f"/tracing/key/holders/{here.pk}/remove/", 404)


def _private(tracer: Account):
    return PrivateKey(tracer.keyholder.wrapping.unwrapped(PASSPHRASE))


def test_no_passphrase_reaches_the_database(page: Reader, tracer: Account):
    make_tracing.unlocked(page, tracer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT k::text FROM declarations_keyholder k")
        assert PASSPHRASE.encode().hex() not in str(cursor.fetchall())
