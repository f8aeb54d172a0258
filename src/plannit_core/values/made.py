"""What was made of a value, kept for a while: a list says the same again and again: one day, one job, 0.00."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")
_MANY = 4_096


def keep(kept: dict[K, V], key: K, value: V, *, many: int) -> None:
    """Put a value among at most so `many`: when there are so many, all before it are forgotten."""
    if len(kept) >= many:
        kept.clear()
    kept[key] = value


class Made(dict[K, V]):
    """What `make` makes of a key, made when it is first looked up.

    >>> Made(str.upper)["day"]
    'DAY'
    """

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        keep(self, key, made, many=_MANY)
        return made
