"""What is stored is read exactly, or refused as unreadable with the path to what is wrong."""

from __future__ import annotations

import decimal
import json
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from attrs import evolve

from plannit_core import serial
from plannit_core.commands import Intake, QuoteApproval
from plannit_core.errors import InvalidInput, NotFound, SchemaError
from plannit_core.events import Event
from plannit_core.model.payment import Allocation
from plannit_core.model.quote import Quote
from plannit_core.serial import converters
from plannit_core.values.ids import Id, JobId
from plannit_core.values.lines import Line
from plannit_core.values.money import Money, Price
from plannit_core.values.schedule import Instalment, Schedule, When
from plannit_core.values.tax import Tax, TaxGroup
from schema.samples import AT, EVENTS, NAILS, QC, QC_BEFORE, RECORDS

INVOICE = RECORDS["invoice"]["issued"]
QUOTE = RECORDS["quote"]["approved"]


def changed(record: Any, change: Callable[[dict[str, Any]], object]) -> str:
    """`record` as stored, with a change to its body."""
    document = json.loads(serial.dump_record(record))
    change(document["body"])
    return json.dumps(document)


def put(*place: Any, value: Any) -> Callable[[dict[str, Any]], object]:
    """Puts something else in that place of a body."""

    def change(body: Any) -> None:
        for step in place[:-1]:
            body = body[step]
        body[place[-1]] = value

    return change


WRONG: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (put("version", value=12.9), "field.wrong-type", "body.version"),
    (put("version", value="9"), "field.wrong-type", "body.version"),
    (put("version", value=True), "field.wrong-type", "body.version"),
    (put("number", value=5), "field.wrong-type", "body.number"),
    (put("is_undeliverable", value="true"), "field.wrong-type", "body.is_undeliverable"),
    (put("is_undeliverable", value=0), "field.wrong-type", "body.is_undeliverable"),
    (put("colour", value="red"), "wire.unknown-field", "body.colour"),
    (lambda body: body.pop("payments"), "wire.missing-field", "body.payments"),
    (lambda body: body.pop("note"), "wire.missing-field", "body.note"),
    (lambda body: body.pop("id"), "wire.missing-field", "body.id"),
    (lambda body: body.pop("currency"), "field.wrong-type", "body.currency"),
    (lambda body: body.pop("tax_groups"), "field.wrong-type", "body.tax_groups"),
    (put("id", value="quo_1"), "id.wrong-kind", "body.id"),
    (put("quote_id", value="inv_1"), "id.wrong-kind", "body.quote_id"),
    (put("job_id", value=None), "field.wrong-type", "body.job_id"),
    (put("state", value="lost"), "field.wrong-type", "body.state"),
    (put("currency", value="CA"), "money.currency-code", "body.currency"),
    (put("issued_at", value="2026-03-02T14:00:00"), "clock.not-an-instant", "body.issued_at"),
    (put("issued_at", value="2026-03-02T09:00:00-05:00"), "clock.not-an-instant", "body.issued_at"),
    (put("issued_at", value="soon"), "clock.not-an-instant", "body.issued_at"),
    (put("issued_at", value="2026-03-02"), "clock.not-an-instant", "body.issued_at"),
    (put("issued_at", value=1772460000), "clock.not-an-instant", "body.issued_at"),
    (put("issued_on", value="2026-3-2"), "day.wrong-type", "body.issued_on"),
    (put("lines", value={}), "field.wrong-type", "body.lines"),
    (put("lines", 1, value=[]), "field.wrong-type", "body.lines[1]"),
    (put("lines", 1, "quantity", value=10), "field.wrong-type", "body.lines[1].quantity"),
    (put("lines", 1, "price", value=85.0), "field.wrong-type", "body.lines[1].price"),
    (put("lines", 1, "price", value="85.00001"), "number.too-precise", "body.lines[1].price"),
    (put("lines", 1, "price", value="9" * 20), "money.too-large", "body.lines[1].price"),
    (put("lines", 1, "cost", value=None), "field.wrong-type", "body.lines[1].cost"),
    (put("lines", 1, "tax", value="on"), "field.wrong-type", "body.lines[1].tax"),
    (put("lines", 1, "tax", value=["qc"]), "field.wrong-type", "body.lines[1].tax"),
    (put("lines", 1, "text", value=5), "field.wrong-type", "body.lines[1].text"),
    (put("lines", 1, "amount", value="5.00"), "wire.unknown-field", "body.lines[1].amount"),
    (lambda body: body["lines"][1].pop("tax"), "wire.missing-field", "body.lines[1].tax"),
    (put("tax_groups", value=[]), "field.wrong-type", "body.tax_groups"),
    (put("tax_groups", "qc", value={}), "field.wrong-type", "body.tax_groups.qc"),
    (put("tax_groups", "qc", 0, "rate", value=5), "field.wrong-type", "body.tax_groups.qc.rate"),
    (put("tax_groups", "?", value=[]), "tax.code", "body.tax_groups.?.code"),
    (put("original_taxes", 0, "rate", value=9.975), "field.wrong-type", "body.original_taxes[0].rate"),
    (
        put("original_taxes", 0, "base", value={"amount": "1.00", "currency": "CAD"}),
        "field.wrong-type",
        "body.original_taxes[0].base",
    ),
    (put("payments", 0, "amount", value=100), "field.wrong-type", "body.payments[0].amount"),
    (put("payments", 0, "amount", value="100.001"), "number.too-precise", "body.payments[0].amount"),
    (
        put("payments", 0, "allocations", 0, "place", value="1"),
        "field.wrong-type",
        "body.payments[0].allocations[0].place",
    ),
    (put("instalments", 1, "share", value="half"), "field.wrong-type", "body.instalments[1].share"),
    (put("instalments", 1, "when", value="someday"), "field.wrong-type", "body.instalments[1].when"),
    (put("adjustments", 0, "lines", 0, "tax", value="qc~3"), "field.wrong-type", "body.adjustments[0].lines[0].tax"),
    (put("external", value={"erp": 5}), "field.wrong-type", "body.external"),
]


