"""The public contract as a downstream program writes it: checked by mypy strict against the wheel, run on every storage."""

from datetime import date

from plannit_core import (
    Actor,
    Conflict,
    FixedClock,
    Instalment,
    InvalidInput,
    Line,
    Money,
    Plannit,
    Price,
    Refused,
    Schedule,
    When,
    presets,
)
from plannit_core import commands as c
from plannit_core.ports import Storage


def contract(storage: Storage) -> list[str]:
    """Run the contract; gives the codes of the `except` blocks that were reached."""
    reached: list[str] = []
    clock = FixedClock("2026-03-02T09:00-05:00")
    app = Plannit(storage, company="erabliere", clock=clock, actor=Actor.user("u17", name="Marie"))
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    job = app.do(c.OpenJob(ada.id, title="Toit, 12 rue du Moulin"))

    # 1. approval generates every invoice of the schedule, each leaving on its own date
    quote = app.do(
        c.DraftQuote(
            job.id,
            lines=[Line("Labour", 10, Money.cad("85.00")), Line("Nails", 1000, Price.cad("0.0375"))],
            schedules=[
                Schedule.many_invoices(
                    [Instalment.percent(30, When.ON_APPROVAL), Instalment.rest(When.on(date(2026, 6, 15)))]
                )
            ],
        )
    )
    app.do(c.SendQuote(quote.id))
    plan = app.preview(c.ApproveQuote(quote.id))
    assert app.get(quote.id).state == "sent"
    assert [each.total for each in plan.result.invoices]
    done = app.acting_as(Actor.client(ada.id)).do(c.ApproveQuote(quote.id), key="click-7f3a")
    deposit, balance = done.invoices
    assert (deposit.number, balance.number) == ("F2026-00001", None)
    assert app.do(c.ApproveQuote(quote.id), key="click-7f3a") == done
    assert app.do(c.GenerateInvoices(quote.id)) == ()

    # 2. the work order
    order = app.do(c.PlanWorkOrder(job.id, title="Visite"))
    try:
        app.do(c.AddInvoice(order.id))
    except Refused as no:
        assert no.reasons[0].code == "invoice.choice-required"
        reached.append(no.code)
    order = app.do(c.AttachInvoice(order.id, invoice_id=deposit.id))
    assert app.do(c.AddInvoice(order.id)) == app.get(deposit.id)
    extra = app.do(c.AddInvoice(order.id, new=True, lines=[Line("Call-out", 1, Money.cad("95.00"))]))
    assert extra.id in app.get(order.id).invoice_ids

    # 3. several invoices on a job; 4. contact first
    stage = app.do(c.DraftInvoice(job.id, lines=[Line("Gutters", 1, Money.cad("1300.00"))]))
    assert stage.job_id == job.id
    first = app.do(c.InvoiceContact(ada.id, lines=[Line("Call-out", 1, Money.cad("120.00"))]))
    assert first.job_is_new and first.job.title == "Ada Byron"
    visit = app.do(c.PlanWorkOrder(app.do(c.OpenJob(ada.id)).id, title="Dépannage"))
    made = app.do(c.AddInvoice(visit.id))
    assert app.get(visit.id).invoice_ids == (made.id,)

    # in front of the client: both or neither
    with app.transaction() as here:
        sent = here.do(c.SendInvoice(first.invoice.id))
        paid = here.do(c.RecordPayment(sent.id, sent.total, method="cheque", reference="118"))
    assert paid.payment_state == "paid"
    inv = app.do(c.RecordPayment(deposit.id, Money.cad("100.00"), method="cash"))
    inv = app.do(c.VoidPayment(inv.id, payment_id=inv.payments[0].id))
    try:
        app.do(c.VoidInvoice(inv.id), expecting=[deposit])
    except Conflict as err:
        assert err.found > err.expected
        reached.append(err.code)
    app.do(c.VoidInvoice(inv.id), expecting=[inv])
    assert len(app.do(c.GenerateInvoices(quote.id))) == 1

    try:
        app.run_day(date(2026, 6, 15))
    except InvalidInput as err:
        assert err.code == "day.in-the-future"
        reached.append(err.code)
    clock.set("2026-06-15T06:00-04:00")
    report = app.run_day()
    assert [i.id for i in report.issued] == [balance.id]
    assert app.run_day().issued == ()

    folder = app.folder(job.id)
    assert folder.pending == folder.invoiced - folder.collected
    assert [each.action for each in app.actions(balance.id) if each.allowed][0] == "send"
    drained = app.outbox.drain("mailer", lambda recorded: None, start="beginning", limit=100)
    assert drained > 20
    inv = app.get(balance.id)
    assert inv.total - inv.subtotal == sum(tax.amount for tax in inv.taxes)
    assert (inv.paid, inv.balance, inv.state, inv.payment_state) == (Money.cad(0), inv.total, "issued", "to_pay")
    assert (inv.send_on, inv.issued_on, inv.due_on) == (date(2026, 6, 15), date(2026, 6, 15), date(2026, 6, 15))
    assert [(each.amount, each.paid, each.open, each.due_on) for each in inv.instalments] == [
        (inv.total, Money.cad(0), inv.total, inv.due_on)
    ]
    assert (inv.job_id, inv.quote_id, inv.version) == (job.id, quote.id, 2)
    return reached
