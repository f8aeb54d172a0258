"""Records and events as text, the way every storage keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast, get_args

from ..cursors import Failure
from ..decisions import Record
from ..errors import InvalidInput, SchemaError
from ..events import EVENTS, Event
from ..values.checks import wrong_type
from ..values.made import Made, keep
from .converters import store
from .paths import at, check_keys, within
from .scalars import whole_in
from .text import read, written

_IN: Made[type, Callable[[Any, Any], Any]] = Made(lambda kind: store().get_structure_hook(kind))
_OUT: Made[type, Callable[[Any], Any]] = Made(lambda kind: store().get_unstructure_hook(kind))

KINDS: dict[str, type[Record]] = {each.kind: each for each in get_args(Record)}
"""Every kind of record and its class."""

SCHEMAS: dict[str, int] = {**dict.fromkeys(KINDS, 1), "company": 2}
"""The schema number of each kind: raised when the stored form changes."""


def _with(**fields: Any) -> Callable[[Any], Any]:
    """What gives a body fields that were not there yet."""
    return lambda body: {**body, **fields} if isinstance(body, dict) else body


_UPCASTERS: Mapping[tuple[str, int], Callable[[Any], Any]] = {
    ("company", 1): _with(numbers_are_held=False),
}
"""What makes a body of that schema number one of the next."""

_ENVELOPE = frozenset(("kind", "schema", "body"))
_SHORT, _MANY = 4_000, 512


def dump_record(record: Record) -> str:
    """A record as a stored document: compact JSON, `{"kind", "schema", "body"}`.

    Every field stands in the body, in the order of the class; a quote or an invoice has its currency and its tax groups once.

    Raises:
        InvalidInput: `field.wrong-type` for what is no record, `money.currencies` for an amount that is not in the currency of its
            document.
    """
    if not isinstance(record, Record):
        raise wrong_type(record, "Record", "")
    body = _OUT[type(record)](record)
    return written({"kind": record.kind, "schema": SCHEMAS[record.kind], "body": body})


def load_record(kind: str, text: str) -> Record:
    """The record of that kind that `dump_record` wrote.

    Raises:
        SchemaError: `schema.unknown` for a kind or number that this version does not know; `schema.unreadable`, with the path to
            what is missing, unknown, or not what it should be.
    """
    known = _REMEMBERED.get(text) if isinstance(text, str) else None
    if known is not None and known.kind == kind:
        return known
    record = _loaded(kind, text)
    _remember(text, record)
    return record


def keep_record(record: Record) -> str:
    """As `dump_record`; for a while `load_record` then gives this very record, without reading it."""
    text = dump_record(record)
    _remember(text, record)
    return text


def _remember(text: str, record: Record) -> None:
    if len(text) <= _SHORT:
        keep(_REMEMBERED, text, record, many=_MANY)


def _loaded(kind: str, text: str) -> Record:
    if kind not in KINDS:
        raise SchemaError("schema.unknown", kind=kind, schema=0)
    try:
        document = read(text)
        check_keys(document, "document", _ENVELOPE, _ENVELOPE)
        schema = at("schema", whole_in, document["schema"])
        if document["kind"] != kind:
            raise wrong_type(document["kind"], kind, "kind")
        if 0 < schema <= SCHEMAS[kind]:
            body = document["body"]
            for number in range(schema, SCHEMAS[kind]):
                body = _UPCASTERS[kind, number](body)
            return cast(Record, within("body", _IN[KINDS[kind]], body, KINDS[kind]))
    except InvalidInput as error:
        raise _unreadable(kind, error) from None
    raise SchemaError("schema.unknown", kind=kind, schema=schema)


_REMEMBERED: dict[str, Record] = {}
"""The same text is the same record, and records never change: a company's settings, say, are read for each command, and what one
command writes the next one reads."""


def dump_event(event: Event) -> str:
    """An event's fields as compact JSON; its `name` and `schema` are to be kept beside it."""
    if EVENTS.get(event.name) is not type(event):
        raise wrong_type(event, "Event", "")
    return written(_OUT[type(event)](event))


def load_event(name: str, schema: int, text: str) -> Event:
    """The event of that name that `dump_event` wrote.

    Raises:
        SchemaError: `schema.unknown`, `schema.unreadable`, as for `load_record`.
    """
    kind = EVENTS.get(name)
    if kind is None or kind.schema != schema:
        raise SchemaError("schema.unknown", kind=name, schema=schema)
    try:
        return cast(Event, _IN[kind](read(text), kind))
    except InvalidInput as error:
        raise _unreadable(name, error) from None


def dump_failures(failures: tuple[Failure, ...]) -> str:
    """What a consumer of events failed at, as compact JSON."""
    return written(store().unstructure(failures, tuple[Failure, ...]))


def load_failures(text: str) -> tuple[Failure, ...]:
    """What `dump_failures` wrote. Raises `SchemaError`, `schema.unreadable`."""
    try:
        return store().structure(read(text), tuple[Failure, ...])
    except InvalidInput as error:
        raise _unreadable("cursor", error) from None


def _unreadable(kind: str, error: InvalidInput) -> SchemaError:
    return SchemaError("schema.unreadable", kind=kind, path=error.path, problem=error.code)
