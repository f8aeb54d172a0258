"""What a check is, what a storage may lack, and where a check gets its storages from."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from typing import Any, Generic, Protocol, Self, TypeVar

from attrs import frozen

from ..ports import Storage

R = TypeVar("R")


class Ability(StrEnum):
    """What not every storage can do. One that cannot says so in `lacks`; its checks are then skipped, and listed."""

    DURABLE = "durable"
    """What was committed is there when the same place is opened again, and for a second handle that is open meanwhile."""

    PROCESSES = "processes"
    """Two processes may have the same place open at once."""

    PARALLEL = "parallel"
    """Writers of different companies do not wait for each other."""

    JOINED = "joined"
    """It works inside a transaction that the host began: see `StorageConformance.host_connection`."""

    DRIVER = "driver"
    """There is a driver underneath that can fail: see `StorageConformance.spoil`."""


class HostConnection(Protocol):
    """A connection of the host's own; one of `sqlite3`, of psycopg or of SQLAlchemy is one."""

    def commit(self) -> None:
        """Commit what the host began."""
        ...

    def rollback(self) -> None:
        """Undo what the host began."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Adapter(Protocol):
    """What the checks ask of whoever brings a storage; `StorageConformance` is one."""

    @property
    def lacks(self) -> Iterable[Ability]:
        """What the storage cannot do."""
        ...

    @property
    def known_failures(self) -> Mapping[str, str]:
        """Names of checks that fail, with the reason."""
        ...

    @property
    def patience(self) -> float:
        """After how many seconds something that should not wait counts as waiting for ever."""
        ...

    @property
    def grace(self) -> float:
        """How many seconds something forbidden is given to happen."""
        ...

    def open_storage(self, where: Path) -> Storage:
        """The storage at `where`."""
        ...

    def open_impatient(self, where: Path) -> Storage:
        """The storage at `where`, whose writers lose patience soon."""
        ...

    def host_connection(self, where: Path) -> HostConnection:
        """A connection of the host's own to `where`, in a transaction that it began."""
        ...

    def spoil(self, where: Path) -> None:
        """Make the driver fail at `where`."""
        ...

    def address(self) -> tuple[str, str, str]:
        """Where another process finds it: module, file, qualified name."""
        ...


class Aside(Generic[R]):
    """Something done in a thread of its own.

    Args:
        act: What.
        patience: After how many seconds it counts as waiting for ever.
        grace: How many seconds it is given to do what it should not.
    """

    def __init__(self, act: Callable[[], R], patience: float, grace: float) -> None:
        self._patience = patience
        self._grace = grace
        self._future: Future[R] = Future()
        threading.Thread(target=self._run, args=(act,), daemon=True).start()

    def _run(self, act: Callable[[], R]) -> None:
        try:
            self._future.set_result(act())
        except BaseException as error:  # noqa: BLE001  # `result` raises it in the thread that asks
            self._future.set_exception(error)

    def has_ended(self, within: float | None = None) -> bool:
        """Whether it is over, or will be within so many seconds; within its grace unless given."""
        try:
            self._future.exception(self._grace if within is None else within)
        except StillWaiting:
            return False
        return True

    def result(self) -> R:
        """What it gave, or its error."""
        assert self.has_ended(self._patience), "it waits for ever"
        return self._future.result()


class Opener:
    """Where a check gets its storages from. All of one opener are at the same fresh place; they are closed with it.

    To call it gives one more handle on the storage.

    Args:
        adapter: Who brings the storage.
        where: The place, an empty directory.
        seed: Of what is drawn at random; `None` leaves it to Hypothesis.

    Attributes:
        where: The place.
        seed: The seed.
        grace: How many seconds something forbidden is given to happen.
    """

    def __init__(self, adapter: Adapter, where: Path, seed: int | None = None) -> None:
        self.where = where
        self.seed = seed
        self.grace = adapter.grace
        self._adapter = adapter
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(self) -> Storage:
        """One more handle on the storage."""
        return self._kept(self._adapter.open_storage(self.where))

    def impatient(self) -> Storage:
        """One more handle, whose writers lose patience soon."""
        return self._kept(self._adapter.open_impatient(self.where))

    def host(self) -> HostConnection:
        """A connection of the host's own, in a transaction that it began."""
        connection = self._adapter.host_connection(self.where)
        self._stack.callback(connection.close)
        return connection

    def spoil(self) -> None:
        """Make the driver fail from now on."""
        self._adapter.spoil(self.where)

    def address(self) -> tuple[str, str, str]:
        """Where another process finds the adapter."""
        return self._adapter.address()

    def aside(self, act: Callable[[], R]) -> Aside[R]:
        """Begin something in a thread of its own."""
        return Aside(act, self._adapter.patience, self._adapter.grace)

    def soon(self, act: Callable[[], R]) -> R:
        """Do something in a thread of its own. Raises `AssertionError` when it waits for ever."""
        return self.aside(act).result()

    def tries(self, act: Callable[[], object]) -> bool:
        """Do something in a thread of its own, where to wait for ever is for another check to say. Whether it came to an end."""
        aside = self.aside(act)
        if has_ended := aside.has_ended(self._adapter.patience):
            aside.result()
        return has_ended

    def _kept(self, storage: Storage) -> Storage:
        self._stack.callback(storage.close)
        return storage


@frozen
class Check:
    """One thing that is checked of a storage.

    Attributes:
        run: Raises when the storage does not keep it.
        about: One of `TOPICS`: the number of a promise, or a word.
        needs: Without these abilities it is skipped.
    """

    run: Callable[[Opener], Any]
    about: str
    needs: frozenset[Ability] = frozenset()

    @property
    def name(self) -> str:
        """Public and stable: what reports, `known_failures` and the reference say."""
        return self.run.__name__


def checks(about: str, *runs: Callable[[Opener], Any], needs: frozenset[Ability] = frozenset()) -> tuple[Check, ...]:
    """Several checks of one promise or topic."""
    return tuple(Check(run, about, needs) for run in runs)


def missing(adapter: Adapter, check: Check) -> list[Ability]:
    """The abilities that a check needs and the storage lacks."""
    return sorted(check.needs & set(adapter.lacks))


def run_check(adapter: Adapter, check: Check, folder: Path, seed: int | None = None) -> None:
    """Run one check at a fresh place in `folder`. Raises whatever it finds wrong."""
    if not __debug__:
        raise RuntimeError("the checks are assertions: run Python without -O")
    where = folder / f"books_{token_hex(6)}"
    where.mkdir()
    with Opener(adapter, where, seed) as opener:
        check.run(opener)


@contextmanager
def alternating() -> Iterator[None]:
    """Threads change places so often that what can come between two lines does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
