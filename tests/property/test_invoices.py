"""Invariants 33 to 39 and 49 to 51: numbers, states, voiding; each document in its job."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import FixedClock, Line, Numbering, Plannit, Refused, TaxGroup
from plannit_core import commands as c
from plannit_core.lifecycle import InvoiceAction, InvoiceState, PaymentState
from plannit_core.values.numbering import Restart
from support import TODAY, busy, cad, cents_of, client_and_job, documents, events_of, everything, looks, noon, walk

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice
    from plannit_core.model.job import Job

MORNING = "2026-03-02T09:00-05:00"


def invoices_of(app: Plannit) -> list[Invoice]:
    with app.reading() as read:
        return list(read.invoices.find())


def a_draft(app: Plannit, job: Job, cents: int) -> Invoice:
    return app.do(c.DraftInvoice(job.id, lines=[Line("Gutters", 1, cad(cents), tax=TaxGroup.EXEMPT)]))


@looks(20)
@given(data=st.data())
def test_inv_33_34_36_39_hold_whatever_was_done(open_app: Any, data: st.DataObject) -> None:
    """A number exactly when not a draft, for ever and once; paid, partially paid, to refund and overdue by the amounts and days."""
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        numbers: dict[str, str] = {}
        for _ in chain([None], walk(data.draw, app, clock, 12)):
            found = invoices_of(app)
            for each in found:
                assert (each.number is None) is (each.state is InvoiceState.DRAFT)
                assert (each.issued_on is None) is (each.number is None)
                if each.number is not None:
                    assert numbers.setdefault(each.id, each.number) == each.number
                as_its_amounts_say(each, app.today)
            assert set(numbers) <= {each.id for each in found}
            assert len(set(numbers.values())) == len(numbers)


def as_its_amounts_say(invoice: Invoice, today: date) -> None:
    paid = sum(
        each.amount.minor * (-1 if each.kind == "refund" else 1) for each in invoice.payments if not each.is_voided
    )
    rounding = sum(each.rounding.minor for each in invoice.payments if not each.is_voided)
    balance = invoice.total.minor - paid - rounding
    is_issued = invoice.state is InvoiceState.ISSUED
    assert (invoice.payment_state is PaymentState.PAID) is (is_issued and balance <= 0)
    assert (invoice.payment_state is PaymentState.PARTIALLY_PAID) is (is_issued and paid > 0 and balance > 0)
    assert (invoice.payment_state is PaymentState.TO_PAY) is (is_issued and paid <= 0 < balance)
    assert invoice.to_refund is (is_issued and balance < 0)
    assert sum(each.open.minor for each in invoice.instalments) == balance
    late = [each for each in invoice.instalments if each.open.minor > 0 and each.due_on and each.due_on < today]
    if invoice.is_overdue(today):
        assert is_issued
        assert late
        assert balance > 0
    elif is_issued and all(each.open.minor >= 0 for each in invoice.instalments):
        assert late == []


@looks(15)
@given(data=st.data())
def test_inv_34_numbers_of_voided_invoices_are_never_given_again(open_app: Any, data: st.DataObject) -> None:
    with open_app() as app:
        _, job = client_and_job(app)
        given_out: list[str] = []
        for _ in range(data.draw(st.integers(1, 6))):
            number = app.do(c.IssueInvoice(a_draft(app, job, 1).id)).number
            assert number not in given_out
            assert number is not None
            given_out.append(number)
            with app.reading() as read:
                (found,) = read.invoices.find(number=number)
            if data.draw(st.booleans()):
                assert app.do(c.VoidInvoice(found.id)).number == number
        assert given_out == [f"F2026-{n:05d}" for n in range(1, len(given_out) + 1)]


NUMBERINGS = st.builds(
    Numbering,
    prefix=st.sampled_from(["A", "A1", "F{year}-"]),
    suffix=st.sampled_from(["", "-B"]),
    length=st.integers(1, 3),
    start=st.sampled_from([1, 9, 10]),
    restart=st.sampled_from(Restart),
)


@looks(25)
@given(data=st.data())
def test_inv_35_counters_go_up_by_one_a_new_start_or_year_sets_them_and_a_taken_number_is_skipped(
    open_app: Any, data: st.DataObject
) -> None:
    with open_app() as app:
        _, job = client_and_job(app)
        assert isinstance(app.clock, FixedClock)
        printed: list[str] = []
        counters: dict[str, tuple[int, int]] = {}
        numbering = app.settings.invoice_numbers
        for _ in range(data.draw(st.integers(1, 10))):
            if data.draw(st.booleans()):
                numbering = data.draw(NUMBERINGS)
                app.do(c.ConfigureCompany(evolve(app.settings, invoice_numbers=numbering)))
            if not data.draw(st.integers(0, 3)):
                app.clock.advance(days=365)
            year = app.today.year
            series = str(year) if numbering.restart is Restart.YEARLY else ""
            last, start = counters.get(series, (numbering.start - 1, numbering.start))
            count = last + 1 if start == numbering.start else numbering.start
            while as_printed(numbering, count, year) in printed:
                count += 1
            counters[series] = (count, numbering.start)
            found = app.do(c.IssueInvoice(a_draft(app, job, 1).id))
            assert found.number == as_printed(numbering, count, year)
            printed.append(found.number)


def as_printed(numbering: Numbering, count: int, year: int) -> str:
    affixes = [each.replace("{year}", f"{year}") for each in (numbering.prefix, numbering.suffix)]
    return affixes[0] + str(count).rjust(numbering.length, "0") + affixes[1]


@looks(15)
@given(rows=st.lists(st.tuples(st.integers(0, 800), st.integers(1, 9)), min_size=1, max_size=5))
def test_inv_35_a_run_numbers_each_year_by_itself_by_the_invoices_own_dates(
    open_app: Any, rows: list[tuple[int, int]]
) -> None:
    with open_app() as app:
        _, job = client_and_job(app)
        for days, cents in rows:
            app.do(c.PlanInvoice(a_draft(app, job, cents).id, send_on=TODAY + timedelta(days=days)))
        app.clock.set(noon(TODAY + timedelta(days=801)))
        issued = app.run_day().issued
        by_year: dict[int, list[str]] = {}
        for each in issued:
            assert each.issued_on is not None
            by_year.setdefault(each.issued_on.year, []).append(each.number or "")
        for year, numbers in by_year.items():
            assert numbers == [f"F{year}-{n:05d}" for n in range(1, len(numbers) + 1)]


@looks(20)
@given(data=st.data())
def test_inv_37_an_invoice_is_voided_exactly_when_it_has_a_number_and_no_money_on_it(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 8):
            pass
        invoice = data.draw(st.sampled_from(invoices_of(app)))
        before, folder = everything(app.storage), app.folder(invoice.job_id)
        try:
            voided = app.do(c.VoidInvoice(invoice.id))
        except Refused:
            assert invoice.state is not InvoiceState.ISSUED or invoice.paid
            assert everything(app.storage) == before
            return
        assert invoice.state is InvoiceState.ISSUED
        assert not invoice.paid
        after = app.folder(invoice.job_id)
        assert after.revenue == folder.revenue - invoice.subtotal
        assert after.invoiced == folder.invoiced - invoice.total
        assert after.pending == folder.pending - invoice.balance
        assert after.collected == folder.collected
        assert (voided.lines, voided.taxes, voided.total, voided.number) == (
            invoice.lines,
            invoice.taxes,
            invoice.total,
            invoice.number,
        )
        assert (voided.balance, voided.payment_state, voided.is_overdue(date.max)) == (cad(0), None, False)


def on_an_invoice(app: Plannit, invoice: Invoice, other_job: Job) -> dict[InvoiceAction, c.Command[Any]]:
    some = [Line("Permit", 1, cad(1_00), tax=TaxGroup.EXEMPT)]
    return {
        InvoiceAction.EDIT: c.EditInvoice(invoice.id, note="Merci"),
        InvoiceAction.PLAN: c.PlanInvoice(invoice.id, send_on=app.today),
        InvoiceAction.HOLD: c.HoldInvoice(invoice.id),
        InvoiceAction.ISSUE: c.IssueInvoice(invoice.id),
        InvoiceAction.SEND: c.SendInvoice(invoice.id),
        InvoiceAction.RECORD_PAYMENT: c.RecordPayment(invoice.id, cad(1), method="card", allow_overpayment=True),
        InvoiceAction.VOID_PAYMENT: c.VoidPayment(invoice.id, payment_id=invoice.payments[0].id),
        InvoiceAction.REFUND: c.RefundPayment(invoice.id, cad(1), method="card"),
        InvoiceAction.ADJUST: c.AdjustInvoice(invoice.id, lines=some),
        InvoiceAction.PLAN_INSTALMENT: c.PlanInstalment(invoice.id, instalment=1, due_on=app.today),
        InvoiceAction.MOVE: c.MoveInvoice(invoice.id, job_id=other_job.id),
        InvoiceAction.DISCARD: c.DiscardDraft(invoice.id),
        InvoiceAction.VOID: c.VoidInvoice(invoice.id),
    }


@looks(10)
@given(document=documents(max_size=3), paid=st.integers(1, 500))
def test_inv_38_a_voided_invoice_accepts_no_command(open_app: Any, document: tuple[Line, ...], paid: int) -> None:
    with open_app() as app:
        contact, job = client_and_job(app)
        other = app.do(c.OpenJob(contact.id))
        visit = app.do(c.PlanWorkOrder(job.id, title="Visite"))
        invoice = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=document)).id))
        invoice = app.do(c.RecordPayment(invoice.id, cad(paid), method="card", allow_overpayment=True))
        app.do(c.VoidPayment(invoice.id, payment_id=invoice.payments[0].id))
        invoice = app.do(c.VoidInvoice(invoice.id))
        commands = on_an_invoice(app, invoice, other)
        assert list(commands) == list(InvoiceAction)
        before = everything(app.storage)
        for action, command in commands.items():
            with pytest.raises(Refused) as caught:
                app.do(command)
            assert ("invoice.voided", action) in [
                (each.code, each.params.get("action")) for each in caught.value.reasons
            ]
        for command in (c.SendPlannedInvoice(invoice.id), c.AttachInvoice(visit.id, invoice_id=invoice.id)):
            with pytest.raises(Refused):
                app.do(command)
        assert everything(app.storage) == before
        assert [each.allowed for each in app.actions(invoice.id)] == [False] * len(InvoiceAction)


@looks(15)
@given(data=st.data())
def test_inv_49_50_51_each_document_is_in_one_job_of_its_client_and_jobs_are_numbered_at_opening(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        numbers: dict[str, str] = {}
        for _ in chain([None], walk(data.draw, app, clock, 10)):
            with app.reading() as read:
                jobs = {each.id: each for each in read.jobs.find()}
                documents_ = (*read.quotes.find(), *read.invoices.find())
            for each in documents_:
                assert jobs[each.job_id].contact_id == each.contact_id
            for job in jobs.values():
                assert numbers.setdefault(job.id, job.number) == job.number
            assert len(set(numbers.values())) == len(numbers)
        counters = sorted(int(number.removeprefix("J-")) for number in numbers.values())
        assert counters == list(range(1, len(counters) + 1))


@looks(10)
@given(names=st.lists(st.sampled_from(["Ada", "Bob", "Zoé"]), min_size=2, max_size=4))
def test_inv_51_a_job_takes_the_name_its_contact_has_at_that_moment(open_app: Any, names: list[str]) -> None:
    with open_app() as app:
        contact = app.do(c.AddContact(names[0]))
        opened = []
        for name in names:
            app.do(c.EditContact(contact.id, name=name))
            opened.append(app.do(c.OpenJob(contact.id)))
            assert app.do(c.InvoiceContact(contact.id)).job.title == name
        assert [app.get(each.id).title for each in opened] == names


@looks(20)
@given(data=st.data())
def test_adjusting_recomputes_the_taxes_on_the_whole_and_keeps_the_lines_that_were_sent(
    open_app: Any, data: st.DataObject
) -> None:
    """Decision 22: r(rate x (base + adjustments)), for an invoice of its own; nothing that was sent is touched."""
    with open_app() as app:
        _, job = client_and_job(app)
        document = data.draw(documents(max_size=3))
        sent = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=document)).id))
        known, found = sent, list(document)
        for _ in range(data.draw(st.integers(1, 3))):
            more = data.draw(documents(max_size=3, may_be_negative=True))
            try:
                known = app.do(c.AdjustInvoice(sent.id, lines=more))
            except Refused as error:
                assert error.code == "invoice.negative"
                continue
            found += more
            bases: dict[Any, int] = {}
            for line in found:
                for tax in line.tax.taxes if line.tax else ():
                    bases[tax.code, tax.rate] = bases.get((tax.code, tax.rate), 0) + cents_of(line)
            assert {(tax.code, tax.rate): tax.base.minor for tax in known.taxes} == bases
            assert all(tax.own_cents.minor == 0 for tax in known.taxes)
            assert known.subtotal.minor == sum(cents_of(line) for line in found)
            assert sum(each.amount.minor for each in known.instalments) == known.total.minor
        assert (known.lines, known.original_taxes, known.original_total) == (
            sent.lines,
            sent.original_taxes,
            sent.total,
        )
        changes = [each.event.change for each in events_of(app.storage) if each.event.name == "invoice.adjusted"]
        assert known.total == sum(changes, sent.total)
