"""The receipt that somebody shows at a door: it cannot be guessed, and answers for itself."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min

from declarations.models import Evidence, Version, Visit, Visitor
from declarations.nonces import Receipt
from declarations.outcomes import Outcome
from districts.days import local_day

from .refusals import NotTaken


@dataclass(frozen=True)
class ShownReceipt:
    """Whose receipt it is, what it says, and whether its visit is one of this venue already.

    It says the worse of what was declared with it and what the same phone declared since.
    """

    visitor: UUID
    at: datetime
    outcome: Outcome
    evidence: Evidence
    is_here: bool

    @property
    def day(self) -> date:
        return local_day(self.at)


def shown(token: str, venue_id: int) -> ShownReceipt | NotTaken:
    """Return what the receipt of a token says; one of several people elsewhere is nobody's alone.

    What a phone that is not the person's own was told stays as weak as that.
    """
    receipt = Receipt.opened(token)
    visits = sorted(Visit.objects.of(receipt), key=lambda visit: visit.id) if receipt else []
    if not visits or receipt is None:
        return NotTaken.NO_RECEIPT
    is_here = receipt.venue_id == venue_id
    if len(visits) > 1 and not is_here:
        return NotTaken.RECEIPT_OF_SEVERAL
    first = visits[0]
    is_own = first.evidence == Evidence.POSTER
    return ShownReceipt(
        UUID(str(first.visitor_id)),
        first.entered_at,
        Outcome(max(*(visit.outcome for visit in visits), *map(_declared_since, visits))),
        Evidence.SCANNED if is_own else Evidence(first.evidence),
        is_here,
    )


def _declared_since(visit: Visit) -> int:
    """Return what the phone of a visit declared last on its day.

    A visit does not say which phone that is not the person's own it is of: of several that declared
    on that day the mildest counts, so that none is told what another one said.
    """
    day = local_day(visit.entered_at)
    own = Visitor.objects.filter(key=visit.visitor_id, declared_on=day).exclude(memory=None)
    if visit.evidence == Evidence.POSTER and (said := own.first()):
        return said.outcome or 0
    others = Version.objects.filter(visitor=visit.visitor_id, declared_on=day)
    return others.aggregate(mildest=Min("outcome"))["mildest"] or 0
