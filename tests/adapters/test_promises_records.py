"""Promises 3, 6, 9, 11 and 12 of a storage: records and how they are found. Each class is one promise of `plannit_core.ports`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from adapters.samples import (
    ACME,
    CAD,
    JUNE_15,
    MARCH_2,
    MARCH_9,
    OTHER,
    added,
    company,
    contact,
    drafted,
    found,
    ids,
    invoice,
    job,
    one_of_each,
    quote,
    series,
    store,
    work_order,
)
from plannit_core import Conflict, InvalidInput
from plannit_core.cursors import Cursor
from plannit_core.lifecycle import InvoiceState
from plannit_core.ports import COLUMNS, EVERY, EXTERNAL, row_of
from plannit_core.values.ids import ContactId, InvoiceId

if TYPE_CHECKING:
    from plannit_core.decisions import Record
    from plannit_core.ports import Storage

MIXED = ("a", "B", "b", "A", "_", "-", "Z", "z", "10", "9")
BY_CODE_POINT = sorted(f"con_{tail}" for tail in MIXED)


def conflict(storage: Storage, *writes: Record, **more: object) -> tuple[str, str, int, int]:
    """What the conflict says that storing them makes."""
    with pytest.raises(Conflict) as caught:
        store(storage, *writes, **more)
    error = caught.value
    return error.kind, error.id, error.expected, error.found


class TestPromise3VersionsAreCompared:
    def test_a_new_record_has_version_1_and_each_change_one_more(self, storage: Storage) -> None:
        for version in (1, 2, 3):
            store(storage, contact(version=version))
        assert found(storage, "contact", "con_1") == contact(version=3)

    def test_a_change_of_an_old_version_is_a_conflict_that_says_what_is_stored(self, storage: Storage) -> None:
        store(storage, contact())
        store(storage, contact(version=2))
        assert conflict(storage, contact(version=2, name="Late")) == ("contact", "con_1", 1, 2)
        assert found(storage, "contact", "con_1") == contact(version=2)

    def test_a_change_of_a_version_to_come_is_a_conflict(self, storage: Storage) -> None:
        store(storage, contact())
        assert conflict(storage, contact(version=3)) == ("contact", "con_1", 2, 1)

    def test_a_new_record_that_is_there_already_is_a_conflict(self, storage: Storage) -> None:
        store(storage, contact())
        store(storage, contact(version=2))
        assert conflict(storage, contact()) == ("contact", "con_1", 0, 2)

    def test_a_change_of_what_is_gone_is_a_conflict(self, storage: Storage) -> None:
        assert conflict(storage, contact(version=2)) == ("contact", "con_1", 1, 0)

    def test_a_remove_of_an_old_version_is_a_conflict(self, storage: Storage) -> None:
        store(storage, invoice())
        store(storage, invoice(version=2))
        assert conflict(storage, removes=(invoice(),)) == ("invoice", "inv_1", 1, 2)
        assert found(storage, "invoice", "inv_1") == invoice(version=2)

    def test_a_remove_of_what_is_gone_is_a_conflict(self, storage: Storage) -> None:
        store(storage, invoice())
        store(storage, removes=(invoice(),))
        assert conflict(storage, removes=(invoice(),)) == ("invoice", "inv_1", 1, 0)

    def test_a_conflict_undoes_what_was_written_with_it(self, storage: Storage) -> None:
        store(storage, contact())
        conflict(storage, invoice(), job(), contact(), events=(drafted(invoice()),), key="click-1")
        with storage.reading(ACME) as snapshot:
            assert snapshot.load("invoice", "inv_1") is None
            assert snapshot.load("job", "job_1") is None
            assert snapshot.receipt("click-1") is None
        assert storage.position(ACME) == 0

    def test_what_was_removed_may_come_again_as_new(self, storage: Storage) -> None:
        store(storage, invoice())
        store(storage, removes=(invoice(),))
        store(storage, invoice(job_id="job_2"))
        assert found(storage, "invoice", "inv_1") == invoice(job_id="job_2")
        assert ids(storage, "invoice", "job_id", "job_1") == []

    def test_the_settings_and_the_series_have_versions_too(self, storage: Storage) -> None:
        store(storage, company(), series())
        store(storage, series(version=2, last=2))
        assert conflict(storage, series(version=2, last=2)) == ("series", "ser_invoice", 1, 2)
        assert conflict(storage, company()) == ("company", "com_settings", 0, 1)


class TestPromise6RecordsComeBackEqual:
    @pytest.mark.parametrize("record", one_of_each(), ids=lambda record: str(record.id))
    def test_a_record_of_each_kind_comes_back_equal(self, storage: Storage, record: Record) -> None:
        store(storage, record)
        with storage.reading(ACME) as snapshot:
            assert snapshot.load(record.kind, record.id) == record
            assert snapshot.select(record.kind, EVERY, "") == [record]

    def test_every_kind_has_a_sample(self) -> None:
        assert {record.kind for record in one_of_each()} == set(COLUMNS)

    def test_every_column_has_a_sample_with_a_value(self) -> None:
        seen = {(each.kind, name) for each in one_of_each() for name, value in row_of(each).items() if value}
        named = {(kind, name) for kind, columns in COLUMNS.items() for name in columns}
        assert named - seen == {("invoice", "paid"), ("invoice", "rounding")}

    def test_an_id_is_found_whether_typed_or_plain(self, storage: Storage) -> None:
        store(storage, contact())
        assert found(storage, "contact", ContactId("con_1")) == found(storage, "contact", "con_1") == contact()


class TestPromise9AnotherCompanysIsNotFound:
    def test_companies_use_the_same_ids_numbers_and_keys(self, storage: Storage) -> None:
        for name, owner in ((ACME, "Ada"), (OTHER, "Grace")):
            store(
                storage,
                contact(name=owner, external={"erp": "1"}),
                job(number="J-1"),
                invoice(number="F-1", quote_id="quo_1", part=1),
                events=(added(contact()),),
                key="click-1",
                company=name,
            )
        for name, owner in ((ACME, "Ada"), (OTHER, "Grace")):
            assert found(storage, "contact", "con_1", name) == contact(name=owner, external={"erp": "1"})

    def test_nothing_of_another_company_is_found_in_any_way(self, storage: Storage) -> None:
        theirs = contact(external={"erp": "1"})
        store(storage, theirs, invoice(send_on=MARCH_2), events=(drafted(invoice()),), key="click-1")
        storage.keep_cursor(ACME, "mailer", Cursor(1))
        with storage.reading(OTHER) as snapshot:
            assert snapshot.load("contact", "con_1") is None
            assert snapshot.select("contact", EVERY, "") == []
            assert snapshot.select("contact", EXTERNAL, "erp:1") == []
            assert snapshot.select("invoice", "job_id", "job_1") == []
            assert snapshot.figures("invoice", "leaves_on", JUNE_15) == []
            assert snapshot.timeline("job_1") == []
            assert snapshot.receipt("click-1") is None
        with storage.writing(OTHER) as txn:
            assert txn.load("contact", "con_1") is None
        assert storage.events(OTHER) == []
        assert storage.position(OTHER) == 0
        assert storage.cursor(OTHER, "mailer") is None

    def test_nothing_of_another_company_is_changed_or_removed(self, storage: Storage) -> None:
        store(storage, contact())
        with pytest.raises(Conflict):
            store(storage, contact(version=2), company=OTHER)
        with pytest.raises(Conflict):
            store(storage, removes=(contact(),), company=OTHER)
        assert found(storage, "contact", "con_1") == contact()

    def test_companies_whose_names_differ_only_in_case_are_two(self, storage: Storage) -> None:
        store(storage, contact(), company="Acme")
        assert found(storage, "contact", "con_1", "acme") is None
        assert storage.companies() == ["Acme"]


class TestPromise11RecordsAreFoundInOrder:
    def test_the_order_is_that_of_the_code_points_of_the_ids(self, storage: Storage) -> None:
        store(storage, *(contact(tail) for tail in MIXED))
        assert ids(storage, "contact", EVERY, "") == BY_CODE_POINT
        with storage.reading(ACME) as snapshot:
            assert [row["id"] for row in snapshot.figures("contact", EVERY, "")] == BY_CODE_POINT

    @pytest.mark.parametrize("after", [None, "", "con_A", "con_a", "con_M", "con_zz"])
    @pytest.mark.parametrize("limit", [None, 0, 1, 3, 100])
    def test_pages_begin_after_an_id_and_end_at_the_limit(
        self, storage: Storage, after: str | None, limit: int | None
    ) -> None:
        store(storage, *(contact(tail) for tail in MIXED))
        expected = [each for each in BY_CODE_POINT if each > (after or "")][:limit]
        assert ids(storage, "contact", EVERY, "", after=after, limit=limit) == expected

    def test_without_a_limit_everything_is_given(self, storage: Storage) -> None:
        store(storage, *(contact(f"{n:04}") for n in range(1_500)))
        assert ids(storage, "contact", EVERY, "") == [f"con_{n:04}" for n in range(1_500)]
        assert ids(storage, "contact", EVERY, "", after="con_0740", limit=2) == ["con_0741", "con_0742"]

    def test_an_equal_index_finds_those_with_the_value(self, storage: Storage) -> None:
        store(storage, invoice("b", job_id="job_2"), invoice("a", job_id="job_2"), invoice("c"))
        assert ids(storage, "invoice", "job_id", "job_2") == ["inv_a", "inv_b"]
        assert ids(storage, "invoice", "job_id", "job_2", after="inv_a") == ["inv_b"]
        assert ids(storage, "invoice", "job_id", "job_2", limit=1) == ["inv_a"]
        assert ids(storage, "invoice", "job_id", "job") == []

    def test_an_equal_index_finds_those_without_a_value(self, storage: Storage) -> None:
        store(storage, invoice("1"), invoice("2", quote_id="quo_1", part=1), invoice("3", number="F-1"))
        assert ids(storage, "invoice", "quote_id", None) == ["inv_1", "inv_3"]
        assert ids(storage, "invoice", "number", None, after="inv_1") == ["inv_2"]

    def test_a_state_is_found_as_member_or_as_text(self, storage: Storage) -> None:
        store(storage, invoice("1"), invoice("2", state=InvoiceState.ISSUED, issued_on=MARCH_2))
        assert ids(storage, "invoice", "state", InvoiceState.ISSUED) == ids(storage, "invoice", "state", "issued")
        assert ids(storage, "invoice", "state", InvoiceState.ISSUED) == ["inv_2"]

    def test_an_up_to_index_finds_what_comes_until_a_day(self, storage: Storage) -> None:
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
            assert ids(storage, "invoice", "leaves_on", day) == expected
        assert ids(storage, "invoice", "leaves_on", date.max, after="inv_a", limit=2) == ["inv_b", "inv_c"]

    def test_a_from_index_finds_what_goes_on_until_a_day_at_least(self, storage: Storage) -> None:
        voided = {"state": InvoiceState.VOIDED, "issued_on": MARCH_2}
        store(
            storage,
            invoice("c", state=InvoiceState.ISSUED, issued_on=MARCH_2),
            invoice("b", voided_on=MARCH_2, **voided),
            invoice("a", voided_on=MARCH_9, **voided),
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
            assert ids(storage, "invoice", "open_until", day) == expected
        assert ids(storage, "invoice", "open_until", MARCH_2, after="inv_a", limit=1) == ["inv_b"]

    def test_a_change_moves_a_record_from_one_value_to_the_other(self, storage: Storage) -> None:
        store(storage, invoice(send_on=MARCH_2))
        store(storage, invoice(version=2, job_id="job_2", send_on=JUNE_15))
        assert ids(storage, "invoice", "job_id", "job_1") == []
        assert ids(storage, "invoice", "job_id", "job_2") == ["inv_1"]
        assert ids(storage, "invoice", "leaves_on", MARCH_9) == []
        assert ids(storage, "invoice", "leaves_on", JUNE_15) == ["inv_1"]

    @pytest.mark.parametrize("record", one_of_each(), ids=lambda record: str(record.id))
    def test_figures_are_the_native_columns(self, storage: Storage, record: Record) -> None:
        store(storage, record)
        with storage.reading(ACME) as snapshot:
            [row] = snapshot.figures(record.kind, EVERY, "")
        assert row == row_of(record)
        assert {type(value) for value in row.values()} <= {str, int, date, type(None)}

    @pytest.mark.parametrize(("kind", "index"), [(kind, name) for kind, columns in COLUMNS.items() for name in columns])
    def test_every_column_with_an_index_can_be_asked_for_and_no_other(
        self, storage: Storage, kind: str, index: str
    ) -> None:
        records = [each for each in one_of_each() if each.kind == kind]
        store(storage, *records)
        column = COLUMNS[kind][index]
        with storage.reading(ACME) as snapshot:
            if column.index is None:
                for ask in (snapshot.select, snapshot.figures):
                    with pytest.raises(InvalidInput) as unknown:
                        ask(kind, index, None)
                    assert (unknown.value.code, unknown.value.path) == ("find.unknown-field", index)
                return
            for record in records:
                if (value := column.of(record)) is not None:
                    assert record in snapshot.select(kind, index, value)
                    assert row_of(record) in list(snapshot.figures(kind, index, value))


class TestPromise12NothingUniqueIsSharedByTwo:
    def test_a_printed_number_is_given_once(self, storage: Storage) -> None:
        store(storage, invoice("1", number="F-1"))
        assert conflict(storage, invoice("2", number="F-1")) == ("invoice", "inv_2", 0, 0)
        store(storage, invoice("2"))
        assert conflict(storage, invoice("2", version=2, number="F-1")) == ("invoice", "inv_2", 1, 1)
        assert found(storage, "invoice", "inv_2") == invoice("2")

    def test_many_records_may_have_no_number(self, storage: Storage) -> None:
        store(storage, quote("1"), quote("2"), invoice("1"), invoice("2"))
        assert ids(storage, "quote", "number", None) == ["quo_1", "quo_2"]

    def test_kinds_do_not_share_their_numbers(self, storage: Storage) -> None:
        store(storage, job(number="1"), quote(number="1"), invoice(number="1"))
        assert ids(storage, "quote", "number", "1") == ["quo_1"]

    def test_a_part_of_a_quote_has_one_live_invoice(self, storage: Storage) -> None:
        store(storage, invoice("1", quote_id="quo_1", part=1), invoice("2", quote_id="quo_1", part=2))
        assert conflict(storage, invoice("3", quote_id="quo_1", part=1)) == ("invoice", "inv_3", 0, 0)

    def test_a_void_frees_its_part_for_a_new_invoice_in_the_same_commit(self, storage: Storage) -> None:
        store(storage, invoice("1", quote_id="quo_1", part=1))
        voided = invoice("1", version=2, quote_id="quo_1", part=1, state=InvoiceState.VOIDED, voided_on=MARCH_2)
        store(storage, invoice("2", quote_id="quo_1", part=1), voided)
        assert ids(storage, "invoice", "live_part", "quo_1/1") == ["inv_2"]

    def test_a_remove_frees_number_and_key_for_a_new_record_in_the_same_commit(self, storage: Storage) -> None:
        before = invoice("1", number="F-1", external={"erp": "1"})
        store(storage, before)
        store(storage, invoice("2", number="F-1", external={"erp": "1"}), removes=(before,))
        assert ids(storage, "invoice", "number", "F-1") == ["inv_2"]
        assert ids(storage, "invoice", EXTERNAL, "erp:1") == ["inv_2"]

    def test_a_key_of_another_system_stands_for_one_record_of_a_kind(self, storage: Storage) -> None:
        store(storage, contact("1", external={"erp": "1"}), contact("2"))
        assert conflict(storage, contact("3", external={"erp": "1"})) == ("contact", "con_3", 0, 0)
        assert conflict(storage, contact("2", version=2, external={"erp": "1"})) == ("contact", "con_2", 1, 1)
        store(storage, job(external={"erp": "1"}), contact("3", external={"other": "1", "erp": "2"}))
        assert ids(storage, "contact", EXTERNAL, "erp:1") == ["con_1"]
        assert ids(storage, "contact", EXTERNAL, "other:1") == ids(storage, "contact", EXTERNAL, "erp:2") == ["con_3"]
        assert ids(storage, "job", EXTERNAL, "erp:1") == ["job_1"]

    def test_a_change_takes_and_frees_keys(self, storage: Storage) -> None:
        store(storage, contact("1", external={"erp": "1", "crm": "1"}))
        store(storage, contact("1", version=2, external={"erp": "1", "crm": "2"}))
        assert ids(storage, "contact", EXTERNAL, "crm:1") == []
        assert ids(storage, "contact", EXTERNAL, "crm:2") == ["con_1"]
        store(storage, contact("2", external={"crm": "1"}))
        store(storage, contact("1", version=3))
        assert ids(storage, "contact", EXTERNAL, "erp:1") == []

    def test_two_new_records_of_one_commit_may_not_share_either(self, storage: Storage) -> None:
        assert conflict(storage, job("1", number="1"), job("2", number="1")) == ("job", "job_2", 0, 0)
        assert conflict(storage, contact("1", external={"a": "1"}), contact("2", external={"a": "1"})) == (
            "contact",
            "con_2",
            0,
            0,
        )
        assert storage.companies() == []

    def test_what_an_open_reader_still_sees_may_be_taken_by_another(self, storage: Storage) -> None:
        before = invoice("1", number="F-1", external={"erp": "1"})
        store(storage, before)
        with storage.reading(ACME) as snapshot:
            store(storage, removes=(before,))
            store(storage, invoice("2", number="F-1", external={"erp": "1"}))
            assert snapshot.select("invoice", "number", "F-1") == [before]
            assert snapshot.select("invoice", EXTERNAL, "erp:1") == [before]


def test_work_orders_keep_the_order_of_their_invoices(storage: Storage) -> None:
    store(storage, work_order())
    known = found(storage, "work_order", "wor_1")
    assert known is not None
    assert known.invoice_ids == (InvoiceId("inv_2"), InvoiceId("inv_1"))


def test_amounts_in_columns_are_minor_units(storage: Storage) -> None:
    store(storage, invoice(price="100.00"))
    with storage.reading(ACME) as snapshot:
        [row] = snapshot.figures("invoice", EVERY, "")
    assert (row["subtotal"], row["total"], row["balance"]) == (10_000, 11_500, 11_500)
    assert CAD == "CAD"
