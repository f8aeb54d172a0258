"""Asks for every command of a season and does none, so that what is refused on sight is found while reading."""

from __future__ import annotations

from decimal import Decimal

from ..errors import InvalidInput
from ..values.ids import InvoiceId
from ..values.money import Money
from .acts import Book, IdT, acts
from .cells import Balance
from .plan import Season
from .problems import Report

_COLUMNS = {"emails": "email", "phones": "phone", "name": "name", "on": "visit_on"}


class _BlankBook:
    """A book in which everything has been made already."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def find(self, kind: type[IdT], _: str, /) -> IdT:
        return kind(f"{kind.prefix}_x")

    def amount(self, _: str, __: InvoiceId, amount: Decimal | Balance, ___: str, ____: int, /) -> Money:
        return Money(1 if amount == "balance" else amount, self._currency)


def rehearse(season: Season, report: Report) -> None:
    """Reports every act whose command cannot be asked for."""
    book: Book = _BlankBook(season.company.changes[0].settings.currency)
    for act in acts(season):
        try:
            act.ask(book)
        except InvalidInput as error:
            column = error.path.partition("[")[0].partition(".")[0]
            report.error(act.file, act.row, _COLUMNS.get(column, column), error)
