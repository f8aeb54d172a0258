"""One fixed value for each shape: what the golden files beside this one hold.

A sample names every field it means, also those at their default, so that a default that changes is noticed. Never change a sample
that has a golden file; add another.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from plannit_core import commands as c
from plannit_core import events as e
from plannit_core.lifecycle import InvoiceState, JobState, QuoteState, WorkOrderState
from plannit_core.model.company import Company, CompanySettings, Series, Split
from plannit_core.model.contact import Contact
from plannit_core.model.instalments import InvoiceInstalment
from plannit_core.model.invoice import Adjustment, Invoice
from plannit_core.model.job import Job
from plannit_core.model.payment import Allocation, Payment, PaymentKind
from plannit_core.model.quote import Approval, Quote
from plannit_core.model.work_order import WorkOrder
from plannit_core.values.actors import Actor
from plannit_core.values.ids import (
    CompanyId,
    ContactId,
    InvoiceId,
    JobId,
    PaymentId,
    QuoteId,
    SeriesId,
    WorkOrderId,
)
from plannit_core.values.lines import Line
from plannit_core.values.mapping import Keys
from plannit_core.values.money import Money, Price, currency_of
from plannit_core.values.numbering import Numbering, Restart
from plannit_core.values.schedule import Discount, Instalment, Schedule, Share, When
from plannit_core.values.tax import Tax, TaxAmount, TaxGroup

COM, SER, CON = CompanyId("com_settings"), SeriesId("ser_invoice_2026"), ContactId("con_42")
JOB, QUO, INV = JobId("job_1"), QuoteId("quo_1"), InvoiceId("inv_1")
WOR, PAY, OTHER_JOB = WorkOrderId("wor_1"), PaymentId("pay_1"), JobId("job_2")
CAD = currency_of("CAD")
AT = datetime(2026, 3, 2, 14, 0, 0, 250, tzinfo=UTC)
ON, LATER = date(2026, 3, 2), date(2026, 6, 15)
GST, QST = Tax("GST", "5"), Tax("QST", "9.975")
QC = TaxGroup("qc", [GST, QST])
QC_BEFORE = TaxGroup("qc", [Tax("GST", "6"), QST])
CENTS = Money.cad("985.92")

LABOUR = Line("Main-d'œuvre", "10", Price.cad("85.00"), tax=QC, cost=Price.cad("40.5"))
NAILS = Line("Clous", "1000", Price.cad("0.0375"), tax=QC, cost=None)
PERMIT = Line("Permis", "-0.5", Price.cad("12.00"), tax=TaxGroup.EXEMPT)
UNTAXED = Line("Rabais", "1", Price.cad("-50.00"), tax=None)

MANY = Schedule.many_invoices(
    [
        Instalment.percent("33.3333", When.ON_APPROVAL),
        Instalment.fixed(Money.cad("100.00"), When.on(LATER)),
        Instalment.percent("10", When.after(months=1, days=15)),
        Instalment.percent("1", When.after()),
        Instalment.rest(When.TO_BE_PLANNED),
    ],
    name="En cinq fois",
    discount=Discount.percent("2.5"),
)
ONE = Schedule.one_invoice([Instalment.percent(100, When.AT_BILLING)], name=None, discount=None)
CHEAPER = Schedule.one_invoice(
    [Instalment.rest(When.ON_APPROVAL)], name="Comptant", discount=Discount.amount(Money.cad("20.00"))
)
DUE = Schedule.one_invoice(
    [Instalment.percent(50, When.on(LATER)), Instalment.rest(When.AT_BILLING)], name="Deux temps"
)

SETTINGS = CompanySettings(
    name="Toitures Lavoie",
    currency=CAD,
    language="fr_CA",
    time_zone="America/Toronto",
    tax_group=QC,
    job_numbers=Numbering(prefix="J-", suffix="", length=5, start=1, restart=Restart.NEVER, strict=False),
    quote_numbers=Numbering(prefix="S{year}-", suffix="", length=5, start=1, restart=Restart.YEARLY, strict=False),
    invoice_numbers=Numbering(prefix="F{year}-", suffix="", length=5, start=1, restart=Restart.YEARLY, strict=False),
    terms_days=0,
    quote_validity_days=30,
    generates_on_approval=True,
    sends_on_approval=True,
    has_first_payment_on_approval=False,
    rounds_cash=True,
    split=Split.EXACT,
    day_cap=1000,
    default_schedules=(),
)
OTHER_SETTINGS = CompanySettings(
    name="Ada & Fils",
    currency=CAD,
    language="en",
    time_zone="America/Halifax",
    tax_group=TaxGroup.EXEMPT,
    job_numbers=Numbering(prefix="", suffix="-J", length=3, start=100, restart=Restart.YEARLY, strict=True),
    quote_numbers=Numbering(prefix="", suffix="", length=9, start=1, restart=Restart.NEVER, strict=False),
    invoice_numbers=Numbering(prefix="", suffix="/{year}", length=1, start=7, restart=Restart.NEVER, strict=True),
    terms_days=30,
    quote_validity_days=0,
    generates_on_approval=False,
    sends_on_approval=False,
    has_first_payment_on_approval=True,
    rounds_cash=False,
    split=Split.PER_INVOICE,
    day_cap=5,
    default_schedules=(MANY, CHEAPER),
)

RECORDS: dict[str, dict[str, Any]] = {
    "company": {
        "quebec": Company(COM, 1, SETTINGS),
        "other": Company(COM, 2, OTHER_SETTINGS),
        "held": Company(COM, 3, SETTINGS, numbers_are_held=True),
    },
    "series": {"yearly": Series(SER, 7, last=42, start=1)},
    "contact": {
        "least": Contact(CON, 1, "Ada Byron", emails=(), phones=(), language=None, external=Keys()),
        "full": Contact(
            CON,
            2,
            "Ada Byron",
            emails=("ada@example.com", "a.byron@example.org"),
            phones=("+1 514 555-0100",),
            language="en",
            external=Keys({"quickbooks": "1042"}),
        ),
    },
    "job": {
        "open": Job(
            JOB,
            1,
            CON,
            "J-00001",
            "Toit, 12 rue du Moulin",
            "Web",
            "New",
            AT,
            ON,
            state=JobState.OPEN,
            external=Keys({"erp": "A-7"}),
        )
    },
    "quote": {
        "draft": Quote(QUO, 1, JOB, CON, CAD, (), (ONE,), state=QuoteState.DRAFT),
        "approved": Quote(
            QUO,
            3,
            JOB,
            CON,
            CAD,
            (LABOUR, NAILS, PERMIT),
            (MANY, CHEAPER),
            state=QuoteState.APPROVED,
            number="S2026-00001",
            sent_at=AT,
            sent_on=ON,
            valid_until=date(2026, 4, 1),
            discount_lines=(Line("Comptant", "1", Price.cad("-20.00"), tax=QC),),
            approval=Approval(AT, ON, Actor.client(CON, name="Ada Byron"), CON, CHEAPER, Split.EXACT),
            decline_reason=None,
            external=Keys({"erp": "Q-1"}),
        ),
        "declined": Quote(
            QUO, 3, JOB, CON, CAD, (UNTAXED,), (ONE,), state=QuoteState.DECLINED, decline_reason="Trop cher"
        ),
    },
    "invoice": {
        "draft": Invoice(INV, 1, JOB, CON, CAD, (), (), (), state=InvoiceState.DRAFT),
        "issued": Invoice(
            INV,
            9,
            JOB,
            CON,
            CAD,
            (LABOUR, UNTAXED),
            (
                TaxAmount("GST", GST.rate, Money.cad("850.00"), Money.cad("42.50")),
                TaxAmount("QST", QST.rate, Money.cad("850.00"), Money.cad("84.79")),
            ),
            (
                InvoiceInstalment(Share("33.3333"), When.ON_APPROVAL, Money.cad("309.10"), Money.cad("100.02"), ON),
                InvoiceInstalment(
                    Share(fixed=Money.cad("100.00")), When.on(LATER), Money.cad("100.00"), Money.cad("0.00"), LATER
                ),
                InvoiceInstalment(Share(), When.TO_BE_PLANNED, Money.cad("518.19"), Money.cad("0.00"), None),
            ),
            state=InvoiceState.ISSUED,
            quote_id=QUO,
            part=2,
            number="F2026-00001",
            send_on=ON,
            issued_on=ON,
            issued_at=AT,
            sent_at=AT,
            is_undeliverable=False,
            voided_on=None,
            payments=(
                Payment(
                    PAY,
                    PaymentKind.PAYMENT,
                    Money.cad("100.00"),
                    Money.cad("0.02"),
                    "cash",
                    ON,
                    AT,
                    (Allocation(1, Money.cad("100.02")),),
                    reference="118",
                    voided_on=None,
                ),
                Payment(
                    PaymentId("pay_2"),
                    PaymentKind.REFUND,
                    Money.cad("5.00"),
                    Money.cad("0.00"),
                    "cheque",
                    ON,
                    AT,
                    (),
                    reference="",
                    voided_on=LATER,
                ),
            ),
            adjustments=(
                Adjustment(
                    (Line("Correction", "1", Price.cad("-10.00"), tax=QC_BEFORE),),
                    ON,
                    AT,
                    (Allocation(3, Money.cad("-11.60")),),
                    reason="Oubli",
                ),
            ),
            note="Merci",
            external=Keys({"erp": "F-1"}),
        ),
        "voided": Invoice(
            INV,
            2,
            JOB,
            CON,
            CAD,
            (PERMIT,),
            (),
            (),
            state=InvoiceState.VOIDED,
            number="F2026-00002",
            issued_on=ON,
            issued_at=AT,
            is_undeliverable=True,
            voided_on=LATER,
        ),
    },
    "work_order": {
        "planned": WorkOrder(
            WOR, 1, JOB, "Visite", planned_on=None, state=WorkOrderState.PLANNED, invoice_ids=(), completed_at=None
        ),
        "completed": WorkOrder(
            WOR,
            3,
            JOB,
            "Visite",
            planned_on=ON,
            state=WorkOrderState.COMPLETED,
            invoice_ids=(INV, InvoiceId("inv_2")),
            completed_at=AT,
        ),
    },
}

EVENTS: tuple[e.Event, ...] = (
    e.CompanyConfigured(COM),
    e.NumbersHeld(COM),
    e.NumbersResumed(COM),
    e.SeriesMovedOn(SER, 42),
    e.ContactAdded(CON),
    e.ContactEdited(CON),
    e.JobOpened(JOB, CON),
    e.JobEdited(JOB),
    e.QuoteDrafted(QUO, JOB),
    e.QuoteEdited(QUO, JOB),
    e.QuoteSent(QUO, JOB, CENTS, LATER),
    e.QuoteUndeliverable(QUO, JOB),
    e.QuoteApproved(QUO, JOB, CON, CENTS),
    e.QuoteDeclined(QUO, JOB),
    e.QuoteExtended(QUO, JOB, LATER),
    e.InvoiceDrafted(INV, JOB, CENTS, quote_id=None, part=None),
    e.InvoiceDrafted(INV, JOB, CENTS, quote_id=QUO, part=2),
    e.InvoiceEdited(INV, JOB, CENTS),
    e.InvoicePlanned(INV, JOB, LATER),
    e.InvoiceHeld(INV, JOB),
    e.InvoiceIssued(INV, JOB, "F2026-00001", ON, CENTS),
    e.InvoiceSent(INV, JOB),
    e.InvoiceUndeliverable(INV, JOB),
    e.DraftDiscarded(INV, JOB),
    e.InvoiceAdjusted(INV, JOB, Money.cad("-11.60"), CENTS),
    e.InvoiceVoided(INV, JOB, CENTS),
    e.InvoiceMovedOut(INV, JOB, OTHER_JOB),
    e.InvoiceMovedIn(INV, OTHER_JOB, JOB),
    e.InstalmentPlanned(INV, JOB, 2, LATER),
    e.InstalmentPlanned(INV, JOB, 2, None),
    e.PaymentRecorded(INV, JOB, PAY, Money.cad("100.00"), Money.cad("0.02"), ON),
    e.PaymentVoided(INV, JOB, PAY, PaymentKind.REFUND, CENTS),
    e.PaymentRefunded(INV, JOB, PAY, Money.cad("5.00"), Money.cad("0.00"), ON),
    e.InvoicePaid(INV, JOB),
    e.WorkOrderPlanned(WOR, JOB),
    e.WorkOrderCompleted(WOR, JOB),
    e.WorkOrderCancelled(WOR, JOB),
    e.InvoiceAttached(INV, JOB, WOR),
    e.InvoiceDetached(INV, JOB, WOR),
)

COMMANDS: dict[str, dict[str, c.Command[Any]]] = {
    "ConfigureCompany": {
        "quebec": c.ConfigureCompany(SETTINGS),
        "other": c.ConfigureCompany(OTHER_SETTINGS),
    },
    "HoldNumbers": {"only": c.HoldNumbers()},
    "ResumeNumbers": {
        "least": c.ResumeNumbers(),
        "full": c.ResumeNumbers(last=["F2026-00042", "S2026-00007"]),
    },
    "AddContact": {
        "least": c.AddContact("Ada Byron"),
        "full": c.AddContact(
            "Ada Byron", emails=["ada@example.com"], phones=["514 555-0100"], language="fr", external={"erp": "7"}
        ),
    },
    "EditContact": {
        "least": c.EditContact(CON),
        "full": c.EditContact(
            CON, name="Ada", emails=["ada@example.com"], phones=["514"], language="en", external={"erp": "7"}
        ),
        "emptied": c.EditContact(CON, emails=[], phones=[], language=None, external={}),
    },
    "OpenJob": {
        "least": c.OpenJob(CON),
        "full": c.OpenJob(CON, title="Toit", source="Web", external={"erp": "7"}),
    },
    "EditJob": {
        "least": c.EditJob(JOB),
        "full": c.EditJob(JOB, title="Toit", source="Web", status="Won", external={"erp": "7"}),
    },
    "DraftQuote": {
        "least": c.DraftQuote(JOB),
        "full": c.DraftQuote(
            JOB, lines=[LABOUR, NAILS, PERMIT, UNTAXED], schedules=[MANY, CHEAPER], external={"erp": "7"}
        ),
    },
    "EditQuote": {
        "least": c.EditQuote(QUO),
        "full": c.EditQuote(QUO, lines=[LABOUR], schedules=[ONE], external={"erp": "7"}),
        "emptied": c.EditQuote(QUO, lines=[], schedules=[], external={}),
    },
    "SendQuote": {"only": c.SendQuote(QUO)},
    "ApproveQuote": {
        "least": c.ApproveQuote(QUO),
        "full": c.ApproveQuote(QUO, schedule="Comptant", on_behalf_of=CON, despite_expiry=True, send=False),
    },
    "DeclineQuote": {"least": c.DeclineQuote(QUO), "full": c.DeclineQuote(QUO, reason="Trop cher")},
    "ExtendQuote": {"only": c.ExtendQuote(QUO, valid_until=LATER)},
    "GenerateInvoices": {"only": c.GenerateInvoices(QUO)},
    "DraftInvoice": {
        "least": c.DraftInvoice(JOB),
        "full": c.DraftInvoice(JOB, lines=[LABOUR, UNTAXED], schedule=DUE, external={"erp": "7"}),
    },
    "InvoiceContact": {
        "least": c.InvoiceContact(CON),
        "full": c.InvoiceContact(CON, job_id=JOB, lines=[NAILS], schedule=DUE, external={"erp": "7"}),
    },
    "EditInvoice": {
        "least": c.EditInvoice(INV),
        "full": c.EditInvoice(INV, lines=[LABOUR], schedule=DUE, note="Merci", external={"erp": "7"}),
        "emptied": c.EditInvoice(INV, lines=[], schedule=None, note=None, external={}),
    },
    "PlanInvoice": {"only": c.PlanInvoice(INV, send_on=LATER)},
    "HoldInvoice": {"only": c.HoldInvoice(INV)},
    "IssueInvoice": {"only": c.IssueInvoice(INV)},
    "SendInvoice": {"only": c.SendInvoice(INV)},
    "SendPlannedInvoice": {"only": c.SendPlannedInvoice(INV)},
    "DiscardDraft": {"only": c.DiscardDraft(INV)},
    "AdjustInvoice": {
        "least": c.AdjustInvoice(INV, lines=[UNTAXED]),
        "full": c.AdjustInvoice(INV, lines=[PERMIT, UNTAXED], reason="Oubli"),
    },
    "VoidInvoice": {"only": c.VoidInvoice(INV)},
    "MoveInvoice": {"only": c.MoveInvoice(INV, job_id=OTHER_JOB)},
    "PlanInstalment": {
        "open": c.PlanInstalment(INV, instalment=2, due_on=None),
        "dated": c.PlanInstalment(INV, instalment=2, due_on=LATER),
    },
    "RecordPayment": {
        "least": c.RecordPayment(INV, CENTS, method="cash"),
        "full": c.RecordPayment(
            INV, CENTS, method="cheque", reference="118", received_on=ON, instalment=2, allow_overpayment=True
        ),
    },
    "VoidPayment": {"only": c.VoidPayment(INV, payment_id=PAY)},
    "RefundPayment": {
        "least": c.RefundPayment(INV, CENTS, method="cash"),
        "full": c.RefundPayment(INV, CENTS, method="virement", refunded_on=ON),
    },
    "PlanWorkOrder": {
        "least": c.PlanWorkOrder(JOB, title="Visite"),
        "full": c.PlanWorkOrder(JOB, title="Visite", on=ON),
    },
    "CompleteWorkOrder": {"only": c.CompleteWorkOrder(WOR)},
    "CancelWorkOrder": {"only": c.CancelWorkOrder(WOR)},
    "AttachInvoice": {"only": c.AttachInvoice(WOR, invoice_id=INV)},
    "DetachInvoice": {"only": c.DetachInvoice(WOR, invoice_id=INV)},
    "AddInvoice": {
        "least": c.AddInvoice(WOR),
        "full": c.AddInvoice(WOR, new=True, lines=[NAILS], schedule=DUE),
    },
}

RESULTS: dict[str, Any] = {
    "nothing": None,
    "a record": RECORDS["invoice"]["draft"],
    "none": (),
    "records": (RECORDS["invoice"]["draft"], RECORDS["job"]["open"]),
    "approval": c.QuoteApproval(RECORDS["quote"]["approved"], (RECORDS["invoice"]["draft"],)),
    "intake": c.Intake(RECORDS["job"]["open"], RECORDS["invoice"]["draft"], job_is_new=True),
}
