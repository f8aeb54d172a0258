"""What the tests of the rules share: random documents and schedules, an independent reckoning, and looks at whole books.

The reckoning is naive on purpose: exact fractions, one thing after the other, nothing of the library's own arithmetic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields, frozen, has
from hypothesis import settings
from hypothesis import strategies as st

from plannit_core import (
    Actor,
    Discount,
    Instalment,
    InvalidInput,
    Line,
    NotFound,
    PlannitError,
    Price,
    Refused,
    Schedule,
    Tax,
    TaxGroup,
    When,
    presets,
)
from plannit_core import commands as c
from plannit_core.model.company import Split
from plannit_core.model.quote import Approval, Quote
from plannit_core.ports import COLUMNS, EVERY
from plannit_core.testing.clerk import (
    ALBERTA,
    KINDS,
    MONEY_KINDS,
    ONTARIO,
    WORDS,
    a_command,
    cad,
)
from plannit_core.values.ids import ContactId, Id, InvoiceId, JobId, QuoteId
from plannit_core.values.money import currency_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from plannit_core import FixedClock, Plannit
    from plannit_core.door import Door
    from plannit_core.model.contact import Contact
    from plannit_core.model.job import Job
    from plannit_core.ports import Recorded, Storage

CAD = "CAD"
QC = presets.QC
BRITISH_COLUMBIA = TaxGroup("bc", [Tax("GST", "5"), Tax("PST", "7")])
GROUPS = (QC, ALBERTA, BRITISH_COLUMBIA, ONTARIO, TaxGroup.EXEMPT)
"""Three of them share one GST."""

TODAY = date(2026, 3, 2)  # what the clock of conftest.py says


def looks(quick: int) -> settings:
    """How many examples: `quick` of them under the quick profile, as many times more as another profile asks for."""
    return settings(max_examples=max(1, settings().max_examples * quick // 60))


# ------------------------------------------------------------------------------------------------------ naive reckoning


def nearest(number: Fraction) -> int:
    """The nearest whole number, a half away from zero."""
    whole, rest = divmod(abs(number), 1)
    size = int(whole) + (rest >= Fraction(1, 2))
    return size if number >= 0 else -size


def exact(number: Decimal | str | int) -> Fraction:
    return Fraction(number)


def cents_of(line: Line) -> int:
    """Quantity times price, to the cent."""
    return nearest(exact(line.quantity) * exact(line.price.amount) * 100)


def rate_of(tax: Tax) -> Fraction:
    return exact(tax.rate) / 100


def bases_of(lines: Iterable[Line]) -> dict[tuple[str, Decimal], int]:
    """What each tax (code and rate) is levied on, in cents."""
    bases: dict[tuple[str, Decimal], int] = {}
    for line in lines:
        for tax in line.tax.taxes if line.tax is not None else ():
            bases[tax.code, tax.rate] = bases.get((tax.code, tax.rate), 0) + cents_of(line)
    return bases


def taxes_of(lines: Iterable[Line]) -> dict[tuple[str, Decimal], int]:
    """Each tax, rounded once, in cents."""
    return {(code, rate): nearest(base * exact(rate) / 100) for (code, rate), base in bases_of(lines).items()}


def subtotal_of(lines: Iterable[Line]) -> int:
    return sum(cents_of(line) for line in lines)


def total_of(lines: Sequence[Line]) -> int:
    return subtotal_of(lines) + sum(taxes_of(lines).values())


def shares_of(schedule: Schedule, total: int) -> list[Fraction]:
    """What each instalment takes of `total`, exactly, in cents."""
    named: list[Fraction | None] = []
    for each in schedule.instalments:
        if each.share.percent is not None:
            named.append(exact(each.share.percent) * total / 100)
        elif each.share.fixed is not None:
            named.append(exact(each.share.fixed.amount) * 100)
        else:
            named.append(None)
    left = Fraction(total) - sum(share for share in named if share is not None)
    return [left / named.count(None) if share is None else share for share in named]


def fractions_of(schedule: Schedule, total: int) -> list[Fraction]:
    """What part of the whole each instalment is; of a document of 0.00 the percentages say it."""
    whole = total or 1_000_000
    return [share / whole for share in shares_of(schedule, whole)]


# ------------------------------------------------------------------------------------------------------------ documents


def quantities(*, low: int = -50_0000, high: int = 500_0000) -> st.SearchStrategy[Decimal]:
    """Signed, with up to four decimals."""
    whole = st.integers(low // 10_000, high // 10_000).map(Decimal)
    return whole | st.integers(low, high).map(lambda units: Decimal(units) / 10_000)


def prices(*, low: int = -200_0000, high: int = 3_000_0000) -> st.SearchStrategy[Price]:
    """Signed, with up to four decimals; whole cents as often."""
    fine = st.integers(low, high).map(lambda units: Price.of_units(units, CAD))
    return fine | st.integers(low // 100, high // 100).map(lambda cents: Price.of_money(cad(cents)))


QUANTITIES, PRICES = quantities(), prices()
TAX_GROUPS = st.sampled_from(GROUPS)


def rates() -> st.SearchStrategy[str]:
    """0 to 30 percent, with up to four decimals."""
    return st.integers(0, 30_0000).map(lambda units: f"{Decimal(units) / 10_000:f}")


@st.composite
def families(draw: st.DrawFn) -> tuple[TaxGroup, ...]:
    """Three tax groups with any rates, two of which share a tax, and none."""
    shared, other, third = (Tax(code, draw(rates())) for code in ("A", "B", "C"))
    return (
        TaxGroup("one", [shared, other]),
        TaxGroup("two", [third, shared]),
        TaxGroup("three", [third]),
        TaxGroup.EXEMPT,
    )


FAMILIES = families()


def lines(
    groups: st.SearchStrategy[TaxGroup] = TAX_GROUPS,
    *,
    quantity: st.SearchStrategy[Decimal] = QUANTITIES,
    price: st.SearchStrategy[Price] = PRICES,
) -> st.SearchStrategy[Line]:
    """One line: signed, four decimals in quantity and price, with or without a cost."""
    return st.builds(Line, WORDS, quantity, price, tax=groups, cost=st.none() | prices(low=0, high=100_0000))


def tiny_lines() -> st.SearchStrategy[Line]:
    """Lines of a few cents, where every rounding shows."""
    few, cents = st.integers(-3, 3).map(Decimal), st.integers(0, 9).map(lambda n: Price.of_money(cad(n)))
    return lines(quantity=few, price=cents)


SOME_LINES = {size: st.lists(lines() | tiny_lines(), min_size=1, max_size=size) for size in (3, 8, 30)}


@st.composite
def documents(draw: st.DrawFn, *, max_size: int = 8, may_be_negative: bool = False) -> tuple[Line, ...]:
    """Lines of mixed tax groups, negative ones among them; the total is not below zero unless that is allowed."""
    found = draw(SOME_LINES[max_size])
    if draw(st.booleans()):
        groups = dict(zip(GROUPS, draw(FAMILIES), strict=False))
        found = [evolve(line, tax=groups.get(line.tax, TaxGroup.EXEMPT)) for line in found]
    total = total_of(found)
    if total < 0 and not may_be_negative:
        more = draw(st.integers(0, 50_000))
        found.append(Line("Permit", 1, cad(more - total), tax=TaxGroup.EXEMPT))
    return tuple(found)


# ------------------------------------------------------------------------------------------------------------- schedules


def days_ahead(most: int = 120) -> st.SearchStrategy[date]:
    return st.integers(1, most).map(lambda days: TODAY + timedelta(days=days))


def whens(*, many: bool) -> st.SearchStrategy[When]:
    """Every way an instalment's day can be given on a quote."""
    known = [When.ON_APPROVAL, When.TO_BE_PLANNED] if many else [When.ON_APPROVAL, When.TO_BE_PLANNED, When.AT_BILLING]
    past = st.integers(0, 40).map(lambda days: When.on(TODAY - timedelta(days=days)))
    after = st.builds(When.after, days=st.integers(0, 90), months=st.integers(0, 6))
    return st.sampled_from(known) | days_ahead().map(When.on) | past | after


