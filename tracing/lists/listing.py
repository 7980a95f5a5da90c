"""A list before it is written: whom it is about, as of when, and who takes it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from districts.days import LOCAL_ZONE
from districts.models import Unit
from tracing.models import Case

from .chosen import Choice
from .rows import Row


@dataclass(frozen=True)
class About:
    """The contacts of a case, or all whom a commune's health station follows up; or none does."""

    case: Case | None = None
    commune: Unit | None = None
    choice: Choice | None = None

    @property
    def code(self) -> str:
        """Stands in numbers of lists and names of files."""
        if self.case:
            return self.case.number
        return self.commune.code if self.commune else "khong-tram"


@dataclass(frozen=True)
class Listing:
    """Rows about something, taken away by an officer at a moment."""

    about: About
    rows: Sequence[Row]
    officer: Account
    now: datetime
    is_masked: bool

    @property
    def number(self) -> str:
        """The list's own number: what it is about, and when it was made."""
        return f"{self.about.code}-{self.now.astimezone(LOCAL_ZONE):%Y%m%d-%H%M}"

    @property
    def documents(self) -> str:
        """The rules by which these people are contacts."""
        case = self.about.case
        cases = [case] if case else [row.contact.case for row in self.rows]
        return ", ".join(sorted({one.rule.document for one in cases}))
