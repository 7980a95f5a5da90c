"""What another rule would change: traced for a look, and taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tracing.infectious import infectious_period
from tracing.models import Case, Contact, Rule
from tracing.trace import trace


class Band(TextChoices):
    """For how long somebody was with a case, by a rule."""

    CERTAIN = "certain", _("Long enough, certainly")
    POSSIBLE = "possible", _("Possibly for so long")
    LINK = "link", _("Link only")
    HOUSEHOLD = "household", _("Household, without a meeting")


@dataclass(frozen=True)
class Outcome:
    """What tracing by a rule finds: when the case was infectious, and each person's band."""

    rule: Rule
    period: DateTimeTZRange
    bands: dict[UUID, Band]


@dataclass(frozen=True)
class Line:
    """People of a band by both rules, and by one of them alone."""

    label: Any
    before: int
    after: int
    both: int

    @property
    def gone(self) -> int:
        return self.before - self.both

    @property
    def new(self) -> int:
        return self.after - self.both


@dataclass(frozen=True)
class Difference:
    """A case by the rule it has, and by another one."""

    before: Outcome
    after: Outcome

    @property
    def lines(self) -> list[Line]:
        """Return a line for each band that anybody is in, and one for all together."""
        bands = [self._line(band.label, band) for band in Band]
        return [line for line in bands if line.before or line.after]

    @property
    def total(self) -> Line:
        """All people, whatever their band."""
        both = self.before.bands.keys() & self.after.bands.keys()
        return Line(_("All"), len(self.before.bands), len(self.after.bands), len(both))

    def _line(self, label: Any, band: Band) -> Line:
        before, after = (
            {key for key, one in outcome.bands.items() if one == band}
            for outcome in (self.before, self.after)
        )
        return Line(label, len(before), len(after), len(before & after))


def difference(case: Case, rule: Rule, now: datetime) -> Difference:
    """Trace a case by its own rule and by another, and leave everything as it was."""
    with transaction.atomic():
        own = _outcome(case.pk, case.rule, now)
        other = _outcome(case.pk, rule, now)
        transaction.set_rollback(True)
    return Difference(own, other)


def period_by(case: Case, rule: Rule) -> DateTimeTZRange:
    """Return when a case is infectious by a rule; what was corrected by hand stays so."""
    if case.correction:
        period: DateTimeTZRange = case.infectious_period
        return period
    known = (case.onset_on, case.sample_on, case.isolated_at)
    return DateTimeTZRange(*infectious_period(rule, *known))


def _outcome(key: int, rule: Rule, now: datetime) -> Outcome:
    case = Case.objects.get(pk=key)
    case.infectious_period = period_by(case, rule)
    case.rule = rule
    trace(case, now)
    people = Contact.objects.of_generation(1).counted().filter(case=case)
    bands = {one.visitor: _band(one, rule) for one in people}
    return Outcome(rule, case.infectious_period, {key: band for key, band in bands.items() if band})


def _band(contact: Contact, rule: Rule) -> Band | None:
    """Return the band of a person, or None of somebody decided on who was not there after all."""
    long = rule.minimum_minutes * 60
    if contact.certain_seconds >= long and contact.evidence:
        return Band.CERTAIN
    if contact.possible_seconds >= long and contact.evidence:
        return Band.POSSIBLE
    if contact.evidence:
        return Band.LINK
    return Band.HOUSEHOLD if contact.is_household else None
