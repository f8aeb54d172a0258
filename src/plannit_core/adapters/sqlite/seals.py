"""Seals: a short digest of what a row says, kept beside it, so that a flipped bit does not give wrong data that looks right.

`docs/explanation/damaged-files.md` says what was measured.
"""

from __future__ import annotations

from hashlib import blake2b

from ...errors import SchemaError

_SIZE = 8


def seal_of(*parts: str | int | None) -> bytes:
    """The seal of a row that says `parts`."""
    text = "\x1f".join(map(str, parts))
    return blake2b(text.encode(), digest_size=_SIZE).digest()


def check_seal(seal: bytes, kind: str, id: str, *parts: str | int | None) -> None:
    """Nothing when a row still says what it was sealed with.

    Raises:
        SchemaError: `storage.damaged`, with the kind and the id.
    """
    if seal != seal_of(*parts):
        raise SchemaError("storage.damaged", kind=kind, id=id)
