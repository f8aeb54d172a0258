"""One company on two storages: everything is asked of both, has to be foreseen, and has to come out the same."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from attrs import astuple, frozen

from plannit_core import Actor, FixedClock, Plannit, PlannitError, serial
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.ports import COLUMNS, EVERY, row_of
from plannit_core.values.ids import Id
from support import the_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from plannit_core import commands as c
    from plannit_core.decisions import Record
    from plannit_core.door import Door
    from plannit_core.model.company import CompanySettings
    from plannit_core.ports import IdT, Recorded, Storage

COMPANY = "erabliere"
MARIE = Actor.user("u17", name="Marie")
ALL = 1_000_000


class Counted:
    """Ids that are the same each time, and in no order: nothing may lean on their being sorted by age."""

    def __init__(self) -> None:
        self.count = 0

    def new(self, kind: type[IdT], at: datetime) -> IdT:
        self.count += 1
        return kind(f"{kind.prefix}_{self.count * 2_654_435_761 % 2**32:08x}")


@frozen
class Found:
    """What a command came to, or would come to."""

    error: tuple[Any, ...] | None = None
    result: Any = None
    events: tuple[Any, ...] = ()
    writes: tuple[Record, ...] = ()
    removes: tuple[Record, ...] = ()

    @property
    def codes(self) -> list[str]:
        """Of a refusal, every reason's code; of another error its own."""
        if self.error is None:
            return []
        return [each.code for each in self.error[3]] if self.error[3] else [self.error[1]]


@frozen
class Change:
    """What happened since one looked last: records as they were and as they are (`None`: not there), and the events."""

    records: tuple[tuple[Record | None, Record | None], ...]
    events: tuple[Recorded, ...]


