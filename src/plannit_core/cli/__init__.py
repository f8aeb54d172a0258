"""The `plannit` command. It knows no rule: figures come from the library's views and from its season.

`docs/reference/command-line.md` tells what it can do and what it ends with.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from ..errors import PlannitError
    from .answers import Answer
    from .session import Session

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The words after `plannit`; those of this process unless given.

    Returns:
        What the command ends with: 0 when all is well; see `plannit --help`.
    """
    from .failures import Exit
    from .session import Session

    words = list(sys.argv[1:] if argv is None else argv)
    session = Session(words, os.environ)
    try:
        return _run(words, session)
    except KeyboardInterrupt:
        session.err.write(f"\n{_interruption(words, session)}\n")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return Exit.NO_READER


def _run(argv: list[str], session: Session) -> int:
    from ..errors import PlannitError
    from .arguments import parser

    try:
        args = parser(session.lang, session.environ).parse_args(argv)
        answer = _COMMANDS[args.command](args, session)
        if session.is_json:
            session.show_json(answer.data())
        else:
            session.show(answer.blocks(session.lang))
    except PlannitError as error:
        return _fail(error, session)
    except SystemExit as end:  # --help, --version
        session.out.flush()
        return int(end.code or 0)
    return int(answer.exit)


def _fail(error: PlannitError, session: Session) -> int:
    from .failures import blocks, document, exit_of

    if session.is_json:
        session.tell_json(document(error, session.lang))
    else:
        session.tell(blocks(error, session.lang))
    return int(exit_of(error))


def _books(name: str) -> Callable[[Namespace, Session], Answer]:
    def run(args: Namespace, session: Session) -> Answer:
        from . import run_books

        command: Callable[[Namespace, Session], Answer] = getattr(run_books, name)
        return command(args, session)

    return run


def _season(name: str) -> Callable[[Namespace, Session], Answer]:
    def run(args: Namespace, session: Session) -> Answer:
        from . import run_season

        command: Callable[[Namespace, Session], Answer] = getattr(run_season, name)
        return command(args, session)

    return run


_COMMANDS: dict[str, Callable[[Namespace, Session], Answer]] = {
    "demo": _season("demo"),
    "replay": _season("replay_folder"),
    "job": _books("show_job"),
    "invoice": _books("show_invoice"),
    "day": _books("run_day"),
    "diagram": _books("show_diagram"),
}
