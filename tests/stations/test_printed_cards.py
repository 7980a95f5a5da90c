"""Our card: read by cameras and by readers of bars, printed for oneself, a family, or others."""

import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.utils import timezone
from PIL import Image

from declarations import personal_codes
from declarations.forgetting import forget_day
from declarations.models import Visitor
from stations.printed_cards import OwnCard, card_pdf, cards_pdf
from tests import make, make_stations
from tests.page import Reader

CODE = "28690397299810058241"
NAMES = [
    "Nguyễn Văn Thử",
    "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo Anh Thư Thử",
    "សុខ សាន្ត សុភាព",
    "T" * 90,
    "",
]


def pages(pdf: bytes, dots: int = 150) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dots / 72).to_pil() for page in document]


def kinds(picture: Image.Image) -> dict[str, str]:
    return {str(code.format): code.text for code in zxingcpp.read_barcodes(picture)}


@pytest.mark.parametrize("name", NAMES)
def test_a_card_is_read_as_square_and_as_bars(name):
    card = OwnCard(CODE, name, timezone.localdate())
    (picture,) = pages(card_pdf(card, timezone.localdate()))
    assert kinds(picture) == {"QR Code": CODE, "Code 128": CODE}


def test_every_card_of_a_family_is_read():
    codes = [personal_codes.code_of(make.identities.Person(str(n), 1, "0").key) for n in range(11)]
    cards = [OwnCard(code, "Nguyễn Văn Thử", timezone.localdate()) for code in codes]
    found = [
        {code.text for code in zxingcpp.read_barcodes(page)}
        for page in pages(cards_pdf(cards, timezone.localdate()))
    ]
    assert found == [set(codes[:10]), set(codes[10:])]


@pytest.fixture
def phone(venue, page: Reader) -> Client:
    """A phone that declared for two."""
    make.sealing_key()
    client = Client()
    client.cookies["memory"] = make_stations.memory_of_two()
    return client


def test_a_phone_prints_its_card_and_the_family_sheet(phone):
    own = personal_codes.code_of(make.visitor("Nguyễn Văn Thử", "+84912345678", 1975).pk)
    screen = Reader(phone).get("/me/")
    assert personal_codes.displayed(own) in screen.text
    (card,) = pages(phone.post("/me/card.pdf").content)
    assert kinds(card)["QR Code"] == own
    picture = Image.open(io.BytesIO(phone.post("/me/card.png").content))
    assert kinds(picture)["Code 128"] == own
    (sheet,) = pages(phone.post("/me/family.pdf").content)
    assert len({code.text for code in zxingcpp.read_barcodes(sheet)}) == 2
    assert Visitor.objects.filter(card_until__gt=timezone.localdate()).count() == 2


def test_a_phone_that_remembers_nobody_prints_nothing(db):
    for address in ("/me/card.pdf", "/me/family.pdf"):
        assert Client().post(address).url == "/me/"
        assert Client().get(address).status_code == 405


def test_a_printed_card_keeps_its_person_for_its_time(venue):
    visitor, today = make.visitor(), timezone.localdate()
    Visitor.objects.update(seen_on=today - timedelta(days=30), card_until=today)
    forget_day(today - timedelta(days=30), timezone.now())
    assert Visitor.objects.filter(pk=visitor.pk).exists()
    Visitor.objects.update(card_until=today - timedelta(days=31))
    forget_day(today - timedelta(days=30), timezone.now())
    assert not Visitor.objects.filter(pk=visitor.pk).exists()


def form(**changes) -> dict:
    told = {"full_name": "Thạch Thị Thử", "birth_year": "1940", "id_number": "084140000001"}
    return told | {"phone": "", "commune": "29239", "consent": "yes"} | changes


def test_an_owner_prints_a_card_for_somebody_without_a_phone(venue, client):
    make.sealing_key()
    client.force_login(venue.owner)
    address = f"/venues/{venue.poster.code}/cards/"
    (card,) = pages(client.post(address, form()).content)
    visitor = Visitor.objects.get()
    assert kinds(card)["QR Code"] == personal_codes.code_of(visitor.pk)
    assert visitor.card_until > timezone.localdate() + timedelta(days=300)
    client.post(address, form())
    assert Visitor.objects.count() == 1


def test_whoever_has_neither_phone_nor_document_gets_no_card(venue, client):
    client.force_login(venue.owner)
    address = f"/venues/{venue.poster.code}/cards/"
    screen = Reader(client).post(address, form(id_number="", consent=""), status=422)
    assert set(screen.errors) == {"id_id_number", "id_consent"}
    assert not Visitor.objects.exists()


def test_an_office_prints_for_its_area_alone(tree, official_here, client):
    make.sealing_key()
    client.force_login(official_here)
    assert client.post(f"/dashboard/{tree.here.code}/cards/", form()).status_code == 200
    assert client.post(f"/dashboard/{tree.next_door.code}/cards/", form()).status_code == 404
