"""Problem documents of RFC 9457, one for each class of error."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from plannit_core import labels
from plannit_core.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PlannitError,
    Refused,
    SchemaError,
    StorageError,
    Unavailable,
    reason,
)
from plannit_core.values.ids import InvoiceId
from plannit_core.values.money import Money, Price

ERRORS: list[tuple[PlannitError, int, str]] = [
    (InvalidInput("line.no-text", path="lines[0].text"), 422, "invalid-input"),
    (Refused([reason("document.no-lines")]), 409, "refused"),
    (Refused([reason("permission.denied", needs="visits")]), 403, "refused"),
    (NotFound("invoice", "inv_1"), 404, "not-found"),
    (Conflict("invoice", "inv_1", expected=1, found=2), 409, "conflict"),
    (Unavailable("storage.busy"), 503, "unavailable"),
    (StorageError("storage.outcome-unknown"), 500, "storage-error"),
    (SchemaError("schema.unknown", kind="invoice", schema=9), 500, "schema-error"),
    (PlannitError("host.own"), 500, "error"),
]


@pytest.mark.parametrize(("error", "status", "slug"), ERRORS)
@pytest.mark.parametrize("lang", ["en", "fr_CA"])
def test_every_class_of_error_is_a_problem(error: PlannitError, status: int, slug: str, lang: str) -> None:
    problem = labels.problem(error, lang)
    assert problem["status"] == status
    assert problem["type"] == f"urn:plannit-core:problem:{slug}:{error.code}"
    assert problem["code"] == error.code
    assert problem["detail"] == labels.error(error, lang)
    assert problem["title"]
    assert json.loads(json.dumps(problem)) == problem


def test_a_class_of_its_own_is_told_as_the_one_it_belongs_to() -> None:
    class Own(InvalidInput):
        pass

    assert labels.problem(Own("line.no-text"), "en")["status"] == 422


def test_the_title_is_in_the_language_asked_for() -> None:
    titles = [(labels.problem(error, "en")["title"], labels.problem(error, "fr")["title"]) for error, _, _ in ERRORS]
    assert all(english != french for english, french in titles)


def test_an_invalid_input_names_its_field() -> None:
    assert labels.problem(InvalidInput("line.no-text", path="lines[0].text"), "fr") == {
        "type": "urn:plannit-core:problem:invalid-input:line.no-text",
        "title": "Veuillez corriger la saisie",
        "status": 422,
        "detail": "Cette ligne n'a pas de texte. Écrivez ce que lira le client.",
        "code": "line.no-text",
        "params": {},
        "path": "lines[0].text",
    }


def test_a_refusal_tells_each_of_its_reasons() -> None:
    refused = Refused([reason("document.no-lines"), reason("invoice.negative", total=Money.cad("-5"))])
    problem = labels.problem(refused, "en")
    assert problem["reasons"] == [
        {"code": "document.no-lines", "params": {}, "detail": "This document has no lines. Add at least one."},
        {
            "code": "invoice.negative",
            "params": {"total": {"amount": "-5.00", "currency": "CAD"}},
            "detail": "The total would be below zero (-$5.00). Correct the lines.",
        },
    ]
    assert "path" not in problem


def test_only_a_refusal_has_reasons() -> None:
    assert "reasons" not in labels.problem(NotFound("invoice", "inv_1"), "en")


def test_params_are_in_jsons_own_types() -> None:
    error = PlannitError(
        "host.own",
        amount=Money.cad("1379.65"),
        price=Price.cad("0.0375"),
        day=date(2026, 6, 15),
        at=datetime(2026, 6, 15, 13, tzinfo=UTC),
        rate=Decimal("9.975"),
        id=InvoiceId("inv_1"),
        list=(1, "two", None, True),
        map={"a": Decimal(1)},
        thing=object(),
    )
    params = labels.problem(error, "en")["params"]
    assert params == {
        "amount": {"amount": "1379.65", "currency": "CAD"},
        "price": {"amount": "0.0375", "currency": "CAD"},
        "day": "2026-06-15",
        "at": "2026-06-15T13:00:00+00:00",
        "rate": "9.975",
        "id": "inv_1",
        "list": [1, "two", None, True],
        "map": {"a": "1"},
        "thing": "object",
    }
    assert json.loads(json.dumps(params)) == params


def test_the_drivers_words_are_never_told() -> None:
    error = StorageError("storage.outcome-unknown")
    error.__cause__ = RuntimeError("DETAIL: Key (email)=(canari@example.com) already exists")
    assert "canari" not in json.dumps(labels.problem(error, "fr"))
