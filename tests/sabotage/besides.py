"""Wrong around transactions: cursors, companies, closing, lasting, joining."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core.cursors import Cursor
from plannit_core.testing import Ability

from .disk import State
from .glass import Glass, GlassTransaction, Host
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

# ----------------------------------------------------------------------------------------- cursors, companies, closing


def any_version(self: Glass, cursor: Cursor, known: Cursor | None) -> None:
    """Whoever comes last has it."""


def cursor_of_anybody(self: Glass, company: str, consumer: str) -> Cursor | None:
    own = Glass.cursor(self, company, consumer)
    return own or next((each for (_, name), (each, _) in self.disk.cursors.items() if name == consumer), None)


def zero_unless_seen(self: Glass, company: str, consumer: str) -> Cursor | None:
    known = any(owner == company for owner, _ in self.disk.cursors)
    return Glass.cursor(self, company, consumer) or (Cursor(0) if known else None)


def compared_beforehand(self: Glass, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
    """Compares, and writes a moment later."""
    self.check()
    self.step(cursor, self.cursor(company, consumer))
    time.sleep(0.01)  # the others come in
    self.disk.cursors[company, consumer] = (cursor, time.monotonic() + hold_seconds)


def held_for_ever(self: Glass, company: str, consumer: str, cursor: Cursor, *, hold_seconds: float = 0) -> None:
    Glass.keep_cursor(self, company, consumer, cursor, hold_seconds=hold_seconds * 10_000)


def never_held(self: Glass, company: str, consumer: str) -> Cursor | None:
    cursor = Glass.cursor(self, company, consumer)
    return cursor and evolve(cursor, is_held=False)


def with_cursors(self: Glass, **more: Any) -> Any:
    known = {company for company, _ in self.disk.cursors} if not any(more.values()) else set()
    return sorted({*Glass.companies(self, **more), *known})


def either(self: Glass, *, due_on: Any = None, behind: str | None = None) -> Any:
    if due_on is None or behind is None:
        return Glass.companies(self, due_on=due_on, behind=behind)
    return sorted({*Glass.companies(self, due_on=due_on), *Glass.companies(self, behind=behind)})


def by_words(self: Glass, **more: Any) -> Any:
    return sorted(Glass.companies(self, **more), key=str.casefold)


def passed_is_done(self: Glass, company: str, consumer: str) -> bool:
    return (self.cursor(company, consumer) or Cursor(0)).position < self.position(company)


def due_once(self: Glass, company: str, day: Any) -> bool:
    """Whoever was due stays on the list."""
    known = self.__dict__.setdefault("due", set())
    if Glass.is_due(self, company, day):
        known.add(company)
    return company in known


def reopened(self: Glass) -> None:
    """Closing is forgotten."""


def closed_for_all(self: Glass) -> None:
    self.disk.states.clear()
    self.is_closed = True


BESIDES = {
    "keeps any cursor, whatever its version": wrong(
        "a_cursor_steps_only_from_the_version_that_is_stored", step=any_version
    ),
    "shares cursors between companies": wrong(
        "a_cursor_is_kept_for_each_consumer_of_each_company", also=("9", "companies"), cursor=cursor_of_anybody
    ),
    "takes a consumer that was never seen for one at the beginning": wrong(
        "a_consumer_that_was_never_seen_has_no_cursor", cursor=zero_unless_seen, step=any_version
    ),
    "lets two workers have a cursor": wrong(
        "of_many_workers_that_take_a_cursor_at_once_one_has_it", also=("10",), keep_cursor=compared_beforehand
    ),
    "never lets a cursor go": wrong(
        "a_cursor_is_held_until_its_time_is_over_or_it_is_let_go", keep_cursor=held_for_ever, patience=0.7
    ),
    "never holds a cursor": wrong("a_cursor_is_held_until_its_time_is_over_or_it_is_let_go", cursor=never_held),
    "lists a company that has only a cursor": wrong("a_cursor_makes_no_company", companies=with_cursors),
    "lists where there is this work or that": wrong("companies_are_found_by_both_at_once", companies=either),
    "lists companies in the order of a dictionary of words": wrong(
        "companies_with_something_stored_are_listed_in_order", companies=by_words
    ),
    "forgets an event that was put back": wrong(
        "companies_are_found_by_a_consumer_that_is_behind", is_behind=passed_is_done
    ),
    "lists a company that was due once": wrong(
        "companies_are_found_by_an_invoice_that_leaves_by_a_day", is_due=due_once
    ),
    "goes on after closing": wrong("a_closed_storage_is_not_used", close=reopened),
    "closes everybody's": wrong(
        "closing_one_handle_leaves_the_others_at_work",
        also=("durability",),  # a second handle has nothing left either
        close=closed_for_all,
    ),
}

# ---------------------------------------------------------------------------------------------------------- durability


def published_later(self: Glass, company: str, txn: GlassTransaction) -> None:
    """A commit is reported, and gets to the disk with the next."""
    mine = self.__dict__.setdefault("mine", {})
    if txn.has_written:
        if company in mine:
            self.disk.states[company] = mine[company]
        mine[company] = txn.state


def own_state(self: Glass, company: str) -> State:
    return self.driven(lambda: self.__dict__.get("mine", {}).get(company) or self.disk.states.get(company) or State())


def own_companies(self: Glass, **more: Any) -> Any:
    shown = Glass.companies
    everything = {**self.disk.states, **self.__dict__.get("mine", {})}
    before, self.disk = self.disk, evolve(self.disk, states=everything)
    try:
        return shown(self, **more)
    finally:
        self.disk = before


def flushed(self: Glass) -> None:
    self.disk.states.update(self.__dict__.pop("mine", {}))
    self.is_closed = True


def own_lock(self: Glass, company: str) -> Any:
    """The turn is one of the handle's."""
    return self.__dict__.setdefault("locks", {}).setdefault(company, threading.Lock())


