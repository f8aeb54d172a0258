"""All the files of a folder as tables, before they are checked against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from .files import Folder, Table
from .plan import CompanyPlan
from .records import (
    ACTION_LINES,
    ACTIONS,
    COMPANY,
    CONTACTS,
    INVOICE_LINES,
    INVOICES,
    PAYMENTS,
    PRICES,
    QUOTE_LINES,
    QUOTES,
    REQUESTS,
    SCHEDULES,
    WORK_ORDER_LINES,
    WORK_ORDERS,
    ActionRow,
    ContactRow,
    InvoiceRow,
    LineRow,
    PaymentRow,
    PriceRow,
    QuoteRow,
    RequestRow,
    WorkOrderRow,
)
from .schedules import Offers

NEEDED = (COMPANY, CONTACTS, REQUESTS)
LINES_OF = {QUOTES: QUOTE_LINES, INVOICES: INVOICE_LINES, WORK_ORDERS: WORK_ORDER_LINES, ACTIONS: ACTION_LINES}
FILES = (
    COMPANY,
    SCHEDULES,
    CONTACTS,
    PRICES,
    REQUESTS,
    QUOTES,
    QUOTE_LINES,
    INVOICES,
    INVOICE_LINES,
    WORK_ORDERS,
    WORK_ORDER_LINES,
    PAYMENTS,
    ACTIONS,
    ACTION_LINES,
)


@frozen
class Tables:
    """Every file of the folder.

    Attributes:
        absent: Files that are not in the folder.
        company: `None` when it has a problem.
        schedules: By key, `None` for one with a problem; `None` when the file cannot be read.
        contacts: And so on: one table for each file.
        lines: The tables of lines, by the file of the documents they belong to.
    """

    absent: frozenset[str]
    company: CompanyPlan | None
    schedules: Offers | None = field(hash=False)
    contacts: Table[ContactRow]
    prices: Table[PriceRow]
    requests: Table[RequestRow]
    quotes: Table[QuoteRow]
    invoices: Table[InvoiceRow]
    work_orders: Table[WorkOrderRow]
    payments: Table[PaymentRow]
    actions: Table[ActionRow]
    lines: Mapping[str, Table[LineRow]] = field(hash=False)

    def by_file(self) -> Mapping[str, Table[Any]]:
        """The tables whose rows have a key, by file."""
        return {
            CONTACTS: self.contacts,
            PRICES: self.prices,
            REQUESTS: self.requests,
            QUOTES: self.quotes,
            INVOICES: self.invoices,
            WORK_ORDERS: self.work_orders,
            PAYMENTS: self.payments,
            ACTIONS: self.actions,
        }


def read_tables(folder: Folder, company: CompanyPlan | None, schedules: Offers | None) -> Tables:
    """The CSV files of `folder`, each row read by itself."""
    return Tables(
        frozenset(file for file in FILES if not folder.has(file)),
        company,
        schedules,
        folder.table(CONTACTS, ContactRow),
        folder.table(PRICES, PriceRow),
        folder.table(REQUESTS, RequestRow),
        folder.table(QUOTES, QuoteRow),
        folder.table(INVOICES, InvoiceRow),
        folder.table(WORK_ORDERS, WorkOrderRow),
        folder.table(PAYMENTS, PaymentRow),
        folder.table(ACTIONS, ActionRow),
        {file: folder.table(lines, LineRow) for file, lines in LINES_OF.items()},
    )