class Side:
    """The company on one storage."""

    def __init__(self, storage: Storage, clock: FixedClock) -> None:
        self.storage = storage
        self.ids = Counted()
        self.door: Door = Plannit(storage, company=COMPANY, clock=clock, ids=self.ids, actor=MARIE)

    def foreseen(self, command: c.Command[Any], actor: Actor) -> Found:
        """What `preview` says. Looking at it uses up no id."""
        count = self.ids.count
        try:
            plan = self.door.acting_as(actor).preview(command)
        except PlannitError as error:
            return Found(the_error(error))
        finally:
            self.ids.count = count
        return Found(None, plan.result, plan.events, plan.writes, plan.removes)

    def done(self, ask: Callable[[Door], Any], actor: Actor) -> Found:
        """What `ask` gives, or the error it raises; the ids of what failed are not used up."""
        count = self.ids.count
        try:
            return Found(None, ask(self.door.acting_as(actor)))
        except PlannitError as error:
            self.ids.count = count
            return Found(the_error(error))

    def records(self) -> dict[str, Record]:
        """Every record."""
        with self.storage.reading(COMPANY) as snapshot:
            return {each.id: each for kind in COLUMNS for each in snapshot.select(kind, EVERY, "")}

    def rows(self, kinds: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """The native columns of every record of some kinds."""
        with self.storage.reading(COMPANY) as snapshot:
            return {row["id"]: dict(row) for kind in kinds for row in snapshot.figures(kind, EVERY, "")}

    def found(self, ids: Iterable[str]) -> dict[str, Record | None]:
        """These records, `None` where there is none."""
        with self.storage.reading(COMPANY) as snapshot:
            return {id: snapshot.load(id.kind, id) for id in ids}

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is done in the block is one commit."""
        outer = self.door
        try:
            with outer.transaction() as self.door:
                yield
        finally:
            self.door = outer


MORE: tuple[Callable[[], AbstractContextManager[Storage]], ...] = ()
"""Other storages that an office is kept in as well."""


class Office:
    """The company on both sides (and on `MORE`), and the books as they should stand, kept beside them."""

    def __init__(self, at: str, settings: CompanySettings) -> None:
        self._stack = ExitStack()
        self.clock = FixedClock(at)
        folder = self._stack.enter_context(TemporaryDirectory(prefix="plannit-company-"))
        file = Path(folder) / "books.db"
        self.memory = Side(MemoryStorage(), self.clock)
        self.sqlite = Side(SqliteStorage(file, synchronous="NORMAL"), self.clock)
        self.sides = (
            self.memory,
            self.sqlite,
            *(Side(self._stack.enter_context(opened()), self.clock) for opened in MORE),
        )
        for side in self.sides:
            self._stack.callback(side.storage.close)
        self._watch = sqlite3.connect(file, isolation_level=None)
        self._stack.callback(self._watch.close)
        self.settings = settings
        self.books: dict[str, Record] = {}
        self.events: list[Recorded] = []
        self._refused: set[str] = set()
        self._rows: dict[str, tuple[Record, Mapping[str, Any]]] = {}
        self._seal = self._commits()

    def close(self) -> None:
        self._stack.close()

    @property
    def today(self) -> date:
        """The day it is in the company's place."""
        return self.clock.now().astimezone(self.settings.zone).date()

    def of(self, kind: str) -> list[Any]:
        """The records of a kind, the oldest first."""
        return [each for each in self.books.values() if each.kind == kind]

    def both(self, ask: Callable[[Side], Any]) -> Any:
        """What both sides answer, which is the same."""
        one, *others = map(ask, self.sides)
        for other in others:
            assert one == other, ("the storages disagree", one, other)
        return one

    # --------------------------------------------------------------------------------------------------------- asking

    def do(
        self,
        command: c.Command[Any],
        *,
        actor: Actor = MARIE,
        key: str | None = None,
        expecting: Sequence[Record] = (),
    ) -> tuple[Found, Change]:
        """Do a command that nothing but the business speaks against: it comes to what `preview` said, and to nothing else."""
        plan = self.both(lambda side: side.foreseen(command, actor))
        found = self.both(lambda side: side.done(lambda door: door.do(command, key=key, expecting=expecting), actor))
        assert (found.error, found.result) == (plan.error, plan.result)
        if plan.error is not None:
            self.check_unchanged(key)
            return plan, Change((), ())
        self._refused.discard(key or "")  # it may have been tried before; a refused command is judged anew
        change = self._taken_in([each.id for each in (*plan.writes, *plan.removes)])
        after = {each.id: each for _, each in change.records if each is not None}
        assert after == {each.id: each for each in plan.writes}
        assert len(after) == len(plan.writes), "each record stands once in a decision"
        assert [before for before, now in change.records if now is None] == list(plan.removes)
        assert [each.event for each in change.events] == list(plan.events)
        for each in change.events:
            assert (each.at, each.actor_kind, each.actor_id) == (self.clock.now(), actor.kind, actor.id)
            assert (each.command, each.key) == (type(command).__name__, key)
        return plan, change

    def ask(self, ask: Callable[[Door], Any], *, actor: Actor = MARIE) -> Found:
        """What both sides answer to a question, or to a command that must not change anything."""
        found: Found = self.both(lambda side: side.done(ask, actor))
        self.check_unchanged()
        return found

    def catch_up(self, act: Callable[[Side], Any]) -> tuple[Any, Change]:
        """Let `act` do any number of commits; what changed is found through the events."""
        found = self.both(act)
        new = self.memory.storage.events(COMPANY, after=len(self.events), limit=ALL)
        named = {value for each in new for value in astuple(each.event, recurse=False) if isinstance(value, Id)}
        named |= {each.id for each in self.memory.records().values() if each.kind == "series"}
        return found, self._taken_in(sorted(each for each in named if each.kind in COLUMNS))

    # -------------------------------------------------------------------------------------------------------- looking

    def check_unchanged(self, key: str | None = None) -> None:
        """Not a record, an event or a receipt is different on either side."""
        assert self._commits() == self._seal, "something was written to the file"
        self._check_memory()
        assert self.both(lambda side: side.storage.position(COMPANY)) == len(self.events)
        if key is not None:
            self._refused.add(key)
            assert self.both(lambda side: self.receipt(side, key)) is None

    @staticmethod
    def receipt(side: Side, key: str) -> Any:
        with side.storage.reading(COMPANY) as snapshot:
            return snapshot.receipt(key)

    def check_columns(self, kinds: Iterable[str]) -> None:
        """The native columns are those of the records."""
        wanted = {}
        for id, record in self.books.items():
            if record.kind in kinds:
                known = self._rows.get(id)
                if known is None or known[0] is not record:
                    self._rows[id] = known = (record, row_of(record))
                wanted[id] = known[1]
        assert self.both(lambda side: side.rows(kinds)) == wanted

    def check_everything(self) -> None:
        """Both sides hold these books and these events, and nothing else."""
        assert self.both(lambda side: side.records()) == self.books
        assert list(self.both(lambda side: side.storage.events(COMPANY, limit=ALL))) == self.events
        assert [each.position for each in self.events] == list(range(1, len(self.events) + 1))
        self.check_columns(tuple(COLUMNS))
        for key in sorted({each.key for each in self.events} - {None}):
            assert self.both(lambda side, key=key: self.receipt(side, key)) is not None
        for key in sorted(self._refused):
            assert self.both(lambda side, key=key: self.receipt(side, key)) is None, "a refused command keeps nothing"

    def _check_memory(self) -> None:
        found = self.memory.records()
        assert len(found) == len(self.books)
        assert all(found.get(id) is each for id, each in self.books.items())

    def _commits(self) -> int:
        """A number that changes with each commit to the file."""
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def _taken_in(self, ids: Sequence[str]) -> Change:
        """The books brought up to date with these records; nothing else may have changed."""
        new = self.both(lambda side: tuple(side.storage.events(COMPANY, after=len(self.events), limit=ALL)))
        assert [each.position for each in new] == [len(self.events) + place for place in range(1, len(new) + 1)]
        self.events += new
        self.both(lambda side: side.found(ids))
        changes = []
        for id, record in self.memory.found(ids).items():
            known = self.books.get(id)
            if record is known:
                continue
            changes.append((known, record))
            if record is None:
                del self.books[id]
                continue
            self.books[id] = record
            text = serial.dump_record(record)
            assert serial.load_record(record.kind, text) == record
        if any(now is not None and now.kind == "company" for _, now in changes):
            self.settings = self.books["com_settings"].settings
        self._seal = self._commits()
        self._check_memory()
        return Change(tuple(changes), new)
