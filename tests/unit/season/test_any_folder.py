"""Whatever stands in the cells, a folder is read or reported; what is read is played, balances, and is played once."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.season import SeasonError, read_season, reconcile, replay

WORDS = ("", "balance", "0", "1,234", "-5", "2026-03-09", "2026-06-20", "Q-1", "Q-1/2", "W-2", "I-1", "R-1", "C-2")
WORDS += (
    "late",
    "phone",
    "attach",
    "itself",
    "void",
    "discard",
    "refund",
    "halves",
    "at-once",
    "cash",
    "\x00",
    "é" * 300,
)


@given(data=st.data())
def test_any_cell_may_hold_anything(small_season, data) -> None:
    name = data.draw(st.sampled_from(sorted(file for file in small_season if file.endswith(".csv"))))
    delimiter = ";" if name == "prices.csv" else ","
    rows = list(csv.reader(io.StringIO(small_season[name]), delimiter=delimiter))
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[0]) - 1))
    others = [each[column] for each in rows[1:]]
    rows[row][column] = data.draw(st.sampled_from(others) | st.sampled_from(WORDS) | st.text(max_size=20))
    changed = io.StringIO()
    csv.writer(changed, delimiter=delimiter).writerows(rows)
    with TemporaryDirectory() as folder:
        for file, content in {**small_season, name: changed.getvalue()}.items():
            (Path(folder) / file).write_bytes(content.encode("utf-8", "surrogatepass"))
        try:
            season = read_season(folder)
        except SeasonError as refused:
            assert refused.problems
            return
    storage = MemoryStorage()
    first = replay(season, storage)
    assert reconcile(first.app).balances
    again = replay(season, storage)
    assert again.done == 0 or first.refused
    assert again.done + again.repeated + len(again.refused) == first.done + len(first.refused)
