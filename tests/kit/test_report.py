"""The report of the kit: `python -m plannit_core.testing module:name`."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from plannit_core.testing.__main__ import main

FEW = ["--only", "positions_are_1_2_3_in_each_company", "a_rollback_leaves_no_gap", "two_handles_take_turns"]


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    return code, capsys.readouterr().out


def test_a_right_storage_gets_a_report_with_its_limits_and_its_seed(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = report(capsys, "kit.storages:memory", "--lacks", "durable,processes", "--seed", "42", *FEW)
    assert code == 0
    assert f"conformance kit {version('plannit-core')}, Python 3." in told
    assert "\nstorage: kit.storages:memory\nlimits declared: driver, durable, joined, processes\nseed: 42\n" in told
    assert "\npromise 7: Event positions are 1, 2, 3" in told
    assert "\npassed  positions_are_1_2_3_in_each_company\n" in told
    assert "\nskipped two_handles_take_turns\n        it lacks durable\n" in told
    assert told.endswith("\n3 checks: 2 passed, 0 failed, 1 skipped\n")


def test_a_wrong_storage_is_told_where(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = report(capsys, "kit.storages:wrong", "--lacks", "durable", *FEW)
    assert code == 1
    assert re.search(r"\nFAILED  positions_are_1_2_3_in_each_company\n        AssertionError.*\n", told)
    assert re.search(r"\n        events\.py, line \d+: assert \(storage\.position\(ACME\)", told)
    assert told.endswith("\n3 checks: 1 passed, 1 failed, 1 skipped\nFAILED  positions_are_1_2_3_in_each_company\n")


def test_a_wrong_storage_is_told_with_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    only = ("--only", "of_one_key_used_by_many_at_once_one_commit_stands")
    code, told = report(capsys, "kit.storages:forgetful", "--lacks", "durable,processes", *only)
    assert code == 1
    assert re.search(r": assert outcomes\.count\(True\) == 1\n            outcomes = \[True, ", told)


def test_a_class_that_takes_the_place_opens_a_storage(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = report(capsys, "kit.storages:Placed", "--lacks", "durable,processes", *FEW)
    assert code == 0
    assert told.endswith("\n3 checks: 2 passed, 0 failed, 1 skipped\n")


def test_a_known_failure_is_no_failure_and_one_that_passes_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, told = report(capsys, "kit.storages:WrongButKnown", *FEW)
    assert code == 1
    assert "\nknown   positions_are_1_2_3_in_each_company\n        it is always at event 7\n" in told
    assert "\nFAILED  a_rollback_leaves_no_gap\n        it passes, and yet is said to fail\n" in told
    assert told.endswith("\n3 checks: 0 passed, 1 failed, 1 skipped, 1 known\nFAILED  a_rollback_leaves_no_gap\n")


def test_what_the_machine_finds_is_told_step_by_step_and_again_with_the_same_seed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ("kit.storages:wrong", "--lacks", "durable", "--only", "a_storage_says_what_a_dictionary_says")
    first, again = (report(capsys, *arguments, "--seed", "7") for _ in range(2))
    steps = [re.findall(r"^        state\..*$", told, re.MULTILINE) for _, told in (first, again)]
    assert steps[0] == steps[1] != []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["kit.nowhere:memory"], "there is no kit.nowhere:memory"),
        (["kit.storages:nothing"], "there is no kit.storages:nothing"),
        (["kit.storages"], "there is no kit.storages"),
        (["kit.storages:NOT_A_FUNCTION"], "is neither a function"),
        (["kit.storages:WrongButKnown", "--lacks", "durable"], "says itself what it lacks"),
        (["kit.storages:memory", "--only", "a_check_that_is_none"], "there is no check a_check_that_is_none"),
    ],
)
def test_what_cannot_be_checked_is_said_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_an_ability_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as wrong:
        main(["kit.storages:memory", "--lacks", "patience"])
    assert wrong.value.code == 2
    assert "abilities are durable, processes, parallel, joined, driver" in capsys.readouterr().err


def test_without_assertions_nothing_is_checked() -> None:
    program = "import sys; from plannit_core.testing.__main__ import main; sys.exit(main(['json:dumps']))"
    done = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "run Python without -O" in done.stderr


def test_importing_the_library_loads_no_test_tool() -> None:
    program = "import plannit_core, sys; print([name for name in ('pytest', 'hypothesis') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
