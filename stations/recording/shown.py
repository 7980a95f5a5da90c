"""The receipt that somebody shows at a door: it cannot be guessed, and answers for itself."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from declarations.models import Evidence, Visit
from declarations.outcomes import Outcome
from declarations.receipts import Receipt
from districts.days import local_day

from .refusals import NotTaken


@dataclass(frozen=True)
class ShownReceipt:
    """Whose receipt it is, what it says, and whether its visit is one of this venue already."""

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
        Outcome(max(visit.outcome for visit in visits)),
        Evidence.SCANNED if is_own else Evidence(first.evidence),
        is_here,
    )
