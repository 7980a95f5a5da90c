"""One person under several names: what others typed, joining and separating, bursts set aside."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from authority.models import Disclosure
from declarations import check_in
from declarations.forgetting import forget_day
from declarations.identities import Person
from declarations.models import Version, Visit, Visitor
from declarations.nonces import Nonce
from districts import days
from tests import make, make_tracing
from tests.declarations.scene import HEALTHY, TYPED, address_of, declare
from tests.page import Reader
from tracing.cases.page import figures_of
from tracing.models import Case, Contact, FollowUp
from tracing.trace import trace
from tracing.triage.bursts import FEWEST, bursts_of

pytestmark = pytest.mark.django_db

PHONE, NAME = "0912 345 678", "Nguyễn Văn An"
OWN_PHONE = {"full_name": NAME, "phone": PHONE, "id_number": "084075001234"}


@pytest.fixture
def tracer(tree) -> Account:
    make.sealing_key()
    return make_tracing.tracer()


def came(venue, name: str, start: str, minutes: int = 20, *, memory: Any = None) -> Visitor:
    """Let somebody of PHONE check in at a poster yesterday, and leave."""
    at = make.moment(start, days_ago=1)
    person = Person(name, 1975, "+84912345678")
    form = check_in.CheckIn(venue.pk, Nonce.new(at), [person], HEALTHY, memory=memory)
    given = form.record(at)
    left = at + timedelta(minutes=minutes)
    Visit.objects.of(given).update(left_at=left, left_reason=1)
    return Visitor.objects.get(key=given.visitors[0])


@pytest.fixture
def two(venue) -> Case:
    """A case who was at the market, where Hương and Hường of one phone came one after the other."""
    ill = make.visitor("Lê Văn Bệnh", "+84900000001")
    start = make.moment("09:00", days_ago=1)
    make.visit(venue, start, visitor=ill, stay=timedelta(hours=2))
    make.sealing_key()
    came(venue, "Nguyễn Thị Hương", "09:10", 10)
    came(venue, "Nguyễn Thị Hường", "09:15", 10)
    case = make_tracing.case(ill)
    trace(case, timezone.now())
    return case


def kept(case: Case) -> list[dict[str, Any]]:
    """Everything of the contacts of a case and their meetings, but for the meetings' own keys."""
    contacts = list(case.contacts.order_by("pk").values())
    for one in contacts:
        met = Contact.objects.get(pk=one["id"]).meetings.order_by("visit")
        one["meetings"] = list(met.values("visit", "certain_period", "possible_period"))
        one["sealed"] = one["sealed"] and bytes(one["sealed"])
    return contacts


def at(case: Case, part: str) -> str:
    return f"/tracing/cases/{case.number}/{part}"


# What others typed.


@pytest.fixture
def versions(page: Reader, venue) -> Visitor:
    """Somebody of whom another phone typed a name without marks and another document."""
    make.sealing_key()
    declare(page, venue, **OWN_PHONE)
    typed = {"full_name": "NGUYEN VAN AN", "phone": PHONE, "id_number": "QZ9988776"}
    declare(Reader(type(page.client)()), venue, **typed, address="Ấp Xa")
    assert Version.objects.count() == 1
    return Visitor.objects.get()


