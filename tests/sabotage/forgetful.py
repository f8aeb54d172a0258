"""A storage that writes to the disk when it is closed: all is well until a process is killed."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from plannit_core.testing import Ability, StorageConformance

from .glass import Glass

if TYPE_CHECKING:
    from pathlib import Path


class Forgetful(Glass):
    """Books in the process, and in a file afterwards."""

    def __init__(self, where: Path, timeout: float = 60.0) -> None:
        super().__init__(where, timeout)
        self.file = where / "books.pickle"
        if self.file.exists() and not self.disk.states:
            self.disk.states.update(pickle.loads(self.file.read_bytes()))

    def close(self) -> None:
        super().close()
        self.file.write_bytes(pickle.dumps(self.disk.states))


class ForgetfulConformance(StorageConformance):
    """It claims to be safe for several processes."""

    lacks = (Ability.JOINED, Ability.DRIVER)

    def open_storage(self, where: Path) -> Forgetful:
        return Forgetful(where)

    def open_impatient(self, where: Path) -> Forgetful:
        return Forgetful(where, timeout=0.02)
