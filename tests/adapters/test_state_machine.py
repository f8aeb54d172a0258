"""Each storage against a plain dictionary: whatever is done in whatever order, both say the same."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, evolve, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from adapters.samples import ACME, JUNE_15, MARCH_2, MARCH_9, OTHER, added, commit, contact, drafted, invoice, job
from databases import on_postgresql
from plannit_core import Conflict
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sql import SqlStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.cursors import Cursor
from plannit_core.lifecycle import InvoiceState
from plannit_core.ports import COLUMNS, EVERY, EXTERNAL, Match, external_of, row_of

if TYPE_CHECKING:
    from plannit_core.decisions import Record
    from plannit_core.ports import Commit, Snapshot, Storage

COMPANIES = (ACME, OTHER)
TAILS = ("a", "B", "b", "A")
KINDS = ("contact", "job", "invoice")
KEYS = ("k1", "k2")
JOBS = ("job_a", "job_B")
DAYS = (date.min, MARCH_2, MARCH_9, JUNE_15, date.max)
MANY = 1_000


@define
class Books:
    """A company's books in the plainest way."""

    records: dict[tuple[str, str], Record] = field(factory=dict)
    events: list[Any] = field(factory=list)
    keys: set[str] = field(factory=set)

    def copy(self) -> Books:
        return Books(dict(self.records), list(self.events), set(self.keys))

    def after(self, commit: Commit) -> Books:
        """The books with `commit`. Raises `Conflict`."""
        books = self.copy()
        for record in commit.removes:
            books._check(record, record.version)
            del books.records[record.kind, record.id]
        for record in sorted(commit.writes, key=lambda each: each.version > 1, reverse=True):
            books._check(record, record.version - 1)
            books.records[record.kind, record.id] = record
        books.events.extend(commit.events)
        if commit.receipt is not None:
            if commit.receipt.key in self.keys:
                raise Conflict
            books.keys.add(commit.receipt.key)
        return books

    def _check(self, record: Record, expected: int) -> None:
        known = self.records.get((record.kind, record.id))
        found = known.version if known else 0
        others = [each for each in self.records.values() if each.kind == record.kind and each.id != record.id]
        is_write = record.version != expected
        if found != expected or (is_write and any(shares(record, each) for each in others)):
            raise Conflict(record.kind, record.id, expected=expected, found=found)

    def matching(self, kind: str, index: str, value: Any, after: str | None, limit: int | None) -> list[Record]:
        found = [each for each in self.records.values() if each.kind == kind and matches(each, index, value)]
        return [each for each in sorted(found, key=lambda each: each.id) if each.id > (after or "")][:limit]


def shares(one: Record, other: Record) -> bool:
    columns = COLUMNS[one.kind].values()
    values = [(each.of(one), each.of(other)) for each in columns if each.unique]
    return any(a is not None and a == b for a, b in values) or bool({*external_of(one)} & {*external_of(other)})


def matches(record: Record, index: str, value: Any) -> bool:
    if index == EVERY:
        return True
    if index == EXTERNAL:
        return value in external_of(record)
    column = COLUMNS[record.kind][index]
    own = column.of(record)
    if column.index is Match.EQUAL:
        return own == value
    return own is not None and (own <= value if column.index is Match.UP_TO else own >= value)


def told(error: Conflict) -> tuple[str, str, int, int]:
    return error.kind, error.id, error.expected, error.found


NUMBERS = st.sampled_from([None, None, "1", "2"])
EXTERNALS = st.dictionaries(st.sampled_from(["erp", "crm"]), st.sampled_from(["1", "2"]), max_size=2)
CONTACTS = st.builds(contact, st.sampled_from(TAILS), external=EXTERNALS)
JOB_RECORDS = st.builds(
    job, st.sampled_from(TAILS), number=NUMBERS, status=st.sampled_from(["New", "Won"]), external=EXTERNALS
)
INVOICES = st.builds(
    invoice,
    st.sampled_from(TAILS),
    job_id=st.sampled_from(JOBS),
    state=st.sampled_from(InvoiceState),
    quote_id=st.sampled_from([None, "quo_1"]),
    part=st.sampled_from([1, 2]),
    number=NUMBERS,
    send_on=st.sampled_from([None, MARCH_2, JUNE_15]),
    issued_on=st.sampled_from([None, MARCH_2]),
    voided_on=st.sampled_from([None, MARCH_9]),
    external=EXTERNALS,
)
EVENTS = st.one_of(CONTACTS.map(added), INVOICES.map(drafted))
QUESTIONS = [(kind, EVERY) for kind in KINDS] + [(kind, EXTERNAL) for kind in KINDS]
QUESTIONS += [(kind, name) for kind in KINDS for name, column in COLUMNS[kind].items() if column.index is not None]


