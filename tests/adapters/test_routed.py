"""Contacts in the host's own hands, everything else in a storage."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from plannit_core import Conflict, FixedClock, Line, Money, NotFound, Plannit, StorageError, backup, presets
from plannit_core import commands as c
from plannit_core.adapters.routed import Routed
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.columns import EVERY, EXTERNAL
from plannit_core.model.contact import Contact
from plannit_core.values.ids import ContactId
from plannit_core.workers import run_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plannit_core.columns import Value
    from plannit_core.ports import Storage

ADA = Contact(ContactId("con_42"), 7, "Ada Byron", ("ada@example.com",))


class Customers:
    """A host's customers, in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Contact] = {("erabliere", ADA.id): ADA}

    def load(self, company: str, id: str) -> Contact | None:
        return self.rows.get((company, id))

    def select(
        self, company: str, index: str, value: Value, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Contact]:
        own = sorted((each for (name, _), each in self.rows.items() if name == company), key=lambda each: each.id)
        keyed = [each for each in own if value in {f"{source}:{key}" for source, key in each.external.items()}]
        return [each for each in (keyed if index == EXTERNAL else own) if each.id > (after or "")][:limit]

    def write(self, company: str, contact: Contact) -> None:
        found = self.rows.get((company, contact.id))
        if (found.version if found else 0) != contact.version - 1:
            raise Conflict("contact", contact.id, expected=contact.version - 1, found=found.version if found else 0)
        self.rows[company, contact.id] = contact


@pytest.fixture
def customers() -> Customers:
    return Customers()


@pytest.fixture
def app(storage: Storage, customers: Customers) -> Plannit:
    app = Plannit(Routed(storage, customers), company="erabliere")
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    return app


def test_a_customer_of_the_host_is_a_contact_without_being_added(app: Plannit, storage: Storage) -> None:
    made = app.do(c.InvoiceContact(ADA.id, lines=[Line("Visit", 1, Money.cad("100.00"))]))
    assert made.job.title == "Ada Byron"
    assert app.folder(made.job.id).contact == app.get(ADA.id) == ADA
    assert app.documents(ADA.id).invoices[0].id == made.invoice.id
    with storage.reading("erabliere") as snapshot:
        assert snapshot.select("contact", EVERY, "") == []


def test_what_is_added_or_edited_is_stored_by_the_host_alone(
    app: Plannit, storage: Storage, customers: Customers
) -> None:
    bea = app.do(c.AddContact("Bea", external={"erp": "7"}))
    edited = app.do(c.EditContact(ADA.id, emails=[]))
    assert customers.rows == {("erabliere", bea.id): bea, ("erabliere", ADA.id): edited}
    assert edited == evolve(ADA, version=8, emails=())
    with app.reading() as read:
        assert read.contacts.find() == tuple(sorted((bea, edited), key=lambda each: each.id))
        assert read.contacts.find(limit=1, after=min(bea.id, ADA.id)) == (max((bea, edited), key=lambda each: each.id),)
        assert read.contacts.with_external("erp", "7") == bea
    with storage.reading("erabliere") as snapshot:
        assert snapshot.load("contact", bea.id) is None
    assert [each.event.name for each in storage.events("erabliere")][-2:] == ["contact.added", "contact.edited"]


def test_a_customer_of_another_company_is_not_found(app: Plannit) -> None:
    other = app.for_company("other")
    other.do(c.ConfigureCompany(presets.quebec(name="Déneigement Roy")))
    with pytest.raises(NotFound):
        other.get(ADA.id)


def test_a_screen_that_is_old_is_refused(app: Plannit, customers: Customers) -> None:
    customers.rows["erabliere", ADA.id] = evolve(ADA, version=8)
    with pytest.raises(Conflict):
        app.do(c.EditContact(ADA.id, name="Ada"), expecting=[ADA])


def test_what_the_host_refuses_is_not_stored_elsewhere(app: Plannit, storage: Storage, customers: Customers) -> None:
    def refuse(company: str, contact: Contact) -> None:
        raise ZeroDivisionError

    customers.write = refuse  # type: ignore[method-assign]  # a host that fails
    before = storage.position("erabliere")
    with pytest.raises(ZeroDivisionError):
        app.do(c.AddContact("Bea"), key="click-1")
    assert storage.position("erabliere") == before


def test_a_backup_is_restored_beside_the_customers_that_the_host_has_already(
    app: Plannit, storage: Storage, customers: Customers
) -> None:
    job = app.do(c.OpenJob(ADA.id))
    lines = list(backup.exported(app.storage, "erabliere"))
    with pytest.raises(StorageError) as missing:
        backup.restored(lines, app.storage, "again")
    assert missing.value.code == "restore.not-equal"
    customers.rows["again", ADA.id] = ADA
    backup.restored(lines, app.storage, "again")
    again = app.for_company("again")
    assert (again.get(job.id), again.get(ADA.id)) == (job, ADA)
    with storage.reading("again") as snapshot:
        assert snapshot.select("contact", EVERY, "") == []


def test_an_invoice_whose_customer_the_host_let_go_is_told_and_the_others_leave(
    storage: Storage, customers: Customers
) -> None:
    clock = FixedClock("2026-03-02T09:00-05:00")
    app = Plannit(Routed(storage, customers), company="erabliere", clock=clock)
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    bea = app.do(c.AddContact("Bea"))
    for contact in (ADA, bea, ADA):
        made = app.do(c.InvoiceContact(contact.id, lines=[Line("Visit", 1, Money.cad("100.00"))]))
        app.do(c.PlanInvoice(made.invoice.id, send_on=date(2026, 3, 3)))
    customers.rows.pop(("erabliere", bea.id))
    clock.set("2026-03-04T09:00-05:00")
    [(_, report)] = run_days(app, chunk=50)
    again = app.run_day()
    assert len(report.issued) == 2
    assert again.refused == report.refused
    [[told]] = [each.reasons for each in report.refused]
    assert (told.code, told.params["id"]) == ("record.not-found", bea.id)


def test_everything_else_is_the_storages_own(app: Plannit, storage: Storage) -> None:
    assert app.storage.companies() == storage.companies() == ["erabliere"]
    assert app.outbox.drain("mailer", lambda _: None, start="beginning") == storage.position("erabliere")
    app.storage.close()
    with pytest.raises(StorageError):
        storage.companies()


def test_it_joins_a_transaction_of_the_host(tmp_path: Path, customers: Customers) -> None:
    storage: Any = Routed(SqliteStorage(tmp_path / "office.db"), customers)
    app = Plannit(storage, company="erabliere")
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    host = sqlite3.connect(tmp_path / "office.db", isolation_level=None)
    host.execute("BEGIN IMMEDIATE")
    with app.within(host) as here:
        job = here.do(c.OpenJob(ADA.id))
    host.execute("COMMIT")
    host.close()
    assert app.folder(job.id).contact == ADA
    app.storage.close()
