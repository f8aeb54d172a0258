"""Wrong in promises 4, 6 and 9: what is read, and what comes back."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core import serial

from .disk import Stored
from .glass import Glass, GlassSnapshot, GlassTransaction
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# ------------------------------------------------------------------------------------------------------------ promise 4


def newest_state(self: GlassSnapshot) -> Any:
    return self.storage.state(self.company)


def newest_figures(self: GlassSnapshot, *args: Any, **more: Any) -> Any:
    self.state = self.storage.state(self.company)
    return GlassSnapshot.figures(self, *args, **more)


def newest_timeline(self: GlassSnapshot, *args: Any, **more: Any) -> Any:
    self.check()
    now = GlassSnapshot(self.storage, self.company, self.storage.state(self.company))
    return now.timeline(*args, **more)


@contextmanager
def reading_behind_writers(self: Glass, company: str) -> Iterator[GlassSnapshot]:
    self.check()
    lock = self.lock(company)
    is_mine = lock.acquire(timeout=5.0)
    if is_mine:
        lock.release()
    with Glass.reading(self, company) as snapshot:
        yield snapshot


@contextmanager
def reading_before_writers(self: Glass, company: str) -> Iterator[GlassSnapshot]:
    """A writer that comes while somebody reads waits for the reader's end."""
    here = (self.where, company)
    READERS[here] = READERS.get(here, 0) + 1
    try:
        with Glass.reading(self, company) as snapshot:
            yield snapshot
    finally:
        READERS[here] -= 1


@contextmanager
def turn_after_readers(self: Glass, company: str) -> Iterator[None]:
    give_up = time.monotonic() + 3.0
    while READERS.get((self.where, company), 0) and time.monotonic() < give_up:
        time.sleep(0.01)
    with Glass.turn(self, company):
        yield


READERS: dict[tuple[Any, str], int] = {}


def no_write(self: GlassSnapshot, commit: Any) -> None:
    raise NotImplementedError


SNAPSHOTS = {
    "sees later writes in a snapshot": wrong(
        "a_reader_sees_nothing_that_is_committed_after_its_first_read", reader={"now": newest_state}
    ),
    "sees later writes in figures only": wrong(
        "readers_agree_with_themselves_while_a_writer_works", reader={"figures": newest_figures}
    ),
    "sees later events only": wrong(
        "a_reader_sees_nothing_that_is_committed_after_its_first_read", reader={"timeline": newest_timeline}
    ),
    "lets a reader wait behind a writer": wrong(
        "a_writer_does_not_keep_a_reader_waiting", reading=reading_behind_writers, patience=0.7
    ),
    "lets a writer wait for readers": wrong(
        "a_reader_does_not_keep_a_writer_waiting", reading=reading_before_writers, turn=turn_after_readers, patience=0.7
    ),
    "gives a reader something to write with": wrong("a_reader_has_nothing_to_write_with", reader={"write": no_write}),
}

# ------------------------------------------------------------------------------------------------------------ promise 6


def altered(change: Callable[[str], str]) -> Any:
    """Stores bodies in which every text is changed."""

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, list):
            return [walk(each) for each in value]
        return {key: walk(each) for key, each in value.items()} if isinstance(value, dict) else value

    def stored(self: GlassTransaction, record: Any) -> Stored:
        kept = GlassTransaction.stored(self, record)
        return evolve(kept, body=json.dumps(walk(json.loads(kept.body)), ensure_ascii=False))

    return {"stored": stored}


def through_float(text: str) -> str:
    if not re.fullmatch(r"-?\d+\.\d+", text):
        return text
    return f"{float(text):.{len(text.partition('.')[2])}f}"


def five_digits(text: str) -> str:
    return re.sub(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{5})\d", r"\g<1>0", text)


