"""The words of every finding, in French and English."""

from __future__ import annotations

from collections.abc import Mapping

from ..labels.formats import language_of
from ..labels.templates import Template, template
from .findings import Finding

WORDS: Mapping[str, Template] = {
    "storage.damage": template(
        "The storage itself reports: {detail}", "Le stockage lui-même signale : {detail}", detail=str
    ),
    "storage.failed": template(
        "Reading failed here ({problem}); what comes after it was not looked at",
        "La lecture a échoué ici ({problem}); la suite n'a pas été examinée",
        problem=str,
    ),
    "company.missing": template("The company's settings are missing", "Les paramètres de l'entreprise manquent"),
    "record.unreadable": template("Cannot be read ({problem})", "Illisible ({problem})", problem=str),
    "record.inconsistent": template(
        "Its content cannot be reckoned with ({problem})", "Son contenu ne permet aucun calcul ({problem})", problem=str
    ),
    "record.columns": template(
        "The column {column} is not what the record says",
        "La colonne {column} ne correspond pas au document",
        column=str,
    ),
    "record.lookup": template(
        "Looking up {index} does not find exactly the right records",
        "La recherche par {index} ne trouve pas exactement les bons documents",
        index=str,
    ),
    "record.not-unique": template(
        "{column} {value} stands on several records: {ids}",
        "{column} {value} figure sur plusieurs documents : {ids}",
        column=str,
        value=str,
        ids=tuple,
    ),
    "record.state": template(
        "{field} does not go with the state {state}", "{field} ne va pas avec l'état {state}", field=str, state=str
    ),
    "record.dangling": template(
        "{field} names {other}, which does not exist", "{field} désigne {other}, qui n'existe pas", field=str, other=str
    ),
    "document.other-contact": template(
        "Its client {contact} is not the job's, {expected}",
        "Son client {contact} n'est pas celui du dossier, {expected}",
        contact=str,
        expected=str,
    ),
    "document.currency": template(
        "Its currency {found} is not the company's, {expected}",
        "Sa devise {found} n'est pas celle de l'entreprise, {expected}",
        found=str,
        expected=str,
    ),
    "document.negative": template("Its total {total} is below zero", "Son total {total} est inférieur à zéro"),
    "quote.schedule": template(
        "A payment schedule does not add up to the total {total}",
        "Un calendrier de paiement ne donne pas le total {total}",
    ),
    "quote.discount": template(
        "Its discount is not that of the schedule in force", "Son rabais n'est pas celui du calendrier en vigueur"
    ),
    "quote.approved-for": template(
        "It was approved for {contact}, who is not its client",
        "Elle a été approuvée pour {contact}, qui n'est pas son client",
        contact=str,
    ),
    "quote.parts": template(
        "The invoices of all its parts do not add up: {what} comes to {found} instead of {expected}",
        "Les factures de toutes ses parties ne donnent pas l'ensemble : {what} donne {found} au lieu de {expected}",
        what=str,
    ),
    "invoice.part": template(
        "It says to be part {part} of a quote that calls for no such part",
        "Elle se dit la partie {part} d'une soumission qui n'en prévoit pas",
        part=int,
    ),
    "invoice.other-job": template(
        "It is in {job}, the quote that generated it in {expected}",
        "Elle est dans {job}, la soumission qui l'a générée dans {expected}",
        job=str,
        expected=str,
    ),
    "invoice.taxes": template("Its taxes do not follow from its lines", "Ses taxes ne découlent pas de ses lignes"),
    "invoice.instalments": template(
        "Its instalments come to {found} instead of {expected}",
        "Ses versements donnent {found} au lieu de {expected}",
    ),
    "invoice.open": template(
        "{found} is open on its instalments, but its balance is {expected}",
        "Ses versements ont {found} à payer, mais son solde est de {expected}",
    ),
    "invoice.adjustment": template(
        "Adjustment {place} moved {found} instead of {expected}",
        "La correction {place} a déplacé {found} au lieu de {expected}",
        place=int,
    ),
    "invoice.paid": template(
        "Instalment {place} is not paid as the payments say",
        "Le versement {place} n'est pas payé comme le disent les paiements",
        place=int,
    ),
    "invoice.overdrawn": template("More was given back than received: {paid}", "Plus a été rendu que reçu : {paid}"),
    "invoice.dated": template(
        "It is dated {issued_on}, though planned for {send_on}",
        "Elle est datée du {issued_on}, mais prévue le {send_on}",
    ),
    "invoice.due": template(
        "The day of instalment {place} is not what was agreed",
        "L'échéance du versement {place} n'est pas celle qui est convenue",
        place=int,
    ),
    "payment.amount": template(
        "{payment} has an amount below zero", "{payment} a un montant inférieur à zéro", payment=str
    ),
    "payment.allocations": template(
        "{payment} went to instalments for {found} instead of {expected}",
        "{payment} est allé aux versements pour {found} au lieu de {expected}",
        payment=str,
    ),
    "payment.rounding": template(
        "{payment} has a rounding that only cash may have, of at most 0.02",
        "{payment} a un arrondi que seul l'argent comptant permet, d'au plus 0,02",
        payment=str,
    ),
    "payment.twice": template(
        "{payment} stands in the books twice", "{payment} figure deux fois dans les livres", payment=str
    ),
    "work_order.other-job": template(
        "It holds {invoice}, which is in another job", "Il porte {invoice}, qui est dans un autre dossier", invoice=str
    ),
    "work_order.twice": template("It holds {invoice} twice", "Il porte {invoice} deux fois", invoice=str),
    "event.missing": template(
        "From this position to {to} there is no event", "De cette position à {to}, aucun événement", to=int
    ),
    "event.order": template("It comes after {before}", "Il vient après {before}", before=int),
    "event.beyond": template(
        "It lies beyond {last}, where the company's events should end",
        "Il se trouve après {last}, où devraient finir les événements de l'entreprise",
        last=int,
    ),
    "event.unreadable": template("Cannot be read ({problem})", "Illisible ({problem})", problem=str),
    "event.unknown": template(
        "{name} names {other}, which does not exist", "{name} désigne {other}, qui n'existe pas", name=str, other=str
    ),
    "event.timeline": template(
        "The job's timeline does not show exactly its events",
        "La chronologie du dossier ne montre pas exactement ses événements",
    ),
    "history.no-beginning": template("No event says that it was made", "Aucun événement ne dit qu'il a été créé"),
    "history.differs": template(
        "The events tell another {fact}: {told} instead of {found}",
        "Les événements racontent autre chose ({fact}) : {told} au lieu de {found}",
        fact=str,
    ),
    "receipt.missing": template(
        "The receipt of its idempotency key is missing or unreadable",
        "Le reçu de sa clé d'idempotence manque ou est illisible",
    ),
    "series.jump": template(
        "{found} follows [{before}|nothing], and nothing explains the jump",
        "{found} suit [{before}|rien], et rien n'explique le saut",
        found=str,
        before=str,
    ),
    "series.last": template(
        "It stands at {found}, but the last number given is {expected}",
        "Elle est à {found}, mais le dernier numéro donné est {expected}",
    ),
    "folder.figures": template(
        "The folder shows {figure} {found} instead of {expected}",
        "Le dossier montre {figure} {found} au lieu de {expected}",
        figure=str,
    ),
}
"""Every code with its words in both languages."""


def words(finding: Finding, lang: str) -> str:
    """What is wrong, for the person at the terminal. Raises `InvalidInput`, `labels.language`."""
    return WORDS[finding.code].filled(finding.reason.params, language_of(lang))
