"""Crashes on an SQLite file: nothing that was acknowledged is lost, nothing is half done, nothing is done twice.

`python tests/crash/deep.py --points 100000 --kills 10000` does many more, in parts that can be resumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crash.kills import Killing
from crash.points import Crashing, every

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_stopped_at_any_statement_is_done_or_not_done(tmp_path: Path) -> None:
    """An exception at each statement of every kind of command, and inside statements, and then the closing check."""
    verdict = Crashing(tmp_path, every, 2_000).run()
    assert verdict.is_good, verdict
    assert verdict.points.total() == 2_000
    assert len(verdict.kinds) >= 10


def test_a_replay_killed_at_any_moment_goes_on_to_the_same_end(tmp_path: Path) -> None:
    """Processes killed in the midst of a season, and then the closing check; each goes on where it was."""
    verdict = Killing(tmp_path, 7).run(100)
    assert verdict.is_good, verdict
    assert verdict.kills == 100
