"""What a connection has seen it does not read again: only while nobody else wrote the file, and never what was undone."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import ExitStack, closing
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import NotFound, Plannit, StorageError, presets
from plannit_core import commands as c
from plannit_core.adapters.sqlite import SqliteStorage, links
from plannit_core.testing import builders as b
from support import cad, looks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from plannit_core import Contact, Invoice
    from plannit_core.door import Door

LONG = "Toiture " * 600  # a record that says this is not kept


@pytest.fixture
def two(file: Path) -> Iterator[tuple[Plannit, Plannit]]:
    """Two doors to one company, each with a connection of its own to one file."""
    with closing(SqliteStorage(file)) as one, closing(SqliteStorage(file)) as other:
        doors = tuple(Plannit(each, company="acme") for each in (one, other))
        doors[0].do(c.ConfigureCompany(presets.quebec(name="Acme")))
        yield doors[0], doors[1]


def renamed(door: Door, contact: Contact, name: str) -> Contact:
    return door.do(c.EditContact(contact.id, name=name))


def statements(door: Plannit, act: Callable[[], object]) -> list[str]:
    """What SQLite was asked while `act` was done."""
    asked: list[str] = []
    [connection] = door.storage._sessions._idle
    connection.set_trace_callback(asked.append)
    act()
    connection.set_trace_callback(None)
    return asked


def test_what_was_written_is_not_read_again(two: tuple[Plannit, Plannit]) -> None:
    app, _ = two
    contact = b.a_contact(app)
    asked = statements(app, lambda: renamed(app, contact, "Bob"))
    assert [each for each in asked if each.startswith("SELECT")] == []
    assert app.get(contact.id).name == "Bob"


def test_what_somebody_else_wrote_is_read(two: tuple[Plannit, Plannit]) -> None:
    contact = b.a_contact(two[0])
    for turn in range(6):
        door, other = two[turn % 2], two[1 - turn % 2]
        assert renamed(door, contact, f"Ada {turn}").version == turn + 2
        assert other.get(contact.id) == door.get(contact.id)
        assert other.get(contact.id).name == f"Ada {turn}"
        assert [each.storage.position("acme") for each in two] == [turn + 3] * 2


def test_what_a_host_wrote_is_read(two: tuple[Plannit, Plannit], file: Path) -> None:
    app, _ = two
    contact = b.a_contact(app)
    with closing(sqlite3.connect(file, isolation_level=None)) as host:
        host.execute("BEGIN IMMEDIATE")
        with app.within(host) as here:
            renamed(here, contact, "Bob")
        assert app.get(contact.id).name == "Ada Byron"  # the host has not committed
        host.execute("COMMIT")
    assert app.get(contact.id).name == "Bob"


def test_on_a_hosts_connection_everything_is_read(two: tuple[Plannit, Plannit], file: Path) -> None:
    """For the host may write in between, and may open the company twice."""
    app, _ = two
    contact = b.a_contact(app)
    with closing(sqlite3.connect(file, isolation_level=None)) as host:
        host.execute("BEGIN IMMEDIATE")
        with app.within(host) as here:
            renamed(here, contact, "Bob")
            with app.within(host) as there:
                renamed(there, contact, "Cy")
            assert here.get(contact.id).name == "Cy"
            assert renamed(here, contact, "Di").version == 4
        host.execute("COMMIT")
    assert (app.get(contact.id).name, app.storage.position("acme")) == ("Di", 5)


def test_what_was_undone_is_forgotten(two: tuple[Plannit, Plannit]) -> None:
    app, _ = two
    contact = b.a_contact(app)
    with pytest.raises(KeyError), app.transaction() as here:
        renamed(here, contact, "Bob")
        assert here.get(contact.id).name == "Bob"
        raise KeyError
    assert app.get(contact.id) == contact
    assert renamed(app, contact, "Cy").version == 2
    assert app.storage.position("acme") == 3


def test_after_a_commit_nobody_knows_about_it_is_forgotten(
    two: tuple[Plannit, Plannit], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = two
    contact = b.a_contact(app)

    def failed(_: links.Link) -> None:
        raise StorageError("storage.outcome-unknown")

    with monkeypatch.context() as patched, pytest.raises(StorageError):
        patched.setattr(links.Link, "commit", failed)
        renamed(app, contact, "Bob")
    assert app.get(contact.id) == contact


def interrupted(door: Plannit, contact: Contact, calls: int) -> bool:
    """Undo a change, with a Ctrl-C after so many calls of functions on the way out; whether there were so many."""
    left = calls

    def count(_: object, event: str, __: object) -> None:
        nonlocal left
        left -= event == "call"
        if not left:
            sys.setprofile(None)
            raise KeyboardInterrupt

    try:
        with door.transaction() as here:
            renamed(here, contact, "Bob")
            sys.setprofile(count)
            _ = 1 / 0
    except ZeroDivisionError:
        return False
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)


def test_what_was_undone_is_forgotten_whenever_somebody_interrupts(two: tuple[Plannit, Plannit], file: Path) -> None:
    contact, calls, again = b.a_contact(two[0]), 0, True
    while again:
        calls += 1
        with closing(SqliteStorage(file)) as storage:
            door = Plannit(storage, company="acme")
            assert door.get(contact.id) == contact
            with closing(door.storage._sessions._idle[0]):  # an interrupt may keep it from being given back
                again = interrupted(door, contact, calls)
                assert door.get(contact.id) == contact, calls
    assert calls > 5


def test_what_has_grown_long_is_read(two: tuple[Plannit, Plannit]) -> None:
    app, _ = two
    draft = b.a_draft_invoice(app, total=cad(10_00))
    noted: Invoice = app.do(c.EditInvoice(draft.id, note=LONG))
    assert app.get(draft.id) == noted
    shorter = app.do(c.EditInvoice(draft.id, note="Merci"))
    assert app.get(draft.id) == shorter


def test_what_was_removed_is_not_there(two: tuple[Plannit, Plannit]) -> None:
    app, _ = two
    draft = b.a_draft_invoice(app, total=cad(10_00))
    app.do(c.DiscardDraft(draft.id))
    with pytest.raises(NotFound):
        app.get(draft.id)


def test_keys_in_other_systems_move_with_what_was_seen(two: tuple[Plannit, Plannit]) -> None:
    app, other = two
    contact = app.do(c.AddContact("Ada", external={"crm": "1"}))
    app.do(c.EditContact(contact.id, name="Bob"))
    app.do(c.EditContact(contact.id, external={"crm": "2"}))
    for door in (app, other):
        with door.reading() as read:
            found = read.contacts.with_external("crm", "2")
            assert found is not None
            assert found.name == "Bob"
            assert read.contacts.with_external("crm", "1") is None


def test_no_more_than_so_much_is_kept(two: tuple[Plannit, Plannit]) -> None:
    app, _ = two
    contacts = [b.a_contact(app, f"Ada {number}") for number in range(links._MANY + 10)]
    [connection] = app.storage._sessions._idle
    assert len(connection.seen) <= links._MANY
    assert [app.get(each.id) for each in contacts] == contacts
    assert len(connection.seen) <= links._MANY


NOTES = st.sampled_from(["Ada", "Bob", LONG])
STEPS = st.lists(st.tuples(st.sampled_from(["edit", "undo", "host", "read"]), st.integers(0, 1), NOTES), max_size=12)


@looks(60)
@given(steps=STEPS)
def test_whoever_writes_everybody_reads_what_was_committed_last(steps: list[tuple[str, int, str]]) -> None:
    with TemporaryDirectory() as folder, ExitStack() as stack:
        storages: Any = [stack.enter_context(closing(SqliteStorage(f"{folder}/books.db"))) for _ in range(2)]
        doors = [Plannit(each, company="acme") for each in storages]
        host = stack.enter_context(closing(sqlite3.connect(f"{folder}/books.db", isolation_level=None)))
        doors[0].do(c.ConfigureCompany(presets.quebec(name="Acme")))
        invoice = b.a_draft_invoice(doors[0], total=cad(10_00))
        for act, who, note in steps:
            door = doors[who]
            if act == "edit":
                invoice = door.do(c.EditInvoice(invoice.id, note=note))
            elif act == "undo":
                with pytest.raises(KeyError), door.transaction() as here:
                    here.do(c.EditInvoice(invoice.id, note=note))
                    raise KeyError
            elif act == "host":
                host.execute("BEGIN IMMEDIATE")
                with door.within(host) as here:
                    invoice = here.do(c.EditInvoice(invoice.id, note=note))
                host.execute("COMMIT")
            assert door.get(invoice.id) == invoice
        assert [each.get(invoice.id) for each in doors] == [invoice, invoice]
        assert len({each.position("acme") for each in storages}) == 1
