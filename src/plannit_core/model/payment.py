"""Money that changed hands on an invoice: payments and refunds."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import field, frozen

from ..values.ids import PaymentId
from ..values.money import Money, zero
from ..values.shown import shown

CASH = "cash"
CASH_STEP = 5


class PaymentKind(StrEnum):
    """Which way the money went."""

    PAYMENT = "payment"
    REFUND = "refund"


@frozen
class Allocation:
    """What one payment, refund or adjustment did to one instalment.

    Attributes:
        place: The instalment, counted from 1.
        amount: Signed.
    """

    __repr__ = shown

    place: int
    amount: Money


@frozen
class Payment:
    """A payment or a refund. It is never deleted: undone, it is voided and stays.

    Attributes:
        id: `pay_…`.
        kind: Payment or refund.
        amount: What changed hands; never negative.
        rounding: The cash rounding that settles with it; zero unless it was cash and settled the balance. Signed so that
            balance = total - paid - roundings.
        method: `cash`, `cheque`, `card`, or the host's own word.
        paid_on: The day it counts from, in the company's time zone.
        recorded_at: When it was written down.
        allocations: Which instalments it went to.
        reference: A cheque's number, say.
        voided_on: The day it was voided; `None` while it counts.
    """

    __repr__ = shown

    id: PaymentId
    kind: PaymentKind
    amount: Money
    rounding: Money
    method: str
    paid_on: date
    recorded_at: datetime
    allocations: tuple[Allocation, ...]
    reference: str = field(default="", repr=False)
    voided_on: date | None = None

    @property
    def is_voided(self) -> bool:
        """Whether it no longer counts."""
        return self.voided_on is not None

    @property
    def signed(self) -> Money:
        """The amount, a refund's below zero."""
        return -self.amount if self.kind is PaymentKind.REFUND else self.amount

    @property
    def net(self) -> Money:
        """The amount as it counts towards what was received: a refund's is negative; zero when voided."""
        return zero(self.amount.currency) if self.is_voided else self.signed

    def counts_on(self, day: date) -> bool:
        """Whether it counted at the end of `day`."""
        return self.paid_on <= day and (self.voided_on is None or self.voided_on > day)
