"""Bring venues in from a spreadsheet."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from districts.days import today
from districts.models import Level, Unit
from districts.progress_bar import Bar
from venues.faults import Fault
from venues.imports.bringing_in import bring_in
from venues.imports.forgetting import give_up
from venues.imports.keeping import check
from venues.models import Import, ImportState, RowState
from venues.spreadsheets import Column, refusal_sentence


class Command(BaseCommand):
    help = (
        "Check a list of venues (XLSX or CSV) and say what is wrong, by row and column; bring "
        "nothing in unless --good-rows is given. A venue that is in the register already, by "
        "name and address or by name and phone, is left as it is: running it twice changes "
        "nothing. Ends with 1 where rows have faults."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the XLSX or CSV file")
        parser.add_argument(
            "--unit",
            metavar="CODE",
            help="the province, district or commune whose venues they are (default: the province "
            "whose communes are loaded)",
        )
        parser.add_argument(
            "--good-rows", action="store_true", help="bring in the venues of rows without faults"
        )

    def handle(self, *, file: Path, unit: str | None, good_rows: bool, **_options: Any) -> None:
        listed = Import.objects.create(
            area=_area(unit), uploaded_at=timezone.now(), file_name=file.name[-200:]
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
        bar = Bar(0, "rows checked")
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
        """Write every fault in a line of its own, then how many rows there are of each sort."""
        faulty = listed.rows.filter(state=RowState.FAULTY).order_by("row")
        for row, faults in faulty.values_list("row", "faults").iterator():
            for fault in map(Fault.kept, faults):
                heading = _heading(listed, fault.column)
                self.stdout.write(f"row {row}, {heading}: “{fault.found}” {fault.sentence}")
        self.stdout.write(
            f"{listed.good} rows are good, {listed.here} are here already, "
            f"{listed.faulty} have faults."
        )

    def _bring_in(self, listed: Import) -> None:
        Import.objects.filter(pk=listed.pk).update(
            state=ImportState.DECIDED, decided_at=timezone.now()
        )
        bar = Bar(listed.good, "venues")
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


def _heading(listed: Import, column: Column) -> str:
    return listed.headings[listed.columns[column]] if column in listed.columns else str(column)
