"""The command's own words, in French and English; the words of the business itself are those of `plannit_core.labels`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..labels.formats import language_of, number
from ..labels.templates import Template, template
from ..labels.words import Pair, said
from .words_safe import SAFE

DOCUMENTS: Mapping[str, Template] = {
    "folder": template("Job folder {number}", "Dossier {number}"),
    "client": template("Client: {name}", "Client : {name}"),
    "quote": template("Quote[ {number}]", "Soumission[ {number}]"),
    "quote.approved": template("Approved on {on}", "Approuvée le {on}"),
    "quote.sent": template("Sent on {on}, valid until {until}", "Envoyée le {on}, valide jusqu'au {until}"),
    "quote.expired": template("Expired on {on}", "Échue le {on}"),
    "quote.declined": template("Declined[: {why}]", "Refusée[ : {why}]"),
    "schedule": template("Payment schedule[: {name}]", "Calendrier de paiement[ : {name}]"),
    "schedule.offered": template("Schedule offered[: {name}]", "Calendrier offert[ : {name}]"),
    "schedule.draft": template("draft", "brouillon"),
    "schedule.none": template("not generated", "non générée"),
    "discount": template("Discount[ of {rate}], before tax", "Rabais[ de {rate}], avant taxes"),
    "share.whole": template("the whole", "le tout"),
    "share.rest": template("the rest", "le reste"),
    "share.equal": template("an equal part", "une part égale"),
    "invoice": template("Invoice[ {number}]", "Facture[ {number}]"),
    "invoice.dated": template("dated {on}", "datée du {on}"),
    "invoice.due": template("due on {on}", "due le {on}"),
    "invoice.leaves": template("leaves on {on}", "part le {on}"),
    "invoice.by-hand": template("no sending date", "sans date d'envoi"),
    "invoice.undeliverable": template("not delivered: no e-mail", "non livrée : aucun courriel"),
    "invoice.voided": template("Voided on {on}", "Annulée le {on}"),
    "invoice.from": template("from quote {number}[, part {part}]", "de la soumission {number}[, partie {part}]"),
    "paid": template("paid {amount}", "payé {amount}"),
    "rounded": template("cash rounding {amount}", "arrondi comptant {amount}"),
    "balance": template("balance {amount}", "solde {amount}"),
    "no-lines": template("No lines yet", "Aucune ligne encore"),
    "work-order": template("Work order: {title}", "Bon de travail : {title}"),
    "work-order.on": template("visit on {on}", "visite le {on}"),
    "figures": template("Figures", "Chiffres"),
    "revenue": template("Revenue, before tax", "Revenus, avant taxes"),
    "invoiced": template("Invoiced, tax included", "Facturé, taxes comprises"),
    "collected": template("Collected", "Encaissé"),
    "pending": template("Pending", "En attente"),
    "to_invoice": template("To invoice", "À facturer"),
    "events": template("Events", "Événements"),
    "events.last": template("Last events ({shown} of {all})", "Derniers événements ({shown} sur {all})"),
}

INVOICE: Mapping[str, Template] = {
    "text": template("Description", "Description"),
    "quantity": template("Qty", "Qté"),
    "price": template("Price", "Prix"),
    "amount": template("Amount", "Montant"),
    "subtotal": template("Subtotal", "Sous-total"),
    "total": template("Total", "Total"),
    "total.original": template("Total as issued", "Total à l'émission"),
    "paid.total": template("Paid", "Payé"),
    "rounding": template("Cash rounding", "Arrondi comptant"),
    "balance.total": template("Balance", "Solde"),
    "adjustment": template("Adjusted on {on}[: {why}]", "Corrigée le {on}[ : {why}]"),
    "instalments": template("Instalments", "Versements"),
    "instalment": template("No.", "N°"),
    "instalment.adjustment": template("Adjustment", "Correction"),
    "due": template("Due", "Échéance"),
    "open": template("Open", "À payer"),
    "payments": template("Payments", "Paiements"),
    "payments.none": template("No payment yet.", "Aucun paiement encore."),
    "payment.voided": template("voided on {on}", "annulé le {on}"),
    "day": template("Date", "Date"),
    "how": template("How", "Mode"),
    "note": template("Note: {note}", "Note : {note}"),
    "actions": template("What can be done now", "Ce qu'on peut faire maintenant"),
    "actions.none": template("Nothing more.", "Plus rien."),
    "actions.not": template("What cannot, and why", "Ce qu'on ne peut pas faire, et pourquoi"),
}

SEASON: Mapping[str, Template] = {
    "season": template("from {first} to {last}", "du {first} au {last}"),
    "counts": template(
        "{clients}, {jobs}, {quotes}, {invoices}, {visits}.", "{clients}, {jobs}, {quotes}, {invoices}, {visits}."
    ),
    "replay.done": template("Done: {done}.", "Fait : {done}."),
    "replay.more": template("Done: {done}; {known} had been done before.", "Fait : {done}; {known} l'étaient déjà."),
    "replay.nothing": template(
        "Nothing was added: all of it ({known}) had been done before.",
        "Rien n'a été ajouté : tout ({known}) avait déjà été fait.",
    ),
    "refused": template("Refused, and left out", "Refusé, et laissé de côté"),
    "cell": template("{file}[, line {row}][, {column}]", "{file}[, ligne {row}][, {column}]"),
    "row": template("{file}, line {row}", "{file}, ligne {row}"),
    "held": template("Could not leave", "N'a pas pu partir"),
    "folders": template("Job folders", "Dossiers job"),
    "folders.some": template("{shown} of {all}", "{shown} sur {all}"),
    "flow.approval": template(
        "A client approves: every invoice of the schedule is made, each leaves on its day",
        "Un client approuve : toutes les factures du calendrier se font, chacune part à sa date",
    ),
    "flow.by-hand": template(
        "Invoices generated by hand after approval", "Factures générées à la main après l'approbation"
    ),
    "flow.attach": template(
        "A work order, billed by an invoice the job already holds",
        "Un bon de travail, facturé par une facture que le dossier a déjà",
    ),
    "flow.create": template(
        "A work order, billed by one more invoice", "Un bon de travail, facturé par une facture de plus"
    ),
    "flow.itself": template(
        "A work order in a job without invoice: it comes by itself",
        "Un bon de travail dans un dossier sans facture : elle se crée d'elle-même",
    ),
    "flow.several": template("Several invoices on one job", "Plusieurs factures dans un même dossier"),
    "flow.contact": template(
        "An invoice straight from the contact: it opens its own job folder",
        "Une facture à partir du contact : elle ouvre son propre dossier",
    ),
    "flow.void": template("An invoice voided and replaced", "Une facture annulée et remplacée"),
    "flow.refund": template("A refund", "Un remboursement"),
    "flow.cash": template("Cash, rounded to five cents", "Du comptant, arrondi aux cinq sous"),
    "left": template("What left on which day", "Ce qui est parti, jour par jour"),
    "left.none": template("Nothing left.", "Rien n'est parti."),
    "left.key": template(
        "The day of the month, then the invoices. (2) sent again; (x) not sent by e-mail: handed over.",
        "Le jour du mois, puis les factures. (2) envoyée de nouveau; (x) pas envoyée par courriel : remise en main propre.",
    ),
    "receivables": template("Receivables by age", "Comptes clients par âge"),
    "as-of": template("as of {on}", "au {on}"),
    "age": template("Age", "Âge"),
    "instalments.open": template("Instalments", "Versements"),
    "not_due": template("Not due", "Non échu"),
    "days_1_30": template("1 to 30 days late", "De 1 à 30 jours de retard"),
    "days_31_60": template("31 to 60 days late", "De 31 à 60 jours de retard"),
    "days_61_90": template("61 to 90 days late", "De 61 à 90 jours de retard"),
    "over_90": template("Over 90 days late", "Plus de 90 jours de retard"),
    "deposits": template("Received ahead of an invoice: {amount}.", "Reçu avant la facture : {amount}."),
    "oldest": template("The oldest", "Les plus anciens"),
    "late": template("Days late", "Retard (jours)"),
    "owed": template("Owed", "Dû"),
    "client.title": template("Client", "Client"),
    "invoice.title": template("Invoice", "Facture"),
    "reconciliation": template("Reconciliation", "Rapprochement"),
    "whole.approved": template("Approved", "Approuvé"),
    "whole.invoiced": template("Invoiced", "Facturé"),
    "whole.received": template("Invoiced", "Facturé"),
    "part.issued": template("generated and numbered", "généré et numéroté"),
    "part.drafts": template("generated drafts", "brouillons générés"),
    "part.to_generate": template("still to generate", "reste à générer"),
    "part.split_cents": template("cents of the split by invoice", "sous du partage par facture"),
    "part.generated": template("generated and numbered", "généré et numéroté"),
    "part.ad_hoc": template("without a quote", "sans soumission"),
    "part.adjustments": template("adjustments", "corrections"),
    "part.collected": template("collected", "encaissé"),
    "part.pending": template("pending", "en attente"),
    "part.cash_rounding": template("cash rounding", "arrondi comptant"),
    "with-taxes": template("With taxes", "Avec taxes"),
    "difference": template("Difference", "Écart"),
    "balances": template("It balances, to the cent.", "Tout concorde, au cent près."),
    "balances.not": template("It does NOT balance.", "Cela NE concorde PAS."),
    "kept": template("The books are kept in {path}.", "Les livres sont gardés dans {path}."),
    "next": template("To try next:", "À essayer ensuite :"),
}

DAY: Mapping[str, Template] = {
    "day.title": template("The day of {on}", "La journée du {on}"),
    "day.nothing": template("Nothing was due to leave.", "Rien ne devait partir."),
    "day.left": template("Left: {invoices}.", "Parti : {invoices}."),
    "day.invoice": template("Invoice of {on}: {total}", "Facture du {on} : {total}"),
    "day.refused": template("Could not leave, for somebody to look at", "N'a pas pu partir, à regarder"),
    "day.stopped": template("Nothing left.", "Rien n'est parti."),
    "day.soon": template("What leaves next", "Les prochains départs"),
    "job.title": template("Job", "Dossier"),
    "delivery": template("Delivery", "Livraison"),
    "delivery.sent": template("sent", "envoyée"),
    "delivery.none": template("no e-mail", "aucun courriel"),
    "more": template("… and {count} more.", "… et {count} de plus."),
}

LISTS: Mapping[str, Template] = {
    "jobs": template("Job folders", "Dossiers job"),
    "invoices": template("Invoices", "Factures"),
    "drafts": template("Drafts", "Brouillons"),
    "drafts.by-id": template(
        "A draft has no number yet; its id stands for it.", "Un brouillon n'a pas encore de numéro; son id le remplace."
    ),
    "number": template("Number", "Numéro"),
    "opened": template("Opened", "Ouvert"),
    "title": template("Title", "Titre"),
    "status": template("Status", "Statut"),
    "state": template("State", "État"),
    "id": template("Id", "Id"),
    "leaves": template("Leaves", "Départ"),
}

TROUBLES: Mapping[str, Template] = {
    "error": template("Error", "Erreur"),
    "usage.wrong": template("{message}", "{message}"),
    "usage.day": template(
        "{found} is not a day. Write year, month, day: 2026-06-15.",
        "{found} n'est pas une date. Écrivez année, mois, jour : 2026-06-15.",
        found=str,
    ),
    "usage.before-season": template(
        "The season begins on {start}; there is nothing to replay up to {to}.",
        "La saison commence le {start}; il n'y a rien à rejouer jusqu'au {to}.",
        start=date,
        to=date,
    ),
    "company.several": template(
        "There are several companies: {companies}. Choose one with --company.",
        "Il y a plusieurs entreprises : {companies}. Choisissez-en une avec --company.",
    ),
    "company.unknown": template(
        "There is no company {company}[; those there are: {companies}].",
        "Il n'y a pas d'entreprise {company}[; il y a celles-ci : {companies}].",
    ),
    "company.none": template(
        "There is no company yet. Fill it with: plannit replay DIR --db FILE",
        "Il n'y a encore aucune entreprise. Remplissez avec : plannit replay DOSSIER --db FICHIER",
    ),
    "not-found.job": template(
        "No job folder has the number or the id {id}.", "Aucun dossier job n'a le numéro ou l'identifiant {id}."
    ),
    "not-found.invoice": template(
        "No invoice has the number or the id {id}.", "Aucune facture n'a le numéro ou l'identifiant {id}."
    ),
    "not-found.list": template("To list those there are:", "Pour voir ceux qui existent :"),
    "file": template("The file: {path}", "Le fichier : {path}"),
    "database": template("The database: {path}", "La base de données : {path}"),
    "file.none": template("There is no file {path}.", "Il n'y a pas de fichier {path}."),
    "sql.missing": template(
        "A database by its URL needs the extra sql. Install it: pip install '{extra}'",
        "Une base de données par son URL demande l'extra sql. Installez-le : pip install '{extra}'",
    ),
    "interrupted": template(
        "Interrupted. What was done is stored; the same command goes on from there.",
        "Interrompu. Ce qui est fait est enregistré; la même commande continue à partir de là.",
    ),
    "season.problems": template(
        "{problems} in {folder}; nothing was stored.", "{problems} dans {folder}; rien n'a été enregistré."
    ),
    "input.where": template("Where", "Où"),
    "input.why": template("Reason", "Raison"),
    "input.folder": template("the folder", "le dossier"),
}

HELP: Mapping[str, Template] = {
    "help.plannit": template(
        "Quotes, jobs, work orders and invoices of a service business, in an SQLite file or a database.",
        "Soumissions, dossiers job, bons de travail et factures d'une entreprise de services, dans un fichier SQLite "
        "ou une base de données.",
    ),
    "help.command": template("COMMAND", "COMMANDE"),
    "help.demo": template(
        "replay a contractor's whole season and show it",
        "rejouer toute la saison d'un entrepreneur et la montrer",
    ),
    "help.replay": template(
        "replay a season of your own, from a folder of CSV and TOML files",
        "rejouer votre propre saison, à partir d'un dossier de fichiers CSV et TOML",
    ),
    "help.jobs": template("list the job folders with their numbers", "lister les dossiers job et leurs numéros"),
    "help.invoices": template(
        "list the invoices with their numbers, and the drafts with their ids",
        "lister les factures et leurs numéros, les brouillons et leurs identifiants",
    ),
    "help.jobs.status": template("only those of this status", "seulement ceux de ce statut"),
    "help.invoices.state": template(
        "only those in this state: {states}", "seulement celles dans cet état : {states}", states=str
    ),
    "help.state": template("STATE", "ÉTAT"),
    "help.word": template("WORD", "MOT"),
    "help.job": template("show a job folder", "montrer un dossier job"),
    "help.invoice": template(
        "show an invoice, what can be done with it, and why not the rest",
        "montrer une facture, ce qu'on peut en faire, et pourquoi pas le reste",
    ),
    "help.day": template("let leave the invoices that are due to", "faire partir les factures qui doivent partir"),
    "help.check": template(
        "read everything stored and say what cannot be right", "tout relire et dire ce qui ne peut être juste"
    ),
    "help.diagram": template(
        "print a life cycle as a Mermaid diagram", "imprimer un cycle de vie en diagramme Mermaid"
    ),
    "help.help": template("show this help and leave", "montrer cette aide et quitter"),
    "help.version": template("show the version and leave", "montrer la version et quitter"),
    "help.json": template("print one JSON document", "imprimer un document JSON"),
    "help.lang": template("the language: French or English", "la langue : le français ou l'anglais"),
    "help.file": template("FILE", "FICHIER"),
    "help.folder": template("DIR", "DOSSIER"),
    "help.date": template("DATE", "DATE"),
    "help.number": template("NUMBER", "NUMÉRO"),
    "help.id": template("ID", "ID"),
    "help.demo.db": template(
        "the SQLite file, or the URL of a database; a temporary file unless given",
        "le fichier SQLite, ou l'URL d'une base de données; un fichier temporaire par défaut",
    ),
    "help.demo.keep": template("keep the temporary file", "garder le fichier temporaire"),
    "help.replay.folder": template("the folder", "le dossier"),
    "help.replay.db": template(
        "the SQLite file, or the URL of a database; made when it is not there",
        "le fichier SQLite, ou l'URL d'une base de données; créé s'il n'existe pas",
    ),
    "help.replay.to": template(
        "the last day, such as 2026-06-15; the season's own unless given",
        "le dernier jour, par exemple 2026-06-15; par défaut celui de la saison",
    ),
    "help.job.job": template("the number or the id of the job", "le numéro ou l'identifiant du dossier"),
    "help.invoice.invoice": template(
        "the number of the invoice, or its id", "le numéro de la facture, ou son identifiant"
    ),
    "help.day.on": template(
        "the day, not after today; today unless given", "le jour, au plus tard aujourd'hui; par défaut aujourd'hui"
    ),
    "help.db": template(
        "the SQLite file with the books, or the URL of a database",
        "le fichier SQLite avec les livres, ou l'URL d'une base de données",
    ),
    "help.company": template("the company, where there are several", "l'entreprise, s'il y en a plusieurs"),
    "help.diagram.kind": template("whose life cycle", "le cycle de vie de quoi"),
    "help.exits": template("The command ends with:", "La commande se termine par :"),
    "exit.0": template("all is well", "tout va bien"),
    "exit.1": template(
        "the books do not balance, or a check found something wrong",
        "les livres ne concordent pas, ou une vérification y a trouvé une faute",
    ),
    "exit.2": template("the command was not understood", "la commande n'a pas été comprise"),
    "exit.3": template(
        "wrong input: a value, or files of a season; nothing was stored",
        "données fautives : une valeur, ou les fichiers d'une saison; rien n'a été enregistré",
    ),
    "exit.4": template(
        "not found, or refused: some or all of what was asked could not be done",
        "introuvable ou refusé : ce qui était demandé n'a pu se faire, en tout ou en partie",
    ),
    "exit.5": template(
        "the file or the database cannot be used", "le fichier ou la base de données ne peut pas servir"
    ),
    "exit.130": template("interrupted with Ctrl-C", "interrompu par Ctrl-C"),
    "exit.141": template("nobody reads the output any more", "plus personne ne lit ce qui s'imprime"),
}

WORDS: Mapping[str, Template] = {**HELP, **DOCUMENTS, **INVOICE, **SEASON, **DAY, **LISTS, **TROUBLES, **SAFE}

COUNTED: Mapping[str, tuple[Pair, Pair]] = {
    "client": (("client", "clients"), ("client", "clients")),
    "job": (("job folder", "job folders"), ("dossier", "dossiers")),
    "quote": (("quote", "quotes"), ("soumission", "soumissions")),
    "invoice": (("invoice", "invoices"), ("facture", "factures")),
    "visit": (("work order", "work orders"), ("bon de travail", "bons de travail")),
    "day": (("day", "days"), ("jour", "jours")),
    "act": (("operation", "operations"), ("opération", "opérations")),
    "problem": (("problem", "problems"), ("problème", "problèmes")),
}
"""One and many, in English and in French."""


def say(name: str, lang: str, /, **gaps: object) -> str:
    """The words of that name, filled in.

    >>> say("invoice.due", "fr", on=date(2026, 6, 15))
    'due le 15 juin 2026'
    """
    return WORDS[name].filled(gaps, language_of(lang))


def counted(name: str, count: int, lang: str) -> str:
    """So many of something.

    >>> counted("invoice", 0, "en"), counted("invoice", 0, "fr")
    ('0 invoices', '0 facture')
    """
    english, french = COUNTED[name]
    one, many = said((english[0], french[0]), lang), said((english[1], french[1]), lang)
    is_one = count == 1 or (count == 0 and language_of(lang) == "fr")
    return f"{number(count, lang)} {one if is_one else many}"