def test_what_another_phone_typed_stands_beside_a_case_and_opens_with_the_same_look(
    versions: Visitor, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    case = make_tracing.case(versions)
    screen = reader.get(at(case, ""))
    assert "also typed as" in screen
    assert "QZ9988776" not in screen
    assert not Disclosure.objects.of_names().exists()
    screen = reader.submit(screen, form="name")
    for shown in ("084075001234", "other document", "QZ9988776", "Ấp Xa", "NGUYEN VAN AN"):
        assert shown in screen
    assert Disclosure.objects.of_names().count() == 1


def test_what_another_phone_typed_stands_beside_a_contact_as_well(
    versions: Visitor, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    case = make_tracing.case(make.visitor("Lê Văn Bệnh", "+84900000001"))
    contact = make_tracing.contact(case, versions)
    screen = reader.get(f"/tracing/contacts/{contact.pk}/")
    assert "also typed as" in screen
    assert "QZ9988776" not in screen
    assert "QZ9988776" in reader.post(f"/tracing/contacts/{contact.pk}/name/", {}, 200)
    assert Disclosure.objects.of_names().get().purpose == "follow_up"


@pytest.mark.parametrize(
    ("text", "is_others"), [("QZ9988776", True), ("084075001234", False), (PHONE, False)]
)
def test_a_document_is_searched_whoever_typed_it(
    text: str, is_others: bool, versions: Visitor, page: Reader, tracer: Account
):
    reader = page.by(tracer).speaking("en")
    screen = reader.submit(reader.get("/tracing/find/"), text=text, purpose="reported")
    (one,) = screen.response.context["found"].people
    assert (one.key, one.is_typed_by_others) == (versions.key, is_others)
    assert ("found by what another phone or a station typed" in screen) == is_others


def test_a_phone_that_was_typed_of_somebody_finds_them(page: Reader, venue, tracer: Account):
    declare(page, venue, **OWN_PHONE)
    who = Visitor.objects.get()
    elsewhere = make.visitor("Nguyễn Văn An", "+84900000077")
    typed = Version(
        visitor_id=who.key, source=who.key, key=who.key, row=who.key, phone_hash=elsewhere.phone_hash,
        sealing_key=who.sealing_key, seen_on=days.today(), mask=who.mask, sealed=who.sealed,
    )  # fmt: skip
    typed.save(force_insert=True)
    elsewhere.delete()
    reader = page.by(tracer).speaking("en")
    screen = reader.submit(reader.get("/tracing/find/"), text="0900 000 077", purpose="reported")
    assert [one.key for one in screen.response.context["found"].people] == [who.key]


def test_what_others_typed_is_forgotten_with_the_person_and_by_its_own_age(venue):
    make.sealing_key()
    who = came(venue, NAME, "08:00", memory=make.visitor("X", "+84900000001").key)
    came(venue, NAME, "08:30", memory=make.visitor("Y", "+84900000002").key)
    assert Version.objects.filter(visitor=who.key).count() == 1
    orphan = Version.objects.get()
    orphan.visitor_id = make.visitor("Z", "+84900000003").key
    orphan.seen_on = days.today()
    Visitor.objects.filter(key=orphan.visitor_id).delete()
    orphan.save(force_insert=True)
    forget_day(days.today() - timedelta(days=30), timezone.now())
    assert list(Version.objects.values_list("visitor", flat=True)) == [who.key]
    Visitor.objects.filter(key=who.key).update(card_until=days.today())
    forget_day(days.today() - timedelta(days=1), timezone.now())
    assert (Version.objects.count(), Visitor.objects.filter(key=who.key).count()) == (0, 1)


@pytest.mark.parametrize(
    ("known", "typed", "expected"),
    [
        ([NAME], "NGUYEN VAN AN", 0),
        ([NAME], "nguyễn văn an.", 0),
        (["NGUYEN VAN AN"], NAME, 0),
        ([NAME, "Nguyễn Văn Ân"], NAME, 0),
        ([NAME, "Nguyễn Văn Ân"], "Nguyen Van An", None),
        ([NAME], "Nguyễn Văn Ân", None),
    ],
)
def test_somebody_told_of_is_whoever_a_check_in_would_find(
    known: list[str], typed: str, expected: int | None, page: Reader, venue, tracer: Account
):
    people = [came(venue, name, f"0{8 + n}:00") for n, name in enumerate(known)]
    make_tracing.rule()
    reader = page.by(tracer).speaking("en")
    told = {
        "full_name": typed, "phone": PHONE, "birth_year": "1975", "commune": "29239",
        "status": "confirmed", "onset_on": (days.today()).strftime("%d/%m/%Y"),
    }  # fmt: skip
    screen = reader.get("/tracing/open/")
    form = screen.form("open").filled({})
    data = {name: sent for name, sent in form.items() if name in ("nonce", "rule", "address")}
    screen = reader.post("/tracing/open/", {**data, **told}, None)
    if expected is None:
        assert screen.status == 422
        shown = {one.key for one in screen.response.context["doubts"].same_phone}
        assert shown == {one.key for one in people}
        assert not Case.objects.exists()
    elif screen.status == 422:  # others of the phone are shown, and are none of them
        assert reader.post("/tracing/open/", {**data, **told, "another": "yes"}, None).status == 303
    if expected is not None:
        assert Case.objects.get().visitors == [people[expected].key]


def test_an_earlier_document_of_their_own_phone_is_found_and_is_nobody_elses_word(
    page: Reader, venue, tracer: Account
):
    declare(page, venue, **OWN_PHONE)
    screen = page.get(f"{address_of(venue)}?changed=1")
    page.submit(screen, TYPED | OWN_PHONE | {"id_number": "084075009999"})
    reader = Reader(type(page.client)()).by(tracer).speaking("en")
    found = reader.submit(reader.get("/tracing/find/"), text="084075001234", purpose="reported")
    (one,) = found.response.context["found"].people
    assert (one.is_meant, one.is_typed_by_others) == (True, False)
    case = make_tracing.case(Visitor.objects.get())
    assert "earlier, by their own phone" in reader.get(at(case, ""))


# One person, two records.


def test_two_contacts_of_one_phone_called_alike_are_shown_side_by_side(
    two: Case, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    assert "1 pair of contacts may be one person" in reader.get(at(two, "contacts/"))
    screen = reader.get(at(two, "same/"))
    assert "Nguyễn Thị Hương" not in screen
    assert not Disclosure.objects.of_names().exists()
    names = reader.submit(screen, form="names")
    assert "Nguyễn Thị Hương" in names
    assert "Nguyễn Thị Hường" in names
    assert Disclosure.objects.of_names().count() == 2


def test_a_joined_pair_is_one_contact_and_separating_restores_both_exactly(
    two: Case, page: Reader, tracer: Account
):
    reader, before = page.by(tracer).speaking("en"), kept(two)
    assert [one["certain_seconds"] for one in before] == [600, 600]
    reader.submit(reader.get(at(two, "same/")), form="answer-1", said="one", status=303)
    one = two.contacts.each_once().get()
    assert (one.certain_seconds, one.possible_seconds) == (900, 900)  # 9:10 to 9:25, no sum
    assert figures_of([two])[two.pk].people == 1
    assert trace(two, timezone.now()).people == 1
    assert two.contacts.each_once().get().certain_seconds == 900
    listed = reader.get(at(two, "contacts/"))
    assert listed.response.context["page"].paginator.count == 1
    assert "one person with N.T.H · 678" in listed
    assert "Joined as one person" in reader.get(at(two, ""))
    reader.submit(reader.get(at(two, "same/")), form="answer-1", said="separate", status=303)
    assert kept(two) == before
    assert [e.what for e in two.events.all()] == ["joined", "separated"]


def test_whoever_was_joined_to_a_contact_comes_back_to_it(
    two: Case, page: Reader, tracer: Account, venue
):
    came(venue, "Nguyễn Thị Hưởng", "09:20", 10)
    trace(two, timezone.now())
    reader = page.by(tracer)
    a, b, c = sorted(two.contacts.values_list("pk", flat=True))

    def say(said: str, *contacts: int) -> dict[int, int | None]:
        reader.post(at(two, "same/answer/"), {"contact": contacts, "said": said}, 303)
        return dict(two.contacts.values_list("pk", "same_as"))

    two.contacts.filter(pk=b).update(standing="confirmed")
    assert say("one", b, c) == {a: None, b: None, c: b}
    before = kept(two)
    two.contacts.filter(pk=a).update(standing="confirmed", follow_up_until=days.today())
    assert say("one", a, b) == {a: None, b: a, c: a}
    assert say("separate", b) == {a: None, b: None, c: b}
    two.contacts.filter(pk=a).update(standing="proposed", follow_up_until=None)
    assert kept(two) == before
    two.contacts.filter(pk=a).update(standing="confirmed", follow_up_until=days.today())
    say("one", a, b)
    say("separate", c)
    assert say("one", a, c) == {a: None, b: a, c: a}
    assert say("separate", b) == {a: None, b: None, c: a}  # C was joined to A itself since


@pytest.fixture
def called(two: Case, page: Reader, tracer: Account) -> Case:
    """Both are close contacts, and the second was spoken with."""
    reader = make_tracing.unlocked(page, tracer)
    both = [one.pk for one in two.contacts.order_by("pk")]
    reader.post(at(two, "contacts/"), {"standing": "confirmed", "contact": both}, 303)
    call = {"outcome": "reached", "note": "Khoẻ"}
    reader.post(f"/tracing/contacts/{both[1]}/call/", call, 303)
    return two


def test_what_was_decided_and_done_for_either_stays_and_is_shown(
    called: Case, page: Reader, tracer: Account
):
    reader, before = make_tracing.unlocked(page, tracer).speaking("en"), kept(called)
    both = [one["id"] for one in before]
    assert reader.get(at(called, "calls/")).response.context["page"].paginator.count == 1
    reader.post(at(called, "same/answer/"), {"contact": both, "said": "one"}, 303)
    assert reader.get(at(called, "calls/")).response.context["page"].paginator.count == 0
    listed = reader.client.get(at(called, "contacts.csv?masked=1"))
    assert listed.getvalue().decode().count("N.T.H") == 1
    person = reader.post(f"/tracing/contacts/{both[1]}/name/", {}, 200)
    for shown in ("reached", "Khoẻ", "Nguyễn Thị Hương", "Nguyễn Thị Hường", "Joined with 1"):
        assert shown in person
    shares = reader.get("/tracing/follow-up/").response.context["shares"]
    assert sum(len(contacts) for _name, contacts in shares) == 1
    other = called.contacts.exclude(same_as=None).get()
    reader.post(at(called, "same/answer/"), {"contact": other.pk, "said": "separate"}, 303)
    assert kept(called) == before
    assert FollowUp.objects.get().contact_id == both[1]


def test_two_people_are_asked_about_once_and_others_are_never_joined(
    two: Case, page: Reader, tracer: Account, venue
):
    reader = page.by(tracer).speaking("en")
    reader.submit(reader.get(at(two, "same/")), form="answer-1", said="two", status=303)
    assert "may be one person" not in reader.get(at(two, "contacts/"))
    assert "Told apart: two people" in reader.get(at(two, "same/"))
    make.visit(
        venue, make.moment("09:30", days_ago=1), visitor=make.visitor("Lê Ba", "+84900000009")
    )
    trace(two, timezone.now())
    for chosen in ([c.pk for c in two.contacts.order_by("-pk")[:2]], ["x"], [], ["9" * 30]):
        reader.post(at(two, "same/answer/"), {"contact": chosen, "said": "one"}, 303)
    assert not two.contacts.exclude(same_as=None).exists()


def test_a_search_opens_one_case_for_both_and_the_case_separates_them(
    two: Case, page: Reader, tracer: Account
):
    reader = page.by(tracer).speaking("en")
    screen = reader.submit(reader.get("/tracing/find/"), text=PHONE, purpose="reported")
    assert len(screen.response.context["found"].pairs) == 1
    both = [one.key for one in screen.response.context["found"].people]
    opened = reader.get(f"/tracing/open/?person={both[0]}&person={both[1]}")
    onset = days.today().strftime("%d/%m/%Y")
    data = opened.form("open").filled({}) | {"status": "confirmed", "onset_on": onset}
    reader.post("/tracing/open/", data, 303)
    case = Case.objects.exclude(pk=two.pk).get()
    assert set(case.visitors) == set(both)
    stays = case.stays.count()
    (gone,) = set(both) - {case.sealed_row}
    reader.post(at(case, f"records/{gone}/"), {"separate": "yes"}, 303)
    case.refresh_from_db()
    assert (case.visitors, case.stays.count()) == ([case.sealed_row], stays - 1)
    assert "Same person?" in reader.get(at(case, ""))
    reader.post(at(case, f"records/{gone}/"), {}, 303)
    case.refresh_from_db()
    assert (set(case.visitors), case.stays.count()) == (set(both), stays)
    assert [e.what for e in case.events.all()] == ["opened", "separated", "joined"]


# Bursts.


def crowd(page: Reader, venue, people: int, each: int) -> None:
    """Send forms of `each` new people over HTTP until so many came, all from one network."""
    for first in range(0, people, each):
        reader = Reader(type(page.client)())
        nonce = reader.get(address_of(venue)).form("check-in").values["nonce"]
        typed = TYPED | {"nonce": nonce, "phone": f"09{first:08}", "full_name": f"Khách {first}"}
        for number in range(1, min(each, people - first)):
            typed[f"companion-{number}-full_name"] = f"Khách {first + number}"
            typed[f"companion-{number}-birth_year"] = "1980"
        reader.post(address_of(venue), typed, 303)


def met_a_crowd(page: Reader, venue, people: int, each: int) -> Case:
    """A case at a market that so many people reached over HTTP within one minute."""
    minute = make.moment("09:00")
    make.sealing_key()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("declarations.views.timezone.now", lambda: minute)
        crowd(page, venue, people, each)
    ill = make.visitor("Lê Văn Bệnh", "+84900000001")
    make.visit(venue, minute - timedelta(minutes=5), visitor=ill)
    case = make_tracing.case(ill)
    trace(case, minute + timedelta(minutes=30))
    return case


def test_a_busy_market_behind_one_address_is_no_burst(page: Reader, venue, tracer: Account):
    case = met_a_crowd(page, venue, 50, 2)
    screen = page.by(tracer).speaking("en").get(at(case, "contacts/"))
    assert screen.response.context["everybody"] == 50
    assert case.contacts.exclude(burst=None).values("burst").distinct().count() == 1
    assert not bursts_of(case)
    assert "in one minute" not in screen


def test_a_burst_is_set_aside_and_taken_back_with_one_tap(page: Reader, venue, tracer: Account):
    case, reader = met_a_crowd(page, venue, 99, 11), page.by(tracer).speaking("en")
    screen = reader.get(at(case, "contacts/"))
    assert "99 people came in one minute from one phone or network" in screen
    chosen = case.contacts.order_by("pk")[0].pk
    reader.post(at(case, "contacts/"), {"standing": "confirmed", "contact": chosen}, 303)
    Visitor.objects.update(burst=None)  # as if they were forgotten
    before, (burst,) = kept(case), bursts_of(case)
    reader.submit(screen, form="bursts", status=303)
    trace(case, make.moment("09:30"))
    assert case.contacts.filter(is_aside=True, standing="dismissed").count() == 98
    screen = reader.get(at(case, "contacts/"))
    assert screen.response.context["page"].paginator.count == 1
    assert figures_of([case])[case.pk].people == 1
    shown = reader.get(screen.links["Show 98 set aside"])
    assert shown.response.context["page"].paginator.count == 98
    assert "Set aside: came in one minute" in reader.get(at(case, ""))
    reader.post(at(case, f"bursts/{burst.number}/"), {"back": "yes"}, 303)
    assert kept(case) == before
    told = [(one.what, one.details["people"]) for one in case.events.exclude(what="decided")]
    assert told == [("set aside", 98), ("taken back", 98)]


def test_a_number_that_is_no_burst_sets_nobody_aside(two: Case, page: Reader, tracer: Account):
    two.contacts.update(burst=7)
    page.by(tracer).post(at(two, "bursts/7/"), {}, 303)
    two.contacts.update(is_aside=True)
    Case.objects.filter(pk=two.pk).update(closed_at=timezone.now())
    page.by(tracer).post(at(two, "bursts/7/"), {"back": "yes"}, 303)
    assert two.contacts.filter(is_aside=True).count() == 2, "the case is closed"
    assert not two.contacts.exclude(standing="proposed").exists()
    assert FEWEST > 50


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "poster scanned by a phone that is not known as the visitor"),
        ("vi", "quét mã bằng máy chưa được biết là của người này"),
        ("km", "ទូរសព្ទ"),
    ],
)
def test_a_visit_that_another_phone_claimed_is_said_to_be_so(
    language: str, words: str, two: Case, page: Reader, tracer: Account
):
    Visit.objects.filter(visitor__in=two.contacts.values("visitor")).update(evidence=5)
    own = Visit.objects.get(visitor=two.sealed_row)
    Visit.objects.filter(id=own.id).update(evidence=5)
    two.stays.all().delete()
    trace(two, timezone.now())
    reader = page.by(tracer).speaking(language)
    assert words in reader.get(f"{at(two, 'contacts/')}?evidence=5")
    assert words in reader.get(at(two, ""))
    contact = two.contacts.first()
    assert words in reader.get(f"/tracing/contacts/{contact.pk}/")
    assert (
        reader.get(f"{at(two, 'contacts/')}?evidence=5").response.context["page"].paginator.count
        == 2
    )
