"""Where people check in: venues, the posters printed for them, and lists they came in by."""

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit
from forms.phones import takes_messages
from jobs.models import Job

from . import codes
from .kinds import Kind
from .spreadsheets import LABELS, ListColumn


class VenueQuerySet(models.QuerySet["Venue"]):
    """Venues as owners and committees speak of them."""

    def within(self, area: Unit) -> Self:
        """Venues in an area, whatever its level; those of its last day if it has ended."""
        if area.valid_to is None:
            return self.filter(
                Q(commune=area) | Q(commune__parent=area) | Q(commune__parent__parent=area)
            )
        units = Unit.objects.within(area)
        stood_there = FormerCommune.objects.filter(commune__in=units).values("venue")
        return self.filter(Q(commune__in=units) | Q(pk__in=stood_there))

    def visible_to(self, account: Account) -> Self:
        """What an account may see: an owner's own venues, an official's area."""
        if not account.is_official:
            return self.filter(owner=account)
        if account.area is None:
            return self.none()
        if account.area.valid_to is None:
            return self.within(account.area)
        stood_there = self.model.objects.within(account.area).values("pk")
        shown = Unit.objects.shown_to(account.area)
        return self.filter(Q(pk__in=stood_there) | Q(commune__in=shown))

    def open_at(self, moment: datetime) -> Self:
        """Venues registered by then and not closed."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gt=moment), registered_at__lte=moment)


class Venue(models.Model):
    """A place that registered: a market, shop, office, anything people enter."""

    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="venues")
    address = models.CharField(max_length=200)
    responsible_name = models.CharField(max_length=100)
    responsible_phone = models.CharField(max_length=16)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="venues")
    registered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    registration = models.UUIDField(
        unique=True, null=True, blank=True, db_comment="of the form: sent twice, registered once"
    )
    brought_in_by = models.ForeignKey(
        "Import", on_delete=models.PROTECT, null=True, blank=True, related_name="venues"
    )

    objects = VenueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["commune", "kind"], condition=Q(closed_at=None), name="venue_that_is_open"
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False),
                name="venue_that_is_closed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=models.F("registered_at")),
                name="venue_closes_after_it_registers",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_name(self) -> str:
        """Its kind in words; the framework's own way translates all kinds for each venue."""
        return str(Kind(self.kind).label)

    @property
    def place(self) -> str:
        return self.commune.place

    @property
    def poster(self) -> "Poster | None":
        """The poster in force."""
        return self.posters.filter(revoked_at=None).first()

    @property
    def message_phone(self) -> str:
        """The phone that messages go to: not the owner's landline where the other is a mobile."""
        known = [phone for phone in (self.owner.phone, self.responsible_phone) if phone]
        return next(filter(takes_messages, known), known[0])

    @transaction.atomic
    def issue_poster(self, now: datetime) -> "Poster":
        """Give the venue a new poster, revoking the one in force.

        The venue's row is locked, so that replacing twice at once leaves one poster in force.
        """
        Venue.objects.select_for_update().get(pk=self.pk)
        self.posters.filter(revoked_at=None).update(revoked_at=now)
        return self.posters.create(
            code=codes.new_code(), number=self.posters.count() + 1, issued_at=now
        )


class PosterQuerySet(models.QuerySet["Poster"]):
    """Posters by what is printed on them."""

    def with_venue(self) -> Self:
        return self.select_related("venue__commune__parent__parent")

    def in_force(self, moment: datetime) -> Self:
        """Posters issued by then and not revoked by then."""
        in_force = Q(revoked_at=None) | Q(revoked_at__gt=moment)
        return self.filter(in_force, issued_at__lte=moment)

    def note_printed(self, now: datetime) -> None:
        """Keep when posters were first printed."""
        self.filter(printed_at=None).update(printed_at=now)


