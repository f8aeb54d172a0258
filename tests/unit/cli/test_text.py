"""Text fits its width and its encoding, with rich and without."""

from __future__ import annotations

import io

import pytest

from plannit_core.cli.blocks import (
    Column,
    Heading,
    Piece,
    Table,
    Tone,
    Verbatim,
    amounts,
    joined,
    long,
    node,
    row,
    sentence,
    strong,
    words,
)
from plannit_core.cli.charset import Charset, columns
from plannit_core.cli.layout import beside, widths, wrapped
from plannit_core.cli.rich_text import RichPrinter
from plannit_core.cli.text import PlainPrinter, printer_for, width_of
from unit.cli.running import Terminal, longest

TABLE = Table(
    (Column("Month"), long("Client"), amounts("Total")),
    (
        row(
            "April",
            "Érablière du Nord et associés, une compagnie au nom fort long",
            Piece("1\u00a0234,00\u00a0$", Tone.BAD),
        ),
        row("May", "Œuvre", "12,00\u00a0$"),
    ),
    (row("", "Total", strong("1\u00a0246,00\u00a0$")),),
)
TREE = node(
    words(strong("J-00001"), " Un titre qui ne tient pas sur une seule ligne de quarante colonnes"),
    "1\u00a0000,00\u00a0$",
    [node("Quote", "1\u00a0000,00\u00a0$", [node("a" * 100, "300,00\u00a0$"), node("b")]), node("Invoice [bold]", "3")],
)
BLOCKS = [Heading("Title", "a note"), sentence("One ", strong("two"), "-three. " * 12), TABLE, TREE, Verbatim("as is")]


def plain(width: int, encoding: str = "utf-8", blocks: list = BLOCKS) -> str:
    out = io.StringIO()
    PlainPrinter(out, width, Charset(encoding)).show(blocks)
    return out.getvalue()


def rich(width: int, encoding: str = "utf-8", *, has_colors: bool = False) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    RichPrinter(out, width, Charset(encoding), has_colors=has_colors).show(BLOCKS)
    out.flush()
    return out.buffer.getvalue().decode(encoding)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def shown(run: tuple) -> list[str]:
    return ["".join(piece.text for piece in line) for line in run]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("width", [24, 40, 60, 80, 100])
def test_a_view_has_the_same_lines_with_rich_and_without(width: int, encoding: str) -> None:
    assert lines(rich(width, encoding)) == lines(plain(width, encoding))


@pytest.mark.parametrize("width", [24, 40, 60, 80])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    assert longest(plain(width)) <= width


def test_amounts_stand_at_the_right_margin() -> None:
    assert shown(beside(words("left"), words("9.00"), 20)) == ["left            9.00"]


def test_an_amount_too_wide_to_stand_beside_goes_below() -> None:
    assert shown(beside(words("something rather long"), words("1,234.00"), 20)) == [
        "something rather",
        "long",
        "            1,234.00",
    ]


def test_a_no_break_space_is_never_broken_and_is_printed_as_an_ordinary_one() -> None:
    assert shown(wrapped(words("owed 1\u00a0234,00\u00a0$ today"), 12)) == ["owed", "1\u00a0234,00\u00a0$", "today"]
    assert "1 234,00 $" in plain(40)


def test_a_word_longer_than_a_line_is_cut() -> None:
    assert shown(wrapped(words("ab " + "c" * 12), 5)) == ["ab", "ccccc", "ccccc", "cc"]


def test_tones_survive_wrapping() -> None:
    first, second = wrapped(words("one ", strong("two three")), 7)
    assert first == (Piece("one "), Piece("two", Tone.STRONG))
    assert second == (Piece("three", Tone.STRONG),)


def test_a_dot_between_parts_stays_at_the_end_of_its_line() -> None:
    assert shown(wrapped(joined(["one", "", "two"]), 5)) == ["one\u00a0·", "two"]


def test_wide_and_combining_characters_take_the_room_they_take() -> None:
    assert (columns("é"), columns("e\u0301"), columns("屋根"), columns("\u200b")) == (1, 1, 4, 0)
    assert shown(wrapped(words("屋根屋根"), 4)) == ["屋根", "屋根"]


def test_columns_of_text_make_room_for_the_others_evenly() -> None:
    table = Table((long("A"), long("B"), amounts("C")), (row("a" * 40, "b" * 30, "c" * 8),))
    assert widths(table, 100) == (40, 30, 8)
    assert widths(table, 60) == (24, 24, 8)
    assert widths(table, 30) is None


def test_a_table_too_wide_is_shown_row_by_row() -> None:
    text = plain(24)
    assert "├── Client" in text
    assert "└── Total     1 234,00 $" in text


def test_an_encoding_without_lines_gets_plain_ones() -> None:
    text = plain(80, "ascii")
    assert text.isascii()
    assert "|   `-- b" in text
    assert "Erabliere" in text
    assert "OEuvre" in text


@pytest.mark.parametrize(
    ("text", "encoding", "fitted"),
    [
        ("Œuvre – « oui » 12 €…", "ascii", 'OEuvre - " oui " 12 EUR...'),
        ("Œuvre 12 €", "cp1252", "Œuvre 12 €"),
        ("12 €", "latin-1", "12 EUR"),
        ("屋 z\u0301", "ascii", "? z"),
        ("red \x1b[31m\nline\ttab", "utf-8", "red  [31m line tab"),
        ("abc\u202edef", "utf-8", "abcdef"),
        ("lone \udc80", "utf-8", "lone ?"),
        ("x", "no-such-encoding", "?"),
    ],
)
def test_text_is_made_to_fit_what_can_be_written(text: str, encoding: str, fitted: str) -> None:
    assert Charset(encoding).fit(text) == fitted


# ------------------------------------------------------------------------------------------------- which printer, how wide


def test_a_pipe_gets_plain_text() -> None:
    assert isinstance(printer_for(io.StringIO(), {}), PlainPrinter)


def test_a_terminal_gets_colours() -> None:
    out = Terminal()
    printer_for(out, {"COLUMNS": "80"}).show(BLOCKS)
    assert "\x1b[" in out.getvalue()
    assert "[bold]" in out.getvalue()  # text is never taken for markup


def test_no_color_takes_every_code_away() -> None:
    out = Terminal()
    printer_for(out, {"NO_COLOR": "1", "COLUMNS": "80"}).show(BLOCKS)
    assert "\x1b" not in out.getvalue()


def test_colours_can_be_forced_into_a_pipe_unless_they_are_refused() -> None:
    assert isinstance(printer_for(io.StringIO(), {"FORCE_COLOR": "1"}), RichPrinter)
    assert isinstance(printer_for(io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}), PlainPrinter)


def test_a_dumb_terminal_gets_plain_text() -> None:
    assert isinstance(printer_for(Terminal(), {"TERM": "dumb"}), PlainPrinter)


@pytest.mark.usefixtures("without_rich")
def test_a_terminal_gets_plain_text_where_rich_is_not_installed() -> None:
    assert isinstance(printer_for(Terminal(), {}), PlainPrinter)


@pytest.mark.parametrize(
    ("asked", "width"), [("40", 40), ("80", 80), ("500", 100), ("3", 24), ("", 80), ("many", 80), ("0", 80)]
)
def test_the_width_is_what_columns_says_within_reason(asked: str, width: int) -> None:
    assert width_of(io.StringIO(), {"COLUMNS": asked}) == width


def test_a_terminal_that_does_not_tell_its_width_has_80_columns() -> None:
    assert width_of(Terminal(), {}) == 80
