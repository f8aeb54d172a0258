"""A storage against a plain dictionary: whatever is done in whatever order, both say the same."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import count
from typing import Any, ClassVar, cast

import pytest
from attrs import define, evolve, field
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ..cursors import Cursor
from ..decisions import Record
from ..errors import Conflict
from ..lifecycle import InvoiceState
from ..model.contact import Contact
from ..ports import COLUMNS, EVERY, EXTERNAL, Commit, Match, Snapshot, Storage, external_of, row_of
from .base import Opener
from .samples import JUNE_15, MARCH_2, MARCH_9, added, commit, contact, drafted, invoice, job

COMPANIES = ("acme", "other")
TAILS = ("a", "B", "b", "A")
KINDS = ("contact", "job", "invoice")
KEYS = ("k1", "k2")
JOBS = ("job_a", "job_B")
CONSUMERS = ("mailer", "export")
READERS = 5  # open at once: a storage may have few connections
DAYS = (date.min, MARCH_2, MARCH_9, JUNE_15, date.max)
MANY = 1_000
STEPS = 40


@define
class Books:
    """A company's books in the plainest way."""

    records: dict[tuple[str, str], Record] = field(factory=dict)
    events: list[Any] = field(factory=list)
    keys: set[str] = field(factory=set)

    def copy(self) -> Books:
        """The books as they stand now."""
        return Books(dict(self.records), list(self.events), set(self.keys))

    def after(self, commit: Commit) -> Books:
        """The books with `commit`. Raises `Conflict`."""
        books = self.copy()
        for record in commit.removes:
            books.check(record, record.version)
            del books.records[record.kind, record.id]
        for record in sorted(commit.writes, key=lambda each: each.version > 1, reverse=True):
            books.check(record, record.version - 1)
            books.records[record.kind, record.id] = record
        books.events.extend(commit.events)
        if commit.receipt is not None:
            if commit.receipt.key in self.keys:
                raise Conflict
            books.keys.add(commit.receipt.key)
        return books

    def check(self, record: Record, expected: int) -> None:
        """Raises `Conflict` for a record that may not be stored."""
        known = self.records.get((record.kind, record.id))
        found = known.version if known else 0
        others = [each for each in self.records.values() if each.kind == record.kind and each.id != record.id]
        is_write = record.version != expected
        if found != expected or (is_write and any(shares(record, each) for each in others)):
            raise Conflict(record.kind, record.id, expected=expected, found=found)

    def matching(self, kind: str, index: str, value: Any, after: str | None, limit: int | None) -> list[Record]:
        """What `select` gives."""
        found = [each for each in self.records.values() if each.kind == kind and matches(each, index, value)]
        return [each for each in sorted(found, key=lambda each: each.id) if each.id > (after or "")][:limit]

    def shared(self) -> list[tuple[str, str, Any]]:
        """The questions that more than one record answers: kind, index, value."""
        asked: Counter[tuple[str, str, Any]] = Counter((each.kind, EVERY, "") for each in self.records.values())
        for each in self.records.values():
            columns = COLUMNS[each.kind].items()
            asked.update((each.kind, name, of.of(each)) for name, of in columns if of.index is Match.EQUAL)
        return sorted((question for question, number in asked.items() if number > 1), key=repr)


def shares(one: Record, other: Record) -> bool:
    """Whether two records of a kind share what is unique."""
    columns = COLUMNS[one.kind].values()
    values = [(each.of(one), each.of(other)) for each in columns if each.unique]
    return any(a is not None and a == b for a, b in values) or bool({*external_of(one)} & {*external_of(other)})


def matches(record: Record, index: str, value: Any) -> bool:
    """Whether a record is found by a value of an index."""
    if index == EVERY:
        return True
    if index == EXTERNAL:
        return value in external_of(record)
    column = COLUMNS[record.kind][index]
    own: Any = column.of(record)
    if column.index is Match.EQUAL:
        return bool(own == value)
    return own is not None and bool(own <= value if column.index is Match.UP_TO else own >= value)


NUMBERS = st.sampled_from([None, None, "1", "2"])
EXTERNALS = st.dictionaries(st.sampled_from(["erp", "crm"]), st.sampled_from(["1", "2"]), max_size=2)
CONTACTS: st.SearchStrategy[Contact] = st.builds(contact, st.sampled_from(TAILS), external=EXTERNALS)
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
RECORDS: st.SearchStrategy[Record] = st.one_of(CONTACTS, JOB_RECORDS, INVOICES)
EVENTS = st.one_of(CONTACTS.map(added), INVOICES.map(drafted))
QUESTIONS = [(kind, EVERY) for kind in KINDS] + [(kind, EXTERNAL) for kind in KINDS]
QUESTIONS += [(kind, name) for kind in KINDS for name, column in COLUMNS[kind].items() if column.index is not None]


