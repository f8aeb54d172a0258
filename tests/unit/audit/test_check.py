"""The closing check finds nothing in sound books, and names what was changed behind the library's back."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plannit_core import Instalment, Line, Money, Plannit, Schedule, When, audit, presets
from plannit_core import commands as c
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.season import bundled, replay

if TYPE_CHECKING:
    from plannit_core.ports import Storage


def worked(app: Plannit) -> None:
    """A company that has done a little of everything."""
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"], external={"erp": "7"}))
    job = app.do(c.OpenJob(ada.id))
    thirds = Schedule.many_invoices([Instalment.rest(When.ON_APPROVAL)] * 3)
    quote = app.do(c.DraftQuote(job.id, lines=[Line("Labour", 10, Money.cad("85.07"))], schedules=[thirds]))
    app.do(c.SendQuote(quote.id))
    first, second, _ = app.do(c.ApproveQuote(quote.id), key="click").invoices
    app.do(c.RecordPayment(first.id, first.total, method="card"))
    app.do(c.AdjustInvoice(first.id, lines=[Line("Rebate", 1, Money.cad("-5.00"))]))
    app.do(c.VoidInvoice(second.id))
    app.do(c.GenerateInvoices(quote.id))
    order = app.do(c.PlanWorkOrder(job.id, title="Visit"))
    app.do(c.AttachInvoice(order.id, invoice_id=first.id))
    spare = app.do(c.DraftInvoice(job.id))
    app.do(c.DiscardDraft(spare.id))


def test_sound_books_have_nothing_wrong_on_any_storage(app: Plannit) -> None:
    worked(app)
    findings = audit.check(app.storage, app.company)
    assert findings.found == ()
    assert findings.is_clean
    assert findings.records["invoice"] == 4
    assert findings.events == app.storage.position(app.company)


def test_a_whole_season_has_nothing_wrong(storage: Storage) -> None:
    app = replay(bundled(), storage).app
    assert audit.check(storage, app.company).found == ()


def test_a_company_that_was_never_configured_has_nothing_wrong(storage: Storage) -> None:
    assert audit.check(storage, "nobody").is_clean


TAMPERED = {
    "a figure in a column": (
        "UPDATE plannit_invoice SET balance = balance + 1 WHERE number IS NOT NULL",
        "record.columns",
    ),
    "a record that is gone": ("DELETE FROM plannit_contact", "record.dangling"),
    "an event that is gone": ("DELETE FROM plannit_event WHERE position = 4", "event.missing"),
    "a counter set back": (
        """UPDATE plannit_series SET body = replace(body, '"last":3', '"last":1') WHERE id LIKE 'ser_invoice%'""",
        "record.unreadable",
    ),
    "a body that is no body": ("UPDATE plannit_quote SET body = '{}'", "record.unreadable"),
    "a receipt that is gone": ("DELETE FROM plannit_receipt", "receipt.missing"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_behind_its_back_is_named(what: str, tmp_path: Path) -> None:
    statement, code = TAMPERED[what]
    file = tmp_path / "office.db"
    storage = SqliteStorage(file)
    app = Plannit(storage, company="lavoie")
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    worked(app)
    storage.close()
    connection = sqlite3.connect(file)
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    storage = SqliteStorage(file)
    found = audit.check(storage, "lavoie").found
    storage.close()
    assert code in {each.code for each in found}
    assert all(audit.words(each, lang) for each in found for lang in ("fr", "en"))
