"""Wrong in promises 4, 6, 9, 11 and 12: what is read, what comes back, what is found, what is unique."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core import serial
from plannit_core.errors import Conflict
from plannit_core.lifecycle import InvoiceState
from plannit_core.ports import COLUMNS, EVERY, EXTERNAL, Match, external_of, row_of

from .glass import Glass, GlassSnapshot, GlassTransaction, Stored
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

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

# ----------------------------------------------------------------------------------------------------------- promise 11


def by_luck(self: GlassSnapshot, found: list[Stored]) -> list[Stored]:
    return found


def by_locale(self: GlassSnapshot, found: list[Stored]) -> list[Stored]:
    return sorted(found, key=lambda each: each.row["id"].casefold())


def thousand(self: GlassSnapshot, *args: Any) -> Any:
    return GlassSnapshot.page(self, *args)[:1_000]


def inclusive(self: GlassSnapshot, id: str, after: str) -> bool:
    return id >= after


def matching(change: Callable[[str, str | None, Any, Any], bool | None]) -> Any:
    """A comparison of its own for some indexes; it gives `None` for the others."""

    def matches(self: GlassSnapshot, kind: str, stored: Stored, index: str, value: Any) -> bool:
        own = None if index in (EVERY, EXTERNAL) else stored.row[index]
        how = None if index in (EVERY, EXTERNAL) else COLUMNS[kind][index].index
        decided = change(index, how, own, value)
        return GlassSnapshot.matches(self, kind, stored, index, value) if decided is None else decided

    return {"matches": matches}


def before_the_day(index: str, how: str | None, own: Any, value: Any) -> bool | None:
    return None if how != Match.UP_TO or own is None or value is None else own < value


def after_the_day(index: str, how: str | None, own: Any, value: Any) -> bool | None:
    return None if how != Match.FROM or own is None or value is None else own > value


def null_is_never_equal(index: str, how: str | None, own: Any, value: Any) -> bool | None:
    return False if how == Match.EQUAL and value is None else None


def like(index: str, how: str | None, own: Any, value: Any) -> bool | None:
    if how != Match.EQUAL or not isinstance(own, str) or not isinstance(value, str) or index == "state":
        return None
    return own.casefold() == value.casefold()


def by_member_only(index: str, how: str | None, own: Any, value: Any) -> bool | None:
    return None if index != "state" else isinstance(value, InvoiceState) and own == value


def stale_figures(self: GlassTransaction, record: Any) -> Stored:
    kept = GlassTransaction.stored(self, record)
    known = self.state.records.get((record.kind, str(record.id)))
    drifting = ("subtotal", "total", "balance")
    return (
        evolve(kept, row={**kept.row, **{name: known.row[name] for name in drifting if name in known.row}})
        if known
        else kept
    )


def one_more_index(self: GlassSnapshot, kind: str, index: str, *args: Any) -> Any:
    return [] if index == "opened_on" else GlassSnapshot.page(self, kind, index, *args)


def days_as_text(self: GlassSnapshot, *args: Any, **more: Any) -> Any:
    rows = GlassSnapshot.figures(self, *args, **more)
    return [{name: each.isoformat() if is_day(each) else each for name, each in row.items()} for row in rows]


def is_day(value: date | Any) -> bool:
    return hasattr(value, "isoformat")


FINDING = {
    "gives records in the order they were written": wrong(
        "the_order_is_that_of_the_code_points_of_the_ids", both={"in_order": by_luck}
    ),
    "gives records in the order of a dictionary of words": wrong(
        "the_order_is_that_of_the_code_points_of_the_ids", both={"in_order": by_locale}
    ),
    "gives a thousand records at most": wrong("without_a_limit_everything_is_given", both={"page": thousand}),
    "begins a page with the last of the one before": wrong(
        "pages_begin_after_an_id_and_end_at_the_limit", both={"is_after": inclusive}
    ),
    "leaves out the day itself": wrong(
        "an_up_to_index_finds_what_comes_until_a_day",
        also=("companies",),  # they are found by the same index
        both=matching(before_the_day),
    ),
    "forgets what goes on until the day itself": wrong(
        "a_from_index_finds_what_goes_on_until_a_day_at_least", both=matching(after_the_day)
    ),
    "takes nothing for equal to nothing": wrong(
        "an_equal_index_finds_those_without_a_value", both=matching(null_is_never_equal)
    ),
    "compares texts without regard to case": wrong("an_equal_index_finds_those_with_the_value", both=matching(like)),
    "finds a state only as a member": wrong("a_state_is_found_as_member_or_as_text", both=matching(by_member_only)),
    "lets figures drift from records": wrong("figures_follow_every_change", txn={"stored": stale_figures}),
    "answers for an index it does not have": wrong(
        "every_column_with_an_index_can_be_asked_for_and_no_other", both={"page": one_more_index}
    ),
    "gives days as text": wrong("figures_are_the_native_columns", both={"figures": days_as_text}),
}

# ----------------------------------------------------------------------------------------------------------- promise 12


def unique_without_number(self: GlassTransaction, kind: str) -> list[str]:
    return [each for each in GlassTransaction.unique(self, kind) if each != "number"]


def unique_without_part(self: GlassTransaction, kind: str) -> list[str]:
    return [each for each in GlassTransaction.unique(self, kind) if each != "live_part"]


def no_unique_keys(self: GlassTransaction, record: Any) -> tuple[str, ...]:
    return ()


def others_of_all_kinds(self: GlassTransaction, record: Any) -> list[Stored]:
    return [each for (_, id), each in self.state.records.items() if id != record.id]


def taken_in_any_case(self: GlassTransaction, record: Any) -> list[str]:
    own = (row_of(record).get("number") or "").casefold()
    same = [each for each in self.others(record) if own and (each.row["number"] or "").casefold() == own]
    return ["number"] if same else GlassTransaction.taken(self, record)


def keys_for_ever(self: GlassTransaction, record: Any) -> Stored:
    kept = GlassTransaction.stored(self, record)
    known = self.state.records.get((record.kind, str(record.id)))
    return evolve(kept, keys=(*kept.keys, *known.keys)) if known else kept


def dead_parts_too(self: GlassTransaction, stored: Stored) -> set[tuple[str, Any]]:
    claims = GlassTransaction.claims(self, stored)
    if stored.row.get("quote_id"):
        claims |= {("live_part", f"{stored.row['quote_id']}/{stored.row['part']}")}
    return claims


def inserts_first(self: GlassTransaction, commit: Any) -> None:
    for record in commit.removes:
        self.remove(record)
    for record in sorted(commit.writes, key=lambda each: each.version != 1):
        self.put(record)
    self.append(commit)
    if commit.receipt is not None:
        self.keep(commit.receipt)


def removes_last(self: GlassTransaction, commit: Any) -> None:
    for record in sorted(commit.writes, key=lambda each: each.version == 1):
        self.put(record)
    for record in commit.removes:
        self.remove(record)
    self.append(commit)
    if commit.receipt is not None:
        self.keep(commit.receipt)


def one_quote_without_number(self: GlassTransaction, record: Any) -> list[str]:
    rows = [each.row for each in self.others(record)] if record.kind == "quote" else []
    unnumbered = row_of(record).get("number") is None and any(row["number"] is None for row in rows)
    return ["number"] if unnumbered else GlassTransaction.taken(self, record)


def only_committed(self: GlassTransaction, record: Any) -> list[Stored]:
    """Looks for what is taken before the transaction only."""
    known = self.storage.state(self.company).records.items()
    return [
        each
        for (kind, id), each in known
        if kind == record.kind and id != record.id and (kind, id) in self.state.records
    ]


def conflict_of_nobody(self: GlassTransaction, record: Any) -> None:
    if self.taken(record) and external_of(record):
        raise Conflict
    GlassTransaction.put(self, record)


UNIQUE = {
    "gives a number twice": wrong("a_printed_number_is_given_once", txn={"unique": unique_without_number}),
    "takes numbers for equal that differ in case": wrong(
        "a_printed_number_is_given_once", txn={"taken": taken_in_any_case}
    ),
    "shares numbers between kinds": wrong("kinds_do_not_share_their_numbers", txn={"others": others_of_all_kinds}),
    "lets a part of a quote have two invoices": wrong(
        "a_part_of_a_quote_has_one_live_invoice", txn={"unique": unique_without_part}
    ),
    "lets a voided invoice keep its part": wrong(
        "a_void_frees_its_part_for_a_new_invoice_in_the_same_commit", txn={"claims": dead_parts_too}
    ),
    "inserts before it updates": wrong(
        "a_void_frees_its_part_for_a_new_invoice_in_the_same_commit", txn={"store": inserts_first}
    ),
    "inserts before it removes": wrong(
        "a_remove_frees_number_and_key_for_a_new_record_in_the_same_commit", txn={"store": removes_last}
    ),
    "lets two records have a key": wrong(
        "a_key_of_another_system_stands_for_one_record_of_a_kind", txn={"unique_keys": no_unique_keys}
    ),
    "never frees a key": wrong("a_change_takes_and_frees_keys", txn={"stored": keys_for_ever}),
    "takes no number for a number": wrong("many_records_may_have_no_number", txn={"taken": one_quote_without_number}),
    "does not compare what one commit brings": wrong(
        "two_new_records_of_one_commit_may_not_share_either", txn={"others": only_committed}
    ),
    "does not say whose key is taken": wrong(
        "a_key_of_another_system_stands_for_one_record_of_a_kind", txn={"put": conflict_of_nobody}
    ),
}
