"""What can be seen without reading the books: the words of `InvalidInput`.

`{path}` is the field the error is about; it stands in brackets, since not every error has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .templates import Template, template

VALUES: Mapping[str, Template] = {
    "field.wrong-type": template(
        "Wrong kind of value[ ({path})]: {expected} is needed[, such as {example}], not {found}.",
        "Mauvaise sorte de valeur[ ({path})] : il faut {expected}[, par exemple {example}], et non {found}.",
        expected=str,
        found=str,
        example=str,
    ),
    "text.too-long": template(
        "This text is too long[ ({path})]: {found} characters, and at most {limit} fit. Shorten it.",
        "Ce texte est trop long[ ({path})] : {found} caractères, et {limit} au plus. Raccourcissez-le.",
        limit=int,
        found=int,
    ),
    "text.characters": template(
        "This text holds characters that cannot be stored[ ({path})]. Type it again.",
        "Ce texte contient des caractères impossibles à conserver[ ({path})]. Retapez-le.",
    ),
    "text.not-a-token": template(
        "Use 1 to 64 letters without accents, digits, hyphens or underscores[ ({path})].",
        "Employez de 1 à 64 lettres sans accent, chiffres, traits d'union ou soulignés[ ({path})].",
    ),
    "day.wrong-type": template(
        "A day of the calendar is needed[ ({path})], such as 2026-06-15.",
        "Il faut un jour du calendrier[ ({path})], par exemple 2026-06-15.",
        found=str,
    ),
    "day.out-of-range": template(
        "This day is too far away[ ({path})]. Choose a year from 1900 to 9998.",
        "Ce jour est trop loin[ ({path})]. Choisissez une année de 1900 à 9998.",
    ),
    "day.in-the-past": template(
        "{day} is past. Choose {today} or later.",
        "Le {day} est passé. Choisissez le {today} ou plus tard.",
        day=date,
        today=date,
    ),
    "day.in-the-future": template(
        "{day} has not come yet. Choose {today} or earlier.",
        "Le {day} n'est pas encore venu. Choisissez le {today} ou plus tôt.",
        day=date,
        today=date,
    ),
    "number.wrong-type": template(
        "An exact number is needed[ ({path})]: text, a whole number or a Decimal, not {found}.",
        "Il faut un nombre exact[ ({path})] : texte, nombre entier ou Decimal, et non {found}.",
        found=str,
    ),
    "number.not-a-number": template(
        "This is not a number[ ({path})]. Write it in digits, such as 1379.65.",
        "Ce n'est pas un nombre[ ({path})]. Écrivez-le en chiffres, par exemple 1379.65.",
    ),
    "number.too-large": template(
        "This number is too large[ ({path})]. Check it.",
        "Ce nombre est trop grand[ ({path})]. Vérifiez-le.",
    ),
    "number.too-precise": template(
        "This number has too many decimals[ ({path})]. Shorten it[ to {decimals} at most].",
        "Ce nombre a trop de décimales[ ({path})]. Raccourcissez-le[ à {decimals} au plus].",
        decimals=int,
    ),
    "number.out-of-range": template(
        "Choose a whole number from {low} to {high}[ ({path})].",
        "Choisissez un nombre entier de {low} à {high}[ ({path})].",
        low=int,
        high=int,
    ),
    "list.too-long": template(
        "There are too many[ ({path})]: at most {limit} fit.",
        "Il y en a trop[ ({path})] : {limit} au plus.",
        limit=int,
    ),
    "id.malformed": template(
        "This is not an id of the kind needed[ ({path})]: {expected}[, written as {example}]. Check it.",
        "Ce n'est pas un identifiant de la sorte voulue[ ({path})] : {expected}[, qui s'écrit {example}]. Vérifiez-le.",
        expected=str,
        example=str,
    ),
    "id.wrong-kind": template(
        "This id is of another kind of record[ ({path})][: {expected} is needed].",
        "Cet identifiant est celui d'une autre sorte de fiche[ ({path})][ : il faut {expected}].",
        expected=str,
    ),
    "id.no-actions": template(
        "There is nothing to do with this kind of record: {kind}.",
        "Il n'y a rien à faire avec cette sorte de fiche : {kind}.",
        kind=str,
    ),
    "find.unknown-field": template(
        "Records cannot be looked up by this field[ ({path})].",
        "On ne peut pas chercher de fiches par ce champ[ ({path})].",
    ),
    "external.empty": template(
        "A key in another system has a source and a key, neither of them blank.",
        "Une clé dans un autre système a une source et une clé, ni l'une ni l'autre vide.",
    ),
    "external.too-many": template(
        "At most {limit} keys in other systems fit.",
        "Il y a place pour {limit} clés dans d'autres systèmes au plus.",
        limit=int,
    ),
    "key.reused": template(
        "This key was already used for something else. Open the form again, then retry.",
        "Cette clé a déjà servi à autre chose. Rouvrez le formulaire, puis réessayez.",
    ),
    "key.malformed": template(
        "The key that makes this safe to repeat is blank. Give it a text of its own.",
        "La clé qui permet de répéter ceci sans risque est vide. Donnez-lui un texte unique.",
    ),
    "outbox.no-start": template(
        "Choose where this consumer begins: now or beginning.",
        "Choisissez où ce destinataire commence : now (maintenant) ou beginning (au début).",
    ),
    "clock.not-an-instant": template(
        "This is not an instant. Write it such as 2026-03-02T09:00-05:00.",
        "Ce n'est pas un instant. Écrivez-le comme 2026-03-02T09:00-05:00.",
    ),
    "clock.no-offset": template(
        "This instant lacks its offset. Write it such as 2026-03-02T09:00-05:00.",
        "Il manque à cet instant son décalage. Écrivez-le comme 2026-03-02T09:00-05:00.",
    ),
    "labels.language": template(
        "Choose French (fr) or English (en).",
        "Choisissez le français (fr) ou l'anglais (en).",
    ),
    "season.problems": template(
        "Problems were found in the season's files: {count}. Correct them; nothing was stored.",
        "Problèmes trouvés dans les fichiers de la saison : {count}. Corrigez-les; rien n'a été enregistré.",
        count=int,
    ),
}
"""What any field may hold."""

MONEY: Mapping[str, Template] = {
    "money.currency-code": template(
        "A currency is three capital letters, such as CAD.",
        "Une devise s'écrit en trois majuscules, par exemple CAD.",
    ),
    "money.too-large": template(
        "This amount is too large. Check it.",
        "Ce montant est trop grand. Vérifiez-le.",
    ),
    "money.currencies": template(
        "Two currencies do not mix[ ({path})]: {expected} is needed, not {found}.",
        "Deux devises ne se mêlent pas[ ({path})] : il faut {expected}, et non {found}.",
        expected=str,
        found=str,
    ),
    "split.no-parts": template(
        "Choose from 1 to 10,000 parts.",
        "Choisissez de 1 à 10 000 parts.",
    ),
    "split.weights": template(
        "No weight is below zero, and at least one is above it.",
        "Aucun poids n'est inférieur à zéro, et au moins un y est supérieur.",
    ),
    "tax.code": template(
        "A tax code is 1 to 20 letters, digits, spaces, dots, hyphens or underscores.",
        "Un code de taxe a de 1 à 20 lettres, chiffres, espaces, points, traits d'union ou soulignés.",
    ),
    "tax.rate": template(
        "A tax rate is from 0 to 100 percent.",
        "Un taux de taxe va de 0 à 100 %.",
    ),
    "tax.repeated": template(
        "The same tax stands twice in this tax group. Keep one.",
        "La même taxe figure deux fois dans ce groupe de taxe. Gardez-en une.",
    ),
}
"""Amounts and taxes."""

DOCUMENTS: Mapping[str, Template] = {
    "line.no-text": template(
        "This line has no text. Write what the client reads.",
        "Cette ligne n'a pas de texte. Écrivez ce que lira le client.",
    ),
    "lines.empty": template(
        "Add at least one line.",
        "Ajoutez au moins une ligne.",
    ),
    "lines.too-many": template(
        "A document holds at most {limit} lines. Share them over two.",
        "Un document contient {limit} lignes au plus. Répartissez-les sur deux.",
        limit=int,
    ),
    "schedule.empty": template(
        "A payment schedule has at least one instalment. Add one.",
        "Un calendrier de paiement a au moins un versement. Ajoutez-en un.",
    ),
    "schedule.too-many": template(
        "A payment schedule has at most {limit} instalments.",
        "Un calendrier de paiement a {limit} versements au plus.",
        limit=int,
    ),
    "schedule.percent": template(
        "The percentage of an instalment is above 0, and 100 at most.",
        "Le pourcentage d'un versement est supérieur à 0, et de 100 au plus.",
    ),
    "schedule.fixed": template(
        "The amount of an instalment is above zero.",
        "Le montant d'un versement est supérieur à zéro.",
    ),
    "schedule.share": template(
        "An instalment is a percentage or an amount, not both. Choose one.",
        "Un versement est un pourcentage ou un montant, pas les deux. Choisissez.",
    ),
    "schedule.when": template(
        "The day of this instalment contradicts itself. Give one day, one length of time, or neither.",
        "La date de ce versement se contredit. Donnez un seul jour, une seule durée, ou ni l'un ni l'autre.",
    ),
    "schedule.discount": template(
        "A discount is above zero: an amount, or at most 100 percent.",
        "Un rabais est supérieur à zéro : un montant, ou 100 % au plus.",
    ),
    "schedule.no-name": template(
        "This payment schedule needs a name: the client chooses by it.",
        "Ce calendrier de paiement doit avoir un nom : c'est par lui que le client choisit.",
    ),
    "schedule.same-name": template(
        "Two payment schedules have the same name. Change one.",
        "Deux calendriers de paiement ont le même nom. Changez-en un.",
    ),
    "schedule.at-billing": template(
        "An instalment that is an invoice of its own cannot be due “at billing date”. Give it a day, or plan it later.",
        "Un versement qui est une facture à lui seul ne peut pas être dû « à la date de facturation ». "
        "Donnez-lui un jour, ou planifiez-le plus tard.",
    ),
    "schedule.currencies": template(
        "The amounts of a payment schedule are all in one currency.",
        "Les montants d'un calendrier de paiement sont tous dans une même devise.",
    ),
    "schedule.needs-quote": template(
        "Only a quote can have this payment schedule. Here an instalment is due at billing date, on a day, or to be planned.",
        "Seule une soumission peut avoir ce calendrier de paiement. "
        "Ici un versement est dû à la date de facturation, à un jour donné, ou est à planifier.",
    ),
    "payment.negative": template(
        "An amount paid or refunded is not below zero. For money given back, record a refund.",
        "Un montant payé ou remboursé n'est pas inférieur à zéro. Pour de l'argent rendu, inscrivez un remboursement.",
    ),
    "payment.no-method": template(
        "Enter how the money changed hands: cash, cheque, card…",
        "Inscrivez le mode de paiement : comptant, chèque, carte…",
    ),
}
"""Quotes, invoices and payments."""

FOLDERS: Mapping[str, Template] = {
    "contact.no-name": template("Enter the contact's name.", "Inscrivez le nom du contact."),
    "contact.email": template(
        "This is not an e-mail address[ ({path})]. Check it.",
        "Ce n'est pas une adresse de courriel[ ({path})]. Vérifiez-la.",
    ),
    "contact.language": template(
        "The contact's language is French (fr) or English (en).",
        "La langue du contact est le français (fr) ou l'anglais (en).",
    ),
    "job.no-title": template("Enter the job's title.", "Inscrivez le titre du dossier job."),
    "job.no-source": template("Enter where the request came from.", "Inscrivez d'où vient la demande."),
    "job.no-status": template("Enter the job's status.", "Inscrivez le statut du dossier job."),
    "work_order.no-title": template("Enter what is to be done.", "Inscrivez ce qui est à faire."),
    "settings.no-name": template("Enter the company's name.", "Inscrivez le nom de l'entreprise."),
    "settings.language": template(
        "The company's language is French (fr) or English (en).",
        "La langue de l'entreprise est le français (fr) ou l'anglais (en).",
    ),
    "settings.time-zone": template(
        "This time zone is not known. Choose one such as America/Toronto.",
        "Ce fuseau horaire est inconnu. Choisissez-en un comme America/Toronto.",
    ),
    "settings.split": template(
        "A quote is shared over its invoices in one of two ways. Choose exact or per_invoice.",
        "Une soumission se répartit sur ses factures de deux façons. Choisissez exact ou per_invoice.",
    ),
    "numbering.restart": template(
        "A series of numbers restarts never or yearly. Choose one.",
        "Une série de numéros ne recommence jamais (never), ou recommence chaque année (yearly). Choisissez.",
    ),
}
"""The company, its contacts, jobs and work orders."""

WIRE: Mapping[str, Template] = {
    "command.unknown": template(
        "{found} is no command[: it is the class of one. Write {example}].",
        "{found} n'est pas une commande[ : c'en est la classe. Écrivez {example}].",
        found=str,
        example=str,
    ),
    "wire.unknown-command": template(
        "There is no command of this name. Check it.",
        "Aucune commande ne porte ce nom. Vérifiez-le.",
    ),
    "wire.unknown-field": template(
        "This field is not known here[ ({path})]. Take it out, or check its name.",
        "Ce champ n'est pas connu ici[ ({path})]. Retirez-le, ou vérifiez son nom.",
    ),
    "wire.missing-field": template(
        "A field is missing[ ({path})]. Add it.",
        "Il manque un champ[ ({path})]. Ajoutez-le.",
    ),
    "backup.damaged": template(
        "This is no whole, unchanged backup (line {line}); nothing was stored. Take another copy of it.",
        "Ce n'est pas une sauvegarde entière et inchangée (ligne {line}); rien n'a été enregistré. Prenez-en une autre copie.",
        line=int,
    ),
    "wire.unreadable": template(
        "This is not JSON that can be read. Check it.",
        "Ce n'est pas du JSON lisible. Vérifiez-le.",
    ),
}
"""Commands as they come over the wire."""

INPUT: Mapping[str, Template] = {**VALUES, **MONEY, **DOCUMENTS, **FOLDERS, **WIRE}
