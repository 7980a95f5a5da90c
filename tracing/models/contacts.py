"""People whom a case met, or may have met, and what was done for them day by day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from authority.models import SealingKey
from declarations.models import OBSERVED, Evidence
from districts.models import Unit

from .cases import Case, Stay, lives_outside, units_of_tracer


class Standing(models.TextChoices):
    """What a tracer decided of somebody whom the overlap of visits proposes."""

    PROPOSED = "proposed", _("not decided")
    CONFIRMED = "confirmed", _("close contact")
    LINK = "link", _("epidemiological link only")
    DISMISSED = "dismissed", _("no contact")


class FollowUpResult(models.TextChoices):
    """How a follow-up ended."""

    FINISHED = "finished", _("followed up to the end")
    LOST = "lost", _("lost to follow-up")
    CASE = "case", _("became a case")
    MOVED = "moved", _("handed over to another province")


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, account: Account) -> Self:
        """Contacts of visible cases, and close contacts given to a commune of the area."""
        cases = Case.objects.visible_to(account).values("pk")
        in_care = Q(commune__in=units_of_tracer(account), standing=Standing.CONFIRMED)
        return self.filter(Q(case__in=cases) | in_care)

    def in_care_of(self, account: Account) -> Self:
        """Those whom health stations of the account's area follow up, or nobody does yet."""
        own = Q(commune__in=units_of_tracer(account))
        return self.visible_to(account).filter(own | Q(commune=None))

    def of_outsiders(self, area: Unit) -> Self:
        """Who lives outside an area, met the case nowhere in it, and was given to it by no other.

        Whoever was seen at a venue of the area is its own to trace, wherever they live. What was
        only typed, claimed or taken from paper says nothing: it could be made up to be let in.
        """
        units = Unit.objects.shown_to(area)
        either = Q(contact=OuterRef("pk")) | Q(contact__same_as=OuterRef("pk"))
        seen_here = Q(stay__venue__commune__in=units, evidence__in=OBSERVED)
        met_here = Meeting.objects.filter(either, seen_here)
        given = Q(commune__in=units, standing=Standing.CONFIRMED) & ~Q(case__area__in=units)
        return self.filter(lives_outside(area)).exclude(given).exclude(Exists(met_here))

    def each_once(self) -> Self:
        """Without those who are joined to another contact as the same person."""
        return self.filter(same_as=None)

    def counted(self) -> Self:
        """Each person once, without the bursts that are set aside."""
        return self.each_once().filter(is_aside=False)

    def with_case(self) -> Self:
        return self.select_related("case__rule", "residence__parent", "commune__parent")

    def with_shared_case(self) -> Self:
        """As with_case, for many: what several have in common is one object."""
        return self.prefetch_related("case__rule", "residence__parent", "commune__parent")

    def of_generation(self, generation: int) -> Self:
        return self.filter(generation=generation)

    def with_length(self, minimum: Any) -> Self:
        """Say of each whether they were with the case for a rule's minutes, certainly or possibly."""
        return self.annotate(
            is_certainly_long=Q(certain_seconds__gte=minimum * 60),
            is_possibly_long=Q(possible_seconds__gte=minimum * 60),
        )

    def close(self) -> Self:
        """Those whom a tracer confirmed."""
        return self.filter(standing=Standing.CONFIRMED)

    def to_follow_up(self, on: date) -> Self:
        """Confirmed contacts whose follow-up has not ended by a local day."""
        return self.close().filter(result="", follow_up_until__gte=on)


