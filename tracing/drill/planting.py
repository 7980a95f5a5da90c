"""Storing an invented outbreak in a drill's tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils.translation import gettext as _

from authority.keys import current_key
from authority.models import SealingKey
from authority.sealing import seal
from declarations import identities
from declarations.models import Declaration, Visit, Visitor
from declarations.outcomes import Answers, Symptom
from districts.days import local_day
from districts.models import Level, Unit
from tracing.models import DrillSize, Part, Planted, Rule
from venues.models import Venue

from .outbreak import VENUES, Actor, Circumstances, InventedVisit, is_unsafe

FEWEST_VENUES = 3


class NoGroundError(Exception):
    """The area has too few open venues, or there is no rule in force: a sentence says which."""


@dataclass(frozen=True)
class Ground(Circumstances):
    """The real places on which an outbreak is invented, and the key that seals its people."""

    key: SealingKey

    @classmethod
    def of(cls, area: Unit, size: DrillSize, now: datetime) -> Self:
        """Return the area's ground; raises NoGroundError or NoSealingKeyError."""
        today = local_day(now)
        rule = Rule.objects.in_force(today)
        if rule is None:
            raise NoGroundError(_("No rule is in force: run load_rules first."))
        open_venues = Venue.objects.within(area).open_at(now).order_by("pk")
        venues = list(open_venues.values_list("pk", flat=True)[: VENUES[size]])
        if len(venues) < FEWEST_VENUES:
            needed = _("This area has too few open venues for a drill; %(number)s are needed.")
            raise NoGroundError(needed % {"number": FEWEST_VENUES})
        around = area.parent if area.level == Level.COMMUNE and area.parent else area
        homes = Unit.objects.within(around).communes().on(today).order_by("pk")
        return cls(
            size=size,
            today=today,
            venues=venues,
            homes=list(homes.values_list("pk", flat=True)),
            minimum=timedelta(minutes=max(rule.minimum_minutes, 2)),
            days_before=rule.days_before,
            key=current_key(),
        )


def plant(actors: Sequence[Actor], ground: Ground) -> None:
    """Store everybody with their visits and declarations; call it on the drill's tables."""
    # Chance may name two alike: they are one person, the first of them.
    people = list({actor.person.key: actor for actor in reversed(actors)}.values())
    Visitor.objects.bulk_create(_visitor(one, ground) for one in people)
    Visit.objects.bulk_create(_visit(one, visit) for one in people for visit in one.visits)
    Declaration.objects.bulk_create(_declaration(one, ground) for one in people)
    Planted.objects.bulk_create(_truth(one, ground) for one in people)


def _visitor(actor: Actor, ground: Ground) -> Visitor:
    person = actor.person
    return Visitor(
        key=person.key,
        phone_hash=identities.phone_hash(person.phone),
        residence_id=actor.home_id,
        sealing_key=ground.key,
        seen_on=local_day(actor.visits[-1].form.moment),
        mask=identities.mask(person.full_name, person.phone),
        sealed=seal(bytes(ground.key.public_key), person.key, vars(person)),
    )


def _visit(actor: Actor, visit: InventedVisit) -> Visit:
    return Visit(
        venue_id=visit.venue_id,
        entered_at=visit.form.moment,
        recorded_at=visit.form.moment,
        left_at=visit.left_at,
        left_reason=visit.left_reason,
        evidence=visit.evidence,
        outcome=_answers(actor).outcome,
        id=visit.form.id_for(actor.person.key),
        visitor_id=actor.person.key,
    )


def _declaration(actor: Actor, ground: Ground) -> Declaration:
    visit, said = actor.visits[-1], _answers(actor)
    return Declaration(
        venue_id=visit.venue_id,
        declared_at=visit.form.moment,
        recorded_at=visit.form.moment,
        residence_id=actor.home_id,
        sealing_key=ground.key,
        outcome=said.outcome,
        on_behalf=False,
        id=visit.form.id_for(actor.person.key, "declared"),
        visitor_id=actor.person.key,
        **vars(said),
    )


def _answers(actor: Actor) -> Answers:
    symptoms = int(Symptom.FEVER | Symptom.COUGH) if actor.has_symptoms else 0
    return Answers(
        symptoms,
        travelled=False,
        case_contact=False,
        area_contact=False,
        symptomatic_contact=False,
    )


def _truth(actor: Actor, ground: Ground) -> Planted:
    is_case = actor.part is Part.CASE
    visits = [s for s in actor.visits if is_case and is_unsafe(actor, s, ground.days_before)]
    return Planted(
        visitor=actor.person.key,
        part=actor.part,
        residence_id=actor.home_id,
        phone=actor.person.phone if is_case else "",
        onset_on=actor.onset_on,
        exposures=[visit.form.id_for(actor.person.key) for visit in visits],
    )
