"""Clocks: the system's, and one that is set by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .errors import InvalidInput


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        """The instant."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set: for tests, replays and demonstrations.

    >>> clock = FixedClock("2026-03-02T09:00-05:00")
    >>> clock.advance(days=1)
    >>> clock.now().isoformat()
    '2026-03-03T14:00:00+00:00'

    Args:
        at: An ISO 8601 instant with its offset from UTC, or an aware datetime.

    Raises:
        InvalidInput: `clock.no-offset`, `clock.not-an-instant`.
    """

    def __init__(self, at: str | datetime) -> None:
        self._now = _instant(at)

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self._now

    def set(self, at: str | datetime) -> None:
        """Set it to another instant. Raises as the class does."""
        self._now = _instant(at)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move it on by so much elapsed time. Raises `InvalidInput`, `clock.not-an-instant`."""
        try:
            self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        except (OverflowError, TypeError, ValueError):
            raise InvalidInput("clock.not-an-instant", path="at") from None


def _instant(at: str | datetime) -> datetime:
    try:
        instant = datetime.fromisoformat(at) if isinstance(at, str) else at
        if instant.tzinfo is None:
            raise InvalidInput("clock.no-offset", path="at")
        return instant.astimezone(UTC)
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput("clock.not-an-instant", path="at") from None
