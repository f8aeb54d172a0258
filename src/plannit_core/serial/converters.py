"""The cattrs converter: strict hooks for classes, lists and optional values, over those of the scalars and values.

Two are built from the same hooks. In the *store* every field stands and is needed, so that nothing hangs on the defaults of a later
version. On the *wire* a field at its default is left out, and may be.
"""

from __future__ import annotations

from functools import lru_cache

from cattrs import Converter

from .containers import add_containers
from .documents import add_documents
from .scalars import add_scalars
from .values import add_values


def converter() -> Converter:
    """A new strict converter in the wire form, for you to extend: it knows every value, command and event of the library.

    What is wrong is an `InvalidInput` with the path to it. Register your own hooks before you first use it.

    >>> from plannit_core.values.money import Money
    >>> converter().unstructure(Money.cad("985.92"))
    {'amount': '985.92', 'currency': 'CAD'}
    """
    return _built(is_lean=True)


@lru_cache(maxsize=1)
def wire() -> Converter:
    """The converter of commands; its hooks are made as they are needed."""
    return _built(is_lean=True)


@lru_cache(maxsize=1)
def store() -> Converter:
    """The converter of records and events; its hooks are made as they are needed."""
    new = _built(is_lean=False)
    add_documents(new)
    return new


def _built(*, is_lean: bool) -> Converter:
    new = Converter(omit_if_default=is_lean)
    add_containers(new)
    add_scalars(new)
    add_values(new)
    return new
