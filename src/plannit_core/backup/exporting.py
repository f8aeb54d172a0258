"""A company's books as the lines of a backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from ..decisions import Record
from ..errors import SchemaError
from ..ports import COLUMNS, EVERY, Receipt, Recorded, Snapshot, Storage
from .lines import FORMAT, SCHEMA, Header, Tally, header_line, line_of

_PAGE = 1_000


class Events(Protocol):
    """Gives events after a position, in order."""

    def __call__(self, *, after: int, limit: int) -> Sequence[Recorded]:
        """At most `limit` of them."""
        ...


def exported(storage: Storage, company: str) -> Iterator[str]:
    """The lines of a backup of a company, each with its line end: for `file.writelines`, or for `restored`.

    They are of one snapshot, however long it takes and whoever writes meanwhile; nobody waits for it. The same books give the same
    lines, on every storage.

    Args:
        storage: Where the books are.
        company: Whose.

    Raises:
        SchemaError: `storage.damaged` where an event is missing, or what is stored cannot be read.
    """

    def events(*, after: int, limit: int) -> Sequence[Recorded]:
        return storage.events(company, after=after, limit=limit)

    with storage.reading(company) as snapshot:
        position = snapshot.position()  # from this first read on it stands still
        last = events(after=position - 1, limit=1) if position else ()
        epoch, consumers = storage.epoch(company), tuple(storage.consumers(company))
        at = last[0].at if last else None
        tally = Tally()
        yield tally.counted(header_line(Header(FORMAT, SCHEMA, company, position, epoch, consumers, at)))
        for line in lines_between(snapshot, events):
            yield tally.counted(line)
        yield tally.end


def lines_between(snapshot: Snapshot, events: Events) -> Iterator[str]:
    """The lines between the first and the last. Raises `SchemaError`."""
    yield from map(line_of, _records(snapshot))
    yield from map(line_of, _events(events, snapshot.position()))
    yield from map(line_of, _receipts(snapshot))


def _records(snapshot: Snapshot) -> Iterator[Record]:
    for kind in COLUMNS:
        after: str | None = None
        while page := snapshot.select(kind, EVERY, "", after=after, limit=_PAGE):
            yield from page
            after = page[-1].id


def _events(events: Events, last: int) -> Iterator[Recorded]:
    for after in range(0, last, _PAGE):
        page = events(after=after, limit=min(_PAGE, last - after))
        for place in range(min(_PAGE, last - after)):
            position = after + place + 1
            if place >= len(page) or page[place].position != position:
                raise SchemaError("storage.damaged", kind="event", id=str(position))
            yield page[place]


def _receipts(snapshot: Snapshot) -> Iterator[Receipt]:
    after = ""
    while page := snapshot.receipts(after=after, limit=_PAGE):
        yield from page
        after = page[-1].key
