"""Wrong in promises 13 and 14, and in what came with them: who holds a cursor, what a backup fills, what a page costs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core.cursors import Cursor
from plannit_core.errors import StorageError, Unavailable
from plannit_core.testing import Ability

from .disk import State
from .glass import Glass, GlassRestoration, GlassSnapshot
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# ----------------------------------------------------------------------------------------------------------- promise 13


def also_the_stored_version(self: Glass, cursor: Cursor, known: Cursor | None) -> None:
    """Whoever was there first may go on, too."""
    if known is None or known.version != cursor.version:
        Glass.step(self, cursor, known)


def everybodys_consumers(self: Glass, company: str) -> list[str]:
    self.check()
    return sorted({consumer for _, consumer in self.disk.cursors})


def consumers_by_words(self: Glass, company: str) -> list[str]:
    return sorted(Glass.consumers(self, company), key=str.casefold)


CURSORS = {
    "lets a worker go on that was replaced": wrong(
        "a_worker_whose_time_was_over_steps_no_further_once_another_took_it", step=also_the_stored_version
    ),
    "lists the consumers of all companies": wrong(
        "consumers_are_listed_in_order_of_name_each_company_its_own", consumers=everybodys_consumers
    ),
    "lists consumers in the order of a dictionary of words": wrong(
        "consumers_are_listed_in_order_of_name_each_company_its_own", consumers=consumers_by_words
    ),
}

# ----------------------------------------------------------------------------------------------------------- promise 14


def filled_by(**own: Any) -> Any:
    """How a company is filled, with some methods replaced."""
    return type("Restoration", (GlassRestoration,), own)


def from_version_1(self: GlassRestoration, records: Any, events: Any, receipts: Any) -> None:
    GlassRestoration.fill(self, [evolve(each, version=1) for each in records], events, receipts)


def filed_under_version_1(self: GlassRestoration, records: Any, events: Any, receipts: Any) -> None:
    """The body tells another version than the one that is compared."""
    GlassRestoration.fill(self, records, events, receipts)
    known = self.txn.state.records
    known.update({key: evolve(each, version=1) for key, each in known.items()})


def in_any_order(self: GlassRestoration, each: Any) -> None:
    GlassRestoration.follow(self, evolve(each, position=self.txn.next_position()))


def in_epoch_1(self: GlassRestoration, txn: Any, epoch: int) -> None:
    GlassRestoration.__init__(self, txn, 1)


def bit_by_bit(self: GlassRestoration, *, records: Any = (), events: Any = (), receipts: Any = ()) -> None:
    """What failed is left out, and the rest stands."""
    self.txn.check()
    self.fill(records, events, receipts)


def shown_at_once(self: GlassRestoration, **more: Any) -> None:
    GlassRestoration.put(self, **more)
    self.txn.storage.disk.states[self.txn.company] = self.txn.state.copy()


def as_they_stood(self: Glass, company: str, consumers: Iterable[str], position: int) -> None:
    """Consumers go on from where they were."""


def only_new_ones(self: Glass, company: str, consumers: Iterable[str], position: int) -> None:
    seen = Glass.consumers(self, company)
    Glass.move_consumers(self, company, [each for each in consumers if each not in seen], position)


def filled_all_the_same(self: Glass, company: str) -> None:
    """Whatever was there is there, too."""


def unless_there_are_records(self: Glass, company: str) -> None:
    if self.state(company).records:
        raise StorageError("restore.not-empty", company=company)


@contextmanager
def consumers_first(self: Glass, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Any]:
    with self.writing(company) as txn:
        self.check_empty(company)
        self.move_consumers(company, {*self.consumers(company), *consumers}, 0)
        yield self.restoration(txn, epoch)
        txn.check()
        self.move_consumers(company, self.consumers(company), txn.position())


@contextmanager
def out_of_turn(self: Glass, company: str, *, epoch: int, consumers: Iterable[str] = ()) -> Iterator[Any]:
    self.check()
    self.check_empty(company)
    txn = self.transaction(self, company, State())
    try:
        yield self.restoration(txn, epoch)
        txn.check()
        self.move_consumers(company, {*self.consumers(company), *consumers}, txn.position())
        self.publish(company, txn)
    finally:
        txn.is_over = True


def noted_in_the_handle(self: GlassRestoration, txn: Any, epoch: int) -> None:
    GlassRestoration.__init__(self, txn, 1)
    txn.storage.__dict__.setdefault("epochs", {})[txn.company] = epoch


def epoch_of_the_handle(self: Glass, company: str) -> int:
    self.check()
    return self.__dict__.get("epochs", {}).get(company, 1) if self.state(company).records else 1


def joined_but_for_backups(self: Glass, connection: Any) -> Any:
    joined = Glass.joined(self, connection)
    joined.restoring = self.restoring
    return joined


RESTORING = {
    "restores everything in version 1": wrong(
        "what_is_put_comes_back_as_it_was_versions_and_positions_too", restoration=filled_by(fill=from_version_1)
    ),
    "compares with another version than the backup's": wrong(
        "the_books_go_on_from_what_was_put", restoration=filled_by(fill=filed_under_version_1)
    ),
    "stays in its epoch": wrong(
        "a_company_has_epoch_1_or_the_one_it_was_restored_with", restoration=filled_by(__init__=in_epoch_1)
    ),
    "mails everything of the backup again": wrong(
        "every_consumer_named_or_known_stands_after_the_last_event", move_consumers=as_they_stood
    ),
    "leaves a consumer that it knows where it was": wrong(
        "every_consumer_named_or_known_stands_after_the_last_event", move_consumers=only_new_ones
    ),
    "moves consumers before the backup is in": wrong(
        "an_exception_while_restoring_leaves_no_trace", restoring=consumers_first
    ),
    "closes a hole in a backup": wrong(
        "what_stands_twice_in_a_backup_or_leaves_a_hole_undoes_all_of_it", restoration=filled_by(follow=in_any_order)
    ),
    "restores what it can": wrong(
        "what_stands_twice_in_a_backup_or_leaves_a_hole_undoes_all_of_it", restoration=filled_by(put=bit_by_bit)
    ),
    "restores over what is there": wrong(
        "a_company_in_which_something_was_stored_is_not_restored", check_empty=filled_all_the_same
    ),
    "takes a company without records for one in which nothing was stored": wrong(
        "a_company_in_which_something_was_stored_is_not_restored", check_empty=unless_there_are_records
    ),
    "shows a backup while it comes in": wrong(
        "nobody_sees_a_restoration_before_it_is_over", restoration=filled_by(put=shown_at_once)
    ),
    "restores out of turn": wrong("a_restoration_is_a_turn_like_any_other", restoring=out_of_turn, also=("closing",)),
    "keeps the epoch in the handle": wrong(
        "what_was_restored_is_there_for_a_second_handle_and_after_closing",
        restoration=filled_by(__init__=noted_in_the_handle),
        epoch=epoch_of_the_handle,
    ),
    "restores past the host": wrong(
        "a_restoration_inside_is_the_hosts_to_commit", joined=joined_but_for_backups, lacks=(Ability.PROCESSES,)
    ),
}

# ------------------------------------------------------------------------------------------- promises 2, 4, 8 and 11


def only_when_all_is_quiet(self: Glass, company: str, *, wait: bool = True) -> Any:
    if not wait and any(lock.locked() for lock in self.disk.locks.values()):
        self.check()
        raise Unavailable("storage.busy") from OSError()
    return Glass.writing(self, company, wait=wait)


def position_now(self: GlassSnapshot) -> int:
    return self.storage.position(self.company)


def keys_by_words(self: GlassSnapshot, keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=str.casefold)


def read_and_dropped(self: GlassSnapshot, kind: str, *question: Any) -> Any:
    """Reads every record of the kind, and gives what was asked for."""
    self.check()
    every = [self.read(kind, each) for (of, _), each in self.now().records.items() if of == kind]
    return GlassSnapshot.page(self, kind, *question) if every else []


SINCE = {
    "asks for everybody's turn when it will not wait": wrong(
        "a_writer_that_will_not_wait_does_not_mind_who_writes_another_company", writing=only_when_all_is_quiet
    ),
    "tells a reader the position of others": wrong(
        "a_snapshot_keeps_its_position_and_its_receipts", reader={"position": position_now}
    ),
    "gives receipts in the order of a dictionary of words": wrong(
        "receipts_come_in_order_of_key_and_page_by_page", both={"keys_in_order": keys_by_words}
    ),
    "reads everything for a page": wrong("what_is_not_returned_is_not_read", both={"page": read_and_dropped}),
}
