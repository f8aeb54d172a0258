"""Running the kit on a storage, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plannit_core.testing import CHECKS, Ability, StorageConformance
from plannit_core.testing.base import missing

from .disk import DISKS
from .glass import Glass, Host

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from plannit_core.testing import Check


class GlassConformance(StorageConformance):
    """The kit on `Glass`, or on what is made of it."""

    lacks = (Ability.PROCESSES,)
    patience = 10.0
    grace = 0.2
    storage: type[Glass] = Glass

    def open_storage(self, where: Path) -> Any:
        return self.storage(where)

    def open_impatient(self, where: Path) -> Any:
        return self.storage(where, timeout=0.02)

    def host_connection(self, where: Path) -> Host:
        return Host(where)

    def spoil(self, where: Path) -> None:
        DISKS[where].is_spoiled = True


def failures(
    conformance: StorageConformance, folder: Path, checks: Iterable[Check] = CHECKS
) -> dict[str, BaseException]:
    """The checks that find something wrong, and what."""
    found: dict[str, BaseException] = {}
    for check in checks:
        if not missing(conformance, check):
            try:
                conformance.run(check, folder)
            except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # a wrong storage may raise anything
                found[check.name] = error
    return found
