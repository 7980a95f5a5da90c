"""Cases: by which rule each is traced, what was done to it, and where it was."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Role
from authority.models import Reveal, SealingKey
from database.apart import is_apart
from declarations.models import Evidence, LeftReason, Visitor
from districts.days import day_start
from districts.models import Level, Unit, UnitQuerySet
from venues.models import Venue


def units_of_tracer(account: Account) -> UnitQuerySet:
    """Return the units that a tracer sees; none for anybody else."""
    if account.role != Role.TRACER or account.area is None:
        return Unit.objects.none()
    return Unit.objects.shown_to(account.area)


def lives_outside(area: Unit) -> Q:
    """Who lives outside an area, or nobody knows where; in a province everybody is of the place.

    Those of a drill do not exist.
    """
    if area.level == Level.PROVINCE or is_apart():
        return Q(pk__in=[])
    return Q(residence=None) | ~Q(residence__in=Unit.objects.shown_to(area))


def outside(area: Unit, residences: Collection[int | None]) -> set[int | None]:
    """Return which of the units in which people live are outside an area, as `lives_outside` has it."""
    if area.level == Level.PROVINCE or is_apart():
        return set()
    inside = Unit.objects.shown_to(area).filter(pk__in=[key for key in residences if key])
    return set(residences) - set(inside.values_list("pk", flat=True))


class RuleQuerySet(models.QuerySet["Rule"]):
    def in_force(self, on: date) -> "Rule | None":
        """The official rule in force on a local day, or None before the first one."""
        official = self.filter(is_official=True, in_force_from__lte=on)
        return official.order_by("in_force_from").last()


class Rule(models.Model):
    """How contacts of a case are told, under one document, from a day on.

    What a document does not say is our assumption; `assumptions` names it.
    """

    document = models.CharField(max_length=40, unique=True, db_comment="11042/BYT-DP")
    in_force_from = models.DateField()
    is_official = models.BooleanField(
        default=True, db_comment="others are for comparison and are never chosen by date"
    )
    days_before = models.PositiveSmallIntegerField(
        db_comment="infectious from so many days before onset, else before the positive sample"
    )
    days_after = models.PositiveSmallIntegerField(
        db_comment="infectious until so many days after, unless isolated earlier"
    )
    minimum_minutes = models.PositiveSmallIntegerField(
        db_comment="together for at least so long proposes a close contact"
    )
    linger_minutes = models.PositiveSmallIntegerField(
        db_comment="a place stays unsafe for so long after the case left"
    )
    distance_metres = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    masks = models.CharField(max_length=300, blank=True, db_comment="what it says of masks")
    follow_up_days = models.PositiveSmallIntegerField()
    follow_up = models.CharField(max_length=300, blank=True, db_comment="what contacts have to do")
    assumptions = models.CharField(max_length=300, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["in_force_from", "document"]
        constraints = [
            models.UniqueConstraint(
                fields=["in_force_from"],
                condition=Q(is_official=True),
                name="one_official_rule_begins_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(minimum_minutes__lte=24 * 60, linger_minutes__lte=24 * 60),
                name="rule_speaks_of_minutes_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_days__lte=60, days_before__lte=30, days_after__lte=60),
                name="rule_speaks_of_days_of_two_months",
            ),
        ]

    def __str__(self) -> str:
        return self.document

    @property
    def linger(self) -> timedelta:
        return timedelta(minutes=self.linger_minutes)

    def infectious_period(
        self, onset_on: date | None, sample_on: date | None, isolated_at: datetime | None
    ) -> DateTimeTZRange:
        """Return the half-open period in which a case could infect others.

        It begins so many days before the onset, or before the positive sample when there were no
        symptoms (11042/BYT-DP), at the beginning of the local day; it ends with the isolation,
        else with the last of so many days after. Somebody isolated before it begins infects for
        no time: the period then is one minute long, as a period is never empty.
        """
        anchor = onset_on or sample_on
        if anchor is None:
            raise ValueError("A case needs a day of onset or of a positive sample.")
        start = day_start(anchor - timedelta(days=self.days_before))
        end = day_start(anchor + timedelta(days=self.days_after + 1))
        if isolated_at is not None:
            end = min(end, isolated_at)
        return DateTimeTZRange(start, max(end, start + timedelta(minutes=1)))


class Status(models.TextChoices):
    """How sure one is of a case."""

    SUSPECTED = "suspected", _("suspected")
    PROBABLE = "probable", _("probable")
    CONFIRMED = "confirmed", _("confirmed (F0)")
    EXCLUDED = "excluded", _("excluded")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, account: Account) -> Self:
        """Cases that the tracer's area opened, or whose home is there; none that is forgotten."""
        shown = units_of_tracer(account)
        return self.filter(Q(area__in=shown) | Q(residence__in=shown)).exclude(sealed=b"")

    def of_outsiders(self, area: Unit) -> Self:
        """Cases of which any record lives outside an area, or nobody knows where."""
        lives = lives_outside(area)
        is_record = Func(
            F("key"),
            OuterRef("visitors"),
            arg_joiner=" = ANY (",
            template="(%(expressions)s))",
            output_field=models.BooleanField(),
        )
        return self.filter(lives | Exists(Visitor.objects.filter(lives, is_record)))

    def open_to(self, account: Account) -> Self:
        """Those visible to a tracer but for outsiders whom no second officer confirmed."""
        if account.area is None:
            return self.none()
        confirmed = Reveal.objects.of_outsiders().filter(case_number=OuterRef("number"))
        waiting = self.model.objects.of_outsiders(account.area).exclude(Exists(confirmed))
        return self.visible_to(account).exclude(pk__in=waiting.order_by().values("pk"))

    def with_units(self) -> Self:
        return self.select_related("rule", "area", "residence__parent__parent", "opened_by")

    def open(self) -> Self:
        """Those still worked on."""
        return self.filter(closed_at=None)

    def lock(self, case: "Case") -> "Case":
        """Wait for whoever works on a case, and read it anew; it is locked to the transaction's end."""
        return self.select_for_update(of=("self",)).select_related("rule").get(pk=case.pk)


