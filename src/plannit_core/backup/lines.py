"""The lines of a backup, one JSON document each.

```
{"backup":{"format":"plannit-core","schema":1,"company":"erabliere","position":42,"epoch":1,"consumers":["mailer"],"at":"…"}}
{"record":{"kind":"company","schema":2,"body":{…}}}           by kind, then by id
{"event":{"position":1,"at":"…",…,"name":"…","schema":1,"body":{…}}}     by position
{"receipt":{"key":"click-1","digest":"…","result":"…"}}         by key
{"end":{"records":…,"events":…,"receipts":…,"sha256":"…"}}       of every byte before this line
```
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from attrs import frozen

from ..decisions import Record
from ..errors import InvalidInput, SchemaError
from ..ports import Receipt, Recorded
from ..serial import dump_record, load_event, load_record
from ..serial.converters import store
from ..serial.paths import check_keys
from ..serial.text import read, written
from ..values.actors import ActorKind
from ..values.checks import wrong_type

FORMAT, SCHEMA = "plannit-core", 1
Item = Record | Recorded | Receipt


@frozen
class Header:
    """The first line of a backup: what it is of.

    Attributes:
        format: Always `plannit-core`.
        schema: Of the lines as such; a record and an event have their own.
        company: Whose books.
        position: Of the last event in it.
        epoch: Which the company was in.
        consumers: Those that its events were handed to.
        at: The instant of the last event in it: the books are as they stood then. `None` where nothing had happened yet.
    """

    format: str
    schema: int
    company: str
    position: int
    epoch: int
    consumers: tuple[str, ...]
    at: datetime | None


@frozen
class _Told:
    """What an event's line says beside the event."""

    position: int
    at: datetime
    actor_kind: ActorKind
    actor_id: str
    command: str
    key: str | None


_TOLD = ("position", "at", "actor_kind", "actor_id", "command", "key")
_EVENT = ("name", "schema", "body")


def header_line(header: Header) -> str:
    """The first line."""
    return _line("backup", store().unstructure(header))


def header_of(line: str) -> Header:
    """What the first line says.

    Raises:
        InvalidInput: it is no first line.
        SchemaError: `schema.unknown` for a backup that only a newer version can read.
    """
    name, data = _read(line)
    if name != "backup" or not isinstance(data, dict) or data.get("format") != FORMAT:
        raise wrong_type(data, "a backup", "")
    if data.get("schema") != SCHEMA:
        raise SchemaError("schema.unknown", kind="backup", schema=data.get("schema", 0))
    return store().structure(data, Header)


def line_of(item: Item) -> str:
    """The line of a record, an event or a receipt."""
    if isinstance(item, Receipt):
        return _line("receipt", store().unstructure(item))
    if isinstance(item, Recorded):
        told = store().unstructure(_Told(*(getattr(item, name) for name in _TOLD)))
        event = item.event
        return _line("event", {**told, "name": event.name, "schema": event.schema, "body": store().unstructure(event)})
    return f'{{"record":{dump_record(item)}}}\n'


def item_of(line: str) -> Item:
    """What a line between the first and the last holds: a record, an event as `Recorded`, or a `Receipt`.

    Raises:
        InvalidInput: it is no line of a backup.
        SchemaError: what it holds cannot be read.
    """
    name, data = _read(line)
    if not isinstance(data, dict):
        raise wrong_type(data, "dict", name)
    match name:
        case "record":
            return load_record(str(data.get("kind")), written(data))
        case "event":
            return _recorded(data)
        case "receipt":
            return store().structure(data, Receipt)
        case _:
            raise wrong_type(name, "record, event or receipt", "")


class Tally:
    """Counts the lines of a backup as they go by, and digests them."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(("record", "event", "receipt"), 0)
        self._digest = sha256()

    def counted(self, line: str) -> str:
        """The line, taken into account."""
        self._digest.update(line.encode("utf-8", "surrogateescape"))
        name = line[2 : line.find('"', 2)]
        if name in self._counts:
            self._counts[name] += 1
        return line

    @property
    def end(self) -> str:
        """The last line after all those that were counted."""
        counts = {f"{name}s": count for name, count in self._counts.items()}
        return _line("end", {**counts, "sha256": self._digest.hexdigest()})


def is_end(line: str) -> bool:
    """Whether it is a last line."""
    return line.startswith('{"end":')


def _line(name: str, data: Any) -> str:
    return written({name: data}) + "\n"


def _read(line: str) -> tuple[str, Any]:
    data = read(line)
    if not isinstance(data, dict) or len(data) != 1:
        raise InvalidInput("wire.unreadable")
    [(name, inner)] = data.items()
    return name, inner


def _recorded(data: dict[str, Any]) -> Recorded:
    every = frozenset((*_TOLD, *_EVENT))
    check_keys(data, "event", every, every)
    told = store().structure({name: data[name] for name in _TOLD}, _Told)
    event = load_event(str(data["name"]), data["schema"], written(data["body"]))
    return Recorded(told.position, told.at, told.actor_kind, told.actor_id, told.command, told.key, event)
