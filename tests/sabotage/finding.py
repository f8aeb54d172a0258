"""Wrong in promises 11 and 12: what is found, and what is unique."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from plannit_core.errors import Conflict
from plannit_core.lifecycle import InvoiceState
from plannit_core.ports import COLUMNS, EVERY, EXTERNAL, Match, external_of, row_of

from .disk import Stored
from .glass import GlassSnapshot, GlassTransaction
from .wrong import wrong

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

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
