"""Promises 1, 2, 4 and 5 of a storage: transactions. Each class is one promise of `plannit_core.ports`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from adapters.samples import ACME, OTHER, commit, contact, drafted, found, ids, invoice, job, store
from plannit_core import Conflict, PlannitError, StorageError
from plannit_core.errors import Unavailable
from plannit_core.ports import EVERY, EXTERNAL

if TYPE_CHECKING:
    from plannit_core.ports import Storage, Transaction


class TestPromise1AllOrNothing:
    def test_everything_written_in_one_transaction_is_there_afterwards(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            txn.write(commit(contact("1"), contact("2"), key="click-1"))
            txn.write(commit(invoice(), events=(drafted(invoice()),)))
        assert ids(storage, "contact", EVERY, "") == ["con_1", "con_2"]
        assert found(storage, "invoice", "inv_1") == invoice()
        assert storage.position(ACME) == 1

    def test_an_exception_leaves_no_trace(self, storage: Storage) -> None:
        store(storage, contact("1", external={"erp": "1"}), invoice(number="F-1"), events=(drafted(invoice()),))
        before = contact("1", external={"erp": "1"})
        with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
            changed = invoice(version=2, number="F-2", job_id="job_2")
            txn.write(commit(contact("1", version=2), contact("2"), changed, events=(drafted(changed),), key="click-1"))
            txn.write(commit(removes=(contact("2"),)))
            raise ZeroDivisionError
        with storage.reading(ACME) as snapshot:
            assert snapshot.select("contact", EVERY, "") == [before]
            assert snapshot.select("contact", EXTERNAL, "erp:1") == [before]
            assert snapshot.select("invoice", "job_id", "job_2") == []
            assert snapshot.figures("invoice", "number", "F-2") == []
            assert snapshot.load("invoice", "inv_1") == invoice(number="F-1")
            assert len(snapshot.timeline("job_1")) == 1
            assert snapshot.timeline("job_2") == []
            assert snapshot.receipt("click-1") is None
        assert storage.position(ACME) == 1
        assert len(storage.events(ACME)) == 1

    def test_what_was_undone_can_be_done_again(self, storage: Storage) -> None:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
                txn.write(commit(invoice(number="F-1", external={"erp": "1"}), key="click-1"))
                raise ZeroDivisionError
        store(storage, invoice(number="F-1", external={"erp": "1"}), key="click-1")
        assert ids(storage, "invoice", "number", "F-1") == ["inv_1"]

    def test_an_exception_of_the_kind_that_ends_programs_leaves_no_trace_either(self, storage: Storage) -> None:
        with pytest.raises(KeyboardInterrupt), storage.writing(ACME) as txn:
            txn.write(commit(contact()))
            raise KeyboardInterrupt
        assert found(storage, "contact", "con_1") is None
        store(storage, contact())

    def test_a_write_that_fails_half_way_stores_nothing_even_when_the_error_is_swallowed(
        self, storage: Storage
    ) -> None:
        store(storage, contact("2"))
        with pytest.raises(Conflict) as first, storage.writing(ACME) as txn:
            swallow(txn)
        assert first.value.id == "con_2"
        assert found(storage, "contact", "con_1") is None
        assert storage.position(ACME) == 0

    def test_after_a_failed_write_the_transaction_refuses_everything_with_the_same_error(
        self, storage: Storage
    ) -> None:
        store(storage, contact("2"))
        with pytest.raises(Conflict) as left, storage.writing(ACME) as txn:
            failure = swallow(txn)
            for use in (
                lambda: txn.load("contact", "con_2"),
                lambda: txn.select("contact", EVERY, ""),
                lambda: txn.figures("contact", EVERY, ""),
                lambda: txn.timeline("job_1"),
                lambda: txn.receipt("click-1"),
                lambda: txn.write(commit(contact("3"))),
            ):
                with pytest.raises(Conflict) as again:
                    use()
                assert again.value is failure
        assert left.value is failure
        assert ids(storage, "contact", EVERY, "") == ["con_2"]

    def test_after_a_failed_write_another_exception_may_leave_the_block(self, storage: Storage) -> None:
        store(storage, contact("2"))
        with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
            swallow(txn)
            raise ZeroDivisionError
        assert ids(storage, "contact", EVERY, "") == ["con_2"]

    def test_after_a_failed_transaction_the_next_one_works(self, storage: Storage) -> None:
        store(storage, contact("2"))
        with pytest.raises(Conflict), storage.writing(ACME) as txn:
            swallow(txn)
        store(storage, contact("1"))
        assert ids(storage, "contact", EVERY, "") == ["con_1", "con_2"]

    def test_a_transaction_without_a_write_stores_nothing(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            assert txn.load("contact", "con_1") is None
        assert storage.companies() == []


def swallow(txn: Transaction) -> Conflict:
    """A write of two contacts, the second of which is taken; gives the error that nobody hears of."""
    try:
        txn.write(commit(contact("1"), contact("2"), events=(drafted(invoice()),)))
    except Conflict as error:
        return error
    raise AssertionError("the second contact is taken")


class TestPromise2WritersOfOneCompanyFollowOneAnother:
    def test_two_threads_that_write_one_company_wait_for_each_other(self, storage: Storage) -> None:
        store(storage, job())
        has_begun, others_turn = threading.Event(), threading.Event()
        order: list[str] = []

        def second() -> None:
            has_begun.wait()
            others_turn.set()
            with storage.writing(ACME) as txn:
                order.append("second")
                known = txn.load("job", "job_1")
                txn.write(commit(job(version=known.version + 1, status="Second")))

        thread = threading.Thread(target=second)
        thread.start()
        with storage.writing(ACME) as txn:
            has_begun.set()
            others_turn.wait()
            txn.write(commit(job(version=2, status="First")))
            order.append("first")
        thread.join()
        assert order == ["first", "second"]
        assert found(storage, "job", "job_1") == job(version=3, status="Second")

    def test_many_threads_lose_no_change(self, storage: Storage) -> None:
        store(storage, job())

        def change() -> None:
            for _ in range(10):
                with storage.writing(ACME) as txn:
                    known = txn.load("job", "job_1")
                    txn.write(commit(job(version=known.version + 1), events=(drafted(invoice()),)))

        threads = [threading.Thread(target=change) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found(storage, "job", "job_1") == job(version=41)
        assert [each.position for each in storage.events(ACME)] == list(range(1, 41))

    def test_a_writer_that_waits_too_long_is_told_so(self, impatient: Storage) -> None:
        errors: list[PlannitError] = []

        def write() -> None:
            try:
                store(impatient, contact())
            except PlannitError as error:
                errors.append(error)

        with impatient.writing(ACME):
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        [error] = errors
        assert isinstance(error, Unavailable)
        assert error.code == "storage.busy"
        store(impatient, contact())

    def test_a_thread_that_has_the_turn_and_asks_for_it_again_is_refused_at_once(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            with pytest.raises(StorageError) as nested, storage.writing(ACME):
                pass
            assert nested.value.code == "storage.nested"
            txn.write(commit(contact()))
        assert found(storage, "contact", "con_1") == contact()
        store(storage, contact("2"))

    def test_an_exception_gives_the_turn_back(self, impatient: Storage) -> None:
        with pytest.raises(ZeroDivisionError), impatient.writing(ACME):
            raise ZeroDivisionError
        thread = threading.Thread(target=store, args=(impatient, contact()))
        thread.start()
        thread.join()
        assert found(impatient, "contact", "con_1") == contact()


class TestPromise4AReaderAgreesWithItself:
    def test_a_reader_sees_nothing_that_is_committed_after_it_began(self, storage: Storage) -> None:
        kept = contact(external={"erp": "1"})
        store(storage, kept, invoice("1"), invoice("2", job_id="job_2"), events=(drafted(invoice("1")),))
        with storage.reading(ACME) as snapshot:
            changed = invoice("1", version=2, job_id="job_2")
            store(storage, changed, contact("2"), removes=(kept,), events=(drafted(changed),), key="click-1")
            store(storage, invoice("1", version=3, job_id="job_3"))
            assert snapshot.load("contact", "con_1") == kept
            assert snapshot.load("contact", "con_2") is None
            assert snapshot.select("contact", EVERY, "") == [kept]
            assert snapshot.select("contact", EXTERNAL, "erp:1") == [kept]
            assert snapshot.select("invoice", "job_id", "job_1") == [invoice("1")]
            assert [row["id"] for row in snapshot.figures("invoice", "job_id", "job_2")] == ["inv_2"]
            assert snapshot.select("invoice", "job_id", "job_3") == []
            assert [each.position for each in snapshot.timeline("job_1")] == [1]
            assert snapshot.timeline("job_2") == []
            assert snapshot.receipt("click-1") is None
        with storage.reading(ACME) as snapshot:
            assert snapshot.load("contact", "con_1") is None
            assert snapshot.select("invoice", "job_id", "job_3") == [invoice("1", version=3, job_id="job_3")]

    def test_a_reader_that_reads_for_the_first_time_late_sees_how_it_was_when_it_began(self, storage: Storage) -> None:
        with storage.reading(ACME) as snapshot:
            store(storage, contact())
            assert snapshot.load("contact", "con_1") is None

    def test_a_reader_does_not_keep_a_writer_waiting(self, impatient: Storage) -> None:
        store(impatient, contact())
        with impatient.reading(ACME) as snapshot:
            assert snapshot.load("contact", "con_1") == contact()
            store(impatient, contact(version=2, name="Ada Lovelace"))
            assert snapshot.load("contact", "con_1") == contact()

    def test_a_writer_does_not_keep_a_reader_waiting(self, impatient: Storage) -> None:
        store(impatient, contact())
        with impatient.writing(ACME) as txn:
            txn.write(commit(contact(version=2)))
            assert found(impatient, "contact", "con_1") == contact()

    def test_readers_from_different_days_each_see_their_own(self, storage: Storage) -> None:
        store(storage, job(status="1"))
        with storage.reading(ACME) as first:
            store(storage, job(version=2, status="2"))
            with storage.reading(ACME) as second:
                store(storage, job(version=3, status="3"))
                assert first.select("job", "status", "1") == [job(status="1")]
                assert second.select("job", "status", "1") == []
                assert second.select("job", "status", "2") == [job(version=2, status="2")]
            store(storage, removes=(job(version=3, status="3"),))
            assert first.load("job", "job_1") == job(status="1")
        assert found(storage, "job", "job_1") is None

    def test_readers_agree_with_themselves_while_a_writer_works(
        self, storage: Storage, threads_that_alternate: None
    ) -> None:
        """A hundred invoices always lie in two jobs; a reader never sees 99 or 101 of them."""
        store(storage, *(invoice(f"{n:03}") for n in range(100)))
        is_over = threading.Event()

        def move() -> None:
            for version in range(2, 22):
                moved = [invoice(f"{n:03}", version=version, job_id=f"job_{(n + version) % 2}") for n in range(100)]
                store(storage, *moved)
            is_over.set()

        thread = threading.Thread(target=move)
        thread.start()
        counts = []
        while not is_over.is_set() or not counts:
            with storage.reading(ACME) as snapshot:
                jobs = ("job_1", "job_0")
                counts.append(sum(len(snapshot.figures("invoice", "job_id", each)) for each in jobs))
        thread.join()
        assert set(counts) == {100}

    def test_a_reader_has_nothing_to_write_with(self, storage: Storage) -> None:
        with storage.reading(ACME) as snapshot:
            assert not hasattr(snapshot, "write")


class TestPromise5ATransactionSeesItsOwnWrites:
    def test_what_was_written_is_seen_inside(self, storage: Storage) -> None:
        store(storage, contact("1", external={"erp": "1"}), invoice("1"))
        with storage.writing(ACME) as txn:
            changed = invoice("1", version=2, job_id="job_2")
            txn.write(commit(contact("2"), changed, removes=(contact("1"),), events=(drafted(changed),), key="click-1"))
            assert txn.load("contact", "con_1") is None
            assert txn.select("contact", EVERY, "") == [contact("2")]
            assert txn.select("contact", EXTERNAL, "erp:1") == []
            assert txn.select("invoice", "job_id", "job_1") == []
            assert [row["version"] for row in txn.figures("invoice", "job_id", "job_2")] == [2]
            assert [each.event for each in txn.timeline("job_2")] == [drafted(changed)]
            assert txn.receipt("click-1") is not None

    def test_a_record_may_be_written_several_times(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            txn.write(commit(job()))
            txn.write(commit(job(version=2, status="Won")))
            txn.write(commit(removes=(job(version=2, status="Won"),)))
            txn.write(commit(job(status="Again")))
            assert txn.select("job", "status", "Won") == []
            assert txn.select("job", "status", "Again") == [job(status="Again")]
        assert found(storage, "job", "job_1") == job(status="Again")

    def test_nobody_else_sees_it_until_it_is_over(self, storage: Storage) -> None:
        store(storage, invoice("1"), events=(drafted(invoice("1")),))
        with storage.writing(ACME) as txn:
            changed = invoice("1", version=2, job_id="job_2")
            txn.write(commit(changed, invoice("2"), events=(drafted(changed),), key="click-1"))
            with storage.reading(ACME) as snapshot:
                assert snapshot.load("invoice", "inv_1") == invoice("1")
                assert snapshot.load("invoice", "inv_2") is None
                assert snapshot.select("invoice", "job_id", "job_1") == [invoice("1")]
                assert snapshot.select("invoice", "job_id", "job_2") == []
                assert snapshot.timeline("job_2") == []
                assert snapshot.receipt("click-1") is None
            assert storage.position(ACME) == 1
            assert len(storage.events(ACME)) == 1
        assert ids(storage, "invoice", "job_id", "job_2") == ["inv_1"]
        assert storage.position(ACME) == 2

    def test_a_transaction_that_is_over_can_no_longer_be_used(self, storage: Storage) -> None:
        with storage.writing(ACME) as txn:
            pass
        with storage.reading(OTHER) as snapshot:
            pass
        for use in (lambda: txn.write(commit(contact())), lambda: snapshot.load("contact", "con_1")):
            with pytest.raises(StorageError) as over:
                use()
            assert over.value.code == "transaction.over"
