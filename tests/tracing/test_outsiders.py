"""Nobody is followed out of the own area by one officer alone: every way to try it, and its control."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from authority.looks import decide
from authority.models import Disclosure, Reveal
from declarations import identities, personal_codes
from declarations.models import Visit, Visitor
from declarations.nonces import Nonce, Receipt
from districts.days import today
from tests import make, make_tracing
from tests.page import Reader, Screen
from tracing.drill import running
from tracing.models import Case, Contact, Stay
from tracing.trace import trace
from venues.models import Venue

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAME, PHONE, DOCUMENT = "Zzơ Thị Xa", "+84911222333", "084175001234"
MASK, PLACE = "Z.T.X · 333", "Chợ Xa Lắm"


@dataclass
class Scene:
    """A commune's tracer, and somebody from next door who met one of their cases over there."""

    reader: Reader
    person: Visitor
    market: Venue
    visit: Visit
    own: Case
    contact: Contact
    others: Case  # of the person, as opened by one officer before it took two
    known: int = 2

    def get(self, page: str) -> Screen:
        return self.reader.get(f"/tracing/{page}", None)

    def status(self, page: str) -> int:
        screen = self.get(page)
        for closing in screen.response._resource_closers:
            closing()
        return screen.status

    def post(self, page: str, **data: object) -> Screen:
        return self.reader.post(f"/tracing/{page}", data, None)

    def find(self, text: str, **more: str) -> Screen:
        return self.post("find/", text=text, purpose="reported", **more)

    def confirm(self) -> None:
        asked = Reveal.objects.waiting().get()
        colleague = make_tracing.tracer(asked.asked_by.area, f"{uuid4()}@example.vn")
        decide(asked, colleague, timezone.now(), confirm=True)


@pytest.fixture
def scene(page, tree) -> Scene:
    make_tracing.rule()
    tracer = make_tracing.tracer(tree.ward_here)
    number = identities.document_hash(DOCUMENT)
    person = make.visitor(NAME, PHONE, residence=tree.ward_next_door, document_hash=number)
    market = make.venue(PLACE, owner=make.owner(), commune=tree.ward_next_door)
    start = make.moment("09:00", days_ago=1)
    ill = make.visitor("Nguyễn Văn Đây", "+84900000055")
    for who in (ill, person):
        visit = make.visit(market, start, visitor=who, stay=HOUR)
    own = make_tracing.case(ill, area=tree.ward_here)
    others = make_tracing.case(person, area=tree.ward_here, number="BN2026-9999")
    for case in (own, others):
        trace(case, timezone.now())
    contact = own.contacts.get()
    contact.standing, contact.follow_up_until, contact.due_on = "confirmed", today() + DAY, today()
    contact.decided_at, contact.decided_by = timezone.now(), tracer
    contact.save()
    reader = make_tracing.unlocked(page, tracer).speaking("en")
    return Scene(reader, person, market, visit, own, contact, others)


def typed() -> dict[str, object]:
    """What opens a case, of somebody typed in who is known elsewhere."""
    return {
        "full_name": NAME, "phone": "0911 222 333", "birth_year": "1975", "commune": "29239",
        "status": "confirmed", "onset_on": f"{today() - DAY}", "nonce": uuid4(), "another": "yes",
    }  # fmt: skip


def elsewhere(scene: Scene) -> dict[str, object]:
    """A stay that nobody told of, at the market next door."""
    return {
        "venue": scene.market.pk, "day": f"{today() - DAY}", "start": "08:00", "end": "12:00",
        "exact": "yes", "note": "người nhà kể", "nonce": uuid4(),
    }  # fmt: skip


def receipt(scene: Scene) -> str:
    return Receipt(scene.market.pk, Nonce.of(scene.visit.id)).token


def about_nine(scene: Scene) -> str:
    return f"{scene.market.poster.displayed_code} 09:00 {today() - DAY:%d/%m/%Y}"


def sees(word: str):
    return lambda scene, screen: word in screen.response.getvalue().decode("utf-8", "replace")


def is_followed(scene: Scene, screen: Screen) -> bool:
    """Whether a case is open, or a place known where somebody was, that was not before."""
    before, scene.known = scene.known, known()
    return scene.known > before


def alike() -> Visitor:
    """Somebody else of the phone of the own case, called alike, who lives elsewhere."""
    elsewhere = make.tree().ward_next_door
    return make.visitor("Nguyen Van Day", "+84900000055", residence=elsewhere)


def is_joined(scene: Scene, screen: Screen) -> bool:
    return len(Case.objects.get(pk=scene.own.pk).visitors) > 1


def known() -> int:
    told = Stay.objects.exclude(source=None) | Stay.objects.filter(visit=None)
    return told.count() + Case.objects.count()


def leading(scene: Scene, *ways: str) -> set[str]:
    """Return by which of some ways, or of all, the tracer gets to the person."""
    return {way for way in ways or WAYS if WAYS[way][1](scene, WAYS[way][0](scene))}