def from_midnight(text: str) -> str:
    """The day of the wall, at its beginning, for what happened in the night."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T04:", r"\1T00:", text)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def never_null(text: str) -> str:
    return "" if text.lower() in ("null", "none", "nan") else text


def sorted_within(self: GlassTransaction, record: Any) -> Stored:
    kept = GlassTransaction.stored(self, record)
    if record.kind == "work_order":
        ordered = evolve(record, invoice_ids=tuple(sorted(record.invoice_ids)))
        return evolve(kept, body=serial.dump_record(ordered))
    return kept


def load_any_case(self: GlassSnapshot, kind: str, id: str) -> Any:
    known = self.now().records
    same = next((key for key in known if key[0] == kind and key[1].casefold() == str(id).casefold()), None)
    return GlassSnapshot.load(self, kind, same[1] if same else id)


def own_rows(self: GlassSnapshot, *args: Any, after: str | None = None, limit: int | None = None) -> Any:
    return [each.row for each in self.page(*args, after, limit)]


def without_external(self: GlassTransaction, record: Any) -> Stored:
    kept = GlassTransaction.stored(self, record)
    return evolve(kept, body=serial.dump_record(evolve(record, external={}))) if record.kind == "quote" else kept


def select_without_costs(self: GlassSnapshot, *args: Any, **more: Any) -> Any:
    return [without_costs(each) for each in GlassSnapshot.select(self, *args, **more)]


def without_costs(record: Any) -> Any:
    lines = getattr(record, "lines", ())
    if record.kind != "quote" or not any(each.cost for each in lines):
        return record
    return evolve(record, lines=tuple(evolve(each, cost=None) for each in lines))


EQUALITY = {
    "rounds amounts through a float": wrong("amounts_come_back_to_the_last_decimal", txn=altered(through_float)),
    "keeps five digits of a second": wrong("instants_come_back_in_utc_to_the_microsecond", txn=altered(five_digits)),
    "takes the night for midnight": wrong("instants_come_back_in_utc_to_the_microsecond", txn=altered(from_midnight)),
    "trims texts": wrong("texts_come_back_to_the_letter", txn=altered(str.strip)),
    "composes letters": wrong("texts_come_back_to_the_letter", txn=altered(composed)),
    "takes a text that says null for nothing": wrong("texts_come_back_to_the_letter", txn=altered(never_null)),
    "sorts what stands in a record": wrong("the_order_within_a_record_comes_back", txn={"stored": sorted_within}),
    "folds the case of ids": wrong("ids_that_differ_in_anything_are_two", both={"load": load_any_case}),
    "hands out its own rows": wrong(
        "what_is_given_out_cannot_be_used_to_change_what_is_stored", both={"figures": own_rows}
    ),
    "forgets the keys of a quote in other systems": wrong(
        "a_record_of_each_kind_comes_back_equal", txn={"stored": without_external}
    ),
    "leaves costs out of what it selects": wrong(
        "a_record_of_each_kind_comes_back_equal", both={"select": select_without_costs}
    ),
}

# ------------------------------------------------------------------------------------------------------------ promise 9


def load_anybodys(self: GlassSnapshot, kind: str, id: str) -> Any:
    found = GlassSnapshot.load(self, kind, id)
    states = list(self.storage.disk.states.values())
    others = (each.records[kind, str(id)] for each in states if (kind, str(id)) in each.records)
    other = next(others, None) if self.company == "nobody" else None
    return self.read(kind, other) if found is None and other else found


def timeline_of_anybody(self: GlassSnapshot, job_id: str, **more: Any) -> Any:
    found = GlassSnapshot.timeline(self, job_id, **more)
    if found or self.state.events:
        return found
    theirs = [GlassSnapshot(self.storage, name, state) for name, state in self.storage.disk.states.items()]
    return next((rows for rows in (GlassSnapshot.timeline(each, job_id, **more) for each in theirs) if rows), [])


def claims_of_all(self: GlassTransaction, record: Any) -> list[Stored]:
    """Keys in other systems are unique in the whole database."""
    others = [state for name, state in self.storage.disk.states.items() if name != self.company]
    theirs = [each for state in others for (kind, _), each in state.records.items() if kind == record.kind]
    return [*GlassTransaction.others(self, record), *(Stored(1, "", {}, each.keys) for each in theirs)]


def folded(self: Glass, company: str) -> Any:
    same = next((each for each in self.disk.states if each.casefold() == company.casefold()), company)
    return self.driven(lambda: Glass.state(self, same))


def removed_everywhere(self: GlassTransaction, record: Any) -> None:
    states = self.storage.disk.states
    for company, state in states.items():
        if company != self.company:
            states[company] = state.copy()
            states[company].records.pop((record.kind, str(record.id)), None)
    GlassTransaction.remove(self, record)


COMPANIES = {
    "finds another company's record by its id": wrong(
        "nothing_of_another_company_is_found_in_any_way", both={"load": load_anybodys}
    ),
    "shows another company's timeline": wrong(
        "nothing_of_another_company_is_found_in_any_way", both={"timeline": timeline_of_anybody}
    ),
    "keeps keys unique in all companies together": wrong(
        "companies_use_the_same_ids_numbers_and_keys", txn={"others": claims_of_all}
    ),
    "folds the case of companies": wrong("companies_whose_names_differ_only_in_case_are_two", state=folded),
    "forgets the company when it removes": wrong(
        "nothing_of_another_company_is_changed_or_removed", txn={"remove": removed_everywhere}
    ),
}
