"""JSON text, read strictly: no NaN, no key twice, no bottomless nesting."""

from __future__ import annotations

import json
from typing import Any, Never

from ..errors import InvalidInput


def _refused(_: str) -> Never:
    raise ValueError("not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")).encode
_canonical = json.JSONEncoder(sort_keys=True, allow_nan=False, separators=(",", ":")).encode
_decode = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refused).decode


def written(data: object) -> str:
    """`data` as compact JSON, keys in the order they are given."""
    return _encode(data)


def canonical(data: object) -> bytes:
    """`data` as the one JSON text that stands for it: ASCII, keys sorted."""
    return _canonical(data).encode("ascii")


def read(text: str) -> Any:
    """What JSON `text` says.

    Raises:
        InvalidInput: `wire.unreadable`.
    """
    if not isinstance(text, str):
        raise InvalidInput("wire.unreadable")
    try:
        return _decode(text)
    except (ValueError, RecursionError):  # also for numbers of thousands of digits
        raise InvalidInput("wire.unreadable") from None
