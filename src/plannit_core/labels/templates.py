"""Sentences with gaps: how params are put into words.

A template is text for `str.format`. A part in square brackets is left out when one of its params is missing, empty or zero; after
a bar in the brackets stands what is tried instead: `Instalment {instalment}[ due on {due_on}| to be planned].`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date as day
from datetime import datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import TypeVar

from attrs import field, frozen

from ..errors import InvalidInput
from ..model.company import Language
from ..values.money import Money, Price
from . import formats, words

T = TypeVar("T")

MOST_TOLD = 10
_SECTION = re.compile(r"\[([^\[\]]*)\]")
_GAP = re.compile(r"\{(\w+)\}")


@frozen
class Template:
    """A sentence in both languages.

    Attributes:
        en: In English.
        fr: In French.
        params: The type of each param; any of them may be missing where a template has it in brackets only.
    """

    en: str
    fr: str = field(converter=formats.typeset)
    params: Mapping[str, type] = field(factory=dict)

    @cached_property
    def needs(self) -> frozenset[str]:
        """The params without which there is no sentence."""
        return frozenset(_GAP.findall(_SECTION.sub("", self.en)) + _GAP.findall(_SECTION.sub("", self.fr)))

    def filled(self, params: Mapping[str, object], lang: Language) -> str:
        """The sentence, or as much of it as `params` allow."""
        text = self.en if lang is Language.EN else self.fr
        chosen = _SECTION.sub(lambda section: _chosen(section[1], params), text)
        return chosen.format_map({name: _spoken(name, value, lang) for name, value in params.items()})


def template(en: str, fr: str, **params: type) -> Template:
    """A `Template` with the types of its params given by keyword."""
    return Template(en, fr, params)


def told(value: object, lang: Language) -> str:
    """A param in the language. What is no plain value shows its type only: it might hold a name."""
    match value:
        case None:
            return ""
        case str():
            return str(value)
        case Money() | Price():
            return formats.money(value, lang)
        case bool() | datetime():
            return str(value)
        case int() | Decimal():
            return _written(formats.number, value, lang)
        case day():
            return _written(formats.date, value, lang)
        case tuple() | list():
            return _listed([told(each, lang) for each in value])
        case _:
            return type(value).__name__


def _chosen(section: str, params: Mapping[str, object]) -> str:
    alternatives = section.split("|")
    return next((each for each in alternatives if all(params.get(name) for name in _GAP.findall(each))), "")


def _spoken(name: str, value: object, lang: Language) -> str:
    """A param whose name says that it has words of its own, else as it is told."""
    if isinstance(value, (tuple, list)):
        one = _invoice if name == "invoices" else partial(_spoken, name)
        return _listed([one(each, lang) for each in value])
    speaks = _SPEAKING.get(name)
    return speaks(value, lang) if speaks and isinstance(value, str) else told(value, lang)


def _invoice(value: object, lang: Language) -> str:
    """A number and a total as an invoice to choose; one without a number is a draft."""
    match value:
        case (number, Money() as total):
            return f"{number or words.state('invoice', 'draft', lang).lower()} {formats.money(total, lang)}"
        case _:
            return told(value, lang)


def _written(write: Callable[[T, str], str], value: T, lang: Language) -> str:
    """`value` as it is written; as it is where it is none that the library would take, since words never fail."""
    try:
        return write(value, lang)
    except InvalidInput:
        return str(value)


def _listed(parts: list[str]) -> str:
    known = [part for part in parts if part]
    return ", ".join([*known[:MOST_TOLD], *(["…"] if len(known) > MOST_TOLD else [])])


_SPEAKING: Mapping[str, Callable[[str, str], str]] = {
    "action": words.any_action,
    "kind": words.kind,
    "series": words.kind,
    "needs": words.permission,
    "payment_kind": words.payment_kind,
}
