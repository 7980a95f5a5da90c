"""The interface for other software at the door, described by OpenAPI."""

import json
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from ninja import Field, NinjaAPI, Path, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Strict, StringConstraints

from accounts.sources import counts
from database.remembering import remembered
from declarations.outcomes import Answers, Symptom

from .access import queue_point, read_json, refused, unsealed
from .models import Station
from .readers.reading import LONGEST
from .recording.answered import Result, Taken
from .recording.claims import Wanted
from .recording.sent import LONGEST_WAIT, Batch, Said, Sent, Way
from .recording.taking import MOST_OF_A_STATION, take

REQUESTS_PER_MINUTE = 600
# Moments beyond these are no clock's error; they are taken for the nearest of them, and refused.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

EXAMPLE = """POST /s/KEY/scans/
Content-Type: application/json

{"sent_at": "2026-11-26T08:00:03+07:00",
 "scans": [{"id": "1c0e7f1a-6f0c-4b53-9a52-0d1f0c5b7a11",
            "at": "2026-11-26T07:59:58.250+07:00",
            "direction": "in",
            "text": "084075001234||Nguyễn Văn Thử|02021975|Nam|…|01052021"}]}
"""


def _spelt(pattern: str, example: str) -> BeforeValidator:
    """Take text that is written as described; a library would make a moment of 0 or of a bare number."""

    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(f"write it as {example}")
        return value

    return BeforeValidator(check)


_DIGITS = "[0-9A-Fa-f]"
Text = Annotated[str, StringConstraints(max_length=LONGEST)]
YesOrNo = Annotated[bool, Strict()]
ScanId = Annotated[
    UUID,
    _spelt(
        f"{_DIGITS}{{8}}(-{_DIGITS}{{4}}){{3}}-{_DIGITS}{{12}}",
        "1c0e7f1a-6f0c-4b53-9a52-0d1f0c5b7a11",
    ),
]
Moment = Annotated[
    AwareDatetime,
    _spelt(
        r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
        "2026-11-26T08:00:00.250+07:00",
    ),
    Field(description="With its offset from UTC: 2026-11-26T08:00:00.250+07:00"),
]


class AnswersIn(BaseModel):
    """What a person answers to the three questions, for the past 14 days."""

    symptoms: Annotated[
        list[Literal["fever", "cough", "breathing", "pneumonia", "sore_throat", "fatigue"]],
        Field(max_length=20),
    ] = []
    travelled: YesOrNo = False
    case_contact: YesOrNo = False
    area_contact: YesOrNo = False
    symptomatic_contact: YesOrNo = False

    @property
    def answers(self) -> Answers:
        symptoms = sum({Symptom[word.upper()] for word in self.symptoms})
        said = self.model_dump() | {"symptoms": symptoms}
        return Answers(**said)


class SaidIn(BaseModel):
    """What a code says, and what the person says besides."""

    text: Annotated[Text, Field(description="What the code said, or what was typed instead")] = ""
    is_typed: Annotated[
        YesOrNo,
        Field(
            description="`text` was typed by hand. A number of a phone, ID card or passport is "
            "only taken so: scanned without its card it is nobody's"
        ),
    ] = False
    told: Annotated[
        tuple[Text, ...],
        Field(
            max_length=5,
            description="Typed afterwards: a phone number, a year of birth, a name, name and year",
        ),
    ] = ()
    no_phone: Annotated[YesOrNo, Field(description="The person has no phone; ask no more")] = False
    answers: AnswersIn | None = None

    @property
    def said(self) -> Said:
        answers = self.answers.answers if self.answers else None
        return Said(self.text, self.told, self.no_phone, answers, self.is_typed)


class ScanIn(SaidIn):
    """One person, one moment. The same id again is the same scan, with more said of it."""

    id: ScanId
    at: Moment
    direction: Annotated[
        Literal["in", "out", "auto"],
        Field(
            description="`auto`: out for whoever came on that day and has not left, in for everybody "
            "else; the same scan again with `in` or `out` turns it round"
        ),
    ] = "in"
    sealed: Annotated[
        str,
        StringConstraints(max_length=8000),
        Field(description="In place of `text`, `told`, `no_phone` and `answers`: see /api/"),
    ] = ""
    undo: Annotated[YesOrNo, Field(description="Take this scan back")] = False
    let_in: Annotated[
        YesOrNo, Field(description="The person went in although the answer was `stop`")
    ] = False

    @property
    def sent(self) -> Sent:
        way = Way(self.direction)
        return Sent(self.id, _within(self.at), way, self._said(), self.undo, self.let_in)

    def _said(self) -> Said | None:
        if not self.sealed:
            return self.said
        try:
            return SaidIn.model_validate(unsealed(self.sealed, self.id)).said
        except ValueError:
            return None


class BatchIn(BaseModel):
    """Scans of one station, in any order."""

    sent_at: Annotated[Moment, Field(description="Now, by the clock that timed the scans")]
    scans: Annotated[list[ScanIn], Field(max_length=200)]

    @property
    def batch(self) -> Batch:
        return Batch(_within(self.sent_at), [scan.sent for scan in self.scans])


class AnswerOut(Schema):
    """What became of a scan."""

    id: UUID
    result: Result
    wanted: Annotated[
        Wanted, Field(description="What to ask next, and to send in `told` of the same scan")
    ]
    sentence: Annotated[str, Field(description="For the person on duty, in the asked language")]
    who: Annotated[str, Field(description="What the card itself said, masked")]
    direction: Literal["in", "out"]
    at: Annotated[datetime, Field(description="By the site's clock")]


