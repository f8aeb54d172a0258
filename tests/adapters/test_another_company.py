"""Another company's id is told of in the very words of an id that does not exist: by every method of the ports, command and view.

Asked by a company with books of its own, by one that has none yet, and by one that was never configured. What takes an id is read
off the code, so that what comes is tried as well.
"""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import pytest
from attrs import evolve, fields

from adapters.test_routed import Customers
from hostile import FIRST, Counted, Undo, prepared
from plannit_core import FixedClock, Plannit, PlannitError, labels, presets
from plannit_core import commands as c
from plannit_core.adapters.routed import Routed
from plannit_core.door import Door
from plannit_core.handlers import HANDLERS
from plannit_core.ports import COLUMNS, EVERY, EXTERNAL, Reader, Repository
from plannit_core.repositories import Books
from plannit_core.testing.samples import commit
from plannit_core.values.ids import ID_TYPES, ContactId, Id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import OpenStorage
    from plannit_core.decisions import Record
    from plannit_core.ports import Storage

ASKING = ("ours", "empty", "nobody")
NOWHERE = {kind: kind(f"{prefix}_nowhere") for prefix, kind in ID_TYPES.items()}


def books_of(storage: Storage, company: str) -> dict[str, list[Any]]:
    """Its records by kind."""
    with storage.reading(company) as snapshot:
        return {kind: list(snapshot.select(kind, EVERY, "")) for kind in COLUMNS}


