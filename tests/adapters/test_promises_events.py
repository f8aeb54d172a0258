"""Promises 7 and 8 of a storage: events and receipts; cursors and the list of companies besides."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from adapters.samples import (
    ACME,
    AT,
    JUNE_15,
    MARCH_2,
    MARCH_9,
    OTHER,
    added,
    commit,
    contact,
    discarded,
    drafted,
    found,
    invoice,
    store,
)
from plannit_core import Conflict, StorageError
from plannit_core.cursors import Cursor, Failure
from plannit_core.ports import Receipt, Recorded
from plannit_core.values.actors import ActorKind

if TYPE_CHECKING:
    from plannit_core.ports import Storage

ON_JOB_1, ON_JOB_2 = drafted(invoice("1")), drafted(invoice("2", job_id="job_2"))


def positions(storage: Storage, company: str = ACME, **more: int) -> list[int]:
    return [each.position for each in storage.events(company, **more)]


class TestPromise7EventPositionsAreCounted:
    def test_positions_are_1_2_3_in_each_company(self, storage: Storage) -> None:
        store(storage, events=(added(contact()), ON_JOB_1))
        store(storage, events=(ON_JOB_2,), company=OTHER)
        store(storage, contact())
        store(storage, events=(ON_JOB_2,))
        assert positions(storage) == [1, 2, 3]
        assert positions(storage, OTHER) == [1]
        assert [each.event for each in storage.events(ACME)] == [added(contact()), ON_JOB_1, ON_JOB_2]
        assert (storage.position(ACME), storage.position(OTHER), storage.position("nobody")) == (3, 1, 0)

    def test_a_rollback_leaves_no_gap(self, storage: Storage) -> None:
        store(storage, events=(ON_JOB_1,))
        with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
            txn.write(commit(events=(ON_JOB_1, ON_JOB_2)))
            raise ZeroDivisionError
        with pytest.raises(Conflict):
            store(storage, contact(version=7), events=(ON_JOB_2,))
        store(storage, events=(ON_JOB_2,))
        assert positions(storage) == [1, 2]
        with storage.reading(ACME) as snapshot:
            assert [each.position for each in snapshot.timeline("job_1")] == [1]
            assert [each.position for each in snapshot.timeline("job_2")] == [2]

    def test_several_writes_of_a_transaction_go_on_counting(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            txn.write(commit(events=(ON_JOB_1,)))
            txn.write(commit(contact()))
            txn.write(commit(events=(ON_JOB_2, ON_JOB_1)))
            assert [each.position for each in txn.timeline("job_1")] == [1, 3]
        assert positions(storage) == [1, 2, 3]

    def test_events_come_back_as_they_were(self, storage: Storage) -> None:
        in_quebec = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=-5)))
        store(storage, events=(ON_JOB_1,), key="click-1")
        store(storage, events=(added(contact()),), at=in_quebec)
        first, second = storage.events(ACME)
        assert first == Recorded(1, AT, ActorKind.USER, "u17", "DraftInvoice", "click-1", ON_JOB_1)
        assert second == Recorded(2, in_quebec, ActorKind.USER, "u17", "DraftInvoice", None, added(contact()))
        assert first.at.tzinfo is UTC
        assert type(first.actor_kind) is ActorKind

    def test_pages_begin_after_a_position_and_end_at_the_limit(self, storage: Storage) -> None:
        store(storage, events=(ON_JOB_1, ON_JOB_2) * 75)
        assert positions(storage) == list(range(1, 101))
        assert positions(storage, after=100) == list(range(101, 151))
        assert positions(storage, after=1, limit=2) == [2, 3]
        assert positions(storage, after=150) == positions(storage, limit=0) == []

    def test_the_timeline_of_a_job_holds_its_events_in_order(self, storage: Storage) -> None:
        store(storage, events=(ON_JOB_1, added(contact()), ON_JOB_2, discarded(invoice("1"))))
        store(storage, events=(ON_JOB_1,) * 100)
        with storage.reading(ACME) as snapshot:
            assert [each.position for each in snapshot.timeline("job_1", limit=3)] == [1, 4, 5]
            assert [each.position for each in snapshot.timeline("job_1", after=1, limit=2)] == [4, 5]
            assert len(snapshot.timeline("job_1")) == 100
            assert [each.position for each in snapshot.timeline("job_1", limit=2, newest=True)] == [103, 104]
            assert [each.position for each in snapshot.timeline("job_1", after=103, newest=True)] == [104]
            assert snapshot.timeline("job_1", limit=0, newest=True) == []
            assert [each.event for each in snapshot.timeline("job_2")] == [ON_JOB_2]
            assert snapshot.timeline("job_3") == []


class TestPromise8AReceiptIsKeptOnce:
    def test_a_receipt_is_found_by_its_key(self, storage: Storage) -> None:
        store(storage, key="click-1")
        with storage.reading(ACME) as snapshot:
            assert snapshot.receipt("click-1") == Receipt("click-1", "digest", '{"kind": "none"}')
            assert snapshot.receipt("click") is None

    def test_a_second_one_is_a_conflict_and_its_commit_is_undone(self, storage: Storage) -> None:
        store(storage, key="click-1")
        with pytest.raises(Conflict) as again:
            store(storage, contact(), events=(ON_JOB_1,), key="click-1")
        assert (again.value.kind, again.value.id) == ("", "")
        assert found(storage, "contact", "con_1") is None
        assert storage.position(ACME) == 0

    def test_a_second_one_in_the_same_transaction_is_a_conflict(self, storage: Storage) -> None:
        with pytest.raises(Conflict), storage.writing(ACME) as txn:
            txn.write(commit(key="click-1"))
            txn.write(commit(key="click-1"))
        with storage.reading(ACME) as snapshot:
            assert snapshot.receipt("click-1") is None

    def test_keys_are_any_text(self, storage: Storage) -> None:
        for key in ("Clic n° 1", "clic n° 1", " ", "é", "e\u0301", "100%"):
            store(storage, key=key)
            with storage.reading(ACME) as snapshot:
                assert snapshot.receipt(key) is not None


class TestCursors:
    def test_a_consumer_that_was_never_seen_has_none(self, storage: Storage) -> None:
        assert storage.cursor(ACME, "mailer") is None

    def test_a_cursor_is_kept_for_each_consumer_of_each_company(self, storage: Storage) -> None:
        failures = (Failure(2, 3, "TimeoutError", True), Failure(4, 1, "storage.busy", False))
        storage.keep_cursor(ACME, "mailer", Cursor(0))
        storage.keep_cursor(ACME, "mailer", Cursor(3, 2, failures))
        storage.keep_cursor(ACME, "export", Cursor(1))
        assert storage.cursor(ACME, "mailer") == Cursor(3, 2, failures)
        assert storage.cursor(ACME, "export") == Cursor(1)
        assert storage.cursor(OTHER, "mailer") is None

    @pytest.mark.parametrize("version", [1, 3, 4])
    def test_a_cursor_steps_only_from_the_version_that_is_stored(self, storage: Storage, version: int) -> None:
        stored = Cursor(1, 2)
        storage.keep_cursor(ACME, "mailer", Cursor(0))
        storage.keep_cursor(ACME, "mailer", stored)
        if version != 3:
            with pytest.raises(Conflict):
                storage.keep_cursor(ACME, "mailer", Cursor(5, version))
            assert storage.cursor(ACME, "mailer") == stored
        else:
            storage.keep_cursor(ACME, "mailer", Cursor(5, version))
            assert storage.cursor(ACME, "mailer") == Cursor(5, version)

    def test_a_cursor_that_was_never_seen_begins_with_version_1(self, storage: Storage) -> None:
        with pytest.raises(Conflict):
            storage.keep_cursor(ACME, "mailer", Cursor(0, 2))
        assert storage.cursor(ACME, "mailer") is None

    def test_a_cursor_is_held_until_its_time_is_over_or_it_is_let_go(self, storage: Storage) -> None:
        storage.keep_cursor(ACME, "mailer", Cursor(0), hold_seconds=100)
        assert storage.cursor(ACME, "mailer") == Cursor(0, is_held=True)
        storage.keep_cursor(ACME, "mailer", Cursor(0, 2))
        assert storage.cursor(ACME, "mailer") == Cursor(0, 2)
        storage.keep_cursor(ACME, "mailer", Cursor(0, 3), hold_seconds=0.01)
        give_up = time.monotonic() + 10
        while (found := storage.cursor(ACME, "mailer")) and found.is_held and time.monotonic() < give_up:
            time.sleep(0.01)
        assert storage.cursor(ACME, "mailer") == Cursor(0, 3)

    def test_a_cursor_makes_no_company(self, storage: Storage) -> None:
        storage.keep_cursor(ACME, "mailer", Cursor(0))
        assert storage.companies() == []


class TestCompanies:
    def test_companies_with_something_stored_are_listed_in_order(self, storage: Storage) -> None:
        for name in ("b", "A", "a", "B"):
            store(storage, contact(), company=name)
        with storage.reading("nobody") as snapshot:
            assert snapshot.load("contact", "con_1") is None
        assert storage.companies() == ["A", "B", "a", "b"]

    def test_those_with_an_invoice_that_leaves_by_a_day(self, storage: Storage) -> None:
        store(storage, invoice(send_on=MARCH_9))
        store(storage, invoice(send_on=JUNE_15), company=OTHER)
        store(storage, invoice(), company="third")
        assert storage.companies(due_on=MARCH_2) == []
        assert storage.companies(due_on=MARCH_9) == [ACME]
        assert storage.companies(due_on=date.max) == [ACME, OTHER]
        store(storage, invoice(version=2))
        assert storage.companies(due_on=date.max) == [OTHER]

    def test_those_where_a_consumer_is_behind(self, storage: Storage) -> None:
        store(storage, events=(ON_JOB_1, ON_JOB_1))
        store(storage, events=(ON_JOB_1,), company=OTHER)
        store(storage, contact(), company="third")
        assert storage.companies(behind="mailer") == [ACME, OTHER]
        storage.keep_cursor(ACME, "mailer", Cursor(1))
        storage.keep_cursor(OTHER, "mailer", Cursor(1))
        assert storage.companies(behind="mailer") == [ACME]
        assert storage.companies(behind="export") == [ACME, OTHER]
        storage.keep_cursor(OTHER, "mailer", Cursor(1, 2, (Failure(1, 3, "TimeoutError", True),)))
        assert storage.companies(behind="mailer") == [ACME]
        storage.keep_cursor(OTHER, "mailer", Cursor(1, 3, (Failure(1, 0, "TimeoutError", False),)))
        assert storage.companies(behind="mailer") == [ACME, OTHER]

    def test_both_at_once(self, storage: Storage) -> None:
        store(storage, invoice(send_on=MARCH_2), events=(ON_JOB_1,))
        store(storage, invoice(send_on=MARCH_2), company=OTHER)
        assert storage.companies(due_on=MARCH_2, behind="mailer") == [ACME]


class TestClosing:
    def test_a_closed_storage_is_not_used(self, storage: Storage) -> None:
        store(storage, contact())
        storage.close()
        for use in (
            lambda: store(storage, contact("2")),
            lambda: found(storage, "contact", "con_1"),
            lambda: storage.events(ACME),
            lambda: storage.position(ACME),
            lambda: storage.cursor(ACME, "mailer"),
            lambda: storage.keep_cursor(ACME, "mailer", Cursor(1)),
            storage.companies,
        ):
            with pytest.raises(StorageError) as closed:
                use()
            assert closed.value.code == "storage.closed"

    def test_closing_twice_does_no_harm(self, storage: Storage) -> None:
        storage.close()
        storage.close()
