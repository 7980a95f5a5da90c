"""A drill from its start to its report, as tracers go through it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from authority.models import Disclosure
from database.apart import apart
from declarations.models import Visitor
from forms.phones import displayed
from tests import make, make_tracing
from tracing.drill import running
from tracing.drill.score import Results, results
from tracing.models import Case, Contact, Drill, DrillSize, FollowUp, Part, Planted, Rule
from tracing.trace import trace

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracer(tree):
    make.sealing_key()
    make_tracing.rule()
    for number in range(6):
        make.venue(f"Quán {number}")
    return make_tracing.tracer(tree.here)


@pytest.fixture
def reader(page, tracer):
    return page.by(tracer)


@pytest.fixture
def drill(tree, tracer) -> Drill:
    started = timezone.now() - timedelta(minutes=30)
    return running.start(tree.here, DrillSize.SMALL, 7, tracer, started)


def opened(planted: Planted, tracer) -> Case:
    """Open the case of a planted person by the rule in force, and trace it."""
    of = Visitor.objects.get(pk=planted.visitor)
    period = Rule.objects.get().infectious_period(planted.onset_on, None, None)
    case = make_tracing.case(
        of, onset_on=planted.onset_on, opened_by=tracer, area=tracer.area,
        infectious_period=period, number=f"DT-{planted.phone[-4:]}",
    )  # fmt: skip
    trace(case, timezone.now())
    return case


def called(contact: Contact, tracer) -> None:
    now = timezone.now()
    FollowUp.objects.create(
        contact=contact, act="call", at=now, on=now.date(), by=tracer, outcome="reached",
        nonce=contact.visitor,
    )  # fmt: skip


def test_what_tracing_proposes_is_what_was_planted(drill, tracer):
    with apart():
        cases = Planted.objects.filter(part=Part.CASE)
        for planted in cases:
            opened(planted, tracer)
        enough = Contact.objects.filter(certain_seconds__gte=15 * 60)
        proposed = set(enough.values_list("visitor", flat=True))
        family = set(Contact.objects.filter(is_household=True).values_list("visitor", flat=True))
        truth = set(Planted.objects.filter(part=Part.CLOSE).values_list("visitor", flat=True))
        assert (proposed | family) - {c.visitor for c in cases} == truth
        done = results(drill, timezone.now())
    assert done.exposures_found == done.exposures > 5


def test_a_perfect_drill_scores_a_hundred(drill, tracer):
    with apart():
        for planted in Planted.objects.filter(part=Part.CASE):
            opened(planted, tracer)
        truth = Planted.objects.filter(part=Part.CLOSE).values("visitor")
        Contact.objects.filter(visitor__in=truth).update(
            standing="confirmed", decided_at=timezone.now()
        )
        for contact in Contact.objects.close().distinct("visitor"):
            called(contact, tracer)
        done = results(drill, timezone.now())
    assert (done.score, done.missed, done.too_many) == (100, 0, 0)
    assert 29 * 60 < done.moments["called_90"] < 32 * 60
    assert all(one.score == 100 for one in done.communes)


def test_nothing_done_scores_nothing(drill):
    running.end(drill, timezone.now())
    kept = Results.kept(Drill.objects.get().results)
    assert (kept.score, kept.missed) == (0, kept.close)
    assert set(kept.moments.values()) == {None}


def test_the_same_number_invents_the_same_people(tree, tracer):
    found = []
    for _time in range(2):
        drill = running.start(tree.here, DrillSize.SMALL, 5, tracer, timezone.now())
        with apart():
            found.append(set(Planted.objects.values_list("visitor", "part")))
        running.end(drill, timezone.now())
    assert found[0] == found[1]


def test_a_tracer_starts_finds_the_case_and_ends(reader, tracer):
    screen = reader.submit(reader.get("/tracing/drills/"), seed="7", form="start")
    assert "dương tính" in screen
    with apart():
        phone = displayed(Planted.objects.filter(part=Part.CASE).earliest("onset_on").phone)
        mask = Visitor.objects.get(pk=Planted.objects.earliest("onset_on").visitor).mask
    home = reader.get("/drill/")
    assert "DIỄN TẬP" in home.response.content.decode()
    assert mask in reader.submit(home, text=phone, purpose="reported", form="find").text
    ended = reader.submit(screen, form="end")
    assert "Điểm" in ended
    assert reader.get(ended.url + "report.pdf").response.content.startswith(b"%PDF")
    assert reader.get("/drill/", 302).location == "/tracing/drills/"


def test_a_case_of_one_side_does_not_exist_on_the_other(drill, tracer, reader):
    real = make_tracing.case(area=tracer.area)
    with apart():
        drilled = opened(Planted.objects.filter(part=Part.CASE).first(), tracer)
    assert reader.get(f"/drill/cases/{drilled.number}/").response.context["request"].is_drill
    reader.get(f"/tracing/cases/{drilled.number}/", 404)
    reader.get(f"/drill/cases/{real.number}/", 404)
    reader.get(f"/tracing/cases/{real.number}/")


def test_tracers_next_door_neither_enter_nor_end_it_and_learn_who_runs_one(drill, tree, page):
    reader = page.by(make_tracing.tracer(tree.next_door, "next@example.vn"))
    assert reader.get("/drill/", 302).location == "/tracing/drills/"
    reader.get(f"/tracing/drills/{drill.pk}/", 404)
    reader.post(f"/tracing/drills/{drill.pk}/end/", {}, 404)
    assert tree.here.name in reader.get("/tracing/drills/")
    assert Drill.objects.running().exists()


def test_a_commune_takes_part_in_its_districts_drill_and_cannot_end_it(drill, tree, page):
    reader = page.by(make_tracing.tracer(tree.ward_here, "ward@example.vn"))
    reader.get("/drill/")
    assert not reader.get(f"/tracing/drills/{drill.pk}/").root.findall(".//form[@id='end']")
    reader.post(f"/tracing/drills/{drill.pk}/end/", {}, 404)


def test_without_venues_or_a_rule_it_is_said_what_is_missing(tracer, tree, reader):
    Rule.objects.all().delete()
    sent = {"area": tree.here.pk, "size": "small"}
    assert "load_rules" in reader.post("/tracing/drills/", sent, 422)
    make_tracing.rule()
    empty = sent | {"area": tree.commune_here.pk}
    assert "địa điểm" in reader.post("/tracing/drills/", empty, 422)


def test_a_drill_left_running_ends_after_a_day(drill):
    assert running.end_overdue(drill.started_at + timedelta(hours=23)) == 0
    assert running.end_overdue(drill.started_at + timedelta(hours=24)) == 1
    assert not running.end(drill, timezone.now())


def test_results_tell_nothing_of_a_person(drill):
    with apart():
        people = [str(key) for key in Planted.objects.values_list("visitor", flat=True)]
    running.end(drill, timezone.now())
    told = str(Drill.objects.get().results)
    assert not [key for key in people if key in told]


def test_pages_lead_from_contacts_to_names_and_the_real_log_stays_empty(drill, tracer, page):
    reader = make_tracing.unlocked(page, tracer)
    with apart():
        case = opened(Planted.objects.filter(part=Part.CASE).earliest("onset_on"), tracer)
        ids = list(case.contacts.filter(certain_seconds__gte=900).values_list("pk", flat=True))
    at = f"/drill/cases/{case.number}"
    sent = {"standing": "confirmed", "contact": ids[:5]}
    assert reader.post(f"{at}/contacts/", sent, 303).location.startswith(f"{at}/contacts/")
    screen = reader.post(f"{at}/calls/", {}, 200)
    assert len(set(re.findall(rb"tel:\+849009\d+", screen.response.content))) == 5
    assert not Disclosure.objects.of_names().exists()
    with apart():
        assert Disclosure.objects.of_names().filter(case_number=case.number).count() == 5
        done = results(drill, timezone.now())
    assert (done.right, done.too_many) == (5, 0)
    assert done.moments["name"] is not None


def test_lists_of_a_drill_say_that_they_are_of_one(drill, tracer, page):
    reader = make_tracing.unlocked(page, tracer)
    with apart():
        case = opened(Planted.objects.filter(part=Part.CASE).earliest("onset_on"), tracer)
        case.contacts.update(standing="confirmed")
    for file_type in ("pdf", "csv", "xlsx"):
        at = f"/drill/cases/{case.number}/contacts.{file_type}?masked=yes"
        assert "dien-tap" in reader.get(at).response["Content-Disposition"]
