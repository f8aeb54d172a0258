"""Does everything add up? Agreed, invoiced and received are set against each other, to the cent and tax by tax.

Three equations are read off the books:

- approved = invoices issued + drafts generated + still to generate (+ the cents of a split by invoice);
- invoiced = generated and issued + ad hoc and issued + adjustments;
- invoiced = collected + pending + cash roundings.

Invoices stand at their original totals, voided ones count for nothing. The left sides come from columns and from the documents'
own figures. On the right, whatever follows from lines is computed anew, with arithmetic that shares nothing with the library's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from attrs import frozen

from ..app import Plannit
from ..lifecycle import InvoiceState, QuoteState
from ..model.company import Split
from ..model.invoice import Invoice
from ..model.payment import PaymentKind
from ..policies import Policies
from ..ports import EVERY, Reader, Row
from ..values.lines import Line
from ..values.money import Money
from ..values.tax import TaxAmount

TOTAL = "total"
Cents = Counter[str]
Sides = tuple[Cents, dict[str, Cents]]
_RECEIVED = ("collected", "pending", "cash_rounding")


@frozen
class Part:
    """One amount on the right of an equation.

    Attributes:
        code: What it is: `issued`, `drafts`, `to_generate`, `split_cents`; `generated`, `ad_hoc`, `adjustments`;
            `collected`, `pending`, `cash_rounding`.
        amount: Signed.
    """

    code: str
    amount: Money


@frozen
class Equation:
    """A whole and its parts.

    Attributes:
        code: `approved`, `invoiced` or `received`.
        measure: `total`, tax included, or the code of a tax.
        whole: The left side.
        parts: The right side.
    """

    code: str
    measure: str
    whole: Money
    parts: tuple[Part, ...]

    @property
    def difference(self) -> Money:
        """The whole less its parts; zero when it balances."""
        return sum((-part.amount for part in self.parts), self.whole)


@frozen
class Reconciliation:
    """All equations of a company's books."""

    equations: tuple[Equation, ...]

    @property
    def balances(self) -> bool:
        """Whether every equation comes out to the cent."""
        return not any(equation.difference for equation in self.equations)


def reconcile(app: Plannit) -> Reconciliation:
    """Set a company's books against each other as they stand now.

    Args:
        app: The company's door.
    """
    currency = app.settings.currency
    with app.reading() as read:
        invoices = read.invoices.find()
        issued = [invoice for invoice in invoices if invoice.state is InvoiceState.ISSUED]
        rows = [row for row in read.invoices.rows(EVERY, "") if row["state"] == InvoiceState.ISSUED]
        sides = {
            "approved": _approved(read, invoices, app.policies),
            "invoiced": _invoiced(rows, issued),
            "received": _received(rows, issued),
        }
    equations = [_equations(code, whole, parts, currency) for code, (whole, parts) in sides.items()]
    return Reconciliation(tuple(chain.from_iterable(equations)))


def _equations(code: str, whole: Cents, parts: Mapping[str, Cents], currency: str) -> Iterator[Equation]:
    """One for each thing measured, the total first."""
    for measure in dict.fromkeys(chain((TOTAL,), whole, *parts.values())):
        right = tuple(Part(name, Money.of_minor(cents[measure], currency)) for name, cents in parts.items())
        yield Equation(code, measure, Money.of_minor(whole[measure], currency), right)


def _approved(read: Reader, invoices: Sequence[Invoice], policies: Policies) -> Sides:
    whole, parts = Cents(), {"issued": Cents(), "drafts": Cents(), "to_generate": Cents()}
    live = [invoice for invoice in invoices if invoice.is_generated and invoice.is_live]
    made = {(invoice.quote_id, invoice.part): invoice.lines for invoice in live}
    for invoice in live:
        name = "drafts" if invoice.state is InvoiceState.DRAFT else "issued"
        parts[name].update(_document(invoice.lines, invoice.original_taxes))
    quotes = read.quotes.find(state=QuoteState.APPROVED)
    for quote, approval in ((quote, quote.approval) for quote in quotes if quote.approval):
        whole[TOTAL] += quote.total.minor
        whole.update(_given(quote.taxes))
        shares = []
        for part in policies.invoices_on_approval(quote, approval):
            shares.append(made.get((quote.id, part.part), part.lines))
            if (quote.id, part.part) not in made:
                parts["to_generate"].update(_document(part.lines, part.taxes))
        if approval.split is Split.PER_INVOICE:
            parts.setdefault("split_cents", Cents()).update(_split_cents(quote.all_lines, shares))
    return whole, parts


