"""Which number is printed next: worked out from the settings in force and from what was printed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plannit_core.values.numbering import Numbering


class Numbers:
    """The counters of a company, in the plainest way."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        self.printed: dict[str, set[str]] = {"job": set(), "quote": set(), "invoice": set()}

    def next(self, kind: str, numbering: Numbering, year: int) -> str:
        """The number that the next document of `kind` gets, and that no other ever had.

        Invariants 34, 35, 50: one more than the last, unless the start was changed or a year begins; a count whose
        number was printed already is passed over.
        """
        series = f"ser_{kind}_{year}" if numbering.restart == "yearly" else f"ser_{kind}"
        if self.starts.get(series) != numbering.start:
            self.last[series], self.starts[series] = numbering.start - 1, numbering.start
        while True:
            self.last[series] += 1
            count = self.last[series]
            fill = "0" * max(numbering.length - len(str(count)), 0)
            text = f"{numbering.prefix}{fill}{count}{numbering.suffix}".replace("{year}", str(year))
            if text not in self.printed[kind]:
                self.printed[kind].add(text)
                return text
