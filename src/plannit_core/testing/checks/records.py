"""Promises 3, 6 and 9: versions, records that come back equal, companies that do not meet."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

from attrs import evolve

from ...cursors import Cursor
from ...decisions import Record
from ...errors import Conflict
from ...ports import EVERY, EXTERNAL
from ...values.ids import ContactId, InvoiceId
from ...values.lines import Line
from ...values.money import Money, Price
from ..base import Opener, checks
from ..samples import (
    ACME,
    JUNE_15,
    MARCH_2,
    OTHER,
    added,
    company,
    conflict,
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

# ------------------------------------------------------------------------------------------------------------ promise 3


def a_new_record_has_version_1_and_each_change_one_more(opener: Opener) -> None:
    storage = opener()
    for version in (1, 2, 3):
        store(storage, contact(version=version))
    assert found(storage, "contact", "con_1") == contact(version=3)


def a_change_of_an_old_version_is_a_conflict_that_says_what_is_stored(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    store(storage, contact(version=2))
    assert conflict(storage, contact(version=2, name="Late")) == ("contact", "con_1", 1, 2)
    assert found(storage, "contact", "con_1") == contact(version=2)


def a_change_of_a_version_to_come_is_a_conflict(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    assert conflict(storage, contact(version=3)) == ("contact", "con_1", 2, 1)


def a_new_record_that_is_there_already_is_a_conflict(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    store(storage, contact(version=2))
    assert conflict(storage, contact()) == ("contact", "con_1", 0, 2)


def a_change_of_what_is_gone_is_a_conflict(opener: Opener) -> None:
    assert conflict(opener(), contact(version=2)) == ("contact", "con_1", 1, 0)


def a_remove_of_an_old_version_is_a_conflict(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice())
    store(storage, invoice(version=2))
    assert conflict(storage, removes=(invoice(),)) == ("invoice", "inv_1", 1, 2)
    assert found(storage, "invoice", "inv_1") == invoice(version=2)


def a_remove_of_what_is_gone_is_a_conflict(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice())
    store(storage, removes=(invoice(),))
    assert conflict(storage, removes=(invoice(),)) == ("invoice", "inv_1", 1, 0)


def what_was_removed_may_come_again_as_new(opener: Opener) -> None:
    storage = opener()
    store(storage, invoice())
    store(storage, removes=(invoice(),))
    store(storage, invoice(job_id="job_2"))
    assert found(storage, "invoice", "inv_1") == invoice(job_id="job_2")
    assert ids(storage, "invoice", "job_id", "job_1") == []


def the_settings_and_the_series_have_versions_too(opener: Opener) -> None:
    storage = opener()
    store(storage, company(), series())
    store(storage, series(version=2, last=2))
    assert conflict(storage, series(version=2, last=2)) == ("series", "ser_invoice", 1, 2)
    assert conflict(storage, company()) == ("company", "com_settings", 0, 1)


# ------------------------------------------------------------------------------------------------------------ promise 6


def come_back(opener: Opener, *records: Record) -> None:
    """Each, in a company of its own, by every way it can be asked for."""
    storage = opener()
    for number, record in enumerate(records):
        here = f"company-{number}"
        store(storage, record, company=here)
        with storage.reading(here) as snapshot:
            assert snapshot.load(record.kind, record.id) == record
            assert list(snapshot.select(record.kind, EVERY, "")) == [record]
        again = evolve(cast(Any, record), version=record.version + 1)
        store(storage, again, company=here)
        assert found(storage, record.kind, record.id, here) == again


def a_record_of_each_kind_comes_back_equal(opener: Opener) -> None:
    come_back(opener, *one_of_each())


def amounts_come_back_to_the_last_decimal(opener: Opener) -> None:
    """Beyond what a binary float can hold, and with all the decimals a price and a quantity may have."""
    amounts = ("90071992547409.93", "-90071992547409.91", "0.01", "-0.01", "0.00", "1000000.10")
    odd = Line("Vis", "333.3333", Price.cad("0.0375"), cost=Price.cad("-0.0001"))
    kept = quote()
    come_back(
        opener,
        *(invoice(price=amount) for amount in amounts),
        evolve(kept, lines=(odd, Line("Vis", "-0.0001", Money.cad("90071992547409.93")))),
    )


def texts_come_back_to_the_letter(opener: Opener) -> None:
    """Those that look like nothing, like numbers or like each other; spaces at the ends, and letters of any script."""
    empty_looking = ("NULL", "null", "None", "nan", "NaN", "0", "''", "%", "\\", "\\N", "true", "1e5", "0123")
    spaces = (" Ada", "Ada ", "A\tb", "A\nb", "A\r\nb", "a" * 200)
    letters = ("é", "e\u0301", "ß", "SS", "İ", "ﬁ", "œ", "李", "ا", "\U0001f6e0", "\u200b", "\ufeff", "\uffff")
    come_back(opener, *(contact(name=each) for each in empty_looking + spaces + letters))


def instants_come_back_in_utc_to_the_microsecond(opener: Opener) -> None:
    storage = opener()
    in_quebec = datetime(2026, 3, 2, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    for number, at in enumerate((in_quebec.astimezone(UTC), datetime(1970, 1, 1, tzinfo=UTC)), start=1):
        record = evolve(job(f"{number}"), opened_at=at)
        store(storage, record)
        known = cast(Any, found(storage, "job", record.id))
        assert known == record
        assert (known.opened_at, known.opened_at.utcoffset()) == (at, timedelta(0))


def the_order_within_a_record_comes_back(opener: Opener) -> None:
    storage = opener()
    store(storage, work_order())
    known = cast(Any, found(storage, "work_order", "wor_1"))
    assert known.invoice_ids == (InvoiceId("inv_2"), InvoiceId("inv_1"))
    come_back(opener, contact(external={"zoo": "1", "erp": "2"}))


def an_id_is_found_whether_typed_or_plain(opener: Opener) -> None:
    storage = opener()
    store(storage, contact())
    assert found(storage, "contact", ContactId("con_1")) == found(storage, "contact", "con_1") == contact()


def ids_that_differ_in_anything_are_two(opener: Opener) -> None:
    storage = opener()
    tails = ("a", "A", "a-", "a_", "01", "1")
    store(storage, *(contact(tail, name=tail) for tail in tails))
    for tail in tails:
        assert found(storage, "contact", f"con_{tail}") == contact(tail, name=tail)


def what_is_given_out_cannot_be_used_to_change_what_is_stored(opener: Opener) -> None:
    storage = opener()
    store(storage, job(status="Kept"), events=(drafted(invoice()),))
    refusals = (AttributeError, TypeError)
    with storage.reading(ACME) as snapshot:
        lists: list[Any] = [snapshot.select("job", EVERY, ""), snapshot.timeline("job_1"), storage.events(ACME)]
        rows: list[Any] = list(snapshot.figures("job", EVERY, ""))
        for given in lists:
            with contextlib.suppress(*refusals):
                given.clear()
        for row in rows:
            with contextlib.suppress(*refusals):
                row["status"] = "Changed"
    with storage.reading(ACME) as snapshot:
        assert list(snapshot.select("job", EVERY, "")) == [job(status="Kept")]
        assert [row["status"] for row in snapshot.figures("job", EVERY, "")] == ["Kept"]
        assert len(snapshot.timeline("job_1")) == len(storage.events(ACME)) == 1


# ------------------------------------------------------------------------------------------------------------ promise 9


def companies_use_the_same_ids_numbers_and_keys(opener: Opener) -> None:
    storage = opener()
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


def nothing_of_another_company_is_found_in_any_way(opener: Opener) -> None:
    """By one that holds nothing, and by one that holds something else."""
    storage = opener()
    theirs = contact(external={"erp": "1"})
    store(storage, theirs, invoice(send_on=MARCH_2), events=(drafted(invoice()),), key="click-1")
    storage.keep_cursor(ACME, "mailer", Cursor(1))
    store(storage, contact("own"), company=OTHER)
    for stranger, own in ((OTHER, [contact("own")]), ("nobody", [])):
        with storage.reading(stranger) as snapshot:
            assert snapshot.load("contact", "con_1") is None
            assert list(snapshot.select("contact", EVERY, "")) == own
            assert list(snapshot.select("contact", EXTERNAL, "erp:1")) == []
            assert list(snapshot.select("invoice", "job_id", "job_1")) == []
            assert list(snapshot.figures("invoice", "leaves_on", JUNE_15)) == []
            assert list(snapshot.figures("invoice", "live_part", None)) == []
            assert list(snapshot.timeline("job_1")) == []
            assert snapshot.receipt("click-1") is None
        with storage.writing(stranger) as txn:
            assert txn.load("contact", "con_1") is None
            assert txn.receipt("click-1") is None
        assert list(storage.events(stranger)) == []
        assert storage.position(stranger) == 0
        assert storage.cursor(stranger, "mailer") is None


def nothing_of_another_company_is_changed_or_removed(opener: Opener) -> None:
    storage = opener()
    store(storage, contact(external={"erp": "1"}))
    for change in (contact(version=2),), ():
        with contextlib.suppress(Conflict):
            store(storage, *change, removes=() if change else (contact(),), company=OTHER)
        assert found(storage, "contact", "con_1") == contact(external={"erp": "1"})
    store(storage, contact(external={"erp": "1"}), company=OTHER)
    store(storage, removes=(contact(),), company=OTHER)
    assert found(storage, "contact", "con_1") == contact(external={"erp": "1"})
    assert ids(storage, "contact", EXTERNAL, "erp:1") == ["con_1"]


def companies_whose_names_differ_only_in_case_are_two(opener: Opener) -> None:
    storage = opener()
    store(storage, contact(), company="Acme")
    assert found(storage, "contact", "con_1", "acme") is None
    assert list(storage.companies()) == ["Acme"]


CHECKS = (
    *checks(
        "3",
        a_new_record_has_version_1_and_each_change_one_more,
        a_change_of_an_old_version_is_a_conflict_that_says_what_is_stored,
        a_change_of_a_version_to_come_is_a_conflict,
        a_new_record_that_is_there_already_is_a_conflict,
        a_change_of_what_is_gone_is_a_conflict,
        a_remove_of_an_old_version_is_a_conflict,
        a_remove_of_what_is_gone_is_a_conflict,
        what_was_removed_may_come_again_as_new,
        the_settings_and_the_series_have_versions_too,
    ),
    *checks(
        "6",
        a_record_of_each_kind_comes_back_equal,
        amounts_come_back_to_the_last_decimal,
        texts_come_back_to_the_letter,
        instants_come_back_in_utc_to_the_microsecond,
        the_order_within_a_record_comes_back,
        an_id_is_found_whether_typed_or_plain,
        ids_that_differ_in_anything_are_two,
        what_is_given_out_cannot_be_used_to_change_what_is_stored,
    ),
    *checks(
        "9",
        companies_use_the_same_ids_numbers_and_keys,
        nothing_of_another_company_is_found_in_any_way,
        nothing_of_another_company_is_changed_or_removed,
        companies_whose_names_differ_only_in_case_are_two,
    ),
)
