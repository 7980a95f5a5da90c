"""The nonce: signed, bound to its poster, and the source of every id."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.nonces import Nonce, Receipt

NOW = datetime(2026, 11, 23, 8, 30, 15, 123456, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_an_id_is_a_uuid_of_version_7_with_the_moment_in_it() -> None:
    made = Nonce.new(NOW).id_for("somebody")
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(NOW.timestamp() * 1000)


@given(moments, st.integers(0, (1 << 42) - 1))
def test_a_nonce_comes_back_from_any_of_its_ids(moment: datetime, bits: int) -> None:
    nonce = Nonce(int(moment.timestamp() * 1000), bits)
    assert Nonce.of(nonce.id_for("anybody")) == nonce
    first, last = nonce.party
    assert first <= nonce.id_for("anybody") <= last


def test_the_same_person_has_the_same_id_and_another_person_another() -> None:
    nonce = Nonce.new(NOW)
    assert nonce.id_for("An", 1) == nonce.id_for("An", 1)
    assert nonce.id_for("An", 1) != nonce.id_for("An", 2)


def test_two_forms_of_the_same_moment_differ() -> None:
    assert len({Nonce.new(NOW).bits for _ in range(1000)}) == 1000


def test_parties_of_two_forms_never_overlap() -> None:
    one, other = sorted([Nonce.new(NOW).party, Nonce.new(NOW).party])
    assert one[1] < other[0]


def test_a_signed_nonce_opens_only_for_its_own_poster() -> None:
    nonce = Nonce.new(NOW)
    text = nonce.signed("ABCDEFGH")
    assert Nonce.opened(text, "ABCDEFGH") == nonce
    assert Nonce.opened(text, "HGFEDCBA") is None


@pytest.mark.parametrize("text", ["", "x", "ß", "A" * 38, "A" * 5000, "\x00", "=" * 8, "é" * 38])
def test_what_we_did_not_sign_does_not_open(text: str) -> None:
    assert Nonce.opened(text, "ABCDEFGH") is None
    assert Receipt.opened(text) is None


def test_every_changed_character_breaks_the_signature() -> None:
    text = Nonce.new(NOW).signed("ABCDEFGH")
    for place in range(len(text) - 1):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert Nonce.opened(changed, "ABCDEFGH") is None


def test_a_receipt_comes_back_from_its_token() -> None:
    receipt = Receipt(12_650, Nonce.new(NOW))
    assert Receipt.opened(receipt.token) == receipt


def test_a_nonce_is_no_receipt() -> None:
    assert Receipt.opened(Nonce.new(NOW).signed("")) is None


def test_another_time_keeps_the_form() -> None:
    later = Nonce.new(NOW).at(NOW + timedelta(hours=3))
    assert later.moment - NOW > timedelta(hours=2, minutes=59)
    assert isinstance(later.id_for(uuid4()), UUID)
