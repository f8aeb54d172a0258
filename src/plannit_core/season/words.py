"""The words of a season's problems, in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from .. import labels
from ..errors import Reason
from ..labels import Template
from ..labels.formats import language_of
from ..labels.templates import template
from .problems import Problem

FILES: Mapping[str, Template] = {
    "folder.missing": template("There is no such folder.", "Ce dossier n'existe pas."),
    "file.missing": template(
        "This file is missing, and the season needs it.", "Ce fichier manque, et la saison en a besoin."
    ),
    "file.empty": template(
        "This file is empty. Its first line has to name its columns, at least {columns}.",
        "Ce fichier est vide. Sa première ligne doit nommer ses colonnes, au moins {columns}.",
        columns=str,
    ),
    "file.no-columns": template(
        "The first line has to name the columns of this file, at least {columns}, with commas or semicolons between them.",
        "La première ligne doit nommer les colonnes de ce fichier, au moins {columns}, séparées par des virgules ou des"
        " points-virgules.",
        columns=str,
    ),
    "file.no-rows": template(
        "Nothing stands in this file, and other files name what should.",
        "Il n'y a rien dans ce fichier, et d'autres fichiers nomment ce qui devrait y être.",
    ),
    "file.unknown": template(
        "No file of a season has this name. [Did you mean {close}?|Rename it, or take it out of the folder.]",
        "Aucun fichier d'une saison ne porte ce nom. [Vouliez-vous dire {close} ?|Renommez-le, ou sortez-le du dossier.]",
        close=str,
    ),
    "file.unreadable": template(
        "This file cannot be read. Check who may read it, and that no other program holds it.",
        "Ce fichier ne peut pas être lu. Vérifiez qui peut le lire, et qu'aucun autre programme ne le retient.",
    ),
    "file.encoding": template(
        "This file is not UTF-8. Save it again as UTF-8; a spreadsheet calls it CSV UTF-8.",
        "Ce fichier n'est pas en UTF-8. Enregistrez-le de nouveau en UTF-8; un tableur dit CSV UTF-8.",
    ),
    "file.toml": template(
        "From here on this is not TOML. Check quotes, brackets and equals signs.",
        "À partir d'ici, ce n'est pas du TOML. Vérifiez les guillemets, les crochets et les signes d'égalité.",
    ),
    "file.quotes": template(
        "A quotation mark is out of place: what begins with one ends with one, and inside it is written twice.",
        "Un guillemet est mal placé : ce qui commence par un guillemet finit par un autre, et à l'intérieur on le double.",
    ),
    "row.too-long": template(
        "This row has more cells than the {columns} columns. Put quotation marks around a text with commas.",
        "Cette ligne a plus de cases que les {columns} colonnes. Mettez entre guillemets un texte qui a des virgules.",
        columns=int,
    ),
    "column.unknown": template(
        "This name is not known here.[ Did you mean {close}?]",
        "Ce nom n'est pas connu ici.[ Vouliez-vous dire {close} ?]",
        close=str,
    ),
    "column.repeated": template("This column stands here twice.", "Cette colonne y est deux fois."),
    "column.missing": template("This column is missing.", "Cette colonne manque."),
    "cell.missing": template("Fill this in.", "Remplissez ceci."),
    "cell.not-used": template(
        "This has no meaning in this row. Leave it empty.",
        "Ceci n'a pas de sens dans cette ligne. Laissez vide.",
    ),
    "value.wrong-type": template(
        "Another kind of value is needed here, such as {example}.",
        "Il faut ici une autre sorte de valeur, par exemple {example}.",
        expected=str,
        example=str,
    ),
}
"""Of files, rows and cells."""

VALUES: Mapping[str, Template] = {
    "key.form": template(
        "A key is 1 to 40 letters without accents, digits, dots, hyphens or underscores.",
        "Une clé a de 1 à 40 lettres sans accent, chiffres, points, traits d'union ou soulignés.",
    ),
    "key.repeated": template(
        "{found} is already the key of line {line}.", "{found} est déjà la clé de la ligne {line}.", found=str, line=int
    ),
    "key.in-two-files": template(
        "{found} is already a key in {other}.", "{found} est déjà une clé dans {other}.", found=str, other=str
    ),
    "key.unknown": template(
        "{found} is not in {files}.[ Did you mean {close}?]",
        "{found} n'est pas dans {files}.[ Vouliez-vous dire {close} ?]",
        found=str,
        files=str,
        close=str,
    ),
    "day.form": template(
        "{found} is not a day. Write year, month, day: 2026-06-15.",
        "{found} n'est pas une date. Écrivez année, mois, jour : 2026-06-15.",
        found=str,
    ),
    "day.outside-season": template(
        "This day is not in the season[, which goes from {start} to {end}].",
        "Ce jour n'est pas dans la saison[, qui va du {start} au {end}].",
        start=date,
        end=date,
    ),
    "day.out-of-order": template(
        "This day comes before that of {before}.", "Ce jour vient avant celui de {before}.", before=str
    ),
    "day.too-early": template(
        "What this names is there only from {since} on.",
        "Ce que ceci nomme n'existe qu'à partir du {since}.",
        since=date,
    ),
    "number.ambiguous": template(
        "{found} could be two numbers. Write both decimals (1234.00 or 1.23), or no mark between the thousands.",
        "{found} pourrait être deux nombres. Écrivez les deux décimales (1234,00 ou 1,23), ou les milliers sans séparateur.",
        found=str,
    ),
    "number.not-a-number": template(
        "{found} is not a number.[ Did you mean {close}?]",
        "{found} n'est pas un nombre.[ Vouliez-vous dire {close} ?]",
        found=str,
        close=str,
    ),
    "number.not-a-count": template("A whole number from 1 to 999 is needed.", "Il faut un nombre entier de 1 à 999."),
    "amount.not-positive": template("An amount above zero is needed.", "Il faut un montant au-dessus de zéro."),
    "choice.unknown": template(
        "{found} is not one of: {allowed}.[ Did you mean {close}?]",
        "{found} n'est pas parmi : {allowed}.[ Vouliez-vous dire {close} ?]",
        found=str,
        allowed=str,
        close=str,
    ),
}
"""Of what stands in a cell."""

DOCUMENTS: Mapping[str, Template] = {
    "schedule.part": template(
        'A part says how much and when, such as part = "30 %" (or an amount, or "rest"), when = "approval".',
        'Une part dit combien et quand, par exemple part = "30 %" (ou un montant, ou "rest"), when = "approval".',
    ),
    "schedule.when": template(
        'Say the day of a part in one way: when = "approval", "billing" or "later"; on; after_days; or after_months.',
        'Dites le jour d\'une part d\'une seule façon : when = "approval", "billing" ou "later"; on; after_days; ou after_months.',
    ),
    "schedule.not-offered": template(
        "This schedule was not offered, or the quote was not approved.",
        "Ce calendrier n'était pas offert, ou la soumission n'a pas été approuvée.",
    ),
    "invoice.none": template(
        "No invoice comes of {found}: it was not approved, not generated, or makes none.",
        "Aucune facture ne vient de {found} : non approuvé, non généré, ou qui n'en fait pas.",
        found=str,
    ),
    "invoice.which": template(
        "This quote makes {count} invoices. Add which one, such as /1.",
        "Cette soumission fait {count} factures. Ajoutez laquelle, par exemple /1.",
        count=int,
    ),
    "invoice.no-such-part": template(
        "This quote makes {count} invoices, counted from 1.",
        "Cette soumission fait {count} factures, comptées à partir de 1.",
        count=int,
    ),
    "job.of-another": template(
        "{found} did not open a job of its own. Name {request} instead.",
        "{found} n'a pas ouvert son propre dossier. Nommez plutôt {request}.",
        found=str,
        request=str,
    ),
    "lines.not-used": template(
        "It has lines, and its kind takes none.", "Il y a des lignes, et cette sorte n'en prend pas."
    ),
    "season.row-changed": template(
        "This row was done before, and what it asks for has changed since: the row itself, or lines, a price or a schedule it"
        " uses. Undo that change, and correct with a row of its own; or replay the season into a new file.",
        "Cette ligne a déjà été jouée, et ce qu'elle demande a changé depuis : la ligne elle-même, ou des lignes, un prix ou un"
        " calendrier dont elle se sert. Annulez ce changement, puis corrigez en ajoutant une nouvelle ligne; ou rejouez la"
        " saison dans un nouveau fichier.",
    ),
    "season.shifted": template(
        "Done on another day than the row asks for", "Fait à une autre date que celle de la ligne"
    ),
    "season.fresh-file": template(
        "The books had gone past that day already, or the row was given another day after it was done. To have every row done"
        " on its day, replay the season into a new file.",
        "Les livres avaient déjà dépassé cette date, ou la ligne a changé de date après avoir été faite. Pour que chaque ligne"
        " soit faite à sa date, rejouez la saison dans un nouveau fichier.",
    ),
    "season.foreign-books": template(
        "No season began the books that {company} has here. To keep them as they are, nothing was changed: replay into a new"
        " file, or give the season another key in company.toml.",
        "Ce n'est pas une saison qui a commencé les livres que {company} a ici. Pour les laisser intacts, rien n'a été changé :"
        " rejouez dans un nouveau fichier, ou donnez une autre clé à la saison dans company.toml.",
        company=str,
    ),
    "season.not-made": template(
        "What this needs was not made: {found}.", "Ce qu'il faut n'a pas été fait : {found}.", found=str
    ),
}
"""Of what belongs together."""

WORDS: Mapping[str, Template] = {**FILES, **VALUES, **DOCUMENTS}
"""The codes of this package. Any other comes from the library itself, and has its words in `labels.REASONS`."""


def reason_words(reason: Reason, lang: str) -> str:
    """The words of a reason, of this package or of the library. Raises `InvalidInput`, `labels.language`."""
    known = WORDS.get(reason.code)
    if known is not None and known.needs <= reason.params.keys():
        return known.filled(reason.params, language_of(lang))
    return labels.reason(reason, lang)


def problem_words(problem: Problem, lang: str) -> str:
    """What is wrong, without file, row and column. Raises `InvalidInput`, `labels.language`.

    >>> problem_words(Problem("contacts.csv", 3, "name", "cell.missing"), "fr")
    'Remplissez ceci.'
    """
    return reason_words(Reason(problem.code, problem.params), lang)
