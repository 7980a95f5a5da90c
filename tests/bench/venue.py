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


def keys_of_stations(number: int) -> list[str]:
    """Make so many gates at the market; return their keys."""
    from stations.access import new_key
    from stations.models import Station, hashed
    from venues.models import Venue

    now, market = timezone.now(), Venue.objects.filter(name="Chợ Trà Vinh").latest("pk")
    keys = [new_key() for _ in range(number)]
    for gate, key in enumerate(keys, start=1):
        Station.objects.create(
            venue=market,
            name=f"Cổng {gate}",
            made_by=market.owner,
            made_at=now,
            paired_at=now,
            key_hash=hashed(key),
        )
    connection.close()
    return keys
