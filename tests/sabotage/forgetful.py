"""Storages in a file that are wrong only where there are several processes."""

from __future__ import annotations

import os
import pickle
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from plannit_core.errors import Unavailable
from plannit_core.testing import Ability, StorageConformance

from .glass import Glass, GlassTransaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plannit_core.ports import Commit

    from .disk import State


class OnFile(Glass):
    """Books in the process, and in a file."""

    def __init__(self, where: Path, timeout: float = 60.0) -> None:
        super().__init__(where, timeout)
        self.file = where / "books.pickle"
        if not self.disk.states:
            self.load()

    def load(self) -> None:
        """Take the file for what is there."""
        if self.file.exists():
            self.disk.states.update(pickle.loads(self.file.read_bytes()))

    def save(self, **more: State) -> None:
        """Let the file hold what is there."""
        new = self.file.with_suffix(f".{os.getpid()}")
        new.write_bytes(pickle.dumps({**self.disk.states, **more}))
        new.replace(self.file)


class Forgetful(OnFile):
    """It writes to the disk when it is closed: all is well until a process is killed."""

    def close(self) -> None:
        super().close()
        self.save()


class HastyTransaction(GlassTransaction):
    """What it writes is in the file at once."""

    def write(self, commit: Commit) -> None:
        super().write(commit)
        self.storage.save(**{self.company: self.state})  # type: ignore[attr-defined]  # it is a `Hasty`


class Hasty(OnFile):
    """It does not wait for the commit."""

    transaction = HastyTransaction


class Apart(OnFile):
    """The turn is one of the process; what another one stored meanwhile is lost."""

    def state(self, company: str) -> State:
        self.load()
        return super().state(company)

    def publish(self, company: str, txn: GlassTransaction) -> None:
        super().publish(company, txn)
        time.sleep(0.002)  # so that the other comes in
        self.save()


class OneByOne(Apart):
    """Whoever has the turn has the file to itself, and readers wait."""

    is_mine = False

    def state(self, company: str) -> State:
        while self.lock_file.exists() and not self.is_mine:
            time.sleep(0.001)
        return super().state(company)

    @property
    def lock_file(self) -> Path:
        return self.where / "lock"

    @contextmanager
    def turn(self, company: str) -> Iterator[None]:
        give_up = time.monotonic() + self.timeout
        while True:
            try:
                os.close(os.open(self.lock_file, os.O_CREAT | os.O_EXCL))
                break
            except FileExistsError:
                if time.monotonic() > give_up:
                    raise Unavailable("storage.busy") from None
                time.sleep(0.001)
        self.is_mine = True
        try:
            yield
        finally:
            self.is_mine = False
            self.lock_file.unlink()


class FileConformance(StorageConformance):
    """They claim to be safe for several processes."""

    lacks = (Ability.JOINED, Ability.DRIVER)
    patience = 3.0
    kind: ClassVar[Any] = Forgetful

    def open_storage(self, where: Path) -> Any:
        return self.kind(where)

    def open_impatient(self, where: Path) -> Any:
        return self.kind(where, timeout=0.02)


class ForgetfulConformance(FileConformance):
    """All is well until a process is killed."""


class HastyConformance(FileConformance):
    """All is well until a process is killed in the middle."""

    kind = Hasty


class ApartConformance(FileConformance):
    """All is well as long as there is one process."""

    kind = Apart


class OneByOneConformance(FileConformance):
    """All is well as long as nobody reads."""

    kind = OneByOne


PROCESSES: dict[str, tuple[type[FileConformance], str]] = {
    "writes to the disk when it is closed": (
        ForgetfulConformance,
        "a_process_killed_right_after_a_commit_has_stored_it",
    ),
    "writes to the disk before the commit": (
        HastyConformance,
        "a_process_killed_in_the_middle_of_a_transaction_leaves_no_trace_of_it",
    ),
    "gives each process a turn of its own": (ApartConformance, "processes_that_write_one_company_lose_nothing"),
    "lets readers wait for the writer of another process": (
        OneByOneConformance,
        "a_process_that_has_the_turn_keeps_no_reader_of_another_waiting",
    ),
}
"""What is wrong with it, in words → the kit on it, and the check that must fail. Another process has to find each by its name."""
