"""Books from the lines of a backup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest

from attrs import frozen

from .. import commands as c
from ..app import Plannit, TransactionDoor
from ..clocks import SystemClock
from ..decisions import Record
from ..errors import InvalidInput, SchemaError, StorageError
from ..model.company import Company
from ..ports import Clock, Receipt, Recorded, Restoration, Storage
from .exporting import lines_between
from .lines import Header, Item, Tally, header_of, is_end, item_of, line_of

_BATCH = 500


@frozen
class Restored:
    """What was restored.

    Attributes:
        company: Whose books, as they are called now.
        position: Of the last event in the backup.
        epoch: Which the company is in from now on.
        backup: The first line of the backup.
        numbers_are_held: Whether numbers wait for `ResumeNumbers`; not where the books were empty.
    """

    company: str
    position: int
    epoch: int
    backup: Header
    numbers_are_held: bool


def parts(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The backups in a text that holds several, one after the other, as `plannit backup` writes those of all companies."""
    part: list[str] = []
    for line in lines:
        part.append(line)
        if is_end(line):
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def checked(lines: Sequence[str]) -> Header:
    r"""What a backup is of, after all of it was read: whole, unchanged, and every line readable. Nothing is stored.

    Args:
        lines: Of one backup, as `exported` gave them, or as a file gives them that was opened with `newline="\n"`; `parts` takes
            a text of several apart.

    Raises:
        InvalidInput: `backup.damaged` with the line; the last one where only the digest tells.
        SchemaError: `schema.unknown` for what only a newer version can read.
    """
    tally = Tally()
    for line in lines[:-1]:
        tally.counted(line)
    is_whole = len(lines) > 1 and lines[-1] == tally.end
    place, position = 1, 0
    try:
        header = header_of("".join(lines[:1]))
        for place, line in enumerate(lines[1:-1], start=2):
            item = item_of(line)
            position += isinstance(item, Recorded)
            if isinstance(item, Recorded) and item.position != position:
                raise _damaged(place)
    except SchemaError as error:
        if is_whole and error.code == "schema.unknown":
            raise
        raise _damaged(place) from None
    except ValueError:  # InvalidInput among them
        raise _damaged(place) from None
    if not is_whole or position != header.position:
        raise _damaged(len(lines))
    return header


def restored(
    lines: Iterable[str], storage: Storage, company: str | None = None, *, clock: Clock | None = None
) -> Restored:
    """Fill a company from a backup: all of it or nothing.

    The whole text is checked before anything is stored. Inside the one transaction the books are exported again and compared, line
    by line. Then numbers are held until `ResumeNumbers`, for some may have been given after the backup; the company is in a new
    epoch; and every consumer of events stands after the last one, so that nothing is sent again.

    Args:
        lines: Of one backup, as for `checked`.
        storage: Where to.
        company: What it is called there; as in the backup unless given.
        clock: What time it is; `SystemClock()` unless given.

    Raises:
        InvalidInput: `backup.damaged` with the line, `text.not-a-token`.
        SchemaError: `schema.unknown` for a backup of a newer version.
        StorageError: `restore.not-empty` for a company in which something was ever stored; `restore.not-equal` where the storage
            gives back something else than it was given.
    """
    text = tuple(lines)
    header = checked(text)
    door = Plannit(storage, company=header.company if company is None else company, clock=clock or SystemClock())
    epoch = header.epoch + 1
    with storage.restoring(door.company, epoch=epoch, consumers=header.consumers) as books:
        for batch in _batches(map(item_of, text[1:-1])):
            books.put(
                records=[each for each in batch if isinstance(each, Record)],
                events=[each for each in batch if isinstance(each, Recorded)],
                receipts=[each for each in batch if isinstance(each, Receipt)],
            )
        _compare(books, text)
        has_company = books.load(Company.kind, Company.ID) is not None
        if has_company:
            with TransactionDoor.over(door, books) as here:
                here.do(c.HoldNumbers())
    return Restored(door.company, header.position, epoch, header, has_company)


def _damaged(line: int) -> InvalidInput:
    return InvalidInput("backup.damaged", line=line)


def _batches(items: Iterator[Item]) -> Iterator[tuple[Item, ...]]:
    while batch := tuple(islice(items, _BATCH)):
        yield batch


def _compare(books: Restoration, text: Sequence[str]) -> None:
    """Whether the books say what the backup says. A line of an earlier form is stored in today's, and compared so."""
    for place, (line, now) in enumerate(zip_longest(text[1:-1], lines_between(books, books.events)), start=2):
        if now != line and (line is None or now != line_of(item_of(line))):
            raise StorageError("restore.not-equal", line=place)
