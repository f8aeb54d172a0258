"""Runs what is documented: README, docs/ and the docstrings of the package.

Every fence marked ``python`` is executed, the fences of one page in one namespace, from top to bottom; a fence that
begins with ``>>>`` is compared with its output. Each page runs in an empty directory of its own, so that an example
may write ``office.db``. In the package, each ``>>>`` of a docstring runs with its module's names at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, chdir
from doctest import ELLIPSIS
from tempfile import TemporaryDirectory
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

ROOM = "_room"
SERVED = "how-to/row-level-security.md"

Setup = Callable[[dict[str, Any]], None]


def enter_a_room(namespace: dict[str, Any]) -> None:
    """Begin a page in an empty directory."""
    room = ExitStack()
    place = room.enter_context(TemporaryDirectory(prefix="plannit-docs-", ignore_cleanup_errors=True))
    room.enter_context(chdir(place))
    namespace[ROOM] = room


def leave_the_room(namespace: dict[str, Any]) -> None:
    """End a page: back to where we were, and nothing stays behind."""
    namespace.pop(ROOM).close()


def enter_a_database(namespace: dict[str, Any]) -> None:
    """Begin a page with a database of PostgreSQL: `owner_url`. The role that it makes does not stay behind either."""
    from databases import connected, new_database, server

    def drop_role() -> None:
        with connected(server()) as connection:
            connection.execute("DROP ROLE IF EXISTS plannit_app")

    enter_a_room(namespace)
    namespace[ROOM].callback(drop_role)
    namespace["owner_url"] = namespace[ROOM].enter_context(new_database())


def pages(path: str, pattern: str, *, but_not: str | None = None, setup: Setup = enter_a_room) -> Sybil:
    """The examples of these Markdown files."""
    return Sybil(
        parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)],
        path=path,
        pattern=pattern,
        exclude=but_not,
        setup=setup,
        teardown=leave_the_room,
    )


readme = pages(".", "README.md", but_not="*/README.md")
guides = pages("docs", "*.md", but_not=SERVED)
served = pages("docs", SERVED, setup=enter_a_database)
docstrings = Sybil(parsers=[DocTestParser(optionflags=ELLIPSIS)], path="src", pattern="*.py")

pytest_collect_file = SybilCollection([readme, guides, served, docstrings]).pytest()
