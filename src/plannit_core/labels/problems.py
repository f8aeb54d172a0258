"""RFC 9457 problem documents: an error as a web service tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PlannitError,
    Refused,
    SchemaError,
    StorageError,
    Unavailable,
)
from ..values.money import Money, Price
from . import reasons
from .words import Pair, said

URN = "urn:plannit-core:problem"
"""What every `type` begins with; the class of the error and its code follow."""

DENIED = "permission.denied"

_CLASSES: tuple[tuple[type[PlannitError], str, int, Pair], ...] = (
    (InvalidInput, "invalid-input", 422, ("Please correct what was entered", "Veuillez corriger la saisie")),
    (Refused, "refused", 409, ("This cannot be done", "Action impossible")),
    (NotFound, "not-found", 404, ("Not found", "Introuvable")),
    (Conflict, "conflict", 409, ("Changed in the meantime", "Modifié entre-temps")),
    (Unavailable, "unavailable", 503, ("Busy or out of reach", "Occupé ou hors d'atteinte")),
    (StorageError, "storage-error", 500, ("The storage failed", "Le stockage a échoué")),
    (SchemaError, "schema-error", 500, ("Stored data cannot be read", "Données illisibles")),
    (PlannitError, "error", 500, ("Error", "Erreur")),
)
_DENIED_TITLE: Pair = ("Not permitted", "Non autorisé")


def problem(error: PlannitError, locale: str) -> dict[str, Any]:
    """An error as an RFC 9457 problem document, ready for `json.dumps`.

    `type`, `title`, `status`, `detail`; then `code` and `params`; `path` for `InvalidInput`; `reasons` for `Refused`, each with
    `code`, `params` and `detail`. The cause of an error, where a driver's own words are, is never in it.

    A `Conflict` is 409 and not 412: only the host knows whether the version came in an `If-Match` header, which is what 412
    answers. A refusal is 409 too; `type` tells them apart.

    Raises:
        InvalidInput: `labels.language`.
    """
    _, slug, status, title = next(row for row in _CLASSES if isinstance(error, row[0]))
    if error.code == DENIED:
        status, title = 403, _DENIED_TITLE
    document: dict[str, Any] = {
        "type": f"{URN}:{slug}:{error.code}",
        "title": said(title, locale),
        "status": status,
        "detail": reasons.error(error, locale),
        "code": error.code,
        "params": _plain(error.params),
    }
    if isinstance(error, InvalidInput):
        document["path"] = error.path
    if isinstance(error, Refused):
        document["reasons"] = [
            {"code": each.code, "params": _plain(each.params), "detail": reasons.reason(each, locale)}
            for each in error.reasons
        ]
    return document


def _plain(value: object) -> Any:
    """`value` in JSON's own types, amounts and days as the library's wire form has them; of anything else its type only."""
    match value:
        case None | bool() | int():
            return value
        case str() | Decimal():
            return str(value)
        case Money() | Price():
            return {"amount": str(value), "currency": str(value.currency)}
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case _:
            return type(value).__name__
