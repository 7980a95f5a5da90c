"""The ceremony of the keys: by the command, with a sheet that people and scanners read back."""

import io
import sys
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.utils import timezone

from authority import sealing
from authority.keyholders import NotThisSheetError, recovery_opener
from authority.keys import create_key, current_key
from authority.models import Keyholder, SealingKey
from authority.recovery_sheet import MistypedError, code_of, groups_of, private_key
from authority.sealing import NotOpenedError, Opener, opened, seal
from tests import make, make_tracing
from tests.make_tracing import PASSPHRASE, QUICK

OLD = "câu mật khẩu thời trước"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, db) -> None:
    """Let Argon2id take a moment instead of a second."""
    for module in ("ceremony", "keyholders", "keys", "sealing"):
        monkeypatch.setattr(f"authority.{module}.STRONG", QUICK, raising=False)
    monkeypatch.setattr(sealing.Strength, "operations", 1, raising=False)


def ceremony(monkeypatch: pytest.MonkeyPatch, *arguments: object, typed: str = "") -> str:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    call_command("create_keys", "--passphrase-stdin", *map(str, arguments), stdout=said)
    return said.getvalue()


def test_one_command_makes_key_sheet_and_first_tracer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    account, sheet = make_tracing.tracer(), tmp_path / "sheet.pdf"
    arguments = ("--tracer", account.email, "--recovery-sheet", sheet)
    ceremony(monkeypatch, *arguments, typed=f"{PASSPHRASE}\n")
    assert sheet.stat().st_mode & 0o777 == 0o600
    page = pypdfium2.PdfDocument(sheet)[0]
    code = zxingcpp.read_barcodes(page.render(scale=2).to_pil())[0].text
    text = page.get_textpage().get_text_bounded()
    assert all(group in text for group in code.split("-"))
    sealed = seal(current_key().public_key, account_row(), {"name": "x"})
    opener = recovery_opener(code)
    assert opener.open(current_key().pk, account_row(), sealed) == {"name": "x"}
    assert Keyholder.objects.admitted().get(account=account)


def account_row():
    return make.visitor().key


def test_the_sheet_is_never_written_over_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    taken = tmp_path / "taken.pdf"
    taken.write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        ceremony(monkeypatch, "--recovery-sheet", taken, typed=f"{PASSPHRASE}\n")
    assert taken.read_text() == "mine"
    assert not SealingKey.objects.exists()


def test_without_a_file_the_code_is_said_once_and_again_never(monkeypatch: pytest.MonkeyPatch):
    said = ceremony(monkeypatch, typed=f"{PASSPHRASE}\n")
    code = said.split()[-1]
    assert recovery_opener(code).keys.keys() == {current_key().pk}
    assert "--replace" in ceremony(monkeypatch, typed=f"{PASSPHRASE}\n")


def test_replacing_keeps_the_sheet_valid_unless_a_new_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
):
    code = ceremony(monkeypatch, typed=f"{PASSPHRASE}\n").split()[-1]
    assert "code" not in ceremony(monkeypatch, "--replace", typed=f"{PASSPHRASE}\n")
    assert len(recovery_opener(code).keys) == 2
    arguments = ("--replace", "--new-recovery-sheet")
    newer = ceremony(monkeypatch, *arguments, typed=f"{PASSPHRASE}\n").split()[-1]
    with pytest.raises(NotThisSheetError):
        recovery_opener(code)
    assert current_key().pk in recovery_opener(newer).keys


def test_keys_of_an_earlier_release_are_taken_over(monkeypatch: pytest.MonkeyPatch):
    old = create_key("Sở Y tế", OLD, timezone.now(), QUICK)
    account = make_tracing.tracer()
    arguments = ("--take-over", "--tracer", account.email)
    with pytest.raises(CommandError, match="opens no key"):
        ceremony(monkeypatch, *arguments, typed=f"không phải câu này\n{PASSPHRASE}\n")
    ceremony(monkeypatch, *arguments, typed=f"{OLD}\n{PASSPHRASE}\n")
    assert set(account.keyholder.held.values_list("key", flat=True)) == {old.pk}


@pytest.mark.parametrize("email", ["nobody@example.vn", "official-84@example.vn"])
def test_only_a_tracer_is_let_in(email: str, monkeypatch: pytest.MonkeyPatch):
    make.official(make.tree().province)
    with pytest.raises(CommandError, match="no tracer"):
        ceremony(monkeypatch, "--tracer", email, typed=f"{PASSPHRASE}\n")


def test_a_mistyped_group_of_the_code_is_named():
    groups = groups_of(make.PRIVATE_KEY)
    groups[4] = groups[4][::-1]
    with pytest.raises(MistypedError) as found:
        private_key("-".join(groups))
    assert found.value.groups == (5,)
    assert bytes(private_key(code_of(make.PRIVATE_KEY).lower())) == bytes(make.PRIVATE_KEY)


def test_a_box_that_was_moved_to_another_row_stays_closed():
    key, mine, theirs = make.sealing_key(), make.visitor(), make.visitor("Lê Ba", "+84900000001")
    sealed = seal(key.public_key, mine.key, {"full_name": "Tôi"})
    assert opened(make.PRIVATE_KEY, mine.key, sealed)["full_name"] == "Tôi"
    for row, box in ((theirs.key, sealed), (mine.key, sealed[:-1] + b"x")):
        with pytest.raises(NotOpenedError):
            opened(make.PRIVATE_KEY, row, box)
    with pytest.raises(NotOpenedError):
        Opener({}).open(key.pk, mine.key, sealed)
