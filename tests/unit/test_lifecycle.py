"""The life cycles: what each state allows, read off the tables."""

from __future__ import annotations

import pytest

from plannit_core import Refused
from plannit_core.errors import reason
from plannit_core.lifecycle import (
    INVOICE,
    JOB,
    MACHINES,
    QUOTE,
    WORK_ORDER,
    InvoiceAction,
    InvoiceState,
    Machine,
    QuoteAction,
    QuoteState,
    WorkOrderAction,
    WorkOrderState,
)

TABLES = tuple(MACHINES.values())


@pytest.mark.parametrize("machine", TABLES, ids=lambda machine: machine.kind)
def test_every_state_has_a_row_every_action_a_place_and_every_state_is_reached(machine: Machine) -> None:
    states, actions = type(machine.initial), type(machine.actions[0])
    assert list(machine.table) == list(states)
    assert machine.actions == tuple(actions)
    used = {action for row in machine.table.values() for action in row}
    assert used == set(actions)
    reached = {machine.initial}
    while more := {to for state in reached for to in machine.table[state].values() if to is not None} - reached:
        reached |= more
    assert reached == set(states)


@pytest.mark.parametrize("machine", TABLES, ids=lambda machine: machine.kind)
def test_what_a_state_does_not_allow_is_refused_with_kind_and_state(machine: Machine) -> None:
    for state, row in machine.table.items():
        for action in machine.actions:
            if action in row:
                assert machine.allows(state, action)
                assert machine.objections(state, action) == ()
                assert machine.after(state, action) == row[action]
            else:
                told = reason(f"{machine.kind}.{state}", action=str(action))
                assert machine.objections(state, action) == (told,)
                with pytest.raises(Refused) as caught:
                    machine.after(state, action)
                assert caught.value.reasons == (told,)


def test_what_is_final_allows_nothing_that_changes_it() -> None:
    assert QUOTE.table[QuoteState.DECLINED] == {}
    assert INVOICE.table[InvoiceState.VOIDED] == {}
    assert list(WORK_ORDER.table[WorkOrderState.CANCELLED]) == [WorkOrderAction.DETACH_INVOICE]


def test_drafts_are_discarded_issued_invoices_voided_and_never_the_other_way_round() -> None:
    """User promise 17."""
    assert INVOICE.after(InvoiceState.DRAFT, InvoiceAction.DISCARD) is None
    assert not INVOICE.allows(InvoiceState.DRAFT, InvoiceAction.VOID)
    assert INVOICE.after(InvoiceState.ISSUED, InvoiceAction.VOID) is InvoiceState.VOIDED
    assert not INVOICE.allows(InvoiceState.ISSUED, InvoiceAction.DISCARD)


def test_only_a_sent_quote_is_approved_declined_or_extended() -> None:
    for action in (QuoteAction.APPROVE, QuoteAction.DECLINE, QuoteAction.EXTEND):
        assert [state for state in QuoteState if QUOTE.allows(state, action)] == [QuoteState.SENT]


def test_the_diagram_of_a_life_cycle_is_drawn_from_its_table() -> None:
    assert QUOTE.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> draft",
        "    draft --> draft: edit",
        "    draft --> sent: send",
        "    sent --> sent: send, extend",
        "    sent --> approved: approve",
        "    sent --> declined: decline",
        "    approved --> approved: generate_invoices",
        "    declined --> [*]",
    ]
    assert "    draft --> [*]: discard" in INVOICE.mermaid()
    assert JOB.mermaid().count("-->") == 2
