"""Sentences for what happened in a job folder."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict

from ..events import Event
from ..ports import Recorded
from ..values.actors import ActorKind
from . import words
from .formats import language_of
from .templates import Template, template

_BY: Mapping[ActorKind, words.Pair] = {
    ActorKind.CLIENT: ("by the client", "par le client"),
    ActorKind.SYSTEM: ("automatically", "automatiquement"),
}

SENTENCES: Mapping[str, Template] = {
    "quote.sent": template(
        "Quote sent[ {by}]: {total}, valid until {valid_until}.",
        "Soumission envoyée[ {by}] : {total}, valide jusqu'au {valid_until}.",
    ),
    "quote.approved": template("Quote approved[ {by}]: {total}.", "Soumission approuvée[ {by}] : {total}."),
    "quote.declined": template("Quote declined[ {by}].", "Soumission refusée[ {by}]."),
    "quote.extended": template("Quote extended until {valid_until}.", "Soumission prolongée jusqu'au {valid_until}."),
    "invoice.drafted": template(
        "Invoice drafted[ from the quote (part {part})]: {total}.",
        "Brouillon de facture créé[ d'après la soumission (partie {part})] : {total}.",
    ),
    "invoice.edited": template("Draft edited: {total}.", "Brouillon modifié : {total}."),
    "invoice.planned": template("Invoice planned for {send_on}.", "Facture planifiée pour le {send_on}."),
    "invoice.issued": template(
        "Invoice {number} numbered[ {automatically}], dated {issued_on}: {total}.",
        "Facture {number} numérotée[ {automatically}], datée du {issued_on} : {total}.",
    ),
    "invoice.sent": template("Invoice sent[ {automatically}].", "Facture envoyée[ {automatically}]."),
    "invoice.adjusted": template(
        "Invoice adjusted by {change}: the total is now {total}.",
        "Facture corrigée de {change} : le total est maintenant de {total}.",
    ),
    "invoice.voided": template("Invoice voided: {total}.", "Facture annulée : {total}."),
    "invoice.instalment-planned": template(
        "Instalment {instalment}[ due on {due_on}| to be planned].",
        "Versement {instalment}[ dû le {due_on}| à planifier].",
    ),
    "series.moved-on": template("Series of numbers moved on to {last}.", "Série de numéros avancée jusqu'à {last}."),
    "payment.recorded": template(
        "Payment of {amount} received on {paid_on}[ (rounding {rounding})].",
        "Paiement de {amount} reçu le {paid_on}[ (arrondi {rounding})].",
    ),
    "payment.voided": template("{payment_kind} of {amount} voided.", "{payment_kind} de {amount} annulé."),
    "payment.refunded": template(
        "Refund of {amount} made on {paid_on}[ (rounding {rounding})].",
        "Remboursement de {amount} fait le {paid_on}[ (arrondi {rounding})].",
    ),
}
"""The events that hold amounts, numbers or days, or that a client or a program may bring about; the others say their name."""


def event_sentence(recorded: Recorded, lang: str) -> str:
    """What happened, with its amounts, its number and its day; and whether the client or a program did it.

    Raises:
        InvalidInput: `labels.language`.
    """
    language = language_of(lang)
    event: Event = recorded.event
    known = SENTENCES.get(event.name)
    if known is None:
        return f"{words.event(event.name, language)}."
    params = asdict(event, recurse=False)  # type: ignore[arg-type]  # every event is attrs
    by = _BY.get(recorded.actor_kind)
    params["by"] = words.said(by, language) if by else None
    params["automatically"] = params["by"] if recorded.actor_kind is ActorKind.SYSTEM else None
    return known.filled(params, language)
