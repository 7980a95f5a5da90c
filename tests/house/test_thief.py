"""What the figures of docs/security.md were measured with does what a thief would do."""

import hashlib
import hmac

from tests.soak import guessing


def test_the_quick_way_gives_the_same_hash():
    message = b"phone\x1f+84900000001"
    assert guessing.prepared(900000001) == hmac.digest(guessing._KEY, message, hashlib.sha256)


def test_every_figure_is_measured():
    said = "\n".join(guessing.lines(0.005))
    assert [word for word in ("phone", "cards", "names", "passphrases") if word not in said] == []
