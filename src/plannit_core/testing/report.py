"""The kit without pytest: every check of a storage, and what came of it in words."""

from __future__ import annotations

import importlib
import linecache
import platform
import re
import reprlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType
from typing import Any

import pytest
from attrs import field, frozen

from ..ports import Storage
from .base import Ability, Adapter, Check, HostConnection, missing, run_check
from .checks import CHECKS, TOPICS
from .conformance import StorageConformance
from .processes import Address, address_of

_CHECKS = Path(__file__).with_name("checks")
_MACHINES = ("machine.py", "company.py")


class Outcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "skipped"
    KNOWN = "known"


@frozen
class Result:
    """A check and what came of it.

    Attributes:
        check: The check.
        outcome: What came of it.
        words: Why, unless it passed.
    """

    check: Check
    outcome: Outcome
    words: str = ""


def _with_what_takes_more(lacks: Iterable[Ability]) -> frozenset[Ability]:
    return frozenset(lacks) | {Ability.JOINED, Ability.DRIVER}


@frozen
class Opening:
    """A storage of which only a function is known that opens it.

    Attributes:
        opens: Given a place, it gives the storage there.
        lacks: What the storage cannot do; to be joined and to be spoiled take more than one function.
    """

    opens: Callable[[Path], Storage]
    lacks: frozenset[Ability] = field(converter=_with_what_takes_more)
    known_failures: Mapping[str, str] = field(factory=dict, init=False)
    patience: float = field(default=StorageConformance.patience, init=False)
    grace: float = field(default=StorageConformance.grace, init=False)

    def open_storage(self, where: Path) -> Storage:
        """The storage at `where`."""
        return self.opens(where)

    def open_impatient(self, where: Path) -> Storage:
        """The storage at `where`, as patient as it is."""
        return self.opens(where)

    def host_connection(self, where: Path) -> HostConnection:
        """Nobody said how."""
        raise NotImplementedError

    def spoil(self, where: Path) -> None:
        """Nobody said how."""
        raise NotImplementedError

    def address(self) -> Address:
        """Where another process finds the function."""
        return address_of(self.opens)


def adapter_at(target: str, lacks: Iterable[Ability]) -> Adapter:
    """What `module:name` stands for: a subclass of `StorageConformance`, or what opens a storage when called with a place.

    Raises:
        LookupError: there is no such thing, or it is neither.
    """
    module, _, name = target.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise LookupError(f"there is no {target}: {error}") from error
    if isinstance(found, type) and issubclass(found, StorageConformance):
        if set(lacks):
            raise LookupError(f"{target} says itself what it lacks")
        return found()
    if callable(found):
        return Opening(found, lacks)
    raise LookupError(f"{target} opens no storage: it is neither a function, nor a class, nor a StorageConformance")


def results(adapter: Adapter, seed: int, checks: Iterable[Check] = CHECKS) -> Iterator[Result]:
    """Each check and what came of it, as soon as it did."""
    with TemporaryDirectory(prefix="plannit-kit-", ignore_cleanup_errors=True) as folder:
        for check in checks:
            yield _result(adapter, check, Path(folder), seed)


def _result(adapter: Adapter, check: Check, folder: Path, seed: int) -> Result:
    if lacking := missing(adapter, check):
        return Result(check, Outcome.SKIPPED, f"it lacks {', '.join(lacking)}")
    known = adapter.known_failures.get(check.name)
    try:
        run_check(adapter, check, folder, seed)
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  # a wrong storage may raise anything
        return Result(check, Outcome.KNOWN, known) if known else Result(check, Outcome.FAILED, told(error))
    return (
        Result(check, Outcome.FAILED, "it passes, and yet is said to fail") if known else Result(check, Outcome.PASSED)
    )


def told(error: BaseException) -> str:
    """An error with the line of the check it came from, what stood in it, and the steps to it when Hypothesis found them."""
    place, line = error.__traceback__, ""
    while place is not None:
        file = place.tb_frame.f_code.co_filename
        if Path(file).parent == _CHECKS or Path(file).name in _MACHINES:
            said = linecache.getline(file, place.tb_lineno).strip()
            line = f"\n{Path(file).name}, line {place.tb_lineno}: {said}{_values(said, place.tb_frame.f_locals)}"
        place = place.tb_next
    words = f"{type(error).__name__}: {error}".strip().removesuffix(":") + line
    return "\n".join([words, *getattr(error, "__notes__", ())])


def _values(line: str, known: Mapping[str, Any]) -> str:
    """What the names in a line of a check stood for, where that is plain data."""
    names = dict.fromkeys(re.findall(r"[a-z_]\w*", line))
    plain = (bool, int, str, bytes, date, tuple, list, dict, set, NoneType)
    return "".join(
        f"\n    {name} = {reprlib.repr(known[name])}"
        for name in names
        if name in known and isinstance(known[name], plain)
    )


def heading(target: str, adapter: Adapter, seed: int) -> list[str]:
    """What was checked, with what."""
    limits = ", ".join(sorted(adapter.lacks)) or "none"
    return [
        f"plannit-core conformance kit {version('plannit-core')}, Python {platform.python_version()}",
        f"storage: {target}",
        f"limits declared: {limits}",
        f"seed: {seed}",
    ]


def lines_of(result: Result) -> list[str]:
    """A result in words."""
    words = f"{result.outcome:8}{result.check.name}"
    return [words, *(f"        {line}" for line in result.words.splitlines())]


def topic(about: str) -> str:
    """What a group of checks is about, in words."""
    return f"{'promise ' if about.isdigit() else ''}{about}: {TOPICS[about]}"


def summary(found: Sequence[Result]) -> str:
    """How many came out how, and once more which failed."""
    counts = Counter(each.outcome for each in found)
    told_counts = ", ".join(
        f"{counts[each]} {each.lower()}" for each in Outcome if counts[each] or each is not Outcome.KNOWN
    )
    failed = [f"FAILED  {each.check.name}" for each in found if each.outcome is Outcome.FAILED]
    return "\n".join([f"{len(found)} checks: {told_counts}", *failed])
