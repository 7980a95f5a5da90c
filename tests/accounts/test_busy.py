"""Who is told that too many want the same just now has not tried anything, and is not locked out."""

import contextlib
from collections.abc import Iterator

import pytest

from accounts.turns import turn
from tests import make, make_tracing

from .test_officials import signed_in

pytestmark = pytest.mark.django_db
BUSY = "Hãy chờ vài giây"


@contextlib.contextmanager
def all_places_taken(work: str, places: int, waiting: int) -> Iterator[None]:
    with contextlib.ExitStack() as held:
        for _each in range(places):
            held.enter_context(turn(work, places, 0))
        for _each in range(waiting):
            held.enter_context(turn(f"{work}-waiting", waiting, 0))
        yield


def test_a_crowd_at_the_door_uses_up_nobodys_tries(page, official_here):
    """Twenty sign in at half past seven, and some try again at once."""
    with all_places_taken("strangers-passwords", 2, 10):
        for _try in range(12):
            refused = signed_in(page, official_here.email, status=422)
            assert BUSY in refused.text
    signed_in(page, official_here.email)


def test_whoever_changes_a_password_just_then_is_not_locked_out(page, official_here):
    new = "đồng lúa xanh rì"
    data = {"oldpassword": make.PASSWORD, "password1": new, "password2": new}
    reader = page.by(official_here)
    with all_places_taken("passwords", 2, 10):
        for _try in range(6):
            assert BUSY in reader.post("/accounts/password/", data, 422).text
    reader.post("/accounts/password/", data, 302)


def test_tracers_who_unlock_at_once_keep_their_tries(page):
    make.sealing_key()
    tracer = make_tracing.tracer()
    make_tracing.keyholder(tracer)
    reader, unlock = page.by(tracer), "/tracing/key/unlock/"
    with all_places_taken("keys", 1, 4):
        for _try in range(7):
            assert BUSY in reader.post(unlock, {"passphrase": make_tracing.PASSPHRASE}, 422).text
    make_tracing.unlocked(page, tracer)
