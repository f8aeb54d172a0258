"""What the tests of the command share: what a run came to, a terminal, a planned invoice."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from plannit_core import Line, Money
from plannit_core import commands as c
from plannit_core.cli.charset import columns

if TYPE_CHECKING:
    from plannit_core import Plannit
    from plannit_core.values.ids import InvoiceId


@frozen
class Ran:
    """What a run came to."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its JSON document: one, and nothing else."""
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        """The problem document of a failed run."""
        return json.loads(self.err)


def planned_invoice(app: Plannit, *, lines: int = 1) -> InvoiceId:
    """The id of an invoice that is to leave on 6 March 2024."""
    contact = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    made = app.do(c.InvoiceContact(contact.id, lines=[Line("Call-out", 1, Money.cad("120.00"))] * lines))
    return app.do(c.PlanInvoice(made.invoice.id, send_on=date(2024, 3, 6))).id


class Terminal(io.StringIO):
    """A stream at which somebody is looking."""

    encoding = "utf-8"  # type: ignore[assignment]  # writable here

    def isatty(self) -> bool:
        return True


def longest(text: str) -> int:
    """The columns of the longest line."""
    return max(map(columns, text.splitlines()))


SOURCE = str(Path(__file__).parents[3] / "src")


def environment(**changes: str) -> dict[str, str]:
    """The environment of a process of its own."""
    return {**os.environ, "PYTHONPATH": SOURCE, **changes}
