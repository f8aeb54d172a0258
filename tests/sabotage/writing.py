"""Wrong in promises 1 and 2: all or nothing, and whose turn it is."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from plannit_core.errors import Conflict, StorageError, Unavailable

from .disk import State
from .glass import Glass, GlassSnapshot, GlassTransaction
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# ------------------------------------------------------------------------------------------------------------ promise 1


def ending(handle: Callable[[Glass, str, GlassTransaction, BaseException], None]) -> Any:
    """A transaction that does something of its own when its block raises."""

    @contextmanager
    def transact(self: Glass, company: str) -> Iterator[GlassTransaction]:
        self.check()
        with self.turn(company):
            txn = self.transaction(self, company, self.state(company).copy())
            try:
                yield txn
                txn.check()
                self.publish(company, txn)
            except BaseException as error:
                handle(self, company, txn, error)
                raise
            finally:
                txn.is_over = True

    return transact


def keep_if_no_exception(self: Glass, company: str, txn: GlassTransaction, error: BaseException) -> None:
    if not isinstance(error, Exception):
        self.publish(company, txn)


def keep_records(self: Glass, company: str, txn: GlassTransaction, error: BaseException) -> None:
    if isinstance(error, ZeroDivisionError) and txn.has_written:
        before = self.state(company)
        self.disk.states[company] = State(txn.state.records, before.events, before.receipts)


def keep_records_of_conflicts(self: Glass, company: str, txn: GlassTransaction, error: BaseException) -> None:
    if isinstance(error, Conflict) and error.kind == "contact" and error.expected == 0 and len(txn.state.records) > 2:
        before = self.state(company)
        self.disk.states[company] = State(txn.state.records, before.events, before.receipts)


@contextmanager
def half_kept(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """Nobody looks again at an error that was swallowed."""
    self.check()
    with self.turn(company):
        txn = self.transaction(self, company, self.state(company).copy())
        try:
            yield txn
            self.publish(company, txn)
            txn.check()
        finally:
            txn.is_over = True


def check_only_the_end(self: GlassTransaction) -> None:
    GlassSnapshot.check(self)


@contextmanager
def told_at_the_end_only(self: Glass, company: str) -> Iterator[GlassTransaction]:
    self.check()
    with self.turn(company):
        txn = self.transaction(self, company, self.state(company).copy())
        try:
            yield txn
            if txn.failure is not None:
                raise txn.failure
            self.publish(company, txn)
        finally:
            txn.is_over = True


@contextmanager
def another_error_at_the_end(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """Whatever leaves the block of a transaction that failed, it says what failed first."""
    self.check()
    with self.turn(company):
        txn = self.transaction(self, company, self.state(company).copy())
        try:
            yield txn
            txn.check()
            self.publish(company, txn)
        except ZeroDivisionError:
            txn.check()
            raise
        finally:
            txn.is_over = True


def publish_always(self: Glass, company: str, txn: GlassTransaction) -> None:
    self.disk.states[company] = txn.state


ALL_OR_NOTHING = {
    "commits when the program is ended": wrong(
        "an_exception_of_the_kind_that_ends_programs_leaves_no_trace_either", transact=ending(keep_if_no_exception)
    ),
    "undoes the events of a transaction, not its records": wrong(
        "an_exception_leaves_no_trace", transact=ending(keep_records)
    ),
    "keeps what was written before a conflict": wrong(
        "a_conflict_undoes_what_was_written_with_it", transact=ending(keep_records_of_conflicts)
    ),
    "keeps half a write when its error is swallowed": wrong(
        "a_write_that_fails_half_way_stores_nothing_even_when_the_error_is_swallowed", transact=half_kept
    ),
    "goes on after a failed write, and says so at the end only": wrong(
        "after_a_failed_write_the_transaction_refuses_everything_with_the_same_error",
        transact=told_at_the_end_only,
        txn={"check": check_only_the_end},
    ),
    "hides the exception that leaves a failed transaction": wrong(
        "after_a_failed_write_another_exception_may_leave_the_block", transact=another_error_at_the_end
    ),
    "makes a company of a transaction that wrote nothing": wrong(
        "a_transaction_without_a_write_stores_nothing", publish=publish_always
    ),
}

# ------------------------------------------------------------------------------------------------------------ promise 2


@contextmanager
def locked_last(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """The turn is taken at the first write; what was read before may be old."""
    self.check()
    txn = self.transaction(self, company, self.state(company).copy())
    try:
        yield txn
        txn.check()
        self.publish(company, txn)
    finally:
        txn.is_over = True
        if hasattr(txn, "lock"):
            txn.lock.release()


def lock_and_write(self: GlassTransaction, commit: Any) -> None:
    if not hasattr(self, "lock"):
        lock = self.storage.lock(self.company)
        if not lock.acquire(timeout=self.storage.timeout):
            raise Unavailable("storage.busy")
        self.lock = lock
        self.state = self.storage.state(self.company).copy()
    GlassTransaction.write(self, commit)


def one_lock(self: Glass, company: str) -> threading.Lock:
    return self.disk.locks["all"]


@contextmanager
def waiting_for_ever(self: Glass, company: str) -> Iterator[None]:
    patience, self.timeout = self.timeout, 5.0  # as long as the shelf has patience, and more
    try:
        with Glass.turn(self, company):
            yield
    finally:
        self.timeout = patience


@contextmanager
def nested_for_ever(self: Glass, company: str) -> Iterator[None]:
    """Does not ask who has the turn."""
    lock = self.lock(company)
    if not lock.acquire(timeout=min(self.timeout, 3.0)):
        raise Unavailable("storage.busy")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def busy_as_failed(self: Glass, company: str) -> Iterator[None]:
    entered = False
    try:
        with Glass.turn(self, company):
            entered = True
            yield
    except Unavailable as busy:
        if entered:
            raise
        raise StorageError("storage.failed") from busy.__cause__


@contextmanager
def kept_turn(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """Whoever raises before he wrote keeps the turn."""
    self.check()
    turn = self.turn(company)
    turn.__enter__()
    txn = self.transaction(self, company, self.state(company).copy())
    try:
        yield txn
        txn.check()
        self.publish(company, txn)
    except ZeroDivisionError:
        if not txn.has_written:
            LEFT.append(turn)  # else it ends by itself
        raise
    finally:
        txn.is_over = True
        if turn not in LEFT:
            turn.__exit__(None, None, None)


LEFT: list[Any] = []


def waiting_anyway(self: Glass, company: str, *, wait: bool = True) -> Any:
    self.timeout = min(self.timeout, 1.0)
    return self.transact(company)


TURNS = {
    "locks the company's head row last": wrong(
        "whoever_writes_second_has_seen_what_the_first_stored", transact=locked_last, txn={"write": lock_and_write}
    ),
    "lets all companies wait for each other": wrong(
        "writers_of_different_companies_do_not_wait_for_each_other", lock=one_lock, patience=0.7
    ),
    "waits for its turn for ever": wrong(
        "a_writer_that_waits_too_long_is_told_so", turn=waiting_for_ever, patience=0.7
    ),
    "waits for its own turn": wrong(
        "a_thread_that_has_the_turn_and_asks_for_it_again_is_refused_at_once", turn=nested_for_ever, patience=0.7
    ),
    "waits though it is told not to": wrong(
        "a_writer_that_will_not_wait_is_told_so_at_once", writing=waiting_anyway, patience=3.0
    ),
    "says of a busy company that it failed": wrong("a_writer_that_waits_too_long_is_told_so", turn=busy_as_failed),
    "keeps the turn of a writer that raised before it wrote": wrong(
        "an_exception_gives_the_turn_back", transact=kept_turn, patience=0.7
    ),
}
