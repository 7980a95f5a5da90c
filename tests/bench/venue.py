"""The venue the bench visits; imported once Django's settings are the site's own."""

import django
from django.db import connection
from django.utils import timezone


def code_of_a_venue() -> str:
    """Make a market and the bare table beside it; return the market's code."""
    django.setup()
    from accounts.models import Account
    from districts.models import Unit
    from venues.models import Venue

    now, phone = timezone.now(), "+84900000001"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " at timestamptz NOT NULL DEFAULT now(), full_name text, phone text, birth_year text)"
        )
    venue = Venue.objects.create(
        name="Chợ Trà Vinh",
        kind="market",
        commune=Unit.objects.get(code="29242"),
        address="Điện Biên Phủ",
        responsible_name="Người Thử",
        responsible_phone=phone,
        owner=Account.objects.owner_of(phone),
        registered_at=now,
    )
    code = venue.issue_poster(now).code
    connection.close()
    return code
