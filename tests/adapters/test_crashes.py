"""Crashes on an SQLite file: nothing that was acknowledged is lost, nothing is half done, nothing is done twice.

`python tests/crash/deep.py --points 100000 --kills 10000` does many more, in parts that can be resumed.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crash.disks import NoSmallDiskError, small_disk
from crash.kills import UNTIL, Killing
from crash.office import COMPANY, Office, dump
from crash.points import MODES, Crashing, every
from plannit_core import StorageError, audit
from plannit_core.adapters.sqlite import SqliteStorage, sessions
from plannit_core.handlers import HANDLERS
from plannit_core.season import bundled, replay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_command_stopped_at_any_statement_is_done_or_not_done(tmp_path: Path) -> None:
    """An exception at each statement of every kind of command, and inside statements, and then the closing check."""
    verdict = Crashing(tmp_path, every).run()
    assert verdict.is_good, verdict
    assert verdict.points.total() >= 2_000
    assert set(verdict.points) == set(MODES)
    assert set(verdict.kinds) == {kind.__name__ for kind in HANDLERS}
    assert verdict.stands > 0


def test_a_replay_killed_at_any_moment_goes_on_to_the_same_end(tmp_path: Path) -> None:
    """Processes killed in the midst of a season, and then the closing check; each goes on where it was."""
    verdict = Killing(tmp_path, 7).run(100)
    assert verdict.is_good, verdict
    assert verdict.kills == 100


# ------------------------------------------------------------------------------------------------------------ a full disk


def test_a_command_that_finds_the_disk_full_is_not_done_and_can_be_done_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may grow by no page, then by one, then by two: each command fails until there is room for it."""
    plain = Office(tmp_path / "plain.db", synchronous="NORMAL")
    truth = [dump(plain.file), *(dump(plain.file) for _ in plain.play())]
    plain.close()
    office = Office(tmp_path / "full.db", synchronous="NORMAL")
    office.close()
    room = 0
    connected = sessions.connected

    def with_a_limit(path: str, timeout: float) -> sqlite3.Connection:
        connection = connected(path, timeout)
        [(pages,)] = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages + room}")
        return connection

    monkeypatch.setattr(sessions, "connected", with_a_limit)
    office.open()
    failed = done = 0

    def do(key: str, command: object) -> object:
        nonlocal failed, done, room
        while True:
            count = office.ids.count
            try:
                result = office.app.do(command, key=key)
            except StorageError as error:
                assert error.code == "storage.failed"
                assert dump(office.file) == truth[done]
                failed += 1
                room += 1
                office.ids.count = count
            else:
                room = 0
                done += 1
                assert dump(office.file) == truth[done]
                return result
            finally:
                office.close()
                office.open()

    for _ in office.play(do):
        pass
    assert failed > 5
    assert audit.check(office.storage, COMPANY).found == ()
    office.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    place = tmp_path / "disk"
    try:
        with small_disk(place, "1m"):
            yield place
    except NoSmallDiskError as told:
        pytest.skip(f"no small file system can be made here, so a full one was not tried: {told}")


def test_a_replay_that_fills_its_disk_goes_on_once_there_is_room(tmp_path: Path, small: Path) -> None:
    season = bundled()
    company = season.company.key
    storage = SqliteStorage(small / "office.db")
    with pytest.raises(StorageError, match=r"storage\.(failed|outcome-unknown)"):
        replay(season, storage)
    position = storage.position(company)
    assert position > 0
    assert [each.code for each in audit.check(storage, company).found] == []
    storage.close()
    for left in sorted(small.glob("office.db*")):
        shutil.copy(left, tmp_path)
    storage = SqliteStorage(tmp_path / "office.db", synchronous="NORMAL")
    assert storage.position(company) == position
    whole = replay(season, storage)
    assert (whole.refused, whole.held) == ((), ())
    assert audit.check(storage, company).found == ()
    storage.close()


# ------------------------------------------------------------------------------------------------------------- live copies


def test_copies_taken_in_mid_write_are_whole(tmp_path: Path) -> None:
    """While a season is replayed, the online backup copies the file a few pages at a time, again and again."""
    season = bundled()
    company = season.company.key
    file = tmp_path / "office.db"
    storage = SqliteStorage(file, synchronous="NORMAL")
    writer = threading.Thread(target=replay, args=(season, storage), kwargs={"to": UNTIL.replace(month=11)})
    writer.start()
    copies = []
    while writer.is_alive() or not copies:
        copy = tmp_path / f"copy-{len(copies)}.db"
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target, pages=16)
        copies.append(copy)
    writer.join()
    events = list(storage.events(company, limit=100_000))
    storage.close()
    seen = set()
    for copy in copies[:: max(len(copies) // 10, 1)]:
        copied = SqliteStorage(copy, synchronous="NORMAL")
        assert audit.check(copied, company).found == ()
        told = list(copied.events(company, limit=100_000))
        assert told == events[: len(told)]
        seen.add(len(told))
        copied.close()
    assert len(seen) > 1
