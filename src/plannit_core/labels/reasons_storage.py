"""What is missing, was changed, or failed: the words of `NotFound`, `Conflict` and `SchemaError`, and of storages."""

from __future__ import annotations

from collections.abc import Mapping

from .templates import Template, template

STORAGE: Mapping[str, Template] = {
    "record.not-found": template(
        "Not found: {kind} {id}. Check the id.",
        "Introuvable : {kind} {id}. Vérifiez l'identifiant.",
        kind=str,
        id=str,
    ),
    "record.changed": template(
        "Somebody changed this in the meantime[: {kind} {id}]. Look at it again, then retry.",
        "Quelqu'un a changé ceci entre-temps[ : {kind} {id}]. Regardez de nouveau, puis réessayez.",
        kind=str,
        id=str,
        expected=int,
        found=int,
    ),
    "schema.unknown": template(
        "This version cannot read what is stored ({kind}, form {schema}). Ask an operator to upgrade.",
        "Cette version ne peut pas lire ce qui est enregistré ({kind}, forme {schema}). Demandez une mise à jour.",
        kind=str,
        schema=int,
    ),
    "schema.unreadable": template(
        "What is stored cannot be read ({kind}[, {path}: {problem}]). Ask an operator to repair it.",
        "Ce qui est enregistré est illisible ({kind}[, {path} : {problem}]). Demandez une réparation.",
        kind=str,
        path=str,
        problem=str,
    ),
    "transaction.over": template(
        "This transaction is over. Begin another one.",
        "Cette transaction est terminée. Commencez-en une autre.",
    ),
    "transaction.other-thread": template(
        "This transaction belongs to another thread. Begin one here.",
        "Cette transaction appartient à un autre fil d'exécution. Commencez-en une ici.",
    ),
    "outbox.held": template(
        "A worker is handing events to this consumer. Wait a moment, then retry.",
        "Des événements sont en cours de remise à ce destinataire. Attendez un instant, puis réessayez.",
    ),
    "restore.not-empty": template(
        "There is something in {company} already: a backup is only restored where nothing was stored. Choose a new file.",
        "Il y a déjà quelque chose dans {company} : une sauvegarde n'est restaurée que là où rien n'a été enregistré. "
        "Choisissez un nouveau fichier.",
        company=str,
    ),
    "restore.not-equal": template(
        "What was restored is not what the backup says (line {line}); nothing was kept. Tell an operator.",
        "Ce qui a été restauré n'est pas ce que dit la sauvegarde (ligne {line}); rien n'a été gardé. Avisez un opérateur.",
        line=int,
    ),
    "storage.busy": template(
        "Somebody else is writing. Wait a moment, then retry.",
        "Quelqu'un d'autre écrit. Attendez un instant, puis réessayez.",
    ),
    "storage.unreachable": template(
        "The storage cannot be reached just now; nothing was saved. Retry in a moment.",
        "Le stockage est hors d'atteinte pour l'instant; rien n'a été enregistré. Réessayez dans un instant.",
    ),
    "storage.failed": template(
        "The storage failed; nothing was saved. Tell an operator.",
        "Le stockage a échoué; rien n'a été enregistré. Avisez un opérateur.",
    ),
    "storage.damaged": template(
        "The file of the storage is damaged[ ({kind} {id})]. Tell an operator: a backup may be needed.",
        "Le fichier du stockage est endommagé[ ({kind} {id})]. Avisez un opérateur : il faudra peut-être une sauvegarde.",
        kind=str,
        id=str,
    ),
    "storage.forked": template(
        "The process was split while the storage was in use. Open the storage anew in the new process.",
        "Le processus s'est dédoublé pendant que le stockage servait. Rouvrez le stockage dans le nouveau processus.",
    ),
    "storage.foreign-file": template(
        "This file holds something else, not these books. Choose another one.",
        "Ce fichier contient autre chose que ces livres. Choisissez-en un autre.",
    ),
    "storage.newer-version": template(
        "A newer version wrote this file (form {found}; this one knows up to {known}). Upgrade to open it.",
        "Une version plus récente a écrit ce fichier (forme {found}; celle-ci connaît jusqu'à {known}). "
        "Faites une mise à jour pour l'ouvrir.",
        found=int,
        known=int,
    ),
    "storage.no-memory-file": template(
        "A database in memory is not for this storage. Use {use}.",
        "Une base en mémoire n'est pas pour ce stockage. Employez {use}.",
        use=str,
    ),
    "storage.unknown-engine": template(
        "This storage works with PostgreSQL through psycopg and with SQLite[, not with {found}].",
        "Ce stockage fonctionne avec PostgreSQL par psycopg et avec SQLite[, pas avec {found}].",
        found=str,
    ),
    "storage.no-tables": template(
        "The database has no tables for the books. Run the migrations.",
        "La base n'a pas de tables pour les livres. Lancez les migrations.",
    ),
    "storage.other-tables": template(
        "Not all tables of the books are there as this version needs them. Run the migrations, or choose another database.",
        "Les tables des livres ne sont pas toutes telles qu'il les faut à cette version. Lancez les migrations, ou choisissez "
        "une autre base.",
    ),
    "storage.row-security": template(
        "The database and this storage do not agree on row-level security. Run its script, change the role, or the setting.",
        "La base et ce stockage ne s'accordent pas sur la sécurité par ligne. Lancez son script, changez le rôle ou le réglage.",
    ),
    "storage.no-wal": template(
        "The disk of this file cannot be shared by readers and a writer. Put the file on a local disk.",
        "Le disque de ce fichier ne permet pas de lire et d'écrire à la fois. Mettez le fichier sur un disque local.",
    ),
    "storage.synchronous": template(
        "Writes are synchronous FULL or NORMAL. Choose one.",
        "Les écritures sont synchrones FULL ou NORMAL. Choisissez.",
    ),
    "storage.nested": template(
        "A transaction of this company is already open in this thread. End it first.",
        "Une transaction de cette entreprise est déjà ouverte dans ce fil d'exécution. Terminez-la d'abord.",
    ),
    "storage.closed": template(
        "This storage is closed. Open another one.",
        "Ce stockage est fermé. Ouvrez-en un autre.",
    ),
    "storage.outcome-unknown": template(
        "The connection was lost while saving. Check whether it was done before you retry.",
        "La connexion a été perdue pendant l'enregistrement. Vérifiez si c'est fait avant de réessayer.",
    ),
    "storage.cannot-join": template(
        "This storage cannot work inside the host's own transaction.",
        "Ce stockage ne peut pas travailler dans la transaction de l'hôte.",
    ),
    "storage.not-in-transaction": template(
        "The host's connection is not in a transaction. Begin one first.",
        "La connexion de l'hôte n'est pas dans une transaction. Commencez-en une d'abord.",
    ),
}