class StorageMachine(RuleBasedStateMachine):
    """One thread that reads, writes, keeps readers open, and swallows errors. Each run has companies of its own."""

    storage: ClassVar[Storage]
    runs: ClassVar[count[int]]

    def __init__(self) -> None:
        super().__init__()
        self.run = next(self.runs)
        self.books = {self.named(company): Books() for company in COMPANIES}
        self.cursors: dict[tuple[str, str], Cursor] = {}
        self.readers: list[tuple[Any, Snapshot, Books]] = []
        self.writer: Any = None
        self.failure: Conflict | None = None

    def named(self, company: str) -> str:
        """A company of this run."""
        return f"{company}-{self.run}"

    def teardown(self) -> None:
        """End what is open."""
        for context, _, _ in self.readers:
            context.__exit__(None, None, None)
        if self.writer is not None:
            self.roll_back()

    # ---------------------------------------------------------------------------------------------------------- writing

    @initialize(records=st.lists(RECORDS, max_size=9, unique_by=lambda each: each.id), other=st.integers(0, 9))
    def fill(self, records: list[Record], other: int) -> None:
        """There is something already; in the other company less of it."""
        for company, there in zip(self.books, (records, records[:other]), strict=True):
            for made in map(commit, there):
                try:
                    self.books[company] = self.books[company].after(made)
                except Conflict:  # it shares what is unique with one before
                    continue
                with self.storage.writing(company) as txn:
                    txn.write(made)

    @precondition(lambda self: self.writer is None)
    @rule(company=st.sampled_from(COMPANIES))
    def begin(self, company: str) -> None:
        """A writing transaction begins."""
        self.company = self.named(company)
        self.writer = self.storage.writing(self.company)
        self.txn = self.writer.__enter__()
        self.pending = self.books[self.company].copy()
        self.failure = None

    @precondition(lambda self: self.writer is not None and self.failure is None)
    @rule(
        records=st.lists(RECORDS, max_size=3, unique_by=lambda each: each.id),
        removes=st.lists(st.sampled_from([(kind, tail) for kind in KINDS for tail in TAILS]), max_size=1),
        events=st.lists(EVENTS, max_size=2),
        key=st.sampled_from([None, None, None, *KEYS]),
        error=st.sampled_from([0, 0, 0, 0, 0, 0, 0, 1, -1]),
    )
    def write(self, records: Any, removes: Any, events: Any, key: str | None, error: int) -> None:
        """It writes something, now and then with a wrong version."""
        known = self.pending.records
        versions = {id: each.version for (_, id), each in known.items()}
        writes = [evolve(each, version=versions.get(each.id, 0) + 1) for each in records]
        if writes and error:
            writes[-1] = evolve(writes[-1], version=max(writes[-1].version + error, 1))
        written = {each.id for each in records}
        gone = [each for (kind, id), each in known.items() if (kind, id[4:]) in removes and id not in written]
        made = commit(*writes, removes=tuple(gone), events=tuple(events), key=key)
        try:
            after = self.pending.after(made)
        except Conflict as expected:
            with pytest.raises(Conflict) as caught:
                self.txn.write(made)
            told = [(each.kind, each.id, each.expected, each.found) for each in (caught.value, expected)]
            assert told[0] == told[1]  # that it is raised is asserted above
            self.failure = caught.value
        else:
            self.txn.write(made)
            self.pending = after

    @precondition(lambda self: self.writer is not None and self.failure is not None)
    @rule()
    def use_what_failed(self) -> None:
        """A transaction that failed is asked for something."""
        with pytest.raises(Conflict) as again:
            self.txn.load("job", "job_a")
        assert again.value is self.failure

    @precondition(lambda self: self.writer is not None)
    @rule()
    def end(self) -> None:
        """The transaction ends."""
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
        """Something else goes wrong in its block."""
        writer, self.writer = self.writer, None
        error = ZeroDivisionError()
        assert not writer.__exit__(type(error), error, None)

    # ---------------------------------------------------------------------------------------------------------- reading

    @precondition(lambda self: len(self.readers) < READERS)
    @rule(company=st.sampled_from(COMPANIES))
    def open_reader(self, company: str) -> None:
        """Somebody begins to read, and goes on for a while."""
        context = self.storage.reading(self.named(company))
        snapshot = context.__enter__()
        self.readers.append((context, snapshot, self.books[self.named(company)].copy()))
        assert snapshot.load("job", "job_a") == self.books[self.named(company)].records.get(("job", "job_a"))

    @precondition(lambda self: self.readers)
    @rule(data=st.data())
    def close_reader(self, data: st.DataObject) -> None:
        """A reader ends."""
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
        """Everybody who has a transaction open asks the same."""
        kind, index = question
        column = COLUMNS[kind].get(index)
        value = {EVERY: "", EXTERNAL: external}.get(index, day if column and column.type is date else text)
        for snapshot, books in self.views():
            answer(snapshot, books, (kind, index, value), after, limit)

    @precondition(lambda self: any(books.shared() for books in self.books.values()))
    @rule(data=st.data(), limit=st.sampled_from([None, 1, 2]))
    def ask_for_several(self, data: st.DataObject, limit: int | None) -> None:
        """Somebody asks for what more than one record answers, from the beginning or after one of them."""
        company = data.draw(st.sampled_from([each for each, books in self.books.items() if books.shared()]))
        kind, index, value = data.draw(st.sampled_from(self.books[company].shared()))
        known = [each.id for each in self.books[company].matching(kind, index, value, None, None)]
        after = data.draw(st.sampled_from([None, *known]))
        with self.storage.reading(company) as snapshot:
            answer(snapshot, self.books[company], (kind, index, value), after, limit)

    def views(self) -> list[tuple[Snapshot, Books]]:
        """Whoever has a transaction open, and what it should see."""
        writer = [(self.txn, self.pending)] if self.writer is not None and self.failure is None else []
        return [(snapshot, books) for _, snapshot, books in self.readers] + writer

    # ---------------------------------------------------------------------------------------------------------- outside

    @precondition(lambda self: self.writer is None)
    @rule(company=st.sampled_from(COMPANIES), consumer=st.sampled_from(CONSUMERS), position=st.integers(0, 5))
    def move_cursor(self, company: str, consumer: str, position: int) -> None:
        """A consumer has come so far."""
        whose = (self.named(company), consumer)
        known = self.cursors.get(whose, Cursor(0, 0))
        moved = evolve(known, position=position, version=known.version + 1)
        self.storage.keep_cursor(*whose, moved)
        self.cursors[whose] = moved

    @rule(day=st.sampled_from(DAYS))
    def list_companies(self, day: date) -> None:
        """A worker asks where there is work."""
        for company, books in self.books.items():
            is_due = bool(books.matching("invoice", "leaves_on", day, None, None))
            is_behind = self.cursors.get((company, "mailer"), Cursor(0)).position < len(books.events)
            assert (company in self.storage.companies(due_on=day)) == is_due
            assert (company in self.storage.companies(behind="mailer")) == is_behind
            assert (company in self.storage.companies(due_on=day, behind="mailer")) == (is_due and is_behind)

    @invariant()
    def everybody_sees_what_was_committed(self) -> None:
        """Outside of transactions, too."""
        for company, books in self.books.items():
            assert self.storage.position(company) == len(books.events)
            recorded = self.storage.events(company, limit=MANY)
            assert [(each.position, each.event) for each in recorded] == list(enumerate(books.events, start=1))
            for consumer in CONSUMERS:
                assert self.storage.cursor(company, consumer) == self.cursors.get((company, consumer))

    @invariant()
    def every_transaction_sees_its_own(self) -> None:
        """Readers what was there when they began, the writer what it wrote."""
        for snapshot, books in self.views():
            compare(snapshot, books)


