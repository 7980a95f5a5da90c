"""Writing down what happens at officials' doors, and forgetting it again."""

from datetime import datetime, timedelta

from allauth.core import context
from django.http import HttpRequest
from django.utils import timezone

from .access import account_of
from .models import Account, EventKind, SignInEvent
from .sources import device_of, network_of

# As long as an owner may need to notice; Decree 356/2025/NĐ-CP wants no more than is needed.
KEPT = timedelta(days=90)


def note(account: Account, kind: EventKind, by: Account | None = None, **details: str) -> None:
    """Write down what the request under way does to an account, by whom and from where."""
    request: HttpRequest | None = context.request
    actor = by or (account_of(request) if request else None)
    by = actor if actor != account else None
    # Where a colleague sits who did it is none of the owner's business.
    seen = request if by is None or kind == EventKind.JOINED else None
    SignInEvent.objects.create(
        account=account,
        kind=kind,
        at=timezone.now(),
        by=by,
        details=details,
        device=device_of(seen.headers.get("User-Agent", "")) if seen else "",
        network=network_of(seen) if seen else "",
    )


def forget_old_events(now: datetime) -> int:
    """Forget events that are older than 90 days; return how many."""
    return SignInEvent.objects.filter(at__lt=now - KEPT).delete()[0]
