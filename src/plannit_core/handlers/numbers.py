"""The next numbers of a company's series, as one decision gives them out."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from ..decisions import Context, saved
from ..errors import Refused, reason
from ..model.company import Series
from ..ports import Reader, RecordT, Repository
from ..values.ids import SeriesId
from ..values.numbering import Numbering, Restart


class Numbers:
    """Gives out numbers within one decision; `writes` then holds the series to store.

    A count is never used twice: where the printed number stands on a record already, the count is skipped.
    """

    def __init__(self, read: Reader, ctx: Context) -> None:
        self._read = read
        self._settings = ctx.settings
        self._are_held = ctx.numbers_are_held
        self._last: dict[SeriesId, tuple[Series, int]] = {}
        self._given: set[tuple[str, str]] = set()

    @property
    def writes(self) -> tuple[Series, ...]:
        """The series that moved, in their last form."""
        return tuple(saved(series, last=last) for series, last in self._last.values())

    def job(self, on: date) -> str:
        """The next job number."""
        return self._next("job", self._settings.job_numbers, on, self._read.jobs)

    def quote(self, on: date) -> str:
        """The next quote number."""
        return self._next("quote", self._settings.quote_numbers, on, self._read.quotes)

    def invoice(self, on: date) -> str:
        """The next invoice number."""
        return self._next("invoice", self._settings.invoice_numbers, on, self._read.invoices)

    def _next(self, name: str, numbering: Numbering, on: date, taken: Repository[RecordT]) -> str:
        """The next number that is printed nowhere yet.

        Raises:
            Refused: `numbers.held`, `numbering.exhausted`.
        """
        if self._are_held:
            raise Refused([reason("numbers.held")])
        id = series_id(name, numbering, on.year)
        if id not in self._last:
            begun = series_of(self._read, id, numbering)
            self._last[id] = begun, begun.last
        (series, count), printed = self._last[id], ""
        while not printed or (name, printed) in self._given or taken.rows("number", printed):
            count += 1
            if numbering.is_exhausted_by(count):
                raise Refused([reason("numbering.exhausted", series=name, length=numbering.length)])
            printed = numbering.printed(count, on.year)
        self._last[id] = series, count
        self._given.add((name, printed))
        return printed


def series_id(name: str, numbering: Numbering, year: int) -> SeriesId:
    """The series that a document of `year` is numbered in."""
    return SeriesId(f"ser_{name}_{year}" if numbering.restart is Restart.YEARLY else f"ser_{name}")


def series_of(read: Reader, id: SeriesId, numbering: Numbering) -> Series:
    """A series as its next number follows from it: begun anew where the start was changed."""
    series = read.series(id)
    if series is None:
        return Series(id, 0, numbering.start - 1, numbering.start)
    if series.start != numbering.start:
        return evolve(series, last=numbering.start - 1, start=numbering.start)
    return series
