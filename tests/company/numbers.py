"""Which number is printed next: worked out from the settings in force and from what was printed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plannit_core.model.company import CompanySettings
    from plannit_core.values.numbering import Numbering

KINDS = ("job", "quote", "invoice")


def numbering_of(settings: CompanySettings, kind: str) -> Numbering:
    found: Numbering = getattr(settings, f"{kind}_numbers")
    return found


def series_of(kind: str, numbering: Numbering, year: int) -> str:
    return f"ser_{kind}_{year}" if numbering.restart == "yearly" else f"ser_{kind}"


def text_of(numbering: Numbering, count: int, year: int) -> str:
    fill = "0" * max(numbering.length - len(str(count)), 0)
    return f"{numbering.prefix}{fill}{count}{numbering.suffix}".replace("{year}", str(year))


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
        series = series_of(kind, numbering, year)
        if self.starts.get(series) != numbering.start:
            self.last[series], self.starts[series] = numbering.start - 1, numbering.start
        while True:
            self.last[series] += 1
            text = text_of(numbering, self.last[series], year)
            if text not in self.printed[kind]:
                self.printed[kind].add(text)
                return text

    def reached(self, kind: str, numbering: Numbering, year: int) -> int:
        """The count after which the series of `kind` goes on."""
        series = series_of(kind, numbering, year)
        return self.last[series] if self.starts.get(series) == numbering.start else numbering.start - 1

    def ahead(self, told: list[str], settings: CompanySettings, this_year: int) -> dict[str, int]:
        """The series that have to go on further than they stand, after numbers that were given elsewhere."""
        found: dict[str, int] = {}
        for kind, numbering, count, year in self._read(told, settings, this_year):
            if count > self.reached(kind, numbering, year):
                series = series_of(kind, numbering, year)
                found[series] = max(count, found.get(series, 0))
        return found

    @staticmethod
    def _read(told: list[str], settings: CompanySettings, this_year: int) -> Iterator[tuple[str, Numbering, int, int]]:
        """What the numbers may be, by trying all there are; a year that is not shown is this one or the last."""
        for kind in KINDS:
            numbering = numbering_of(settings, kind)
            for year in (this_year - 1, this_year):
                every = {text_of(numbering, count, year): count for count in range(1, 300)}
                yield from ((kind, numbering, every[text], year) for text in told if text in every)

    def move_on(self, series: str, last: int, start: int) -> None:
        """The series goes on after `last`."""
        self.last[series], self.starts[series] = last, start