class CountsOut(Schema):
    """How many went in and out today."""

    came_in: Annotated[int, Field(serialization_alias="in")]
    went_out: Annotated[int, Field(serialization_alias="out")]


class BothCountsOut(Schema):
    """Of this station, and of all stations of its venue."""

    here: CountsOut
    venue: CountsOut


class TakenOut(Schema):
    """The answers, in the order of the scans."""

    scans: list[AnswerOut]
    counts: BothCountsOut
    server_at: datetime
    is_revoked: Annotated[bool, Field(description="Nothing scanned from now on will be taken")]
    wants_key: Annotated[
        bool,
        Field(
            description="The key is to be changed: make another one (22 to 64 of A-Z, a-z, 0-9, - and "
            "_, at random), keep it, post it as a form's `new` to /s/{key}/key/, and go on with it"
        ),
    ]


class RefusedOut(Schema):
    """Why nothing was taken, in a sentence."""

    sentence: str


def taken_out(taken: Taken, now: datetime) -> bytes:
    """Return what is answered to a batch, as TakenOut describes it.

    Written by hand: to build and check a thousand fields again takes as long as to take the scans.
    """
    scans = [
        answer._asdict() | {"id": str(answer.id), "at": answer.at.isoformat()}
        for answer in taken.answers
    ]
    here, venue = (
        {"in": passed.came_in, "out": passed.went_out} for passed in (taken.here, taken.venue)
    )
    answer = {
        "scans": scans,
        "counts": {"here": here, "venue": venue},
        "server_at": now.isoformat(),
        "is_revoked": taken.is_revoked,
        "wants_key": taken.wants_key,
    }
    return json.dumps(answer, ensure_ascii=False).encode()


def _within(moment: datetime) -> datetime:
    """Return a moment of this century in UTC; whoever sends another one has no clock."""
    try:
        return min(max(moment.astimezone(UTC), _FIRST), _LAST)
    except (OverflowError, ValueError):
        return _FIRST


class OneMeaning(Parser):
    """Reads JSON that every reader reads alike."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)


api = NinjaAPI(
    title="Venue check-in: the door",
    version="1",
    description="What a station at a venue's door sends. Its key is part of the address, writes "
    "visits for that venue, and does nothing else.",
    docs_url=None,
    openapi_url=None,
    parser=OneMeaning(),
)


@api.post(
    "/s/{key}/scans/",
    operation_id="send_scans",
    summary="Send scans",
    by_alias=True,
    url_name="send_scans",
    response={
        200: TakenOut,
        **dict.fromkeys((400, 403, 404, 410, 413, 422, 429), RefusedOut),
    },
)
def scans(
    request: HttpRequest,
    key: Annotated[
        str, StringConstraints(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+$"), Path()
    ],
    batch: BatchIn,
) -> Any:
    """Take scans of people who go in or out.

    A batch may be sent twice, and batches in any order: each scan counts once, by its id. The
    error of the sender's clock is told by `sent_at` and corrected. Scans are taken for a week.
    """
    now = timezone.now()
    station = _station(key)
    if station is None:
        return refused(HTTPStatus.NOT_FOUND, gettext("There is no such station."))
    # Nothing that the phone may still hold would be taken.
    if station.ended_at and now - station.ended_at > LONGEST_WAIT + timedelta(days=1):
        return refused(HTTPStatus.GONE, gettext("This phone is no station any more."))
    limit = {f"station {station.pk}": REQUESTS_PER_MINUTE}
    if wait := counts.seconds_to_wait(limit, now.timestamp()):
        sentence = gettext("Too many at once. It goes on in a moment.")
        return refused(HTTPStatus.TOO_MANY_REQUESTS, sentence, wait)
    return HttpResponse(taken_out(take(station, batch.batch, now), now), "application/json")


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description of the interface."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/"))


@require_safe
def explained(request: HttpRequest) -> HttpResponse:
    """The same for people."""
    context = {
        "most": REQUESTS_PER_MINUTE,
        "people": MOST_OF_A_STATION,
        "point": queue_point(),
        "example": EXAMPLE,
    }
    return render(request, "stations/interface.html", context)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code != HTTPStatus.BAD_REQUEST:
        return refused(error.status_code, str(error))
    cause = error.__cause__
    if isinstance(cause, json.JSONDecodeError | UnicodeDecodeError | None):
        return refused(HTTPStatus.BAD_REQUEST, gettext("What was sent is not JSON."))
    return _otherwise([{"where": "", "what": str(cause)}])


@api.exception_handler(ValidationError)
def _not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say where a batch is not as described; what was sent is not repeated."""
    return _otherwise(
        [
            {"where": ".".join(str(part) for part in fault["loc"][2:]), "what": fault["msg"]}
            for fault in error.errors[:20]
        ]
    )


def _otherwise(faults: list[dict[str, str]]) -> HttpResponse:
    sentence = gettext("This is not as the interface describes it.")
    answer = {"sentence": sentence, "faults": faults}
    return JsonResponse(answer, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@api.exception_handler(RequestDataTooBig)
@api.exception_handler(BadRequest)
def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    sentence = gettext("This is too large. Send fewer scans at once.")
    return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)


@remembered(seconds=1)
def _station(key: str) -> Station | None:
    """Return whose key this is; whether it is revoked is asked again when its scans are taken."""
    return Station.objects.with_key(key, timezone.now())
