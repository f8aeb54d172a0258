"""The whole at once: against a dictionary, against memory, and when nobody knows whether a commit stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ... import commands as c
from ...adapters.memory import MemoryStorage
from ...app import Plannit
from ...errors import StorageError
from ...ports import COLUMNS, EVERY, Storage
from ...values.lines import Line
from ...values.money import Money
from ..base import Opener, checks
from ..builders import (
    a_contact_without_an_address,
    a_declined_quote,
    a_draft_invoice,
    a_draft_quote,
    a_job,
    a_paid_invoice,
    a_partially_paid_invoice,
    a_planned_invoice,
    a_sent_quote,
    a_voided_invoice,
    a_work_order_with_an_invoice,
    an_approved_quote,
    an_issued_invoice,
    an_office,
    an_overdue_invoice,
)
from ..company import run_company
from ..faults import Fault, Faulty
from ..machine import run_machine
from ..samples import ACME, contact, found, ids, store


def a_storage_says_what_a_dictionary_says(opener: Opener) -> None:
    """Random transactions, readers and errors, and the same in a dictionary."""
    storage = opener()
    with storage.reading("probe") as snapshot, storage.writing("probe"):  # one that waits would hang for ever
        opener.soon(lambda: found(storage, "contact", "con_1", "probe"))
        assert snapshot.load("contact", "con_1") is None
    with storage.reading("probe") as snapshot:
        assert snapshot.load("contact", "con_1") is None
        opener.soon(lambda: store(storage, contact(), company="probe"))
    run_machine(opener)


def an_office_comes_to_the_same_as_in_memory(opener: Opener) -> None:
    """The same commands on this storage and in memory: the same records, events, figures and views."""
    here, there = (an_office(each, company=ACME) for each in (opener(), MemoryStorage()))
    assert busy(here) == busy(there)


def a_whole_company_comes_to_the_same_as_in_memory(opener: Opener) -> None:
    """Random commands in any order, with keys, from old screens, two at once, refused ones; after each, the same records."""
    run_company(opener)


def busy(app: Plannit) -> dict[str, Any]:
    """An office that does a little of everything, and all that is in its books then."""
    job = a_job(app)
    a_contact_without_an_address(app)
    builders: tuple[Callable[..., object], ...] = (
        *(a_draft_quote, a_sent_quote, a_declined_quote, an_approved_quote),
        *(a_draft_invoice, a_planned_invoice, an_issued_invoice, an_overdue_invoice),
        *(a_partially_paid_invoice, a_paid_invoice, a_voided_invoice),
    )
    for number, build in enumerate(builders):
        build(app, job, total=f"{number + 100}.33")
    a_work_order_with_an_invoice(app, job)
    app.do(c.DiscardDraft(a_draft_invoice(app, job).id))
    app.do(c.MoveInvoice(an_issued_invoice(app, job).id, job_id=a_job(app, app.get(job.contact_id)).id))
    app.run_day()
    app.outbox.drain("mailer", lambda _: None, start="beginning", limit=5)
    return {
        **everything(app.storage, app.company),
        "folder": app.folder(job.id),
        "documents": app.documents(job.contact_id),
        "receivables": app.receivables(),
        "departures": app.departures(),
    }


def everything(storage: Storage, company: str) -> dict[str, Any]:
    """Records, native columns, events, where the mailer is."""
    with storage.reading(company) as snapshot:
        records = {kind: list(snapshot.select(kind, EVERY, "")) for kind in COLUMNS}
        rows = {kind: [dict(row) for row in snapshot.figures(kind, EVERY, "")] for kind in COLUMNS}
    events = list(storage.events(company, limit=10_000))
    return {"records": records, "rows": rows, "events": events, "mailer": storage.cursor(company, "mailer")}


LINES = [Line("Labour", 1, Money.cad("85.00"))]


def of_a_command_with_a_key_there_is_one_effect_whatever_the_connection_does(opener: Opener) -> None:
    """When nobody knows whether the commit stands, the command is tried again, and its receipt keeps it from being done twice."""
    storage = Faulty(opener())
    for fault in (Fault.CONFLICT, Fault.COMMIT_LOST, Fault.ANSWER_LOST):
        app = an_office(storage, company=f"office-{fault}")
        command = c.DraftInvoice(a_job(app).id, lines=LINES)
        before = storage.position(app.company)
        storage.faults.append(fault)
        made = app.do(command, key="click-1")
        assert storage.log[-2:] == [fault, None]
        assert app.do(command, key="click-1") == made
        assert ids(storage, "invoice", EVERY, "", app.company) == [made.id]
        assert storage.position(app.company) == before + 1


def a_command_without_a_key_is_not_repeated_when_its_outcome_is_unknown(opener: Opener) -> None:
    storage = Faulty(opener())
    for fault, effects in ((Fault.COMMIT_LOST, 0), (Fault.ANSWER_LOST, 1)):
        app = an_office(storage, company=f"office-{fault}")
        command = c.DraftInvoice(a_job(app).id, lines=LINES)
        storage.faults.append(fault)
        with pytest.raises(StorageError) as unknown:
            app.do(command)
        assert unknown.value.code == "storage.outcome-unknown"
        assert storage.log[-1] is fault
        assert len(ids(storage, "invoice", EVERY, "", app.company)) == effects


CHECKS = checks(
    "whole",
    a_storage_says_what_a_dictionary_says,
    an_office_comes_to_the_same_as_in_memory,
    a_whole_company_comes_to_the_same_as_in_memory,
    of_a_command_with_a_key_there_is_one_effect_whatever_the_connection_does,
    a_command_without_a_key_is_not_repeated_when_its_outcome_is_unknown,
)
