"""A sentence for each event, with its amounts, its number and its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_type_hints

import pytest
from attrs import fields

from plannit_core import events as e
from plannit_core import labels
from plannit_core.labels.timeline import SENTENCES
from plannit_core.model.payment import PaymentKind
from plannit_core.ports import Recorded
from plannit_core.values.actors import ActorKind
from plannit_core.values.ids import ContactId, InvoiceId, JobId, PaymentId, QuoteId, WorkOrderId
from plannit_core.values.money import Money

NB = "\u00a0"
DAY = date(2026, 6, 15)
TOTAL = Money.cad("1379.65")
NOTHING = Money.cad(0)
INVOICE, JOB, QUOTE = InvoiceId("inv_1"), JobId("job_1"), QuoteId("quo_1")
SAMPLES: dict[object, object] = {
    Money: TOTAL,
    date: DAY,
    date | None: DAY,
    str: "F2026-00001",
    int: 2,
    int | None: 2,
    PaymentKind: PaymentKind.PAYMENT,
    QuoteId | None: QUOTE,
}


def sentence(event: e.Event, lang: str, by: ActorKind = ActorKind.USER) -> str:
    at = datetime(2026, 6, 15, 13, tzinfo=UTC)
    return labels.event_sentence(Recorded(1, at, by, "u17", "Command", None, event), lang)


def sample(kind: type[e.Event]) -> e.Event:
    hints = get_type_hints(kind)
    types = [hints[each.name] for each in fields(kind)]  # type: ignore[arg-type]  # every event is attrs
    return kind(*(SAMPLES.get(each) or each(f"{each.prefix}_1") for each in types))


@pytest.mark.parametrize("name", e.EVENTS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_event_has_a_sentence_without_ids_or_gaps(name: str, lang: str) -> None:
    text = sentence(sample(e.EVENTS[name]), lang)
    assert text.endswith(".")
    assert not any(mark in text for mark in "{}[]|_")


@pytest.mark.parametrize("name", e.EVENTS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_amount_day_and_number_of_an_event_is_in_its_sentence(name: str, lang: str) -> None:
    event = sample(e.EVENTS[name])
    text = sentence(event, lang)
    for each in fields(type(event)):
        match getattr(event, each.name):
            case Money() as amount:
                assert labels.money(amount, lang) in text
            case date() as day:
                assert labels.date(day, lang) in text
            case str() as number if each.name == "number":
                assert number in text
            case int() as place:
                assert str(place) in text
            case _:
                pass


def test_only_events_that_exist_have_sentences() -> None:
    assert set(SENTENCES) <= set(e.EVENTS)


def test_the_story_of_an_invoice_in_french() -> None:
    payment = PaymentId("pay_1")
    story = [
        sentence(e.InvoiceDrafted(INVOICE, JOB, TOTAL, QUOTE, 2), "fr"),
        sentence(e.InvoiceIssued(INVOICE, JOB, "F2026-00001", DAY, TOTAL), "fr", ActorKind.SYSTEM),
        sentence(e.PaymentRecorded(INVOICE, JOB, payment, Money.cad("172.45"), Money.cad("0.01"), DAY), "fr"),
        sentence(e.PaymentVoided(INVOICE, JOB, payment, PaymentKind.REFUND, TOTAL), "fr"),
        sentence(e.InvoicePaid(INVOICE, JOB), "fr"),
    ]
    assert story == [
        f"Brouillon de facture créé d'après la soumission (partie 2){NB}: 1{NB}379,65{NB}$.",
        f"Facture F2026-00001 numérotée automatiquement, datée du 15 juin 2026{NB}: 1{NB}379,65{NB}$.",
        f"Paiement de 172,45{NB}$ reçu le 15 juin 2026 (arrondi 0,01{NB}$).",
        f"Remboursement de 1{NB}379,65{NB}$ annulé.",
        "Facture payée.",
    ]


def test_what_an_event_does_not_say_is_left_out() -> None:
    assert sentence(e.InvoiceDrafted(INVOICE, JOB, TOTAL), "en") == "Invoice drafted: $1,379.65."
    paid = e.PaymentRecorded(INVOICE, JOB, PaymentId("pay_1"), TOTAL, NOTHING, DAY)
    assert sentence(paid, "en") == "Payment of $1,379.65 received on June 15, 2026."
    assert sentence(e.InstalmentPlanned(INVOICE, JOB, 2, None), "en") == "Instalment 2 to be planned."
    assert sentence(e.InstalmentPlanned(INVOICE, JOB, 2, DAY), "en") == "Instalment 2 due on June 15, 2026."


def test_an_amount_of_nothing_is_still_told() -> None:
    assert sentence(e.InvoiceIssued(INVOICE, JOB, "F-1", DAY, NOTHING), "en").endswith("$0.00.")


def test_the_client_who_did_it_is_told() -> None:
    approved = e.QuoteApproved(QUOTE, JOB, ContactId("con_1"), TOTAL)
    assert sentence(approved, "en", ActorKind.CLIENT) == "Quote approved by the client: $1,379.65."
    assert sentence(approved, "en") == "Quote approved: $1,379.65."
    assert sentence(approved, "fr", ActorKind.CLIENT) == f"Soumission approuvée par le client{NB}: 1{NB}379,65{NB}$."


def test_an_event_without_details_says_its_name() -> None:
    assert (
        sentence(e.InvoiceAttached(INVOICE, JOB, WorkOrderId("wor_1")), "fr") == "Facture reliée à un bon de travail."
    )
