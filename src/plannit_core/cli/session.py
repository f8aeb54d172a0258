"""One run of the command: where it speaks, and in which language."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TextIO

from .blocks import Block, sentence
from .charset import Charset
from .text import printer_for
from .words import say

LANGUAGES = ("fr", "en")


class Session:
    """Where the command speaks, and in which language.

    Args:
        argv: The words after `plannit`; only `--lang` and `--json` are looked for.
        environ: The environment.

    Attributes:
        db: The file or the database with the books, once it is known.
        company: The company that was asked for, if one was.
    """

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.out: TextIO = sys.stdout
        self.err: TextIO = sys.stderr
        self.is_json = "--json" in argv
        self.db: str | None = None
        self.company: str | None = None
        self._asked = _asked_language(argv)
        self._spoken: str | None = None

    @property
    def lang(self) -> str:
        """`fr` or `en`: the one asked for, else the company's, else the environment's."""
        return self._asked or self._spoken or language_of_environment(self.environ)

    def speak(self, language: str) -> None:
        """Take over the language of a company, unless another one was asked for."""
        self._spoken = language[:2]

    def show(self, blocks: Iterable[Block]) -> None:
        """Print to the standard output."""
        printer_for(self.out, self.environ).show(blocks)
        self.out.flush()

    def tell(self, blocks: Iterable[Block]) -> None:
        """Print to the standard error output."""
        printer_for(self.err, self.environ).show(blocks)

    def show_json(self, document: Mapping[str, Any]) -> None:
        """Print one JSON document to the standard output."""
        self.out.write(_json(document, self.out))
        self.out.flush()

    def tell_json(self, document: Mapping[str, Any]) -> None:
        """Print one JSON document to the standard error output."""
        self.err.write(_json(document, self.err))

    def interrupted(self) -> None:
        """Say that the command was interrupted; what a replay did until then is stored."""
        self.tell([sentence(say("interrupted", self.lang))])

    def let_go(self) -> None:
        """Nobody reads the output any more: what is still in its buffer goes nowhere, without a complaint at the end."""
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.out.fileno())


def language_of_environment(environ: Mapping[str, str]) -> str:
    """`fr` where the locale is a French one, else `en`."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environ.get(name))), "")
    return "fr" if locale.lower().startswith("fr") else "en"


def _asked_language(argv: Sequence[str]) -> str | None:
    """The value of the last `--lang`, if it is one of ours."""
    asked = None
    for place, word in enumerate(argv):
        name, _, value = word.partition("=")
        if name == "--lang":
            asked = value or next(iter(argv[place + 1 : place + 2]), "")
    return asked if asked in LANGUAGES else None


def _json(document: Mapping[str, Any], stream: TextIO) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2)
    charset = Charset(getattr(stream, "encoding", None) or "utf-8")
    return f"{text if charset.has(text) else json.dumps(document, indent=2)}\n"
