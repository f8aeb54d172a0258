"""Why the business says no: the words of `Refused`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from ..values.money import Money
from .templates import Template, template

STATES: Mapping[str, Template] = {
    "quote.draft": template(
        "[“{action}” is not possible yet: this|This] quote is still a draft. Send it first.",
        "[« {action} » n'est pas encore possible : cette|Cette] soumission est un brouillon. Envoyez-la d'abord.",
        action=str,
    ),
    "quote.sent": template(
        "[“{action}” is not possible: this|This] quote was sent and awaits an answer. To change it, decline it and draft another.",
        "[« {action} » n'est pas possible : cette|Cette] soumission est envoyée et attend une réponse. "
        "Pour la changer, refusez-la et préparez-en une autre.",
        action=str,
    ),
    "quote.approved": template(
        "[“{action}” is not possible: this|This] quote is already approved. For other work, draft another quote or an invoice.",
        "[« {action} » n'est pas possible : cette|Cette] soumission est déjà approuvée. "
        "Pour d'autres travaux, préparez une autre soumission ou une facture.",
        action=str,
    ),
    "quote.declined": template(
        "[“{action}” is not possible: this|This] quote was declined. Draft another one.",
        "[« {action} » n'est pas possible : cette|Cette] soumission a été refusée. Préparez-en une autre.",
        action=str,
    ),
    "invoice.draft": template(
        "[“{action}” is not possible yet: this|This] invoice is still a draft. Edit or discard it, or send it first.",
        "[« {action} » n'est pas encore possible : cette|Cette] facture est un brouillon. "
        "Modifiez-la ou supprimez-la, ou envoyez-la d'abord.",
        action=str,
    ),
    "invoice.issued": template(
        "[“{action}” is not possible: this|This] invoice already has its number. Correct it with an adjustment, or void it.",
        "[« {action} » n'est pas possible : cette|Cette] facture est déjà numérotée. Ajoutez-y une correction, ou annulez-la.",
        action=str,
    ),
    "invoice.voided": template(
        "[“{action}” is not possible: this|This] invoice is voided. Draft another one.",
        "[« {action} » n'est pas possible : cette|Cette] facture est annulée. Préparez-en une autre.",
        action=str,
    ),
    "work_order.completed": template(
        "[“{action}” is not possible: this|This] work order is already completed. Plan another one.",
        "[« {action} » n'est pas possible : ce|Ce] bon de travail est déjà terminé. Planifiez-en un autre.",
        action=str,
    ),
    "work_order.cancelled": template(
        "[“{action}” is not possible: this|This] work order is cancelled. Plan another one.",
        "[« {action} » n'est pas possible : ce|Ce] bon de travail est annulé. Planifiez-en un autre.",
        action=str,
    ),
}
"""What a life cycle does not allow: kind and state. Where several actions are refused alike, the state alone is told."""

COMPANY: Mapping[str, Template] = {
    "company.not-configured": template(
        "The company's settings are missing. Enter them first.",
        "Les paramètres de l'entreprise manquent. Remplissez-les d'abord.",
    ),
    "company.currency": template(
        "The currency stays {currency}: quotes or invoices are already in it. For another currency, open another company.",
        "La devise reste {currency} : des soumissions ou des factures l'emploient déjà. "
        "Pour une autre devise, ouvrez une autre entreprise.",
        currency=str,
    ),
    "permission.denied": template(
        "You do not have the permission for this[: {needs}]. Ask an administrator for it.",
        "Vous n'avez pas l'autorisation requise[ : {needs}]. Demandez-la à un administrateur.",
        needs=str,
    ),
    "external.taken": template(
        "This key of {source} already belongs to another record ({id}). Check the key.",
        "Cette clé de {source} appartient déjà à une autre fiche ({id}). Vérifiez la clé.",
        source=str,
        id=str,
    ),
    "numbering.exhausted": template(
        "No number is left in the series ({series}): it has {length} digits. Lengthen it in the settings.",
        "Il ne reste plus de numéro dans la série ({series}) : elle a {length} chiffres. Allongez-la dans les paramètres.",
        series=str,
        length=int,
    ),
    "numbers.held": template(
        "Numbers are held, as after a backup was restored. Say which were given last, then retry.",
        "Les numéros sont retenus, comme après une restauration. Indiquez les derniers donnés, puis réessayez.",
    ),
    "numbers.not-held": template(
        "The numbers are not held: they are given as usual. There is nothing to do.",
        "Les numéros ne sont pas retenus : ils sont donnés comme d'habitude. Il n'y a rien à faire.",
    ),
    "numbers.unknown-form": template(
        "[{number}|What was told in place {place}] looks like no number of today's settings. Type it as it is printed, or "
        "change the settings first.",
        "[{number}|Ce qui a été indiqué en place {place}] ne ressemble à aucun numéro selon les paramètres d'aujourd'hui. "
        "Écrivez-le comme il est imprimé, ou changez d'abord les paramètres.",
        place=int,
        number=str,
    ),
    "day.too-many": template(
        "Nothing was sent: more than {cap} invoices are due to leave. Check them, then raise the limit in the settings.",
        "Rien n'a été envoyé : plus de {cap} factures doivent partir. "
        "Vérifiez-les, puis relevez la limite dans les paramètres.",
        cap=int,
    ),
}
"""The company as a whole."""

QUOTES: Mapping[str, Template] = {
    "quote.negative": template(
        "The total is below zero ({total}). Correct the lines or the discount.",
        "Le total est inférieur à zéro ({total}). Corrigez les lignes ou le rabais.",
        total=Money,
    ),
    "quote.expired": template(
        "The last day of this quote was {valid_until}. Ask for an extension of its deadline.",
        "L'échéance de cette soumission était le {valid_until}. Demandez qu'elle soit prolongée.",
        valid_until=date,
    ),
    "quote.other-contact": template(
        "This quote is for another client. Only that client can answer it.",
        "Cette soumission est destinée à un autre client. Seul ce client peut y répondre.",
        quote=str,
    ),
    "quote.not-approved": template(
        "Only an approved quote generates invoices. Have it approved first, or add an invoice in the job.",
        "Seule une soumission approuvée génère des factures. "
        "Faites-la approuver d'abord, ou ajoutez une facture dans le dossier job.",
        state=str,
    ),
    "schedule.choice-required": template(
        "Several payment schedules are offered. Choose one[: {schedules}].",
        "Plusieurs calendriers de paiement sont offerts. Choisissez-en un[ : {schedules}].",
        schedules=tuple,
    ),
    "schedule.unknown": template(
        "This payment schedule is not offered. Choose one that is[: {schedules}].",
        "Ce calendrier de paiement n'est pas offert. Choisissez-en un qui l'est[ : {schedules}].",
        schedules=tuple,
    ),
    "schedule.not-balanced": template(
        "The instalments of the payment schedule[ “{schedule}”] do not add up to the total"
        "[: they come to {percent}%][ of {total}]. Correct them, or let one take the rest.",
        "Les versements du calendrier de paiement[ « {schedule} »] ne font pas le total"
        "[ : ils font {percent} %][ de {total}]. Corrigez-les, ou laissez-en un prendre le reste.",
        schedule=str,
        total=Money,
        percent=Decimal,
    ),
}
"""Quotes and their payment schedules."""

INVOICES: Mapping[str, Template] = {
    "document.no-lines": template(
        "This document has no lines. Add at least one.",
        "Ce document n'a aucune ligne. Ajoutez-en au moins une.",
    ),
    "invoice.negative": template(
        "The total would be below zero ({total}). Correct the lines.",
        "Le total serait inférieur à zéro ({total}). Corrigez les lignes.",
        total=Money,
    ),
    "invoice.generated": template(
        "A quote generated this invoice: its lines, schedule and job stay. Add another invoice, or adjust this one once sent.",
        "Une soumission a généré cette facture : ses lignes, son calendrier et son dossier restent. "
        "Ajoutez une autre facture, ou corrigez celle-ci après l'envoi.",
        quote=str,
    ),
    "invoice.has-payments": template(
        "This invoice has received {paid}. Void or refund its payments first.",
        "Cette facture a reçu {paid}. Annulez ou remboursez d'abord ses paiements.",
        paid=Money,
    ),
    "invoice.no-recipient": template(
        "The contact has no e-mail address. Add one, or number the invoice and print it.",
        "Le contact n'a pas d'adresse de courriel. Ajoutez-en une, ou numérotez la facture et imprimez-la.",
        contact=str,
    ),
    "invoice.not-due": template(
        "This invoice is not to leave yet[: it is planned for {send_on}]. Send it by hand if it should.",
        "Cette facture ne doit pas encore partir[ : elle est planifiée pour le {send_on}]. "
        "Envoyez-la à la main s'il le faut.",
        send_on=date,
    ),
    "invoice.other-job": template(
        "This invoice belongs to another job. Move it to this one first.",
        "Cette facture appartient à un autre dossier job. Déplacez-la d'abord dans celui-ci.",
        invoice=str,
        job=str,
    ),
    "invoice.choice-required": template(
        "This job already holds invoices. Choose one of them[ ({invoices})| ({candidates})], or ask for a new one.",
        "Ce dossier job contient déjà des factures. "
        "Choisissez l'une d'elles[ ({invoices})| ({candidates})], ou demandez-en une nouvelle.",
        work_order=str,
        candidates=tuple,
        invoices=tuple,
    ),
    "instalment.unknown": template(
        "There is no instalment {instalment}: this invoice has {count}. Choose one of them.",
        "Il n'y a pas de versement {instalment} : cette facture en compte {count}. Choisissez l'un d'eux.",
        instalment=int,
        count=int,
    ),
    "job.other-contact": template(
        "This job folder belongs to another contact. Choose a folder of the same contact.",
        "Ce dossier job appartient à un autre contact. Choisissez un dossier du même contact.",
        job=str,
        contact=str,
    ),
}
"""Invoices and the folders they are in."""

PAYMENTS: Mapping[str, Template] = {
    "payment.not-positive": template(
        "Enter an amount above zero.",
        "Inscrivez un montant supérieur à zéro.",
    ),
    "payment.above-balance": template(
        "[This is more than the balance of {balance}. Enter {ask} at most.|Nothing is left to pay.] "
        "To keep more, allow an overpayment.",
        "[C'est plus que le solde de {balance}. Inscrivez {ask} au plus.|Il ne reste rien à payer.] "
        "Pour garder plus, permettez un trop-payé.",
        balance=Money,
        ask=Money,
    ),
    "payment.cash-not-rounded": template(
        "Cash is rounded to 5 cents: the amount to ask for, or to give back, is {ask} and not {amount}.",
        "Le comptant s'arrondit à 5 cents : le montant à demander, ou à rendre, est {ask} et non {amount}.",
        amount=Money,
        ask=Money,
    ),
    "payment.none": template(
        "This invoice has no payment to void.",
        "Cette facture n'a aucun paiement à annuler.",
    ),
    "payment.voided": template(
        "This payment is already voided; it no longer counts.",
        "Ce paiement est déjà annulé; il ne compte plus.",
        payment=str,
    ),
    "payment.refunded": template(
        "This payment was refunded. Void the refund first.",
        "Ce paiement a été remboursé. Annulez d'abord le remboursement.",
        payment=str,
    ),
    "refund.above-paid": template(
        "[Only {paid} was received. Refund at most that.|Nothing was received, so there is nothing to refund.]",
        "[Le montant reçu est de {paid}. Remboursez ce montant au plus.|Rien n'a été reçu : il n'y a rien à rembourser.]",
        paid=Money,
    ),
}
"""Money received and given back."""

BOOKS: Mapping[str, Template] = {**STATES, **COMPANY, **QUOTES, **INVOICES, **PAYMENTS}
