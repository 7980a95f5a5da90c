"""A station's software, as tests speak it."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

SURNAMES = "Nguyễn Trần Lê Phạm Thạch Sơn Kim Lâm".split()


def chip(number: int = 0, *, year: int = 1975) -> str:
    """Return what the ID card of an invented person says; another number is somebody else."""
    surname = SURNAMES[number % len(SURNAMES)]
    document = f"084{0 if year < 2000 else 2}{year % 100:02d}{number:06d}"
    return (
        f"{document}||{surname} Văn Thử|0202{year}|Nam|"
        "Ấp Vĩnh Hội, Xã Long Đức, Thành phố Trà Vinh, Trà Vinh|01052021"
    )


def scan(text: str = "", at: datetime | None = None, direction: str = "in", **more) -> dict:
    """Return one scan as it is sent."""
    moment = at or timezone.now()
    base = {"id": str(uuid4()), "at": moment.isoformat(), "direction": direction, "text": text}
    return base | more


def typed(text: str, at: datetime | None = None, direction: str = "in", **more) -> dict:
    """Return what somebody typed by hand, as the interface takes it."""
    return scan(text, at, direction, is_typed=True, **more)


def send(
    station, *scans: dict, sent_at: datetime | None = None, status: int = 200, language: str = "en"
) -> dict:
    """Send scans as a station does; return what it is answered."""
    response = Client().post(
        f"/s/{station.key}/scans/",
        {"sent_at": (sent_at or timezone.now()).isoformat(), "scans": list(scans)},
        "application/json",
        headers={"Accept-Language": language},
    )
    assert response.status_code == status, response.content
    return response.json()


def results(answer: dict) -> list[str]:
    return [one["result"] for one in answer["scans"]]


def wanted(answer: dict) -> list[str]:
    return [one["wanted"] for one in answer["scans"]]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