DUE_DATES = st.sampled_from([When.AT_BILLING, When.TO_BE_PLANNED]) | st.integers(-40, 90).map(
    lambda days: When.on(TODAY + timedelta(days=days))
)
"""The ways an instalment's day can be given on an invoice without a quote."""


def percents(draw: st.DrawFn, count: int) -> list[Decimal]:
    """`count` percentages with up to four decimals that add up to exactly 100."""
    step = draw(st.sampled_from([1, 100, 10_000]))  # of 0.0001 percent
    whole = 1_000_000 // step
    cuts = sorted(draw(st.lists(st.integers(1, whole - 1), min_size=count - 1, max_size=count - 1, unique=True)))
    edges = [0, *cuts, whole]
    return [Decimal((after - before) * step) / 10_000 for before, after in pairwise(edges)]


@st.composite
def schedules(
    draw: st.DrawFn, total: int, *, many: bool | None = None, due_dates: bool = False, name: str | None = None
) -> Schedule:
    """A schedule of any kind that fits a document of `total` cents: equal parts, percents, fixed amounts, rests, mixtures."""
    many = draw(st.booleans()) if many is None else many
    when = DUE_DATES if due_dates else whens(many=many)
    kind = draw(st.sampled_from(["equal", "percents", "fixed", "mixed", "mixed"]))
    if kind == "equal":
        parts = [Instalment.rest(draw(when)) for _ in range(draw(st.integers(1, 12)))]
    elif kind == "percents":
        parts = [Instalment.percent(each, draw(when)) for each in percents(draw, draw(st.integers(1, 6)))]
    elif kind == "fixed" and total > 0:
        cuts = sorted([*draw(st.lists(st.integers(1, total), max_size=3, unique=True)), total])
        sizes = [after - before for before, after in pairwise([0, *cuts])]
        parts = [Instalment.fixed(cad(size), draw(when)) for size in sizes if size]
    else:
        shares = percents(draw, draw(st.integers(2, 5)))[:-1]
        left = total - sum(exact(share) * total / 100 for share in shares)
        parts = [Instalment.percent(share, draw(when)) for share in shares]
        if left >= 1:
            amounts = draw(st.lists(st.integers(1, int(left) // 2 + 1), max_size=2))
            while sum(amounts) > left:
                amounts.pop()
            parts += [Instalment.fixed(cad(amount), draw(when)) for amount in amounts]
        parts += [Instalment.rest(draw(when)) for _ in range(draw(st.integers(1, 3)))]
        parts = draw(st.permutations(parts))
    return (Schedule.many_invoices if many else Schedule.one_invoice)(parts, name=name)


def discounts() -> st.SearchStrategy[Discount]:
    """A percentage up to 40, or an amount up to 50.00."""
    percent = st.integers(1, 40_0000).map(lambda units: Discount.percent(Decimal(units) / 10_000))
    return percent | st.integers(1, 5_000).map(lambda cents: Discount.amount(cad(cents)))


# ------------------------------------------------------------------------------------------------------------ whole books


def everything(storage: Storage, company: str = "erabliere", *, keys: Iterable[str] = ()) -> Mapping[str, Any]:
    """All that is stored for a company: records, events, receipts of `keys`, cursors."""
    with storage.reading(company) as snapshot:
        records = {kind: list(snapshot.select(kind, EVERY, "")) for kind in COLUMNS}
        receipts = [snapshot.receipt(key) for key in keys]
    return {
        "records": records,
        "receipts": receipts,
        "events": events_of(storage, company),
        "position": storage.position(company),
        "cursors": [storage.cursor(company, consumer) for consumer in ("mailer", "export")],
    }


def events_of(storage: Storage, company: str = "erabliere", *, after: int = 0) -> list[Recorded]:
    return list(storage.events(company, after=after, limit=1_000_000))


class Renamed:
    """Gives values in which ids that are not `known` are replaced by their kind and a count, in order of appearance."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._names: dict[str, str] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, Id):
            return (
                value if value in self._known else self._names.setdefault(value, f"{value.kind} {len(self._names) + 1}")
            )
        if isinstance(value, (list, tuple)):
            return tuple(self(each) for each in value)
        if has(type(value)):
            return type(value).__name__, {each.name: self(getattr(value, each.name)) for each in fields(type(value))}
        return value


def ids_in(state: Mapping[str, Any]) -> set[str]:
    """The ids of all records of `everything`, and of the payments in them."""
    records = [record for found in state["records"].values() for record in found]
    payments = [payment for invoice in state["records"]["invoice"] for payment in invoice.payments]
    return {each.id for each in (*records, *payments)} | SERIES


# --------------------------------------------------------------------------------------------------------------- offices


def noon(day: date) -> datetime:
    """The middle of a day in Québec, whatever the season."""
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def client_and_job(app: Door, name: str = "Ada Byron") -> tuple[Contact, Job]:
    contact = app.do(c.AddContact(name, emails=["ada@example.com"]))
    return contact, app.do(c.OpenJob(contact.id))


def sent_quote(app: Door, job: Job, found: Sequence[Line], offered: Sequence[Schedule]) -> Quote:
    quote = app.do(c.DraftQuote(job.id, lines=found, schedules=offered))
    return app.do(c.SendQuote(quote.id))


def a_quote(document: Sequence[Line], schedule: Schedule) -> Quote:
    """A quote as a model, in no books."""
    ids = QuoteId("quo_1"), 1, JobId("job_1"), ContactId("con_1")
    return Quote(*ids, currency_of(CAD), tuple(document), (schedule,))


def an_approval(quote: Quote, split: Split = Split.EXACT, on: date = TODAY) -> Approval:
    """Its approval by its client on a day."""
    by = Actor.client(quote.contact_id)
    return Approval(noon(on), on, by, quote.contact_id, quote.schedules[0], split)


# ---------------------------------------------------------------------------------------------------------- a busy office


def busy(app: Plannit, clock: FixedClock) -> None:
    """Fill the books with records in every state there is, in one commit; ends forty days later."""
    with app.transaction() as here:
        _fill(here, clock)


def _fill(app: Door, clock: FixedClock) -> None:
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"], external={"erp": "A-1"}))
    bob = app.do(c.AddContact("Bob Tremblay", phones=["514 555-0101"]))  # nothing can be sent to him
    roof, yard, cellar = app.do(c.OpenJob(ada.id)), app.do(c.OpenJob(ada.id, title="Cour")), app.do(c.OpenJob(bob.id))
    work = [Line("Labour", "7.3125", cad(48_88)), Line("Nails", 1000, Price.cad("0.0375"), tax=ALBERTA)]
    halves = [Instalment.percent(50, When.ON_APPROVAL), Instalment.rest(When.after(days=60))]
    later = [Instalment.percent(30, When.ON_APPROVAL), Instalment.rest(When.TO_BE_PLANNED)]
    choice = [
        Schedule.many_invoices(halves, name="halves"),
        Schedule.one_invoice([Instalment.rest(When.ON_APPROVAL)], name="at once", discount=Discount.percent(5)),
    ]
    several, one = [Schedule.many_invoices(halves)], [Schedule.one_invoice(later)]

    sent_quote(app, roof, work, several)  # past its last day at the end
    clock.advance(days=40)
    app.do(c.DraftQuote(roof.id, lines=work, schedules=choice))
    sent_quote(app, roof, work, choice)
    sent_quote(app, cellar, work, one)
    app.do(c.DeclineQuote(sent_quote(app, yard, work, one).id, reason="Trop cher"))
    app.do(c.ApproveQuote(sent_quote(app, roof, work, several).id))
    app.do(c.ApproveQuote(sent_quote(app, yard, work, one).id, send=False))

    def draft(job: Job, cents: int, schedule: Schedule | None = None) -> InvoiceId:
        return app.do(c.DraftInvoice(job.id, lines=[Line("Gutters", 1, cad(cents))], schedule=schedule)).id

    def paid(invoice: InvoiceId, cents: int, method: str, *, above: bool = False) -> InvoiceId:
        app.do(c.RecordPayment(invoice, cad(cents), method=method, allow_overpayment=above))
        return invoice

    app.do(c.DraftInvoice(roof.id))  # no lines
    draft(roof, 1300_00)
    app.do(c.PlanInvoice(draft(yard, 250_00), send_on=app.today + timedelta(days=9)))
    app.do(c.PlanInvoice(draft(cellar, 80_00), send_on=app.today))
    due = Schedule.one_invoice(
        [Instalment.percent(40, When.on(app.today - timedelta(days=3))), Instalment.rest(When.AT_BILLING)]
    )
    app.do(c.IssueInvoice(draft(cellar, 417_00, due)))
    app.do(c.SendInvoice(draft(roof, 99_99)))
    paid(draft(yard, 500_00, due), 200_00, "card")
    paid(draft(roof, 150_00), 172_45, "cash")
    paid(draft(yard, 100_00), 120_00, "cheque", above=True)
    returned = paid(draft(roof, 200_00), 229_95, "card")
    app.do(c.AdjustInvoice(returned, lines=[Line("Rabais", -1, cad(50_00))], reason="Tache"))
    app.do(c.RefundPayment(returned, cad(20_00), method="card"))
    bounced = paid(draft(roof, 60_00), 30_00, "cheque")
    app.do(c.VoidPayment(bounced, payment_id=app.get(bounced).payments[0].id))
    wrong = draft(yard, 325_00)
    app.do(c.IssueInvoice(wrong))
    app.do(c.VoidInvoice(wrong))

    app.do(c.PlanWorkOrder(roof.id, title="Visite"))
    visit = app.do(c.PlanWorkOrder(yard.id, title="Dépannage", on=app.today))
    app.do(c.AddInvoice(visit.id, new=True, lines=[Line("Call-out", 1, cad(95_00))]))
    app.do(c.CompleteWorkOrder(visit.id))
    off = app.do(c.PlanWorkOrder(cellar.id, title="Inspection"))
    app.do(c.AttachInvoice(off.id, invoice_id=app.do(c.DraftInvoice(cellar.id)).id))
    app.do(c.CancelWorkOrder(off.id))
    app.do(c.PlanWorkOrder(app.do(c.OpenJob(bob.id, title="Vide")).id, title="Visite"))


def walk(draw: st.DrawFn, app: Plannit, clock: FixedClock, steps: int) -> Iterator[c.Command[Any]]:
    """Do `steps` random commands, refused ones among them; a day or some pass now and then. Gives each that was done."""
    for _ in range(draw(st.integers(0, steps))):
        clock.advance(days=draw(st.sampled_from([0, 0, 0, 1, 12])))
        command = a_command(draw, app, draw(st.sampled_from([KINDS, MONEY_KINDS])))
        try:
            app.do(command)
        except (Refused, NotFound, InvalidInput):
            continue
        yield command


# --------------------------------------------------------------------------------------------------- what a command comes to


@frozen
class Outcome:
    """What doing a command, or looking at it beforehand, came to.

    Attributes:
        error: Its class, code, params and reasons; `None` when it was done.
        result: What it gave.
        events: What happened, in order.
        written: The records it stored, in their last form.
        removed: The records it removed.
    """

    error: tuple[Any, ...] | None = None
    result: Any = None
    events: tuple[Any, ...] = ()
    written: frozenset[Any] = frozenset()
    removed: frozenset[Any] = frozenset()


def the_error(error: PlannitError) -> tuple[Any, ...]:
    return (
        type(error).__name__,
        error.code,
        dict(error.params),
        getattr(error, "reasons", None),
        getattr(error, "path", None),
    )


def foreseen(app: Door, command: c.Command[Any], known: Iterable[str]) -> Outcome:
    """What `preview` says, the ids it made up renamed: those that are not `known`."""
    renamed = Renamed(known)
    try:
        decision = app.preview(command)
    except PlannitError as error:
        return Outcome(the_error(error))
    return Outcome(
        None, renamed(decision.result), renamed(decision.events), *_settled(renamed, decision.writes, decision.removes)
    )


def done(
    app: Plannit, command: c.Command[Any], before: Mapping[str, Any], **more: Any
) -> tuple[Outcome, Mapping[str, Any]]:
    """What `do` does, the ids it made renamed; and the whole books afterwards."""
    renamed = Renamed(ids_in(before))
    try:
        result = app.do(command, **more)
    except PlannitError as error:
        return Outcome(the_error(error)), everything(app.storage, app.company)
    after = everything(app.storage, app.company)
    told = renamed(result), renamed([each.event for each in after["events"][len(before["events"]) :]])
    old, new = by_id(before), by_id(after)
    written = [record for id, record in new.items() if old.get(id) != record]
    removed = [record for id, record in old.items() if id not in new]
    return Outcome(None, *told, *_settled(renamed, written, removed)), after


def by_id(state: Mapping[str, Any]) -> dict[str, Any]:
    return {record.id: record for found in state["records"].values() for record in found}


def _settled(renamed: Renamed, written: Iterable[Any], removed: Iterable[Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Records without regard to their order; as text, which tells everything about them."""
    return frozenset(repr(renamed(each)) for each in written), frozenset(repr(renamed(each)) for each in removed)


SERIES = {
    "com_settings",
    *(f"ser_{name}{year}" for name in ("job", "quote", "invoice") for year in ("", "_2026", "_2027")),
}


def looks_like(one: Any, other: Any, *names: str) -> bool:
    """Whether both have the same under these names."""
    return [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
