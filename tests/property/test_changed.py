"""A changed document is the one its fields make: it keeps no amount that the change made wrong (invariants 31 and 32)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import pytest
from attrs import evolve, fields_dict
from hypothesis import given
from hypothesis import strategies as st

from plannit_core.lifecycle import InvoiceState
from plannit_core.model.changed import RESTS_ON, changed
from plannit_core.model.invoice import Adjustment, Invoice
from plannit_core.model.quote import Quote
from plannit_core.testing import strategies as have
from plannit_core.values.money import Currency
from support import looks

SOME_LINES = st.lists(have.lines(), min_size=1, max_size=2).map(tuple)
CURRENCIES = st.sampled_from(["CAD", "USD"]).map(Currency)


@st.composite
def any_quotes(draw: st.DrawFn) -> Quote:
    """Quotes whose discount and currency nobody would let pass, for only their amounts are looked at."""
    return evolve(draw(have.quotes()), discount_lines=draw(SOME_LINES), currency=draw(CURRENCIES))


@st.composite
def any_invoices(draw: st.DrawFn) -> Invoice:
    """Likewise invoices: their state, correction and currency."""
    correction = Adjustment(draw(SOME_LINES), date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC), ())
    state, currency = draw(st.sampled_from(InvoiceState)), draw(CURRENCIES)
    return evolve(draw(have.invoices()), adjustments=(correction,), state=state, currency=currency)


DOCUMENTS = {Quote: any_quotes(), Invoice: any_invoices()}


@pytest.mark.parametrize("kind", DOCUMENTS)
@looks(40)
@given(data=st.data())
def test_what_is_kept_of_a_document_is_what_its_fields_come_to(kind: type[Any], data: st.DataObject) -> None:
    one, other = data.draw(DOCUMENTS[kind]), data.draw(DOCUMENTS[kind])
    amounts(one)  # reckoned once, and then there
    for name in fields_dict(kind):
        change = {name: getattr(other, name)}
        found, expected = changed(one, **change), evolve(one, **change)
        assert found == expected
        assert amounts(found) == amounts(expected), name


def amounts(document: Quote | Invoice) -> dict[str, Any]:
    return {name: getattr(document, name) for name in RESTS_ON[type(document)]}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_amount_that_is_reckoned_once_is_in_the_table(kind: type[Any]) -> None:
    once = {name for name, value in vars(kind).items() if isinstance(value, cached_property)}
    assert once == set(RESTS_ON[kind])


@given(quote=have.quotes())
@looks(1)
def test_a_field_that_a_document_has_not_is_refused(quote: Quote) -> None:
    with pytest.raises(TypeError, match="Quote has no sum"):
        changed(quote, sum=1)
