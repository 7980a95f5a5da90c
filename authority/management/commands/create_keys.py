"""The ceremony of the health authority's keys; without it nobody can check in."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Account, Role
from authority.ceremony import Holder, Made, Tracer, hold, is_opened_by_somebody, take_over
from authority.keyholders import tells_who
from authority.models import SealingKey
from authority.recovery_sheet import code_of, groups_of, sheet_pdf
from authority.sealing import SHORTEST, WrongPassphraseError


class Command(BaseCommand):
    """`manage.py create_keys`: idempotent, as a new key is made only when none seals now."""

    help = (
        "Make the key that seals visitors' data, and the recovery sheet that opens it when nobody "
        "else can. With --tracer somebody can open names at once, by a passphrase of their own "
        "that is asked for twice; other tracers are admitted in the product. Nobody can reset a "
        "passphrase: without any and without the sheet, names are lost for ever."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tracer", metavar="EMAIL", help="a tracer who can open names at once")
        to_file = "write the sheet as a PDF to a new file instead of its code to the terminal"
        parser.add_argument("--recovery-sheet", type=Path, metavar="FILE", help=to_file)
        stdin = "read the passphrases from standard input, a line each"
        parser.add_argument("--passphrase-stdin", action="store_true", help=stdin)
        holder = "without a tracer: who holds the passphrase that wraps the key"
        parser.add_argument("--holder", default="health authority", help=holder)
        replace = "retire the key in force and make a new one"
        parser.add_argument("--replace", action="store_true", help=replace)
        new_sheet = "with --replace: and a new sheet"
        parser.add_argument("--new-recovery-sheet", action="store_true", help=new_sheet)
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="after an upgrade from 0.2: open the keys with their one passphrase, which is "
            "asked for first, for a recovery sheet and the tracer",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._from_stdin = options["passphrase_stdin"]
        sheet: Path | None = options["recovery_sheet"]
        if sheet is not None and sheet.exists():
            raise CommandError(f"{sheet} exists already; name a new file.")
        account = _tracer(options["tracer"])
        if options["take_over"]:
            made = self._taken_over(account)
        else:
            in_force = SealingKey.objects.filter(retired_at=None).exists()
            if in_force and not options["replace"]:
                self.stdout.write("A sealing key is in force; --replace makes a new one.")
                return
            made = self._made(account, options)
        self._hand_out(made, sheet)

    def _made(self, account: Account | None, options: dict[str, Any]) -> Made:
        who: Tracer | Holder | None = None
        if account is not None:
            who = Tracer(account, self._new_passphrase(account))
        elif not is_opened_by_somebody():
            who = Holder(options["holder"], self._new_passphrase(None))
        made = hold(who, timezone.now(), new_sheet=options["new_recovery_sheet"])
        told = f" for {who.name}" if isinstance(who, Holder) else f" for {account}" if who else ""
        self.stdout.write(f"Sealing key {made.key} made{told}.")
        return made

    def _taken_over(self, account: Account | None) -> Made:
        old = self._asked("Passphrase of the keys so far: ")
        tracer = Tracer(account, self._new_passphrase(account)) if account else None
        try:
            made = take_over(old, tracer, timezone.now())
        except WrongPassphraseError as error:
            raise CommandError("This passphrase opens no key; nothing was changed.") from error
        self.stdout.write("The keys are taken over.")
        return made

    def _hand_out(self, made: Made, sheet: Path | None) -> None:
        """Print the recovery code once, or write it as a page; it is kept nowhere."""
        if made.recovery is None:
            return
        if sheet is None:
            self.stdout.write("Recovery code; write it down, lock it away, it is shown once:")
            self.stdout.write(f"  {code_of(made.recovery)}")
            return
        content = sheet_pdf(groups_of(made.recovery), str(made.key), timezone.now())
        with os.fdopen(os.open(sheet, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        self.stdout.write(f"Recovery sheet written to {sheet}: print it, then delete the file.")

    def _new_passphrase(self, account: Account | None) -> str:
        passphrase = self._asked("New passphrase: ")
        if len(passphrase) < SHORTEST:
            raise CommandError(f"The passphrase needs at least {SHORTEST} characters.")
        if account is not None and tells_who(passphrase, account):
            raise CommandError("Leave name and e-mail address out of the passphrase.")
        if not self._from_stdin and self._asked("Once more: ") != passphrase:
            raise CommandError("The two passphrases differ; nothing was made.")
        return passphrase

    def _asked(self, question: str) -> str:
        return sys.stdin.readline().rstrip("\n") if self._from_stdin else getpass.getpass(question)


def _tracer(email: str | None) -> Account | None:
    if not email:
        return None
    account = Account.objects.filter(email=email.lower(), role=Role.TRACER, is_active=True).first()
    if account is None:
        raise CommandError(f"There is no tracer {email}; create_account makes one.")
    return account
