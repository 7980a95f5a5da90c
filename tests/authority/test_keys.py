"""The authority's keys, and what a stolen database shows."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from authority.keys import NoSealingKeyError, create_key, current_key
from authority.models import SealingKey, WrappedKey
from declarations.models import Declaration, Visitor
from tests import dump, make
from tests.declarations.scene import TYPED, declare
from tests.page import Reader
from venues.models import Venue

PASSPHRASE = "đúng mười hai ký tự trở lên"


def test_without_a_key_nothing_can_be_sealed(db) -> None:
    with pytest.raises(NoSealingKeyError):
        current_key()


def test_the_private_key_comes_out_only_with_the_passphrase(db) -> None:
    key = create_key("Sở Y tế", PASSPHRASE, make.moment())
    wrapped = WrappedKey.objects.get(key=key)
    assert bytes(PrivateKey(wrapped.wrapping.unwrapped(PASSPHRASE)).public_key) == bytes(
        key.public_key
    )
    with pytest.raises(CryptoError):
        wrapped.wrapping.unwrapped(PASSPHRASE + "?")


def test_a_new_key_retires_the_one_before(db) -> None:
    first = create_key("Sở Y tế", PASSPHRASE, make.moment("07:00"))
    second = create_key("Sở Y tế", PASSPHRASE, make.moment("08:00"))
    first.refresh_from_db()
    assert first.retired_at == make.moment("08:00")
    assert current_key() == second


@pytest.mark.parametrize("typed", [PASSPHRASE, "quá ngắn"])
def test_the_command_makes_a_key_once_and_refuses_a_short_passphrase(
    db, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))
        if typed == PASSPHRASE:
            call_command("create_keys", "--passphrase-stdin", stdout=io.StringIO())
        else:
            with pytest.raises(CommandError, match="12 characters"):
                call_command("create_keys", "--passphrase-stdin")
    assert SealingKey.objects.count() == (typed == PASSPHRASE)


def test_the_database_holds_no_name_and_no_number_that_was_typed(
    page: Reader, venue: Venue
) -> None:
    make.sealing_key()
    secrets = {
        "full_name": "Huỳnh Thị Bí Mật",
        "phone": "0987 123 321",
        "address": "Ấp Không Ai Biết",
        "id_number": "084123456789",
    }
    trip = {"travelled": "yes", "travel_places": "Chợ Nổi Xa Xôi"}
    companion = {"companion-0-full_name": "Bé Kín Đáo", "companion-0-birth_year": "2019"}
    declare(page, venue, **secrets, **trip, **companion)
    everything = "\n".join(dump.rows())
    hidden = [*secrets.values(), *trip.values(), "Bé Kín Đáo", "987123321", "84987123321"]
    for secret in set(hidden) - {"yes"}:
        assert secret not in everything
        assert secret.encode().hex() not in everything


def test_the_holder_of_the_private_key_reads_what_was_typed(page: Reader, venue: Venue) -> None:
    make.sealing_key()
    declare(page, venue, travelled="yes", travel_places="Cần Thơ")
    box = SealedBox(make.PRIVATE_KEY)
    visitor, declaration = Visitor.objects.get(), Declaration.objects.get()
    person = json.loads(box.decrypt(bytes(visitor.sealed)))
    assert person["full_name"] == TYPED["full_name"]
    assert person["phone"] == "+84912345678"
    assert person["row"] == visitor.key.hex
    places = json.loads(box.decrypt(bytes(declaration.sealed)))
    assert places == {"version": 1, "row": declaration.id.hex, "travel_places": "Cần Thơ"}