@pytest.mark.parametrize(("change", "problem", "path"), WRONG)
def test_a_stored_invoice_that_is_not_as_it_was_written_is_unreadable(
    change: Callable[[dict[str, Any]], object], problem: str, path: str
) -> None:
    with pytest.raises(SchemaError) as unreadable:
        serial.load_record("invoice", changed(INVOICE, change))
    assert unreadable.value.code == "schema.unreadable"
    assert unreadable.value.params == {"kind": "invoice", "path": path, "problem": problem}


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        ("", "schema.unreadable", ""),
        ("[]", "schema.unreadable", ""),
        ("NaN", "schema.unreadable", ""),
        ("[" * 200_000, "schema.unreadable", ""),
        ("{}", "schema.unreadable", "body"),
        ('{"kind":"job","schema":1,"schema":1,"body":{}}', "schema.unreadable", ""),
        ('{"kind":"job","schema":1,"body":{},"more":1}', "schema.unreadable", "more"),
        ('{"kind":"quote","schema":1,"body":{}}', "schema.unreadable", "kind"),
        ('{"kind":"job","schema":true,"body":{}}', "schema.unreadable", "schema"),
        ('{"kind":"job","schema":1.0,"body":{}}', "schema.unreadable", "schema"),
        ('{"kind":"job","schema":2,"body":{}}', "schema.unknown", None),
        ('{"kind":"job","schema":0,"body":{}}', "schema.unknown", None),
        ('{"kind":"job","schema":1,"body":[]}', "schema.unreadable", "body"),
    ],
)
def test_what_is_no_stored_job_is_unreadable_or_unknown(document: str, code: str, path: str | None) -> None:
    with pytest.raises(SchemaError) as wrong:
        serial.load_record("job", document)
    assert wrong.value.code == code
    assert wrong.value.params.get("path") == path


@pytest.mark.parametrize("document", [None, b"{}", {}, '{"kind":"quote","schema":1,"body":[]}'])
def test_what_is_no_stored_quote_is_unreadable(document: Any) -> None:
    with pytest.raises(SchemaError) as wrong:
        serial.load_record("quote", document)
    assert wrong.value.code == "schema.unreadable"


def test_a_kind_that_nobody_knows_is_unknown() -> None:
    with pytest.raises(SchemaError) as unknown:
        serial.load_record("dragon", "{}")
    assert (unknown.value.code, unknown.value.params) == ("schema.unknown", {"kind": "dragon", "schema": 0})