class StorageMachine(RuleBasedStateMachine):
    """One thread that reads, writes, keeps readers open, and swallows errors."""

    kind = ""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.storage = self.opened()
        self.stack.callback(self.storage.close)
        self.books = {company: Books() for company in COMPANIES}
        self.cursors: dict[tuple[str, str], Cursor] = {}
        self.readers: list[tuple[Any, Snapshot, Books]] = []
        self.writer: Any = None

    def opened(self) -> Storage:
        folder = self.stack.enter_context(TemporaryDirectory(prefix="plannit-machine-"))
        file = Path(folder) / "books.db"
        match self.kind:
            case "memory":
                return MemoryStorage()
            case "sqlite":
                return SqliteStorage(file, synchronous="NORMAL")
            case "sql-postgresql":
                return self.stack.enter_context(on_postgresql())
            case _:
                return SqlStorage(f"sqlite:///{file}", connections=60)  # as many readers may stay open

    def teardown(self) -> None:
        for context, _, _ in self.readers:
            context.__exit__(None, None, None)
        if self.writer is not None:
            self.roll_back()
        self.stack.close()

    # ------------------------------------------------------------------------------------------------------------ writing

    @precondition(lambda self: self.writer is None)
    @rule(company=st.sampled_from(COMPANIES))
    def begin(self, company: str) -> None:
        self.writer = self.storage.writing(company)
        self.txn = self.writer.__enter__()
        self.company, self.pending = company, self.books[company].copy()
        self.failure: Conflict | None = None

    @precondition(lambda self: self.writer is not None and self.failure is None)
    @rule(
        records=st.lists(st.one_of(CONTACTS, JOB_RECORDS, INVOICES), max_size=3, unique_by=lambda each: each.id),
        removes=st.lists(st.sampled_from([(kind, tail) for kind in KINDS for tail in TAILS]), max_size=1),
        events=st.lists(EVENTS, max_size=2),
        key=st.sampled_from([None, None, None, *KEYS]),
        error=st.sampled_from([0, 0, 0, 0, 0, 0, 0, 1, -1]),
    )
    def write(self, records: Any, removes: Any, events: Any, key: str | None, error: int) -> None:
        known = self.pending.records
        versions = {id: each.version for (_, id), each in known.items()}
        writes = [evolve(each, version=versions.get(each.id, 0) + 1) for each in records]
        if writes and error:
            writes[-1] = evolve(writes[-1], version=max(writes[-1].version + error, 1))
        gone = [
            each
            for (kind, id), each in known.items()
            if (kind, id[4:]) in removes and id not in {r.id for r in records}
        ]
        made = commit(*writes, removes=tuple(gone), events=tuple(events), key=key)
        try:
            after = self.pending.after(made)
        except Conflict as expected:
            with pytest.raises(Conflict) as caught:
                self.txn.write(made)
            assert told(caught.value) == told(expected)
            self.failure = caught.value
        else:
            self.txn.write(made)
            self.pending = after

    @precondition(lambda self: self.writer is not None and self.failure is not None)
    @rule()
    def use_what_failed(self) -> None:
        with pytest.raises(Conflict) as again:
            self.txn.load("job", "job_a")
        assert again.value is self.failure

    @precondition(lambda self: self.writer is not None)
    @rule()
    def end(self) -> None:
        writer, self.writer = self.writer, None
        if self.failure is None:
            writer.__exit__(None, None, None)
            self.books[self.company] = self.pending
        else:
            with pytest.raises(Conflict) as left:
                writer.__exit__(None, None, None)
            assert left.value is self.failure

    @precondition(lambda self: self.writer is not None)
    @rule()
    def roll_back(self) -> None:
        writer, self.writer = self.writer, None
        error = ZeroDivisionError()
        assert not writer.__exit__(type(error), error, None)

    # ------------------------------------------------------------------------------------------------------------ reading

    @rule(company=st.sampled_from(COMPANIES))
    def open_reader(self, company: str) -> None:
        context = self.storage.reading(company)
        self.readers.append((context, context.__enter__(), self.books[company].copy()))

    @precondition(lambda self: self.readers)
    @rule(data=st.data())
    def close_reader(self, data: st.DataObject) -> None:
        context, snapshot, books = self.readers.pop(data.draw(st.integers(0, len(self.readers) - 1)))
        compare(snapshot, books)
        context.__exit__(None, None, None)

    @rule(
        question=st.sampled_from(QUESTIONS),
        text=st.sampled_from([None, *JOBS, "con_1", "New", "1", "2", "J-a", "draft", "issued", "quo_1", "quo_1/1"]),
        external=st.sampled_from(["erp:1", "erp:2", "crm:1"]),
        day=st.sampled_from(DAYS),
        after=st.sampled_from([None, "inv_B", "job_B", "con_a", "zzz"]),
        limit=st.sampled_from([None, 0, 1, 2]),
    )
    def ask(self, question: Any, text: Any, external: str, day: date, after: str | None, limit: int | None) -> None:
        kind, index = question
        column = COLUMNS[kind].get(index)
        value = {EVERY: "", EXTERNAL: external}.get(index, day if column and column.type is date else text)
        for snapshot, books in self.views():
            expected = books.matching(kind, index, value, after, limit)
            assert list(snapshot.select(kind, index, value, after=after, limit=limit)) == expected
            assert list(snapshot.figures(kind, index, value, after=after, limit=limit)) == [*map(row_of, expected)]

    def views(self) -> list[tuple[Snapshot, Books]]:
        writer = [(self.txn, self.pending)] if self.writer is not None and self.failure is None else []
        return [(snapshot, books) for _, snapshot, books in self.readers] + writer

    # ------------------------------------------------------------------------------------------------------------ outside

    @precondition(lambda self: self.writer is None)
    @rule(
        company=st.sampled_from(COMPANIES), consumer=st.sampled_from(["mailer", "export"]), position=st.integers(0, 5)
    )
    def move_cursor(self, company: str, consumer: str, position: int) -> None:
        known = self.cursors.get((company, consumer), Cursor(0, 0))
        moved = evolve(known, position=position, version=known.version + 1)
        self.storage.keep_cursor(company, consumer, moved)
        self.cursors[company, consumer] = moved

    @rule(day=st.sampled_from(DAYS))
    def list_companies(self, day: date) -> None:
        for company, books in self.books.items():
            is_due = bool(books.matching("invoice", "leaves_on", day, None, None))
            is_behind = self.cursors.get((company, "mailer"), Cursor(0)).position < len(books.events)
            assert (company in self.storage.companies(due_on=day)) == is_due
            assert (company in self.storage.companies(behind="mailer")) == is_behind
            assert (company in self.storage.companies(due_on=day, behind="mailer")) == (is_due and is_behind)

    @invariant()
    def everybody_sees_what_was_committed(self) -> None:
        for company, books in self.books.items():
            assert self.storage.position(company) == len(books.events)
            recorded = self.storage.events(company, limit=MANY)
            assert [(each.position, each.event) for each in recorded] == list(enumerate(books.events, start=1))
            for consumer in ("mailer", "export"):
                assert self.storage.cursor(company, consumer) == self.cursors.get((company, consumer))

    @invariant()
    def every_transaction_sees_its_own(self) -> None:
        for snapshot, books in self.views():
            compare(snapshot, books)


def compare(snapshot: Snapshot, books: Books) -> None:
    """Records one by one, timelines and receipts."""
    for kind, prefix in (("contact", "con"), ("job", "job"), ("invoice", "inv")):
        for tail in TAILS:
            id = f"{prefix}_{tail}"
            assert snapshot.load(kind, id) == books.records.get((kind, id))
    for job_id in JOBS:
        expected = [place for place, each in enumerate(books.events, start=1) if each.timeline == job_id]
        assert [each.position for each in snapshot.timeline(job_id, limit=MANY)] == expected
    assert {key for key in KEYS if snapshot.receipt(key) is not None} == books.keys


@pytest.mark.parametrize("storage_kind", ["memory", "sqlite", "sql-postgresql", "sql-sqlite"])
def test_a_storage_says_what_a_dictionary_says(storage_kind: str) -> None:
    machine = type("Machine", (StorageMachine,), {"kind": storage_kind})
    run_state_machine_as_test(machine, settings=settings(stateful_step_count=40))
