"""Invariants 52 to 61: the figures of a job folder, its timeline, moving invoices, and work orders."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import Actor, FixedClock, Line, Plannit, Refused, TaxGroup
from plannit_core import commands as c
from plannit_core.lifecycle import InvoiceState
from plannit_core.testing.clerk import FEW_LINES, Clerk, Known
from plannit_core.values.ids import JobId
from support import busy, cad, cents_of, client_and_job, everything, looks, walk

if TYPE_CHECKING:
    from plannit_core.views import JobFolder

MORNING = "2026-03-02T09:00-05:00"


def figures(folder: JobFolder) -> tuple[Any, ...]:
    return folder.revenue, folder.invoiced, folder.collected, folder.pending, folder.to_invoice, folder.hours


def jobs_of(app: Plannit) -> list[JobId]:
    with app.reading() as read:
        return [each.id for each in read.jobs.find()]


def reckoned(app: Plannit, job_id: JobId) -> tuple[int, ...]:
    """Revenue, invoiced, collected, pending, to invoice and cash roundings, from whole documents, one by one."""
    with app.reading() as read:
        invoices, quotes = read.invoices.find(job_id=job_id), read.quotes.find(job_id=job_id)
    revenue = invoiced = collected = pending = to_invoice = roundings = 0
    for each in invoices:
        lines = [*each.lines, *(line for adjustment in each.adjustments for line in adjustment.lines)]
        subtotal = sum(cents_of(line) for line in lines)
        total = subtotal + sum(tax.amount.minor for tax in each.taxes)
        received = [payment for payment in each.payments if payment.voided_on is None]
        paid = sum(-payment.amount.minor if payment.kind == "refund" else payment.amount.minor for payment in received)
        rounding = sum(payment.rounding.minor for payment in received)
        if each.state == "issued":
            revenue += subtotal
            invoiced += total
            collected += paid
            roundings += rounding
            pending += total - paid - rounding
        elif each.state == "draft":
            to_invoice += total
    for quote in quotes:
        if quote.state == "approved":
            assert quote.approval is not None
            missing = app.preview(c.GenerateInvoices(quote.id)).result
            to_invoice += sum(each.total.minor for each in missing)
    return revenue, invoiced, collected, pending, to_invoice, roundings


@looks(20)
@given(data=st.data())
def test_inv_52_53_the_figures_of_a_folder_are_what_its_documents_say_after_anything(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 12):
            pass
        for job_id in jobs_of(app):
            folder = app.folder(job_id)
            *known, roundings = reckoned(app, job_id)
            assert [each.minor for each in figures(folder)[:5]] == known
            assert folder.hours == 0
            assert folder.pending == folder.invoiced - folder.collected - cad(roundings)


@looks(20)
@given(data=st.data())
def test_inv_54_drafts_and_voids_add_nothing_to_revenue_and_pending(open_app: Any, data: st.DataObject) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        job_id = data.draw(st.sampled_from(jobs_of(app)))
        before = app.folder(job_id)
        draft = app.do(c.DraftInvoice(job_id, lines=data.draw(FEW_LINES.filter(lambda found: len(found) > 0))))
        with_draft = app.folder(job_id)
        assert figures(with_draft)[:4] == figures(before)[:4]
        assert with_draft.to_invoice == before.to_invoice + draft.total
        if draft.total.minor < 0:
            return
        app.do(c.IssueInvoice(draft.id))
        issued = app.folder(job_id)
        assert issued.revenue == before.revenue + draft.subtotal
        assert issued.pending == before.pending + draft.total
        app.do(c.VoidInvoice(draft.id))
        assert figures(app.folder(job_id)) == figures(before)


@looks(20)
@given(data=st.data())
def test_inv_55_invoicing_a_contact_opens_exactly_one_job_or_uses_the_one_named(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        known = Known(app)
        contact = data.draw(st.sampled_from(known.contacts))
        named = data.draw(st.none() | st.sampled_from(known.jobs))
        before = everything(app.storage)
        command = c.InvoiceContact(contact.id, job_id=named and named.id, lines=data.draw(FEW_LINES))
        if named is not None and named.contact_id != contact.id:
            with pytest.raises(Refused) as caught:
                app.do(command)
            assert caught.value.code == "job.other-contact"
            assert everything(app.storage) == before
            return
        intake = app.do(command)
        opened = set(jobs_of(app)) - {each.id for each in known.jobs}
        assert intake.invoice.job_id == intake.job.id
        assert intake.job.contact_id == intake.invoice.contact_id == contact.id
        assert (opened, intake.job_is_new) == ((set(), False) if named else ({intake.job.id}, True))
        if named is None:
            assert (intake.job.title, intake.job.source) == (contact.name, "application")
        else:
            assert intake.job == named


@looks(20)
@given(data=st.data())
def test_inv_56_moving_an_invoice_there_and_back_restores_both_folders_and_never_the_sum(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 4):
            pass
        known = Known(app)
        fitting = [each for each in known.invoices if each.state != "voided" and not each.is_generated]
        invoice = data.draw(st.sampled_from(fitting))
        own = [each.id for each in known.jobs if each.contact_id == invoice.contact_id]
        to = data.draw(st.sampled_from(own))
        folders = {job_id: app.folder(job_id) for job_id in own}
        moved = app.do(c.MoveInvoice(invoice.id, job_id=to))
        assert (moved.job_id, moved.number, moved.total, moved.contact_id) == (
            to,
            invoice.number,
            invoice.total,
            invoice.contact_id,
        )
        for place in range(5):
            sums = [sum(figures(each)[place] for each in some) for some in (folders.values(), map(app.folder, own))]
            assert sums[0] == sums[1]
        for order in Known(app).orders:
            assert (invoice.id in order.invoice_ids) <= (order.job_id == to)
        if to != invoice.job_id:
            assert app.folder(invoice.job_id).pending == folders[invoice.job_id].pending - invoice_pending(moved)
            for job_id, name in ((invoice.job_id, "invoice.moved-out"), (to, "invoice.moved-in")):
                assert app.folder(job_id).timeline[-1].event.name == name
        app.do(c.MoveInvoice(invoice.id, job_id=invoice.job_id))
        assert all(figures(app.folder(job_id)) == figures(folders[job_id]) for job_id in own)


def invoice_pending(invoice: Any) -> Any:
    return invoice.balance if invoice.state is InvoiceState.ISSUED else cad(0)


@looks(20)
@given(data=st.data())
def test_inv_57_a_timeline_only_grows_and_is_in_order(open_app: Any, data: st.DataObject) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        known = {job_id: app.folder(job_id).timeline for job_id in jobs_of(app)}
        for _ in walk(data.draw, app, clock, 10):
            now = {job_id: app.folder(job_id).timeline for job_id in jobs_of(app)}
            for job_id, timeline in now.items():
                before = known.get(job_id, ())
                assert timeline[: len(before)] == before
                assert [each.position for each in timeline] == sorted({each.position for each in timeline})
                assert [each.at for each in timeline] == sorted(each.at for each in timeline)
                assert all(each.event.timeline == job_id for each in timeline)
            known = now
        events = everything(app.storage)["events"]
        assert [each.position for each in events] == list(range(1, len(events) + 1))


# ----------------------------------------------------------------------------------------------------------- work orders


def live_in(app: Plannit, job_id: JobId) -> list[Any]:
    with app.reading() as read:
        return [each for each in read.invoices.find(job_id=job_id) if each.is_live]


@looks(15)
@given(data=st.data(), taps=st.integers(1, 4))
def test_inv_58_adding_an_invoice_where_there_is_none_makes_one_however_often_it_is_tapped(
    open_app: Any, data: st.DataObject, taps: int
) -> None:
    with open_app() as app:
        _, job = client_and_job(app)
        for _ in range(data.draw(st.integers(0, 2))):  # void ones do not count
            wrong = app.do(c.IssueInvoice(app.do(c.DraftInvoice(job.id, lines=[Line("x", 1, cad(1))])).id))
            app.do(c.VoidInvoice(wrong.id))
        visits = [app.do(c.PlanWorkOrder(job.id, title="Visite")) for _ in range(2)]
        found = data.draw(FEW_LINES)
        first = app.do(c.AddInvoice(visits[0].id, lines=found))
        again = [app.do(c.AddInvoice(visits[0].id, lines=data.draw(st.sampled_from([(), found])))) for _ in range(taps)]
        assert again == [first] * taps
        assert live_in(app, job.id) == [first]
        assert app.get(visits[0].id).invoice_ids == (first.id,)
        before = everything(app.storage)
        with pytest.raises(Refused) as caught:  # another visit has to choose
            app.do(c.AddInvoice(visits[1].id))
        assert (caught.value.code, caught.value.params["candidates"]) == ("invoice.choice-required", (first.id,))
        assert everything(app.storage) == before


@looks(15)
@given(data=st.data())
def test_inv_59_60_attaching_makes_no_invoice_and_only_one_of_the_same_job_can_be_attached(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 4):
            pass
        known = Known(app)
        count = len(known.invoices)
        for _ in range(4):
            order = app.get(data.draw(st.sampled_from(known.orders)).id)
            invoice = data.draw(st.sampled_from(known.invoices))
            fits = invoice.job_id == order.job_id and invoice.is_live and order.state != "cancelled"
            try:
                attached = app.do(c.AttachInvoice(order.id, invoice_id=invoice.id))
            except Refused as error:
                assert not fits
                codes = [each.code for each in error.reasons]
                assert ("invoice.other-job" in codes) is (invoice.job_id != order.job_id)
                assert ("invoice.voided" in codes) is not invoice.is_live
                assert app.get(order.id) == order
            else:
                assert fits or invoice.id in order.invoice_ids
                assert attached.invoice_ids == tuple(dict.fromkeys((*order.invoice_ids, invoice.id)))
                assert app.do(c.AttachInvoice(order.id, invoice_id=invoice.id)) == attached
        assert len(Known(app).invoices) == count


@looks(20)
@given(data=st.data())
def test_inv_60_a_work_order_only_ever_holds_invoices_of_its_own_job_each_once(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 15):
            known = Known(app)
            jobs = {each.id: each.job_id for each in known.invoices}
            for order in known.orders:
                assert len(set(order.invoice_ids)) == len(order.invoice_ids)
                assert [jobs[each] for each in order.invoice_ids] == [order.job_id] * len(order.invoice_ids)


@looks(15)
@given(data=st.data())
def test_inv_61_completing_cancelling_and_detaching_change_no_figure(open_app: Any, data: st.DataObject) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        before = {job_id: figures(app.folder(job_id)) for job_id in jobs_of(app)}
        invoices, owed = Known(app).invoices, app.receivables()
        for _ in range(data.draw(st.integers(1, 5))):
            kind = data.draw(
                st.sampled_from([c.CompleteWorkOrder, c.CancelWorkOrder, c.DetachInvoice, c.AttachInvoice])
            )
            try:
                app.do(Clerk(data.draw, Known(app)).command(kind))
            except Refused:
                continue
        assert {job_id: figures(app.folder(job_id)) for job_id in jobs_of(app)} == before
        assert (Known(app).invoices, app.receivables()) == (invoices, owed)


# ------------------------------------------------------------------------------------------------------------ other views


@looks(15)
@given(data=st.data())
def test_the_documents_of_a_contact_and_the_departures_are_those_in_the_books(
    open_app: Any, data: st.DataObject
) -> None:
    clock = FixedClock(MORNING)
    with open_app(clock) as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 6):
            pass
        known = Known(app)
        for contact in known.contacts:
            found = app.documents(contact.id)
            assert found.contact == contact
            for shelf, records in (
                (found.jobs, known.jobs),
                (found.quotes, known.quotes),
                (found.invoices, known.invoices),
            ):
                assert [each.id for each in shelf] == [each.id for each in records if each.contact_id == contact.id]
            for row in found.invoices:
                invoice = app.get(row.id)
                names = (
                    "state",
                    "number",
                    "send_on",
                    "issued_on",
                    "due_on",
                    "subtotal",
                    "total",
                    "paid",
                    "rounding",
                    "balance",
                )
                assert [getattr(row, name) for name in names] == [getattr(invoice, name) for name in names]
                assert (row.payment_state, row.is_live) == (invoice.payment_state, invoice.is_live)
            for line in found.quotes:
                quote = app.get(line.id)
                assert (line.total, line.subtotal, line.state) == (quote.total, quote.subtotal, quote.state)
                assert line.is_expired(app.today) is quote.is_expired(app.today)
        until = app.today + timedelta(days=data.draw(st.integers(-5, 60)))
        waiting = [each for each in known.invoices if each.leaves_on is not None and each.leaves_on <= until]
        assert [(each.send_on, each.invoice_id, each.total) for each in app.departures(until)] == sorted(
            [(each.leaves_on, each.id, each.total) for each in waiting], key=lambda row: row[:2]
        )


@looks(15)
@given(data=st.data())
def test_a_line_that_names_no_tax_gets_the_companys_group(open_app: Any, data: st.DataObject) -> None:
    with open_app() as app:
        _, job = client_and_job(app)
        found = data.draw(FEW_LINES)
        group = app.settings.tax_group
        invoice = app.acting_as(Actor.system("import")).do(c.DraftInvoice(job.id, lines=found))
        quote = app.do(c.DraftQuote(job.id, lines=found))
        for line, one, other in zip(found, invoice.lines, quote.lines, strict=True):
            assert one.tax == other.tax == (group if line.tax is None else line.tax)
            assert (one.text, one.amount) == (line.text, line.amount)
        assert TaxGroup.EXEMPT.taxes == ()
