"""Errors that say where: every hook raises `InvalidInput` with the path to the field, such as `lines[2].quantity`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from cattrs.errors import AttributeValidationNote, BaseValidationError

from ..errors import InvalidInput
from ..values.checks import wrong_type

P = ParamSpec("P")
T = TypeVar("T")


def at(path: str, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What `make` gives; what is wrong with it is wrong at `path`, whatever path it names itself."""
    try:
        return make(*args, **kwargs)
    except InvalidInput as error:
        raise InvalidInput(error.code, path=path, **error.params) from None


def within(path: str, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What `make` gives; what is wrong with it is wrong inside `path`."""
    try:
        return make(*args, **kwargs)
    except InvalidInput as error:
        raise located(error, path) from None


def located(error: Exception, path: str = "") -> InvalidInput:
    """The first thing that `error` says is wrong, seen from `path`."""
    if isinstance(error, BaseValidationError):
        first = error.exceptions[0]
        return located(first, joined(path, _attribute(first)))
    if isinstance(error, InvalidInput):
        return InvalidInput(error.code, path=joined(path, error.path), **error.params)
    return InvalidInput("field.wrong-type", path=path, expected="another value", found=type(error).__name__)


def joined(path: str, step: str) -> str:
    """`step` taken from `path`."""
    return f"{path}.{step}" if path and step and not step.startswith("[") else path + step


def _attribute(error: Exception) -> str:
    """The attribute in which cattrs saw `error`; nothing when the class itself raised it."""
    notes = getattr(error, "__notes__", ())
    return next((note.name for note in notes if isinstance(note, AttributeValidationNote)), "")


def check_keys(data: object, expected: str, required: frozenset[str], allowed: frozenset[str]) -> None:
    """Nothing when `data` is an object with the keys it needs and no other.

    Raises:
        InvalidInput: `field.wrong-type`, `wire.unknown-field`, `wire.missing-field`.
    """
    if not isinstance(data, dict):
        raise wrong_type(data, expected, "")
    if data.keys() == allowed or required <= data.keys() <= allowed:
        return
    for key in data:
        if key not in allowed:
            raise InvalidInput("wire.unknown-field", path=_shown(key))
    raise InvalidInput("wire.missing-field", path=min(required - data.keys()))


def _shown(key: Any) -> str:
    """A key that nobody knows, if it can be shown."""
    return key if isinstance(key, str) and key.isidentifier() and len(key) <= 60 else "?"
