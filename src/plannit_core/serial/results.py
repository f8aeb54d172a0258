"""What a command gave, as kept with its key: each record replaced by its kind and id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import fields

from ..commands import Intake, QuoteApproval
from ..decisions import Record
from ..errors import InvalidInput, SchemaError
from ..values.checks import wrong_type
from ..values.ids import Id, parse_id
from .paths import at, check_keys, within
from .text import read, written

Get = Callable[[Id[Any]], Any]

_REFERENCE = frozenset(("kind", "id"))
_OUTCOMES = {each.__name__: each for each in (QuoteApproval, Intake)}


def dump_result(result: object) -> str:
    """A command's result as JSON: a record, several, a `QuoteApproval`, an `Intake`, or nothing.

    A record is `{"kind", "id"}`, several are a list, and the other two `{"outcome": "Intake", …}` with their fields.

    Raises:
        InvalidInput: `field.wrong-type` for anything else.
    """
    return written(_out(result))


def load_result(text: str, get: Get) -> Any:
    """The result that `dump_result` wrote, rebuilt from the records as they are now.

    Args:
        text: What was written.
        get: Finds a record by its id, as `read.get` does; what it raises is passed on.

    Raises:
        SchemaError: `schema.unreadable`.
    """
    try:
        return _in(read(text), get)
    except InvalidInput as error:
        raise SchemaError("schema.unreadable", kind="receipt", path=error.path, problem=error.code) from None


def _out(result: object) -> object:
    if result is None or isinstance(result, bool):
        return result
    if isinstance(result, Record):
        return {"kind": result.kind, "id": str(result.id)}
    if isinstance(result, tuple):
        return [_out(each) for each in result]
    if _OUTCOMES.get(type(result).__name__) is type(result):
        parts = {each.name: _out(getattr(result, each.name)) for each in fields(type(result))}
        return {"outcome": type(result).__name__, **parts}
    raise wrong_type(result, "a command's result", "")


def _in(data: Any, get: Get) -> Any:
    if data is None or isinstance(data, bool):
        return data
    if isinstance(data, list):
        return tuple(within(f"[{index}]", _in, each, get) for index, each in enumerate(data))
    if isinstance(data, dict) and "outcome" in data:
        return _outcome_in(data, get)
    check_keys(data, "a command's result", _REFERENCE, _REFERENCE)
    id = at("id", parse_id, data["id"])
    if id.kind != data["kind"]:
        raise InvalidInput("id.wrong-kind", path="id")
    return get(id)


def _outcome_in(data: dict[str, Any], get: Get) -> Any:
    kind = _OUTCOMES.get(data["outcome"]) if isinstance(data["outcome"], str) else None
    if kind is None:
        raise wrong_type(data["outcome"], " or ".join(_OUTCOMES), "outcome")
    names = frozenset(each.name for each in fields(kind))
    check_keys(data, kind.__name__, names | {"outcome"}, names | {"outcome"})
    return kind(**{name: within(name, _in, data[name], get) for name in names})
