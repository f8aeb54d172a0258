"""How a wrong storage is made from the right one, and what must notice it."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from plannit_core.testing import Ability

from .glass import Glass, GlassSnapshot, GlassTransaction

Overrides = "Mapping[str, Callable[..., Any]]"


@frozen
class Wrong:
    """A storage that is wrong in one way.

    Attributes:
        storage: Its class.
        check: The check that must fail.
        also: Further topics that this mistake breaks by its nature; checks of no other may fail.
        lacks: What it does not claim to be able to do.
        patience: How long the kit has patience; short for what would wait for ever.
    """

    storage: type[Glass]
    check: str
    also: tuple[str, ...] = ()
    lacks: tuple[Ability, ...] = (Ability.PROCESSES, Ability.JOINED)
    patience: float = 10.0


def wrong(
    check: str,
    *,
    also: tuple[str, ...] = (),
    txn: Overrides | None = None,
    reader: Overrides | None = None,
    both: Overrides | None = None,
    lacks: tuple[Ability, ...] = (Ability.PROCESSES, Ability.JOINED),
    patience: float = 10.0,
    **own: Any,
) -> Wrong:
    """`Glass` with some methods replaced: of its transactions, its readers, of both, or its own."""
    kinds = {
        "transaction": type("Transaction", (GlassTransaction,), {**(both or {}), **(txn or {})}),
        "snapshot": type("Snapshot", (GlassSnapshot,), {**(both or {}), **(reader or {})}),
    }
    return Wrong(type("WrongStorage", (Glass,), {**kinds, **own}), check, also, lacks, patience)
