"""What an operator asks: does the process live, and can it take check-ins."""

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from authority.models import SealingKey


class NotReadyError(Exception):
    """What is missing, and the command that mends it."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without the database: restarting the process would not bring it back."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether a check-in can be stored now, and if not, what is missing."""
    try:
        _require_a_database()
        _require_migrations()
        _require_a_sealing_key()
    except NotReadyError as missing:
        return HttpResponse(f"not ready: {missing}\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def _require_a_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        connection.close()
        raise NotReadyError("the database does not answer") from error


@cache
def _require_migrations() -> None:
    """Checked until they are there: this process knows no newer ones."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReadyError("the database is of an older release; run manage.py migrate")


def _require_a_sealing_key() -> None:
    if not SealingKey.objects.filter(retired_at=None).exists():
        raise NotReadyError("there is no key to seal names with; run manage.py create_keys")
