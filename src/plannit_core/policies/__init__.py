"""The business choices a shop may make otherwise: one question each, answered from data.

A policy has no settings, no ids and no clock of its own. `Policies` has one slot for each question, with the house's answer as
its default; a host swaps a slot in code: `Policies(may=my_permissions)`.
"""

from __future__ import annotations

from attrs import frozen

from .approval import InvoicesOnApproval, invoices_on_approval
from .attachment import ObjectionsToAttaching, objections_to_attaching
from .intake import JobForInvoice, job_for_invoice
from .permissions import May, Permission, everyone_may

__all__ = ["May", "Permission", "Policies"]


@frozen(kw_only=True)
class Policies:
    """The questions, and who answers them.

    Attributes:
        invoices_on_approval: Which invoices does this approval call for?
        objections_to_attaching: What speaks against this invoice on that work order?
        job_for_invoice: Which job folder does this invoice belong to, or is a new one needed?
        may: May this actor do what needs these permissions?
    """

    invoices_on_approval: InvoicesOnApproval = invoices_on_approval
    objections_to_attaching: ObjectionsToAttaching = objections_to_attaching
    job_for_invoice: JobForInvoice = job_for_invoice
    may: May = everyone_may