def answer(
    snapshot: Snapshot, books: Books, question: tuple[str, str, Any], after: str | None, limit: int | None
) -> None:
    """A question is answered as the books answer it, with records and with rows."""
    expected = books.matching(*question, after, limit)
    assert list(snapshot.select(*question, after=after, limit=limit)) == expected
    rows = snapshot.figures(*question, after=after, limit=limit)
    assert [dict(row) for row in rows] == [*map(row_of, expected)]


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


def run_machine(opener: Opener) -> None:
    """As many runs as the current profile of Hypothesis says; the same ones each time when the opener has a seed."""
    run_stateful(opener, StorageMachine, steps=STEPS)


def run_stateful(opener: Opener, kind: type[RuleBasedStateMachine], *, steps: int, share: int = 1) -> None:
    """Run a machine on a storage, one time for every `share` runs that the current profile of Hypothesis says."""
    machine: Any = type("Machine", (kind,), {"storage": opener(), "runs": count(1)})
    health = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    runs = max(settings().max_examples // share, 1)
    phases = [each for each in settings().phases if each is not Phase.explain]  # it would explain our own lines
    chosen = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=health, phases=phases
    )
    if opener.seed is not None:
        machine = seed(opener.seed)(machine)
        chosen = settings(chosen, derandomize=False, database=None)
    run_state_machine_as_test(cast(Any, machine), settings=chosen)
