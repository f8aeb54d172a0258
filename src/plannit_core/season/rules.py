"""Checks of what belongs together in one row: a quote's answer, how a visit is billed, what an action needs."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidInput
from ..values.schedule import WhenKind
from .index import Index
from .problems import Report
from .records import (
    ACTION_COLUMNS,
    ACTION_TARGETS,
    INVOICES,
    ActionRow,
    InvoiceRow,
    QuoteRow,
    WorkOrderRow,
)
from .references import check_by_then

_NEED_QUOTE = (WhenKind.ON_APPROVAL, WhenKind.AFTER)
_ACTION_CELLS = ("amount", "method", "planned_for", "instalment", "request", "reason")


def check_rules(index: Index, report: Report) -> None:
    """Every row of every file against the rules of its kind."""
    tables = index.tables
    for quote in tables.quotes.rows:
        _check_quote(quote, report)
    for invoice in tables.invoices.rows:
        _check_invoice(invoice, index, report)
    for order in tables.work_orders.rows:
        _check_work_order(order, index, report)
    for payment in tables.payments.rows:
        _check_invoice_reference(payment, "invoice", payment.invoice, index, report)
    for action in tables.actions.rows:
        _check_action(action, index, report)
    for row in (*tables.quotes.rows, *tables.invoices.rows, *tables.work_orders.rows, *tables.actions.rows):
        _check_job(row, index, report)


def _goes_with(row: Any, column: str, wanted: bool, report: Report) -> None:
    """Reports a cell that is empty though `wanted`, or filled though not."""
    is_filled = getattr(row, column) not in (None, ())
    if wanted != is_filled:
        report.at(row, column, "cell.missing" if wanted else "cell.not-used")


def _check_quote(quote: QuoteRow, report: Report) -> None:
    _goes_with(quote, "answered_on", quote.answer is not None, report)
    _goes_with(quote, "extended_to", quote.extended_on is not None, report)
    if quote.answer or quote.extended_on:
        _goes_with(quote, "sent_on", True, report)
    for column, wanted in (("reason", quote.answer == "declined"), ("generated_on", quote.is_approved)):
        if not wanted:
            _goes_with(quote, column, False, report)
    if quote.extended_on and quote.extended_to and quote.extended_to < quote.extended_on:
        report.at(quote, "extended_to", "day.out-of-order", before="extended_on")
    if quote.is_approved and len(quote.schedules) > 1 and not quote.chosen:
        report.at(quote, "chosen", "schedule.choice-required")
    if quote.chosen and not (quote.is_approved and quote.chosen in quote.schedules):
        report.at(quote, "chosen", "schedule.not-offered")


def _check_invoice(invoice: InvoiceRow, index: Index, report: Report) -> None:
    schedule = index.schedule(invoice.schedule)
    if schedule and (schedule.has_many_invoices or any(each.when.kind in _NEED_QUOTE for each in schedule.instalments)):
        report.at(invoice, "schedule", "schedule.needs-quote")
    if invoice.request is None and invoice.contact is None:
        report.at(invoice, "request", "cell.missing")
    if invoice.planned_for is not None:
        _goes_with(invoice, "sent_on", False, report)
        if invoice.planned_for < invoice.day:
            report.at(invoice, "planned_for", "day.out-of-order", before="day")


def _check_work_order(order: WorkOrderRow, index: Index, report: Report) -> None:
    _goes_with(order, "invoice", order.billing == "attach", report)
    if order.billing is None:
        _goes_with(order, "taps", False, report)
        _goes_with(order, "sent_on", False, report)
    else:
        _goes_with(order, "done_on", True, report)
    if order.invoice is not None:
        _check_invoice_reference(order, "invoice", order.invoice, index, report)


def _check_action(action: ActionRow, index: Index, report: Report) -> None:
    needed = ACTION_COLUMNS[action.action]
    for column in _ACTION_CELLS:
        _goes_with(action, column, column in needed, report)
    if action.action == "plan" and action.planned_for and action.planned_for < action.day:
        report.at(action, "planned_for", "day.out-of-order", before="day")
    file = ACTION_TARGETS.get(action.action)
    if file is None:
        _check_invoice_reference(action, "target", action.target, index, report)
    elif not index.knows(file, action.target):
        report.at(action, "target", "key.unknown", **index.unknown(action.target, file))
    elif (target := index.row(file, action.target)) is not None:
        check_by_then(action, "target", target.day, report)


def _check_job(row: Any, index: Index, report: Report) -> None:
    """An invoice may be named as a request only when a job was opened for it."""
    opener = index.row(INVOICES, row.request) if row.request else None
    if opener is not None and not opener.opens_job:
        report.at(row, "request", "job.of-another", found=opener.key, request=opener.request)


def _check_invoice_reference(row: Any, column: str, reference: str, index: Index, report: Report) -> None:
    try:
        day = index.invoice_day(reference)
    except InvalidInput as error:
        report.error(row.file, row.row, column, error)
    else:
        check_by_then(row, column, day, report)
