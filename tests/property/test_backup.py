"""Whatever is in the books comes back from a backup, on the other storage as well, and backs up to the same lines again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import FixedClock, Plannit, audit, backup
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from support import busy, looks, walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from plannit_core.ports import Storage

MORNING = "2026-03-02T09:00-05:00"


def screens(app: Plannit) -> list[Any]:
    """Every view of everything; but for the settings, which say that numbers are held."""
    with app.reading() as read:
        contacts, jobs = read.contacts.find(), read.jobs.find()
        documents = [*jobs, *read.quotes.find(), *read.invoices.find(), *read.work_orders.find()]
    days = [app.today + timedelta(days=ahead) for ahead in (-30, 0, 30)]
    return [
        app.settings,
        [app.folder(each.id) for each in jobs],
        [app.documents(each.id) for each in contacts],
        [app.actions(each.id) for each in documents],
        [app.receivables(day) for day in days],
        app.departures(),
    ]


def lines_of(app: Plannit) -> list[str]:
    return list(backup.exported(app.storage, app.company))


def other_than(storage: Storage, file: Path) -> Storage:
    if isinstance(storage, SqliteStorage):
        return MemoryStorage()
    return SqliteStorage(file, synchronous="NORMAL")


def but_for(line: str, *names: str) -> dict[str, Any]:
    [document] = json.loads(line).values()
    return {name: value for name, value in document.items() if name not in names}


@looks(12)
@given(data=st.data())
def test_what_is_restored_on_the_other_storage_looks_the_same_and_backs_up_the_same(
    open_app: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for place, _ in enumerate(walk(data.draw, app, clock, 12)):
            app.do(c.AddContact("Ada Byron"), key=f"click-{place}")
        app.outbox.drain("mailer", lambda _: None, start="beginning", limit=data.draw(st.integers(0, 20)))
        lines, seen = lines_of(app), screens(app)

        other = other_than(app.storage, tmp_path_factory.mktemp("restored") / "books.db")
        done = backup.restored(lines, other, clock=clock)
        back = evolve(app, storage=other)
        assert screens(back) == seen
        assert audit.check(other, app.company).found == ()
        again = lines_of(back)
        held = [place for place, line in enumerate(again) if f'"position":{done.position + 1},"at"' in line]
        assert [*again[2 : held[0]], *again[held[0] + 1 : -1]] == lines[2:-1]

        third = MemoryStorage()
        backup.restored(again, third, clock=clock)  # its numbers are held already, so nothing else is different
        last = lines_of(evolve(app, storage=third))
        assert last[1:-1] == again[1:-1]
        assert but_for(last[0], "epoch") == but_for(again[0], "epoch")
        assert [but_for(each[0])["epoch"] for each in (lines, again, last)] == [1, 2, 3]

        for each in (app, back):
            each.outbox.drain("mailer", lambda _: None)
        back.do(c.ResumeNumbers())
        both = [[each.outbox.lag("mailer"), screens(each)] for each in (app, back)]
        assert both == [[0, seen], [1, seen]]
        other.close()