class Poster(models.Model):
    """The printed code of a venue; it can be revoked and replaced while the venue stays."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="posters")
    code = models.CharField(max_length=8, unique=True)
    number = models.PositiveSmallIntegerField(db_comment="first, second, … poster of the venue")
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    printed_at = models.DateTimeField(
        null=True, blank=True, db_comment="first made as a file to print"
    )

    objects = PosterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["venue", "number"], name="poster_number_is_unique"),
            models.UniqueConstraint(
                fields=["venue"],
                condition=Q(revoked_at=None),
                name="venue_has_one_poster_in_force",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[2-9A-HJKMNP-Z]{8}$"), name="poster_code_is_well_formed"
            ),
        ]

    def __str__(self) -> str:
        return self.displayed_code

    @property
    def displayed_code(self) -> str:
        return codes.displayed(self.code)

    @property
    def serial(self) -> str:
        """The number printed on the poster: venue and edition."""
        return f"{self.venue_id:05d}-{self.number:02d}"

    @property
    def address(self) -> str:
        """What the QR code says; upper case makes it smaller."""
        return f"{settings.SITE_ADDRESS}/V/{self.code}".upper()


class FormerCommune(models.Model):
    """Where a venue stood before a reform carried it over to another commune."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="former_communes")
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="former_venues")
    until = models.DateField(db_comment="first day in another commune")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "until"], name="venue_leaves_one_commune_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue}: {self.commune} ({self.until})"


class ImportState(models.TextChoices):
    """How far an import has come."""

    WAITING = "waiting", _("being checked")
    REFUSED = "refused", _("could not be read")
    CHECKED = "checked", _("checked, nothing decided")
    DECIDED = "decided", _("being added")
    DONE = "done", _("added")
    GIVEN_UP = "given up", _("nothing was added")


class Import(models.Model):
    """A spreadsheet of venues that an official brings in: checked first, then decided on."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="imports")
    asked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="imports",
        db_comment="none: an operator at the command line",
    )  # fmt: skip
    uploaded_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_comment="of the file")
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.WAITING)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    sheets = models.JSONField(
        default=list, db_default=[], db_comment="how each sheet was read: see Import.sheet"
    )
    corrections = models.JSONField(
        default=list,
        db_default=[],
        db_comment="[column, what was found, what it means], for all rows",
    )
    encoding = models.CharField(max_length=20, blank=True, db_comment="where it is not certain")
    refusal = models.JSONField(default=list, db_comment="key and parameters of the sentence")
    good = models.PositiveIntegerField(default=0)
    here = models.PositiveIntegerField(default=0, db_comment="in the register already")
    faulty = models.PositiveIntegerField(default=0)
    brought_in = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["area", "-uploaded_at"], name="import_of_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "area", "digest"],
                condition=Q(state="waiting"),
                name="import_is_checked_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def sheet(self, number: int) -> dict[str, Any]:
        """Return how a sheet was read: name, headings, columns, and rows that were passed over."""
        return next(sheet for sheet in self.sheets if sheet["number"] == number)

    def heading(self, sheet: int, column: str) -> str:
        """Return the heading of a column as it stands in the file, or what it is."""
        read = self.sheet(sheet)
        if column in read["columns"]:
            return read["headings"][read["columns"][column]]
        return str(LABELS[ListColumn(column)])

    def cell(self, row: "ImportRow", column: str) -> str:
        """Return what a row says in a column."""
        return str(row.cells[self.sheet(row.sheet)["columns"][column]])

    @property
    def corrected(self) -> dict[tuple[str, str], str]:
        """What was corrected once for all rows, by column and what was found."""
        return {(column, found): meant for column, found, meant in self.corrections}


class RowState(models.TextChoices):
    """What became of a row when it was checked."""

    GOOD = "good"
    HERE = "here"
    FAULTY = "faulty"


class ImportRow(models.Model):
    """A row of an import, until somebody has decided on it, and for a few days at most."""

    listed_in = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    sheet = models.PositiveSmallIntegerField(
        default=1, db_default=1, db_comment="its place in the workbook"
    )
    row = models.PositiveIntegerField(db_comment="as the spreadsheet numbers it")
    state = models.CharField(max_length=6, choices=RowState.choices)
    cells = models.JSONField(db_comment="as they were found")
    told = models.JSONField(null=True, db_comment="what a good row tells of its venue")
    faults = models.JSONField(default=list)
    around = models.JSONField(
        default=dict, db_default={}, db_comment="the section it stands in, and odd cells by place"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listed_in", "sheet", "row"], name="import_row_of_sheet_is_kept_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["listed_in", "state", "sheet", "row"], name="import_row_by_state_and_sheet"
            )
        ]

    def __str__(self) -> str:
        return f"{self.listed_in}: {self.sheet}/{self.row}"
