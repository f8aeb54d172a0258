"""Printers: the same blocks as plain text, or with colours and rules where rich is there and a person is looking."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TextIO

from attrs import frozen

from .blocks import Block, Heading, Node, Sentence, Table, Verbatim, Words, muted, strong, words
from .charset import Charset
from .layout import GAP, INDENT, Lines, beside, fitted, pushed, size, stacked, widths, wrapped

NARROWEST, WIDEST, USUAL = 24, 100, 80


class Printer(Protocol):
    """Shows blocks."""

    def show(self, blocks: Iterable[Block]) -> None:
        """Print `blocks`, one below the other."""
        ...


@frozen
class PlainPrinter:
    """Plain text.

    Attributes:
        out: Where to.
        width: No line is longer, but for a word that does not fit.
        charset: What can be written there.
    """

    out: TextIO
    width: int
    charset: Charset

    def show(self, blocks: Iterable[Block]) -> None:
        """Print `blocks`, one below the other."""
        for block, is_apart in spaced(blocks):
            lines = self._lines(fitted(block, self.charset))
            text = "".join(f"{self.charset.last(_text(line)).rstrip()}\n" for line in lines)
            self.out.write(f"\n{text}" if is_apart else text)

    def _lines(self, block: Block) -> Iterator[Words]:
        match block:
            case Heading():
                yield from title(block, self.width, self.charset)
            case Sentence():
                yield from wrapped(block.words, self.width)
            case Node():
                yield from self._tree(block)
            case Table():
                yield from self._table(block)
            case Verbatim():
                yield from map(words, block.text.splitlines())

    def _tree(self, node: Node, first: str = "", other: str = "") -> Iterator[Words]:
        lines = beside(node.left, node.right, self.width - len(other))
        yield from (words(other if place else first, line) for place, line in enumerate(lines))
        branch, last, stem = ("├── ", "└── ", "│   ") if self.charset.has_lines else ("+-- ", "`-- ", "|   ")
        for place, below in enumerate(node.below, start=1):
            is_last = place == len(node.below)
            yield from self._tree(
                below, other + (last if is_last else branch), other + (" " * INDENT if is_last else stem)
            )

    def _table(self, table: Table) -> Iterator[Words]:
        sizes = widths(table, self.width)
        if sizes is None:
            for tree in stacked(table):
                yield from self._tree(tree)
            return
        line = words(rule(sum(sizes) + GAP * (len(sizes) - 1), self.charset))
        yield from self._cells(table, tuple(words(column.title) for column in table.columns), sizes)
        yield line
        for cells in table.rows:
            yield from self._cells(table, cells, sizes)
        if table.totals:
            yield line
        for cells in table.totals:
            yield from self._cells(table, cells, sizes)

    def _cells(self, table: Table, cells: tuple[Words, ...], sizes: tuple[int, ...]) -> Iterator[Words]:
        runs = [wrapped(cell, limit) for cell, limit in zip(cells, sizes, strict=True)]
        for place in range(max(map(len, runs))):
            parts = []
            for column, run, limit in zip(table.columns, runs, sizes, strict=True):
                part = run[place] if place < len(run) else ()
                parts.append(pushed(part, limit) if column.is_amount else words(part, " " * (limit - size(part))))
                parts.append(words(" " * GAP))
            yield words(*parts)


def spaced(blocks: Iterable[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block, and whether an empty line stands before it."""
    before: Block | None = None
    for block in blocks:
        yield block, before is not None and not _belongs(before, block)
        before = block


def _belongs(before: Block, block: Block) -> bool:
    """Whether a block stands close under the one before: a heading's or a sentence's, or one more short line."""
    match before, block:
        case (Heading(), _) | (Sentence(), Sentence() | Node() | Verbatim()):
            return True
        case Node(), Node():
            return not any(each.below for each in before.below)
        case _:
            return False


def title(heading: Heading, width: int, charset: Charset) -> Lines:
    """A heading, underlined when it is a main one."""
    run = words(strong(heading.text), muted(f"  {heading.note}" if heading.note else ""))
    line = words(muted(rule(width, charset)))
    return (*wrapped(run, width), line) if heading.is_main else wrapped(run, width)


def rule(width: int, charset: Charset) -> str:
    """A line across `width` columns."""
    return ("─" if charset.has_lines else "-") * width


def printer_for(out: TextIO, environ: Mapping[str, str]) -> Printer:
    """The printer for a stream: with rich where somebody is looking, else plain. `NO_COLOR` takes all colours away."""
    charset = Charset(getattr(out, "encoding", None) or "utf-8")
    width = width_of(out, environ)
    has_no_color = bool(environ.get("NO_COLOR"))
    is_forced = bool(environ.get("FORCE_COLOR")) and not has_no_color
    if (out.isatty() and environ.get("TERM") != "dumb") or is_forced:
        try:
            from .rich_text import RichPrinter
        except ImportError:
            return PlainPrinter(out, width, charset)
        return RichPrinter(out, width, charset, has_colors=not has_no_color)
    return PlainPrinter(out, width, charset)


def width_of(out: TextIO, environ: Mapping[str, str]) -> int:
    """How wide the terminal is: `COLUMNS`, else what the stream says, else 80; lines longer than 100 are hard to read."""
    asked = environ.get("COLUMNS", "")
    width = int(asked) if asked.isdecimal() else 0
    if not width and out.isatty():
        try:
            width = os.get_terminal_size(out.fileno()).columns
        except OSError:
            width = 0
    return min(max(width or USUAL, NARROWEST), WIDEST)


def _text(line: Words) -> str:
    return "".join(piece.text for piece in line)
