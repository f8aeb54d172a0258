"""The numbers of each series: consecutive, unless something that is stored explains a jump.

Only today's numbering is stored. Numbers in today's form are held to it; older ones have to follow one another in *some* form as
long as the settings were not stored anew in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from .. import events as e
from ..values.numbering import Numbering, Restart
from .books import Evidence
from .findings import Collector


@frozen
class Given:
    """A number as it was given, or the count that a series was moved on to.

    Attributes:
        id: Of the record that it stands on, or of the series.
        number: As printed; empty for a series that was moved on.
        year: Of the document's date, or of the series; 0 where there is one series for all years.
        era: How often the settings had been stored by then.
        moved_to: The count of a series that was moved on.
    """

    id: str
    number: str
    year: int
    era: int
    moved_to: int | None = None


class Counts:
    """The numbers of a company, in the order they were given.

    Args:
        books: What the records say.
        found: Where findings go.
    """

    def __init__(self, books: Evidence, found: Collector) -> None:
        self._books = books
        self._found = found
        self._era = 0
        self._given: dict[str, list[Given]] = {"job": [], "quote": [], "invoice": []}
        self._numbered: set[str] = set()

    def note(self, event: e.Event) -> None:
        """Take in an event that may have come with a number."""
        match event:
            case e.CompanyConfigured():
                self._era += 1
            case e.SeriesMovedOn():
                _, kind, *years = event.series_id.split("_")
                self._given[kind].append(Given(event.series_id, "", int(*years), self._era, event.last))
            case e.InvoiceIssued():
                self._add("invoice", event.invoice_id, event.number, event.issued_on.year)
            case e.JobOpened():
                self._add_stored("job", event.job_id, "opened_on")
            case e.QuoteSent() | e.QuoteUndeliverable():
                self._add_stored("quote", event.quote_id, "sent_on")
            case _:
                pass

    def _add_stored(self, kind: str, id: str, day: str) -> None:
        facts = self._books.facts[kind].get(id, {})
        if id not in self._numbered and facts.get("number") and facts.get(day):
            self._add(kind, id, facts["number"], facts[day].year)

    def _add(self, kind: str, id: str, number: str, year: int) -> None:
        self._numbered.add(id)
        self._given[kind].append(Given(id, number, year, self._era))

    def compare(self) -> None:
        """Find numbers that do not follow, and series that do not stand where their last number is."""
        settings = self._books.settings()
        if settings is None:
            return
        for kind, given in self._given.items():
            chain = Chain(getattr(settings, f"{kind}_numbers"), self._era)
            for jumped, before in chain.jumps(given):
                self._found.add(kind, jumped.id, "series.jump", found=jumped.number, before=before)
            for year, last in chain.ends():
                id = f"ser_{kind}_{year}" if year else f"ser_{kind}"
                stored = self._books.facts["series"].get(id, {}).get("last", 0)
                if stored != last:
                    self._found.add("series", id, "series.last", found=stored, expected=last)


class Chain:
    """The numbers of one kind, each held against those before it.

    Args:
        numbering: Today's.
        today: The era that it is in force in.
    """

    def __init__(self, numbering: Numbering, today: int) -> None:
        self._numbering = numbering
        self._affixes = (numbering.prefix, numbering.suffix)
        self._today = today
        self._last: dict[int, tuple[int, Given]] = {}
        self._other: Given | None = None
        self._before: Given | None = None
        self._used: set[str] = set()

    def jumps(self, given: Iterable[Given]) -> Iterator[tuple[Given, str]]:
        """Those that nothing explains, each with the number given before it."""
        for each in given:
            if each.moved_to is not None:
                self._last[each.year] = (each.moved_to, each)
                self._before = None
                continue
            count = self._count(each)
            is_explained = self._follows_somehow(each) if count is None else self._follows(each, count)
            if not is_explained:
                yield each, self._before.number if self._before else ""
            if count is None:
                self._other = each
                self._last.clear()
            else:
                self._last[self._series(each)] = (count, each)
            self._before = each
            self._used.add(each.number)

    def ends(self) -> Iterator[tuple[int, int]]:
        """The year (0 where there is one series for all) and the last count of each series that today's numbering has moved."""
        for year, (count, given) in self._last.items():
            if given.era == self._today:
                yield year, count

    def _series(self, given: Given) -> int:
        return given.year if self._numbering.restart is Restart.YEARLY else 0

    def _count(self, given: Given) -> int | None:
        """The count in a number of today's form; `None` for another form."""
        prefix, suffix = (affix.replace("{year}", str(given.year)) for affix in self._affixes)
        digits = given.number[len(prefix) : len(given.number) - len(suffix)]
        if digits.isdecimal() and self._numbering.printed(int(digits), given.year) == given.number:
            return int(digits)
        return None

    def _follows(self, given: Given, count: int) -> bool:
        """Whether a number of today's form comes next, or begins a series, but for counts whose number stands somewhere."""
        known = self._last.get(self._series(given))
        firsts = [known[0] + 1] if known else []
        if known is None or known[1].era < given.era:
            if given.era < self._today or (known is None and self._other is not None):
                return True  # settings that are not stored any more
            firsts.append(self._numbering.start)
        return any(self._are_used(first, count, given.year) for first in firsts)

    def _are_used(self, first: int, count: int, year: int) -> bool:
        skipped = (self._numbering.printed(each, year) for each in range(first, count))
        return first <= count and all(number in self._used for number in skipped)

    def _follows_somehow(self, given: Given) -> bool:
        """Whether there is any reading in which a number of another form comes next."""
        before = self._before
        if before is None or before.era < given.era or before.year != given.year:
            return True
        return any(_is_next(before.number, given.number, start, end) for start, end in _runs(before.number))


def _runs(number: str) -> Iterator[tuple[int, int]]:
    """Where a count may stand in a number."""
    for start in range(len(number)):
        for end in range(start + 1, len(number) + 1):
            if number[start:end].isdecimal():
                yield start, end


def _is_next(before: str, after: str, start: int, end: int) -> bool:
    count = int(before[start:end]) + 1
    return after == f"{before[:start]}{count:0{end - start}d}{before[end:]}"
