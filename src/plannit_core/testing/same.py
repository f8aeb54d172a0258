"""Whether two decisions say the same, though each made ids of its own and was taken at its own instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import fields, has

from ..decisions import Decision
from ..events import PaymentRecorded, PaymentRefunded
from ..values.ids import Id

_OF_THE_COMPANY = ("company", "series")
"""Their ids are no decision's to make."""


def same_decision(one: Decision[Any], other: Decision[Any]) -> bool:
    """Whether two decisions on the same books are the same: results, records, events, in the same order.

    The ids of what is new are renamed in order of appearance, and instants are set aside; days are not.

    >>> from plannit_core import commands as c
    >>> from plannit_core.testing import a_job, an_office
    >>> app = an_office()
    >>> job = a_job(app)
    >>> same_decision(app.preview(c.DraftQuote(job.id)), app.preview(c.DraftQuote(job.id)))
    True
    >>> same_decision(app.preview(c.DraftQuote(job.id)), app.preview(c.PlanWorkOrder(job.id, title="Visite")))
    False
    """
    return bool(told(one) == told(other))


def told(decision: Decision[Any]) -> Any:
    """What a decision says, in a form in which ids it made and instants are no longer told apart."""
    names: dict[str, str] = {}
    for id in new_ids(decision):
        names.setdefault(id, f"new {id.kind} {len(names) + 1}")
    parts = decision.result, decision.writes, decision.removes, decision.events
    return tuple(_renamed(part, names) for part in parts)


def new_ids(decision: Decision[Any]) -> Iterator[Id[Any]]:
    """The ids that a decision made: of new records in the order they are written, and of payments that are recorded."""
    for record in decision.writes:
        if record.version == 1 and record.kind not in _OF_THE_COMPANY:
            yield record.id
    for event in decision.events:
        if isinstance(event, PaymentRecorded | PaymentRefunded):
            yield event.payment_id


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, Id):
        return names.get(value, value)
    if isinstance(value, datetime):
        return "an instant"
    if isinstance(value, (list, tuple)):
        return tuple(_renamed(each, names) for each in value)
    if has(type(value)):
        parts = {each.name: _renamed(getattr(value, each.name), names) for each in fields(type(value))}
        return type(value).__name__, parts
    return value