def _invoiced(rows: Sequence[Row], issued: Sequence[Invoice]) -> Sides:
    whole = Cents({TOTAL: sum(row["total"] for row in rows)})
    parts = {"generated": Cents(), "ad_hoc": Cents(), "adjustments": Cents()}
    for invoice in issued:
        whole.update(_given(invoice.taxes))
        parts["adjustments"].update(_adjusted(invoice))
        if invoice.is_generated:
            parts["generated"].update(_document(invoice.lines, invoice.original_taxes))
        else:
            parts["ad_hoc"].update(_with_taxes(invoice.lines))
    return whole, parts


def _received(rows: Sequence[Row], issued: Sequence[Invoice]) -> Sides:
    whole = Cents({TOTAL: sum(row["total"] for row in rows)})
    collected = rounding = 0
    for payment in chain.from_iterable(invoice.payments for invoice in issued):
        if payment.voided_on is None:
            collected += -payment.amount.minor if payment.kind is PaymentKind.REFUND else payment.amount.minor
            rounding += payment.rounding.minor
    pending = sum(row["balance"] for row in rows)
    return whole, {
        name: Cents({TOTAL: cents}) for name, cents in zip(_RECEIVED, (collected, pending, rounding), strict=True)
    }


def _given(taxes: Iterable[TaxAmount]) -> Cents:
    """Taxes as a document has them."""
    cents = Cents()
    for tax in taxes:
        cents[tax.code] += tax.amount.minor
    return cents


def _document(lines: Iterable[Line], taxes: Iterable[TaxAmount]) -> Cents:
    """Lines with the taxes that were shared out to them."""
    cents = _given(taxes)
    cents[TOTAL] = cents.total() + sum(map(_amount, lines))
    return cents


def _with_taxes(lines: Sequence[Line]) -> Cents:
    """Lines with their taxes computed anew."""
    cents = _taxes(_bases(lines))
    cents[TOTAL] = cents.total() + sum(map(_amount, lines))
    return cents


def _adjusted(invoice: Invoice) -> Cents:
    """What the adjustments of an invoice changed; a tax left without a base takes its own cents with it."""
    lines = [line for adjustment in invoice.adjustments for line in adjustment.lines]
    before, after = _bases(invoice.lines), _bases((*invoice.lines, *lines))
    cents = _taxes(after)
    cents.subtract(_taxes(before))
    for tax in invoice.original_taxes:
        if lines and not after[tax.code, tax.rate]:
            cents[tax.code] -= tax.amount.minor - _rounded(tax.base.minor * Fraction(tax.rate) / 100)
    cents[TOTAL] = cents.total() + sum(map(_amount, lines))
    return cents


def _split_cents(whole: Sequence[Line], shares: Iterable[Sequence[Line]]) -> Cents:
    """By how much the taxes on the whole differ from those computed on each share."""
    cents = _taxes(_bases(whole))
    for lines in shares:
        cents.subtract(_taxes(_bases(lines)))
    cents[TOTAL] = cents.total()
    return cents


def _amount(line: Line) -> int:
    return _rounded(Fraction(line.quantity) * Fraction(line.price.amount) * 10**line.price.currency.digits)


def _bases(lines: Iterable[Line]) -> Counter[tuple[str, Decimal]]:
    """The amount that carries each tax, by its code and rate."""
    bases: Counter[tuple[str, Decimal]] = Counter()
    for line in lines:
        for tax in line.tax.taxes if line.tax else ():
            bases[tax.code, tax.rate] += _amount(line)
    return bases


def _taxes(bases: Mapping[tuple[str, Decimal], int]) -> Cents:
    cents = Cents()
    for (code, rate), base in bases.items():
        cents[code] += _rounded(base * Fraction(rate) / 100)
    return cents


def _rounded(number: Fraction) -> int:
    """To the nearest whole number, a half away from zero."""
    whole = int(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole
