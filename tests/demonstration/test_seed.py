"""A demonstration looks like the province, holds all rules, and comes twice the same."""

import json
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from nacl.public import SealedBox

from accounts.models import Account
from authority import keys
from authority.models import SealingKey
from declarations import identities
from declarations.models import Declaration, Visit, Visitor
from declarations.outcomes import Answers
from districts.days import day_start, local_day, today
from districts.models import Unit
from forms.phones import understood
from tests import make
from venues.kinds import Kind
from venues.models import Poster, Venue

pytestmark = pytest.mark.django_db

SMALL = ("--venues", "160", "--visits", "1200", "--days", "14", "--seed", "7")
YESTERDAY = today() - timedelta(days=1)


@pytest.fixture(autouse=True)
def province():
    for name in ("tra_vinh_2021.csv", "provinces_2021.csv"):
        file = settings.BASE_DIR / "districts" / "data" / name
        call_command("load_units", str(file), stdout=StringIO())
    make.sealing_key()


def seed(*options):
    out = StringIO()
    call_command("seed", *SMALL, *options, stdout=out)
    return out.getvalue()


def seed_whole_days():
    return seed("--until", str(YESTERDAY))


def planted():
    """Everything that does not depend on the numbers the database gives out."""
    visits = Visit.objects.order_by("entered_at", "id")
    return (
        list(Venue.objects.order_by("pk").values_list("name", "kind", "registered_at")),
        list(Poster.objects.order_by("code").values_list("code", "number", "issued_at")),
        list(visits.values_list("id", "visitor_id", "entered_at", "left_at", "evidence")),
        list(Declaration.objects.order_by("id").values_list("id", "outcome", "residence_id")),
        list(Visitor.objects.order_by("key").values_list("key", "mask", "seen_on")),
    )


def test_the_wished_number_of_venues_and_visits_is_stored():
    assert seed_whole_days().startswith("160 venues, 1200 visits, ")
    assert Venue.objects.count() == 160
    assert Visit.objects.count() == 1200
    days = {local_day(moment) for moment in Visit.objects.values_list("entered_at", flat=True)}
    assert days == {YESTERDAY - timedelta(days=back) for back in range(14)}


def test_every_commune_and_every_kind_has_a_venue():
    seed_whole_days()
    communes = Unit.objects.on(today()).communes()
    assert set(Venue.objects.values_list("commune_id", flat=True)) == {c.pk for c in communes}
    assert len(communes) == 106
    assert set(Venue.objects.values_list("kind", flat=True)) == set(Kind.values)
    assert not Venue.objects.exclude(posters__revoked_at=None).exists()


def test_some_venues_are_silent_and_some_crowded():
    seed_whole_days()
    used = Counter(Visit.objects.values_list("venue_id", flat=True))
    silent = Venue.objects.count() - len(used)
    assert Venue.objects.count() * 0.05 < silent < Venue.objects.count() * 0.5
    assert sum(count for _venue, count in used.most_common(16)) > Visit.objects.count() * 0.35


def test_mornings_belong_to_the_market_and_offices_close_at_the_weekend():
    seed_whole_days()
    visits = Visit.objects.values_list("entered_at", "venue__kind")
    local = [(day_start(local_day(at)), at, kind) for at, kind in visits]
    market = [(at - start).seconds // 3600 for start, at, kind in local if kind == Kind.MARKET]
    assert sum(5 <= hour < 9 for hour in market) > len(market) * 0.45
    weekdays = Counter(start.weekday() for start, _at, kind in local if kind == Kind.OFFICE)
    assert weekdays[6] == 0
    assert weekdays[5] < sum(weekdays.values()) * 0.06


def test_nothing_lies_in_the_future_and_today_has_begun(monkeypatch):
    now = day_start(today()) + timedelta(hours=10)
    monkeypatch.setattr(timezone, "now", lambda: now)
    seed()
    latest = Visit.objects.aggregate(Max("entered_at"), Max("recorded_at"), Max("left_at"))
    assert max(latest.values()) <= now
    assert Declaration.objects.aggregate(at=Max("recorded_at"))["at"] <= now
    assert Venue.objects.aggregate(at=Max("registered_at"))["at"] < now
    assert Visit.objects.filter(entered_at__gte=day_start(today())).exists()
    inside = Visit.objects.still_inside()
    assert 0 < inside.count() < 60
    assert inside.aggregate(at=Min("entered_at"))["at"] > now - timedelta(hours=24)


def test_earlier_days_do_not_depend_on_the_hour(monkeypatch):
    def until_today(hour: int) -> tuple[list[object], list[object]]:
        now: datetime = day_start(today()) + timedelta(hours=hour)
        monkeypatch.setattr(timezone, "now", lambda: now)
        seed()
        venues, posters, visits, *_others = planted()
        forget()
        return [venues, posters], [row[0] for row in visits if row[2] < day_start(today())]

    assert until_today(1) == until_today(20)


def forget():
    for model in (Visit, Declaration, Visitor, Poster, Venue):
        model.objects.all().delete()
    Account.objects.all().delete()


def test_the_same_seed_gives_the_same_data_and_another_seed_other_data():
    seed_whole_days()
    first = planted()
    forget()
    seed_whole_days()
    assert planted() == first
    forget()
    seed("--until", str(YESTERDAY), "--seed", "8")
    assert all(mine != other for mine, other in zip(planted(), first, strict=True))


def test_a_second_run_changes_nothing_unless_asked():
    seed_whole_days()
    before = planted()
    assert "160 venues already: nothing done" in seed_whole_days()
    assert planted() == before
    seed("--until", str(YESTERDAY), "--add")
    assert Venue.objects.count() == 320
    assert Visit.objects.count() == 2400


def test_a_visitor_declares_once_a_day_before_the_visits_of_that_day():
    seed_whole_days()
    declared = Counter(
        (visitor, local_day(at))
        for visitor, at in Declaration.objects.values_list("visitor_id", "declared_at")
    )
    assert set(declared.values()) == {1}
    visits = Visit.objects.values_list("visitor_id", "entered_at")
    assert {(visitor, local_day(at)) for visitor, at in visits} == set(declared)
    for row in Declaration.objects.all():
        answers = Answers(**{name: getattr(row, name) for name in Answers.__annotations__})
        assert row.outcome == answers.outcome


def test_visitors_are_sealed_and_nobody_is_forgotten():
    seed_whole_days()
    assert set(Visit.objects.values_list("visitor_id", flat=True)) == set(
        Visitor.objects.values_list("key", flat=True)
    )
    for visitor in Visitor.objects.all():
        newest = Declaration.objects.filter(visitor=visitor).latest("declared_at")
        assert visitor.seen_on == local_day(newest.declared_at)
    texts = b"".join(bytes(sealed) for sealed in Visitor.objects.values_list("sealed", flat=True))
    assert b"Nguy" not in texts
    assert b"+84" not in texts


def test_what_is_sealed_opens_with_the_private_key_alone():
    seed_whole_days()
    visitor = Visitor.objects.order_by("key").first()
    opened = json.loads(SealedBox(make.PRIVATE_KEY).decrypt(bytes(visitor.sealed)))
    assert opened["row"] == visitor.key.hex
    assert visitor.phone_hash == identities.phone_hash(opened["phone"])
    assert visitor.mask == identities.mask(opened["full_name"], opened["phone"])


def test_a_visit_that_moved_on_ends_where_the_next_begins():
    seed_whole_days()
    arrivals = set(Visit.objects.values_list("visitor_id", "entered_at"))
    moved_on = Visit.objects.filter(left_reason=2).values_list("visitor_id", "left_at")
    assert moved_on
    assert set(moved_on) <= arrivals
    assert not Visit.objects.filter(Q(left_at__lte=F("entered_at")) | Q(left_at=None)).exists()


def test_people_come_again_and_bring_companions():
    seed_whole_days()
    per_visitor = Visit.objects.values("visitor_id").annotate(n=Count("id")).values_list("n")
    assert max(n for (n,) in per_visitor) >= 5
    together = Visit.objects.values("venue_id", "entered_at").annotate(n=Count("id"))
    assert together.filter(n__gt=1).exists()


def test_phones_are_of_the_invented_range_and_valid():
    seed_whole_days()
    phones = set(Account.objects.values_list("phone", flat=True))
    assert len(phones) > 50
    assert all(phone.startswith("+84900") and understood(phone).phone == phone for phone in phones)


@pytest.mark.parametrize("wish", [("--venues", "0"), ("--visits", "0"), ("--days", "1")])
def test_an_odd_wish_is_granted(wish):
    seed("--until", str(YESTERDAY), *wish)
    assert Venue.objects.count() == (0 if "--venues" in wish else 160)
    assert Visit.objects.count() == (1200 if "--days" in wish else 0)


def test_what_is_missing_is_said_and_nothing_is_stored():
    with pytest.raises(CommandError, match="later than today"):
        seed("--until", str(today() + timedelta(days=1)))
    with pytest.raises(CommandError, match="run load_units first"):
        seed("--until", "2020-01-01")
    SealingKey.objects.all().delete()
    keys.current_key.cache_clear()
    with pytest.raises(CommandError, match="run create_keys first"):
        seed()
    assert not Venue.objects.exists()
