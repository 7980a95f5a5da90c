"""Makes what tests of the door need: a paired station, a phone that remembers people."""

import base64
import json
from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from nacl.secret import SecretBox

from declarations.memory import Memory
from declarations.nonces import Nonce, Receipt, key_for
from declarations.outcomes import Outcome
from stations.access import new_key
from stations.models import Station, hashed
from venues.models import Venue

from . import make


def station(venue: Venue, name: str = "Cổng chính", **changes) -> Station:
    """Make a station that is paired with a phone; `.key` is its key in plain."""
    key, now = new_key(), timezone.now()
    details = {
        "made_by": venue.owner,
        "made_at": now - timedelta(days=8),
        "paired_at": now - timedelta(days=8),
        "key_hash": hashed(key),
    }
    made = Station.objects.create(venue=venue, name=name, **details | changes)
    made.key = key
    return made


def as_of_before(cookie: str) -> str:
    """Return a phone's cookie as releases before 0.4 wrote it: without the day it was kept on."""
    box = SecretBox(key_for("memory"))
    content = json.loads(box.decrypt(base64.urlsafe_b64decode(cookie)))
    del content["kept_on"]
    return base64.urlsafe_b64encode(box.encrypt(json.dumps(content).encode())).decode()


def memory_of_two() -> str:
    """Make two visitors; return the cookie of the phone that declared for them."""
    memory, response = Memory(), HttpResponse()
    people = [("Nguyễn Văn Thử", 1975), ("Nguyễn Thị Thử", 1950)]
    keys = [
        make.visitor(name, "+84912345678", year, memory=memory.id, is_own=True).pk
        for name, year in people
    ]
    details = {"full_name": "Nguyễn Văn Thử", "phone": "+84912345678", "birth_year": 1975}
    rest = {"gender": "male", "id_number": "", "commune": "29239", "address": ""}
    now = timezone.now()
    given = Receipt(1, Nonce.new(now), tuple(keys), Outcome.GO)
    memory.declare(details | rest | {"companions": people[1:]}, given)
    memory.save(response)
    return response.cookies["memory"].value