class Case(models.Model):
    """Somebody who is ill or may be, known by a number; what names them is sealed.

    The sealed box is a copy of a visitor's, whose key `sealed_row` is; the visitor may be forgotten
    meanwhile. One person may have declared under several phones or spellings: `visitors`.
    """

    number = models.CharField(max_length=20, unique=True, db_comment="BN2026-0001")
    area = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_comment="whose tracers opened it"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SUSPECTED)
    onset_on = models.DateField(null=True, blank=True, db_comment="first day with symptoms")
    sample_on = models.DateField(null=True, blank=True, db_comment="day of the positive sample")
    isolated_at = models.DateTimeField(null=True, blank=True)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="cases")
    infectious_period = DateTimeRangeField(db_comment="half-open; computed by the rule, or given")
    correction = models.CharField(
        max_length=300, blank=True, db_comment="why the infectious period is not the rule's"
    )
    visitors = ArrayField(models.UUIDField(), default=list, db_comment="keys of visitors")
    phone_hashes = ArrayField(models.UUIDField(), default=list)
    mask = models.CharField(max_length=40)
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealing_key = models.ForeignKey(SealingKey, on_delete=models.PROTECT, related_name="+")
    sealed_row = models.UUIDField(db_comment="the row written into the sealed box")
    sealed = models.BinaryField(db_comment="libsodium sealed box: name, phone, documents, address")
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    traced_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(infectious_period__isempty=False), name="case_is_infectious_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(onset_on__isnull=False) | Q(sample_on__isnull=False),
                name="case_has_an_onset_or_a_sample",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def records(self) -> list[UUID]:
        """The visitors of the case; the one whose box it keeps comes first."""
        return [self.sealed_row, *(key for key in self.visitors if key != self.sealed_row)]

    @property
    def reaches_outsiders(self) -> bool:
        """Whether a second officer confirmed that the case may be followed out of its area."""
        return Reveal.objects.of_outsiders().filter(case_number=self.number).exists()

    @property
    def first_day(self) -> date:
        """The day by which a case is placed: of the onset, else of the positive sample."""
        day = self.onset_on or self.sample_on
        assert day is not None  # noqa: S101 - the database has one of them
        return day

    @property
    def known(self) -> dict[str, Any]:
        """What is known of the illness, as events keep it; moments are in UTC, to be compared."""
        since, until = self.infectious_period.lower, self.infectious_period.upper
        return {
            "status": self.status,
            "onset_on": self.onset_on and self.onset_on.isoformat(),
            "sample_on": self.sample_on and self.sample_on.isoformat(),
            "isolated_at": self.isolated_at and self.isolated_at.astimezone(UTC).isoformat(),
            "rule": self.rule.document,
            "infectious_period": [end.astimezone(UTC).isoformat() for end in (since, until)],
        }


class CaseEvent(models.Model):
    """What was done to a case, by whom, when, and why; only ever added."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20, db_comment="opened, traced, corrected, status, …")
    details = models.JSONField(
        default=dict, db_column="told", db_comment="what changed, without anything that names"
    )

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"


class StayQuerySet(models.QuerySet["Stay"]):
    def of_the_case(self) -> Self:
        """Where the case was, without where its contacts were."""
        return self.filter(source=None)

    def exposures(self) -> Self:
        """Those that made a place unsafe."""
        return self.filter(unsafe_period__isempty=False)

    def with_venues(self) -> Self:
        return self.select_related("venue__commune__parent__parent")


class Stay(models.Model):
    """A case, or a contact whose own contacts are sought, at a venue; copied from a visit or told.

    An exposure is a stay within the infectious period: its unsafe period, which ends some time
    after the person left. All periods are half-open, and empty where there is none.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stays")
    source = models.ForeignKey(
        "tracing.Contact",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stays",
        db_comment="the contact who was there; null: the case itself",
    )
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    visitor = models.UUIDField(null=True, blank=True)
    visit = models.UUIDField(null=True, blank=True, db_comment="id of the visit; null: told")
    evidence = models.PositiveSmallIntegerField(choices=Evidence.choices, null=True, blank=True)
    left_reason = models.PositiveSmallIntegerField(
        choices=LeftReason.choices, null=True, blank=True
    )
    certain_period = DateTimeRangeField(db_comment="between two observations; may be empty")
    possible_period = DateTimeRangeField(db_comment="as long as the stay may have been")
    unsafe_certain_period = DateTimeRangeField(
        default="empty", db_comment="certain and infectious; may be empty"
    )
    unsafe_period = DateTimeRangeField(
        default="empty", db_comment="possible and infectious, then lingering; may be empty"
    )
    told_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, db_comment="how one knows")

    objects = StayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "visit"], name="stay_copies_a_visit_once"),
            models.CheckConstraint(
                condition=Q(possible_period__contains=F("certain_period")),
                name="stay_is_certain_within_what_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=False) | Q(told_by__isnull=False),
                name="stay_is_copied_or_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.venue_id} {self.possible_period}"
