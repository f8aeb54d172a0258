"""Wrong in promises 3, 5 and 8: versions, own writes, receipts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from plannit_core.errors import Conflict, PlannitError, StorageError

from .disk import State
from .glass import Glass, GlassSnapshot, GlassTransaction
from .writing import ending
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

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
