"""Backups: one snapshot out, one transaction in, and whatever is not whole and unchanged is refused."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from plannit_core import (
    Actor,
    FixedClock,
    InvalidInput,
    Line,
    Money,
    Plannit,
    PlannitError,
    Refused,
    StorageError,
    audit,
    backup,
    presets,
)
from plannit_core import commands as c
from plannit_core.adapters.memory import MemoryStorage
from plannit_core.adapters.sqlite import SqliteStorage
from plannit_core.backup.lines import Tally, item_of, line_of
from plannit_core.cursors import Cursor
from plannit_core.errors import SchemaError
from plannit_core.model.company import Company
from plannit_core.ports import Receipt, Recorded
from support import busy, everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from plannit_core.ports import Restoration, Storage

COMPANY = "erabliere"


@pytest.fixture
def office(app: Plannit, clock: FixedClock) -> Plannit:
    """Books with records in every state, keys, and a consumer that has come half way."""
    busy(app, clock)
    app.do(c.AddContact("Zoé Lebœuf", external={"erp": "Z\u2028-1"}), key="click-1")
    app.outbox.drain("mailer", lambda _: None, start="beginning", limit=3)
    return app


def lines_of(app: Plannit) -> list[str]:
    return list(backup.exported(app.storage, app.company))


def sealed(lines: Sequence[str]) -> list[str]:
    """These lines with a last line that fits them."""
    tally = Tally()
    return [*map(tally.counted, lines), tally.end]


def refusal(lines: Sequence[str]) -> PlannitError:
    """Why it is refused; nothing is stored."""
    storage = MemoryStorage()
    with pytest.raises(PlannitError) as caught:
        backup.restored(lines, storage)
    assert (storage.companies(), storage.position(COMPANY), storage.consumers(COMPANY)) == ([], 0, [])
    return caught.value


def bill(app: Plannit) -> str | None:
    """A new job and an invoice in it; the invoice's number."""
    contact = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    made = app.do(c.InvoiceContact(contact.id, lines=[Line("Call-out", 1, Money.cad("120.00"))]))
    return app.do(c.SendInvoice(made.invoice.id)).number


# ---------------------------------------------------------------------------------------------------------------- backup


def test_a_backup_says_what_it_is_of_and_holds_everything(office: Plannit) -> None:
    lines = lines_of(office)
    stored = everything(office.storage, keys=["click-1"])
    header = backup.checked(lines)
    assert (header.company, header.position, header.epoch, header.consumers) == (
        COMPANY,
        stored["position"],
        1,
        ("mailer",),
    )
    assert header.at == stored["events"][-1].at
    items = list(map(item_of, lines[1:-1]))
    assert [each for each in items if isinstance(each, Recorded)] == stored["events"]
    assert [each for each in items if isinstance(each, Receipt)] == stored["receipts"]
    records = [record for kind in stored["records"].values() for record in kind]
    assert items[: len(records)] == records
    assert list(json.loads(lines[-1])["end"].values())[:3] == [len(records), len(stored["events"]), 1]
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)


def test_the_same_books_give_the_same_lines_on_every_storage(tmp_path: Path) -> None:
    lines = []
    for storage in (MemoryStorage(), SqliteStorage(tmp_path / "books.db", synchronous="NORMAL")):
        clock = FixedClock("2026-03-02T09:00-05:00")
        counted = iter(range(1, 10_000))

        class Ids:
            def new(self, kind: Any, at: object, counted: Iterator[int] = counted) -> Any:
                return kind(f"{kind.prefix}_{next(counted)}")

        app = Plannit(storage, company=COMPANY, clock=clock, ids=Ids(), actor=Actor.user("u17"))
        app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
        busy(app, clock)
        lines.append(lines_of(app))
        storage.close()
    assert lines[0] == lines[1]


def test_more_than_a_page_of_everything_is_backed_up(storage: Storage, clock: FixedClock) -> None:
    app = Plannit(storage, company=COMPANY, clock=clock)
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    with app.transaction() as here:
        for number in range(1_001):
            here.do(c.AddContact(f"Client {number}"), key=f"click-{number:04}")
    lines = lines_of(app)
    assert json.loads(lines[-1])["end"] | {"sha256": ""} == {
        "records": 1_002,
        "events": 1_002,
        "receipts": 1_001,
        "sha256": "",
    }
    with MemoryStorage().restoring(COMPANY, epoch=2) as empty:
        assert empty.position() == 0
    assert backup.restored(lines, MemoryStorage()).position == 1_002


