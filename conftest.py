"""Runs what is documented: README, docs/ and the docstrings of the package.

Every fence marked ``python`` is executed, the fences of one page in one namespace, from top to bottom; a fence that
begins with ``>>>`` is compared with its output. Each page runs in an empty directory of its own, so that an example
may write ``office.db``. In the package, each ``>>>`` of a docstring runs with its module's names at hand.
"""

from __future__ import annotations

from contextlib import ExitStack, chdir
from doctest import ELLIPSIS
from tempfile import TemporaryDirectory
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

ROOM = "_room"


def enter_a_room(namespace: dict[str, Any]) -> None:
    """Begin a page in an empty directory."""
    room = ExitStack()
    place = room.enter_context(TemporaryDirectory(prefix="plannit-docs-", ignore_cleanup_errors=True))
    room.enter_context(chdir(place))
    namespace[ROOM] = room


def leave_the_room(namespace: dict[str, Any]) -> None:
    """End a page: back to where we were, and nothing stays behind."""
    namespace.pop(ROOM).close()


def pages(path: str, pattern: str, *, but_not: str | None = None) -> Sybil:
    """The examples of these Markdown files."""
    return Sybil(
        parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)],
        path=path,
        pattern=pattern,
        exclude=but_not,
        setup=enter_a_room,
        teardown=leave_the_room,
    )


readme = pages(".", "README.md", but_not="*/README.md")
guides = pages("docs", "*.md")
docstrings = Sybil(parsers=[DocTestParser(optionflags=ELLIPSIS)], path="src", pattern="*.py")

pytest_collect_file = SybilCollection([readme, guides, docstrings]).pytest()
