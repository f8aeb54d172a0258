"""The bundled season shows everything a contractor meets, and nothing real."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from plannit_core.adapters.memory import MemoryStorage
from plannit_core.lifecycle import InvoiceState, PaymentState, QuoteState
from plannit_core.season import bundled, bundled_path, reconcile, replay
from plannit_core.season.acts import acts
from plannit_core.season.records import ACTION_COLUMNS
from plannit_core.season.tables import FILES
from plannit_core.views import Bucket

END = date(2026, 9, 30)


@pytest.fixture(scope="module")
def season():
    return bundled()


@pytest.fixture(scope="module")
def done(season):
    return replay(season, MemoryStorage())


@pytest.fixture(scope="module")
def books(done):
    with done.app.reading() as read:
        yield read


def test_it_is_played_whole_and_balances(done) -> None:
    assert (done.refused, done.held, done.repeated) == ((), (), 0)
    assert reconcile(done.app).balances
    assert done.app.today == END


def test_it_has_the_size_of_a_season(books, season) -> None:
    assert len(books.contacts.find()) >= 60
    assert len(books.jobs.find()) >= 90
    assert len(books.quotes.find()) >= 80
    assert len(books.invoices.find(state=InvoiceState.ISSUED)) >= 150
    assert len(acts(season)) < 1_500


def test_every_file_is_there_and_in_plain_utf_8() -> None:
    texts = {each.name: each.read_bytes() for each in bundled_path().iterdir()}
    assert set(texts) == set(FILES)
    assert all(b"\r" not in content for content in texts.values())
    assert all(content.decode("utf-8-sig") for content in texts.values())


def test_nobody_in_it_is_real(season) -> None:
    addresses = [address for contact in season.contacts for address in contact.email]
    assert all(re.fullmatch(r"[a-z.]+@([a-z-]+\.example|example\.(com|org|net))", address) for address in addresses)
    phones = [phone for contact in season.contacts for phone in contact.phone]
    assert all(re.fullmatch(r"\d{3}-555-01\d\d", phone) for phone in phones)
    assert len(set(addresses)) == len(addresses)
    assert len(set(phones)) == len(phones)


def test_names_have_accents_and_ligatures_and_both_languages(season) -> None:
    names = "".join(contact.name for contact in season.contacts)
    assert set("éÉèêëçœŒïîôûü") - set(names) <= set("ü")
    assert Counter(contact.language for contact in season.contacts)["en"] >= 15
    texts = {line.text for lines in season.lines.values() for line in lines}
    assert {"Labour, roofer, per hour", "Main-d'œuvre, couvreur, l'heure"} <= texts


def test_invoices_are_generated_on_approval_and_by_hand(season) -> None:
    by_hand = [quote for quote in season.quotes if quote.generated_on]
    assert len(by_hand) >= 10
    for quote in by_hand:
        assert quote.answered_on is not None
        assert not season.company.settings(quote.answered_on).generates_on_approval
    assert len([quote for quote in season.quotes if quote.is_approved and not quote.generated_on]) >= 50


def test_work_orders_are_billed_in_all_three_ways_and_tapped_twice(season) -> None:
    ways = Counter(order.billing for order in season.work_orders)
    assert min(ways[way] for way in ("attach", "create", "itself", None)) >= 5
    assert [order for order in season.work_orders if order.taps]


def test_every_kind_of_action_is_in_it(season) -> None:
    assert {action.action for action in season.actions} == set(ACTION_COLUMNS)


def test_quotes_end_in_every_way(season, books) -> None:
    states = Counter(quote.state for quote in books.quotes.find())
    assert set(states) == set(QuoteState)
    assert any(quote.is_expired(END) for quote in books.quotes.find(state=QuoteState.SENT))
    assert any(quote.extended_to for quote in season.quotes)
    assert {quote.answer for quote in season.quotes} == {"client", "phone", "late", "declined", None}
    assert any(quote.discount_lines for quote in books.quotes.find())


def test_deposits_and_progress_bills_do_not_divide_evenly(books) -> None:
    parts: dict[object, set[str]] = {}
    for invoice in books.invoices.find():
        if invoice.quote_id and invoice.is_live:
            parts.setdefault(invoice.quote_id, set()).add(str(invoice.total))
    uneven = [quote for quote, totals in parts.items() if len(totals) > 1]
    assert len(uneven) >= 30
    counts = {quote.approval.schedule.invoice_count for quote in books.quotes.find(state=QuoteState.APPROVED)}
    assert {1, 2, 3, 5, 6, 12} <= counts
    shares = [
        part.share
        for quote in books.quotes.find(state=QuoteState.APPROVED)
        for part in quote.approval.schedule.instalments
    ]
    assert {str(share.fixed) for share in shares if share.fixed} == {"500.00", "550.00"}


def test_what_goes_wrong_is_put_right(books) -> None:
    invoices = books.invoices.find()
    voided = [invoice for invoice in invoices if invoice.state is InvoiceState.VOIDED]
    replaced = [
        other
        for invoice in voided
        for other in invoices
        if (other.quote_id, other.part) == (invoice.quote_id, invoice.part) and other.state is InvoiceState.ISSUED
    ]
    assert voided
    assert replaced
    payments = [payment for invoice in invoices for payment in invoice.payments]
    assert any(payment.kind == "refund" for payment in payments)
    assert any(payment.is_voided for payment in payments)
    assert any(invoice.adjustments for invoice in invoices)
    assert len({invoice.rounding.minor for invoice in invoices}) == 5  # -2 to 2 cents
    assert any(invoice.number and not invoice.total for invoice in invoices)


def test_something_is_owed_at_every_age(done) -> None:
    owed = done.app.receivables(END)
    assert all(owed.buckets[bucket] for bucket in Bucket)
    assert owed.deposits
    assert done.app.departures()


def test_every_state_of_payment_is_seen(books, done) -> None:
    states = Counter(invoice.payment_state for invoice in books.invoices.find())
    assert set(states) == {*PaymentState, None}
    assert any(left.is_again for day in done.left.values() for left in day)
    assert any(not left.is_delivered for day in done.left.values() for left in day)
