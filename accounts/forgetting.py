"""Forgetting what signing in leaves in the database: codes, sessions, counts, links, empty accounts."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from .models import Account, Invitation, OneTimeCode, Role
from .open_sessions import forget_ended_sessions
from .sign_in_events import forget_old_events

_CODES_KEPT = timedelta(days=1)
_LINKS_KEPT = timedelta(days=90)  # as what happened at the doors
_UNUSED_KEPT = timedelta(days=90)

_COUNTS = "DELETE FROM accounts_limit WHERE until < %(now)s"
_CACHE = f"DELETE FROM {settings.CACHES['default']['LOCATION']} WHERE expires < %(now)s"  # noqa: S608


def forget_signing_in(now: datetime) -> None:
    """Delete what is over and only helped somebody to sign in, or kept others from it."""
    OneTimeCode.objects.filter(expires_at__lt=now - _CODES_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    forget_ended_sessions(now)
    with connection.cursor() as cursor:
        for statement in (_COUNTS, _CACHE):
            cursor.execute(statement, {"now": now})
    before = now - _LINKS_KEPT
    over = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before) | Q(expires_at__lt=before)
    Invitation.objects.filter(over).delete()
    forget_old_events(now)
    _forget_unused_accounts(now)


def _forget_unused_accounts(now: datetime) -> None:
    """Delete owners' accounts that own and did nothing: a phone was confirmed, and no venue came of it."""
    before = now - _UNUSED_KEPT
    unused = Account.objects.filter(role=Role.OWNER, email=None, joined_at__lt=before)
    unused = unused.filter(Q(last_login=None) | Q(last_login__lt=before))
    for relation in Account._meta.related_objects:
        of_them = {relation.field.name: OuterRef("pk")}
        rows: QuerySet[Model] = QuerySet(relation.related_model).filter(**of_them)
        unused = unused.exclude(Exists(rows))
    unused.delete()
