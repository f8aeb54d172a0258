"""What comes over the wire is read exactly, or refused with the path to what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plannit_core import commands as c
from plannit_core import serial
from plannit_core.errors import InvalidInput
from plannit_core.values.ids import ContactId, InvoiceId, JobId, QuoteId
from plannit_core.values.lines import Line
from plannit_core.values.money import Money

CAD = {"amount": "85.00", "currency": "CAD"}
LINE = {"text": "Labour", "quantity": "10", "price": CAD}
GROUP = {"code": "qc", "taxes": [{"code": "GST", "rate": "5"}]}
REST = {"share": "rest", "when": "on_approval"}
SCHEDULE = {"instalments": [REST], "has_many_invoices": False}
PAYMENT = {"invoice_id": "inv_1", "amount": CAD, "method": "cash"}
DEEP: Any = []
for _ in range(100_000):
    DEEP = [DEEP]


def quote(**fields: Any) -> dict[str, Any]:
    return {"command": "DraftQuote", "fields": {"job_id": "job_1", **fields}}


def line(**fields: Any) -> dict[str, Any]:
    return quote(lines=[LINE, LINE, {**LINE, **fields}])


def schedule(**fields: Any) -> dict[str, Any]:
    return quote(schedules=[{**SCHEDULE, **fields}])


def instalment(**fields: Any) -> dict[str, Any]:
    return schedule(instalments=[{**REST, **fields}])


def payment(**fields: Any) -> dict[str, Any]:
    return {"command": "RecordPayment", "fields": {**PAYMENT, **fields}}


def settings(**fields: Any) -> dict[str, Any]:
    plain = {
        "name": "Toitures Lavoie",
        "currency": "CAD",
        "language": "fr_CA",
        "time_zone": "America/Toronto",
        "tax_group": GROUP,
        "job_numbers": {},
        "quote_numbers": {},
        "invoice_numbers": {},
    }
    return {"command": "ConfigureCompany", "fields": {"settings": {**plain, **fields}}}


WRONG: list[tuple[object, str, str]] = [
    # the envelope
    ([], "field.wrong-type", ""),
    (None, "field.wrong-type", ""),
    (5, "field.wrong-type", ""),
    ({}, "wire.missing-field", "command"),
    ({"command": "SendQuote"}, "wire.missing-field", "fields"),
    ({"command": "SendQuote", "fields": {}, "key": "k"}, "wire.unknown-field", "key"),
    ({"command": "Command", "fields": {}}, "wire.unknown-command", "command"),
    ({"command": "UNSET", "fields": {}}, "wire.unknown-command", "command"),
    ({"command": "__class__", "fields": {}}, "wire.unknown-command", "command"),
    ({"command": 5, "fields": {}}, "field.wrong-type", "command"),
    ({"command": "SendQuote", "fields": []}, "field.wrong-type", ""),
    # fields that are missing, unknown, or not to be shown
    ({"command": "SendQuote", "fields": {}}, "wire.missing-field", "quote_id"),
    ({"command": "SendQuote", "fields": {"quote_id": "quo_1", "now": True}}, "wire.unknown-field", "now"),
    ({"command": "SendQuote", "fields": {"quote_id": "quo_1", "\ud800": True}}, "wire.unknown-field", "?"),
    ({"command": "SendQuote", "fields": {"quote_id": "quo_1", 5: True}}, "wire.unknown-field", "?"),
    ({"command": "SendQuote", "fields": {"quote_id": "quo_1", "a" * 61: True}}, "wire.unknown-field", "?"),
    (line(amount="850.00"), "wire.unknown-field", "lines[2].amount"),
    (quote(lines=[{"text": "Labour", "quantity": "10"}]), "wire.missing-field", "lines[0].price"),
    # ids
    ({"command": "SendQuote", "fields": {"quote_id": "inv_1"}}, "id.wrong-kind", "quote_id"),
    ({"command": "SendQuote", "fields": {"quote_id": "quo"}}, "id.malformed", "quote_id"),
    ({"command": "SendQuote", "fields": {"quote_id": 5}}, "field.wrong-type", "quote_id"),
    ({"command": "SendQuote", "fields": {"quote_id": None}}, "field.wrong-type", "quote_id"),
    # numbers: never a float, never rounded, never a text for a number or the other way round
    (payment(instalment=12.9), "field.wrong-type", "instalment"),
    (payment(instalment=12.0), "field.wrong-type", "instalment"),
    (payment(instalment="12"), "field.wrong-type", "instalment"),
    (payment(instalment=True), "field.wrong-type", "instalment"),
    (payment(instalment=0), "number.out-of-range", "instalment"),
    (payment(instalment=float("nan")), "field.wrong-type", "instalment"),
    (line(quantity=10), "field.wrong-type", "lines[2].quantity"),
    (line(quantity=10.5), "field.wrong-type", "lines[2].quantity"),
    (line(quantity="1e3"), "number.not-a-number", "lines[2].quantity"),
    (line(quantity="NaN"), "number.not-a-number", "lines[2].quantity"),
    (line(quantity="١٠"), "number.not-a-number", "lines[2].quantity"),
    (line(quantity=" 10"), "number.not-a-number", "lines[2].quantity"),
    (line(quantity="0.00001"), "number.too-precise", "lines[2].quantity"),
    (line(quantity="1000000000"), "number.too-large", "lines[2].quantity"),
    # texts and flags
    (payment(method=5), "field.wrong-type", "method"),
    (payment(method=None), "field.wrong-type", "method"),
    (payment(method=" "), "payment.no-method", "method"),
    (payment(reference=118), "field.wrong-type", "reference"),
    (payment(allow_overpayment="true"), "field.wrong-type", "allow_overpayment"),
    (payment(allow_overpayment=1), "field.wrong-type", "allow_overpayment"),
    (payment(allow_overpayment=None), "field.wrong-type", "allow_overpayment"),
    (line(text="\ud800"), "text.characters", "lines[2].text"),
    (line(text="\x00"), "text.characters", "lines[2].text"),
    (line(text=""), "line.no-text", "lines[2].text"),
    (line(text=["Labour"]), "field.wrong-type", "lines[2].text"),
    # money
    (payment(amount="85.00"), "field.wrong-type", "amount"),
    (payment(amount=85), "field.wrong-type", "amount"),
    (payment(amount={"amount": 85, "currency": "CAD"}), "field.wrong-type", "amount.amount"),
    (payment(amount={"amount": 85.5, "currency": "CAD"}), "field.wrong-type", "amount.amount"),
    (payment(amount={"amount": "85.001", "currency": "CAD"}), "number.too-precise", "amount.amount"),
    (payment(amount={"amount": "9" * 17, "currency": "CAD"}), "money.too-large", "amount.amount"),
    (payment(amount={"amount": "85.00", "currency": "cad"}), "money.currency-code", "amount.currency"),
    (payment(amount={"amount": "85.00", "currency": []}), "field.wrong-type", "amount.currency"),
    (payment(amount={"amount": "85.00"}), "wire.missing-field", "amount.currency"),
    (line(price="85.00"), "field.wrong-type", "lines[2].price"),
    (line(price={"amount": "0.00001", "currency": "CAD"}), "number.too-precise", "lines[2].price.amount"),
    (line(cost={"amount": "1", "currency": "USD"}), "money.currencies", "lines[2].cost"),
    (line(price={"amount": "1", "currency": "USD"}), "money.currencies", "lines[2].price"),
    # days
    (payment(received_on="2026-13-01"), "day.wrong-type", "received_on"),
    (payment(received_on="20260301"), "day.wrong-type", "received_on"),
    (payment(received_on="2026-W10-1"), "day.wrong-type", "received_on"),
    (payment(received_on="2026-03-01T00:00"), "day.wrong-type", "received_on"),
    (payment(received_on=20260301), "day.wrong-type", "received_on"),
    (payment(received_on="1515-03-01"), "day.out-of-range", "received_on"),
    # lists and mappings
    (quote(lines="Labour"), "field.wrong-type", "lines"),
    (quote(lines={"0": LINE}), "field.wrong-type", "lines"),
    (quote(lines=None), "field.wrong-type", "lines"),
    (quote(lines=[LINE, "Labour"]), "field.wrong-type", "lines[1]"),
    (quote(lines=[LINE, DEEP]), "field.wrong-type", "lines[1]"),
    (quote(lines=[LINE] * 10_001), "lines.too-many", "lines"),
    (quote(external=["erp"]), "field.wrong-type", "external"),
    (quote(external={"erp": 7}), "field.wrong-type", "external"),
    (quote(external={5: "7"}), "text.not-a-token", "external"),
    (quote(external={"erp": " "}), "external.empty", "external"),
    ({"command": "AddContact", "fields": {"name": "Ada", "emails": "a@b.ca"}}, "field.wrong-type", "emails"),
    ({"command": "AddContact", "fields": {"name": "Ada", "emails": ["a@b.ca", 5]}}, "field.wrong-type", "emails[1]"),
    ({"command": "AddContact", "fields": {"name": "Ada", "emails": ["a@b.ca", "x"]}}, "contact.email", "emails[1]"),
    ({"command": "AdjustInvoice", "fields": {"invoice_id": "inv_1", "lines": []}}, "lines.empty", "lines"),
    # taxes
    (line(tax="qc"), "field.wrong-type", "lines[2].tax"),
    (line(tax={**GROUP, "taxes": [{"code": "GST", "rate": 5}]}), "field.wrong-type", "lines[2].tax.taxes[0].rate"),
    (line(tax={**GROUP, "taxes": [{"code": "GST", "rate": "500"}]}), "tax.rate", "lines[2].tax.taxes[0].rate"),
    (line(tax={**GROUP, "code": "qc~2"}), "tax.code", "lines[2].tax.code"),
    # schedules
    (schedule(instalments=[]), "schedule.empty", "schedules[0].instalments"),
    (schedule(has_many_invoices="false"), "field.wrong-type", "schedules[0].has_many_invoices"),
    (schedule(discount={"percent": "5"}), "schedule.no-name", "schedules[0].name"),
    (schedule(name="x", discount={}), "field.wrong-type", "schedules[0].discount"),
    (schedule(name="x", discount={"percent": "0"}), "schedule.discount", "schedules[0].discount.percent"),
    (schedule(name="x", discount={"percent": 5}), "field.wrong-type", "schedules[0].discount.percent"),
    (
        schedule(name="x", discount={"fixed": {"amount": "-1", "currency": "CAD"}}),
        "schedule.discount",
        "schedules[0].discount.fixed",
    ),
    (instalment(share="all"), "field.wrong-type", "schedules[0].instalments[0].share"),
    (instalment(share=None), "field.wrong-type", "schedules[0].instalments[0].share"),
    (instalment(share={"percent": "101"}), "schedule.percent", "schedules[0].instalments[0].share.percent"),
    (instalment(share={"percent": 50.5}), "field.wrong-type", "schedules[0].instalments[0].share.percent"),
    (instalment(share={"fixed": "5.00"}), "field.wrong-type", "schedules[0].instalments[0].share.fixed"),
    (
        instalment(share={"fixed": {"amount": 5}}),
        "wire.missing-field",
        "schedules[0].instalments[0].share.fixed.currency",
    ),
    (
        instalment(share={"fixed": {"amount": "0.00", "currency": "CAD"}}),
        "schedule.fixed",
        "schedules[0].instalments[0].share.fixed",
    ),
    (instalment(share={"percent": "5", "fixed": CAD}), "field.wrong-type", "schedules[0].instalments[0].share"),
    (instalment(share={"percent": "50"}), "schedule.not-balanced", "schedules[0].instalments"),
    (instalment(when="someday"), "field.wrong-type", "schedules[0].instalments[0].when"),
    (instalment(when="on"), "field.wrong-type", "schedules[0].instalments[0].when"),
    (instalment(when="after"), "field.wrong-type", "schedules[0].instalments[0].when"),
    (instalment(when=None), "field.wrong-type", "schedules[0].instalments[0].when"),
    (instalment(when={}), "field.wrong-type", "schedules[0].instalments[0].when"),
    (instalment(when={"on": "soon"}), "day.wrong-type", "schedules[0].instalments[0].when.on"),
    (instalment(when={"on": "9999-12-31"}), "day.out-of-range", "schedules[0].instalments[0].when.on"),
    (instalment(when={"at": "2026-06-15"}), "wire.unknown-field", "schedules[0].instalments[0].when.at"),
    (instalment(when={"after": 5}), "field.wrong-type", "schedules[0].instalments[0].when.after"),
    (instalment(when={"after": {"weeks": 5}}), "wire.unknown-field", "schedules[0].instalments[0].when.after.weeks"),
    (instalment(when={"after": {"days": 5.5}}), "field.wrong-type", "schedules[0].instalments[0].when.after.days"),
    (instalment(when={"after": {"days": -1}}), "number.out-of-range", "schedules[0].instalments[0].when.after.days"),
    # settings
    (settings(currency="cad"), "money.currency-code", "settings.currency"),
    (settings(language="de"), "settings.language", "settings.language"),
    (settings(time_zone="Mars"), "settings.time-zone", "settings.time_zone"),
    (settings(split="half"), "field.wrong-type", "settings.split"),
    (settings(split=["exact"]), "field.wrong-type", "settings.split"),
    (settings(day_cap="5"), "field.wrong-type", "settings.day_cap"),
    (settings(job_numbers={"length": 5.0}), "field.wrong-type", "settings.job_numbers.length"),
    (settings(job_numbers={"restart": "daily"}), "field.wrong-type", "settings.job_numbers.restart"),
    (settings(job_numbers=None), "field.wrong-type", "settings.job_numbers"),
    # what an Edit… leaves as it is is left out; null is nothing
    ({"command": "EditContact", "fields": {"contact_id": "con_1", "name": None}}, "field.wrong-type", "name"),
    ({"command": "EditContact", "fields": {"contact_id": "con_1", "emails": None}}, "field.wrong-type", "emails"),
    ({"command": "EditContact", "fields": {"contact_id": "con_1", "name": "unset", "x": 1}}, "wire.unknown-field", "x"),
    ({"command": "EditInvoice", "fields": {"invoice_id": "inv_1", "schedule": "rest"}}, "field.wrong-type", "schedule"),
]


@pytest.mark.parametrize(("data", "code", "path"), WRONG, ids=lambda value: None if isinstance(value, str) else "")
def test_what_is_wrong_is_refused_with_its_code_and_its_path(data: object, code: str, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.from_wire(data)
    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nonsense",
        '{"command": "SendQuote", "fields": {"quote_id": NaN}}',
        '{"command": "SendQuote", "fields": {"quote_id": -Infinity}}',
        '{"command": "SendQuote", "command": "DeclineQuote", "fields": {"quote_id": "quo_1"}}',
        '{"command": "SendQuote", "fields": {"quote_id": "quo_1", "quote_id": "quo_2"}}',
        "[" * 200_000,
        "[" * 200_000 + "]" * 200_000,
        '{"a":' * 200_000,
        "9" * 5_000,
        '"\x00"',
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.from_wire(text)
    assert refused.value.code == "wire.unreadable"


@pytest.mark.parametrize("data", ["[1e999]", "[1.5]", "5", "null", "[]"])
def test_json_that_is_no_command_is_refused(data: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.from_wire(data)
    assert (refused.value.code, refused.value.path) == ("field.wrong-type", "")


def test_a_refusal_never_repeats_the_value() -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.from_wire({"command": "AddContact", "fields": {"name": "Ada", "emails": ["secret at example"]}})
    assert "secret" not in f"{refused.value} {refused.value.params}"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_default_may_be_spelled_out_and_is_left_out_again() -> None:
    spelled = quote(lines=[{**LINE, "tax": None, "cost": None}], schedules=[], external={})
    command = serial.from_wire(spelled)
    assert command == c.DraftQuote(JobId("job_1"), lines=[Line("Labour", 10, Money.cad("85.00"))])
    assert serial.to_wire(command) == quote(lines=[LINE])


def test_what_an_edit_leaves_as_it_is_is_absent_and_null_is_none() -> None:
    untouched = c.EditInvoice(InvoiceId("inv_1"))
    cleared = c.EditInvoice(InvoiceId("inv_1"), note=None, schedule=None, lines=[])
    assert serial.to_wire(untouched)["fields"] == {"invoice_id": "inv_1"}
    assert serial.to_wire(cleared)["fields"] == {"invoice_id": "inv_1", "lines": [], "schedule": None, "note": None}
    assert serial.from_wire(serial.to_wire(cleared)) == cleared != untouched


def test_the_wire_form_is_made_of_plain_data_only() -> None:
    wire = serial.to_wire(c.EditContact(ContactId("con_1"), external={"erp": "7"}))
    assert type(wire["fields"]["contact_id"]) is str
    assert type(wire["fields"]["external"]) is dict
    assert serial.from_wire(json.dumps(wire)) == serial.from_wire(wire)


def test_ids_come_back_typed() -> None:
    command = serial.from_wire({"command": "SendQuote", "fields": {"quote_id": "quo_1"}})
    assert isinstance(command, c.SendQuote)
    assert type(command.quote_id) is QuoteId


def test_only_commands_of_the_library_go_over_the_wire() -> None:
    class SendQuote(c.Command[None]):
        """A host's own, with a name of ours."""

    for stranger in (SendQuote(), Money.cad("5.00"), None):
        with pytest.raises(InvalidInput) as refused:
            serial.to_wire(stranger)
        assert refused.value.code == "wire.unknown-command"


def test_every_command_of_the_package_is_known() -> None:
    named = {name for name in c.__all__ if name not in {"UNSET", "Command", "Intake", "QuoteApproval"}}
    assert set(serial.COMMANDS) == named


def test_the_digest_does_not_see_defaults_nor_the_order_of_keys() -> None:
    plain = c.ApproveQuote(QuoteId("quo_1"))
    spelled = c.ApproveQuote(QuoteId("quo_1"), schedule=None, send=True)
    assert serial.digest(plain) == serial.digest(spelled)
    assert serial.digest(plain) != serial.digest(c.ApproveQuote(QuoteId("quo_1"), send=False))
    one, other = ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    assert serial.digest(c.AddContact("Ada", external=one)) == serial.digest(c.AddContact("Ada", external=other))


def test_the_digest_is_the_same_however_a_number_was_given() -> None:
    digests = {
        serial.digest(c.DraftInvoice(JobId("job_1"), lines=[Line("Labour", quantity, Money(amount, "CAD"))]))
        for quantity in ("10", 10, "10.00")
        for amount in ("85", "85.00", 85)
    }
    assert len(digests) == 1
