"""Remembers under its key what each act made, so that later acts find it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from .. import commands as c
from ..app import Plannit
from ..errors import InvalidInput
from ..model.contact import Contact
from ..model.invoice import Invoice
from ..model.job import Job
from ..model.payment import CASH, CASH_STEP
from ..model.quote import Quote
from ..model.work_order import WorkOrder
from ..values.ids import Id, InvoiceId, PaymentId
from ..values.money import Money
from .acts import Act, IdT, act_key
from .cells import Balance
from .journal import Journal
from .records import PAYMENTS


class LiveBook:
    """The ids of what was made so far, in this replay and in those before it.

    Args:
        app: The company's door.
        journal: What was recorded.
    """

    def __init__(self, app: Plannit, journal: Journal) -> None:
        self._app = app
        self._journal = journal
        self._made: dict[tuple[type[Id[Any]], str], Id[Any]] = {}

    def find(self, kind: type[IdT], key: str, /) -> IdT:
        """The id of what was made under `key`. Raises `InvalidInput`, `season.not-made`."""
        if kind is PaymentId:
            return cast(IdT, self._payment(key))
        made = self._made.get((kind, key)) or self._made.get((kind, f"{key}/1"))
        if made is None:
            raise InvalidInput("season.not-made", found=key)
        return cast(IdT, made)

    def amount(self, act: str, invoice: InvoiceId, amount: Decimal | Balance, method: str, sign: int, /) -> Money:
        """`amount`, or what settled the invoice by `method` when the act was first done."""
        settings = self._app.settings
        if isinstance(amount, Decimal):
            return Money(amount, settings.currency)
        if (known := self._journal.payment(act)) is not None:
            return known[1]
        balance = self._app.get(invoice).balance * sign
        return balance.rounded_to(CASH_STEP) if method == CASH and settings.rounds_cash else balance

    def note(self, act: Act, result: object) -> None:
        """Keep what an act made, when something names it."""
        if not act.makes:
            return
        match result:
            case Contact() | Job() | Quote() | WorkOrder() | Invoice():
                self._keep(act.makes, result.id)
            case c.Intake():
                self._keep(act.makes, result.invoice.id)
                self._keep(act.makes, result.job.id)
            case c.QuoteApproval(invoices=invoices) | tuple(invoices):
                for invoice in invoices:
                    self._keep(f"{act.makes}/{invoice.part}", invoice.id)
            case _:
                pass

    def recall(self, act: Act) -> None:
        """Keep what an act made in an earlier replay, some of which is gone since."""
        for id, part in self._journal.made(act.key):
            self._keep(f"{act.makes}/{part}" if part else act.makes, id)

    def _keep(self, key: str, id: Id[Any]) -> None:
        self._made[type(id), key] = id

    def _payment(self, key: str) -> PaymentId:
        self._journal.catch_up()
        known = self._journal.payment(act_key(PAYMENTS, key))
        if known is None:
            raise InvalidInput("season.not-made", found=key)
        return known[0]
