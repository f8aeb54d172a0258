"""Wrong in ways that one check alone is named for: what was left when each promise had its board."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core.errors import Conflict, StorageError
from plannit_core.ports import EVERY, EXTERNAL
from plannit_core.testing import Ability
from plannit_core.values.ids import Id

from .disk import State
from .glass import Glass, GlassSnapshot, GlassTransaction
from .telling import from_a_counter, overlapping
from .writing import ending, half_kept
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .disk import Stored
    from .glass import Host

# ---------------------------------------------------------------------------------------------------- promises 1 to 3


def only_the_last(self: GlassTransaction, commit: Any) -> None:
    if self.has_written:
        self.state = self.storage.state(self.company).copy()
    GlassTransaction.write(self, commit)


def keep_for_good(self: GlassTransaction, receipt: Any) -> None:
    """A key is used up, also by what was undone."""
    used = self.storage.__dict__.setdefault("used", set())
    if (self.company, receipt.key) in used:
        raise Conflict
    used.add((self.company, receipt.key))
    GlassTransaction.keep(self, receipt)


@contextmanager
def broken_by_a_failure(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """A failure that was swallowed stays in the connection."""
    if self.__dict__.get("is_broken"):
        raise StorageError("storage.failed")
    with Glass.transact(self, company) as txn:
        yield txn
        self.is_broken = txn.failure is not None


@contextmanager
def last_one_wins(self: Glass, company: str) -> Iterator[GlassTransaction]:
    self.check()
    txn = self.transaction(self, company, self.state(company).copy())
    try:
        yield txn
        txn.check()
        time.sleep(0.001)  # the others come in
        self.publish(company, txn)
    finally:
        txn.is_over = True


def at_most_two(self: GlassTransaction, record: Any, expected: int) -> None:
    GlassTransaction.compare(self, record, expected)
    if record.version == 3 and record.kind == "contact":
        raise Conflict(record.kind, record.id, expected=expected, found=expected)


def new_over_changed(self: GlassTransaction, record: Any, expected: int) -> None:
    known = self.state.records.get((record.kind, str(record.id)))
    if expected or known is None or known.version == 1:
        GlassTransaction.compare(self, record, expected)


def removed_twice(self: GlassTransaction, record: Any) -> None:
    if (record.kind, str(record.id)) in self.state.records:
        GlassTransaction.remove(self, record)


WRITERS = {
    "keeps the last write of a transaction only": wrong(
        "everything_written_in_one_transaction_is_there_afterwards",
        txn={"write": only_the_last},
        also=("5", "7", "8"),  # several writes are one there, too
    ),
    "uses a key up with what was undone": wrong(
        "what_was_undone_can_be_done_again", txn={"keep": keep_for_good}, also=("8",)
    ),
    "is broken by a failure that somebody swallowed": wrong(
        "after_a_failed_transaction_the_next_one_works", transact=broken_by_a_failure
    ),
    "compares records, and not what was decided on": wrong(
        "a_tap_and_a_draft_on_an_empty_job_follow_one_another_in_either_order",
        transact=overlapping,
        also=("7",),  # both begin at the same position
    ),
    "lets the last one win": wrong(
        "many_threads_lose_no_change", transact=last_one_wins, also=("7", "8")
    ),  # events and keys are lost with the rest
    "keeps two versions of a contact at most": wrong(
        "a_new_record_has_version_1_and_each_change_one_more",
        txn={"compare": at_most_two},
        also=("12", "durability"),  # two of their checks change one three times
    ),
    "takes a new record for a change of what was changed": wrong(
        "a_new_record_that_is_there_already_is_a_conflict", txn={"compare": new_over_changed}
    ),
    "removes what is gone": wrong("a_remove_of_what_is_gone_is_a_conflict", txn={"remove": removed_twice}),
}

# --------------------------------------------------------------------------------------------------- promises 4 to 12


def of_the_newest_reader(self: GlassSnapshot, storage: Glass, company: str, state: State) -> None:
    GlassSnapshot.__init__(self, storage, company, state)
    storage.__dict__.setdefault("days", {})[company] = state


def one_day_for_all(self: GlassSnapshot) -> State:
    """There is one old day that readers see, that of the last who came."""
    return self.storage.driven(lambda: self.storage.days[self.company])


def plain_only(self: GlassSnapshot, kind: str, id: str) -> Any:
    self.check()
    return None if isinstance(id, Id) else GlassSnapshot.load(self, kind, id)


@contextmanager
def side_by_side(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """Positions are given out in turn, and events appear as each is done."""
    self.check()
    txn = self.transaction(self, company, self.state(company).copy())
    before = len(txn.state.events)
    try:
        yield txn
        txn.check()
        if before % 2:
            time.sleep(0.003)  # one in two takes a moment longer
        with self.disk.cursor_lock:
            own, now = txn.state.events[before:], self.state(company)
            txn.state.events = sorted([*now.events, *own], key=lambda row: row[0])
            self.publish(company, txn)
    finally:
        txn.is_over = True


def keep_if_not_stored(self: GlassTransaction, receipt: Any) -> None:
    if receipt.key in self.storage.state(self.company).receipts:
        raise Conflict
    self.state.receipts[receipt.key] = receipt


def put_and_remember(self: GlassTransaction, record: Any) -> None:
    known = self.state.records.get((record.kind, str(record.id)))
    GlassTransaction.put(self, record)
    if known is not None:
        rows = self.storage.__dict__.setdefault("rows", {})
        rows.setdefault((self.company, record.kind, str(record.id)), []).append(known.row)


def matches_as_it_was(self: GlassSnapshot, kind: str, stored: Stored, index: str, value: Any) -> bool:
    if kind != "invoice" or index in (EVERY, EXTERNAL):
        return GlassSnapshot.matches(self, kind, stored, index, value)
    rows = self.storage.__dict__.get("rows", {}).get((self.company, kind, stored.row["id"]), [])
    forms = [stored, *(evolve(stored, row=row) for row in rows)]
    return any(GlassSnapshot.matches(self, kind, each, index, value) for each in forms)


@contextmanager
def noted(self: Glass, company: str) -> Iterator[Any]:
    open_ones = self.__dict__.setdefault("open_ones", [])
    with Glass.reading(self, company) as snapshot:
        open_ones.append(snapshot)
        try:
            yield snapshot
        finally:
            open_ones.remove(snapshot)


def others_that_somebody_sees(self: GlassTransaction, record: Any) -> list[Any]:
    """A value is free when no reader sees it any more."""
    seen = [each.state.records for each in self.storage.__dict__.get("open_ones", []) if each.company == self.company]
    old = [each for records in seen for (kind, id), each in records.items() if kind == record.kind and id != record.id]
    return [*GlassTransaction.others(self, record), *old]


READERS = {
    "keeps one old day for all readers": wrong(
        "readers_from_different_days_each_see_their_own",
        reader={"__init__": of_the_newest_reader, "now": one_day_for_all},
    ),
    "finds a record by a plain id only": wrong(
        "an_id_is_found_whether_typed_or_plain", both={"load": plain_only}, also=("2",)
    ),  # commands are done with typed ones
    "gives out positions in turn and commits as it goes": wrong(
        "a_consumer_that_follows_busy_writers_misses_nothing",
        transact=side_by_side,
        txn={"next_position": from_a_counter},
        also=("2", "3", "8"),  # its writers do not follow one another
    ),
    "compares a receipt with what is stored only": wrong(
        "a_second_receipt_in_the_same_transaction_is_a_conflict", txn={"keep": keep_if_not_stored}
    ),
    "finds an invoice by what it was": wrong(
        "a_change_moves_a_record_from_one_value_to_the_other",
        txn={"put": put_and_remember},
        both={"matches": matches_as_it_was},
        also=("1", "4", "5", "12", "companies"),  # whatever asks after a change
    ),
    "holds a unique value as long as somebody sees it": wrong(
        "what_an_open_reader_still_sees_may_be_taken_by_another",
        reading=noted,
        txn={"others": others_that_somebody_sees},
    ),
}

# -------------------------------------------------------------------------------------------------- closing, joining


def closed_once(self: Glass) -> None:
    self.check()
    self.is_closed = True


def joined_apart(self: Glass, connection: Any) -> Any:
    """What is written inside gets to nobody."""
    joined = Glass.joined(self, connection)
    joined.disk = evolve(joined.disk, states=dict(joined.disk.states))
    return joined


def joined_half_kept(self: Glass, connection: Any) -> Any:
    joined = Glass.joined(self, connection)
    joined.transact = lambda company: half_kept(joined, company)
    return joined


def joined_beyond_the_end(self: Glass, connection: Host) -> Any:
    """The turn stays with a host that has ended."""
    joined = Glass.joined(self, connection)

    def commit() -> None:
        connection.real.states.update({each: connection.disk.states[each] for each in connection.held})
        connection.is_over = True

    connection.commit = commit  # type: ignore[method-assign]  # the storage has its fingers in it
    return joined


AROUND = {
    "cannot be closed twice": wrong(
        "closing_twice_does_no_harm", close=closed_once, also=("durability",)
    ),  # the kit closes once more at the end
    "loses what was written inside the host's transaction": wrong(
        "what_was_written_is_stored_when_the_host_commits", joined=joined_apart, lacks=(Ability.PROCESSES,)
    ),
    "keeps half a write inside when its error is swallowed": wrong(
        "a_swallowed_failure_inside_is_undone_and_told_again", joined=joined_half_kept, lacks=(Ability.PROCESSES,)
    ),
    "leaves the turn with a host that has ended": wrong(
        "the_turn_is_the_hosts_until_it_ends", joined=joined_beyond_the_end, lacks=(Ability.PROCESSES,)
    ),
}

# -------------------------------------------------------------------------------------------------------------- whole


def never_back(self: Glass, company: str, consumer: str, cursor: Any, *, hold_seconds: float = 0) -> None:
    known = self.cursor(company, consumer)
    position = max(cursor.position, known.position if known else 0)
    Glass.keep_cursor(self, company, consumer, evolve(cursor, position=position), hold_seconds=hold_seconds)


def unpaid(self: GlassTransaction, record: Any) -> Stored:
    stored = GlassTransaction.stored(self, record)
    return evolve(stored, row={**stored.row, "paid": 0}) if record.kind == "invoice" else stored


def all_by_card(self: GlassTransaction, record: Any) -> Stored:
    stored = GlassTransaction.stored(self, record)
    return evolve(stored, body=stored.body.replace('"cash"', '"card"'))


def keep_the_receipt(self: Glass, company: str, txn: GlassTransaction, error: BaseException) -> None:
    if isinstance(error, StorageError) and error.code == "storage.outcome-unknown":
        before = self.state(company)
        self.disk.states[company] = State(before.records, before.events, txn.state.receipts)


def keep_all(self: Glass, company: str, txn: GlassTransaction, error: BaseException) -> None:
    if isinstance(error, StorageError) and error.code == "storage.outcome-unknown":
        self.publish(company, txn)


WHOLE = {
    "lets no cursor go back": wrong("a_storage_says_what_a_dictionary_says", keep_cursor=never_back, also=("13",)),
    "leaves the column of what was paid empty": wrong(
        "an_office_comes_to_the_same_as_in_memory", txn={"stored": unpaid}
    ),
    "takes cash for a card": wrong("a_whole_company_comes_to_the_same_as_in_memory", txn={"stored": all_by_card}),
    "keeps the receipt of a commit that was lost": wrong(
        "of_a_command_with_a_key_there_is_one_effect_whatever_the_connection_does", transact=ending(keep_the_receipt)
    ),
    "keeps a commit that was lost": wrong(
        "a_command_without_a_key_is_not_repeated_when_its_outcome_is_unknown", transact=ending(keep_all)
    ),
}
