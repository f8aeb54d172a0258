"""Makes the lines of quotes, invoices, visits and adjustments out of the line files and the price list."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..errors import InvalidInput
from ..values.lines import Line, totals, with_group
from ..values.money import Price
from ..values.tax import TaxGroup
from .files import Table
from .index import Index
from .problems import Report
from .records import ACTIONS, INVOICES, MAKING, PRICES, QUOTES, WORK_ORDERS, LineRow, PriceRow, QuoteRow
from .tables import LINES_OF


def build_lines(index: Index, report: Report) -> Mapping[str, tuple[Line, ...]]:
    """The lines of every document that has some, by the document's key; what is wrong with them is reported."""
    lines: dict[str, list[Line]] = {}
    damaged: set[str] = set()
    for file, table in index.tables.lines.items():
        damaged |= table.damaged
        for row in table.rows:
            if not index.knows(file, row.document):
                report.at(row, "document", "key.unknown", **index.unknown(row.document, file))
            elif (line := _line(row, file, index, report)) is not None:
                lines.setdefault(row.document, []).append(line)
            else:
                damaged.add(row.document)
        if table.is_sound:
            _check_documents(file, table, index, report)
    built = {key: tuple(found) for key, found in lines.items()}
    if index.tables.lines[QUOTES].is_sound:
        _check_schedules({key: built[key] for key in built.keys() - damaged}, index, report)
    return built


def _line(row: LineRow, file: str, index: Index, report: Report) -> Line | None:
    item: PriceRow | None = index.row(PRICES, row.item) if row.item else None
    if row.item and item is None:
        return None
    price = item.price if item and row.price is None else row.price
    if price is None:
        report.at(row, "price", "cell.missing")
        return None
    try:
        return _priced(row, item, price, _language(file, row.document, index), _currency(index))
    except InvalidInput as error:
        report.error(row.file, row.row, error.path, error)
        return None


def _priced(row: LineRow, item: PriceRow | None, price: Decimal, language: str, currency: str) -> Line:
    text, cost, tax = row.text or "", row.cost, row.tax
    if item is not None:
        text = text or (item.text_en if language == "en" and item.text_en else item.text_fr)
        cost = item.cost if cost is None else cost
        tax = tax or item.tax
    return Line(
        text,
        row.quantity,
        Price(price, currency),
        tax=TaxGroup.EXEMPT if tax else None,
        cost=None if cost is None else Price(cost, currency),
    )


def _currency(index: Index) -> str:
    return index.tables.company.changes[0].settings.currency if index.tables.company else "CAD"


def _language(file: str, document: str, index: Index) -> str:
    """What the client of a document reads."""
    row: Any = index.row(file, document)
    if row is None:
        return index.language(None)
    if file == ACTIONS:
        maker = row.target.partition("/")[0]
        row = index.row(QUOTES, maker) or index.row(INVOICES, maker) or index.row(WORK_ORDERS, maker)
    return index.language(row.request if row else None, getattr(row, "contact", None))


def _check_documents(file: str, table: Table[LineRow], index: Index, report: Report) -> None:
    """Documents that need lines and have none, or have some and cannot."""
    filled = {row.document for row in table.rows} | table.damaged
    needing = [row for row in index.tables.by_file()[file].rows if _needs_lines(file, row)]
    if needing and LINES_OF[file] in index.tables.absent:
        report.file(LINES_OF[file], "file.missing")
        return
    for row in needing:
        if row.key not in filled:
            report.at(row, "", "document.no-lines")
    for row in index.tables.by_file()[file].rows:
        if row.key in filled and not _may_have_lines(file, row):
            report.at(row, "", "lines.not-used")


def _needs_lines(file: str, row: Any) -> bool:
    if file == INVOICES:
        return bool(row.sent_on or row.planned_for)
    if file == WORK_ORDERS:
        return row.billing in MAKING and row.sent_on is not None
    return row.action == "adjust" if file == ACTIONS else row.sent_on is not None


def _may_have_lines(file: str, row: Any) -> bool:
    if file == WORK_ORDERS:
        return row.billing in MAKING
    return file != ACTIONS or row.action == "adjust"


def _check_schedules(lines: Mapping[str, tuple[Line, ...]], index: Index, report: Report) -> None:
    """Fixed amounts that do not fit a quote's total. Percentages were checked with the schedule itself."""
    for quote in index.tables.quotes.rows:
        own = lines.get(quote.key)
        if own and index.tables.company:
            group = index.tables.company.settings(quote.day).tax_group
            _check_offers(quote, with_group(own, group), index, report)


def _check_offers(quote: QuoteRow, lines: tuple[Line, ...], index: Index, report: Report) -> None:
    currency = lines[0].price.currency
    for key in quote.schedules:
        schedule = index.schedule(key)
        if schedule is None:
            continue
        taken = schedule.discount.lines(lines, key) if schedule.discount else ()
        total = totals((*lines, *taken), currency).total
        if not schedule.fits(total):
            report.at(quote, "schedules", "schedule.not-balanced", schedule=key, total=total)
