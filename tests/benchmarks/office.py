"""The company of the benchmarks, Toitures Lavoie, with ids that are counted and a clock that stands."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from plannit_core import Actor, FixedClock, JobId, Line, Money, Plannit, Price, presets
from plannit_core import commands as c
from plannit_core.ports import Commit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from plannit_core.decisions import Record
    from plannit_core.events import Event
    from plannit_core.ports import IdT, Storage

COMPANY = "erabliere"
MORNING = "2026-03-02T09:00-05:00"


class CountedIds:
    """The same ids each time, as long as those of a live company, in the order they are made."""

    def __init__(self, start: int = 0) -> None:
        self._numbers = count(start)

    def new(self, kind: type[IdT], at: datetime) -> IdT:
        return kind(f"{kind.prefix}_{next(self._numbers):026d}")


def opened(storage: Storage, *, first_id: int = 0, company: str = COMPANY) -> Plannit:
    """A door to a company, configured on first use."""
    marie = Actor.user("u17", name="Marie")
    app = Plannit(storage, company=company, clock=FixedClock(MORNING), ids=CountedIds(first_id), actor=marie)
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    return app


def with_jobs(app: Plannit, jobs: int) -> list[JobId]:
    """So many jobs, each of a contact of its own."""
    contacts = [
        app.do(c.AddContact(f"Client {number}", emails=[f"client{number}@example.com"])) for number in range(jobs)
    ]
    return [app.do(c.OpenJob(contact.id, title="Toit, 12 rue du Moulin")).id for contact in contacts]


def lines(number: int) -> list[Line]:
    """So many lines of a roofer's quote."""
    kinds = (
        ("Bardeaux d'asphalte, le paquet", "42.5", Money.cad("38.95")),
        ("Main-d'œuvre, l'heure", "16", Money.cad("85.00")),
        ("Clous galvanisés, la pièce", "1000", Price.cad("0.0375")),
    )
    return [
        Line(f"{text} ({place})", *rest) for place, (text, *rest) in zip(range(number), kinds * number, strict=False)
    ]


def stored(app: Plannit, records: Sequence[Record], events: Sequence[Event] = (), *, at_once: int = 1_000) -> None:
    """Store records that are ready made, past every rule: how large books are filled in little time."""
    for start in range(0, max(len(records), len(events)), at_once):
        with app.storage.writing(app.company) as transaction:
            transaction.write(
                Commit(
                    at=app.clock.now(),
                    actor_kind=app.actor.kind,
                    actor_id=app.actor.id,
                    command="Filling",
                    writes=tuple(records[start : start + at_once]),
                    events=tuple(events[start : start + at_once]),
                )
            )
