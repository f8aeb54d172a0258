"""What must be true of a company whatever was done: invariants 31 to 71 of the domain, looked at after every step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from plannit_core import events as e
from plannit_core.audit import check
from plannit_core.lifecycle import InvoiceState, PaymentState, QuoteState

from . import naive
from .numbers import Numbers, numbering_of
from .office import ALL, COMPANY
from .told import Told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from plannit_core.model.invoice import Invoice
    from plannit_core.model.quote import Quote
    from plannit_core.model.work_order import WorkOrder
    from plannit_core.ports import Recorded

    from .naive import Figures, Part
    from .office import Change, Office


class Watch:
    """Looks at every change of an office's books."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.figures: dict[str, Figures] = {}
        self.parts: dict[str, list[Part]] = {}
        self.numbers = Numbers()
        self._numbered: dict[str, str] = {}
        self._told = Told()

    def see(self, change: Change) -> None:
        """Everything that has to be true of what changed."""
        for each in change.events:
            self._told.hear(each.event)
            self._number(each)
        for before, after in change.records:
            known = before if after is None else after
            getattr(self, f"_see_{known.kind}", lambda *_: None)(before, after)
        touched = {each.event.timeline for each in change.events} - {None}
        self._check_folders(sorted(touched))
        self._check_receivables((self.office.today,), self.office.sides[:1])
        self.office.check_columns({(before or after).kind for before, after in change.records})

    # -------------------------------------------------------------------------------------------------------- numbers

    def _number(self, recorded: Recorded) -> None:
        """33 to 35, 50: a number is the next of its series, and it is given when the document begins to count."""
        event, books, settings = recorded.event, self.office.books, self.office.settings
        if isinstance(event, e.SeriesMovedOn):
            kind = event.series_id.split("_")[1]
            self.numbers.move_on(event.series_id, event.last, numbering_of(settings, kind).start)
        elif event.subject in self._numbered:
            assert not isinstance(event, e.JobOpened | e.InvoiceIssued)
        elif isinstance(event, e.JobOpened):
            job = books[event.job_id]
            self._numbered[job.id] = self.numbers.next("job", settings.job_numbers, job.opened_on.year)
        elif isinstance(event, e.QuoteSent | e.QuoteUndeliverable):
            quote = books[event.quote_id]
            self._numbered[quote.id] = self.numbers.next("quote", settings.quote_numbers, quote.sent_on.year)
        elif isinstance(event, e.InvoiceIssued):
            expected = self.numbers.next("invoice", settings.invoice_numbers, event.issued_on.year)
            self._numbered[event.invoice_id] = expected
            assert event.number == expected
            self._issued(recorded.command, event)

    def _issued(self, command: str, event: e.InvoiceIssued) -> None:
        """28: nothing is issued before its day, except by a person or a payment."""
        today, invoice = self.office.today, self.office.books[event.invoice_id]
        assert invoice.issued_on == event.issued_on
        match command:
            case "SendPlannedInvoice":
                assert event.issued_on == invoice.send_on <= today
            case "RecordPayment":
                assert event.issued_on == (invoice.send_on or today)
            case "IssueInvoice" | "SendInvoice":
                assert (event.issued_on, invoice.send_on) == (today, None)
            case _:
                assert command == "ApproveQuote"
                assert event.issued_on == today

    # -------------------------------------------------------------------------------------------------------- records

    def _see_job(self, before: Any, after: Any) -> None:
        """50: a job keeps its number; 51 is looked at where it is opened."""
        assert after.number == self._numbered[after.id]
        assert before is None or (before.number, before.contact_id) == (after.number, after.contact_id)

    def _see_quote(self, before: Quote | None, after: Quote) -> None:
        """31: an answered quote never changes. 34: nor does a number. 49: it is in a job of its contact."""
        assert before is None or before.state in (QuoteState.DRAFT, QuoteState.SENT)
        assert after.number == self._numbered.get(after.id)
        assert (after.number is None) is (after.state is QuoteState.DRAFT)
        assert self.office.books[after.job_id].contact_id == after.contact_id
        assert all(each.tax is not None for each in after.all_lines)
        assert after.totals.subtotal.minor == naive.subtotal_of(after.all_lines)
        assert {(each.code, each.rate): each.amount.minor for each in after.taxes} == naive.taxes_of(after.all_lines)
        assert after.total.minor == naive.subtotal_of(after.all_lines) + sum(naive.taxes_of(after.all_lines).values())
        if after.state is QuoteState.APPROVED:
            self.parts[after.id] = naive.parts_of(after)

    def _see_work_order(self, before: WorkOrder | None, after: WorkOrder) -> None:
        """60: it only holds invoices of its own job, each once."""
        assert len(set(after.invoice_ids)) == len(after.invoice_ids)
        for id in after.invoice_ids:
            assert self.office.books[id].job_id == after.job_id

    def _see_invoice(self, before: Invoice | None, after: Invoice | None) -> None:
        """33 to 49, one after the other."""
        if after is None:
            assert before is not None
            assert before.state is InvoiceState.DRAFT, "only drafts are discarded"
            assert before.id not in self._told.invoices
            return
        assert before is None or before.state is not InvoiceState.VOIDED, "38: a voided invoice never changes"
        assert after.number == self._numbered.get(after.id), "34"
        assert (after.number is None) is (after.issued_on is None) is (after.state is InvoiceState.DRAFT), "33"
        assert self.office.books[after.job_id].contact_id == after.contact_id, "49"
        if before is not None and before.state is not InvoiceState.DRAFT:
            kept = ("number", "issued_on", "issued_at", "lines", "original_taxes", "contact_id", "currency", "quote_id")
            assert [getattr(before, name) for name in kept] == [getattr(after, name) for name in kept]
        self._see_amounts(after)
        self._see_payments(after)
        told = self._told.invoices[after.id]
        assert (told.total, told.paid, told.rounding) == (after.total.minor, after.paid.minor, after.rounding.minor)
        assert (told.state, told.job_id) == (after.state, after.job_id)

    def _see_amounts(self, invoice: Invoice) -> None:
        """36: paid, partially paid, to refund follow from the amounts. 39: overdue. 42: B = T - P - R."""
        expected = naive.columns(invoice)
        found = {name: getattr(invoice, name) for name in expected if name != "live_part"}
        found = {name: getattr(value, "minor", value) for name, value in found.items()}
        assert found == {name: value for name, value in expected.items() if name != "live_part"}
        assert {(each.code, each.rate): each.amount.minor for each in invoice.taxes} == naive.taxes_on(invoice)
        assert all(each.tax is not None for each in invoice.all_lines)
        assert invoice.is_overdue(self.office.today) is naive.is_overdue(invoice, self.office.today)
        left, received = expected["balance"], expected["paid"]
        is_issued = invoice.state is InvoiceState.ISSUED
        state = PaymentState.PAID if left <= 0 else PaymentState.PARTIALLY_PAID if received > 0 else PaymentState.TO_PAY
        assert invoice.payment_state == (state if is_issued else None)
        assert invoice.to_refund is (is_issued and left < 0)
        if not invoice.is_generated and not invoice.adjustments:
            assert naive.taxes_on(invoice) == naive.taxes_of(invoice.lines), "4"
        if invoice.state is not InvoiceState.DRAFT:
            assert sum(each.amount.minor for each in invoice.instalments) == expected["total"], "12, 19"
            assert sum(each.paid.minor for each in invoice.instalments) == received + expected["rounding"], "45"

    @staticmethod
    def _see_payments(invoice: Invoice) -> None:
        """44: never more given back than received. 45: allocations add up. 42, 46: only cash is rounded, by two cents."""
        assert naive.paid(invoice) >= 0
        for each in invoice.payments:
            assert sum(part.amount.minor for part in each.allocations) == naive.signed(each) + each.rounding.minor
            assert each.rounding.minor == 0 or (each.method == "cash" and each.amount.minor % 5 == 0)
            assert abs(each.rounding.minor) <= 2 or each.kind == "refund"
        assert invoice.rounding.minor == 0 or any(each.method == "cash" for each in invoice.payments)

    # --------------------------------------------------------------------------------------------------------- figures

    def _check_folders(self, jobs: Iterable[Any]) -> None:
        """52 to 54: the figures of a folder are those of its documents; drafts and voided ones count for nothing."""
        for job in jobs:
            invoices = [each for each in self.office.of("invoice") if each.job_id == job]
            quotes = [each for each in self.office.of("quote") if each.job_id == job]
            expected = naive.folder(invoices, quotes, self.parts)
            found = self.office.both(lambda side, job=job: side.door.folder(job))
            amounts = ("revenue", "invoiced", "collected", "pending", "to_invoice")
            assert tuple(getattr(found, name).minor for name in amounts) == expected.amounts
            issued = [each for each in invoices if each.state is InvoiceState.ISSUED]
            assert expected.pending == expected.invoiced - expected.collected - sum(map(naive.rounding, issued))
            self.figures[job] = expected

    def _check_receivables(self, days: Iterable[date], sides: Iterable[Any]) -> None:
        """70 and 71: what is owed as of a day, and what was received ahead; the buckets add up to the total."""
        invoices = self.office.of("invoice")
        for day in days:
            expected = naive.owed(invoices, day)
            for side in sides:
                found = side.door.receivables(day)
                assert (found.total.minor, found.deposits.minor) == expected
                assert sum(each.minor for each in found.buckets.values()) == found.total.minor
                assert sum(each.amount.minor for each in found.rows) == found.total.minor

    # ------------------------------------------------------------------------------------------------------ everything

    def check_everything(self) -> None:
        """Both sides hold what they should and nothing else, and every figure is right."""
        office = self.office
        office.check_everything()
        self._check_folders([each.id for each in office.of("job")])
        days = [office.today + timedelta(days=ahead) for ahead in (-40, -7, -1, 0, 1, 30)]
        self._check_receivables(days, office.sides)
        self._check_timelines()
        self._check_numbers({each.id: each for each in office.of("series")})
        for side in office.sides:
            assert check(side.storage, COMPANY).found == ()

    def _check_timelines(self) -> None:
        """57: a timeline is what happened in the folder, in order."""
        for side in self.office.sides:
            with side.storage.reading(COMPANY) as snapshot:
                for job in self.office.of("job"):
                    expected = [each for each in self.office.events if each.event.timeline == job.id]
                    assert list(snapshot.timeline(job.id, limit=ALL)) == expected

    def _check_numbers(self, series: Mapping[str, Any]) -> None:
        """34, 35: the counters stand where the numbers say, and no printed number stands twice."""
        assert {id: (each.last, each.start) for id, each in series.items()} == {
            id: (last, self.numbers.starts[id]) for id, last in self.numbers.last.items()
        }
        for kind in ("job", "quote", "invoice"):
            numbers = [each.number for each in self.office.of(kind) if each.number is not None]
            assert len(set(numbers)) == len(numbers)
