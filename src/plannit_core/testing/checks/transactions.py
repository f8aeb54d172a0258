"""Promises 1 and 5: all or nothing, and who sees what was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ...errors import Conflict, StorageError
from ...ports import EVERY, EXTERNAL, Snapshot, Transaction
from ..base import Opener, checks
from ..samples import ACME, OTHER, commit, contact, drafted, found, ids, invoice, job, store

# ------------------------------------------------------------------------------------------------------------ promise 1


def everything_written_in_one_transaction_is_there_afterwards(opener: Opener) -> None:
    storage = opener()
    with storage.writing(ACME) as txn:
        txn.write(commit(contact("1"), contact("2"), key="click-1"))
        txn.write(commit(invoice(), events=(drafted(invoice()),)))
    assert ids(storage, "contact", EVERY, "") == ["con_1", "con_2"]
    assert found(storage, "invoice", "inv_1") == invoice()
    assert storage.position(ACME) == 1
    with storage.reading(ACME) as snapshot:
        assert snapshot.receipt("click-1") is not None


def an_exception_leaves_no_trace(opener: Opener) -> None:
    storage = opener()
    before = contact("1", external={"erp": "1"})
    store(storage, before, invoice(number="F-1"), events=(drafted(invoice()),))
    with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
        changed = invoice(version=2, number="F-2", job_id="job_2")
        txn.write(commit(contact("1", version=2), contact("2"), changed, events=(drafted(changed),), key="click-1"))
        txn.write(commit(removes=(contact("2"),)))
        raise ZeroDivisionError
    with storage.reading(ACME) as snapshot:
        assert list(snapshot.select("contact", EVERY, "")) == [before]
        assert list(snapshot.select("contact", EXTERNAL, "erp:1")) == [before]
        assert list(snapshot.select("invoice", "job_id", "job_2")) == []
        assert list(snapshot.figures("invoice", "number", "F-2")) == []
        assert snapshot.load("invoice", "inv_1") == invoice(number="F-1")
        assert len(snapshot.timeline("job_1")) == 1
        assert list(snapshot.timeline("job_2")) == []
        assert snapshot.receipt("click-1") is None
    assert storage.position(ACME) == 1
    assert len(storage.events(ACME)) == 1


def a_conflict_undoes_what_was_written_with_it(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    with pytest.raises(Conflict):
        store(storage, invoice(), job(), contact(), events=(drafted(invoice()),), key="click-1")
    with storage.reading(ACME) as snapshot:
        assert snapshot.load("invoice", "inv_1") is None
        assert snapshot.load("job", "job_1") is None
        assert snapshot.receipt("click-1") is None
    assert storage.position(ACME) == 0


def what_was_undone_can_be_done_again(opener: Opener) -> None:
    storage = opener()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
            txn.write(commit(invoice(number="F-1", external={"erp": "1"}), key="click-1"))
            raise ZeroDivisionError
    store(storage, invoice(number="F-1", external={"erp": "1"}), key="click-1")
    assert ids(storage, "invoice", "number", "F-1") == ["inv_1"]


def an_exception_of_the_kind_that_ends_programs_leaves_no_trace_either(opener: Opener) -> None:
    storage = opener()
    for ending in (KeyboardInterrupt, SystemExit, GeneratorExit):
        with pytest.raises(ending), storage.writing(ACME) as txn:
            txn.write(commit(contact()))
            raise ending
        assert found(storage, "contact", "con_1") is None
    store(storage, contact())


def swallow(txn: Transaction) -> Conflict:
    """A write of two contacts, the second of which is taken; gives the error that nobody hears of."""
    try:
        txn.write(commit(contact("1"), contact("2"), events=(drafted(invoice()),)))
    except Conflict as error:
        return error
    raise AssertionError("the second contact is taken")


def a_write_that_fails_half_way_stores_nothing_even_when_the_error_is_swallowed(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("2"))
    with pytest.raises(Conflict) as first, storage.writing(ACME) as txn:
        swallow(txn)
    assert first.value.id == "con_2"
    assert found(storage, "contact", "con_1") is None
    assert storage.position(ACME) == 0


def after_a_failed_write_the_transaction_refuses_everything_with_the_same_error(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("2"))
    with pytest.raises(Conflict) as left, storage.writing(ACME) as txn:
        failure = swallow(txn)
        for use in uses_of(txn):
            with pytest.raises(Conflict) as again:
                use()
            assert again.value is failure
    assert left.value is failure
    assert ids(storage, "contact", EVERY, "") == ["con_2"]


def after_a_failed_write_another_exception_may_leave_the_block(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("2"))
    with pytest.raises(ZeroDivisionError), storage.writing(ACME) as txn:
        swallow(txn)
        raise ZeroDivisionError
    assert ids(storage, "contact", EVERY, "") == ["con_2"]


def after_a_failed_transaction_the_next_one_works(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("2"))
    with pytest.raises(Conflict), storage.writing(ACME) as txn:
        swallow(txn)
    opener.soon(lambda: store(storage, contact("3")))
    assert ids(storage, "contact", EVERY, "") == ["con_2", "con_3"]


def a_transaction_without_a_write_stores_nothing(opener: Opener) -> None:
    storage = opener()
    with storage.writing(ACME) as txn:
        assert txn.load("contact", "con_1") is None
    assert list(storage.companies()) == []


# ------------------------------------------------------------------------------------------------------------ promise 5


def what_was_written_is_seen_inside(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("1", external={"erp": "1"}), invoice("1"))
    with storage.writing(ACME) as txn:
        changed = invoice("1", version=2, job_id="job_2")
        txn.write(commit(contact("2"), changed, removes=(contact("1"),), events=(drafted(changed),), key="click-1"))
        assert txn.load("contact", "con_1") is None
        assert list(txn.select("contact", EVERY, "")) == [contact("2")]
        assert list(txn.select("contact", EXTERNAL, "erp:1")) == []
        assert list(txn.select("invoice", "job_id", "job_1")) == []
        assert [row["version"] for row in txn.figures("invoice", "job_id", "job_2")] == [2]
        assert [each.event for each in txn.timeline("job_2")] == [drafted(changed)]
        assert txn.receipt("click-1") is not None
        assert (txn.position(), [each.key for each in txn.receipts()]) == (1, ["click-1"])


def a_record_may_be_written_several_times(opener: Opener) -> None:
    storage = opener()
    with storage.writing(ACME) as txn:
        txn.write(commit(job()))
        txn.write(commit(job(version=2, status="Won")))
        txn.write(commit(removes=(job(version=2, status="Won"),)))
        txn.write(commit(job(status="Again")))
        assert list(txn.select("job", "status", "Won")) == []
        assert list(txn.select("job", "status", "Again")) == [job(status="Again")]
    assert found(storage, "job", "job_1") == job(status="Again")


def nobody_else_sees_what_was_written_until_the_transaction_is_over(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1"), events=(drafted(invoice("1")),))
    changed = invoice("1", version=2, job_id="job_2")

    def look() -> None:
        with storage.reading(ACME) as snapshot:
            assert snapshot.load("invoice", "inv_1") == invoice("1")
            assert snapshot.load("invoice", "inv_2") is None
            assert list(snapshot.select("invoice", "job_id", "job_1")) == [invoice("1")]
            assert list(snapshot.select("invoice", "job_id", "job_2")) == []
            assert list(snapshot.timeline("job_2")) == []
            assert snapshot.receipt("click-1") is None
        assert storage.position(ACME) == 1
        assert len(storage.events(ACME)) == 1

    with storage.writing(ACME) as txn:
        txn.write(commit(changed, invoice("2"), events=(drafted(changed),), key="click-1"))
        opener.tries(look)
    assert ids(storage, "invoice", "job_id", "job_2") == ["inv_1"]
    assert storage.position(ACME) == 2


def a_transaction_that_is_over_can_no_longer_be_used(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    with storage.writing(ACME) as txn:
        pass
    with storage.reading(OTHER) as snapshot:
        pass
    for use in (*uses_of(txn), *reads_of(snapshot)):
        with pytest.raises(StorageError) as over:
            use()
        assert over.value.code == "transaction.over"


def uses_of(txn: Transaction) -> tuple[Callable[[], object], ...]:
    """Everything one can do in it."""
    return (*reads_of(txn), lambda: txn.write(commit(contact("3"))))


def reads_of(snapshot: Snapshot) -> tuple[Callable[[], object], ...]:
    """Everything one can read of it."""
    return (
        lambda: snapshot.load("contact", "con_2"),
        lambda: snapshot.select("contact", EVERY, ""),
        lambda: snapshot.figures("contact", EVERY, ""),
        lambda: snapshot.timeline("job_1"),
        lambda: snapshot.receipt("click-1"),
    )


CHECKS = (
    *checks(
        "1",
        everything_written_in_one_transaction_is_there_afterwards,
        an_exception_leaves_no_trace,
        a_conflict_undoes_what_was_written_with_it,
        what_was_undone_can_be_done_again,
        an_exception_of_the_kind_that_ends_programs_leaves_no_trace_either,
        a_write_that_fails_half_way_stores_nothing_even_when_the_error_is_swallowed,
        after_a_failed_write_the_transaction_refuses_everything_with_the_same_error,
        after_a_failed_write_another_exception_may_leave_the_block,
        after_a_failed_transaction_the_next_one_works,
        a_transaction_without_a_write_stores_nothing,
    ),
    *checks(
        "5",
        what_was_written_is_seen_inside,
        a_record_may_be_written_several_times,
        nobody_else_sees_what_was_written_until_the_transaction_is_over,
        a_transaction_that_is_over_can_no_longer_be_used,
    ),
)
