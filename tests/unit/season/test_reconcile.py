"""Agreed, invoiced and received are set against each other; a figure that was tampered with is noticed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from plannit_core import Money
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.lifecycle import InvoiceState
from plannit_core.ports import Commit
from plannit_core.repositories import Shelf
from plannit_core.season import read_season, reconcile, replay
from plannit_core.values.actors import ActorKind

if TYPE_CHECKING:
    from plannit_core.model.invoice import Invoice
    from plannit_core.season.player import Replay
    from plannit_core.season.reconcile import Equation


def told(done: Replay) -> dict[tuple[str, str], Equation]:
    return {(each.code, each.measure): each for each in reconcile(done.app).equations}


def parts(equation: Equation) -> dict[str, str]:
    return {part.code: str(part.amount) for part in equation.parts}


@pytest.fixture
def done(write_season) -> Replay:
    return replay(read_season(write_season()), MemoryStorage())


def test_the_books_balance(done) -> None:
    assert reconcile(done.app).balances
    found = told(done)
    assert list(found) == [
        ("approved", "total"),
        ("approved", "GST"),
        ("approved", "QST"),
        ("invoiced", "total"),
        ("invoiced", "GST"),
        ("invoiced", "QST"),
        ("received", "total"),
    ]
    # 850.00 + 37.50 taxed, 125.00 exempt; Q-2: 12.5 h x 85.00 less 5 %
    assert str(found["approved", "total"].whole) == "2305.93"
    assert parts(found["approved", "total"]) == {"issued": "2305.93", "drafts": "0.00", "to_generate": "0.00"}
    # I-1 195.46, I-2 1,494.68, W-2 171.03, W-3 293.19; of W-3 85.00 and its taxes were taken back
    assert parts(found["invoiced", "total"]) == {"generated": "2305.93", "ad_hoc": "2154.36", "adjustments": "-97.73"}
    assert parts(found["invoiced", "GST"])["adjustments"] == "-4.25"
    assert parts(found["received", "total"]) == {
        "collected": "2027.02",
        "pending": "2335.55",
        "cash_rounding": "-0.01",
    }


def test_what_was_not_generated_yet_counts(write_season) -> None:
    later = replay(read_season(write_season()), MemoryStorage(), to=date(2026, 6, 1))  # the first half is void
    assert parts(told(later)["approved", "total"]) == {"issued": "1160.52", "drafts": "572.70", "to_generate": "572.71"}
    assert reconcile(later.app).balances


def test_what_is_taken_back_whole_takes_its_own_cents_along(write_season) -> None:
    back = "A-7,2026-06-20,adjust,Q-1/1,,,,,,Annulé\nA-8,2026-06-20,adjust,Q-1/2,,,,,,Annulé\nA-1,"
    lines = ("A-2,LAB", 'A-7,,Travaux,1,-443.75,,\nA-8,,Travaux,1,"-443,75",,\nA-2,LAB')
    done = replay(
        read_season(write_season({"actions.csv": ("A-1,", back), "action_lines.csv": lines})), MemoryStorage()
    )
    assert done.refused == ()
    assert reconcile(done.app).balances
    found = told(done)  # 85.00 of W-3, and all that was taxed of Q-1: GST 44.38, QST 88.53
    assert parts(found["invoiced", "GST"])["adjustments"] == "-48.63"
    assert parts(found["invoiced", "QST"])["adjustments"] == "-97.01"


def test_split_by_invoice_the_cents_stand_apart_and_count(write_season) -> None:
    season = write_season(
        {
            "company.toml": ("terms_days = 30", 'split = "per_invoice"'),
            "schedules.toml": (
                '{ part = "50 %", when = "approval" },\n    { part = "rest", on = 2026-06-15 },',
                '{ part = "rest", when = "approval" },\n' * 7,
            ),
            "work_orders.csv": None,
            "work_order_lines.csv": None,
            "payments.csv": None,
            "actions.csv": None,
            "action_lines.csv": None,
        }
    )
    done = replay(read_season(season), MemoryStorage())
    assert done.refused == ()
    found = told(done)
    assert reconcile(done.app).balances
    cents = {measure: parts(found["approved", measure])["split_cents"] for measure in ("total", "GST", "QST")}
    # of the base 887.50 in sevenths each bears 6.34 and 12.65, in all 44.38 and 88.55; the quote has 44.38 and 88.53
    assert cents == {"total": "-0.02", "GST": "0.00", "QST": "-0.02"}
    assert "split_cents" not in parts(found["invoiced", "total"])


def tamper(done: Replay, invoice: Invoice, **change: object) -> None:
    """Change a stored invoice behind the library's back."""
    with done.app.storage.writing(done.app.company) as txn:
        forged = evolve(invoice, version=invoice.version + 1, **change)
        txn.write(
            Commit(at=done.app.clock.now(), actor_kind=ActorKind.USER, actor_id="x", command="X", writes=(forged,))
        )


def unbalanced(done: Replay) -> list[tuple[str, str, str]]:
    return [
        (each.code, each.measure, str(each.difference)) for each in reconcile(done.app).equations if each.difference
    ]


def one(done: Replay, *, generated: bool, paid: bool = False) -> Invoice:
    with done.app.reading() as read:
        return next(
            each
            for each in read.invoices.find(state=InvoiceState.ISSUED)
            if each.is_generated is generated and bool(each.payments) is paid and not each.adjustments
        )


def test_a_tax_of_a_generated_invoice_that_is_a_cent_off_is_noticed(done) -> None:
    invoice = one(done, generated=True, paid=True)
    gst, qst = invoice.original_taxes
    tamper(done, invoice, original_taxes=(evolve(gst, amount=gst.amount + Money.cad("0.01")), qst))
    assert unbalanced(done) == [("approved", "total", "-0.01"), ("approved", "GST", "-0.01")]


def test_a_tax_of_any_other_invoice_that_is_a_cent_off_is_noticed(done) -> None:
    invoice = one(done, generated=False)
    gst, qst = invoice.original_taxes
    tamper(done, invoice, original_taxes=(gst, evolve(qst, amount=qst.amount - Money.cad("0.01"))))
    assert unbalanced(done) == [("invoiced", "total", "-0.01"), ("invoiced", "QST", "-0.01")]


def test_a_line_that_was_changed_is_noticed(done) -> None:
    invoice = one(done, generated=True, paid=True)
    first, *rest = invoice.lines
    tamper(done, invoice, lines=(evolve(first, quantity=2), *rest))
    assert ("approved", "total") in [each[:2] for each in unbalanced(done)]


def test_a_second_invoice_for_the_same_part_is_noticed(done) -> None:
    invoice = one(done, generated=True)
    tamper(done, one(done, generated=False), quote_id=invoice.quote_id, part=9)
    assert ("approved", "total") in [each[:2] for each in unbalanced(done)]


def test_a_column_that_lags_behind_its_document_is_noticed(done, monkeypatch) -> None:
    true_rows = Shelf.rows

    def lagging(shelf: Shelf[Any], index: str, value: str) -> list[dict[str, Any]]:
        return [{**row, "balance": 0} if row["balance"] else dict(row) for row in true_rows(shelf, index, value)]

    monkeypatch.setattr(Shelf, "rows", lagging)
    assert unbalanced(done) == [("received", "total", "2335.55")]
