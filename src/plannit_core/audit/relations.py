"""What must be true between records: nothing dangles, parts make their whole, folders show what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..lifecycle import InvoiceState
from ..model.company import Split
from ..model.invoice import Invoice
from ..model.quote import Quote
from ..policies import Policies
from ..values.ids import InvoiceId, JobId, QuoteId
from ..values.money import zero
from ..views import job_folder
from .books import BROKEN, Evidence
from .findings import Collector

_OWNERS = {
    "job": ("contact_id",),
    "quote": ("job_id", "contact_id"),
    "invoice": ("job_id", "contact_id", "quote_id"),
    "work_order": ("job_id",),
}
_FIGURES = ("revenue", "invoiced", "collected", "pending")
_KINDS = {"job_id": "job", "contact_id": "contact", "quote_id": "quote"}


def relate(books: Evidence, found: Collector) -> None:
    """Find what is wrong between records."""
    settings = books.settings()
    if settings is None:
        found.add("company", "com_settings", "company.missing")
    for kind, names in _OWNERS.items():
        for id, facts in books.facts[kind].items():
            _owners(kind, id, {name: facts[name] for name in names}, books, found)
            if settings is not None and facts.get("currency", settings.currency) != settings.currency:
                found.add(kind, id, "document.currency", found=facts["currency"], expected=settings.currency)
    for id, facts in books.facts["work_order"].items():
        _order(id, facts, books, found)
    _parts(books, found)
    if settings is not None:
        _folders(books, settings.currency, found)


def _owners(kind: str, id: str, names: Mapping[str, Any], books: Evidence, found: Collector) -> None:
    for name, other in names.items():
        if other is not None and not books.knows(_KINDS[name], other):
            found.add(kind, id, "record.dangling", field=name, other=other)
    job = books.facts["job"].get(names.get("job_id", ""))
    if job and "contact_id" in names and names["contact_id"] != job["contact_id"]:
        found.add(kind, id, "document.other-contact", contact=names["contact_id"], expected=job["contact_id"])
    quote = books.facts["quote"].get(names.get("quote_id") or "")
    if quote and names["job_id"] != quote["job_id"]:
        found.add(kind, id, "invoice.other-job", job=names["job_id"], expected=quote["job_id"])


def _order(id: str, facts: Mapping[str, Any], books: Evidence, found: Collector) -> None:
    for invoice in facts["invoice_ids"]:
        if not books.knows("invoice", invoice):
            found.add("work_order", id, "record.dangling", field="invoice_ids", other=invoice)
        elif books.facts["invoice"].get(invoice, facts)["job_id"] != facts["job_id"]:
            found.add("work_order", id, "work_order.other-job", invoice=invoice)


def _parts(books: Evidence, found: Collector) -> None:
    """Each part of a quote is one it calls for; all of an `exact` one together are the quote."""
    parts: dict[str, dict[int, str]] = {}
    for id, facts in books.facts["invoice"].items():
        generated_by = books.facts["quote"].get(facts["quote_id"] or "")
        if generated_by is None or facts["part"] is None:
            continue
        if not 1 <= facts["part"] <= generated_by["invoice_count"]:
            found.add("invoice", id, "invoice.part", part=facts["part"])
        elif facts["state"] != InvoiceState.VOIDED:
            parts.setdefault(facts["quote_id"], {})[facts["part"]] = id
    for quote_id, covered in parts.items():
        if len(covered) == books.facts["quote"][quote_id]["invoice_count"]:
            quote = books.read.quotes.get(QuoteId(quote_id))
            invoices = [books.read.invoices.get(InvoiceId(covered[part])) for part in sorted(covered)]
            for what, comes_to, expected in _sums(quote, invoices):
                if comes_to != expected:
                    found.add("quote", quote_id, "quote.parts", what=what, found=comes_to, expected=expected)


def _sums(quote: Quote, invoices: Sequence[Invoice]) -> Iterator[tuple[str, Any, Any]]:
    """What the parts come to, and the whole: the total, each tax, each line."""
    if quote.approval is None or quote.approval.split is not Split.EXACT:
        return
    nothing = zero(quote.currency)
    yield "total", sum((each.original_total for each in invoices), nothing), quote.total
    taxes = {each.tax: nothing for each in quote.taxes}
    for each in (tax for invoice in invoices for tax in invoice.original_taxes):
        taxes[each.tax] = taxes.get(each.tax, nothing) + each.amount
    known = {each.tax: each.amount for each in quote.taxes}
    for tax, comes_to in taxes.items():
        yield tax.code, comes_to, known.get(tax, nothing)
    for place, line in enumerate(quote.all_lines):
        shares = [each.lines[place].amount for each in invoices if place < len(each.lines)]
        yield f"lines[{place}]", sum(shares, nothing), line.amount


def _folders(books: Evidence, currency: str, found: Collector) -> None:
    """Each folder shows the documents and the figures that a naive recomputation gives."""
    shelves: dict[str, dict[str, list[Mapping[str, Any]]]] = {kind: {} for kind in ("quote", "invoice")}
    for kind, shelf in shelves.items():
        for facts in books.facts[kind].values():
            shelf.setdefault(facts["job_id"], []).append(facts)
    for id in books.facts["job"]:
        try:
            folder = job_folder(books.read, JobId(id), currency, Policies())
        except BROKEN as error:
            found.add("job", id, "record.inconsistent", problem=type(error).__name__)
            continue
        invoices = shelves["invoice"].get(id, [])
        expected: dict[str, object] = _figures(invoices)
        expected |= {f"{kind}s": sorted(each["id"] for each in shelf.get(id, [])) for kind, shelf in shelves.items()}
        told: dict[str, object] = {name: getattr(folder, name).minor for name in _FIGURES}
        told |= {"quotes": sorted(map(str, (each.id for each in folder.quotes)))}
        told |= {"invoices": sorted(map(str, (each.id for each in folder.invoices)))}
        for name, value in expected.items():
            if told[name] != value:
                found.add("job", id, "folder.figures", figure=name, found=told[name], expected=value)


def _figures(invoices: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Decision 49 of the domain, from the documents, in minor units."""
    issued = [each for each in invoices if each["state"] == InvoiceState.ISSUED]
    return {
        "revenue": sum(each["subtotal"] for each in issued),
        "invoiced": sum(each["total"] for each in issued),
        "collected": sum(each["paid"] for each in issued),
        "pending": sum(each["total"] - each["paid"] - each["rounding"] for each in issued),
    }
