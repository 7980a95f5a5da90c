"""An authenticator app and a security key for tests, as an official has them at hand."""

import hashlib
import json
import re
import time
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from accounts.second_factors import PERIOD, code_in
from tests.page import Screen

ORIGIN = "https://testserver"
_PRESENT, _ATTESTED = 0x05, 0x45  # somebody touched it and was recognised; with a new key


def code(secret: str, *, periods_later: int = 0) -> str:
    """Return the six digits that the app shows now, or so many half minutes later."""
    return code_in(secret, int(time.time()) // PERIOD + periods_later)


def wrong_code(secret: str) -> str:
    """Return six digits that the app does not show about now."""
    right = {code(secret, periods_later=later) for later in range(-2, 3)}
    return next(digits for n in range(9) if (digits := f"{n:06}") not in right)


def secret_on(text: str) -> str:
    """Return the secret that a page shows in groups of four."""
    return re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", text)[0].replace(" ", "")


class SecurityKey:
    """A key for one account, which answers what a page asks in its form."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = token_bytes(16)

    def made_for(self, screen: Screen, origin: str = ORIGIN) -> str:
        """Return what a browser sends when the key was made."""
        said = CollectedClientData.create("webauthn.create", asked(screen), origin)
        public = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(_site(), _ATTESTED, 0, credential)
        attested = AttestationObject.create("none", data, {})
        return self._written(clientDataJSON=said, attestationObject=attested)

    def shown_to(self, screen: Screen, origin: str = ORIGIN) -> str:
        """Return what a browser sends when the key was touched."""
        said = CollectedClientData.create("webauthn.get", asked(screen), origin)
        data = AuthenticatorData.create(_site(), _PRESENT, 1)
        signed = self.private.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        return self._written(clientDataJSON=said, authenticatorData=data, signature=signed)

    def _written(self, **response: bytes) -> str:
        name = websafe_encode(self.id)
        told: dict[str, Any] = {"id": name, "rawId": name, "type": "public-key"}
        told["response"] = {part: websafe_encode(said) for part, said in response.items()}
        return json.dumps(told | {"clientExtensionResults": {}})


def asked(screen: Screen) -> bytes:
    """Return the challenge in the page's form."""
    from fido2.utils import websafe_decode

    form = screen.root.find(".//form[@data-question]")
    return websafe_decode(json.loads(form.get("data-question"))["publicKey"]["challenge"])


def _site() -> bytes:
    return hashlib.sha256(b"testserver").digest()