@pytest.mark.parametrize(
    ("name", "schema", "text", "code", "path"),
    [
        ("quote.lost", 1, "{}", "schema.unknown", None),
        ("quote.sent", 2, "{}", "schema.unknown", None),
        ("quote.sent", 1, "{}", "schema.unreadable", "job_id"),
        ("job.opened", 1, '{"job_id":"job_1","contact_id":"job_1"}', "schema.unreadable", "contact_id"),
        ("job.opened", 1, '{"job_id":"job_1","contact_id":"con_1","x":1}', "schema.unreadable", "x"),
        ("job.opened", 1, "[", "schema.unreadable", ""),
        ("invoice.drafted", 1, '{"invoice_id":"inv_1","job_id":"job_1"}', "schema.unreadable", "part"),
    ],
)
def test_an_event_that_is_not_as_it_was_written_is_unreadable(
    name: str, schema: int, text: str, code: str, path: str | None
) -> None:
    with pytest.raises(SchemaError) as wrong:
        serial.load_event(name, schema, text)
    assert (wrong.value.code, wrong.value.params.get("path")) == (code, path)
    assert wrong.value.params["kind"] == name


def test_only_records_and_known_events_are_stored() -> None:
    class QuoteLost(Event):
        """A host's own, under a name of ours."""

        name = "quote.sent"

    with pytest.raises(InvalidInput, match=r"field\.wrong-type"):
        serial.dump_event(QuoteLost())
    with pytest.raises(InvalidInput, match=r"field\.wrong-type"):
        serial.dump_record(NAILS)


def test_currency_and_tax_groups_stand_once_and_lines_are_lean() -> None:
    text = serial.dump_record(INVOICE)
    body = json.loads(text)["body"]
    assert text.count("CAD") == 1
    assert body["lines"] == [
        {"text": "Main-d'œuvre", "quantity": "10", "price": "85.00", "tax": "qc", "cost": "40.50"},
        {"text": "Rabais", "quantity": "1", "price": "-50.00", "tax": None},
    ]
    assert set(body["tax_groups"]) == {"qc", "qc~2"}
    assert body["payments"][0]["amount"] == "100.00"


def test_two_groups_with_one_code_are_told_apart() -> None:
    third = TaxGroup("qc", [Tax("GST", "7")])
    lines = tuple(Line("Labour", 1, Price.cad("1"), tax=group) for group in (QC, QC_BEFORE, third, QC, QC_BEFORE))
    record = evolve(INVOICE, lines=lines, adjustments=())
    text = serial.dump_record(record)
    assert [line["tax"] for line in json.loads(text)["body"]["lines"]] == ["qc", "qc~2", "qc~3", "qc", "qc~2"]
    assert serial.load_record("invoice", text) == record


@pytest.mark.parametrize(
    "record",
    [
        evolve(INVOICE, lines=(Line("Labour", 1, Price("1", "USD")),)),
        evolve(INVOICE, lines=(evolve(NAILS, price=Price("1", "USD"), cost=None),)),
        evolve(INVOICE, payments=(evolve(INVOICE.payments[0], allocations=(Allocation(1, Money("1", "USD")),)),)),
        evolve(
            QUOTE,
            schedules=(
                Schedule.one_invoice(
                    [Instalment.fixed(Money("1", "USD"), When.ON_APPROVAL), Instalment.rest(When.TO_BE_PLANNED)]
                ),
            ),
        ),
    ],
)
def test_an_amount_in_another_currency_than_its_document_is_never_written(record: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.dump_record(record)
    assert refused.value.code == "money.currencies"


def test_after_a_document_money_stands_alone_again() -> None:
    with pytest.raises(SchemaError):
        serial.load_record("invoice", changed(INVOICE, put("lines", value=5)))
    for event in EVENTS:
        assert serial.load_event(event.name, event.schema, serial.dump_event(event)) == event


def test_an_instant_without_offset_is_never_written() -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.dump_record(evolve(RECORDS["job"]["open"], opened_at=datetime(2026, 3, 2)))
    assert refused.value.code == "clock.no-offset"


def test_instants_keep_their_microseconds() -> None:
    job = serial.load_record("job", serial.dump_record(RECORDS["job"]["open"]))
    assert job.opened_at == AT
    assert AT.microsecond


def test_the_hosts_decimal_context_changes_nothing() -> None:
    usual = [serial.dump_record(record) for record in (INVOICE, QUOTE)]
    big = evolve(INVOICE, payments=(evolve(INVOICE.payments[0], amount=Money.of_minor(123_456_789_012_345, "CAD")),))
    text = serial.dump_record(big)
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP)):
        assert [serial.dump_record(record) for record in (INVOICE, QUOTE)] == usual
        assert serial.dump_record(big) == text


