"""Strategies for records: each is made by commands, so it can be in somebody's books.

In an office of its own, unless you give yours: then it is in your books afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from ... import commands as c
from ...app import Plannit
from ...door import Door
from ...model.contact import Contact
from ...model.invoice import Invoice
from ...model.job import Job
from ...model.quote import Quote
from ...model.work_order import WorkOrder
from .. import builders as b
from . import values as v

_Build = Callable[..., Any]
_QUOTES: tuple[_Build, ...] = (
    b.a_draft_quote,
    b.a_sent_quote,
    b.a_declined_quote,
    lambda app, job, **more: b.an_approved_quote(app, job, **more).quote,
)
_INVOICES: tuple[_Build, ...] = (
    b.a_draft_invoice,
    b.a_planned_invoice,
    b.an_issued_invoice,
    b.an_overdue_invoice,
    b.a_partially_paid_invoice,
    b.a_paid_invoice,
    b.a_voided_invoice,
)
_NUMBERS = st.text("0123456789 +-", min_size=1, max_size=15).filter(lambda text: text.strip() != "")
_SCHEDULES = st.lists(v.schedules(named=True, fixed=False), max_size=1)
_LINES = st.lists(v.lines(positive=True), min_size=1, max_size=4)


@st.composite
def contacts(draw: st.DrawFn, app: Door | None = None) -> Contact:
    """Contacts, with addresses and without."""
    emails = draw(st.lists(st.sampled_from(["ada@example.com", "bob@example.org"]), max_size=2, unique=True))
    phones = draw(st.lists(_NUMBERS, max_size=2))
    language = draw(st.sampled_from([None, "fr", "en"]))
    return (app or b.an_office()).do(c.AddContact(draw(v.TEXTS), emails=emails, phones=phones, language=language))


@st.composite
def jobs(draw: st.DrawFn, app: Door | None = None) -> Job:
    """Job folders with nothing in them."""
    here = app or b.an_office()
    return here.do(
        c.OpenJob(draw(contacts(here)).id, title=draw(st.none() | v.TEXTS), source=draw(st.none() | v.TEXTS))
    )


@st.composite
def quotes(draw: st.DrawFn, app: Plannit | None = None) -> Quote:
    """Quotes in every state."""
    here = app or b.an_office()
    build = draw(st.sampled_from(_QUOTES))
    made: Quote = build(here, draw(jobs(here)), lines=draw(_LINES), schedules=draw(_SCHEDULES))
    return made


@st.composite
def invoices(draw: st.DrawFn, app: Plannit | None = None) -> Invoice:
    """Invoices in every state, paid, partially paid and not paid."""
    here = app or b.an_office()
    build = draw(st.sampled_from(_INVOICES))
    made: Invoice = build(here, draw(jobs(here)), lines=draw(_LINES))
    return made


@st.composite
def work_orders(draw: st.DrawFn, app: Plannit | None = None) -> WorkOrder:
    """Visits in every state, with an invoice and without."""
    here = app or b.an_office()
    build = draw(st.sampled_from([b.a_work_order, b.a_work_order_with_an_invoice]))
    order: WorkOrder = build(here, draw(jobs(here)))
    end = draw(st.sampled_from([None, c.CompleteWorkOrder, c.CancelWorkOrder]))
    return here.do(end(order.id)) if end else order
