"""Any public value as plain data, for `--json`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import frozen

from plannit_core import serial
from plannit_core.decisions import Decision
from plannit_core.errors import InvalidInput, reason
from plannit_core.lifecycle import QuoteState
from plannit_core.values.mapping import Keys
from plannit_core.values.money import Money, Price
from schema.samples import AT, COMMANDS, EVENTS, INV, LABOUR, RECORDS

INVOICE = RECORDS["invoice"]["issued"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (5, 5),
        ("é", "é"),
        (INV, "inv_1"),
        (QuoteState.SENT, "sent"),
        (Decimal("2.50"), "2.50"),
        (Decimal("1E+2"), "100"),
        (date(2026, 6, 15), "2026-06-15"),
        (AT, "2026-03-02T14:00:00.000250+00:00"),
        (Money("5", "JPY"), {"amount": "5", "currency": "JPY"}),
        (Price.cad("0.0375"), {"amount": "0.0375", "currency": "CAD"}),
        (Keys({"erp": "7"}), {"erp": "7"}),
        ({QuoteState.SENT: (Money.cad("1.00"),)}, {"sent": [{"amount": "1.00", "currency": "CAD"}]}),
        (reason("invoice.other-job", job_id=INV), {"code": "invoice.other-job", "params": {"job_id": "inv_1"}}),
    ],
)
def test_a_value_as_plain_data(value: object, shown: object) -> None:
    assert serial.plain(value) == shown


def _types(data: Any) -> set[type]:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return {type(data)}.union(*(_types(each) for each in inner))


@pytest.mark.parametrize(
    "value",
    [
        *(record for kind in RECORDS.values() for record in kind.values()),
        *EVENTS,
        *(command for kind in COMMANDS.values() for command in kind.values()),
        Decision(INVOICE, writes=(INVOICE,), events=EVENTS),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_is_public_is_plain_json(value: object) -> None:
    shown = serial.plain(value)
    assert _types(shown) <= {dict, list, str, int, bool, type(None)}
    assert json.loads(json.dumps(shown)) == shown


def test_an_invoice_is_shown_with_its_figures() -> None:
    shown = serial.plain(INVOICE)
    assert shown["record"] == "invoice"
    assert shown["balance"] == {"amount": str(INVOICE.balance), "currency": "CAD"}
    assert shown["payment_state"] == "partially_paid"
    assert shown["lines"][0]["amount"] == {"amount": "850.00", "currency": "CAD"}
    assert shown["instalments"][0]["open"] == {"amount": str(INVOICE.instalments[0].open), "currency": "CAD"}


def test_every_figure_that_is_shown_exists() -> None:
    from plannit_core import views
    from plannit_core.model.instalments import InvoiceInstalment
    from plannit_core.serial.plain import FIGURES

    kinds = (type(LABOUR), type(RECORDS["quote"]["draft"]), type(INVOICE), InvoiceInstalment, views.InvoiceFigures)
    known = {kind.__name__: kind for kind in kinds}
    for name, figures in FIGURES.items():
        for figure in figures:
            assert hasattr(known[name], figure), f"{name}.{figure}"


def test_what_an_edit_leaves_as_it_is_is_not_shown() -> None:
    assert serial.plain(COMMANDS["EditContact"]["least"]) == {"contact_id": "con_42"}


def test_an_event_is_shown_with_its_name() -> None:
    opened = next(each for each in EVENTS if each.name == "job.opened")
    assert serial.plain(opened) == {"event": "job.opened", "job_id": "job_1", "contact_id": "con_42"}


def test_an_instant_elsewhere_keeps_its_offset() -> None:
    elsewhere = datetime(2026, 3, 2, 9, tzinfo=UTC).astimezone()
    assert datetime.fromisoformat(serial.plain(elsewhere)) == elsewhere


@pytest.mark.parametrize("value", [1.5, object(), print, int, b"x"])
def test_what_has_no_plain_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.plain(value)
    assert refused.value.code == "field.wrong-type"


def test_a_hosts_own_values_are_shown_too() -> None:
    @frozen
    class Van:
        """A host's own."""

        seats: int
        price: Money

    assert serial.plain(Van(3, Money.cad("5.00"))) == {"seats": 3, "price": {"amount": "5.00", "currency": "CAD"}}