def test_accents_are_kept_and_the_text_is_compact() -> None:
    text = serial.dump_record(RECORDS["contact"]["full"])
    assert text == (
        '{"kind":"contact","schema":1,"body":{"id":"con_42","version":2,"name":"Ada Byron","emails":["ada@example.com",'
        '"a.byron@example.org"],"phones":["+1 514 555-0100"],"language":"en","external":{"quickbooks":"1042"}}}'
    )
    assert "Main-d'œuvre" in serial.dump_record(INVOICE)


def test_threads_may_be_the_first_to_use_it_together() -> None:
    converters.store.cache_clear()
    start, found = threading.Barrier(8), []

    def work() -> None:
        start.wait()
        found.append(serial.load_record("invoice", serial.dump_record(INVOICE)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [INVOICE] * 8


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[", ""),
        ("5", ""),
        ('"inv_1"', ""),
        ("{}", "id"),
        ('{"kind":"invoice","id":"quo_1"}', "id"),
        ('{"kind":"invoice","id":5}', "id"),
        ('{"kind":"invoice","id":"inv_1","version":1}', "version"),
        ('[{"kind":"job","id":"job_1"},{"kind":"job"}]', "[1].id"),
        ('{"outcome":"Dragon"}', "outcome"),
        ('{"outcome":["Intake"]}', "outcome"),
        ('{"outcome":"Intake","job":null}', "invoice"),
        ('{"outcome":"QuoteApproval","quote":{"kind":"quote","id":"job_1"},"invoices":[]}', "quote.id"),
    ],
)
def test_a_kept_result_that_is_not_as_it_was_written_is_unreadable(text: str, path: str) -> None:
    with pytest.raises(SchemaError) as wrong:
        serial.load_result(text, lambda id: id)
    assert (wrong.value.code, wrong.value.params["path"]) == ("schema.unreadable", path)
    assert wrong.value.params["kind"] == "receipt"


def test_a_result_is_rebuilt_from_the_records_as_they_are_now() -> None:
    then: tuple[Any, ...] = (RECORDS["job"]["open"], INVOICE, QUOTE)
    now = tuple(evolve(each, version=each.version + 1) for each in then)
    stored = {each.id: each for each in now}
    for made in (
        lambda job, invoice, quote: job,
        lambda job, invoice, quote: (invoice, job),
        lambda job, invoice, quote: QuoteApproval(quote, (invoice,)),
        lambda job, invoice, quote: Intake(job, invoice, job_is_new=False),
        lambda job, invoice, quote: (),
        lambda job, invoice, quote: None,
    ):
        assert serial.load_result(serial.dump_result(made(*then)), stored.__getitem__) == made(*now)


def test_a_record_of_a_result_that_is_gone_is_not_found() -> None:
    def get(id: Id[Any]) -> Any:
        raise NotFound(id.kind, id)

    with pytest.raises(NotFound):
        serial.load_result('[{"kind":"job","id":"job_1"}]', get)


def test_a_result_is_asked_for_by_typed_id() -> None:
    asked: list[Any] = []
    serial.load_result('{"kind":"job","id":"job_1"}', asked.append)
    assert type(asked[0]) is JobId


@pytest.mark.parametrize("result", [5, "inv_1", [], {}, NAILS, Money.cad("5.00")])
def test_what_is_no_commands_result_is_not_kept(result: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        serial.dump_result(result)
    assert refused.value.code == "field.wrong-type"


def test_a_quote_is_no_invoice() -> None:
    assert isinstance(serial.load_record("quote", serial.dump_record(QUOTE)), Quote)
    with pytest.raises(SchemaError):
        serial.load_record("invoice", serial.dump_record(QUOTE))
