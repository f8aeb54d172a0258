"""A company's settings ready made."""

from __future__ import annotations

from .model.company import CompanySettings
from .values.money import currency_of
from .values.numbering import Numbering, Restart
from .values.tax import Tax, TaxGroup

QC = TaxGroup("qc", [Tax("GST", "5"), Tax("QST", "9.975")])


def quebec(*, name: str) -> CompanySettings:
    """A company in Québec: Canadian dollars, French, Toronto time, GST 5 % and QST 9.975 %, cash to 0.05.

    Jobs are numbered `J-00001` at opening, quotes `S2026-00001` at first sending, invoices `F2026-00001` at issue; quotes and
    invoices begin again each year.

    >>> quebec(name="Toitures Lavoie").invoice_numbers.printed(1, 2026)
    'F2026-00001'

    Args:
        name: The company's name.

    Raises:
        InvalidInput: `settings.no-name`.
    """
    return CompanySettings(
        name=name,
        currency=currency_of("CAD"),
        language="fr_CA",
        time_zone="America/Toronto",
        tax_group=QC,
        job_numbers=Numbering(prefix="J-"),
        quote_numbers=Numbering(prefix="S{year}-", restart=Restart.YEARLY),
        invoice_numbers=Numbering(prefix="F{year}-", restart=Restart.YEARLY),
    )
