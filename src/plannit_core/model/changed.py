"""A document with some of its fields changed, which keeps the amounts that the change leaves as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import fields_dict

from .invoice import Invoice
from .quote import Quote

DocumentT = TypeVar("DocumentT", bound=Quote | Invoice)

_LINES = frozenset(("currency", "lines", "discount_lines"))
_BILLED = frozenset(("currency", "lines", "original_taxes", "adjustments"))
_PAID = frozenset(("currency", "payments"))

RESTS_ON: Mapping[type[Any], Mapping[str, frozenset[str]]] = {
    Quote: {"totals": _LINES, "total": _LINES},
    Invoice: {
        **dict.fromkeys(("original_total", "subtotal", "taxes", "total"), _BILLED),
        **dict.fromkeys(("paid", "rounding"), _PAID),
        "balance": _BILLED | _PAID | {"state"},
    },
}
"""Each amount that a document reckons once, and the fields it is reckoned from."""

_FIELDS = {kind: fields_dict(kind).keys() for kind in RESTS_ON}


def changed(document: DocumentT, **changes: Any) -> DocumentT:
    """`document` with `changes`: the same as `attrs.evolve` gives, at a fraction of the time, for no field of it is checked anew.

    Raises:
        TypeError: for a field that it does not have.
    """
    kind = type(document)
    if not changes.keys() <= _FIELDS[kind]:
        raise TypeError(f"{kind.__name__} has no {', '.join(changes.keys() - _FIELDS[kind])}")
    new = object.__new__(kind)
    known = new.__dict__
    known.update(document.__dict__)
    for name, rests_on in RESTS_ON[kind].items():
        if name in known and not rests_on.isdisjoint(changes):
            del known[name]
    known.update(changes)
    return new
