"""The promises of the door, for every command: the preview is the act, a refusal leaves no trace, `actions` tells the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import Actor, FixedClock, Line, NotFound, Plannit, Policies, Refused
from plannit_core import commands as c
from plannit_core.handlers import HANDLERS
from plannit_core.lifecycle import MACHINES
from plannit_core.model.invoice import Invoice
from plannit_core.model.job import Job
from plannit_core.model.quote import Quote
from plannit_core.model.work_order import WorkOrder
from plannit_core.testing.clerk import Clerk, Known, a_command
from plannit_core.values.ids import PaymentId
from support import ALBERTA, busy, by_id, cad, done, everything, foreseen, ids_in, looks, walk

if TYPE_CHECKING:
    from collections.abc import Callable

MORNING = "2026-03-02T09:00-05:00"


def an_office(open_app: Any) -> tuple[Any, FixedClock]:
    clock = FixedClock(MORNING)
    return open_app(clock), clock


def same_either_way(app: Plannit, command: c.Command[Any], before: Any) -> Any:
    """Look at a command beforehand, do it, and compare; gives the books afterwards."""
    expected = foreseen(app, command, ids_in(before))
    found, after = done(app, command, before)
    assert found == expected
    if found.error is not None:
        assert after == before
    old = by_id(before)
    for record in by_id(after).values():
        known = old.get(record.id)
        assert record.version == (1 if known is None else known.version + (known != record))
    return after


@looks(4)
@given(data=st.data())
def test_the_preview_is_the_act_and_a_refusal_changes_nothing_for_every_command(
    open_app: Any, data: st.DataObject
) -> None:
    """User promise 18: equal after renaming new ids in order of appearance; refused alike, and then nothing is different."""
    office, clock = an_office(open_app)
    with office as app:
        busy(app, clock)
        books = everything(app.storage)
        for kind in data.draw(st.permutations(tuple(HANDLERS))):
            books = same_either_way(app, Clerk(data.draw, Known(app)).command(kind), books)


@looks(20)
@given(data=st.data())
def test_the_preview_is_the_act_whatever_happened_before(open_app: Any, data: st.DataObject) -> None:
    office, clock = an_office(open_app)
    with office as app:
        busy(app, clock)
        books = everything(app.storage)
        for _ in range(data.draw(st.integers(1, 8))):
            clock.advance(days=data.draw(st.integers(0, 3)))
            books = same_either_way(app, a_command(data.draw, app), books)


@looks(20)
@given(data=st.data())
def test_looking_at_a_command_beforehand_changes_nothing(open_app: Any, data: st.DataObject) -> None:
    office, clock = an_office(open_app)
    with office as app:
        busy(app, clock)
        command = a_command(data.draw, app)
        before = everything(app.storage)
        assert foreseen(app, command, ids_in(before)) == foreseen(app, command, ids_in(before))
        assert everything(app.storage) == before


@looks(20)
@given(data=st.data())
def test_the_same_key_does_a_command_once_and_a_refused_one_not_at_all(open_app: Any, data: st.DataObject) -> None:
    """User promise 8; and a refused command keeps no receipt, so it is judged anew."""
    office, clock = an_office(open_app)
    with office as app:
        busy(app, clock)
        command = a_command(data.draw, app)
        before = everything(app.storage)
        first, after = done(app, command, before, key="click")
        again, later = done(app, command, after, key="click")
        assert later == after
        with app.storage.reading(app.company) as snapshot:
            kept = snapshot.receipt("click")
        if first.error is None:
            assert (again.error, again.written, again.removed, again.events) == (None, frozenset(), frozenset(), ())
            assert kept is not None
        else:
            assert (again, after, kept) == (first, before, None)


@looks(20)
@given(data=st.data())
def test_inv_65_an_actor_without_the_permission_changes_nothing(open_app: Any, data: st.DataObject) -> None:
    office, clock = an_office(open_app)
    with office as app:
        busy(app, clock)
        command = a_command(data.draw, app)
        missing = data.draw(st.sampled_from(command.needs))
        guarded = evolve(app, policies=Policies(may=lambda actor, needs: needs is not missing or actor.id == "u17"))
        other = guarded.acting_as(Actor.user("u18"))
        before = everything(app.storage)
        for ask in (other.do, other.preview):
            with pytest.raises(Refused) as caught:
                ask(command)
            assert [(each.code, each.params["needs"]) for each in caught.value.reasons] == [
                ("permission.denied", missing)
            ]
        assert everything(app.storage) == before
        assert foreseen(guarded, command, ids_in(before)) == foreseen(app, command, ids_in(before))


# ---------------------------------------------------------------------------------------------- `actions` tells the truth

A_LINE = Line("Travel", 1, cad(1_00), tax=ALBERTA)


def for_an_invoice(app: Plannit, invoice: Invoice) -> dict[str, c.Command[Any]]:
    """For each action a command with reasonable arguments."""
    with app.reading() as read:
        jobs = read.jobs.find(contact_id=invoice.contact_id)
    counting = [each for each in invoice.payments if not each.is_voided]
    refunds = [each for each in counting if each.net.minor < 0]
    chosen = [*refunds, *counting, *invoice.payments]
    return {
        "edit": c.EditInvoice(invoice.id, note="Merci"),
        "plan": c.PlanInvoice(invoice.id, send_on=app.today + timedelta(days=3)),
        "hold": c.HoldInvoice(invoice.id),
        "issue": c.IssueInvoice(invoice.id),
        "send": c.SendInvoice(invoice.id),
        "record_payment": c.RecordPayment(invoice.id, max(invoice.balance, cad(1)), method="card"),
        "void_payment": c.VoidPayment(invoice.id, payment_id=chosen[0].id if chosen else PaymentId("pay_none")),
        "refund": c.RefundPayment(invoice.id, max(invoice.paid, cad(1)), method="card"),
        "adjust": c.AdjustInvoice(invoice.id, lines=[A_LINE]),
        "plan_instalment": c.PlanInstalment(invoice.id, instalment=1, due_on=app.today),
        "move": c.MoveInvoice(invoice.id, job_id=jobs[-1].id),
        "discard": c.DiscardDraft(invoice.id),
        "void": c.VoidInvoice(invoice.id),
    }


def for_a_quote(app: Plannit, quote: Quote) -> dict[str, c.Command[Any]]:
    name = quote.schedules[0].name if len(quote.schedules) > 1 else None
    return {
        "edit": c.EditQuote(quote.id, lines=[A_LINE]),
        "send": c.SendQuote(quote.id),
        "approve": c.ApproveQuote(quote.id, schedule=name),
        "decline": c.DeclineQuote(quote.id),
        "extend": c.ExtendQuote(quote.id, valid_until=app.today + timedelta(days=3)),
        "generate_invoices": c.GenerateInvoices(quote.id),
    }


def for_a_job(app: Plannit, job: Job) -> dict[str, c.Command[Any]]:
    return {
        "edit": c.EditJob(job.id, status="Scheduled"),
        "draft_quote": c.DraftQuote(job.id, lines=[A_LINE]),
        "draft_invoice": c.DraftInvoice(job.id, lines=[A_LINE]),
        "plan_work_order": c.PlanWorkOrder(job.id, title="Visite"),
    }


def for_a_work_order(app: Plannit, order: WorkOrder) -> dict[str, c.Command[Any]]:
    spare = app.do(c.DraftInvoice(order.job_id, lines=[A_LINE])).id
    return {
        "complete": c.CompleteWorkOrder(order.id),
        "cancel": c.CancelWorkOrder(order.id),
        "add_invoice": c.AddInvoice(order.id, new=True),
        "attach_invoice": c.AttachInvoice(order.id, invoice_id=spare),
        "detach_invoice": c.DetachInvoice(order.id, invoice_id=(*order.invoice_ids, spare)[0]),
    }


REASONABLE: dict[str, Callable[[Plannit, Any], dict[str, c.Command[Any]]]] = {
    "job": for_a_job,
    "quote": for_a_quote,
    "invoice": for_an_invoice,
    "work_order": for_a_work_order,
}


@pytest.mark.parametrize("kind", MACHINES)
@looks(12)
@given(data=st.data())
def test_actions_tell_the_truth(open_app: Any, kind: str, data: st.DataObject) -> None:
    """What is allowed is not refused; what is not is refused, for the reasons that were told."""
    office, clock = an_office(open_app)
    with office as app:
        busy(app, clock)
        for _ in walk(data.draw, app, clock, 6):
            pass
        client = app.acting_as(Actor.client(data.draw(st.sampled_from(Known(app).contacts)).id))
        for record in everything(app.storage)["records"][kind]:
            commands = REASONABLE[kind](app, record)
            for door in (app, client):
                told = door.actions(record.id)
                assert [each.action for each in told] == list(MACHINES[kind].actions) == list(commands)
                for each in told:
                    assert each.allowed is (each.reasons == ())
                    assert refusal(door, commands[each.action]) == refusal_told(
                        each.reasons, commands[each.action], record
                    )


def refusal(door: Plannit, command: c.Command[Any]) -> Any:
    try:
        door.preview(command)
    except Refused as error:
        return error.reasons
    except NotFound as error:
        return error.kind
    return ()


def refusal_told(reasons: Any, command: c.Command[Any], record: Any) -> Any:
    """`payment.none` is told of an invoice; asked for one payment, it is not found, or voided already."""
    if not isinstance(command, c.VoidPayment) or all(each.code != "payment.none" for each in reasons):
        return reasons
    payment = record.payment(command.payment_id)
    if payment is None:
        return "payment"
    others = tuple(each for each in reasons if each.code != "payment.none")
    return (*others, evolve(reasons[-1], code="payment.voided", params={"payment": payment.id}))
