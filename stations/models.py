"""Stations at the doors of venues, who is on duty at them, and every scan they sent."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from declarations.models import Evidence, Visitor
from declarations.nonces import Nonce
from declarations.outcomes import Outcome
from districts.models import Unit
from venues.models import Venue


def hashed(secret: str) -> bytes:
    """Return what the database keeps of a key or of a pairing code."""
    return hashlib.sha256(secret.encode()).digest()


class StationQuerySet(models.QuerySet["Station"]):
    def with_key(self, key: str, now: datetime) -> "Station | None":
        """Return the station that a key belongs to, also a revoked one, with its venue."""
        if len(key) > 64:
            return None
        in_time = Q(key_until=None) | Q(key_until__gt=now)
        return self.select_related("venue").filter(in_time, key_hash=hashed(key)).first()

    def in_use(self) -> Self:
        return self.filter(revoked_at=None, paired_at__isnull=False)

    def crowded(self, since: datetime) -> Self:
        """Those that asked about more people than a door can let in."""
        return self.filter(crowded_at__gte=since)

    def within(self, area: Unit) -> Self:
        return self.filter(venue__in=Venue.objects.within(area))

    def waiting(self, now: datetime) -> Self:
        """Made, and no phone was paired yet; their pairing code still works."""
        return self.filter(revoked_at=None, paired_at=None, pairing_until__gt=now)

    def paired_by(self, code: str, now: datetime) -> Self:
        """The one that waits for a phone with this pairing code."""
        return self.waiting(now).filter(pairing_hash=hashed(code), venue__closed_at=None)


class Station(models.Model):
    """A phone or reader at a venue's door that writes visits for it, until it is revoked.

    Its key is part of its address and is kept hashed; so is the pairing code, which works once.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="stations")
    name = models.CharField(max_length=60, db_comment="the gate, as its venue calls it")
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    pairing_hash = models.BinaryField(max_length=32, null=True, db_comment="SHA-256, until used")
    pairing_until = models.DateTimeField(null=True)
    key_hash = models.BinaryField(max_length=32, null=True, db_comment="SHA-256 of the key")
    key_until = models.DateTimeField(
        null=True, db_comment="another key was asked for; this one works until then at most"
    )
    key_changed_at = models.DateTimeField(null=True)
    former_key_hash = models.BinaryField(
        max_length=32, null=True, db_comment="of the key before: a change sent twice is one"
    )
    paired_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=60, blank=True, db_comment="two words of the browser")
    seen_at = models.DateTimeField(null=True)
    counted_on = models.DateField(null=True, db_comment="the local day of the two counts")
    came_in = models.PositiveIntegerField(default=0)
    went_out = models.PositiveIntegerField(default=0)
    newest_at = models.DateTimeField(
        null=True, db_comment="moment of the newest scan: a queue sends the oldest first"
    )
    asking_since = models.DateTimeField(null=True, db_comment="beginning of the hour counted")
    asked = models.PositiveIntegerField(
        db_default=0, db_comment="people it asked about within that hour"
    )
    crowded_at = models.DateTimeField(
        null=True, db_comment="when it last asked about more people than a door can let in"
    )
    revoked_at = models.DateTimeField(null=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_hash"], name="station_has_a_key_of_its_own"),
            models.UniqueConstraint(fields=["pairing_hash"], name="pairing_code_pairs_one_station"),
            models.CheckConstraint(
                condition=Q(paired_at=None, key_hash=None)
                | Q(paired_at__isnull=False, key_hash__isnull=False, pairing_hash=None),
                name="station_has_a_key_once_it_is_paired",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("made_at")),
                name="station_is_revoked_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def on_duty(self) -> str:
        newest = self.shifts.order_by("-began_at").first()
        return newest.name if newest else ""

    @property
    def ended_at(self) -> datetime | None:
        """When it was revoked, or its venue closed."""
        return min(filter(None, (self.revoked_at, self.venue.closed_at)), default=None)

    def is_out_of_order(self, at: datetime) -> bool:
        """Whether no queue explains that a scan comes only now; it is noted, and tracers are told.

        A queue sends the oldest first: one came before that is newer by more than ten minutes, or
        no phone was the station yet.
        """
        firsts = [moment for moment in (self.newest_at, self.paired_at) if moment]
        return bool(firsts) and at < max(firsts) - timedelta(minutes=10)

    def counts_on(self, today: date) -> tuple[int, int]:
        """Return how many came in and went out here today."""
        return (self.came_in, self.went_out) if self.counted_on == today else (0, 0)


class Shift(models.Model):
    """Who is on duty at a station, from one hand-over to the next; a first name will do."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="shifts")
    name = models.CharField(max_length=60)
    began_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["station", "-began_at"], name="shift_of_station")]

    def __str__(self) -> str:
        return self.name


class Direction(models.IntegerChoices):
    IN = 1, _("in")
    OUT = 2, _("out")

    @property
    def word(self) -> str:
        return self.name.lower()


class ScanQuerySet(models.QuerySet["Scan"]):
    def doubtful(self, visits: Iterable[tuple[int, UUID]]) -> set[UUID]:
        """Return which visits, given with their venues, began at a time that no queue explains."""
        moments = {(venue, Nonce.of(visit).moment): visit for venue, visit in visits}
        scans = self.filter(
            is_implausible=True,
            venue__in={venue for venue, _ in moments},
            at__in={at for _, at in moments},
        )
        return {moments[key] for key in scans.values_list("venue", "at") if key in moments}


class Scan(models.Model):
    """What a station sent of one person at one moment: kept so that twice is once.

    A scan never holds what the code said. `at` is the moment by our clock, corrected by the error
    of the phone's. A refused scan has no visitor; a doubled one made no visit of its own.
    """

    pk = models.CompositePrimaryKey("venue", "id", "at")
    at = models.DateTimeField(db_comment="by our clock")
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    id = models.UUIDField(db_comment="made by the station")
    station = models.ForeignKey(
        Station, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    venue = models.ForeignKey(
        Venue, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False
    )
    clock_error = models.IntegerField(db_comment="seconds by which the phone's clock was fast")
    direction = models.PositiveSmallIntegerField(choices=Direction.choices)
    evidence = models.PositiveSmallIntegerField(choices=Evidence.choices)
    outcome = models.PositiveSmallIntegerField(
        choices=Outcome.choices, null=True, db_comment="of what was answered at this scan"
    )
    said_hash = models.UUIDField(null=True, db_comment="keyed hash of a card, or of what was typed")
    is_doubled = models.BooleanField(default=False)
    is_implausible = models.BooleanField(default=False, db_comment="the time, as sent")
    refusal = models.CharField(max_length=20, blank=True)

    objects = ScanQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["visitor", "at"], condition=Q(visitor__isnull=False), name="scan_of_visitor"
            ),
            models.Index(
                fields=["said_hash", "at"],
                condition=Q(said_hash__isnull=False),
                name="scan_by_what_was_said",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(refusal="", visitor__isnull=False) | ~Q(refusal="") & Q(visitor=None),
                name="scan_is_of_a_visitor_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.at:%Y-%m-%d %H:%M:%S}"


class Acquaintance(models.Model):
    """Whom a venue's doors take somebody for by what they were told, so that they ask but once.

    `said_hash` is of a scanned card, of a card's number typed, or of a typed phone with the year of
    birth. Nothing of it is told to other venues. What two venues were told of one card on two days
    confirms another phone for it.
    """

    pk = models.CompositePrimaryKey("said_hash", "venue")
    said_hash = models.UUIDField()
    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, db_index=False)
    visitor = models.ForeignKey(
        Visitor,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        db_comment="null where it was two people",
    )
    phone_hash = models.UUIDField(null=True, db_comment="of the phone that was told")
    told_on = models.DateField(db_comment="the local day on which this phone was told first")
    seen_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"{self.venue_id} {self.told_on:%Y-%m-%d}"


class RegisterSheetQuerySet(models.QuerySet["RegisterSheet"]):
    def visible_to(self, account: Account) -> Self:
        return self.filter(venue__in=Venue.objects.visible_to(account))

    def waiting(self) -> Self:
        """Neither typed in nor discarded."""
        return self.filter(typed_at=None, discarded_at=None)


class RegisterSheet(models.Model):
    """A numbered sheet of paper for a power cut, and how far it was typed in afterwards."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="register_sheets")
    number = models.PositiveIntegerField(db_comment="first, second, … sheet of the venue")
    code = models.CharField(max_length=8, unique=True, db_comment="printed on the page")
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    used_on = models.DateField(null=True, db_comment="the local day written on it")
    typed_at = models.DateTimeField(null=True, db_comment="when somebody said it is finished")
    lines = models.PositiveSmallIntegerField(default=0, db_comment="people typed in of it")
    discarded_at = models.DateTimeField(null=True, db_comment="empty, spoilt or lost")

    objects = RegisterSheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "number"], name="register_sheet_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(typed_at=None) | Q(discarded_at=None),
                name="register_sheet_is_typed_or_discarded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:04d}"


class RegisterLine(models.Model):
    """One line of a sheet that was typed in: which visit it made, so that a correction changes it."""

    sheet = models.ForeignKey(RegisterSheet, on_delete=models.CASCADE, related_name="typed")
    row = models.PositiveSmallIntegerField(db_comment="as printed on the sheet, from 1")
    visitor = models.ForeignKey(
        Visitor, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    typed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "row"], name="register_line_is_typed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}: {self.row}"
