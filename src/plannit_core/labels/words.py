"""The field's own words for states, actions, events and the like, as data: English, then French.

What has no word here, such as a host's own payment method, shows as it is: a label never breaks a page.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model.company import Language
from ..values.schedule import When, WhenKind
from .formats import date, language_of, number, typeset

Pair = tuple[str, str]

KINDS: Mapping[str, Pair] = {
    "company": ("company settings", "paramètres de l'entreprise"),
    "series": ("number series", "série de numéros"),
    "contact": ("contact", "contact"),
    "job": ("job folder", "dossier job"),
    "quote": ("quote", "soumission"),
    "invoice": ("invoice", "facture"),
    "work_order": ("work order", "bon de travail"),
    "payment": ("payment", "paiement"),
    "event": ("event", "événement"),
    "cursor": ("consumer of events", "destinataire d'événements"),
}

STATES: Mapping[str, Mapping[str, Pair]] = {
    "job": {"open": ("Open", "Ouvert")},
    "quote": {
        "draft": ("Draft", "Brouillon"),
        "sent": ("Sent", "Envoyée"),
        "approved": ("Approved", "Approuvée"),
        "declined": ("Declined", "Refusée"),
        "expired": ("Expired", "Échue"),  # derived: `quote.is_expired(today)`
    },
    "invoice": {
        "draft": ("Draft", "Brouillon"),
        "issued": ("Numbered", "Numérotée"),
        "voided": ("Voided", "Annulée"),
    },
    "work_order": {
        "planned": ("Planned", "Planifié"),
        "completed": ("Completed", "Terminé"),
        "cancelled": ("Cancelled", "Annulé"),
    },
}

PAYMENT_STATES: Mapping[str, Pair] = {
    "to_pay": ("To pay", "À payer"),
    "partially_paid": ("Partially paid", "Partiellement payée"),
    "paid": ("Paid", "Payée"),
    "overdue": ("Overdue", "En retard"),  # `invoice.is_overdue(today)`
    "to_refund": ("To refund", "À rembourser"),  # `invoice.to_refund`
}

ACTIONS: Mapping[str, Mapping[str, Pair]] = {
    "job": {
        "edit": ("Edit", "Modifier"),
        "draft_quote": ("Add a quote", "Ajouter une soumission"),
        "draft_invoice": ("Add an invoice", "Ajouter une facture"),
        "plan_work_order": ("Schedule a visit", "Céduler une visite"),
    },
    "quote": {
        "edit": ("Edit", "Modifier"),
        "send": ("Send", "Envoyer"),
        "approve": ("Approve", "Approuver"),
        "decline": ("Decline", "Refuser"),
        "extend": ("Extend", "Prolonger"),
        "generate_invoices": ("Generate invoices", "Générer les factures"),
    },
    "invoice": {
        "edit": ("Edit", "Modifier"),
        "plan": ("Plan the sending", "Planifier l'envoi"),
        "hold": ("Hold", "Retenir"),
        "issue": ("Number", "Numéroter"),
        "send": ("Send", "Envoyer"),
        "record_payment": ("Record a payment", "Enregistrer un paiement"),
        "void_payment": ("Void a payment", "Annuler un paiement"),
        "refund": ("Refund", "Rembourser"),
        "adjust": ("Adjust", "Corriger"),
        "plan_instalment": ("Plan an instalment", "Planifier un versement"),
        "move": ("Move to another job", "Changer de dossier"),
        "discard": ("Discard the draft", "Supprimer le brouillon"),
        "void": ("Void", "Annuler"),
    },
    "work_order": {
        "complete": ("Complete", "Terminer"),
        "cancel": ("Cancel", "Annuler"),
        "add_invoice": ("Add an invoice", "Ajouter une facture"),
        "attach_invoice": ("Attach an invoice", "Relier une facture"),
        "detach_invoice": ("Detach an invoice", "Retirer une facture"),
    },
}

EVENTS: Mapping[str, Pair] = {
    "company.configured": ("Settings saved", "Paramètres enregistrés"),
    "numbers.held": ("Numbers held", "Numéros retenus"),
    "numbers.resumed": ("Numbers given again", "Numéros donnés de nouveau"),
    "series.moved-on": ("Series of numbers moved on", "Série de numéros avancée"),
    "contact.added": ("Contact added", "Contact ajouté"),
    "contact.edited": ("Contact edited", "Contact modifié"),
    "job.opened": ("Job opened", "Dossier job ouvert"),
    "job.edited": ("Job edited", "Dossier job modifié"),
    "quote.drafted": ("Quote drafted", "Brouillon de soumission créé"),
    "quote.edited": ("Quote edited", "Soumission modifiée"),
    "quote.sent": ("Quote sent", "Soumission envoyée"),
    "quote.undeliverable": ("Quote not delivered: no e-mail", "Soumission non livrée : aucun courriel"),
    "quote.approved": ("Quote approved", "Soumission approuvée"),
    "quote.declined": ("Quote declined", "Soumission refusée"),
    "quote.extended": ("Quote extended", "Soumission prolongée"),
    "invoice.drafted": ("Invoice drafted", "Brouillon de facture créé"),
    "invoice.edited": ("Invoice edited", "Facture modifiée"),
    "invoice.planned": ("Invoice planned", "Facture planifiée"),
    "invoice.held": ("Invoice held", "Facture retenue"),
    "invoice.issued": ("Invoice numbered", "Facture numérotée"),
    "invoice.sent": ("Invoice sent", "Facture envoyée"),
    "invoice.undeliverable": ("Invoice not delivered: no e-mail", "Facture non livrée : aucun courriel"),
    "invoice.discarded": ("Draft discarded", "Brouillon supprimé"),
    "invoice.adjusted": ("Invoice adjusted", "Facture corrigée"),
    "invoice.voided": ("Invoice voided", "Facture annulée"),
    "invoice.moved-out": ("Invoice moved to another job", "Facture déplacée vers un autre dossier job"),
    "invoice.moved-in": ("Invoice moved here from another job", "Facture venue d'un autre dossier job"),
    "invoice.instalment-planned": ("Instalment planned", "Versement planifié"),
    "invoice.paid": ("Invoice paid", "Facture payée"),
    "invoice.attached": ("Invoice attached to a work order", "Facture reliée à un bon de travail"),
    "invoice.detached": ("Invoice detached from a work order", "Facture retirée d'un bon de travail"),
    "payment.recorded": ("Payment recorded", "Paiement enregistré"),
    "payment.voided": ("Payment voided", "Paiement annulé"),
    "payment.refunded": ("Refund recorded", "Remboursement enregistré"),
    "work_order.planned": ("Work order planned", "Bon de travail planifié"),
    "work_order.completed": ("Work order completed", "Bon de travail terminé"),
    "work_order.cancelled": ("Work order cancelled", "Bon de travail annulé"),
}

PAYMENT_METHODS: Mapping[str, Pair] = {
    "cash": ("Cash", "Comptant"),
    "cheque": ("Cheque", "Chèque"),
    "card": ("Card", "Carte"),
    "credit_card": ("Credit card", "Carte de crédit"),
    "debit_card": ("Debit card", "Carte de débit"),
    "interac": ("Interac e-Transfer", "Virement Interac"),
    "transfer": ("Bank transfer", "Virement bancaire"),
    "other": ("Other", "Autre"),
}

PAYMENT_KINDS: Mapping[str, Pair] = {
    "payment": ("Payment", "Paiement"),
    "refund": ("Refund", "Remboursement"),
}

PERMISSIONS: Mapping[str, Pair] = {
    "contacts": ("Contacts", "Contacts"),
    "jobs": ("Jobs", "Jobs"),
    "quotes": ("Quotes", "Soumissions"),
    "invoices": ("Invoices", "Factures"),
    "visits": ("Visits", "Visites"),
    "transactions": ("Transactions", "Transactions"),
    "reports": ("Reports", "Rapports"),
    "settings": ("Settings", "Paramètres"),
}

WHEN_KINDS: Mapping[str, Pair] = {
    "on_approval": ("Upon approval", "À l'approbation"),
    "at_billing": ("At billing date", "À la date de facturation"),
    "on": ("Planned", "Planifié"),
    "after": ("After approval", "Après l'approbation"),
    "to_be_planned": ("To be planned", "À planifier"),
}

_ANY_ACTION: Mapping[str, Pair] = {name: pair for row in ACTIONS.values() for name, pair in row.items()}
_NONE: Mapping[str, Pair] = {}
_AFTER: Pair = ("after approval", "après l'approbation")


def said(pair: Pair, lang: str) -> str:
    """The half of `pair` in that language. Raises `InvalidInput`, `labels.language`."""
    return pair[0] if language_of(lang) is Language.EN else typeset(pair[1])


def _word(table: Mapping[str, Pair], name: str, lang: str) -> str:
    language = language_of(lang)
    return said(table[name], language) if name in table else str(name)


def kind(kind: str, lang: str) -> str:
    """A kind of record as it stands in a sentence: `invoice`, `facture`."""
    return _word(KINDS, kind, lang)


def state(kind: str, state: str, lang: str) -> str:
    """A state of a kind of record; a quote may also be `expired`.

    >>> state("quote", "declined", "fr_CA")
    'Refusée'
    """
    return _word(STATES.get(kind, _NONE), state, lang)


def payment_state(state: str, lang: str) -> str:
    """What an issued invoice's amounts say: `to_pay`, `partially_paid`, `paid`; also `overdue` and `to_refund`."""
    return _word(PAYMENT_STATES, state, lang)


