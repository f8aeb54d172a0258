"""The words that may follow `plannit`, and the help, in French and in English."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn

from ..lifecycle import MACHINES, InvoiceState, PaymentState
from .blocks import words
from .charset import Charset
from .failures import Exit, UsageError
from .layout import wrapped
from .places import without_urls
from .session import LANGUAGES
from .text import width_of
from .words import say

INVOICE_STATES = tuple(map(str, (InvoiceState.DRAFT, *PaymentState, InvoiceState.ISSUED, InvoiceState.VOIDED)))
_HEADINGS = {"positional arguments": "arguments\u00a0", "options": "options\u00a0"}
_MESSAGES = (
    (r"the following arguments are required: (.*)", "il manque : {0}"),
    (r"unrecognized arguments: (.*)", "mots inconnus : {0}"),
    (r"argument (.*?): expected one argument", "{0} : il manque une valeur"),
    (r"argument (.*?): invalid choice: (.*) \(choose from (.*)\)", "{0} : {1} n'est pas parmi {2}"),
    (r"argument (.*?): (.*)", "{0} : {1}"),
)


class _FrenchFormatter(argparse.RawDescriptionHelpFormatter):
    """Help with French headings."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """Begin with `utilisation`."""
        super().add_usage(usage, actions, groups, "utilisation : " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """A section under its French heading."""
        super().start_section(_HEADINGS.get(heading or "", heading))


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks French too, and raises instead of leaving.

    Args:
        lang: `fr` or `en`.
        environ: The environment.
        options: As `argparse.ArgumentParser` takes them.
    """

    def __init__(self, *, lang: str, environ: Mapping[str, str], **options: Any) -> None:
        formatter = _FrenchFormatter if lang == "fr" else argparse.RawDescriptionHelpFormatter
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=formatter, **options)
        self.lang = lang
        self.environ = environ
        self.add_argument("-h", "--help", action="help", help=say("help.help", lang))

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`."""
        told = _translated(message) if self.lang == "fr" else message
        raise UsageError(without_urls(told), self.format_usage())

    def print_help(self, file: Any = None) -> None:
        """Print the help in characters that can be written."""
        out = file or sys.stdout
        charset = Charset(getattr(out, "encoding", None) or "utf-8")
        out.write("".join(f"{charset.last(charset.fit(line))}\n" for line in self.format_help().splitlines()))


def parser(lang: str, environ: Mapping[str, str], *, needs_command: bool = False) -> Parser:
    """The parser of the whole command; unless a command is needed, there may be none, which is a wish for help."""
    made = Parser(
        prog="plannit",
        lang=lang,
        environ=environ,
        description=_wrapped(say("help.plannit", lang), environ),
        epilog=_exits(lang, environ),
    )
    made.add_argument("--version", action="version", version=f"plannit {_version()}", help=say("help.version", lang))
    _common(made, lang)
    commands = made.add_subparsers(dest="command", metavar=say("help.command", lang), required=needs_command)
    for name, arguments in _COMMANDS.items():
        told = say(f"help.{name}", lang)
        sub = commands.add_parser(
            name, lang=lang, environ=environ, help=told, description=_wrapped(told, environ), prog=f"plannit {name}"
        )
        arguments(sub, lang)
        _common(sub, lang)
    return made


def _demo(sub: Parser, lang: str) -> None:
    sub.add_argument("--db", metavar=say("help.file", lang), help=say("help.demo.db", lang))
    sub.add_argument("--keep", action="store_true", help=say("help.demo.keep", lang))


def _replay(sub: Parser, lang: str) -> None:
    sub.add_argument("folder", metavar=say("help.folder", lang), help=say("help.replay.folder", lang))
    sub.add_argument("--db", metavar=say("help.file", lang), required=True, help=say("help.replay.db", lang))
    sub.add_argument("--to", metavar=say("help.date", lang), type=_day(lang), help=say("help.replay.to", lang))


def _jobs(sub: Parser, lang: str) -> None:
    sub.add_argument("--status", metavar=say("help.word", lang), help=say("help.jobs.status", lang))
    _books(sub, lang)


def _invoices(sub: Parser, lang: str) -> None:
    told = say("help.invoices.state", lang, states=", ".join(INVOICE_STATES))
    sub.add_argument("--state", metavar=say("help.state", lang), choices=INVOICE_STATES, help=told)
    _books(sub, lang)


def _job(sub: Parser, lang: str) -> None:
    sub.add_argument("job", metavar=say("help.number", lang), help=say("help.job.job", lang))
    _books(sub, lang)


def _invoice(sub: Parser, lang: str) -> None:
    sub.add_argument("invoice", metavar=say("help.number", lang), help=say("help.invoice.invoice", lang))
    _books(sub, lang)


def _run_day(sub: Parser, lang: str) -> None:
    sub.add_argument("--on", metavar=say("help.date", lang), type=_day(lang), help=say("help.day.on", lang))
    _books(sub, lang)


def _backup(sub: Parser, lang: str) -> None:
    sub.add_argument("--db", metavar=say("help.file", lang), required=True, help=say("help.db", lang))
    sub.add_argument("--company", metavar=say("help.id", lang), help=say("help.backup.company", lang))
    sub.add_argument("--out", metavar=say("help.file", lang), help=say("help.backup.out", lang))


def _restore(sub: Parser, lang: str) -> None:
    sub.add_argument("backup", metavar=say("help.file", lang), help=say("help.restore.backup", lang))
    sub.add_argument("--db", metavar=say("help.file", lang), required=True, help=say("help.restore.db", lang))
    given = sub.add_mutually_exclusive_group()
    number = say("help.number", lang)
    given.add_argument("--last", metavar=number, nargs="+", help=say("help.restore.last", lang))
    given.add_argument("--nothing-since", action="store_true", help=say("help.restore.nothing", lang))


def _numbers(sub: Parser, lang: str) -> None:
    wanted = sub.add_mutually_exclusive_group(required=True)
    number = say("help.number", lang)
    wanted.add_argument("--hold", action="store_true", help=say("help.numbers.hold", lang))
    wanted.add_argument("--resume", metavar=number, nargs="*", help=say("help.numbers.resume", lang))
    _books(sub, lang)


def _diagram(sub: Parser, lang: str) -> None:
    sub.add_argument("kind", choices=tuple(MACHINES), help=say("help.diagram.kind", lang))


def _books(sub: Parser, lang: str) -> None:
    sub.add_argument("--db", metavar=say("help.file", lang), required=True, help=say("help.db", lang))
    sub.add_argument("--company", metavar=say("help.id", lang), help=say("help.company", lang))


def _common(sub: Parser, lang: str) -> None:
    """The options of every command; they may also stand before it."""
    sub.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=say("help.json", lang))
    sub.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=say("help.lang", lang))


_COMMANDS = {
    "demo": _demo,
    "replay": _replay,
    "jobs": _jobs,
    "job": _job,
    "invoices": _invoices,
    "invoice": _invoice,
    "day": _run_day,
    "check": _books,
    "backup": _backup,
    "restore": _restore,
    "numbers": _numbers,
    "diagram": _diagram,
}


def _day(lang: str) -> Any:
    def read(text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise argparse.ArgumentTypeError(say("usage.day", lang, found=text)) from None

    return read


def _exits(lang: str, environ: Mapping[str, str]) -> str:
    """What the command ends with."""
    told = [say("help.exits", lang)]
    for each in Exit:
        first, *others = _wrapped(say(f"exit.{each}", lang), environ, indent=8).splitlines()
        told += [f"  {int(each):>4}  {first}", *(f"{' ' * 8}{line}" for line in others)]
    return "\n".join(told)


def _wrapped(text: str, environ: Mapping[str, str], indent: int = 0) -> str:
    width = width_of(sys.stdout, environ) - 2 - indent
    return "\n".join("".join(piece.text for piece in line) for line in wrapped(words(text), width))


def _translated(message: str) -> str:
    for pattern, french in _MESSAGES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return french.format(*found.groups())
    return message


def _version() -> str:
    try:
        return version("plannit-core")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "?"