# What one officer alone may try, and how one tells that it led to the person.
WAYS = {
    "phone": (lambda s: s.find("0911 222 333"), sees(MASK)),
    "document": (lambda s: s.find(DOCUMENT), sees(MASK)),
    "code": (lambda s: s.find(personal_codes.code_of(s.person.key)), sees(MASK)),
    "receipt": (lambda s: s.find(receipt(s)), sees(MASK)),
    "venue and time": (lambda s: s.find(about_nine(s)), sees(MASK)),
    "choosing": (lambda s: s.get(f"open/?person={s.person.key}"), sees(MASK)),
    "opening": (lambda s: s.post("open/", **typed(), person=s.person.key), is_followed),
    "typing in": (lambda s: s.post("open/", **typed()), is_followed),
    "contact": (lambda s: s.get(f"contacts/{s.contact.pk}/"), sees(PLACE)),
    "name": (lambda s: s.post(f"contacts/{s.contact.pk}/name/"), sees(NAME)),
    "fragment": (lambda s: s.post(f"contacts/{s.contact.pk}/call/", outcome="x"), sees(PLACE)),
    "calls": (lambda s: s.post(f"cases/{s.own.number}/calls/"), sees(NAME)),
    "list": (lambda s: s.get(f"cases/{s.own.number}/contacts.csv"), sees(NAME)),
    "station": (lambda s: s.get("communes/29512/contacts.csv"), sees(NAME)),
    "falling ill": (lambda s: s.post(f"contacts/{s.contact.pk}/case/", **typed()), is_followed),
    "F2": (lambda s: s.post(f"cases/{s.own.number}/further/"), is_followed),
    "a stay": (lambda s: s.post(f"cases/{s.own.number}/stays/", **elsewhere(s)), is_followed),
    "same person": (lambda s: s.post(f"cases/{s.own.number}/records/{alike().key}/"), is_joined),
    "clusters": (lambda s: s.get("clusters/"), sees(PLACE)),
    "chain": (lambda s: s.get(f"cases/{s.own.number}/chain/"), sees("BN2026-9999")),
}
CASE_PAGES = (
    "", "contacts/", "same/", "calls/", "chain/", "chain.svg", "notices/", "rule/", "stays/",
    "correct/", "contacts.csv?masked=1", "contacts.xlsx?masked=1", "contacts.pdf?masked=1",
)  # fmt: skip


@pytest.fixture
def unguarded(monkeypatch):
    """The same site where nobody has to confirm anything."""
    for name in ("authority.disclosures.unconfirmed", "tracing.cases.finding.unconfirmed"):
        monkeypatch.setattr(name, lambda *_look: [])
    monkeypatch.setattr(Case, "reaches_outsiders", True)
    monkeypatch.setattr(
        type(Case.objects.all()), "open_to", lambda cases, who: cases.visible_to(who)
    )


def test_no_way_leads_one_officer_to_somebody_of_another_area(scene: Scene):
    assert leading(scene) == set()


def test_without_the_second_officer_each_way_would_lead_there(scene: Scene, unguarded):
    assert leading(scene) == set(WAYS)


def test_pages_of_an_outsiders_case_wait_for_the_second_officer(scene: Scene):
    addresses = [f"cases/{scene.others.number}/{page}" for page in CASE_PAGES]
    assert {a: scene.status(a) for a in addresses} == dict.fromkeys(addresses, 403)
    assert not Disclosure.objects.exists()
    scene.confirm()
    assert {a: scene.status(a) for a in addresses} == dict.fromkeys(addresses, 200)
    looks = Disclosure.objects.filter(case_number=scene.others.number)
    assert looks.exclude(second_officer=None).count() == looks.count() == 2


def test_what_was_confirmed_of_a_case_holds_for_whom_it_met(scene: Scene):
    assert scene.get(f"contacts/{scene.contact.pk}/").status == 403
    scene.confirm()
    ways = ("contact", "name", "list", "calls", "F2", "falling ill")
    assert leading(scene, *ways) == set(ways)
    new = Case.objects.exclude(pk__in=[scene.own.pk, scene.others.pk]).get()
    assert scene.get(f"cases/{new.number}/").status == 200


def test_who_waits_with_an_act_is_led_back_to_where_it_was_pressed(scene: Scene):
    page = f"/tracing/cases/{scene.own.number}/contacts/"
    act = f"/tracing/cases/{scene.own.number}/further/"
    screen = scene.reader.post(act, {}, 403, Referer=f"http://testserver{page}")
    assert screen.links["Confirmed? Go on"] == page
    other = scene.reader.post(act, {}, 403)
    assert other.links["Confirmed? Go on"] == "/tracing/"


def test_a_stay_elsewhere_takes_a_second_officer_for_its_venue_alone(scene: Scene, tree):
    other = make.venue("Chợ Khác", owner=scene.market.owner, commune=tree.ward_next_door)
    stays, told_stay = f"cases/{scene.own.number}/stays/", elsewhere(scene)
    assert scene.post(stays, **told_stay).status == 403
    scene.confirm()
    assert scene.post(stays, **told_stay).status == 303
    assert scene.post(stays, **elsewhere(scene) | {"venue": other.pk}).status == 403
    assert other.name in Reveal.objects.waiting().get().sentence


