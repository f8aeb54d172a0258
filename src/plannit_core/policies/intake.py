"""Which job folder an invoice belongs to, or that a new one is needed."""

from __future__ import annotations

from typing import Protocol

from ..errors import Refused, reason
from ..model.contact import Contact
from ..model.job import Job


class JobForInvoice(Protocol):
    """Which job takes an invoice for `contact`? `named` is the job the caller named, if any."""

    def __call__(self, contact: Contact, named: Job | None, /) -> Job | None:
        """The job; `None` for a new one."""
        ...


def job_for_invoice(contact: Contact, named: Job | None) -> Job | None:
    """The job that was named, when it is the contact's; else a new one: one request, one job.

    Raises:
        Refused: `job.other-contact`.
    """
    if named is not None and named.contact_id != contact.id:
        raise Refused([reason("job.other-contact", job=named.id, contact=contact.id)])
    return named
