"""The words of the commands that keep books safe: `check`, `backup`, `restore`, `numbers`."""

from __future__ import annotations

from collections.abc import Mapping

from ..labels.templates import Template, template

SAFE: Mapping[str, Template] = {
    "check": template("The books of {name}", "Les livres de {name}"),
    "check.looked": template(
        "Looked at: {records} records, {events} events.", "Examinés : {records} fiches, {events} événements."
    ),
    "check.clean": template("Nothing is wrong.", "Rien à redire."),
    "check.found": template("Wrong: {count}.", "Fautes : {count}."),
    "help.backup": template(
        "write the books as lines of text, while others go on working",
        "écrire les livres en lignes de texte, pendant que d'autres travaillent",
    ),
    "help.backup.out": template(
        "the file to write, which must not be there yet; beside the file of the books unless given",
        "le fichier à écrire, qui ne doit pas encore exister; par défaut à côté du fichier des livres",
    ),
    "help.backup.company": template("only this company; all of them unless given", "seulement cette entreprise"),
    "help.restore": template(
        "fill empty books from a backup, all of it or nothing",
        "remplir des livres vides à partir d'une sauvegarde : tout ou rien",
    ),
    "help.restore.backup": template("the backup; - for the standard input", "la sauvegarde; - pour l'entrée standard"),
    "help.restore.db": template(
        "the SQLite file to fill, or the URL of a database; made when it is not there",
        "le fichier SQLite à remplir, ou l'URL d'une base de données; créé s'il n'existe pas",
    ),
    "help.restore.last": template(
        "numbers that were given last, such as F2026-00042: of an invoice, a quote, a job",
        "les derniers numéros donnés, par exemple F2026-00042 : d'une facture, d'une soumission, d'un dossier",
    ),
    "help.restore.nothing": template(
        "no number was given after the backup", "aucun numéro n'a été donné après la sauvegarde"
    ),
    "help.numbers": template(
        "hold the numbers of a company, or give them again", "retenir les numéros d'une entreprise, ou les redonner"
    ),
    "help.numbers.hold": template("give no number from now on", "ne plus donner de numéro"),
    "help.numbers.resume": template(
        "give them again, after these if they are ahead of the books",
        "les redonner, à la suite de ceux-ci s'ils sont en avance sur les livres",
    ),
    "backup": template("Saved", "Sauvegardé"),
    "restore": template("Restored", "Restauré"),
    "backup.point": template(
        "As of {at}, up to event {position}.", "Tel qu'au {at}, jusqu'à l'événement {position}.", position=str
    ),
    "backup.empty": template("Nothing had happened yet.", "Rien ne s'était encore passé."),
    "numbers.held": template(
        "No number is given for now. Say which were given last, if any after the backup:",
        "Aucun numéro n'est donné pour l'instant. Indiquez les derniers donnés, s'il y en a eu après la sauvegarde :",
    ),
    "numbers.given": template("Numbers are given.", "Les numéros sont donnés."),
    "file.exists": template(
        "There is a file {path} already. Choose another name.",
        "Il y a déjà un fichier {path}. Choisissez un autre nom.",
    ),
    "file.failed": template("The file {path} cannot be used.", "Le fichier {path} ne peut pas servir."),
    "backup.where": template(
        "Say with --out which file to write: there is no place for it beside a database.",
        "Indiquez avec --out le fichier à écrire : il n'y a pas de place pour lui à côté d'une base de données.",
    ),
    "restore.twice": template(
        "This backup holds {companies} more than once; nothing was restored. Restore another backup, of one moment.",
        "Cette sauvegarde contient {companies} plus d'une fois; rien n'a été restauré. "
        "Restaurez-en une autre, d'un seul moment.",
    ),
    "restore.some-not-empty": template(
        "There is something in {companies} already; nothing was restored, of any company. "
        "A backup is only restored where nothing was stored: choose a new file.",
        "Il y a déjà quelque chose dans {companies}; rien n'a été restauré, d'aucune entreprise. "
        "Une sauvegarde n'est restaurée que là où rien n'a été enregistré : choisissez un nouveau fichier.",
    ),
    "restore.kept": template(
        "Restored before that, and kept: {companies}.", "Restauré avant cela, et gardé : {companies}."
    ),
    "restore.interrupted": template(
        "Interrupted. Restored before that, and kept: {companies}. To begin again, choose a new file or an empty database.",
        "Interrompu. Restauré avant cela, et gardé : {companies}. "
        "Pour recommencer, choisissez un nouveau fichier ou une base vide.",
    ),
    "restore.several": template(
        "This backup holds several companies: {companies}. Restore it without --last, then use plannit numbers for each.",
        "Cette sauvegarde contient plusieurs entreprises : {companies}. "
        "Restaurez-la sans --last, puis employez plannit numbers pour chacune.",
    ),
}
