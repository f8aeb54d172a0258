"""Very large books on PostgreSQL in little time: the rows of one job that is over and done with, copied by the database itself.

They are the rows that `filling.fill` would write, to the letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Engine, String, Table, cast, func, insert, select, text, true, update

from benchmarks.filling import fill, tail_of
from plannit_core.adapters.sql.tables import EVENT, HEAD, KINDS

if TYPE_CHECKING:
    from plannit_core import Plannit

EVENTS_A_JOB = 6


def fill_in_bulk(app: Plannit, engine: Engine, jobs: int) -> None:
    """As `fill`, and in the state in which the server's own housekeeping would leave the tables."""
    fill(app, 1)
    places = func.generate_series(1, jobs - 1).table_valued("place").render_derived()
    with engine.begin() as connection:
        for table in (*KINDS.values(), EVENT):
            known = table.c.job if table is EVENT else table.c.id
            copies = select(*(_copied(table, column, places.c.place) for column in table.c))
            found = copies.select_from(table.join(places, true())).where(
                table.c.company == app.company, known.like(f"%\\_{tail_of(0)}")
            )
            connection.execute(insert(table).from_select(list(table.c.keys()), found))
        moved = HEAD.c.position + (jobs - 1) * EVENTS_A_JOB
        connection.execute(update(HEAD).where(HEAD.c.company == app.company).values(position=moved))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def _copied(table: Table, column: Column[Any], place: ColumnElement[int]) -> ColumnElement[Any]:
    """What stands in a column of a copy: as in the first one, but for ids, numbers, positions and the client's name."""
    if table is EVENT and column.name == "position":
        return column + place * EVENTS_A_JOB
    if not isinstance(column.type, String):
        return column
    digits = cast(place, String)
    new: ColumnElement[Any] = func.replace(column, tail_of(0), func.concat("copy-", func.lpad(digits, 21, "0")))
    if column.name == "number":
        return func.replace(column, "C0", func.concat("C", digits))
    if column.name == "body":
        new = func.replace(new, '"C0"', func.concat('"C', digits, '"'))
        new = func.replace(new, '"Client 0"', func.concat('"Client ', digits, '"'))
    return new
