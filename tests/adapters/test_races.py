"""Two at once: approvals, generations, taps, payments, numbers, keys and days; as threads, and as processes on one file.

`company.races` says what each kind of race may come to. `python -m company.racing --races 10000` in tests/ runs more of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from company.races import RACES
from company.racing import MODES, track

if TYPE_CHECKING:
    from collections.abc import Iterator

    from company.racing import Track

pytestmark = pytest.mark.slow
RUNS = {"threads in memory": 18, "threads on one file": 18, "processes on one file": 14}  # 50 of each kind


@pytest.fixture(scope="module", params=MODES)
def course(request: pytest.FixtureRequest) -> Iterator[tuple[Track, int]]:
    with track(request.param) as here:
        yield here, RUNS[request.param]


@pytest.mark.parametrize("name", RACES)
def test_two_at_once_come_to_nothing_but_what_is_allowed(course: tuple[Track, int], name: str) -> None:
    here, runs = course
    for _ in range(runs):
        here.run(name)


def test_a_tap_and_a_draft_on_an_empty_job_follow_one_another_in_either_order(course: tuple[Track, int]) -> None:
    """The second to write has seen the first, who had not yet ended when the second set off."""
    here, _ = course
    assert here.run("a tap against a draft", "0 first") == ["done", "done"]
    assert here.run("a tap against a draft", "1 first") == ["invoice.choice-required", "done"]


@pytest.mark.parametrize("name", ["two approvals", "two payments of the last cent"])
def test_whoever_has_the_turn_first_wins(course: tuple[Track, int], name: str) -> None:
    here, _ = course
    assert here.run(name, "0 first")[0] == "done"
    assert here.run(name, "1 first")[1] == "done"
