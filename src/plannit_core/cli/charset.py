"""What a stream can write: text is made to fit its encoding before it is laid out, so that nothing fails while printing."""

from __future__ import annotations

import unicodedata
from functools import cached_property, lru_cache

from attrs import frozen

NO_BREAK = "\u00a0"
_PLAINER = {
    "œ": "oe",
    "Œ": "OE",
    "æ": "ae",
    "Æ": "AE",
    "ø": "o",
    "Ø": "O",
    "ß": "ss",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "·": "-",
    "•": "-",
    "→": "->",
    "✓": "*",
    "€": "EUR",
    "°": "o",
    "\u202f": " ",
}
_TURNS_TEXT = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@frozen(slots=False)
class Charset:
    """An encoding, and what becomes of the text it lacks.

    >>> Charset("ascii").fit("Érablière Lavoie: 12,50 €")
    'Erabliere Lavoie: 12,50 EUR'

    Attributes:
        encoding: As Python names it.
    """

    encoding: str

    def has(self, text: str) -> bool:
        """Whether it can write all of `text`."""
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    @cached_property
    def has_lines(self) -> bool:
        """Whether it can draw trees and rules."""
        return self.has("├└│─")

    def fit(self, text: str) -> str:
        """`text` without what could move the cursor or turn the line, in characters that can be written."""
        seen = _tame(text)
        return seen if self.has(seen) else "".join(self._plainer(char) for char in seen)

    def last(self, line: str) -> str:
        """A finished line, its no-break spaces as ordinary ones: it will not be wrapped any more."""
        return line.replace(NO_BREAK, " ")

    def _plainer(self, char: str) -> str:
        if char == NO_BREAK or self.has(char):
            return char  # `last` sees to the space
        for candidate in (_PLAINER.get(char, ""), _without_marks(char)):
            if candidate and self.has(candidate):
                return candidate
        return "?" if columns(char) else ""


@lru_cache(maxsize=4_096)
def _tame(text: str) -> str:
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text if char not in _TURNS_TEXT)


def _without_marks(char: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", char) if not unicodedata.combining(each))


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    return len(text) if text.isascii() else sum(map(_column, text))


@lru_cache(maxsize=4_096)
def _column(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
