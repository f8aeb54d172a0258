"""Fits what is shown into a width: breaks text between words, puts amounts at the right margin, sizes columns.

Both printers rest on it, so that a view has the same lines with colours and without.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from .blocks import Block, Heading, Node, Piece, Sentence, Table, Tone, Verbatim, Words, words
from .charset import Charset, columns

GAP = 2
INDENT = 4
SMALLEST_LONG = 14
SMALLEST_LEFT = 16

Lines = tuple[Words, ...]
NOTHING: Words = ()


def size(run: Words) -> int:
    """How many columns a run takes."""
    return sum(columns(piece.text) for piece in run)


def wrapped(run: Words, limit: int) -> Lines:
    """A run as lines of at most `limit` columns, broken at spaces; only a word longer than a line is cut."""
    text = "".join(piece.text for piece in run)
    return tuple(_cut(run, start, end) for start, end in _spans(text, max(limit, 1)))


def beside(left: Words, right: Words, width: int) -> Lines:
    """`left` with `right` at the right margin, on one line where both fit."""
    if not right:
        return wrapped(left, width)
    room = width - size(right) - GAP
    if room < min(SMALLEST_LEFT, size(left)):
        return (*wrapped(left, width), *(pushed(line, width) for line in wrapped(right, width)))
    first, *others = wrapped(left, room)
    return (words(first, pushed(right, width - size(first))), *others)


def pushed(run: Words, width: int) -> Words:
    """A run moved to the right end of `width` columns."""
    return words(" " * (width - size(run)), run)


def widths(table: Table, width: int) -> tuple[int, ...] | None:
    """How wide each column is; `None` when the rows do not fit side by side."""
    needed = [_needed(table, place) for place in range(len(table.columns))]
    room = width - GAP * (len(needed) - 1)
    over = sum(needed) - room
    longs = [place for place, column in enumerate(table.columns) if column.is_long]
    if over > sum(max(needed[place] - SMALLEST_LONG, 0) for place in longs):
        return None
    for _ in range(over):
        widest = max(longs, key=lambda place: needed[place])
        needed[widest] -= 1
    return tuple(needed)


def fitted(block: Block, charset: Charset) -> Block:
    """A block in characters that can be written."""

    def fit(run: Words) -> Words:
        return tuple(evolve(piece, text=charset.fit(piece.text)) for piece in run)

    def fit_rows(rows: tuple[tuple[Words, ...], ...]) -> tuple[tuple[Words, ...], ...]:
        return tuple(tuple(map(fit, cells)) for cells in rows)

    def fit_node(node: Node) -> Node:
        return Node(fit(node.left), fit(node.right), tuple(map(fit_node, node.below)))

    match block:
        case Heading():
            return evolve(block, text=charset.fit(block.text), note=charset.fit(block.note))
        case Sentence():
            return Sentence(fit(block.words))
        case Node():
            return fit_node(block)
        case Verbatim():
            return Verbatim("\n".join(map(charset.fit, block.text.splitlines())))
        case Table():
            titles = tuple(evolve(column, title=charset.fit(column.title)) for column in block.columns)
            return Table(titles, fit_rows(block.rows), fit_rows(block.totals))


def stacked(table: Table) -> tuple[Node, ...]:
    """A table too wide for its terminal: each row as a small tree of its cells, under the first."""
    return tuple(_stack(table, cells) for cells in (*table.rows, *table.totals) if any(cells))


def _stack(table: Table, cells: Sequence[Words]) -> Node:
    titled = [(column.title, cell) for column, cell in zip(table.columns, cells, strict=True) if cell]
    (_, first), *others = titled
    if len(others) == 1:
        return Node(first, others[0][1])
    return Node(first, NOTHING, tuple(Node(words(Piece(title, Tone.MUTED)), cell) for title, cell in others))


def _needed(table: Table, place: int) -> int:
    cells = [size(cells[place]) for cells in (*table.rows, *table.totals)]
    return max(columns(table.columns[place].title), *cells, 0)


def _spans(text: str, limit: int) -> list[tuple[int, int]]:
    """Where the lines of `text` begin and end."""
    spans: list[tuple[int, int]] = []
    for start, end in _word_spans(text, limit):
        if spans and columns(text[spans[-1][0] : end]) <= limit:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans or [(0, 0)]


def _word_spans(text: str, limit: int) -> list[tuple[int, int]]:
    """Words, at ordinary spaces only: a no-break space holds together what it stands between; long ones in parts."""
    spans = []
    start = 0
    for word in text.split(" "):
        end = start + len(word)
        while columns(text[start:end]) > limit:
            cut = _most(text, start, limit)
            spans.append((start, cut))
            start = cut
        if start < end:
            spans.append((start, end))
        start = end + 1
    return spans


def _most(text: str, start: int, limit: int) -> int:
    """Where a line that begins at `start` has to end; it takes one character at least."""
    end = start + 1
    while columns(text[start : end + 1]) <= limit:
        end += 1
    return end


def _cut(run: Words, start: int, end: int) -> Words:
    """The part of a run between two places of its text."""
    parts = []
    place = 0
    for piece in run:
        part = piece.text[max(start - place, 0) : max(end - place, 0)]
        parts.append(Piece(part, piece.tone))
        place += len(piece.text)
    return words(*parts)
