"""Ids that are counted: the same ones in every run of a test."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

from ..ports import IdT


class CountingIds:
    """Ids that count up, each kind by itself: `job_0001`, `job_0002`, `inv_0001` and so on.

    >>> from datetime import UTC, datetime
    >>> from plannit_core import JobId
    >>> ids = CountingIds()
    >>> [ids.new(JobId, datetime(2026, 3, 2, tzinfo=UTC)) for _ in range(2)]
    [JobId('job_0001'), JobId('job_0002')]
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def new(self, kind: type[IdT], at: datetime) -> IdT:  # noqa: ARG002  # a counted id does not tell its age
        """The next id of a kind."""
        with self._lock:
            self._counts[kind.prefix] += 1
            return kind(f"{kind.prefix}_{self._counts[kind.prefix]:04d}")
