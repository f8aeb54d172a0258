"""One `__repr__` for many classes of attrs: to make one for each takes a third of the time a class takes, at every import."""

from __future__ import annotations

from typing import Any

from attrs import fields


def shown(value: Any) -> str:
    """The class and its fields, as attrs writes them; a field with `repr=False` is left out."""
    kind = type(value)
    told = ", ".join(f"{each.name}={getattr(value, each.name)!r}" for each in fields(kind) if each.repr)
    return f"{kind.__name__}({told})"
