"""Gives an official an account, or another role or area."""

import sys
import unicodedata
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account, Role
from districts.days import today
from districts.models import Unit
from forms.fields import EmailField, PlainTextField

_ROLES = [role.value for role in Role if role != Role.OWNER]


class Command(BaseCommand):
    help = (
        "Give an official an account. Run again, it changes role, area and name; the password "
        "only with --password-stdin or --password. All sessions of the account end then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address to sign in with")
        parser.add_argument("--role", required=True, choices=_ROLES)
        parser.add_argument("--area", required=True, metavar="CODE", help="code of the unit")
        parser.add_argument("--name", help="as shown to colleagues")
        asked = parser.add_mutually_exclusive_group()
        asked.add_argument("--password", action="store_true", help="ask for a new password")
        asked.add_argument("--password-stdin", action="store_true", help="read it from stdin")

    def handle(self, *, email: str, role: str, area: str, **options: Any) -> None:
        email = _cleaned(EmailField(), email)
        details = {"role": role, "area": _unit(area)}
        if options["name"] is not None:
            details["name"] = _cleaned(PlainTextField(max_length=100), options["name"])
        account = Account.objects.filter(email=email).first()
        asked = options["password"] or options["password_stdin"]
        password = _password(options["password_stdin"]) if asked or account is None else ""
        if account is None:
            Account.objects.create_official(email, password, **details)
            self.stdout.write(f"{email} can sign in now.")
            return
        for field, value in details.items():
            setattr(account, field, value)
        if password:
            account.set_password(password)
        account.save()
        account.end_sessions()
        self.stdout.write(f"{email} is up to date.")


def _cleaned(field: PlainTextField, text: str) -> str:
    try:
        return str(field.clean(text))
    except ValidationError as error:
        raise CommandError(f"{text!r}: {' '.join(error.messages)}") from error


def _unit(code: str) -> Unit:
    unit = Unit.objects.on(today()).filter(code=code).first()
    if unit is None:
        raise CommandError(f"No unit in force today has the code {code!r}. Run load_units first.")
    return unit


def _password(from_stdin: bool) -> str:
    typed = sys.stdin.readline().rstrip("\r\n") if from_stdin else _asked_twice()
    password = unicodedata.normalize("NFC", typed)
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return password


def _asked_twice() -> str:
    if not sys.stdin.isatty():
        raise CommandError("No terminal to ask for a password: use --password-stdin.")
    first, second = getpass("Password: "), getpass("Once more: ")
    if first != second:
        raise CommandError("The two passwords differ.")
    return first
