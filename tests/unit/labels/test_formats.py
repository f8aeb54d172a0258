"""Amounts, numbers, percentages and days as they are written; case G25."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from plannit_core import labels
from plannit_core.errors import InvalidInput
from plannit_core.presets import QC, quebec
from plannit_core.season.amounts import read_number
from plannit_core.values.lines import Line, totals
from plannit_core.values.money import MAX_MINOR, Money, Price
from plannit_core.values.tax import Tax

NB = "\u00a0"
LANGUAGES = ("en", "fr")

amounts = st.builds(
    Money.of_minor,
    st.integers(min_value=-MAX_MINOR + 1, max_value=MAX_MINOR - 1),
    st.sampled_from(["CAD", "USD", "JPY", "KWD"]),
)


def test_the_written_forms_of_case_g25() -> None:
    amount = Money.cad("1379.65")
    assert labels.money(amount, "en") == "$1,379.65"
    assert labels.money(amount, "fr") == f"1{NB}379,65{NB}$"


def test_the_very_large_amounts_of_case_g25() -> None:
    result = totals([Line("Tout", 1, Money.cad("90071992547409.93"), tax=QC)], "CAD")
    written = [labels.money(amount, "en") for amount in (*(tax.amount for tax in result.taxes), result.total)]
    assert written == ["$4,503,599,627,370.50", "$8,984,681,256,604.14", "$103,560,273,431,384.57"]
    assert labels.money(result.total, "fr_CA") == f"103{NB}560{NB}273{NB}431{NB}384,57{NB}$"


@pytest.mark.parametrize(
    ("amount", "english", "french"),
    [
        (Money.cad("0"), "$0.00", f"0,00{NB}$"),
        (Money.cad("0.05"), "$0.05", f"0,05{NB}$"),
        (Money.cad("-0.05"), "-$0.05", f"-0,05{NB}$"),
        (Money.cad("999.99"), "$999.99", f"999,99{NB}$"),
        (Money.cad("-1379.65"), "-$1,379.65", f"-1{NB}379,65{NB}$"),
        (Money.cad("1000000"), "$1,000,000.00", f"1{NB}000{NB}000,00{NB}$"),
        (Money("-1379.65", "USD"), f"-USD{NB}1,379.65", f"-1{NB}379,65{NB}USD"),
        (Money("1379", "JPY"), f"JPY{NB}1,379", f"1{NB}379{NB}JPY"),
        (Money("0.005", "KWD"), f"KWD{NB}0.005", f"0,005{NB}KWD"),
        (Price.cad("85"), "$85.00", f"85,00{NB}$"),
        (Price.cad("0.0375"), "$0.0375", f"0,0375{NB}$"),
        (Price.cad("-1234.5070"), "-$1,234.507", f"-1{NB}234,507{NB}$"),
        (Price("250", "JPY"), f"JPY{NB}250", f"250{NB}JPY"),
    ],
)
def test_an_amount_is_written_as_canadians_write_it(amount: Money | Price, english: str, french: str) -> None:
    assert labels.money(amount, "en") == english
    assert labels.money(amount, "fr") == french


@given(amounts, st.sampled_from(LANGUAGES))
def test_an_amount_written_and_read_again_is_the_same_to_the_cent(amount: Money, lang: str) -> None:
    text = labels.money(amount, lang)
    minor = int("".join(re.findall("[0-9]", text)))
    assert (-minor if text.startswith("-") else minor) == amount.minor


@given(amounts, st.sampled_from(LANGUAGES))
def test_an_amount_never_holds_an_ordinary_space(amount: Money, lang: str) -> None:
    assert not re.search(r"[ \t\n]", labels.money(amount, lang))


@given(st.builds(Money.of_minor, st.integers(-(10**12), 10**12), st.just("CAD")), st.sampled_from(LANGUAGES))
def test_an_amount_as_written_is_what_a_season_reads(amount: Money, lang: str) -> None:
    assert read_number(labels.money(amount, lang)) == Decimal(str(amount))


@given(st.integers(-(10**20), 10**20), st.integers(0, 9), st.sampled_from(LANGUAGES))
def test_a_number_written_and_read_again_is_the_same(units: int, places: int, lang: str) -> None:
    value = Decimal(f"{units}E-{places}")
    text = labels.number(value, lang)
    plain = text.replace(",", "") if lang == "en" else text.replace(NB, "").replace(",", ".")
    assert Decimal(plain) == value


def test_what_is_written_does_not_depend_on_a_decimal_context() -> None:
    with decimal.localcontext() as context:
        context.prec = 3
        assert labels.money(Money.of_minor(123456789, "CAD"), "en") == "$1,234,567.89"
        assert labels.number(Decimal("1234.56789"), "en") == "1,234.56789"
        assert labels.quantity(Decimal("1234.5600"), "en") == "1,234.56"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0, "0", "0"),
        (-12, "-12", "-12"),
        (10_000, "10,000", f"10{NB}000"),
        ("7.3125", "7.3125", "7,3125"),
        (Decimal("12.50"), "12.50", "12,50"),
        (Decimal("1E+4"), "10,000", f"10{NB}000"),
        (Decimal("-0.5"), "-0.5", "-0,5"),
        (Decimal("-0.0"), "0", "0"),
    ],
)
def test_a_number_keeps_all_its_decimals(value: int | str | Decimal, english: str, french: str) -> None:
    assert labels.number(value, "en") == english
    assert labels.number(value, "fr") == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [("7.50", "7.5", "7,5"), ("10.000", "10", "10"), (100, "100", "100"), ("-1200.0", "-1,200", f"-1{NB}200")],
)
def test_a_quantity_has_no_zeros_at_its_end(value: int | str, english: str, french: str) -> None:
    assert labels.quantity(value, "en") == english
    assert labels.quantity(value, "fr") == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [("9.975", "9.975%", f"9,975{NB}%"), ("5", "5%", f"5{NB}%"), (Decimal("49.10"), "49.10%", f"49,10{NB}%")],
)
def test_a_percentage_is_written_as_stored(value: str | Decimal, english: str, french: str) -> None:
    assert labels.percent(value, "en") == english
    assert labels.percent(value, "fr") == french


@pytest.mark.parametrize("write", [labels.number, labels.quantity, labels.percent])
def test_a_float_is_never_written(write: Callable[..., str]) -> None:
    with pytest.raises(InvalidInput, match=r"number\.wrong-type"):
        write(0.1, "fr")


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2026, 6, 15), "June 15, 2026", "15 juin 2026"),
        (date(2026, 6, 1), "June 1, 2026", "1er juin 2026"),
        (date(2027, 2, 28), "February 28, 2027", "28 février 2027"),
        (date(2026, 8, 31), "August 31, 2026", "31 août 2026"),
        (date(2026, 12, 11), "December 11, 2026", "11 décembre 2026"),
    ],
)
def test_a_day_in_words(day: date, english: str, french: str) -> None:
    assert labels.date(day, "en") == english
    assert labels.date(day, "fr") == french


def test_every_month_has_its_name_in_both_languages() -> None:
    days = [date(2026, month, 2) for month in range(1, 13)]
    for lang in LANGUAGES:
        assert len({labels.date(day, lang) for day in days}) == 12


def test_a_day_in_figures() -> None:
    assert labels.short_date(date(2026, 6, 5)) == "2026-06-05"


def test_an_instant_is_not_a_day() -> None:
    with pytest.raises(InvalidInput, match=r"day\.wrong-type"):
        labels.date(datetime(2026, 6, 15, 23, 0), "fr")
    with pytest.raises(InvalidInput, match=r"day\.wrong-type"):
        labels.short_date(datetime(2026, 6, 15, 23, 0))


def test_taxes_print_their_own_names_and_rates() -> None:
    gst, qst = QC.taxes
    assert [labels.tax(gst, "en"), labels.tax(qst, "en")] == ["GST 5%", "QST 9.975%"]
    assert [labels.tax(gst, "fr"), labels.tax(qst, "fr")] == [f"TPS 5{NB}%", f"TVQ 9,975{NB}%"]
    assert labels.tax(Tax("HST", "13"), "fr") == f"TVH 13{NB}%"
    on_a_document = totals([Line("Toit", 1, Money.cad("100.00"), tax=QC)], "CAD").taxes
    assert [labels.tax(each, "fr") for each in on_a_document] == [f"TPS 5{NB}%", f"TVQ 9,975{NB}%"]


def test_a_tax_nobody_knows_is_printed_as_it_is() -> None:
    assert [labels.tax_name("ECO", lang) for lang in LANGUAGES] == ["ECO", "ECO"]


@pytest.mark.parametrize("lang", ["fr", "fr_CA", "fr-CA", "fr-FR", quebec(name="Toits").language])
def test_french_goes_by_these_names(lang: str) -> None:
    assert labels.state("quote", "sent", lang) == "Envoyée"


@pytest.mark.parametrize("lang", ["en", "en_CA", "en-CA", "en-US"])
def test_english_goes_by_these_names(lang: str) -> None:
    assert labels.state("quote", "sent", lang) == "Sent"


@pytest.mark.parametrize("lang", ["", "de", "FR", "french", "frCA", "fr_", "e", None, 7])
def test_any_other_language_is_refused(lang: object) -> None:
    for use in (
        lambda: labels.money(Money.cad(1), lang),
        lambda: labels.state("quote", "sent", lang),
        lambda: labels.payment_method("barter", lang),
        lambda: labels.problem(InvalidInput("line.no-text"), lang),
    ):
        with pytest.raises(InvalidInput) as caught:
            use()
        assert (caught.value.code, caught.value.path) == ("labels.language", "lang")


@given(st.text(max_size=6) | st.sampled_from(["fr", "en"]).flatmap(lambda head: st.text(max_size=4).map(head.__add__)))
def test_every_language_a_company_can_have_has_words(lang: str) -> None:
    settings = quebec(name="Toits")
    assert is_taken(lambda: evolve(settings, language=lang)) == is_taken(lambda: labels.kind("quote", lang))


def is_taken(use: Callable[[], object]) -> bool:
    try:
        use()
    except InvalidInput:
        return False
    return True
