"""Which folders are shown: the smallest that has a way of working in it, each way once."""

from __future__ import annotations

from plannit_core import Actor, FixedClock, Line, Money, Plannit, presets
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.cli.flows import shown_folders

LINES = [Line("Call-out", 1, Money.cad("100.00"))]


def office() -> Plannit:
    app = Plannit(MemoryStorage(), company="lavoie", clock=FixedClock("2026-03-02T09:00-05:00"), actor=Actor.user("u1"))
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    return app


def test_empty_books_show_nothing() -> None:
    app = office()
    assert shown_folders(app.storage, "lavoie") == {}


def test_a_work_order_is_known_by_how_it_was_billed() -> None:
    app = office()
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    jobs = [app.do(c.OpenJob(ada.id)) for _ in range(3)]
    visits = [app.do(c.PlanWorkOrder(job.id, title="Visit")) for job in jobs]
    app.do(c.AddInvoice(visits[0].id, lines=LINES))
    app.do(c.DraftInvoice(jobs[1].id, lines=LINES))
    app.do(c.AddInvoice(visits[1].id, new=True, lines=LINES))
    app.do(c.AttachInvoice(visits[2].id, invoice_id=app.do(c.DraftInvoice(jobs[2].id, lines=LINES)).id))
    shown = shown_folders(app.storage, "lavoie")
    assert shown == {jobs[2].id: ("attach",), jobs[1].id: ("create",), jobs[0].id: ("itself",)}


def test_an_invoice_that_is_gone_does_not_count_for_the_next() -> None:
    app = office()
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    job = app.do(c.OpenJob(ada.id))
    app.do(c.DiscardDraft(app.do(c.DraftInvoice(job.id)).id))
    app.do(c.AddInvoice(app.do(c.PlanWorkOrder(job.id, title="Visit")).id, lines=LINES))
    assert shown_folders(app.storage, "lavoie") == {job.id: ("itself",)}


def test_a_folder_already_shown_is_shown_again_only_when_no_other_has_the_flow() -> None:
    app = office()
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    first, second = (app.do(c.InvoiceContact(ada.id, lines=LINES)) for _ in range(2))
    app.do(c.SendInvoice(first.invoice.id))
    app.do(c.VoidInvoice(first.invoice.id))
    app.do(c.DraftInvoice(first.job.id, lines=LINES))
    assert shown_folders(app.storage, "lavoie") == {second.job.id: ("contact",), first.job.id: ("void",)}
