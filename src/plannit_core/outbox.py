"""What happened in a company, handed to consumers: mailers, exports, webhooks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from attrs import define, frozen

from .cursors import Cursor
from .errors import Conflict, InvalidInput, NotFound, PlannitError, Unavailable
from .ports import Recorded, Storage
from .values.checks import MAX_LIMIT, check_limit, check_seconds, check_token
from .values.shown import shown

__all__ = ["Outbox", "SetAside"]

_LOG = logging.getLogger("plannit_core")
_PATIENCE_SECONDS = 5.0


@frozen
class SetAside:
    """An event that a consumer failed at so often that it was set aside.

    Attributes:
        recorded: The event.
        tries: How often it was tried.
        reason: The last error's code, or its class.
    """

    __repr__ = shown

    recorded: Recorded
    tries: int
    reason: str


@frozen
class Outbox:
    """What happened in a company, handed to consumers at least once and in order.

    Attributes:
        storage: Where the events are.
        company: Whose.
    """

    __repr__ = shown

    storage: Storage
    company: str

    def drain(
        self,
        consumer: str,
        handle: Callable[[Recorded], object],
        *,
        start: str | None = None,
        limit: int = 100,
        set_aside_after: int | None = None,
        hold_seconds: float = 60.0,
    ) -> int:
        """Hand `consumer` the events it has not handled, in order.

        One worker at a time: while another one is at it, nothing is handed out. An exception of `handle` stops it at that event, so
        that the next call begins there; with `set_aside_after` an event that failed so often is set aside, and the others go on.
        The exception that has it set aside does not leave: a warning in the log `plannit_core` names the event and the class of the
        error, and none of its words, which may be personal. What should be told of it, `handle` tells itself.

        Args:
            consumer: Its name, 1 to 64 of `[A-Za-z0-9_-]`.
            handle: Called with each event; what it returns is ignored.
            start: `"now"` or `"beginning"`: where a consumer begins that was never seen; ignored afterwards.
            limit: How many at most.
            set_aside_after: After so many tries an event is set aside; never, unless given.
            hold_seconds: How long one event may take, above 0. A worker that died holds its company no longer than that.

        Returns:
            How many were handled.

        Raises:
            InvalidInput: `outbox.no-start`, `text.not-a-token`, `number.out-of-range`.
            Conflict: an event took longer than `hold_seconds`, and another worker went on instead; it may be handed out twice.
        """
        check_token(consumer, "consumer")
        check_limit(limit)
        tries = MAX_LIMIT if set_aside_after is None else check_limit(set_aside_after, "set_aside_after")
        if tries == 0:
            raise InvalidInput("number.out-of-range", path="set_aside_after", low=1, high=MAX_LIMIT)
        check_seconds(hold_seconds, "hold_seconds")
        cursor = self._begun(consumer, start)
        if cursor.is_held or not cursor.is_behind(self.storage.position(self.company)):
            return 0
        worker = _Worker(self, consumer, cursor.stepped(), hold_seconds)
        try:
            worker.keep()
        except Conflict:
            return 0  # another worker was faster
        try:
            return sum(worker.is_handled(each, handle, tries) for each in self._due(worker.cursor, limit))
        finally:
            worker.let_go()

    def lag(self, consumer: str) -> int:
        """How many events `consumer` still has to be handed, without those set aside; all of them when it was never seen."""
        cursor = self.storage.cursor(self.company, check_token(consumer, "consumer")) or Cursor(0)
        return max(self.storage.position(self.company) - cursor.position, 0) + len(cursor.put_back)

    def set_aside(self, consumer: str) -> tuple[SetAside, ...]:
        """The events that `consumer` failed at and that were set aside, in order."""
        cursor = self.storage.cursor(self.company, check_token(consumer, "consumer")) or Cursor(0)
        return tuple(
            SetAside(self._event(each.position), each.tries, each.reason) for each in cursor.failures if each.is_aside
        )

    def put_back(self, consumer: str, position: int) -> None:
        """Let `consumer` be handed an event once more that was set aside; the next `drain` begins with it, its tries with 1.

        Raises:
            NotFound: no event with that position was set aside.
            Unavailable: `outbox.held`: a worker is at this consumer, and was not done within five seconds.
        """
        check_token(consumer, "consumer")
        check_limit(position, "position")
        give_up = time.monotonic() + _PATIENCE_SECONDS
        while True:
            cursor = self.storage.cursor(self.company, consumer)
            failure = cursor.failure(position) if cursor else None
            if cursor is None or failure is None or not failure.is_aside:
                raise NotFound("event", str(position))
            if not cursor.is_held:
                with suppress(Conflict):  # else a worker was faster
                    self.storage.keep_cursor(self.company, consumer, cursor.with_put_back(failure))
                    return
            if time.monotonic() > give_up:
                raise Unavailable("outbox.held")
            time.sleep(0.02)

    def _begun(self, consumer: str, start: str | None) -> Cursor:
        cursor = self.storage.cursor(self.company, consumer)
        if cursor is not None:
            return cursor
        if not isinstance(start, str) or start not in ("now", "beginning"):
            raise InvalidInput("outbox.no-start", path="start")
        new = Cursor(self.storage.position(self.company) if start == "now" else 0)
        with suppress(Conflict):  # else another worker began it
            self.storage.keep_cursor(self.company, consumer, new)
        return self._begun(consumer, start)

    def _due(self, cursor: Cursor, limit: int) -> Iterator[Recorded]:
        """What was put back, then what is new; at most `limit`."""
        again = cursor.put_back[:limit]
        yield from map(self._event, again)
        yield from self.storage.events(self.company, after=cursor.position, limit=limit - len(again))

    def _event(self, position: int) -> Recorded:
        [recorded] = self.storage.events(self.company, after=position - 1, limit=1)
        return recorded


@define
class _Worker:
    """Who is at a consumer of events: keeps how far it has come, and holds it meanwhile."""

    outbox: Outbox
    consumer: str
    cursor: Cursor
    hold_seconds: float
    is_replaced: bool = False

    def keep(self) -> None:
        """Raises `Conflict` when another worker went on instead."""
        outbox = self.outbox
        try:
            outbox.storage.keep_cursor(outbox.company, self.consumer, self.cursor, hold_seconds=self.hold_seconds)
        except Conflict:
            self.is_replaced = True
            raise

    def let_go(self) -> None:
        """Let others be at it; nothing when they are already."""
        if self.is_replaced:  # a step further would be theirs
            return
        self.cursor, self.hold_seconds = self.cursor.stepped(), 0
        with suppress(Conflict):
            self.keep()

    def is_handled(self, recorded: Recorded, handle: Callable[[Recorded], object], tries: int) -> bool:
        """Hand out one event: handled, or set aside. Raises what `handle` raised as long as it is neither."""
        try:
            handle(recorded)
        except Exception as error:
            self.cursor = self.cursor.failed(recorded.position, _reason_of(error), tries=tries)
            self.keep()
            failure = self.cursor.failure(recorded.position)
            if failure is None or not failure.is_aside:
                raise
            _LOG.warning(
                "%s of company=%s set aside event %d after %d tries: %s",
                self.consumer,
                self.outbox.company,
                failure.position,
                failure.tries,
                failure.reason,
            )
            return False
        self.cursor = self.cursor.handled(recorded.position)
        self.keep()
        return True


def _reason_of(error: Exception) -> str:
    return error.code if isinstance(error, PlannitError) else type(error).__name__
