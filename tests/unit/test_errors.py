"""Errors: sorted by who must act, with a code and fields, safe to send between processes, silent about what was typed in."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from plannit_core import (
    Conflict,
    InvalidInput,
    Money,
    NotFound,
    PlannitError,
    Reason,
    Refused,
    SchemaError,
    StorageError,
    Unavailable,
)
from plannit_core.errors import reason

ALL: tuple[PlannitError, ...] = (
    PlannitError("some.code", a=1),
    InvalidInput("line.no-text", path="lines[2].text"),
    InvalidInput("key.reused"),
    Refused([reason("invoice.voided", action="send"), reason("document.no-lines")]),
    NotFound("invoice", "inv_1"),
    Conflict("invoice", "inv_1", expected=2, found=3),
    Conflict(),
    StorageError("storage.failed"),
    Unavailable("storage.busy"),
    SchemaError("schema.too-new", kind="quote", schema=9),
)


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_is_the_same_after_it_was_copied_or_sent_elsewhere(error: PlannitError, again: Any) -> None:
    found = again(error)
    assert type(found) is type(error)
    assert found.__dict__ == error.__dict__
    assert (str(found), found.args) == (str(error), error.args)


def test_an_error_tells_its_code_its_fields_and_where_the_field_is() -> None:
    assert [str(error) for error in ALL[:5]] == [
        "some.code (a=1)",
        "lines[2].text: line.no-text",
        "key.reused",
        "invoice.voided (action=send); document.no-lines",
        "record.not-found (kind=invoice, id=inv_1)",
    ]


def test_code_and_params_of_a_refusal_are_those_of_its_first_reason_and_none_is_lost() -> None:
    refused = Refused(iter([reason("a.b", n=1), reason("c.d")]))
    assert (refused.code, refused.params) == ("a.b", {"n": 1})
    assert [each.code for each in refused.reasons] == ["a.b", "c.d"]


def test_errors_can_be_caught_as_what_python_programs_expect() -> None:
    assert issubclass(InvalidInput, ValueError)
    assert issubclass(NotFound, LookupError)
    assert issubclass(Unavailable, StorageError)
    assert all(isinstance(error, PlannitError) for error in ALL)


def test_a_conflict_says_what_was_expected_and_found() -> None:
    found = Conflict("invoice", "inv_1", expected=2, found=3)
    assert (found.code, found.kind, found.id, found.expected, found.found) == (
        "record.changed",
        "invoice",
        "inv_1",
        2,
        3,
    )
    assert (Conflict().kind, Conflict().expected) == ("", 0)


def test_a_reason_is_data_that_its_maker_cannot_change_afterwards() -> None:
    params = {"total": Money.cad(1)}
    told = Reason("invoice.negative", params)
    params["total"] = Money.cad(2)
    assert told == reason("invoice.negative", total=Money.cad(1))
    assert hash(told) == hash(reason("invoice.negative"))