def test_a_backup_taken_while_others_write_is_one_snapshot(office: Plannit) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                bill(office)
        except BaseException as error:  # noqa: BLE001  # a thread has nobody to raise to
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups = [lines_of(office) for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    assert errors == []
    for lines in backups:
        storage = MemoryStorage()
        backup.restored(lines, storage, clock=office.clock)
        assert audit.check(storage, COMPANY).found == ()


def test_a_reader_of_a_backup_that_goes_away_leaves_the_storage_free(office: Plannit) -> None:
    lines = backup.exported(office.storage, COMPANY)
    next(lines)
    lines.close()  # type: ignore[attr-defined]  # it is a generator
    assert bill(office)


def test_books_that_miss_an_event_are_not_backed_up(tmp_path: Path, clock: FixedClock) -> None:
    file = tmp_path / "books.db"
    storage = SqliteStorage(file, synchronous="NORMAL")
    app = Plannit(storage, company=COMPANY, clock=clock)
    app.do(c.ConfigureCompany(presets.quebec(name="Toitures Lavoie")))
    for _ in range(3):
        bill(app)
    connection = sqlite3.connect(file)
    connection.execute("DELETE FROM plannit_event WHERE position = 4")
    connection.commit()
    connection.close()
    with pytest.raises(SchemaError) as caught:
        lines_of(app)
    assert (caught.value.code, caught.value.params) == ("storage.damaged", {"kind": "event", "id": "4"})
    storage.close()


# --------------------------------------------------------------------------------------------------------------- damaged


def read_again(text: bytes) -> list[str]:
    """Lines as a file gives them."""
    return list(io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", errors="surrogateescape", newline="\n"))


def test_a_backup_with_any_bit_flipped_is_refused_and_nothing_is_stored(office: Plannit) -> None:
    text = "".join(lines_of(office)).encode()
    rng = random.Random(1)
    first, last = text.index(b"\n"), text.rindex(b"\n", 0, -1)
    places = {*range(0, first, 7), *range(last, len(text), 3), *(rng.randrange(len(text)) for _ in range(150))}
    for place in sorted(places):
        damaged = bytearray(text)
        damaged[place] ^= 1 << rng.randrange(8)
        error = refusal(read_again(bytes(damaged)))
        assert error.code == "backup.damaged"
        assert 1 <= int(str(error.params["line"])) <= text.count(b"\n") + 1


def test_a_backup_cut_anywhere_is_refused_and_nothing_is_stored(office: Plannit) -> None:
    text = "".join(lines_of(office)).encode()
    rng = random.Random(2)
    cuts = {0, 1, len(text) - 1, *(rng.randrange(len(text)) for _ in range(100))}
    cuts |= {place + 1 for place, byte in enumerate(text[:-1]) if byte == ord("\n")}
    for cut in sorted(cuts):
        assert refusal(read_again(text[:cut])).code == "backup.damaged"


def test_what_is_wrong_in_a_backup_is_told_by_its_line(office: Plannit) -> None:
    lines = lines_of(office)
    assert refusal([*lines[:4], lines[4].replace("kind", "sort"), *lines[5:]]).params == {"line": 5}
    assert refusal([*lines[:4], lines[5], lines[4], *lines[6:]]).params == {"line": len(lines)}
    assert refusal([*lines, lines[1]]).params == {"line": len(lines)}
    assert refusal(lines[1:]).params == {"line": 1}


WRONG: dict[str, Callable[[list[str]], list[str]]] = {
    "no header": lambda lines: lines[1:],
    "another format": lambda lines: [lines[0].replace("plannit-core", "other"), *lines[1:]],
    "a header that says less": lambda lines: [lines[0].replace('"epoch":1,', ""), *lines[1:]],
    "an unknown line": lambda lines: [*lines, '{"note":{}}\n'],
    "a line with two things": lambda lines: [*lines, '{"record":{},"event":{}}\n'],
    "a list": lambda lines: [*lines, '{"record":[]}\n'],
    "a record that says less": lambda lines: [lines[0], lines[1].replace('"version":1,', ""), *lines[2:]],
    "a number without end": lambda lines: [lines[0], lines[1].replace('"version":1', '"version":1e999'), *lines[2:]],
    "an event that is not there": lambda lines: [each for each in lines if '"position":1,"at"' not in each],
    "an event that says more": lambda lines: [each.replace('{"event":{', '{"event":{"x":1,') for each in lines],
    "fewer events than promised": lambda lines: lines[:-1],
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_backup_that_was_made_up_is_refused_although_its_digest_fits(
    app: Plannit, wrong: Callable[[list[str]], list[str]]
) -> None:
    app.do(c.AddContact("Ada Byron"))
    assert refusal(sealed(wrong(lines_of(app)[:-1]))).code == "backup.damaged"


@pytest.mark.parametrize(
    ("old", "new"),
    [('"schema":1,"company"', '"schema":2,"company"'), ('"company","schema":2', '"company","schema":3')],
    ids=["lines", "a record"],
)
def test_a_backup_of_a_newer_version_is_refused_as_such(app: Plannit, old: str, new: str) -> None:
    lines = [each.replace(old, new) for each in lines_of(app)]
    assert refusal(sealed(lines[:-1])).code == "schema.unknown"
    assert refusal([*lines[:-1], lines_of(app)[-1]]).code == "backup.damaged"


def test_a_backup_of_an_earlier_version_is_restored(app: Plannit, clock: FixedClock) -> None:
    before = lines_of(app)
    old = [each.replace('"company","schema":2', '"company","schema":1') for each in before]
    old = [each.replace(',"numbers_are_held":false', "") for each in old]
    assert old != before
    storage = MemoryStorage()
    backup.restored(sealed(old[:-1]), storage, clock=clock)
    with storage.reading(COMPANY) as snapshot:
        assert snapshot.load("company", Company.ID) == Company(Company.ID, 2, app.settings, numbers_are_held=True)


# --------------------------------------------------------------------------------------------------------------- restore


def test_what_was_restored_is_what_was_stored_but_that_numbers_are_held(office: Plannit, storage: Storage) -> None:
    before = everything(storage, keys=["click-1"])
    target = MemoryStorage()
    done = backup.restored(lines_of(office), target, clock=office.clock)
    assert (done.company, done.position, done.epoch, done.numbers_are_held) == (COMPANY, before["position"], 2, True)
    after = everything(target, keys=["click-1"])
    [company], [held] = before["records"]["company"], after["records"]["company"]
    assert held == evolve(company, version=company.version + 1, numbers_are_held=True)
    assert {**after["records"], "company": []} == {**before["records"], "company": []}
    assert after["events"][:-1] == before["events"]
    assert after["events"][-1].event.name == "numbers.held"
    assert after["receipts"] == before["receipts"]
    assert audit.check(target, COMPANY).found == ()


def test_a_key_that_was_used_before_the_backup_is_still_used(office: Plannit) -> None:
    target = MemoryStorage()
    backup.restored(lines_of(office), target)
    again = evolve(office, storage=target).do(c.AddContact("Zoé Lebœuf", external={"erp": "Z\u2028-1"}), key="click-1")
    assert again == office.do(c.AddContact("Zoé Lebœuf", external={"erp": "Z\u2028-1"}), key="click-1")


def test_a_company_is_restored_only_where_nothing_was_stored(office: Plannit, storage: Storage) -> None:
    lines, before = lines_of(office), everything(storage)
    for _ in range(2):
        with pytest.raises(StorageError) as caught:
            backup.restored(lines, storage)
        assert (caught.value.code, caught.value.params) == ("restore.not-empty", {"company": COMPANY})
    assert (everything(storage), storage.epoch(COMPANY)) == (before, 1)


def test_a_company_can_be_restored_under_another_name_beside_the_first(office: Plannit, storage: Storage) -> None:
    lines, before = lines_of(office), everything(storage)
    assert backup.restored(lines, storage, "voisin").company == "voisin"
    assert (everything(storage), storage.epoch(COMPANY), storage.epoch("voisin")) == (before, 1, 2)
    with pytest.raises(InvalidInput):
        backup.restored(lines, storage, "no token")


def test_an_empty_company_can_be_restored_and_holds_nothing(storage: Storage) -> None:
    lines = list(backup.exported(storage, COMPANY))
    assert backup.checked(lines).at is None
    assert not backup.restored(lines, storage).numbers_are_held
    assert storage.epoch(COMPANY) == 2


class Forgetful(MemoryStorage):
    """Forgets every receipt that it is given."""

    @contextmanager
    def restoring(self, company: str, *, epoch: int, consumers: Any = ()) -> Iterator[Restoration]:
        with super().restoring(company, epoch=epoch, consumers=consumers) as books:
            put = books.put
            books.put = lambda *, records, events, receipts: put(records=records, events=events)  # type: ignore[method-assign]  # that is what is wrong with it
            yield books


def test_a_storage_that_gives_back_something_else_keeps_nothing(office: Plannit) -> None:
    lines, storage = lines_of(office), Forgetful()
    with pytest.raises(StorageError) as caught:
        backup.restored(lines, storage)
    [line] = [place for place, each in enumerate(lines, start=1) if each.startswith('{"receipt"')]
    assert (caught.value.code, caught.value.params) == ("restore.not-equal", {"line": line})
    assert (storage.companies(), storage.position(COMPANY), storage.consumers(COMPANY)) == ([], 0, [])


def test_a_text_with_several_backups_is_taken_apart(office: Plannit, storage: Storage) -> None:
    lines = lines_of(office)
    other = list(backup.exported(storage, "voisin"))
    assert list(backup.parts([*lines, *other])) == [tuple(lines), tuple(other)]
    assert list(backup.parts([*lines, *other[:1]])) == [tuple(lines), tuple(other[:1])]
    assert refusal([*lines, *other]).code == "backup.damaged"


# ------------------------------------------------------------------------------------------------------------- consumers


def test_nobody_is_handed_again_what_was_in_the_backup(office: Plannit, open_storage: Any) -> None:
    with open_storage() as target:
        target.keep_cursor(COMPANY, "export", Cursor(0))  # a worker that began before the books were back
        backup.restored(lines_of(office), target, clock=office.clock)
        assert target.consumers(COMPANY) == ["export", "mailer"]
        app = evolve(office, storage=target)
        seen: list[Any] = []
        for consumer in ("mailer", "export"):
            assert app.outbox.lag(consumer) == 0
            assert app.outbox.drain(consumer, seen.append, start="beginning") == 0
        assert target.companies(behind="mailer") == []
        app.do(c.ResumeNumbers())
        app.outbox.drain("mailer", seen.append)
        assert [each.event.name for each in seen] == ["numbers.resumed"]


# --------------------------------------------------------------------------------------------------------------- numbers


def test_no_number_is_given_twice_after_an_old_backup_once_the_last_one_is_told(
    app: Plannit, clock: FixedClock
) -> None:
    given = [bill(app) for _ in range(3)]
    old = lines_of(app)
    given += [bill(app) for _ in range(4)]
    target = MemoryStorage()
    backup.restored(old, target, clock=clock)
    back = evolve(app, storage=target)
    contact = back.do(c.AddContact("Bob Tremblay"))
    with pytest.raises(Refused) as caught:
        back.do(c.OpenJob(contact.id))
    assert caught.value.code == "numbers.held"
    back.do(c.ResumeNumbers(last=["F2026-00007", "J-00007"]))
    given += [bill(back) for _ in range(2)]
    assert given == [f"F2026-0000{count}" for count in range(1, 10)]
    with back.reading() as read:
        assert [each.number for each in read.jobs.find() if each.number > "J-00003"] == ["J-00008", "J-00009"]
    assert audit.check(target, COMPANY).found == ()


def test_what_leaves_by_itself_waits_for_the_numbers(app: Plannit, clock: FixedClock) -> None:
    contact = app.do(c.AddContact("Ada Byron", emails=["ada@example.com"]))
    made = app.do(c.InvoiceContact(contact.id, lines=[Line("Call-out", 1, Money.cad("120.00"))]))
    app.do(c.PlanInvoice(made.invoice.id, send_on=app.today + timedelta(days=1)))
    target = MemoryStorage()
    backup.restored(lines_of(app), target, clock=clock)
    back = evolve(app, storage=target)
    clock.advance(days=3)
    [refused] = back.run_day().refused
    assert [each.code for each in refused.reasons] == ["numbers.held"]
    back.do(c.ResumeNumbers())
    [issued] = back.run_day().issued
    assert (issued.number, str(issued.issued_on)) == ("F2026-00001", "2026-03-03")


def test_a_line_holds_its_item_and_nothing_else(office: Plannit) -> None:
    for line in lines_of(office)[1:-1]:
        assert line_of(item_of(line)) == line
