"""The `plannit` command. It knows no rule: figures come from the library's views and from its season.

`docs/reference/command-line.md` says what it can do and what it ends with.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from ..errors import PlannitError
    from .answers import Answer
    from .session import Session

__all__ = ["main"]

_COMMANDS = {
    "demo": "run_season",
    "replay": "run_season",
    "jobs": "run_lists",
    "job": "run_books",
    "invoices": "run_lists",
    "invoice": "run_books",
    "day": "run_books",
    "check": "run_check",
    "backup": "run_backup",
    "restore": "run_backup",
    "numbers": "run_backup",
    "diagram": "run_books",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The words after `plannit`; those of this process unless given.

    Returns:
        What the command ends with: 0 when all is well; `plannit --help` lists the others.
    """
    from .failures import Exit
    from .session import Session

    words = list(sys.argv[1:] if argv is None else argv)
    session = Session(words, os.environ)
    try:
        return _run(words, session)
    except KeyboardInterrupt:
        session.interrupted()
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        session.let_go()
        return int(Exit.NO_READER)


def _run(argv: list[str], session: Session) -> int:
    from ..errors import PlannitError
    from .arguments import parser
    from .failures import Exit

    try:
        asked = parser(session.lang, session.environ, needs_command=session.is_json)
        args = asked.parse_args(argv)
        if args.command is None:
            asked.print_help(session.out)
            return int(Exit.OK)
        session.db, session.company = getattr(args, "db", None), getattr(args, "company", None)
        answer = _answer(args, session)
        if session.is_json:
            session.show_json(answer.data())
        else:
            session.show(answer.blocks(session.lang))
    except PlannitError as error:
        return _fail(error, session)
    except SystemExit as end:  # --help and --version
        session.out.flush()
        return int(end.code or 0)
    return int(answer.exit)


def _answer(args: Namespace, session: Session) -> Answer:
    """Do what was asked for; only the modules of that command are loaded."""
    module = import_module(f".{_COMMANDS[args.command]}", __name__)
    answer: Answer = module.COMMANDS[args.command](args, session)
    return answer


def _fail(error: PlannitError, session: Session) -> int:
    from .failures import blocks, document, exit_of

    code = exit_of(error)
    if session.is_json:
        session.tell_json(document(error, session.lang))
    else:
        session.tell(blocks(error, session.lang, session.db, session.company))
    return int(code)