class Contact(models.Model):
    """A person's exposure to a case: for how long, where, and what was decided of it.

    Derived are the seconds, evidence and moments; they are reckoned anew when the case is traced
    again. Decided are the standing and all that follows from it, which tracing again leaves alone.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    visitor = models.UUIDField(db_comment="key of the visitor")
    generation = models.PositiveSmallIntegerField(db_comment="1: met the case; 2: met a contact")
    mask = models.CharField(max_length=40)
    phone_hash = models.UUIDField()
    residence = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    certain_seconds = models.PositiveIntegerField(default=0)
    possible_seconds = models.PositiveIntegerField(default=0)
    evidence = models.PositiveSmallIntegerField(
        choices=Evidence.choices, null=True, blank=True, db_comment="of the best known meeting"
    )
    met_period = DateTimeRangeField(
        default="empty", db_comment="from the first to the end of the last possible meeting"
    )
    is_household = models.BooleanField(default=False, db_comment="one submission, or one phone")
    fold = models.UUIDField(null=True, db_comment="the visitor's, who may be forgotten meanwhile")
    burst = models.IntegerField(null=True, db_comment="the visitor's")
    same_as = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        related_name="joined",
        db_comment="the contact who is the same person and stands for both",
    )

    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.PROPOSED)
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_aside = models.BooleanField(db_default=False, db_comment="no contact, with a whole burst")
    sealing_key = models.ForeignKey(
        SealingKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed = models.BinaryField(
        null=True, blank=True, db_comment="the visitor's box, copied when confirmed"
    )
    commune = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_comment="whose health station follows up",
    )
    due_on = models.DateField(null=True, blank=True, db_comment="to be called by this day")
    isolated_on = models.DateField(null=True, blank=True)
    sample_on = models.DateField(null=True, blank=True, db_comment="of the newest sample")
    follow_up_until = models.DateField(null=True, blank=True, db_comment="last day, included")
    result = models.CharField(max_length=10, choices=FollowUpResult.choices, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="came_of"
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "visitor"], name="contact_of_a_case_once"),
            models.CheckConstraint(
                condition=Q(generation__in=[1, 2]), name="contact_has_a_known_generation"
            ),
            models.CheckConstraint(
                condition=Q(certain_seconds__lte=models.F("possible_seconds")),
                name="contact_is_certain_within_what_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(result="", ended_at=None) | ~Q(result="") & Q(ended_at__isnull=False),
                name="follow_up_ends_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(same_as=None) | ~Q(same_as=models.F("id")),
                name="contact_is_the_same_as_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["commune", "due_on"],
                condition=Q(standing="confirmed", result=""),
                name="contact_to_follow_up",
            ),
            models.Index(fields=["visitor"], name="contact_by_visitor"),
        ]

    @property
    def certain_minutes(self) -> int:
        return self.certain_seconds // 60

    @property
    def possible_minutes(self) -> int:
        return self.possible_seconds // 60

    @property
    def visitors(self) -> list[UUID]:
        """The keys of the contact and of those joined to it, which are one person."""
        return [self.visitor, *self.joined.order_by("pk").values_list("visitor", flat=True)]

    def __str__(self) -> str:
        return self.mask


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def of_people(self, contacts: Iterable[int]) -> QuerySet[Any]:
        """Of contacts and of those joined to them; each knows whose it is: `one`."""
        meetings = self.annotate(one=Coalesce("contact__same_as", "contact"))
        return meetings.filter(one__in=list(contacts))


class Meeting(models.Model):
    """One visit of a contact that overlaps one exposure; derived, reckoned anew by tracing."""

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="meetings")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="meetings")
    visit = models.UUIDField(db_comment="id of the contact's visit")
    evidence = models.PositiveSmallIntegerField(choices=Evidence.choices)
    certain_period = DateTimeRangeField(db_comment="both were certainly there; may be empty")
    possible_period = DateTimeRangeField(db_comment="both may have been there, or air lingered")
    is_one_form = models.BooleanField(db_comment="came in one submission")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stay", "visit"], name="visit_meets_a_stay_once"),
        ]

    @property
    def length(self) -> timedelta:
        """How long both may have been there."""
        length: timedelta = self.possible_period.upper - self.possible_period.lower
        return length

    def __str__(self) -> str:
        return f"{self.stay_id} {self.possible_period}"


class Act(models.TextChoices):
    """What was done."""

    CALL = "call", _("call")
    DAY = "day", _("daily check")
    SAMPLE = "sample", _("sample")
    ISOLATION = "isolation", _("isolation")
    ASSIGNED = "assigned", _("given to a health station")
    ENDED = "ended", _("follow-up ended")


class CallOutcome(models.TextChoices):
    """What came of a call."""

    REACHED = "reached", _("reached")
    NO_ANSWER = "no answer", _("no answer")
    WRONG_NUMBER = "wrong number", _("wrong number")
    REFUSED = "refused", _("refused to answer")
    RELATIVE = "relative", _("spoke with a relative")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def of(self, contact: Any) -> Self:
        """For a contact, or for one joined to it as the same person."""
        return self.filter(Q(contact=contact) | Q(contact__same_as=contact))

    def spoken(self) -> Self:
        """Those in which one spoke with the person or a relative: such calls, and daily checks."""
        reached = [CallOutcome.REACHED, CallOutcome.RELATIVE]
        return self.filter(Q(act=Act.CALL, outcome__in=reached) | Q(act=Act.DAY))


class FollowUp(models.Model):
    """One act for a contact; only ever added."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="follow_ups")
    act = models.CharField(max_length=10, choices=Act.choices)
    at = models.DateTimeField()
    on = models.DateField(db_comment="the local day it is about")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, blank=True)
    symptoms = models.PositiveSmallIntegerField(
        default=0, db_comment="bits: see declarations.outcomes.Symptom"
    )
    sealed_note = models.BinaryField(
        null=True, blank=True, db_comment="libsodium sealed box: what was said"
    )
    nonce = models.UUIDField(unique=True, db_comment="of the form: sent twice, written once")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.on:%Y-%m-%d} {self.act}"
