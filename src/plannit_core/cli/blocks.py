"""What a view shows, as data: headings, sentences, rows and trees. It knows no terminal, no width and no colour."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen


class Tone(StrEnum):
    """How a piece of text is meant; a printer without colours shows none of it."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@frozen
class Piece:
    """Text with one tone."""

    text: str
    tone: Tone = Tone.PLAIN


Words = tuple[Piece, ...]
"""A run of text whose parts may differ in tone."""

Said = Words | Piece | str


@frozen
class Heading:
    """The title of what follows.

    Attributes:
        text: The title.
        note: A remark beside it.
        is_main: Whether it is underlined.
    """

    text: str
    note: str = ""
    is_main: bool = True


@frozen
class Sentence:
    """A paragraph."""

    words: Words


@frozen
class Node:
    """A line of a tree: text on the left, an amount or a state on the right, and what hangs below.

    Attributes:
        left: Wrapped when it is too long.
        right: Stands at the right margin and is never broken.
        below: Its branches.
    """

    left: Words
    right: Words = ()
    below: tuple[Node, ...] = ()


@frozen
class Column:
    """A column of a table.

    Attributes:
        title: Above it.
        is_amount: Whether it stands to the right.
        is_long: Whether its text may be wrapped to make room.
    """

    title: str
    is_amount: bool = False
    is_long: bool = False


@frozen
class Table:
    """Rows under titles.

    Attributes:
        columns: From left to right.
        rows: As many cells as there are columns.
        totals: Rows under a rule.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    totals: tuple[tuple[Words, ...], ...] = ()


@frozen
class Verbatim:
    """Lines to be copied: they are never wrapped."""

    text: str


Block = Heading | Sentence | Node | Table | Verbatim


def words(*parts: Said) -> Words:
    """The parts, one after the other."""
    flat: list[Piece] = []
    for part in parts:
        flat += [part] if isinstance(part, Piece) else [Piece(part)] if isinstance(part, str) else part
    return tuple(piece for piece in flat if piece.text)


def joined(parts: Iterable[Said], by: str = "\u00a0· ") -> Words:
    """The parts that are not empty, with `by` between them; a dot stays at the end of its line."""
    known = [run for run in map(words, parts) if run]
    glued = [each for run in known for each in (words(by), run)]
    return words(*glued[1:])


def strong(text: str) -> Piece:
    """What the eye should find first."""
    return Piece(text, Tone.STRONG)


def muted(text: str) -> Piece:
    """What may be overlooked."""
    return Piece(text, Tone.MUTED)


def node(left: Said, right: Said = "", below: Iterable[Node] = ()) -> Node:
    """A `Node` from plain text or from words."""
    return Node(words(left), words(right), tuple(below))


def sentence(*parts: Said) -> Sentence:
    """A `Sentence` from plain text or from words."""
    return Sentence(words(*parts))


def row(*cells: Said) -> tuple[Words, ...]:
    """The cells of a table's row."""
    return tuple(words(cell) for cell in cells)


def amounts(title: str) -> Column:
    """A column of amounts."""
    return Column(title, is_amount=True)


def long(title: str) -> Column:
    """A column of text that may be wrapped."""
    return Column(title, is_long=True)
