"""Every address that shows a person writes its disclosure first: all of them are walked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from authority.models import Disclosure
from tests import make, make_tracing
from tests.page import Reader
from tracing.models import Case, Contact
from tracing.trace import trace

from .addresses import ADDRESSES, filled

pytestmark = pytest.mark.django_db(transaction=True)

# Invented people whose names stand nowhere else, not even in part.
ILL, MET, STATION = "Zzơ Văn Bệnh", "Zzơ Thị Gặp", "Zzơ Bá Xa"
NAMES = (ILL, MET, STATION)
PHONES = {"0900111222": ILL, "0900111333": MET, "0900111444": STATION}
# The addresses by which a tracer is meant to see names; every other one must show none.
SHOWING = {
    "POST tracing/cases/<str:number>/name/",
    "POST tracing/cases/<str:number>/calls/",
    "POST tracing/cases/<str:number>/same/",
    "POST tracing/contacts/<int:contact>/name/",
    "tracing/cases/<str:number>/contacts.<slug:file_type>",
    "tracing/communes/<slug:commune>/contacts.<slug:file_type>",
}


@pytest.fixture
def tracer(tree) -> Account:
    return make_tracing.tracer()


@pytest.fixture
def places(venue, tracer: Account) -> dict[str, object]:
    """A case that met two people, both in follow-up, and what the addresses need of them."""
    start = make.moment("09:00", days_ago=1)
    people = [make.visitor(name, f"+84{phone[1:]}") for phone, name in PHONES.items()]
    people.append(make.visitor("Zzơ Thi Gặp", "+84900111333"))  # the same person as one of them?
    for who in people:
        make.visit(venue, start, visitor=who, stay=timedelta(hours=1))
    case = make_tracing.case(people[0])
    trace(case, timezone.now())
    contact = Contact.objects.filter(case=case).first()
    case.contacts.update(
        standing="confirmed", follow_up_until=start.date() + timedelta(days=14),
        due_on=start.date(), decided_at=timezone.now(), decided_by=tracer,
    )  # fmt: skip
    told = make_tracing.told_stay(case, venue, start, start + timedelta(hours=1))
    return {
        "number": case.number, "contact": contact.pk, "commune": contact.commune.code,
        "stay": told.pk, "file_type": "csv", "holder": 0, "look": 0, "drill": 0,
        "number_of_burst": 1, "visitor": people[1].key,
    }  # fmt: skip


def shown(content: bytes) -> set[str]:
    """Return whose name, phone or family name stands in what was sent, whatever it is."""
    text = content.decode("utf-8", "replace").replace(" ", "")
    found = {name for name in NAMES if name.replace(" ", "") in text}
    return found | {name for phone, name in PHONES.items() if phone in text or phone[1:] in text}


TRACERS = [line for line in ADDRESSES if line.removeprefix("POST ").startswith("tracing/")]


@pytest.mark.parametrize("line", TRACERS)
def test_whoever_is_shown_was_written_down_before(
    line: str, places: dict, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer)
    method, url = filled(line, places)
    answer = reader.client.post(url) if method == "POST" else reader.client.get(url)
    content = answer.getvalue()
    answer.close()
    names = shown(content)
    written = Disclosure.objects.filter(officer=tracer)
    by_name = {ILL: 0, MET: 1, STATION: 2}
    masks = [make.visitor(name, f"+84{phone[1:]}").mask for phone, name in PHONES.items()]
    assert {masks[by_name[name]] for name in names} <= set(written.values_list("mask", flat=True))
    assert bool(names) is (line in SHOWING)
    assert written.count() == 0 or line in SHOWING


@pytest.mark.parametrize("file_type", ["csv", "xlsx", "pdf"])
def test_a_list_is_written_down_in_every_form(
    file_type: str, places: dict, page: Reader, tracer: Account
):
    reader = make_tracing.unlocked(page, tracer)
    case = Case.objects.get()
    answer = reader.client.get(f"/tracing/cases/{case.number}/contacts.{file_type}")
    assert answer.status_code == 200
    answer.close()
    assert Disclosure.objects.filter(purpose="list").count() == 3


@pytest.mark.parametrize("line", sorted(SHOWING))
def test_with_a_locked_key_nobody_is_shown(line: str, places: dict, page: Reader, tracer: Account):
    make_tracing.keyholder(tracer)
    reader = page.by(tracer)
    method, url = filled(line, places)
    answer = reader.client.post(url) if method == "POST" else reader.client.get(url)
    assert answer.status_code == 302
    assert not Disclosure.objects.exists()


SIMPLE = [line for line in ADDRESSES if "<" not in line and not line.startswith("POST")]


@pytest.mark.parametrize("line", SIMPLE)
def test_an_official_who_is_no_tracer_is_shown_nobody(line: str, places: dict, page: Reader, tree):
    reader = page.by(make.official(tree.province, "plain@example.vn"))
    assert not shown(reader.client.get(f"/{line}", follow=True).content)
