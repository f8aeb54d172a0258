"""The printer with colours, by rich: imported only when it is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.box import Box
from rich.console import Console, RenderableType
from rich.table import Table as RichTable
from rich.text import Text
from rich.tree import Tree

from .blocks import Block, Heading, Node, Sentence, Table, Tone, Verbatim, Words
from .charset import Charset
from .layout import GAP, INDENT, Lines, beside, fitted, stacked, widths, wrapped
from .text import spaced, title

_STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.MUTED: "dim",
    Tone.GOOD: "green",
    Tone.WARN: "yellow",
    Tone.BAD: "bold red",
}


class RichPrinter:
    """Colours, trees and tables.

    Args:
        out: Where to.
        width: No line is longer, but for a word that does not fit.
        charset: What can be written there.
        has_colors: Whether to send any codes at all.
    """

    def __init__(self, out: TextIO, width: int, charset: Charset, *, has_colors: bool) -> None:
        self._console = Console(
            file=out,
            width=width,
            force_terminal=True,
            color_system="auto" if has_colors else None,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self._width = width
        self._charset = charset

    def show(self, blocks: Iterable[Block]) -> None:
        """Print `blocks`, one below the other."""
        for block, is_apart in spaced(blocks):
            if is_apart:
                self._console.print()
            for renderable in self._renderables(fitted(block, self._charset)):
                self._console.print(renderable, no_wrap=True, crop=False, overflow="ignore")

    def _renderables(self, block: Block) -> list[RenderableType]:
        match block:
            case Heading():
                return [self._text(title(block, self._width, self._charset))]
            case Sentence():
                return [self._text(wrapped(block.words, self._width))]
            case Node():
                return [self._tree(block, self._width)]
            case Table():
                sizes = widths(block, self._width)
                if sizes is None:
                    return [self._tree(each, self._width) for each in stacked(block)]
                return [self._table(block, sizes)]
            case Verbatim():
                return [Text(block.text)]

    def _tree(self, node: Node, width: int) -> Tree:
        tree = Tree(self._text(beside(node.left, node.right, width)), guide_style="dim")
        tree.children += [self._tree(below, width - INDENT) for below in node.below]
        return tree

    def _table(self, table: Table, sizes: tuple[int, ...]) -> RichTable:
        made = RichTable(
            box=self._box(), show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0), header_style="bold"
        )
        for column, limit in zip(table.columns, sizes, strict=True):
            made.add_column(column.title, justify="right" if column.is_amount else "left", width=limit, no_wrap=True)
        for rows in (table.rows, table.totals):
            for cells in rows:
                made.add_row(*(self._text(wrapped(cell, limit)) for cell, limit in zip(cells, sizes, strict=True)))
            made.add_section()
        return made

    def _box(self) -> Box:
        """A rule below the titles and above the totals, nothing else."""
        across = "──" if self._charset.has_lines else "--"
        lines = ["    ", "    ", f" {across} ", "    ", f" {across} ", "    ", "    ", "    "]
        return Box("\n".join(lines) + "\n", ascii=not self._charset.has_lines)

    def _text(self, lines: Lines) -> Text:
        return Text("\n").join(map(self._line, lines))

    def _line(self, line: Words) -> Text:
        return Text.assemble(*((self._charset.last(piece.text), _STYLES[piece.tone]) for piece in line))
