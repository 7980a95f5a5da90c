"""Six digits: five tries, ten minutes, one use; however many guess at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts import one_time_codes
from accounts.models import OneTimeCode
from accounts.one_time_codes import (
    MOST_A_DAY_AND_SOURCE,
    MOST_AN_HOUR_AND_SOURCE,
    TRIES,
    Asking,
    CodeCheck,
    CodeNotSent,
    CodePurpose,
    SentAMomentAgo,
)
from tests.messages import newest_code, received, wrong_code

PHONE, SOURCE = "+84912345678", "203.0.113.7"
NOW = datetime(2021, 10, 10, 3, 0, tzinfo=UTC)  # ten in the morning in Trà Vinh
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def asking(phone: str = PHONE, source: str = SOURCE, browser: str = "hers") -> Asking:
    return Asking(phone, CodePurpose.SIGN_IN, browser, source)


def send_code(phone: str, source: str, now: datetime) -> None:
    one_time_codes.send_code(asking(phone, source), now)


def try_code(phone: str, code: str, now: datetime) -> CodeCheck:
    return one_time_codes.try_code(asking(phone), code, now)


def test_the_right_code_opens_once():
    send_code(PHONE, SOURCE, NOW)
    assert try_code(PHONE, newest_code(), NOW) is CodeCheck.RIGHT
    assert try_code(PHONE, newest_code(), NOW) is CodeCheck.SPENT


def test_a_code_is_of_its_phone_alone():
    send_code(PHONE, SOURCE, NOW)
    send_code("+84987654321", SOURCE, NOW)
    OneTimeCode.objects.filter(pk=asking("+84987654321").key).update(
        digest=OneTimeCode.objects.get(pk=asking().key).digest
    )
    assert try_code("+84987654321", newest_code(PHONE), NOW) is CodeCheck.WRONG


def test_the_database_holds_neither_code_nor_phone():
    send_code(PHONE, SOURCE, NOW)
    kept = OneTimeCode.objects.get()
    for secret in (newest_code(), PHONE, PHONE[3:]):
        assert secret.encode() not in bytes(kept.digest) + bytes(kept.asking)


@pytest.mark.parametrize(("later", "answer"), [(9.9, CodeCheck.RIGHT), (10, CodeCheck.SPENT)])
def test_a_code_works_for_ten_minutes(later: float, answer: CodeCheck):
    send_code(PHONE, SOURCE, NOW)
    assert try_code(PHONE, newest_code(), NOW + later * MINUTE) is answer


def test_after_five_wrong_tries_the_right_one_is_too_late():
    send_code(PHONE, SOURCE, NOW)
    answers = [try_code(PHONE, wrong_code(), NOW) for _try in range(TRIES + 1)]
    assert answers == [CodeCheck.WRONG] * TRIES + [CodeCheck.SPENT]
    assert try_code(PHONE, newest_code(), NOW) is CodeCheck.SPENT


def test_a_phone_that_never_got_a_code_has_none():
    assert try_code(PHONE, "000000", NOW) is CodeCheck.SPENT


@pytest.mark.django_db(transaction=True)
def test_two_hundred_guesses_at_once_use_five_tries():
    send_code(PHONE, SOURCE, NOW)
    guess = wrong_code()
    answers = at_once(200, lambda: try_code(PHONE, guess, NOW))
    assert answers == {CodeCheck.WRONG: TRIES, CodeCheck.SPENT: 200 - TRIES}


@pytest.mark.django_db(transaction=True)
def test_the_right_code_sent_fifty_times_at_once_opens_once():
    send_code(PHONE, SOURCE, NOW)
    code = newest_code()
    assert at_once(50, lambda: try_code(PHONE, code, NOW))[CodeCheck.RIGHT] == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_requests_at_once_send_one_message():
    at_once(50, lambda: one_time_codes.ensure_code(asking(), NOW))
    assert len(received(PHONE)) == 1


def test_a_second_code_must_wait_a_minute_and_replaces_the_first():
    send_code(PHONE, SOURCE, NOW)
    first = newest_code()
    with pytest.raises(SentAMomentAgo) as refused:
        send_code(PHONE, SOURCE, NOW + 0.9 * MINUTE)
    assert refused.value.wait == 0.1 * MINUTE
    send_code(PHONE, SOURCE, NOW + MINUTE)
    if first != newest_code():
        assert try_code(PHONE, first, NOW + MINUTE) is CodeCheck.WRONG
    assert try_code(PHONE, newest_code(), NOW + MINUTE) is CodeCheck.RIGHT


def test_who_used_a_code_gets_the_next_one_at_once():
    send_code(PHONE, SOURCE, NOW)
    try_code(PHONE, newest_code(), NOW)
    send_code(PHONE, SOURCE, NOW + MINUTE / 60)
    assert len(received()) == 2


def test_a_phone_gets_so_many_codes_a_local_day():
    for number in range(MOST_A_DAY_AND_SOURCE):
        send_code(PHONE, SOURCE, NOW + number * MINUTE)
    with pytest.raises(CodeNotSent) as refused:
        send_code(PHONE, SOURCE, NOW + 20 * MINUTE)
    assert refused.value.status == 429
    assert not isinstance(refused.value, SentAMomentAgo)
    send_code(PHONE, SOURCE, NOW + timedelta(hours=14))
    assert len(received()) == MOST_A_DAY_AND_SOURCE + 1


def test_a_source_gets_so_many_codes_an_hour():
    for number in range(MOST_AN_HOUR_AND_SOURCE):
        send_code(f"+8491{number:07}", SOURCE, NOW)
    with pytest.raises(CodeNotSent):
        send_code(PHONE, SOURCE, NOW)
    send_code(PHONE, "203.0.113.8", NOW)
    send_code("+84987654321", SOURCE, NOW + 61 * MINUTE)


def test_a_message_that_did_not_go_out_does_not_count(settings, tmp_path, caplog):
    settings.MESSAGE_FILE = tmp_path
    with pytest.raises(CodeNotSent) as refused:
        send_code(PHONE, SOURCE, NOW)
    assert refused.value.status == 503
    assert PHONE not in caplog.text
    settings.MESSAGE_FILE = tmp_path / "messages.txt"
    for number in range(1, MOST_A_DAY_AND_SOURCE + 1):
        send_code(PHONE, SOURCE, NOW + number * MINUTE)


def at_once(times: int, act) -> Counter:
    """Count the results of an act done so many times in parallel."""

    def one(_number: int):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        return Counter(pool.map(one, range(times)))
