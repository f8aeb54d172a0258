"""What people, programs and attackers put into fields; and the same prepared books in memory and on SQLite, to try it on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import fields, frozen

from plannit_core import (
    Actor,
    FixedClock,
    Instalment,
    Line,
    Money,
    Plannit,
    PlannitError,
    Price,
    Schedule,
    Share,
    Tax,
    TaxGroup,
    When,
    labels,
    presets,
)
from plannit_core import commands as c
from plannit_core.decisions import Record
from plannit_core.values import ids
from plannit_core.values.mapping import Keys
from support import cad, everything

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plannit_core.ports import Storage

TODAY = date(2026, 3, 2)
GUTTERS = Line("Gutters", 1, cad(100_00))
HUGE = Line("x", 1, Money.of_minor(10**16 - 1, "CAD"))


class Vague:
    """What an array of numbers is to whoever expects one value: no hash, no truth, compared with anything it is neither."""

    __hash__ = None  # type: ignore[assignment]  # as an array has it

    def __eq__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")


def deep(kind: type) -> Any:
    found: Any = kind()
    for _ in range(100_000):
        found = [found] if kind is list else {"a": found}
    return found


# fmt: off
NUMBERS: tuple[Any, ...] = (
    *map(float, ("nan", "inf", "-inf", "12.9", "5", "1e308", "-0.0")),
    0, 1, 5, -1, 2**63, 2**63 - 1, -(2**63) - 1, 10**30, -(10**30), 10**5000, True, False, 1j, Fraction(1, 3),
    *map(Decimal, ("NaN", "sNaN", "Infinity", "-Infinity", "1e999999", "-1e999999", "1e-999999", "0E+999999", "-0", "12.9")),
    Decimal("1." + "0" * 5000), Decimal("1E+2"),
    "1e999999", "NaN", "Infinity", "12.9", "5", "1_000", "١٠", "１２", " 5", "5\n", "0x10", "9" * 5000, "-", "+.5", "1,5",
)
TEXTS: tuple[str, ...] = (
    "", " ", "\n", "\u3000", "\x00", "a\x00b", "\x1b[31mred", "\x7f", "a\x08b", "\x85", "\r\n\t",
    "\ud800", "a\udfffb", "\udc80", "\ufffe", "\ufeffbom", "\u200b", "\u2028", "\u202eevil", "\u2066x\u2069", "\u061c",
    "عميل 5", "שלום עולם", "e\u0301" * 10, "😀" * 10, "ﷺ", "İstanbul", "ß", "ﬁ", "á" * 200, "界" * 51,
    "'; DROP TABLE records; --", '" OR ""="', "Robert'); --", "%s %(x)s {0} {path}", "NULL", "null", "..\\..\\x",
    "<script>alert(1)</script>", "<!ENTITY x 'y'>", "]]>", "&lt;", "=1+1", "@SUM(A1)", "../../etc/passwd", "$(id)", "{{7*7}}",
    "a" * 51, "a" * 201, "a" * 5_001, "a" * 100_000, "x@y", "a@b.ca", "a@b@c", "<a@b.ca>", "2026-03-02", "0001-01-01",
    "2026-13-45", "job_1", "inv_none", "inv_", "INV_1", "inv_" + "x" * 61, "inv_é", "inv_1; --", "cash", "exact", "fr_CA",
)
THINGS: tuple[Any, ...] = (
    None, object(), object, len, ..., NotImplemented, c.UNSET, Vague(), Exception("x"), b"bytes", bytearray(b"x"),
    [], (), {}, set(), [None], [[]], {"a": 5}, {5: "a"}, {"erp": "\x00"}, {"a:b": "1"}, {"erp": "1"}, {"": "1"},
    [""], ["\ud800"], ["a@b.ca"] * 21, ["a@b.ca", "a@b.ca"], ["a" * 51], [Vague()], deep(list), deep(dict),
    date.min, date.max, date(1899, 12, 31), date(9999, 1, 1), TODAY, TODAY - timedelta(1), TODAY + timedelta(1),
    datetime(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), time(9), timedelta(1),
    *(kind(f"{prefix}_none") for prefix, kind in ids.ID_TYPES.items()), ids.InvoiceId("inv_1"), ids.JobId("job_2"),
    [GUTTERS] * 10_001, [GUTTERS, GUTTERS], [GUTTERS, None], [Line("x", 1, Money(5, "USD"))], [HUGE] * 200, GUTTERS,
    cad(5), cad(0), cad(-1), Money(5, "USD"), Money(5, "JPY"), Money.of_minor(10**18 - 1, "CAD"), [cad(5)], Price.cad(5),
    TaxGroup.EXEMPT, Tax("GST", 5), When.ON_APPROVAL, Share(), Keys({"erp": "<b>"}), Actor.user("u18"),
)
# fmt: on
HOSTILE = NUMBERS + TEXTS + THINGS


class Counted:
    """Ids that are counted, so that two storages give the same."""

    def __init__(self) -> None:
        self.count = 0

    def new(self, kind: Any, at: datetime) -> Any:
        self.count += 1
        return kind(f"{kind.prefix}_{self.count}")


# ----------------------------------------------------------------------------------------------------------------- books


@frozen(eq=False)
class Offices:
    """The same books on several storages, and a command of every kind that would be done on them."""

    apps: tuple[Plannit, ...]
    commands: dict[type, c.Command[Any]]

    def books(self) -> list[Any]:
        return [everything(app.storage, app.company) for app in self.apps]

    def try_it(self, command: c.Command[Any], actor: Actor | None = None) -> tuple[str, Any]:
        """What `command` comes to, on every storage; nothing of it stays."""
        verdicts = [verdict(app.acting_as(actor or app.actor), command) for app in self.apps]
        assert all(each == verdicts[0] for each in verdicts), type(command)
        return verdicts[0]


def offices_on(*storages: Storage) -> Offices:
    clock = FixedClock("2026-03-02T09:00-05:00")
    apps = [Plannit(each, company="lavoie", clock=clock, ids=Counted(), actor=Actor.user("u17")) for each in storages]
    commands = [prepared(app) for app in apps]
    assert all(each == commands[0] for each in commands)
    return Offices(tuple(apps), commands[0])


def prepared(app: Plannit) -> dict[type, c.Command[Any]]:
    """Fill the books; gives a command of every kind that would be done."""

    def draft() -> ids.InvoiceId:
        return app.do(c.DraftInvoice(roof.id, lines=[GUTTERS])).id

    def quote() -> ids.QuoteId:
        halves = [Instalment.percent(50, When.ON_APPROVAL), Instalment.rest(When.after(days=60))]
        return app.do(c.DraftQuote(roof.id, lines=[GUTTERS], schedules=[Schedule.many_invoices(halves)])).id

    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    ada = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"], external={"erp": "A-1"}))
    roof, yard = app.do(c.OpenJob(ada.id)), app.do(c.OpenJob(ada.id))
    offered, sent, approved = quote(), app.do(c.SendQuote(quote())).id, app.do(c.SendQuote(quote())).id
    app.do(c.DiscardDraft(app.do(c.ApproveQuote(approved)).invoices[1].id))
    first, planned, unpaid, paid = draft(), draft(), draft(), draft()
    app.do(c.PlanInvoice(planned, send_on=TODAY))
    app.do(c.IssueInvoice(unpaid))
    payment = app.do(c.RecordPayment(paid, cad(20_00), method="card")).payments[0].id
    visit = app.do(c.PlanWorkOrder(roof.id, title="Visite")).id
    app.do(c.AttachInvoice(visit, invoice_id=unpaid))
    # fmt: off
    commands: list[c.Command[Any]] = [
        c.ConfigureCompany(app.settings), c.AddContact("Zoé"), c.EditContact(ada.id), c.OpenJob(ada.id), c.EditJob(roof.id),
        c.DraftQuote(roof.id), c.EditQuote(offered), c.SendQuote(offered), c.ApproveQuote(sent), c.DeclineQuote(sent),
        c.ExtendQuote(sent, valid_until=TODAY), c.GenerateInvoices(approved), c.DraftInvoice(roof.id),
        c.InvoiceContact(ada.id), c.EditInvoice(first), c.PlanInvoice(first, send_on=TODAY), c.HoldInvoice(planned),
        c.IssueInvoice(first), c.SendInvoice(first), c.SendPlannedInvoice(planned), c.DiscardDraft(first),
        c.AdjustInvoice(unpaid, lines=[GUTTERS]), c.VoidInvoice(unpaid), c.MoveInvoice(first, job_id=yard.id),
        c.PlanInstalment(unpaid, instalment=1, due_on=None), c.RecordPayment(unpaid, cad(10_00), method="card"),
        c.VoidPayment(paid, payment_id=payment), c.RefundPayment(paid, cad(5_00), method="card"),
        c.PlanWorkOrder(roof.id, title="Visite"), c.CompleteWorkOrder(visit), c.CancelWorkOrder(visit),
        c.AttachInvoice(visit, invoice_id=first), c.DetachInvoice(visit, invoice_id=unpaid), c.AddInvoice(visit, new=True),
        c.HoldNumbers(), c.ResumeNumbers(last=["F2026-00042"]),
    ]
    # fmt: on
    return {type(command): command for command in commands}


FIRST: Mapping[type, c.Command[Any]] = {c.ResumeNumbers: c.HoldNumbers()}
"""What has to be done before a command of the table, and would keep the others from being done."""


class Undo(Exception):
    """Ends a transaction without a trace."""


def verdict(app: Plannit, command: c.Command[Any]) -> tuple[str, Any]:
    """What it came to; its records read back from the storage are those that were given."""
    assert isinstance(app.ids, Counted)
    app.ids.count = 10_000
    result: Any = None
    try:
        with app.transaction() as here:
            if type(command) in FIRST:
                here.do(FIRST[type(command)])
            result = here.do(command)
            for record in records_in(result):
                assert here.get(record.id) == record
            raise Undo  # noqa: TRY301  # this is how a transaction is taken back
    except Undo:
        return "done", result
    except PlannitError as error:
        return told(error)


def records_in(result: Any) -> list[Record]:
    if result is None or isinstance(result, (bool, Record)):
        return [result] if isinstance(result, Record) else []
    parts = result if isinstance(result, tuple) else [getattr(result, each.name) for each in fields(type(result))]
    return [record for part in parts for record in records_in(part)]


# ---------------------------------------------------------------------------------------------------------------- errors


def told(error: PlannitError) -> tuple[str, Any]:
    """Class, code, path and text of an error, which can be shown in both languages."""
    for language in ("en", "fr"):
        assert json.dumps(labels.problem(error, language), ensure_ascii=False).encode()
    return type(error).__name__, (error.code, getattr(error, "path", None), str(error))


def repeats(error: PlannitError, hostile: Any) -> bool:
    """Whether an error says again what was typed in; ids and short words may be told."""
    is_text = isinstance(hostile, str) and len(hostile) > 10 and hostile.partition("_")[0] not in ids.ID_TYPES
    return is_text and hostile in str(error) + json.dumps(labels.problem(error, "fr"), ensure_ascii=False)
