"""Records and events as text, the way every storage keeps them."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

from ..decisions import Record
from ..errors import InvalidInput, SchemaError
from ..events import EVENTS, Event
from ..values.checks import wrong_type
from .converters import store
from .paths import at, check_keys, within
from .scalars import whole_in
from .text import read, written

KINDS: dict[str, type[Record]] = {each.kind: each for each in get_args(Record)}
"""Every kind of record and its class."""

SCHEMAS: dict[str, int] = dict.fromkeys(KINDS, 1)
"""The schema number of each kind: raised when the stored form changes."""

_ENVELOPE = frozenset(("kind", "schema", "body"))
_SHORT = 4_000


def dump_record(record: Record) -> str:
    """A record as a stored document: compact JSON, `{"kind", "schema", "body"}`.

    Every field stands in the body, in the order of the class; a quote or an invoice has its currency and its tax groups once.

    Raises:
        InvalidInput: `field.wrong-type` for what is no record, `money.currencies` for an amount that is not in the currency of its
            document.
    """
    if not isinstance(record, Record):
        raise wrong_type(record, "Record", "")
    body = store().unstructure(record)
    return written({"kind": record.kind, "schema": SCHEMAS[record.kind], "body": body})


def load_record(kind: str, text: str) -> Record:
    """The record of that kind that `dump_record` wrote.

    Raises:
        SchemaError: `schema.unknown` for a kind or number that this version does not know; `schema.unreadable`, with the path to
            what is missing, unknown, or not what it should be.
    """
    is_short = isinstance(text, str) and len(text) <= _SHORT
    return _remembered(kind, text) if is_short else _loaded(kind, text)


def _loaded(kind: str, text: str) -> Record:
    if kind not in KINDS:
        raise SchemaError("schema.unknown", kind=kind, schema=0)
    try:
        document = read(text)
        check_keys(document, "document", _ENVELOPE, _ENVELOPE)
        schema = at("schema", whole_in, document["schema"])
        if document["kind"] != kind:
            raise wrong_type(document["kind"], kind, "kind")
        if schema == SCHEMAS[kind]:
            return within("body", store().structure, document["body"], KINDS[kind])
    except InvalidInput as error:
        raise _unreadable(kind, error) from None
    raise SchemaError("schema.unknown", kind=kind, schema=schema)


_remembered = lru_cache(maxsize=512)(_loaded)
"""The same text is the same record, and records never change: a company's settings, say, are read for each command."""


def dump_event(event: Event) -> str:
    """An event's fields as compact JSON; its name and schema number are kept beside it."""
    if EVENTS.get(event.name) is not type(event):
        raise wrong_type(event, "Event", "")
    return written(store().unstructure(event))


def load_event(name: str, schema: int, text: str) -> Event:
    """The event of that name that `dump_event` wrote.

    Raises:
        SchemaError: `schema.unknown`, `schema.unreadable`, as for `load_record`.
    """
    kind = EVENTS.get(name)
    if kind is None or kind.schema != schema:
        raise SchemaError("schema.unknown", kind=name, schema=schema)
    try:
        return store().structure(read(text), kind)
    except InvalidInput as error:
        raise _unreadable(name, error) from None


def _unreadable(kind: str, error: InvalidInput) -> SchemaError:
    return SchemaError("schema.unreadable", kind=kind, path=error.path, problem=error.code)
