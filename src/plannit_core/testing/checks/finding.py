"""Promises 11 and 12: records are found in order, and nothing unique is shared by two."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from types import FrameType

import pytest

from ...errors import InvalidInput
from ...lifecycle import InvoiceState
from ...ports import COLUMNS, EVERY, EXTERNAL, row_of
from ..base import Opener, checks
from ..samples import (
    ACME,
    JUNE_15,
    MARCH_2,
    MARCH_9,
    OTHER,
    conflict,
    contact,
    found,
    ids,
    invoice,
    job,
    one_of_each,
    quote,
    store,
)

MIXED = ("a", "B", "b", "A", "_", "-", "Z", "z", "10", "9")
BY_CODE_POINT = sorted(f"con_{tail}" for tail in MIXED)

# ----------------------------------------------------------------------------------------------------------- promise 11


def the_order_is_that_of_the_code_points_of_the_ids(opener: Opener) -> None:
    storage = opener()
    store(storage, *(contact(tail) for tail in MIXED))
    assert ids(storage, "contact", EVERY, "") == BY_CODE_POINT
    with storage.reading(ACME) as snapshot:
        assert [row["id"] for row in snapshot.figures("contact", EVERY, "")] == BY_CODE_POINT


def pages_begin_after_an_id_and_end_at_the_limit(opener: Opener) -> None:
    storage = opener()
    store(storage, *(contact(tail) for tail in MIXED))
    with storage.reading(ACME) as snapshot:
        for after in (None, "", "con_A", "con_a", "con_M", "con_zz"):
            for limit in (None, 0, 1, 3, 100):
                expected = [each for each in BY_CODE_POINT if each > (after or "")][:limit]
                selected = snapshot.select("contact", EVERY, "", after=after, limit=limit)
                assert [each.id for each in selected] == expected, (after, limit)
                rows = snapshot.figures("contact", EVERY, "", after=after, limit=limit)
                assert [row["id"] for row in rows] == expected, (after, limit)


def without_a_limit_everything_is_given(opener: Opener) -> None:
    storage = opener()
    store(storage, *(contact(f"{n:04}") for n in range(1_500)))
    assert ids(storage, "contact", EVERY, "") == [f"con_{n:04}" for n in range(1_500)]
    assert ids(storage, "contact", EVERY, "", after="con_0740", limit=2) == ["con_0741", "con_0742"]


SMALL, LARGE, A_LOOK = 20, 320, 5


def what_is_not_returned_is_not_read(opener: Opener) -> None:
    """Counted in calls, not in seconds: a page costs no more where much is stored.

    To look at a record and pass it over is allowed, which takes a call or three; to read it takes more.
    """
    storage = opener()
    costs: dict[int, list[int]] = {}
    for size in (SMALL, LARGE):
        before = len(ids(storage, "invoice", EVERY, ""))
        store(storage, *(invoice(f"{n:04}", job_id=f"job_{n % 10}") for n in range(before, size)))
        with storage.reading(ACME) as snapshot:
            questions: tuple[Callable[[], object], ...] = (
                lambda: snapshot.select("invoice", EVERY, "", limit=1),
                lambda: snapshot.select("invoice", EVERY, "", after="inv_0017", limit=2),
                lambda: snapshot.select("invoice", "job_id", "job_1", limit=1),
                lambda: snapshot.select("invoice", "job_id", "job_x"),
                lambda: snapshot.figures("invoice", "job_id", "job_1", limit=1),
            )
            costs[size] = [calls(question) for question in questions]
    for few, many in zip(costs[SMALL], costs[LARGE], strict=True):
        assert many - few <= A_LOOK * (LARGE - SMALL), costs


def calls(act: Callable[[], object]) -> int:
    """How many functions are called by an act that was done once before, so that what is prepared once is not counted."""
    act()
    count = 0

    def see(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def an_equal_index_finds_those_with_the_value(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("b", job_id="job_2"), invoice("a", job_id="job_2"), invoice("c"))
    assert ids(storage, "invoice", "job_id", "job_2") == ["inv_a", "inv_b"]
    assert ids(storage, "invoice", "job_id", "job_2", after="inv_a") == ["inv_b"]
    assert ids(storage, "invoice", "job_id", "job_2", limit=1) == ["inv_a"]
    for near in ("job", "job_", "JOB_2", "job_2 ", "job\\_2", "job%"):
        assert ids(storage, "invoice", "job_id", near) == []


def an_equal_index_finds_those_without_a_value(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1"), invoice("2", quote_id="quo_1", part=1), invoice("3", number="F-1"))
    assert ids(storage, "invoice", "quote_id", None) == ["inv_1", "inv_3"]
    assert ids(storage, "invoice", "number", None, after="inv_1") == ["inv_2"]


def a_state_is_found_as_member_or_as_text(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1"), invoice("2", state=InvoiceState.ISSUED, issued_on=MARCH_2))
    assert ids(storage, "invoice", "state", InvoiceState.ISSUED) == ids(storage, "invoice", "state", "issued")
    assert ids(storage, "invoice", "state", InvoiceState.ISSUED) == ["inv_2"]


def an_up_to_index_finds_what_comes_until_a_day(opener: Opener) -> None:
    storage = opener()
    store(
        storage,
        invoice("c", send_on=MARCH_2),
        invoice("a", send_on=MARCH_9),
        invoice("b", send_on=JUNE_15),
        invoice("d"),
        invoice("e", send_on=date.max),
    )
    for day, expected in (
        (date(2026, 3, 1), []),
        (MARCH_2, ["inv_c"]),
        (MARCH_9, ["inv_a", "inv_c"]),
        (date.max, ["inv_a", "inv_b", "inv_c", "inv_e"]),
        (None, []),
    ):
        assert ids(storage, "invoice", "leaves_on", day) == expected, day
    assert ids(storage, "invoice", "leaves_on", date.max, after="inv_a", limit=2) == ["inv_b", "inv_c"]


def a_from_index_finds_what_goes_on_until_a_day_at_least(opener: Opener) -> None:
    storage = opener()
    store(
        storage,
        invoice("c", state=InvoiceState.ISSUED, issued_on=MARCH_2),
        invoice("b", state=InvoiceState.VOIDED, issued_on=MARCH_2, voided_on=MARCH_2),
        invoice("a", state=InvoiceState.VOIDED, issued_on=MARCH_2, voided_on=MARCH_9),
        invoice("d"),
    )
    for day, expected in (
        (date.min, ["inv_a", "inv_b", "inv_c"]),
        (MARCH_2, ["inv_a", "inv_b", "inv_c"]),
        (MARCH_9, ["inv_a", "inv_c"]),
        (JUNE_15, ["inv_c"]),
        (date.max, ["inv_c"]),
        (None, []),
    ):
        assert ids(storage, "invoice", "open_until", day) == expected, day
    assert ids(storage, "invoice", "open_until", MARCH_2, after="inv_a", limit=1) == ["inv_b"]


def a_change_moves_a_record_from_one_value_to_the_other(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice(send_on=MARCH_2))
    store(storage, invoice(version=2, job_id="job_2", send_on=JUNE_15))
    assert ids(storage, "invoice", "job_id", "job_1") == []
    assert ids(storage, "invoice", "job_id", "job_2") == ["inv_1"]
    assert ids(storage, "invoice", "leaves_on", MARCH_9) == []
    assert ids(storage, "invoice", "leaves_on", JUNE_15) == ["inv_1"]


def figures_are_the_native_columns(opener: Opener) -> None:
    """Plain text, whole numbers, days; amounts in minor units."""
    storage = opener()
    for number, record in enumerate(one_of_each()):
        store(storage, record, company=f"company-{number}")
        with storage.reading(f"company-{number}") as snapshot:
            (row,) = snapshot.figures(record.kind, EVERY, "")
        assert dict(row) == row_of(record)
        assert {type(value) for value in row.values()} <= {str, int, date, type(None)}


def figures_follow_every_change(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice(price="100.00"))
    issued = invoice(version=2, price="250.10", state=InvoiceState.ISSUED, number="F-1", issued_on=MARCH_2)
    for record in (issued, invoice(version=3, price="90071992547409.93")):
        store(storage, record)
        with storage.reading(ACME) as snapshot:
            (row,) = snapshot.figures("invoice", EVERY, "")
        assert dict(row) == row_of(record)


def every_column_with_an_index_can_be_asked_for_and_no_other(opener: Opener) -> None:
    storage = opener()
    store(storage, *one_of_each())
    with storage.reading(ACME) as snapshot:
        for record in one_of_each():
            for index, column in COLUMNS[record.kind].items():
                if column.index is None:
                    for ask in (snapshot.select, snapshot.figures):
                        with pytest.raises(InvalidInput) as unknown:
                            ask(record.kind, index, None)
                        assert (unknown.value.code, unknown.value.path) == ("find.unknown-field", index)
                elif (value := column.of(record)) is not None:
                    assert record.id in [each.id for each in snapshot.select(record.kind, index, value)]
                    assert record.id in [row["id"] for row in snapshot.figures(record.kind, index, value)]


# ----------------------------------------------------------------------------------------------------------- promise 12


def a_printed_number_is_given_once(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1", number="F-1"))
    assert conflict(storage, invoice("2", number="F-1")) == ("invoice", "inv_2", 0, 0)
    store(storage, invoice("2"))
    assert conflict(storage, invoice("2", version=2, number="F-1")) == ("invoice", "inv_2", 1, 1)
    assert found(storage, "invoice", "inv_2") == invoice("2")
    store(storage, invoice("3", number="f-1"), invoice("4", number="F-1 "))
    store(storage, invoice("5", number="F-1"), company=OTHER)


def many_records_may_have_no_number(opener: Opener) -> None:
    storage = opener()
    store(storage, quote("1"), quote("2"), invoice("1"), invoice("2"))
    assert ids(storage, "quote", EVERY, "") == ["quo_1", "quo_2"]


def kinds_do_not_share_their_numbers(opener: Opener) -> None:
    storage = opener()
    store(storage, job(number="1"), quote(number="1"), invoice(number="1"))
    assert ids(storage, "quote", "number", "1") == ["quo_1"]


def a_part_of_a_quote_has_one_live_invoice(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1", quote_id="quo_1", part=1), invoice("2", quote_id="quo_1", part=2))
    assert conflict(storage, invoice("3", quote_id="quo_1", part=1)) == ("invoice", "inv_3", 0, 0)


def a_void_frees_its_part_for_a_new_invoice_in_the_same_commit(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice("1", quote_id="quo_1", part=1))
    voided = invoice("1", version=2, quote_id="quo_1", part=1, state=InvoiceState.VOIDED, voided_on=MARCH_2)
    store(storage, invoice("2", quote_id="quo_1", part=1), voided)
    assert ids(storage, "invoice", "live_part", "quo_1/1") == ["inv_2"]


def a_remove_frees_number_and_key_for_a_new_record_in_the_same_commit(opener: Opener) -> None:
    storage = opener()
    before = invoice("1", number="F-1", external={"erp": "1"})
    store(storage, before)
    store(storage, invoice("2", number="F-1", external={"erp": "1"}), removes=(before,))
    assert ids(storage, "invoice", "number", "F-1") == ["inv_2"]
    assert ids(storage, "invoice", EXTERNAL, "erp:1") == ["inv_2"]


def a_key_of_another_system_stands_for_one_record_of_a_kind(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("1", external={"erp": "1"}), contact("2"))
    assert conflict(storage, contact("3", external={"erp": "1"})) == ("contact", "con_3", 0, 0)
    assert conflict(storage, contact("2", version=2, external={"erp": "1"})) == ("contact", "con_2", 1, 1)
    store(storage, job(external={"erp": "1"}), contact("3", external={"other": "1", "erp": "2"}))
    assert ids(storage, "contact", EXTERNAL, "erp:1") == ["con_1"]
    assert ids(storage, "contact", EXTERNAL, "other:1") == ids(storage, "contact", EXTERNAL, "erp:2") == ["con_3"]
    assert ids(storage, "job", EXTERNAL, "erp:1") == ["job_1"]


def a_change_takes_and_frees_keys(opener: Opener) -> None:
    storage = opener()
    store(storage, contact("1", external={"erp": "1", "crm": "1"}))
    store(storage, contact("1", version=2, external={"erp": "1", "crm": "2"}))
    assert ids(storage, "contact", EXTERNAL, "crm:1") == []
    assert ids(storage, "contact", EXTERNAL, "crm:2") == ["con_1"]
    store(storage, contact("2", external={"crm": "1"}))
    store(storage, contact("1", version=3))
    assert ids(storage, "contact", EXTERNAL, "erp:1") == []


def two_new_records_of_one_commit_may_not_share_either(opener: Opener) -> None:
    storage = opener()
    assert conflict(storage, job("1", number="1"), job("2", number="1")) == ("job", "job_2", 0, 0)
    one, other = (contact(tail, external={"a": "1"}) for tail in "12")
    assert conflict(storage, one, other) == ("contact", "con_2", 0, 0)


def what_an_open_reader_still_sees_may_be_taken_by_another(opener: Opener) -> None:
    storage = opener()
    before = invoice("1", number="F-1", external={"erp": "1"})
    store(storage, before)
    with storage.reading(ACME) as snapshot:
        assert snapshot.load("invoice", "inv_1") == before
        if opener.tries(lambda: store(storage, removes=(before,))):
            opener.soon(lambda: store(storage, invoice("2", number="F-1", external={"erp": "1"})))


CHECKS = (
    *checks(
        "11",
        the_order_is_that_of_the_code_points_of_the_ids,
        pages_begin_after_an_id_and_end_at_the_limit,
        without_a_limit_everything_is_given,
        what_is_not_returned_is_not_read,
        an_equal_index_finds_those_with_the_value,
        an_equal_index_finds_those_without_a_value,
        a_state_is_found_as_member_or_as_text,
        an_up_to_index_finds_what_comes_until_a_day,
        a_from_index_finds_what_goes_on_until_a_day_at_least,
        a_change_moves_a_record_from_one_value_to_the_other,
        figures_are_the_native_columns,
        figures_follow_every_change,
        every_column_with_an_index_can_be_asked_for_and_no_other,
    ),
    *checks(
        "12",
        a_printed_number_is_given_once,
        many_records_may_have_no_number,
        kinds_do_not_share_their_numbers,
        a_part_of_a_quote_has_one_live_invoice,
        a_void_frees_its_part_for_a_new_invoice_in_the_same_commit,
        a_remove_frees_number_and_key_for_a_new_record_in_the_same_commit,
        a_key_of_another_system_stands_for_one_record_of_a_kind,
        a_change_takes_and_frees_keys,
        two_new_records_of_one_commit_may_not_share_either,
        what_an_open_reader_still_sees_may_be_taken_by_another,
    ),
)