def own_disk(self: Glass, where: Any, timeout: float = 60.0) -> None:
    """What consumers have seen stays in the handle."""
    Glass.__init__(self, where, timeout)
    self.disk = evolve(self.disk, cursors={})


LASTING = {
    "reports a commit before it is durable": wrong(
        "every_commit_is_there_for_a_second_handle_at_once",
        also=("2",),  # the second handle decides on what is old
        publish=published_later,
        state=own_state,
        companies=own_companies,
        close=flushed,
    ),
    "lets each handle have a turn of its own": wrong("two_handles_take_turns", lock=own_lock),
    "keeps cursors in the handle": wrong(
        "what_was_committed_is_there_for_a_second_handle_and_after_closing",
        lacks=(Ability.PROCESSES, Ability.JOINED, Ability.DRIVER),  # the handle's disk is not the one that is spoiled
        __init__=own_disk,
    ),
}

# ------------------------------------------------------------------------------------------------------------- joining

CAN_JOIN = (Ability.PROCESSES,)


def joined_in_name(self: Glass, connection: Any) -> Any:
    """Has a connection of its own all the same."""
    return Glass.joined(self, connection) and JoinedInName(self.where, self.timeout)


class JoinedInName(Glass):
    def close(self) -> None:
        """Nothing of the host's."""


def joined_by_anything(self: Glass, connection: Any) -> Any:
    return Glass.joined(self, connection) if isinstance(connection, Host) else self


def joined_for_ever(self: Glass, connection: Any) -> Any:
    """Does not look whether the host is still in a transaction."""
    joined = Glass.joined(self, Host(self.where)) if getattr(connection, "is_over", False) else None
    joined = joined or Glass.joined(self, connection)
    joined.check = lambda: Glass.check(joined)
    return joined


def joined_to_the_end(self: Glass, connection: Any) -> Any:
    """A failure inside is the host's, too."""
    joined = Glass.joined(self, connection)
    transact = joined.transact

    @contextmanager
    def all_or_nothing(company: str) -> Iterator[GlassTransaction]:
        try:
            with transact(company) as txn:
                yield txn
        except BaseException:
            before = dict(connection.real.states)
            connection.disk.states.clear()
            connection.disk.states.update(before)
            raise

    joined.transact = all_or_nothing
    return joined


def joined_and_closed(self: Glass, connection: Any) -> Any:
    joined = Glass.joined(self, connection)

    def close() -> None:
        joined.is_closed = True
        connection.rollback()

    joined.close = close
    return joined


def joined_without_cursors(self: Glass, connection: Any) -> Any:
    """Keeps cursors on a connection of its own."""
    joined = Glass.joined(self, connection)
    if isinstance(connection, Host):
        joined.keep_cursor = self.keep_cursor
        joined.cursor = self.cursor
    return joined


JOINING = {
    "commits by itself what is the host's to commit": wrong(
        "nothing_is_stored_when_the_host_rolls_back", joined=joined_in_name, lacks=CAN_JOIN
    ),
    "joins anything": wrong("what_is_no_connection_cannot_be_joined", joined=joined_by_anything, lacks=CAN_JOIN),
    "joins a transaction that is over": wrong(
        "a_transaction_that_the_host_has_ended_is_not_joined", joined=joined_for_ever, lacks=CAN_JOIN
    ),
    "undoes more than its own": wrong(
        "a_failure_inside_undoes_what_was_ours_and_nothing_before_it", joined=joined_to_the_end, lacks=CAN_JOIN
    ),
    "ends the host's transaction when it is closed": wrong(
        "closing_inside_leaves_the_hosts_connection_to_the_host", joined=joined_and_closed, lacks=CAN_JOIN
    ),
    "keeps cursors outside of the host's transaction": wrong(
        "everything_else_works_inside_too", joined=joined_without_cursors, lacks=CAN_JOIN
    ),
}
