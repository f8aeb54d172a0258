"""Nobody takes a check away from a storage by the way: it is declared, or the run fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.testing import Ability, StorageConformance
from plannit_core.testing.conformance import check_declared
from plannit_core.testing.processes import address_of, thing_at

A_CHECK = "an_exception_leaves_no_trace"


class Mixin:
    """It has a test of the same name."""

    def test_check(self) -> None:
        """Nothing is checked."""


@pytest.mark.parametrize(
    ("bases", "names"),
    [
        ((), {"test_check": None}),
        ((), {"test_check": lambda self, check: None}),
        ((), {"pytest_generate_tests": lambda self, metafunc: None}),
        ((), {"address": classmethod(lambda cls: ("json", "json.py", "dumps"))}),
        ((), {"run": lambda self, check, folder: None}),
        ((), {A_CHECK: lambda self: None}),
        ((Mixin,), {}),
    ],
    ids=[
        "no test",
        "another test",
        "other parameters",
        "another address",
        "another run",
        "a check of its own",
        "a mixin",
    ],
)
def test_a_storage_that_overrides_a_check_is_not_even_collected(bases: Any, names: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="overrides"):
        type("TestMine", (*bases, StorageConformance), names)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"known_failures": {"an_exception_leaves_a_trace": "so it is"}}, "there is no check"),
        ({"known_failures": {A_CHECK: " "}}, "needs its reason"),
        ({"lacks": ["durable"]}, "is no Ability"),
    ],
)
def test_what_a_storage_declares_must_make_sense(names: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        type("TestMine", (StorageConformance,), names)


def test_a_check_that_is_taken_away_later_fails_the_run() -> None:
    mine = type("TestMine", (StorageConformance,), {})
    mine.test_check = lambda self, check: None
    with pytest.raises(TypeError, match="overrides"):
        check_declared(mine)


MODULE = """
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.testing import Ability, StorageConformance


class Wrong(MemoryStorage):
    def position(self, company):
        return 7


class Base(StorageConformance):
    lacks = {Ability.DURABLE, Ability.JOINED, Ability.DRIVER}

    def open_storage(self, where):
        return Wrong()


class TestSaid(Base):
    known_failures = {"positions_are_1_2_3_in_each_company": "always at event 7"}


class TestUnsaid(Base):
    pass


class TestTooMuchSaid(Base):
    known_failures = {"a_receipt_is_found_by_its_key": "it once failed"}


class TestFiveLines(StorageConformance):
    lacks = {Ability.DURABLE, Ability.JOINED, Ability.DRIVER}

    def open_storage(self, where):
        return MemoryStorage()
"""


def test_each_check_shows_by_its_name_skipped_ones_are_listed_and_known_failures_are_strict(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(MODULE)
    names = "positions_are_1_2_3 or a_receipt_is_found or every_commit_is_there"
    command = [sys.executable, "-m", "pytest", "-v", "-ra", "-p", "no:cacheprovider", "-k", names, "test_mine.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = dict(re.findall(r"^test_mine\.py::(\S+) ([A-Z]+)\b", done.stdout, re.MULTILINE))
    assert done.returncode == 1
    assert told == {
        **outcomes("TestSaid", "XFAIL", "PASSED"),
        **outcomes("TestUnsaid", "FAILED", "PASSED"),
        **outcomes("TestTooMuchSaid", "FAILED", "FAILED"),
        **outcomes("TestFiveLines", "PASSED", "PASSED"),
    }
    assert "TestFiveLines lacks durable: every_commit_is_there_for_a_second_handle_at_once" in done.stdout
    assert "always at event 7" in done.stdout
    assert "[XPASS(strict)] it once failed" in done.stdout
    assert "assert (7, 7, 7) == (3, 1, 0)" in done.stdout


def outcomes(name: str, positions: str, receipt: str) -> dict[str, str]:
    return {
        f"{name}::test_check[positions_are_1_2_3_in_each_company]": positions,
        f"{name}::test_check[a_receipt_is_found_by_its_key]": receipt,
        f"{name}::test_check[every_commit_is_there_for_a_second_handle_at_once]": "SKIPPED",
    }


def test_another_process_finds_a_storage_only_at_the_top_of_a_module() -> None:
    class Inside(StorageConformance):
        def open_storage(self, where: Path) -> MemoryStorage:
            return MemoryStorage()

    assert thing_at(address_of(StorageConformance)) is StorageConformance
    with pytest.raises(TypeError, match=r"Ability\.PROCESSES"):
        Inside.address()


def test_what_is_not_said_is_asked_for_in_words(tmp_path: Path) -> None:
    conformance = StorageConformance()
    for method, word in (
        (conformance.open_storage, "open_storage"),
        (conformance.host_connection, Ability.JOINED.name),
        (conformance.spoil, Ability.DRIVER.name),
    ):
        with pytest.raises(NotImplementedError, match=word):
            method(tmp_path)
