"""Ids, actors, numbers of documents, recurrences, keys of other systems: what each takes and refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, localcontext
from typing import Any

import pytest

from plannit_core import (
    Actor,
    ContactId,
    Discount,
    FixedClock,
    Instalment,
    InvalidInput,
    InvoiceId,
    JobId,
    Line,
    Money,
    Numbering,
    Price,
    QuoteId,
    Schedule,
    Share,
    SystemClock,
    Tax,
    TaxGroup,
    When,
    WorkOrderId,
    presets,
)
from plannit_core.values.actors import ActorKind, actor_of
from plannit_core.values.checks import check_day, check_text, decimal_of, scaled, tuple_of
from plannit_core.values.ids import ID_TYPES, CompanyId, Id, PaymentId, SeriesId, company_id, ids_of, parse_id, uuid7
from plannit_core.values.made import Made
from plannit_core.values.mapping import Keys, keys_of
from plannit_core.values.numbering import Restart
from plannit_core.values.recurrence import later

pytestmark = pytest.mark.filterwarnings("error")


def refused(make: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        make()
    return caught.value.code, caught.value.path


# ------------------------------------------------------------------------------------------------------------------- ids


@pytest.mark.parametrize("kind", ID_TYPES.values(), ids=lambda kind: kind.__name__)
def test_an_id_is_its_prefix_and_a_short_name_and_knows_its_kind(kind: Any) -> None:
    id = kind(f"{kind.prefix}_A-1_z")
    assert id == f"{kind.prefix}_A-1_z"
    assert type(parse_id(str(id))) is kind
    assert repr(id) == f"{kind.__name__}('{kind.prefix}_A-1_z')"
    for wrong in (
        "",
        kind.prefix,
        f"{kind.prefix}_",
        f"{kind.prefix}_é",
        f"{kind.prefix}_{'x' * 61}",
        None,
        5,
        b"job_1",
    ):
        assert refused(lambda wrong=wrong: kind(wrong)) == ("id.malformed", "id")
    other = "quo_1" if kind is JobId else "job_1"
    assert refused(lambda: kind(other)) == ("id.wrong-kind", "id")


def test_ids_of_all_kinds_have_their_own_prefixes() -> None:
    kinds = (CompanyId, SeriesId, ContactId, JobId, QuoteId, InvoiceId, WorkOrderId, PaymentId)
    assert set(ID_TYPES.values()) == set(kinds)


def test_many_ids_are_made_together_and_each_is_checked() -> None:
    made = ids_of(JobId, ["job_1", "job_2"])
    assert made == [JobId("job_1"), JobId("job_2")]
    assert {type(each) for each in made} == {JobId}
    assert ids_of(JobId, []) == []
    assert ids_of(JobId, [JobId("job_1")]) == [JobId("job_1")]
    for wrong in ("job_", "job_1 job_2", "job_1\n", None, 5):
        assert refused(lambda wrong=wrong: ids_of(JobId, ["job_1", wrong, "job_2"])) == ("id.malformed", "id")
    assert refused(lambda: ids_of(JobId, ["job_1", "quo_1"])) == ("id.wrong-kind", "id")


def test_an_id_is_of_a_kind() -> None:
    assert refused(lambda: Id("job_1")) == ("id.wrong-kind", "id")
    assert refused(lambda: Id("job")) == ("id.malformed", "id")


def test_what_was_made_is_made_once_until_it_is_too_much() -> None:
    asked: list[int] = []
    texts = Made(lambda number: asked.append(number) or str(number))
    assert [texts[5], texts[5], texts[6]] == ["5", "5", "6"]
    assert asked == [5, 6]
    for number in range(5_000):
        assert texts[number] == str(number)
    assert len(texts) < 5_000


@pytest.mark.parametrize("text", ["", "job", "abc_1", None, 5, "com"])
def test_what_spells_no_id_is_refused(text: Any) -> None:
    assert refused(lambda: parse_id(text))[0] == "id.malformed"


@pytest.mark.parametrize("text", ["", "a b", "é", "x" * 65, None, 5, "a\n"])
def test_a_company_is_named_by_a_short_word_of_the_hosts(text: Any) -> None:
    assert company_id("erabliere-2") == "erabliere-2"
    assert refused(lambda: company_id(text)) == ("text.not-a-token", "company")


def test_ids_sort_by_the_instant_they_were_made_and_then_by_their_chance() -> None:
    start = datetime(2026, 3, 2, 14, tzinfo=UTC)
    made = [uuid7(start + timedelta(milliseconds=step), bits) for step in range(3) for bits in (0, 1, 2**62, 2**74 - 1)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(len(each) == 26 and JobId(f"job_{each}") for each in made)
    assert uuid7(start, 5) == uuid7(start.astimezone(timezone(timedelta(hours=-5))), 5)


# ---------------------------------------------------------------------------------------------------------------- actors


def test_an_actor_is_a_user_a_client_or_a_system_and_its_name_stays_with_the_host() -> None:
    marie = Actor.user("u17", name="Marie Tremblay")
    assert (marie.kind, marie.id) == (ActorKind.USER, "u17")
    assert "Marie" not in repr(marie)
    assert actor_of(Actor.system("import")).kind is ActorKind.SYSTEM
    client = Actor.client(ContactId("con_1"))
    assert [client.acts_for(ContactId(id)) for id in ("con_1", "con_2")] == [True, False]
    assert marie.acts_for(ContactId("con_2"))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Actor.user(""), "text.not-a-token"),
        (lambda: Actor.user("é"), "text.not-a-token"),
        (lambda: Actor.user(17), "text.not-a-token"),
        (lambda: Actor.client("job_1"), "id.wrong-kind"),
        (lambda: Actor.client("u17"), "id.malformed"),
        (lambda: Actor("user", "u17"), "field.wrong-type"),
        (lambda: Actor.user("u17", name=None), "field.wrong-type"),
        (lambda: Actor.user("u17", name="x" * 201), "text.too-long"),
        (lambda: actor_of("u17"), "field.wrong-type"),
        (lambda: actor_of(None), "field.wrong-type"),
    ],
)
def test_what_is_no_actor_is_refused(make: Callable[[], object], code: str) -> None:
    assert refused(make)[0] == code


# --------------------------------------------------------------------------------------------------------------- numbers


def test_a_number_is_prefix_count_and_suffix_with_the_year_where_it_is_wanted() -> None:
    numbering = Numbering(prefix="F{year}-", suffix="/{year}", length=3)
    assert [numbering.printed(count, 2026) for count in (1, 42, 12345)] == [
        "F2026-001/2026",
        "F2026-042/2026",
        "F2026-12345/2026",
    ]
    assert Numbering(restart="yearly").restart is Restart.YEARLY


def test_a_strict_series_is_exhausted_where_the_digits_are() -> None:
    assert [Numbering(length=2, strict=True).is_exhausted_by(count) for count in (99, 100)] == [False, True]
    assert not Numbering(length=2).is_exhausted_by(100)


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"prefix": "x" * 21}, "text.too-long", "prefix"),
        ({"prefix": None}, "field.wrong-type", "prefix"),
        ({"suffix": "\x00"}, "text.characters", "suffix"),
        ({"length": 0}, "number.out-of-range", "length"),
        ({"length": 10}, "number.out-of-range", "length"),
        ({"length": True}, "field.wrong-type", "length"),
        ({"start": 0}, "number.out-of-range", "start"),
        ({"start": 1.0}, "field.wrong-type", "start"),
        ({"restart": "monthly"}, "numbering.restart", "restart"),
        ({"restart": None}, "numbering.restart", "restart"),
        ({"restart": []}, "numbering.restart", "restart"),
        ({"strict": 1}, "field.wrong-type", "strict"),
    ],
)
def test_a_numbering_that_makes_no_sense_is_refused(fields: dict[str, Any], code: str, path: str) -> None:
    assert refused(lambda: Numbering(**fields)) == (code, path)


def test_a_day_beyond_the_calendar_is_refused() -> None:
    assert refused(lambda: later(date(9999, 12, 31), days=1))[0] == "day.out-of-range"
    assert refused(lambda: later(date(9000, 1, 1), months=12_000))[0] == "day.out-of-range"


# ----------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\x1bb", "\x7f", "\x0b"])
def test_text_that_some_storage_could_not_keep_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_text(text, "note")
    assert (caught.value.code, caught.value.path) == ("text.characters", "note")
    assert text not in str(caught.value)


def test_text_may_have_lines_and_any_language_and_has_a_limit() -> None:
    assert check_text("Déjà\tvu\r\n日本", "note") == "Déjà\tvu\r\n日本"
    assert refused(lambda: check_text("x" * 11, "note", limit=10)) == ("text.too-long", "note")
    assert refused(lambda: check_text(b"x", "note")) == ("field.wrong-type", "note")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), "day.wrong-type"),
        ("2026-03-02", "day.wrong-type"),
        (None, "day.wrong-type"),
        (date(1899, 12, 31), "day.out-of-range"),
        (date(9999, 1, 1), "day.out-of-range"),
    ],
)
def test_a_day_is_a_day_of_the_calendar_and_no_instant(value: Any, code: str) -> None:
    assert check_day(date(1900, 1, 1), "on") == date(1900, 1, 1)
    assert refused(lambda: check_day(value, "on")) == (code, "on")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "number.wrong-type"),
        (float("nan"), "number.wrong-type"),
        (float("inf"), "number.wrong-type"),
        (True, "number.wrong-type"),
        (None, "number.wrong-type"),
        (Decimal("NaN"), "number.not-a-number"),
        (Decimal("sNaN"), "number.not-a-number"),
        (Decimal("-Infinity"), "number.not-a-number"),
        (Decimal("1e999999"), "number.too-large"),
        (Decimal("1e-999999"), "number.too-precise"),
        (Decimal("1." + "0" * 5000 + "1"), "number.too-precise"),
        (10**30, "number.too-large"),
        ("1e3", "number.not-a-number"),
        ("1_000", "number.not-a-number"),
        (" 1", "number.not-a-number"),
        ("1\n", "number.not-a-number"),
        ("١", "number.not-a-number"),
        ("", "number.not-a-number"),
        ("9" * 25, "number.not-a-number"),
    ],
)
def test_a_number_is_exact_finite_and_of_a_sane_size(value: Any, code: str) -> None:
    for take in (
        lambda: decimal_of(value, "n"),
        lambda: scaled(value, 2, "n"),
        lambda: Money.cad(value),
        lambda: Price.cad(value),
    ):
        with pytest.raises(InvalidInput) as caught:
            take()
        assert caught.value.code == code
    assert refused(lambda: Line("x", value, Money.cad(1)))[0] == code
    assert refused(lambda: Tax("T", value))[0] == code
    assert refused(lambda: Share(value))[0] == code if value is not None else True


def test_zero_is_zero_whatever_its_exponent() -> None:
    for zero in (Decimal("0E+999999999"), Decimal("0E-999999999"), Decimal("-0"), "-0.00", 0):
        assert Money.cad(zero) == Money.cad(0)


@pytest.mark.parametrize("value", ["abc", b"abc", {"a": 1}, None, 5])
def test_a_list_is_no_string_no_mapping_and_no_single_thing(value: Any) -> None:
    assert refused(lambda: tuple_of(value, str, "emails")) == ("field.wrong-type", "emails")


def test_a_list_has_a_limit_and_names_the_place_of_what_is_wrong() -> None:
    assert tuple_of((each for each in "ab"), str, "x") == ("a", "b")
    assert refused(lambda: tuple_of(["a", 5], str, "x")) == ("field.wrong-type", "x[1]")
    assert refused(lambda: tuple_of(iter(["a"] * 101), str, "x")) == ("list.too-long", "x")


# ------------------------------------------------------------------------------------------------- keys of other systems


def test_keys_of_other_systems_are_a_mapping_that_nobody_can_change() -> None:
    given = {"erp": "A-1", "books": "7"}
    keys = keys_of(given)
    given["erp"] = "B-2"
    assert (dict(keys), len(keys), keys["erp"]) == ({"erp": "A-1", "books": "7"}, 2, "A-1")
    assert keys == Keys({"books": "7", "erp": "A-1"}) == {"erp": "A-1", "books": "7"}
    assert hash(keys) == hash(Keys({"books": "7", "erp": "A-1"}))
    assert keys_of(keys) is keys
    assert repr(Keys({"erp": "A-1"})) == "Keys({'erp': 'A-1'})"
    assert Keys() == {}
    assert not hasattr(keys, "__setitem__")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "field.wrong-type"),
        ("erp", "field.wrong-type"),
        ([("erp", "A")], "field.wrong-type"),
        ({"erp": ""}, "external.empty"),
        ({"erp": "  "}, "external.empty"),
        ({"": "A"}, "text.not-a-token"),
        ({"a:b": "A"}, "text.not-a-token"),
        ({"erp": 5}, "field.wrong-type"),
        ({"erp": "\x00"}, "text.characters"),
        ({"erp": "x" * 201}, "text.too-long"),
        ({f"s{n}": "A" for n in range(21)}, "external.too-many"),
    ],
)
def test_keys_that_no_storage_could_keep_are_refused(value: Any, code: str) -> None:
    assert refused(lambda: keys_of(value)) == (code, "external")


# ---------------------------------------------------------------------------------------------- lines, taxes, schedules


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"text": ""}, "line.no-text", "text"),
        ({"text": " \n"}, "line.no-text", "text"),
        ({"text": None}, "field.wrong-type", "text"),
        ({"text": "x" * 5001}, "text.too-long", "text"),
        ({"text": "\ud800"}, "text.characters", "text"),
        ({"quantity": "1.00001"}, "number.too-precise", "quantity"),
        ({"quantity": 10**9}, "number.too-large", "quantity"),
        ({"price": "5.00"}, "field.wrong-type", "price"),
        ({"price": 5}, "field.wrong-type", "price"),
        ({"price": None}, "field.wrong-type", "price"),
        ({"tax": "qc"}, "field.wrong-type", "tax"),
        ({"tax": ()}, "field.wrong-type", "tax"),
        ({"cost": 5}, "field.wrong-type", "cost"),
        ({"cost": Money(5, "USD")}, "money.currencies", "cost"),
        ({"quantity": 10**8, "price": Money.cad("999999999.99")}, "money.too-large", "amount"),
        ({"quantity": 10**8, "cost": Money.cad("999999999.99")}, "money.too-large", "amount"),
    ],
)
def test_a_line_that_nobody_could_print_or_add_up_is_refused(fields: dict[str, Any], code: str, path: str) -> None:
    good: dict[str, Any] = {"text": "Gutters", "quantity": 1, "price": Money.cad("5.00")}
    assert Line(**good).amount == Money.cad(5)
    assert refused(lambda: Line(**(good | fields))) == (code, path)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Tax("", 5), "tax.code"),
        (lambda: Tax("x" * 21, 5), "tax.code"),
        (lambda: Tax(None, 5), "tax.code"),
        (lambda: Tax("GST", -1), "tax.rate"),
        (lambda: Tax("GST", "100.0001"), "tax.rate"),
        (lambda: Tax("GST", "5.00001"), "number.too-precise"),
        (lambda: TaxGroup("qc", [Tax("GST", 5), Tax("GST", 7)]), "tax.repeated"),
        (lambda: TaxGroup("qc", "GST"), "field.wrong-type"),
        (lambda: TaxGroup("qc", [5]), "field.wrong-type"),
        (lambda: TaxGroup("é", []), "tax.code"),
    ],
)
def test_a_tax_that_cannot_be_is_refused(make: Callable[[], object], code: str) -> None:
    assert refused(make)[0] == code


A_WHEN, A_THIRD = When.TO_BE_PLANNED, "33.3333"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Schedule.one_invoice([]), "schedule.empty"),
        (lambda: Schedule.one_invoice([Instalment.rest(A_WHEN)] * 401), "schedule.too-many"),
        (lambda: Schedule.one_invoice("abc"), "field.wrong-type"),
        (lambda: Schedule.one_invoice([Share(50)]), "field.wrong-type"),
        (lambda: Schedule.one_invoice([Instalment.percent(A_THIRD, A_WHEN)] * 3), "schedule.not-balanced"),
        (lambda: Schedule.one_invoice([Instalment.percent(60, A_WHEN)] * 2), "schedule.not-balanced"),
        (
            lambda: Schedule.one_invoice([Instalment.percent(100, A_WHEN), Instalment.rest(A_WHEN)]),
            "schedule.not-balanced",
        ),
        (lambda: Schedule.many_invoices([Instalment.rest(When.AT_BILLING)]), "schedule.at-billing"),
        (lambda: Schedule.one_invoice([Instalment.rest(A_WHEN)], discount=Discount.percent(5)), "schedule.no-name"),
        (lambda: Schedule.one_invoice([Instalment.rest(A_WHEN)], name=" "), "schedule.no-name"),
        (lambda: Schedule.one_invoice([Instalment.rest(A_WHEN)], name=5), "field.wrong-type"),
        (lambda: Schedule.one_invoice([Instalment.rest(A_WHEN)], name="x", discount=5), "field.wrong-type"),
        (lambda: Schedule([Instalment.rest(A_WHEN)], 1), "field.wrong-type"),
        (lambda: Instalment.percent(0, A_WHEN), "schedule.percent"),
        (lambda: Instalment.percent("100.0001", A_WHEN), "schedule.percent"),
        (lambda: Instalment.percent(50.0, A_WHEN), "number.wrong-type"),
        (lambda: Instalment.fixed(Money.cad(0), A_WHEN), "schedule.fixed"),
        (lambda: Instalment.fixed(Money.cad(-5), A_WHEN), "schedule.fixed"),
        (lambda: Instalment.fixed(5, A_WHEN), "field.wrong-type"),
        (lambda: Instalment.rest("on_approval"), "field.wrong-type"),
        (lambda: Instalment(50, A_WHEN), "field.wrong-type"),
        (lambda: Share(50, Money.cad(5)), "schedule.share"),
        (Discount, "schedule.discount"),
        (lambda: Discount("5", Money.cad(5)), "schedule.discount"),
        (lambda: Discount.percent(0), "schedule.discount"),
        (lambda: Discount.amount(Money.cad(0)), "schedule.discount"),
        (lambda: Discount.amount("5"), "field.wrong-type"),
        (lambda: When.on("2026-03-02"), "day.wrong-type"),
        (lambda: When.on(datetime(2026, 3, 2, tzinfo=UTC)), "day.wrong-type"),
        (lambda: When.after(days=-1), "number.out-of-range"),
        (lambda: When.after(months=1201), "number.out-of-range"),
        (lambda: When.after(days=True), "field.wrong-type"),
        (lambda: When("on_approval"), "field.wrong-type"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused_when_it_is_built(make: Callable[[], object], code: str) -> None:
    assert refused(make)[0] == code


def test_fixed_amounts_of_two_currencies_never_share_a_schedule() -> None:
    two = [Instalment.fixed(Money.cad(5), A_WHEN), Instalment.fixed(Money(5, "USD"), A_WHEN)]
    assert refused(lambda: Schedule.one_invoice(two))[1] == "instalments"
    one = Schedule.one_invoice([two[1], Instalment.rest(A_WHEN)])
    assert refused(lambda: one.fits(Money.cad(10)))[0] == "money.currencies"


def test_a_discount_on_nothing_takes_nothing_off() -> None:
    nothing = [Line("a", 1, Money.cad(5)), Line("b", -1, Money.cad(5))]
    assert Discount.percent(10).lines(nothing, "Rabais") == ()
    assert Discount.amount(Money.cad(1)).lines([], "Rabais") == ()


def test_amounts_do_not_follow_the_decimal_context_of_the_host() -> None:
    def everything() -> list[object]:
        line = Line("x", "1234567.8125", Price.cad("1.0001"))
        third = Schedule.one_invoice([Instalment.percent("33.3333", A_WHEN), Instalment.percent("66.6667", A_WHEN)])
        return [
            line,
            line.amount,
            str(line.amount),
            str(line.price),
            Tax("T", "99.9975"),
            third,
            third.amounts(line.amount),
        ]

    usual = everything()
    with localcontext() as context:
        context.prec = 3
        context.traps[next(trap for trap in context.traps if trap.__name__ == "Inexact")] = True
        assert everything() == usual


# --------------------------------------------------------------------------------------------------------- clocks, presets


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    clock = FixedClock("2026-03-02T09:00-05:00")
    assert clock.now() == datetime(2026, 3, 2, 14, tzinfo=UTC)
    clock.advance(days=1, hours=2, minutes=3, seconds=4)
    assert clock.now() == datetime(2026, 3, 3, 16, 3, 4, tzinfo=UTC)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-03-02", "clock.no-offset"),
        ("2026-03-02T09:00", "clock.no-offset"),
        (datetime(2026, 3, 2), "clock.no-offset"),
        ("tomorrow", "clock.not-an-instant"),
        (None, "clock.not-an-instant"),
        (5, "clock.not-an-instant"),
        ("0001-01-01T00:00+05:00", "clock.not-an-instant"),
    ],
)
def test_a_clock_is_set_to_an_instant_with_its_offset(at: Any, code: str) -> None:
    assert refused(lambda: FixedClock(at)) == (code, "at")
    clock = FixedClock("2026-03-02T09:00-05:00")
    assert refused(lambda: clock.set(at)) == (code, "at")
    assert refused(lambda: clock.advance(days=10**9)) == ("clock.not-an-instant", "at")


def test_the_preset_of_quebec_is_ready_to_use() -> None:
    own = presets.quebec(name="Toitures Lavoie")
    assert (own.currency, own.language, own.time_zone, own.rounds_cash) == ("CAD", "fr_CA", "America/Toronto", True)
    assert own.tax_group == TaxGroup("qc", [Tax("GST", "5"), Tax("QST", "9.975")])
    printed = [each.printed(1, 2026) for each in (own.job_numbers, own.quote_numbers, own.invoice_numbers)]
    assert printed == ["J-00001", "S2026-00001", "F2026-00001"]
    assert refused(lambda: presets.quebec(name=" ")) == ("settings.no-name", "name")
