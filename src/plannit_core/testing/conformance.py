"""The test class with which whoever writes a storage proves it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ..ports import Storage
from .base import Ability, Check, HostConnection, missing, run_check
from .checks import CHECKS
from .processes import Address, address_of

_OURS = ("test_check", "pytest_generate_tests", "run", "address")


class StorageConformance:
    """Every promise of `plannit_core.ports`, checked of your storage.

    Subclass it in a test module of yours::

        class TestMyStorage(StorageConformance):
            lacks = {Ability.JOINED, Ability.DRIVER}

            def open_storage(self, where):
                return MyStorage(where / "books.db")

    Each check shows by its name: `pytest -k an_exception_leaves_no_trace`. What may be said in a subclass is what stands here
    without an underscore and is not a check; to override or take away a check fails the run.

    Attributes:
        lacks: What the storage cannot do. The checks that need it are skipped, and listed.
        known_failures: Names of checks that fail, with the reason. One that passes after all fails the run.
        patience: After how many seconds something that should not wait counts as waiting for ever.
        grace: How many seconds what is forbidden is given to happen: a right storage takes as long, a wrong one is caught at once.
    """

    lacks: ClassVar[Iterable[Ability]] = frozenset()
    known_failures: ClassVar[Mapping[str, str]] = {}
    patience: float = 30.0
    grace: float = 0.2

    def open_storage(self, where: Path) -> Storage:
        """The storage at `where`: a fresh directory, whose name is not used again.

        To open the same place again must show the same data, unless the storage lacks `Ability.DURABLE`.
        """
        raise NotImplementedError("open_storage(self, where) is yours to write")

    def open_impatient(self, where: Path) -> Storage:
        """As `open_storage`, but its writers lose patience soon; the checks that wait for it would take as long as yours do."""
        return self.open_storage(where)

    def host_connection(self, where: Path) -> HostConnection:
        """A connection of the host's own to `where`, in a transaction that it began: what `joined` is given."""
        raise NotImplementedError("host_connection(self, where) is yours to write, or the storage lacks Ability.JOINED")

    def spoil(self, where: Path) -> None:
        """Make the driver fail at `where` from now on, say by dropping the tables from another connection."""
        raise NotImplementedError("spoil(self, where) is yours to write, or the storage lacks Ability.DRIVER")

    # ------------------------------------------------------------------------------------------ from here on it is ours

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        check_declared(cls)

    @classmethod
    def address(cls) -> Address:
        """Where another process finds the class."""
        return address_of(cls)

    def run(self, check: Check, folder: Path, seed: int | None = None) -> None:
        """Run one check at a fresh place in `folder`. Raises whatever it finds wrong."""
        run_check(self, check, folder, seed)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each check."""
        if "check" in metafunc.fixturenames:
            check_declared(type(self))
            metafunc.parametrize("check", [self._param(check) for check in CHECKS])

    def _param(self, check: Check) -> Any:
        marks = []
        if lacking := missing(self, check):
            marks.append(pytest.mark.skip(reason=f"{type(self).__name__} lacks {', '.join(lacking)}: {check.name}"))
        elif check.name in self.known_failures:
            marks.append(pytest.mark.xfail(reason=self.known_failures[check.name], strict=True))
        return pytest.param(check, id=check.name, marks=marks)

    def test_check(self, check: Check, tmp_path: Path) -> None:
        """One thing that is promised; see `plannit_core.testing.CHECKS`."""
        self.run(check, tmp_path)


def check_declared(cls: type[StorageConformance]) -> None:
    """Refuse a class that takes a check away, or declares what makes no sense. Raises `TypeError`."""
    for name in _OURS:
        if _plain(getattr(cls, name)) is not _plain(getattr(StorageConformance, name)):
            raise TypeError(f"{cls.__name__} overrides {name}: the checks are not for a storage to change")
    names = {check.name for check in CHECKS}
    if taken := names & set(dir(cls)):
        raise TypeError(f"{cls.__name__} overrides {', '.join(sorted(taken))}: name it in known_failures instead")
    if unknown := set(cls.known_failures) - names:
        raise TypeError(f"{cls.__name__}.known_failures: there is no check {', '.join(sorted(unknown))}")
    if not all(str(reason).strip() for reason in cls.known_failures.values()):
        raise TypeError(f"{cls.__name__}.known_failures: each needs its reason")
    if strange := [each for each in cls.lacks if not isinstance(each, Ability)]:
        raise TypeError(f"{cls.__name__}.lacks: {strange[0]!r} is no Ability")


def _plain(member: Any) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(member, "__func__", member)
    return found
