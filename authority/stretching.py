"""Makes a key of a passphrase by Argon2id, run as a program: what it takes of memory ends with it.

256 MB that a thread takes stay with its process for as long as that lives.
"""

import json
import subprocess
import sys

import nacl.pwhash

_SECONDS = 60
_SMALL = 16 * 1024**2  # bytes, which a thread may take


def stretched(size: int, passphrase: bytes, salt: bytes, operations: int, memory: int) -> bytes:
    """Return a key of so many bytes; one that takes much memory is made by a process of its own."""
    if memory <= _SMALL:
        return _key(size, passphrase, salt, operations, memory)
    asked = json.dumps([size, passphrase.hex(), salt.hex(), operations, memory])
    ended = subprocess.run(  # noqa: S603 - this file, and what is asked goes in as its input
        [sys.executable, "-I", __file__],
        input=asked.encode(), stdout=subprocess.PIPE, check=True, timeout=_SECONDS, env={},
    )  # fmt: skip
    return ended.stdout


def _key(size: int, passphrase: bytes, salt: bytes, operations: int, memory: int) -> bytes:
    return nacl.pwhash.argon2id.kdf(size, passphrase, salt, opslimit=operations, memlimit=memory)


def _main() -> None:
    size, passphrase, salt, operations, memory = json.load(sys.stdin)
    key = _key(size, bytes.fromhex(passphrase), bytes.fromhex(salt), operations, memory)
    sys.stdout.buffer.write(key)


if __name__ == "__main__":
    _main()