def action(kind: str, action: str, lang: str) -> str:
    """What one can do with a kind of record, as a button says it."""
    return _word(ACTIONS.get(kind, _NONE), action, lang)


def any_action(action: str, lang: str) -> str:
    """An action whose kind of record is not told; actions of one name have the same words for every kind."""
    return _word(_ANY_ACTION, action, lang)


def event(name: str, lang: str) -> str:
    """What happened, in a few words, by the event's name."""
    return _word(EVENTS, name, lang)


def payment_method(method: str, lang: str) -> str:
    """How money changed hands; a host's own word passes through."""
    return _word(PAYMENT_METHODS, method, lang)


def payment_kind(kind: str, lang: str) -> str:
    """Payment or refund."""
    return _word(PAYMENT_KINDS, kind, lang)


def permission(permission: str, lang: str) -> str:
    """A permission of a user."""
    return _word(PERMISSIONS, permission, lang)


def when_kind(kind: str, lang: str) -> str:
    """One of the ways an instalment's day can be given, for a list to choose from."""
    return _word(WHEN_KINDS, kind, lang)


def when(when: When, lang: str) -> str:
    """The day of an instalment, as its schedule says it.

    >>> when(When.after(months=1, days=15), "en")
    '1 month and 15 days after approval'
    """
    if when.kind is WhenKind.ON and when.fixed_on is not None:
        return date(when.fixed_on, lang)
    lengths = [
        _length(when.months, ("month", "mois"), ("months", "mois"), lang),
        _length(when.days, ("day", "jour"), ("days", "jours"), lang),
    ]
    length = said((" and ", " et "), lang).join(each for each in lengths if each)
    if when.kind is not WhenKind.AFTER or not length:
        return when_kind(WhenKind.ON_APPROVAL if when.kind is WhenKind.AFTER else when.kind, lang)
    return f"{length} {said(_AFTER, lang)}"


def _length(count: int, one: Pair, many: Pair, lang: str) -> str:
    return f"{number(count, lang)} {said(one if count == 1 else many, lang)}" if count else ""
