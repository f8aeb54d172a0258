"""Numbers as people write them are read in the one way they can be read, or refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plannit_core.errors import InvalidInput
from plannit_core.season.amounts import read_number


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1\u00a0379,65\u00a0$", "1379.65"),  # no-break space
        ("1\u202f379,65\u202f$", "1379.65"),  # narrow no-break space
        ("1 379,65 $", "1379.65"),
        ("($400.00)", "-400.00"),
        ("50.00-", "-50.00"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("$1,379.65", "1379.65"),
        ("1379.65", "1379.65"),
        ("1379,65", "1379.65"),
        ("1,234,567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("1 234", "1234"),
        ("1234,567", "1234.567"),
        ("0,375", "0.375"),
        ("0.0375", "0.0375"),
        (".5", "0.5"),
        ("-$50.00", "-50.00"),
        ("\u221250,00 $ CA", "-50.00"),
        ("(1 200,00)", "-1200.00"),
        ("+5", "5"),
        ("CAD 12", "12"),
        ("90,071,992,547,409.93", "90071992547409.93"),
    ],
)
def test_a_number_that_can_be_read_one_way_is_read(text: str, amount: str) -> None:
    assert read_number(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["1,234", "12.345", "-1,234", "($10,000)", "999.999 $"])
def test_a_number_that_could_be_two_is_never_guessed(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_number(text)
    assert refused.value.code == "number.ambiguous"
    assert refused.value.params == {"found": text}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$",
        "()",
        "-",
        "5.",
        "1e3",
        "1,23,456",
        "12 34",
        "1,234 567",
        "--5",
        "(-50)",
        "(50-)",
        "$50$",
        "5 €",
        "１２",
        "1/2",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_number(text)
    assert refused.value.code == "number.not-a-number"


@given(st.decimals(min_value="-99999999.99", max_value="99999999.99", places=2))
def test_an_amount_with_both_decimals_is_read_in_french_and_in_english(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    french = english.replace(",", "\u202f").replace(".", ",") + "\u00a0$"
    assert read_number(english) == read_number(f"${english}") == read_number(french) == amount


@given(st.text("0123456789.,-() $\u00a0", max_size=12))
def test_whatever_is_typed_is_a_number_or_a_refusal(text: str) -> None:
    with suppress(InvalidInput):
        assert read_number(text).is_finite()
