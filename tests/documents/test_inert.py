"""Texts that no spreadsheet program runs, whatever people wrote."""

import re

import pytest

from documents.inert import inert

from .payloads import HARMLESS, PAYLOADS, is_live


def test_there_are_many_payloads_and_each_would_act():
    assert len(set(PAYLOADS)) >= 130
    assert sum(is_live(payload) for payload in PAYLOADS) >= 110


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live_however_it_is_split(payload):
    written = inert(payload)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\uffff]", written)
    assert [cell for cell in [written, *written.split(";")] if is_live(cell)] == []


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_texts_stay_as_they_are(text):
    assert inert(text) == text
