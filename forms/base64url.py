"""Bytes as text, in cookies and hidden fields: base64url with its padding."""

import base64


def decoded(text: str) -> bytes:
    """Return the bytes of a text that is spelt as we spell them, and in no other way.

    Four letters hold three bytes, so that the last ones have bits to spare, and Python passes over
    letters it does not know: what is a secret would have many spellings. Raises ValueError.
    """
    content = base64.urlsafe_b64decode(text)
    if base64.urlsafe_b64encode(content).decode() != text:
        raise ValueError("another spelling")
    return content
