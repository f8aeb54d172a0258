"""The words of every reason, and of every error."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import InvalidInput, PlannitError, Reason, Refused
from ..model.company import Language
from .formats import language_of
from .reasons_books import BOOKS
from .reasons_input import INPUT
from .reasons_storage import STORAGE
from .templates import Template, told

REASONS: Mapping[str, Template] = {**INPUT, **BOOKS, **STORAGE}
"""Every code with the types of its params and its words in both languages."""


def reason(reason: Reason, lang: str) -> str:
    """What is wrong and what to do next, for the person in front of the screen.

    A code that is not in `REASONS`, a host's own say, gives itself and its params.

    >>> from plannit_core.values.money import Money
    >>> reason(Reason("invoice.has-payments", {"paid": Money.cad("100.00")}), "en")
    'This invoice has received $100.00. Void or refund its payments first.'

    Raises:
        InvalidInput: `labels.language`.
    """
    return _sentence(reason.code, reason.params, language_of(lang))


def error(error: PlannitError, lang: str) -> str:
    """The words of an error; several reasons of a refusal stand on a line each.

    Raises:
        InvalidInput: `labels.language`.
    """
    language = language_of(lang)
    if isinstance(error, Refused) and len(error.reasons) > 1:
        return "\n".join(f"- {reason(each, lang)}" for each in error.reasons)
    path = {"path": error.path} if isinstance(error, InvalidInput) else {}
    return _sentence(error.code, {**error.params, **path}, language)


def _sentence(code: str, params: Mapping[str, object], lang: Language) -> str:
    known = REASONS.get(code)
    if known is not None and known.needs <= params.keys():
        return known.filled(params, lang)
    listed = ", ".join(f"{name}={told(value, lang)}" for name, value in params.items() if value)
    return f"{code} ({listed})" if listed else code
