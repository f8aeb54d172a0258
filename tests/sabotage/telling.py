"""Wrong in promises 7 and 10: events, and errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core.errors import Conflict, StorageError, Unavailable

from .disk import DETAIL, DriverError, State
from .glass import Glass, GlassSnapshot, GlassTransaction
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

# ------------------------------------------------------------------------------------------------------------ promise 7


def loses_the_last(self: GlassTransaction, commit: Any) -> None:
    GlassTransaction.append(
        self, evolve(commit, events=commit.events[:-1] if len(commit.events) > 1 else commit.events)
    )


def backwards(self: Glass, company: str, **more: Any) -> Any:
    return list(reversed(Glass.events(self, company, **more)))


def all_of_them(self: Glass, company: str, *, after: int = 0, limit: int = 100) -> Any:
    return Glass.events(self, company, after=after, limit=max(limit, 1_000))


def counted_for_ever(self: GlassTransaction) -> int:
    """What a rollback gave out is gone."""
    counts = self.storage.__dict__.setdefault("counts", {})
    counts[self.company] = counts.get(self.company, 0) + 1
    return counts[self.company]


def counted_by_write(self: GlassTransaction) -> int:
    return len(self.storage.state(self.company).events) + 1


def all_jobs(self: GlassTransaction, event: Any) -> str | None:
    return event.timeline and "job_1"


def timeline_from_the_start(self: GlassSnapshot, job_id: str, *, after: int = 0, **more: Any) -> Any:
    return GlassSnapshot.timeline(self, job_id, **more)


def oldest(self: GlassSnapshot, job_id: str, *, newest: bool = False, **more: Any) -> Any:
    return GlassSnapshot.timeline(self, job_id, **more)


def without_key(self: GlassTransaction, commit: Any) -> None:
    GlassTransaction.append(self, evolve(commit, receipt=None))


def naive(self: GlassTransaction, at: Any) -> str:
    return at.replace(tzinfo=None).isoformat()


def whole_seconds(self: GlassTransaction, at: Any) -> str:
    return GlassTransaction.instant(self, at.replace(microsecond=0))


@contextmanager
def overlapping(self: Glass, company: str) -> Iterator[GlassTransaction]:
    """Writers work side by side; each has its positions from a counter, and shows its events when it is done."""
    self.check()
    before = self.state(company)
    txn = self.transaction(self, company, before.copy())
    try:
        yield txn
        txn.check()
        with self.disk.cursor_lock:
            self.publish(company, merged(txn, before, self.state(company)))
    finally:
        txn.is_over = True


def merged(txn: GlassTransaction, before: State, now: State) -> GlassTransaction:
    """What it changed, put onto what others have stored meanwhile; raises `Conflict` where they changed the same."""
    own = txn.state
    changed = {key for key in {*own.records, *before.records} if own.records.get(key) != before.records.get(key)}
    keys = set(own.receipts) - set(before.receipts)
    if keys & set(now.receipts) or any(now.records.get(key) != before.records.get(key) for key in changed):
        raise Conflict
    records = {key: each for key, each in now.records.items() if key not in changed}
    records |= {key: own.records[key] for key in changed if key in own.records}
    events = sorted([*now.events, *own.events[len(before.events) :]], key=lambda row: row[0])
    txn.state = State(records, events, {**now.receipts, **{key: own.receipts[key] for key in keys}})
    return txn


def from_a_counter(self: GlassTransaction) -> int:
    with self.storage.disk.cursor_lock:
        return counted_for_ever(self)


EVENTS = {
    "loses the last event": wrong("positions_are_1_2_3_in_each_company", txn={"append": loses_the_last}),
    "shows event 7 before 6": wrong("positions_are_1_2_3_in_each_company", events=backwards),
    "gives more events than it was asked for": wrong(
        "pages_of_events_begin_after_a_position_and_end_at_the_limit", events=all_of_them
    ),
    "leaves a gap after a rollback": wrong("a_rollback_leaves_no_gap", txn={"next_position": counted_for_ever}),
    "gives a position twice in a transaction": wrong(
        "several_writes_of_a_transaction_go_on_counting", txn={"next_position": counted_by_write}
    ),
    "puts the events of all jobs on one timeline": wrong(
        "the_timeline_of_a_job_holds_its_events_in_order", txn={"job_of": all_jobs}, also=("4", "5")
    ),
    "begins a timeline again and again": wrong(
        "the_timeline_of_a_job_holds_its_events_in_order", both={"timeline": timeline_from_the_start}
    ),
    "takes the oldest events for the newest": wrong(
        "the_timeline_of_a_job_holds_its_events_in_order", both={"timeline": oldest}
    ),
    "forgets with which key something was done": wrong("events_come_back_as_they_were", txn={"append": without_key}),
    "drops time zones": wrong("events_come_back_as_they_were", txn={"instant": naive}),
    "rounds instants to seconds": wrong("events_come_back_as_they_were", txn={"instant": whole_seconds}),
    "skips an event that committed late": wrong(
        "nothing_appears_before_what_a_consumer_has_read",
        also=("2",),  # its writers do not follow one another
        transact=overlapping,
        txn={"next_position": from_a_counter},
    ),
}

# ----------------------------------------------------------------------------------------------------------- promise 10


def nothing_there(self: Glass, act: Any) -> Any:
    """Nothing is said of a disk that is gone: it is as if there were nothing."""
    if self.disk.is_spoiled:
        self.disk.states.clear()
        self.disk.cursors.clear()
    return act()


def raw(self: Glass, act: Any) -> Any:
    if self.disk.is_spoiled:
        raise DriverError(DETAIL)
    return act()


def uncaused(self: Glass, act: Any) -> Any:
    try:
        return Glass.driven(self, act)
    except StorageError as error:
        if self.disk.is_spoiled:
            raise StorageError(error.code) from None
        raise


def with_detail(self: Glass, error: DriverError) -> StorageError:
    return StorageError("storage.failed", detail=str(error))


def with_name(self: GlassTransaction, record: Any) -> None:
    try:
        GlassTransaction.put(self, record)
    except Conflict as conflict:
        conflict.params = {**conflict.params, "name": getattr(record, "name", "Dépannage")}
        raise


@contextmanager
def busy_with(self: Glass, company: str) -> Iterator[None]:
    is_mine = False
    try:
        with Glass.turn(self, company):
            is_mine = True
            yield
    except Unavailable as busy:
        if is_mine:
            raise
        raise Unavailable("storage.busy", holder="Ada Byron") from busy.__cause__


ERRORS = {
    "swallows the driver's error": wrong("what_the_driver_says_is_the_cause_and_no_more", driven=nothing_there),
    "lets the driver's error through": wrong("what_the_driver_says_is_the_cause_and_no_more", driven=raw),
    "drops the cause": wrong("what_the_driver_says_is_the_cause_and_no_more", driven=uncaused),
    "tells the driver's detail": wrong("what_the_driver_says_is_the_cause_and_no_more", translated=with_detail),
    "tells whose record it is in a conflict": wrong(
        "a_conflict_tells_nothing_of_what_is_stored", txn={"put": with_name}
    ),
    "tells who has the turn": wrong("waiting_in_vain_tells_nothing_of_what_is_stored", turn=busy_with),
}