class Offices:
    """Books of two companies in one storage, and what a third one asks.

    Attributes:
        storage: Where they are.
        apps: A door for each company.
        commands: A command of every kind that would be done, of `theirs` and of `ours`.
        theirs: The records of the other company by kind.
        own: The ids that are there in each company that asks.
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        clock = FixedClock("2026-03-02T09:00-05:00")
        self.apps = {name: Plannit(storage, company=name, clock=clock, ids=Counted()) for name in ("theirs", *ASKING)}
        their_ids: Any = self.apps["theirs"].ids
        their_ids.count = 5_000  # no id of theirs is one of ours
        self.commands = {name: prepared(self.apps[name]) for name in ("theirs", "ours")}
        self.apps["empty"].do(c.ConfigureCompany(presets.quebec(name="Toitures Nouveau")))
        self.apps["theirs"].do(c.AddContact("Grace Hopper", external={"erp": "T-1"}))
        self.own = {
            name: {each.id for records in books_of(storage, name).values() for each in records} for name in ASKING
        }
        self.theirs = books_of(storage, "theirs")
        del self.theirs["company"]

    def foreign(self, kind: type[Id[Any]], asking: str) -> list[Id[Any]]:
        """The ids of a kind that the other company has and the one that asks has not; a series is called the same in both."""
        found = [each.id for each in self.records() if type(each.id) is kind]
        found += [
            payment.id for each in self.theirs["invoice"] for payment in each.payments if type(payment.id) is kind
        ]
        return [id for id in found if id not in self.own[asking]]

    def records(self) -> Iterator[Any]:
        """All that the other company has, but its settings."""
        for records in self.theirs.values():
            yield from records

    def strangers(self, asking: str) -> Iterator[tuple[Any, Any]]:
        """Records that the other company has, and the one that asks has not; and each under an id that nobody has."""
        for record in self.records():
            if record.id in self.foreign(type(record.id), asking):
                yield record, evolve(record, id=NOWHERE[type(record.id)])


@pytest.fixture(scope="module", params=["itself", "routed"])
def offices(request: pytest.FixtureRequest, open_storage: OpenStorage) -> Iterator[Offices]:
    with open_storage() as storage:
        yield Offices(Routed(storage, Customers()) if request.param == "routed" else storage)


def told(act: Callable[[Any], Any], what: Any) -> str:
    """What an act with an id, or with a record, comes to in all its words, the id left out."""
    try:
        found = f"done: {act(what)!r}"
    except PlannitError as error:
        problems = [json.dumps(labels.problem(error, locale), ensure_ascii=False) for locale in ("en", "fr")]
        said = (type(error).__name__, error.code, error.params, error.args, str(error), repr(error), *problems)
        found = f"{said} {getattr(error, 'reasons', '')} {vars(error)}"
    return found.replace(str(getattr(what, "id", what)), "…")


def check_alike(act: Callable[[Any], Any], theirs: Any, nowhere: Any) -> None:
    """Both come to the same."""
    assert told(act, theirs) == told(act, nowhere)


def id_of(hint: Any) -> list[type[Id[Any]]]:
    """The kinds of id that a type takes."""
    every = [hint, *(part for each in get_args(hint) for part in (each, *get_args(each)))]
    return [each for each in every if isinstance(each, type) and issubclass(each, Id) and each in NOWHERE]


ID_FIELDS = [
    (kind, each.name, id_kind)
    for kind in HANDLERS
    for each in fields(kind)
    for id_kind in id_of(get_type_hints(kind)[each.name])
]


def undone(app: Plannit, command: c.Command[Any]) -> Any:
    """What it comes to; nothing of it stays."""
    result: Any = None
    ids: Any = app.ids
    ids.count = 10_000
    try:
        with app.transaction() as here:
            if type(command) in FIRST:
                here.do(FIRST[type(command)])
            result = here.do(command)
            raise Undo  # noqa: TRY301  # this is how a transaction is taken back
    except Undo:
        return result


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize(
    ("kind", "name", "id_kind"), ID_FIELDS, ids=[f"{kind.__name__}.{name}" for kind, name, _ in ID_FIELDS]
)
def test_a_command(
    offices: Offices, kind: type[c.Command[Any]], name: str, id_kind: type[Id[Any]], asking: str
) -> None:
    """Whose other ids are the asking company's own, those of the other company, or nobody's."""
    app = offices.apps[asking]
    nobodys = {field: NOWHERE[each] for of, field, each in ID_FIELDS if of is kind}
    own, theirs = (offices.commands[each][kind] for each in ("ours", "theirs"))
    for base in (own, theirs, evolve(own, **nobodys)):
        for foreign in offices.foreign(id_kind, asking):
            for act in (undone, Plannit.preview):

                def ask(id: Any, base: Any = base, act: Any = act) -> Any:
                    return act(app, evolve(base, **{name: id}))

                check_alike(ask, foreign, NOWHERE[id_kind])


def test_every_kind_of_id_that_a_command_takes_is_one_that_they_have(offices: Offices) -> None:
    assert len({kind for kind, _, _ in ID_FIELDS}) >= 30
    for _, _, id_kind in ID_FIELDS:
        for asking in ASKING:
            assert offices.foreign(id_kind, asking)


@pytest.mark.parametrize("asking", ASKING)
def test_what_they_saw_and_the_key_they_used(offices: Offices, asking: str) -> None:
    """A record of theirs is one that is gone; a key of theirs was never used."""
    app = offices.apps[asking]
    command = c.EditContact(NOWHERE[ContactId])
    for theirs, stranger in offices.strangers(asking):
        check_alike(lambda seen: app.do(command, expecting=[seen]), theirs, stranger)
    offices.apps["theirs"].do(c.AddContact("Grace Hopper"), key=f"click-{asking}")
    check_alike(lambda key: app.do(command, key=key), f"click-{asking}", "click-never")


VIEWS = {
    name: id_of(get_type_hints(method)[parameter]) or list(NOWHERE)
    for name, method in inspect.getmembers(Door, inspect.isfunction)
    for parameter in list(inspect.signature(method).parameters)[1:]
    if not name.startswith("_") and (parameter == "id" or id_of(get_type_hints(method)[parameter]))
}
"""Each view with an id, and the kinds it takes."""


def test_all_views_with_an_id_are_tried() -> None:
    assert set(VIEWS) >= {"get", "folder", "documents", "actions"}


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view(offices: Offices, name: str, asking: str) -> None:
    app = offices.apps[asking]
    for id_kind in VIEWS[name]:
        for foreign in offices.foreign(id_kind, asking):
            check_alike(getattr(app, name), foreign, NOWHERE[id_kind])
            with app.transaction() as here:
                check_alike(getattr(here, name), foreign, NOWHERE[id_kind])


def texts(kind: str) -> list[str]:
    """The fields of a kind that hold texts."""
    return [name for name, column in COLUMNS[kind].items() if column.type is str]


SHELVES = [name for name, hint in inspect.getmembers(Reader, lambda each: isinstance(each, property))]


@pytest.mark.parametrize("asking", ASKING)
def test_a_repository(offices: Offices, asking: str) -> None:
    """By any method that takes an id; by every field that one can look for; by the keys of other systems."""
    assert {name for name in vars(Repository) if not name.startswith("_")} == {"get", "find", "rows", "with_external"}
    with offices.storage.reading(asking) as snapshot:
        read = Books(snapshot)
        for name in SHELVES:
            check_alike(lambda key: getattr(read, name).with_external("erp", key), "T-1", "nowhere")  # noqa: B023  # asked at once
        for theirs, stranger in offices.strangers(asking):
            check_alike(read.get, theirs.id, stranger.id)
            check_alike(read.timeline, theirs.id, stranger.id)
            check_alike(read.series, theirs.id, stranger.id)
            for name in SHELVES:
                shelf = getattr(read, name)
                check_alike(shelf.get, theirs.id, stranger.id)
                for field in texts(shelf.type.kind):
                    check_alike(lambda id: shelf.find(**{field: id}), theirs.id, stranger.id)  # noqa: B023  # asked at once
                    check_alike(lambda id: shelf.rows(field, id), theirs.id, stranger.id)  # noqa: B023  # asked at once


@pytest.mark.parametrize("asking", ASKING)
def test_a_storage(offices: Offices, asking: str) -> None:
    """Whoever reads, and whoever writes."""
    opened: tuple[Any, ...] = (offices.storage.reading, offices.storage.writing)
    for theirs, stranger in offices.strangers(asking):
        for open_it in opened:
            with open_it(asking) as snapshot:
                check_alike(lambda id: snapshot.load(theirs.kind, id), theirs.id, stranger.id)  # noqa: B023  # asked at once
                check_alike(snapshot.timeline, theirs.id, stranger.id)
                check_alike(snapshot.receipt, theirs.id, stranger.id)
                for kind in COLUMNS:
                    for index in (EXTERNAL, *texts(kind)):
                        for look in (snapshot.select, snapshot.figures):
                            check_alike(lambda id: look(kind, index, id), theirs.id, stranger.id)  # noqa: B023  # asked at once
        check_alike(
            lambda record: changed(offices.storage, asking, evolve(record, version=record.version + 1)),
            theirs,
            stranger,
        )
        check_alike(lambda record: changed(offices.storage, asking, removes=(record,)), theirs, stranger)
    assert offices.storage.position("nobody") == 0


def changed(storage: Storage, company: str, *writes: Record, removes: tuple[Record, ...] = ()) -> None:
    with storage.writing(company) as txn:
        txn.write(commit(*writes, removes=removes))
