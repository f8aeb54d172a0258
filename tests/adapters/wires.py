"""What stands between an engine and PostgreSQL, and lets something go wrong as the server would."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import psycopg
from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

SECRET = "Key (number)=(Ada Byron) already exists"
LOST = ""
"""No SQLSTATE: the connection is gone."""


@frozen
class Failure:
    """What goes wrong, and where.

    Attributes:
        state: A SQLSTATE, or `LOST`.
        at: The number of the statement, counted from 1; 0 for COMMIT.
        after: Whether COMMIT has done its work before.
    """

    state: str
    at: int = 0
    after: bool = False


def fail(connection: Any, state: str) -> None:
    """Let the server refuse what is said on a connection, which breaks off its transaction; or let the connection be lost."""
    if state == LOST:
        connection.close()
        raise psycopg.OperationalError(SECRET)
    connection.execute(f"DO $$ BEGIN RAISE EXCEPTION '{SECRET}' USING ERRCODE = '{state}'; END $$")


@define
class Wire:
    """Counts the statements, and lets one of them or COMMIT fail.

    Attributes:
        failure: What is to go wrong; `None` once it did.
        chance: How likely any statement, and COMMIT, fails with one of `states`, as long as nothing else is asked for.
        states: SQLSTATEs.
        count: How many statements were said since this was 0.
        failed: How much has gone wrong so far.
    """

    failure: Failure | None = None
    chance: float = 0
    states: tuple[str, ...] = ()
    count: int = 0
    failed: int = 0
    random: random.Random = field(factory=lambda: random.Random(42))

    def over(self, engine: Engine) -> None:
        """Stand between an engine and its driver."""
        dialect: Any = engine.dialect
        for name in ("do_execute", "do_executemany"):
            setattr(dialect, name, self._counting(getattr(dialect, name)))
        dialect.do_commit = self._committing(dialect.do_commit)

    def _counting(self, execute: Callable[..., None]) -> Callable[..., None]:
        def counted(cursor: Any, *args: Any) -> None:
            self.count += 1
            self._fail_if_due(cursor.connection, Failure("", self.count))
            execute(cursor, *args)

        return counted

    def _committing(self, commit: Callable[[Any], None]) -> Callable[[Any], None]:
        def committed(connection: Any) -> None:
            driver = connection.driver_connection
            self._fail_if_due(driver, Failure(""))
            commit(connection)
            self._fail_if_due(driver, Failure("", after=True))

        return committed

    def _fail_if_due(self, connection: Any, here: Failure) -> None:
        due = self.failure
        if due is not None and (due.at, due.after) == (here.at, here.after):
            self.failure = None
            self.failed += 1
            fail(connection, due.state)
        if self.chance and not here.after and self.random.random() < self.chance:
            self.failed += 1
            fail(connection, self.random.choice(self.states))
