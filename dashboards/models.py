"""What officials do about silent venues, and what the committee decided on a venue."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from districts.models import Unit
from venues.models import Venue


class Reason(models.TextChoices):
    """Why a venue is on the list; the first one that holds is the main one."""

    STOPPED = "stopped", _("stopped suddenly")
    NEVER = "never", _("never used")
    OWNER = "owner", _("used only by its owner")
    ONE_PHONE = "one_phone", _("one phone only")
    LONG_QUIET = "long_quiet", _("silent for 14 days or more")
    QUIET = "quiet", _("silent for 7 to 13 days")
    NO_EXITS = "no_exits", _("arrivals but no departures")

    @property
    def is_silence(self) -> bool:
        """True where nobody comes at all, so that a single visit is a success."""
        return self in (Reason.STOPPED, Reason.NEVER, Reason.LONG_QUIET, Reason.QUIET)


class ApproachWay(models.TextChoices):
    """How an official turned to a venue."""

    REMINDED = "reminded", _("reminded by message")
    CALLED = "called", _("called")
    VISITED = "visited", _("visited")


class Finding(models.TextChoices):
    """What came of it."""

    WILL_USE = "will_use", _("will use it")
    NEW_POSTER = "new_poster", _("poster was missing, new poster given")
    NO_NETWORK = "no_network", _("no phone network")
    NOBODY = "nobody", _("nobody reached")
    CLOSED = "closed", _("closed")
    MOVED = "moved", _("moved away")
    REFUSES = "refuses", _("refuses")
    DUPLICATE = "duplicate", _("registered twice")
    OTHER = "other", _("something else")


class Approach(models.Model):
    """An official turned to a silent venue: reminded, called or visited it; only ever added."""

    id = models.UUIDField(primary_key=True, db_comment="of the form: sent twice, noted once")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="approaches")
    commune = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_comment="of the venue at that time"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    made_on = models.DateField(db_comment="local day of the moment")
    reason = models.CharField(
        max_length=12, choices=Reason.choices, blank=True, db_comment="main one at that time"
    )
    way = models.CharField(max_length=12, choices=ApproachWay.choices)
    finding = models.CharField(max_length=12, choices=Finding.choices, blank=True)
    next_on = models.DateField(null=True, db_comment="when to come back to it")
    note = models.CharField(max_length=600, blank=True, db_comment="or the message")

    class Meta:
        indexes = [
            models.Index(fields=["venue", "-at"], name="approach_by_venue"),
            models.Index(fields=["made_on", "commune"], name="approach_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "made_on"],
                condition=Q(way="reminded"),
                name="venue_is_reminded_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(way="reminded") | ~Q(finding=""), name="approach_has_a_finding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.way} {self.made_on}"


class SilenceDay(models.Model):
    """How a commune's worklist stood at the beginning of a local day, and what the day brought."""

    pk = models.CompositePrimaryKey("day", "commune")
    day = models.DateField()
    commune = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    venues = models.IntegerField(db_comment="open ones")
    silent = models.IntegerField(db_comment="of these not used in 7 days, or never")
    never_used = models.IntegerField()
    reminded = models.IntegerField(db_default=0)
    called = models.IntegerField(db_default=0)
    visited = models.IntegerField(db_default=0)
    came_alive = models.IntegerField(
        db_default=0, db_comment="venues first used again, within 14 days of an act"
    )

    def __str__(self) -> str:
        return f"{self.commune_id} {self.day}: {self.silent} of {self.venues}"


class Suspicion(models.Model):
    """What takes long to see: a venue that stopped, that one phone uses, that nobody leaves.

    Housekeeping notes all of them anew.
    """

    venue = models.OneToOneField(Venue, on_delete=models.CASCADE, primary_key=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    arrived = models.IntegerField(db_comment="visits that show it")
    days = models.IntegerField(db_comment="on which they were counted")
    phones = ArrayField(models.UUIDField(), db_comment="keyed hashes of the phones, if few")
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.venue_id} {self.reason}"


class ComplianceStatus(models.TextChoices):
    """Whether a venue may be open under the province's reopening condition (4985/UBND-KGVX)."""

    MEETS = "meets", _("meets the condition")
    FAILS = "fails", _("does not meet the condition")
    SUSPENDED = "suspended", _("suspended until it meets the condition")


class ComplianceQuerySet(models.QuerySet["Compliance"]):
    """Decisions by the day they hold on."""

    def in_force(self, on: date) -> Self:
        """Return the newest decision for each venue, unless it has ended by then."""
        newest = (
            Compliance.objects.filter(since__lte=on)
            .order_by("venue", "-since", "-decided_at")
            .distinct("venue")
        )
        return self.filter(Q(until=None) | Q(until__gt=on), pk__in=newest.values("pk"))


class Compliance(models.Model):
    """A decision whether a venue meets the reopening condition, from a day on; only ever added."""

    id = models.UUIDField(primary_key=True, db_comment="of the form: sent twice, noted once")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="compliances")
    status = models.CharField(max_length=12, choices=ComplianceStatus.choices)
    since = models.DateField()
    until = models.DateField(null=True, db_comment="first day no longer in force, if known")
    document = models.CharField(max_length=60, blank=True, db_comment="number of the document")
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    objects = ComplianceQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-decided_at"]
        indexes = [
            models.Index(fields=["venue", "-since", "-decided_at"], name="compliance_newest")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="compliance_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.status} since {self.since}"
