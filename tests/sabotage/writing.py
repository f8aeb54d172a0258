"""Wrong in promises 1, 2, 3, 5 and 8: what is written, and by whom."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from plannit_core.errors import Conflict, PlannitError, StorageError, Unavailable

from .glass import Glass, GlassSnapshot, GlassTransaction, State
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

# ------------------------------------------------------------------------------------------------------------ promise 3


def compare_new_ones_only(self: GlassTransaction, record: Any, expected: int) -> None:
    if expected == 0 or (record.kind, str(record.id)) not in self.state.records:
        GlassTransaction.compare(self, record, expected)


def compare_backwards(self: GlassTransaction, record: Any, expected: int) -> None:
    """A version is taken when it is newer, by however much."""
    known = self.state.records.get((record.kind, str(record.id)))
    if known is None or expected < known.version:
        GlassTransaction.compare(self, record, expected)


def compare_what_is_there(self: GlassTransaction, record: Any, expected: int) -> None:
    if expected == 0 or (record.kind, str(record.id)) in self.state.records:
        GlassTransaction.compare(self, record, expected)


def compare_and_say_nothing(self: GlassTransaction, record: Any, expected: int) -> None:
    try:
        GlassTransaction.compare(self, record, expected)
    except Conflict as conflict:
        raise Conflict(conflict.kind, conflict.id) from None


def compare_all_but_series(self: GlassTransaction, record: Any, expected: int) -> None:
    if record.kind not in ("company", "series"):
        GlassTransaction.compare(self, record, expected)


def remove_quietly(self: GlassTransaction, record: Any) -> None:
    self.state.records.pop((record.kind, str(record.id)), None)


def remove_for_good(self: GlassTransaction, record: Any) -> None:
    GlassTransaction.remove(self, record)
    self.storage.__dict__.setdefault("gone", set()).add(record.id)


def put_unless_gone(self: GlassTransaction, record: Any) -> None:
    if record.kind == "invoice" and record.id in self.storage.__dict__.get("gone", ()):
        raise Conflict(record.kind, record.id)
    GlassTransaction.put(self, record)


VERSIONS = {
    "forgets the version check": wrong(
        "a_change_of_an_old_version_is_a_conflict_that_says_what_is_stored", txn={"compare": compare_new_ones_only}
    ),
    "takes any newer version": wrong("a_change_of_a_version_to_come_is_a_conflict", txn={"compare": compare_backwards}),
    "makes a new record of a change of nothing": wrong(
        "a_change_of_what_is_gone_is_a_conflict",
        txn={"compare": compare_what_is_there, "remove": remove_quietly},
    ),
    "removes whatever version there is": wrong(
        "a_remove_of_an_old_version_is_a_conflict", txn={"remove": remove_quietly}
    ),
    "does not say which version it found": wrong(
        "a_change_of_an_old_version_is_a_conflict_that_says_what_is_stored", txn={"compare": compare_and_say_nothing}
    ),
    "overwrites settings and series": wrong(
        "the_settings_and_the_series_have_versions_too", txn={"compare": compare_all_but_series}
    ),
    "never takes back what was removed": wrong(
        "what_was_removed_may_come_again_as_new", txn={"remove": remove_for_good, "put": put_unless_gone}
    ),
}

# ------------------------------------------------------------------------------------------------------------ promise 5


def figures_as_before(self: GlassTransaction, *args: Any, **more: Any) -> Any:
    own, self.state = self.state, self.storage.state(self.company)
    try:
        return GlassSnapshot.figures(self, *args, **more)
    finally:
        self.state = own


@contextmanager
def dirty(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """Others see what is written at once; a rollback puts the old back."""
    self.check()
    with self.turn(company):
        before = dict(self.disk.states)
        txn = self.transaction(self, company, self.state(company).copy())
        try:
            yield txn
            txn.check()
        except BaseException:
            self.disk.states.clear()
            self.disk.states.update(before)
            raise
        finally:
            txn.is_over = True


def write_for_all(self: GlassTransaction, commit: Any) -> None:
    GlassTransaction.write(self, commit)
    self.storage.disk.states[self.company] = self.state


def once_each(self: GlassTransaction, commit: Any) -> None:
    """A record that was removed in this transaction cannot come again in it."""
    gone = self.__dict__.setdefault("gone", set())
    if any(each.id in gone for each in commit.writes if each.kind == "job"):
        raise StorageError("storage.failed")
    gone |= {each.id for each in commit.removes}
    GlassTransaction.write(self, commit)


OWN_WRITES = {
    "reads figures from before the transaction": wrong(
        "what_was_written_is_seen_inside", txn={"figures": figures_as_before}
    ),
    "lets everybody see what is not committed": wrong(
        "nobody_else_sees_what_was_written_until_the_transaction_is_over", transact=dirty, txn={"write": write_for_all}
    ),
    "writes a record once in a transaction": wrong("a_record_may_be_written_several_times", txn={"write": once_each}),
    "goes on when its transaction is over": wrong(
        "a_transaction_that_is_over_can_no_longer_be_used",
        both={"is_over": property(lambda self: False, lambda self, value: None)},
    ),
}

# ------------------------------------------------------------------------------------------------------------ promise 8


def append_and_forget(self: GlassTransaction, commit: Any) -> None:
    """The receipt of a command that changed nothing is not kept."""
    GlassTransaction.append(self, commit)
    self.is_empty = not (commit.writes or commit.removes or commit.events)


def keep_unless_empty(self: GlassTransaction, receipt: Any) -> None:
    if not self.is_empty:
        GlassTransaction.keep(self, receipt)


def keep_the_last(self: GlassTransaction, receipt: Any) -> None:
    self.state.receipts[receipt.key] = receipt


def keep_the_first(self: GlassTransaction, receipt: Any) -> None:
    self.state.receipts.setdefault(receipt.key, receipt)


def keep_receipts(self: Glass, company: str, txn: GlassTransaction, error: BaseException) -> None:
    if isinstance(error, PlannitError | ZeroDivisionError) and txn.state.receipts:
        before = self.state(company)
        self.disk.states[company] = State(before.records, before.events, txn.state.receipts)


def keep_before(self: GlassTransaction, commit: Any) -> None:
    if commit.receipt is not None:
        self.keep(commit.receipt)
    for record in commit.removes:
        self.remove(record)
    for record in sorted(commit.writes, key=lambda each: each.version == 1):
        self.put(record)
    self.append(commit)


def receipt_of_anybody(self: GlassSnapshot, key: str) -> Any:
    self.check()
    theirs = [state for name, state in self.storage.disk.states.items() if name != self.company]
    return next((each.receipts[key] for each in (self.now(), *theirs) if key in each.receipts), None)


def receipt_nearly(self: GlassSnapshot, key: str) -> Any:
    self.check()
    known = {each.strip().casefold(): receipt for each, receipt in self.now().receipts.items()}
    return self.now().receipts.get(key) or known.get(key.strip().casefold())


def receipts_of_words_only(self: GlassTransaction, receipt: Any) -> None:
    self.state.receipts[receipt.key.strip()] = receipt


RECEIPTS = {
    "forgets the receipt of a command that changed nothing": wrong(
        "a_receipt_is_found_by_its_key", txn={"append": append_and_forget, "keep": keep_unless_empty}
    ),
    "looks the receipt up but does not insert it": wrong(
        "a_second_receipt_is_a_conflict_and_its_commit_is_undone", txn={"keep": keep_the_last}
    ),
    "ignores a second receipt": wrong(
        "of_one_key_used_by_many_at_once_one_commit_stands", txn={"keep": keep_the_first}
    ),
    "keeps a refused command's receipt": wrong(
        "the_receipt_of_what_was_undone_is_not_kept",
        also=("1",),  # it is a trace
        transact=ending(keep_receipts),
        txn={"store": keep_before},
    ),
    "shares receipts between companies": wrong(
        "a_receipt_belongs_to_one_company", also=("9",), both={"receipt": receipt_of_anybody}
    ),
    "finds a receipt under a similar key": wrong("a_receipt_is_found_by_its_key", both={"receipt": receipt_nearly}),
    "cuts spaces off keys": wrong("keys_are_any_text", txn={"keep": receipts_of_words_only}),
}