def test_a_second_officer_is_asked_with_one_press_and_then_the_case_can_be_opened(scene: Scene):
    scene.find("0911 222 333", ask="yes")
    assert MASK not in scene.find("0911 222 333", ask="yes")
    assert Reveal.objects.count() == 1
    scene.confirm()
    assert MASK in scene.find("0911 222 333")
    answer = scene.post("open/", **typed(), person=scene.person.key)
    assert MASK in scene.reader.follow(answer)
    assert Case.objects.count() == 3


def test_a_colleague_sees_on_the_first_page_that_somebody_asks(page, scene: Scene):
    said = "1 request of a colleague waits"
    scene.find("0911 222 333", ask="yes")
    assert said not in scene.get("").text
    colleague = make_tracing.tracer(scene.own.area, "second@example.vn")
    reader = page.by(colleague).speaking("en")
    assert said in reader.get("/tracing/").text
    decide(Reveal.objects.get(), colleague, timezone.now(), confirm=True)
    assert said not in reader.get("/tracing/").text


def test_whoever_was_refused_is_told_so_and_by_whom(scene: Scene):
    scene.find("0911 222 333", ask="yes")
    colleague = make_tracing.tracer(scene.own.area, "second@example.vn")
    decide(Reveal.objects.get(), colleague, timezone.now(), confirm=False)
    screen = scene.find("0911 222 333", ask="yes")
    assert f"{colleague} refused your request" in screen.text
    assert "waits for an hour" not in screen.text
    assert "ask" not in [form.get("id") for form in screen.root.iter("form")]


def test_the_form_of_a_case_waits_with_what_was_typed(scene: Scene):
    screen = scene.post("open/", **typed())
    assert screen.status == 403
    assert screen.form("open").values["full_name"] == [NAME]
    scene.confirm()
    assert scene.post("open/", **typed()).status == 303


def test_whoever_was_at_a_venue_of_the_area_can_be_traced_alone(scene: Scene, tree):
    """Their mask, and where they met the case; a case of theirs takes a second officer."""
    here = make.venue("Chợ Đây", owner=scene.market.owner, commune=tree.ward_here)
    start = make.moment("15:00", days_ago=1)
    for who in (Visitor.objects.get(key=scene.own.sealed_row), scene.person):
        make.visit(here, start, visitor=who, stay=HOUR)
    trace(scene.own, timezone.now())
    screen = scene.find(f"{here.poster.displayed_code} 15:00 {today() - DAY:%d/%m/%Y}")
    assert MASK in screen
    assert "not of your area" in screen
    ways = {"contact", "name", "list", "calls"}
    assert leading(scene, *ways, "choosing", "opening", "F2", "falling ill") == ways


@pytest.mark.parametrize("residence", ["unknown", "elsewhere", "here"])
def test_a_case_whose_person_turns_out_to_live_elsewhere_waits(scene: Scene, tree, residence: str):
    """Somebody typed in before their first check-in would be followed from then on."""
    places = {"unknown": None, "elsewhere": tree.ward_next_door, "here": tree.ward_here}
    data = {**typed(), "full_name": "Zzơ Chưa Đến", "phone": "0911 222 334"}
    opened = scene.post("open/", **data)
    assert opened.status == 303
    make.visitor("Zzơ Chưa Đến", "+84911222334", residence=places[residence])
    expected = 200 if residence == "here" else 403
    assert scene.reader.get(opened.location, None).status == expected


def test_a_case_that_the_province_opened_shows_a_commune_no_outsider_as_the_same_person(
    scene: Scene, tree
):
    ill = make.visitor("Trần Văn Tư", "+84900000066", residence=tree.ward_here)
    other = make.visitor("Tran Van Tu", "+84900000066", residence=tree.ward_next_door)
    case = make_tracing.case(ill, area=tree.province, number="BN2026-7777")
    assert str(other.key) not in scene.get(f"cases/{case.number}/").response.content.decode()
    scene.post(f"cases/{case.number}/records/{other.key}/")
    case.refresh_from_db()
    assert other.key not in case.visitors


def test_a_tracer_of_the_province_has_the_whole_of_it(scene: Scene, page, tree):
    tracer = make_tracing.tracer(tree.province, "province@example.vn")
    scene.reader = make_tracing.unlocked(page, tracer).speaking("en")
    ways = ("phone", "venue and time", "contact", "list", "F2")
    assert leading(scene, *ways) == set(ways)
    assert not Reveal.objects.exists()


def test_a_real_case_is_nobody_in_a_drill(scene: Scene, tree):
    for number in range(5):
        make.venue(f"Chợ {number}", owner=scene.market.owner, commune=tree.ward_here)
    running.start(tree.ward_here, "small", 1, scene.contact.decided_by, timezone.now())
    for address in (f"cases/{scene.others.number}/", f"contacts/{scene.contact.pk}/"):
        assert scene.reader.get(f"/drill/{address}", None).status == 404
    data = {"text": "0911 222 333", "purpose": "reported"}
    assert MASK not in scene.reader.post("/drill/find/", data, None)
