"""Bring venues in from a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from districts.days import today
from districts.models import Level, Unit
from jobs.progress_bar import ProgressBar
from venues.fields import Fault
from venues.imports.bringing_in import bring_in
from venues.imports.keeping import check, give_up
from venues.imports.telling import asked_of, communes_of, sheets_of, understood
from venues.models import Import, ImportState, RowState
from venues.spreadsheets import refusal_sentence

_MOST_ASKED, _MOST_CHOICES = 100, 5


class Command(BaseCommand):
    help = (
        "Check a list of venues (XLSX, XLS, XLSB, ODS or CSV), every sheet of it, and say how it was "
        "understood and what is wrong, by sheet, row and column; bring nothing in unless "
        "--good-rows is given. A venue that is in the register already, by name and address, is "
        "left as it is: running it twice changes nothing. Ends with 1 where rows have faults."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the spreadsheet")
        parser.add_argument(
            "--unit",
            metavar="CODE",
            help="the province, district or commune whose venues they are (default: the province "
            "whose communes are loaded)",
        )
        parser.add_argument(
            "--good-rows", action="store_true", help="bring in the venues of rows without faults"
        )
        parser.add_argument(
            "--correct",
            nargs=3,
            action="append",
            default=[],
            metavar=("COLUMN", "FOUND", "VALUE"),
            help="what a value means in all rows in which it was found: the code of a commune, a "
            "kind, what a date was typed as, or another or same for two outlets of one phone",
        )

    def handle(self, *, file: Path, unit: str | None, good_rows: bool, **options: Any) -> None:
        listed = Import.objects.create(
            area=_area(unit),
            uploaded_at=timezone.now(),
            file_name=file.name[-200:],
            corrections=options["correct"],
        )
        try:
            with translation.override("en"):
                self._check(listed, file)
            if good_rows and listed.good:
                self._bring_in(listed)
        finally:
            give_up(listed, timezone.now())
        if listed.faulty:
            raise CommandError(f"{listed.faulty} rows have faults.")

    def _check(self, listed: Import, file: Path) -> None:
        bar = ProgressBar(0, "rows checked")
        try:
            with file.open("rb") as content:
                check(listed.pk, content, timezone.now(), bar.show)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        finally:
            bar.close()
        listed.refresh_from_db()
        if listed.state == ImportState.REFUSED:
            raise CommandError(f"{file}: {refusal_sentence(*listed.refusal)}")
        self._tell(listed)

    def _tell(self, listed: Import) -> None:
        """Write how each sheet was read, every fault in a line, what is asked, and the sums."""
        for read in sheets_of(listed):
            self.stdout.write(f"{_sheet(read.name)}: {read.unread or _counts(read.counted)}")
            for sentence in read.passed:
                self.stdout.write(f"  {sentence}")
            if read.not_used:
                self.stdout.write(f"  Not used: {', '.join(read.not_used)}")
        for name, rows in understood(listed):
            self.stdout.write(f"{_sheet(name)}: the first good rows, as they were understood:")
            for row, *words in rows:
                self.stdout.write(f"  row {row}: {' | '.join(words)}")
        faulty = listed.rows.filter(state=RowState.FAULTY).order_by("sheet", "row")
        for sheet, row, faults in faulty.values_list("sheet", "row", "faults").iterator():
            name = listed.sheet(sheet)["name"]
            at = f"sheet “{name}”, row {row}" if name else f"row {row}"
            for fault in map(Fault.kept, faults):
                heading = listed.heading(sheet, fault.column)
                self.stdout.write(f"{at}, {heading}: “{fault.found}” {fault.sentence}")
        self._tell_asked(listed)
        self.stdout.write(
            f"{listed.good} rows are good, {listed.here} are here already, "
            f"{listed.faulty} have faults."
        )

    def _tell_asked(self, listed: Import) -> None:
        """Write the values that one --correct would settle for all their rows."""
        asked, number = asked_of(listed, _MOST_ASKED)
        communes = communes_of(listed.area)
        for value in asked:
            alike, rest = value.choices(communes)
            choices = [f"{meant} ({words})" for meant, words in (alike or rest).items()]
            examples = ", ".join(choices[:_MOST_CHOICES])
            self.stdout.write(
                f"to correct once for {value.rows} rows: --correct '{value.column}' "
                f"'{value.found}' VALUE, such as {examples}"
            )
        if number > len(asked):
            self.stdout.write(f"{number - len(asked)} more values can be corrected so.")

    def _bring_in(self, listed: Import) -> None:
        Import.objects.filter(pk=listed.pk).update(
            state=ImportState.DECIDED, decided_at=timezone.now()
        )
        bar = ProgressBar(listed.good, "venues")
        try:
            bring_in(listed.pk, timezone.now(), bar.show)
        finally:
            bar.close()
        listed.refresh_from_db()
        self.stdout.write(f"{listed.brought_in} venues were brought in.")


def _area(code: str | None) -> Unit:
    """Return the unit of a code, or the one province of which communes are known."""
    units = Unit.objects.on(today()).with_parents()
    if code:
        unit = units.filter(code=code).first()
        if unit is None:
            raise CommandError(f"There is no unit {code} today: see load_units.")
        return unit
    provinces = units.filter(level=Level.PROVINCE, children__isnull=False).distinct()
    if len(provinces) != 1:
        raise CommandError(f"Name the unit with --unit: {len(provinces)} provinces are loaded.")
    return provinces[0]


def _sheet(name: str) -> str:
    return f"sheet “{name}”" if name else "the list"


def _counts(counted: dict[str, int]) -> str:
    return (
        f"{counted['good']} good, {counted['here']} here already, {counted['faulty']} with faults"
    )
