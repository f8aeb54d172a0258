"""The kit proven: of storages that are wrong in one way each, every one is caught, by the check that is named for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings

from plannit_core.testing import CHECKS, TOPICS

from .forgetful import PROCESSES, ForgetfulConformance
from .proving import GlassConformance, failures
from .shelf import SHELF

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plannit_core.testing import Check

    from .wrong import Wrong

ABOUT = {check.name: check.about for check in CHECKS}
GRACIOUS = (
    "whoever_writes_second_has_seen_what_the_first_stored",
    "a_tap_and_a_draft_on_an_empty_job_follow_one_another_in_either_order",
    "a_writer_that_will_not_wait_is_told_so_at_once",
    "nothing_appears_before_what_a_consumer_has_read",
)
LONG = ("readers_agree_with_themselves_while_a_writer_works", "without_a_limit_everything_is_given")


RESTING = ("14", "whole")
"""Topics whose checks rest on all the others: a backup holds a little of everything."""


def narrow(wanted: str) -> list[Check]:
    """All but those that rest on others, unless one of them is wanted, and those that take long unless they are."""
    about = {*TOPICS} - {*RESTING} | {ABOUT[wanted]} - {"whole"}
    return [check for check in CHECKS if check.name == wanted or (check.about in about and check.name not in LONG)]


def test_the_right_one_passes(tmp_path: Path) -> None:
    assert failures(GlassConformance(), tmp_path) == {}


def conformance_of(wrong: Wrong) -> GlassConformance:
    """The kit on it; something forbidden is given time where it is what is wrong."""
    grace = 0.2 if wrong.check in GRACIOUS else 0.01
    own = {"storage": wrong.storage, "lacks": wrong.lacks, "patience": wrong.patience, "grace": grace}
    conformance = type("Conformance", (GlassConformance,), own)
    return conformance()


@pytest.fixture(autouse=True)
def unshrunk() -> Iterator[None]:
    """What is drawn at random is only looked for here, not made small: that takes minutes."""
    usual = settings()
    settings.register_profile("shelf", usual, phases=[Phase.generate], database=None)
    settings.load_profile("shelf")
    yield
    settings.register_profile("before the shelf", usual)
    settings.load_profile("before the shelf")


@pytest.mark.parametrize("what", SHELF)
def test_a_wrong_storage_is_caught_by_the_check_named_for_it(what: str, tmp_path: Path) -> None:
    wrong = SHELF[what]
    found = failures(conformance_of(wrong), tmp_path, narrow(wrong.check))
    assert wrong.check in found
    assert {ABOUT[name] for name in found} <= {ABOUT[wrong.check], *wrong.also}, sorted(found)


@pytest.mark.parametrize("what", PROCESSES)
def test_a_storage_that_is_wrong_among_processes_is_caught_by_the_check_named_for_it(what: str, tmp_path: Path) -> None:
    conformance, wanted = PROCESSES[what]
    [check] = [each for each in CHECKS if each.name == wanted]
    assert wanted in failures(conformance(), tmp_path, [check])


def test_a_storage_that_keeps_all_in_the_process_is_right_as_long_as_no_process_is_killed(tmp_path: Path) -> None:
    found = failures(ForgetfulConformance(), tmp_path, narrow("a_process_killed_right_after_a_commit_has_stored_it"))
    assert {ABOUT[name] for name in found} == {"processes"}


def test_every_check_is_named_for_something_that_is_wrong() -> None:
    assert len(SHELF) >= 30
    named = {wrong.check for wrong in SHELF.values()} | {check for _, check in PROCESSES.values()}
    assert named == {check.name for check in CHECKS}
