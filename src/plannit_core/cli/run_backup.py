"""The commands `backup`, `restore` and `numbers`."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import backup, labels
from .. import commands as c
from ..app import Plannit
from ..backup import Header
from ..errors import PlannitError, Refused
from ..ports import Storage
from ..serial import plain
from .answers import Answer
from .blocks import Block, Heading, Piece, Tone, Verbatim, muted, sentence, strong
from .books import AT_THE_TERMINAL, opened, opened_each, stored
from .failures import CommandError, Exit, exit_of
from .places import is_url, shown, told
from .session import Session
from .words import say


def back_up(args: Namespace, session: Session) -> Answer:
    """Write the books of one company, or of all, to a file, and read it again to see that it can be restored."""
    if is_url(args.out or args.db):
        raise CommandError(Exit.USAGE, "backup.where")
    path = Path(args.out) if args.out else Path(args.db).with_suffix(".jsonl")
    with opened_each(args.db, args.company) as doors:
        with suppress(Refused):  # a company without settings can be backed up too
            session.speak(doors[0].settings.language)
        _write(path, doors)
    headers = [backup.checked(part) for part in _parts(str(path))]
    return Answer(
        lambda: {"file": str(path), "companies": plain(headers)},
        lambda lang: _saved(headers, path, lang),
    )


def restore(args: Namespace, session: Session) -> Answer:
    """Fill books from a backup, which is checked before anything is stored."""
    resume = c.ResumeNumbers(last=args.last or ()) if args.last or args.nothing_since else None
    parts = _parts(args.backup)
    headers = [backup.checked(part) for part in parts]
    names = [each.company for each in headers]
    if args.last and len(parts) > 1:
        raise CommandError(Exit.USAGE, "restore.several", companies=tuple(names))
    if twice := tuple(name for name, times in Counter(names).items() if times > 1):
        raise CommandError(Exit.INPUT, "restore.twice", companies=twice)
    with stored(args.db) as storage:
        taken = tuple(sorted({*names} & {*storage.companies()}))
        if taken and len(parts) > 1:
            raise CommandError(Exit.STORAGE, "restore.some-not-empty", companies=taken)
        left = _restored(zip(parts, headers, strict=True), storage, resume, session)
    return Answer(
        lambda: {"db": shown(args.db), "companies": [{**plain(header), **_state(held)} for header, held in left]},
        lambda lang: _brought_back(left, args.db, lang),
        Exit.REFUSED if any(refused for _, (_, refused) in left) else Exit.OK,
    )


def numbers(args: Namespace, session: Session) -> Answer:
    """Hold the numbers of a company, or give them again."""
    with opened(args.db, args.company) as app:
        session.speak(app.settings.language)
        held = app.do(c.HoldNumbers() if args.hold else c.ResumeNumbers(last=args.resume)).numbers_are_held
        company = app.company
    return Answer(
        lambda: {"company": company, "numbers_are_held": held},
        lambda lang: [Heading(company), *_numbers(company, (held, None), args.db, lang)],
    )


Held = tuple[bool, Refused | None]
"""Whether numbers are held, and why they were not given again although that was asked."""


class RestoreStopped(CommandError):
    """What was wrong after some companies had been restored.

    Args:
        error: What was wrong.
        companies: Those that were restored before.
    """

    def __init__(self, error: PlannitError, companies: Sequence[str]) -> None:
        super().__init__(exit_of(error), error.code, **error.params)
        self.error = error
        self.companies = tuple(companies)

    def detail(self, lang: str) -> str:
        """What is wrong."""
        return labels.error(self.error, lang)

    def more(self, lang: str) -> dict[str, Any]:
        """What was restored before."""
        return {**labels.problem(self.error, lang), "restored": list(self.companies)}

    def blocks(self, lang: str) -> Iterator[Block]:
        """What is wrong, and what was restored before."""
        yield from super().blocks(lang)
        yield sentence(strong(say("restore.kept", lang, companies=self.companies)))


def _restored(
    parts: Iterable[tuple[Sequence[str], Header]], storage: Storage, resume: c.ResumeNumbers | None, session: Session
) -> list[tuple[Header, Held]]:
    """Restore one company after the other.

    Raises:
        CommandError: `RestoreStopped`, or `restore.interrupted`, once some were restored; else as `backup.restored`.
    """
    left: list[tuple[Header, Held]] = []
    try:
        for part, header in parts:
            is_held = backup.restored(part, storage).numbers_are_held
            left.append((header, (is_held, None)))
            if is_held:
                left[-1] = header, _resumed(header.company, storage, resume, session)
    except PlannitError as error:
        if not left:
            raise
        raise RestoreStopped(error, [header.company for header, _ in left]) from error
    except KeyboardInterrupt:
        if not left:
            raise
        companies = tuple(header.company for header, _ in left)
        raise CommandError(Exit.INTERRUPTED, "restore.interrupted", companies=companies) from None
    return left


def _resumed(company: str, storage: Storage, resume: c.ResumeNumbers | None, session: Session) -> Held:
    app = Plannit(storage, company=company, actor=AT_THE_TERMINAL)
    session.speak(app.settings.language)
    if resume is None:
        return True, None
    try:
        app.do(resume)
    except Refused as refused:
        return True, refused
    return False, None


def _write(path: Path, doors: Sequence[Plannit]) -> None:
    """Raises `CommandError`: `file.exists`, `file.failed`; then the file is not left behind."""
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise CommandError(Exit.STORAGE, "file.exists", path=str(path)) from None
    except OSError:
        raise CommandError(Exit.STORAGE, "file.failed", path=str(path)) from None
    try:
        with file:
            for door in doors:
                file.writelines(backup.exported(door.storage, door.company))
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise CommandError(Exit.STORAGE, "file.failed", path=str(path)) from None
        raise


def _parts(name: str) -> list[tuple[str, ...]]:
    """The backups in a file, a pipe or, for `-`, the standard input; an empty one is damaged.

    Raises `CommandError`: `file.none`, `file.failed`.
    """
    try:
        source = os.dup(0) if name == "-" else Path(name)
        with open(source, encoding="utf-8", errors="surrogateescape", newline="\n") as file:  # noqa: PTH123  # or a descriptor
            return list(backup.parts(file)) or [()]
    except FileNotFoundError:
        raise CommandError(Exit.STORAGE, "file.none", path=shown(name)) from None
    except OSError:
        raise CommandError(Exit.STORAGE, "file.failed", path=shown(name)) from None


def _state(held: Held) -> dict[str, Any]:
    is_held, refused = held
    return {"numbers_are_held": is_held, "refused": plain(refused.reasons if refused else ())}


def _saved(headers: Sequence[Header], path: Path, lang: str) -> Iterator[Block]:
    for header in headers:
        yield Heading(say("backup", lang), header.company)
        yield _point(header, lang)
    yield sentence(muted(say("file", lang, path=str(path))))


def _brought_back(left: Sequence[tuple[Header, Held]], db: str, lang: str) -> Iterator[Block]:
    for header, held in left:
        yield Heading(say("restore", lang), header.company)
        yield _point(header, lang)
        yield from _numbers(header.company, held, db, lang)
    yield sentence(muted(told(db, lang)))


def _point(header: Header, lang: str) -> Block:
    if header.at is None:
        return sentence(say("backup.empty", lang))
    position = labels.number(header.position, lang)
    return sentence(say("backup.point", lang, at=header.at.isoformat(" ", "seconds"), position=position))


def _numbers(company: str, held: Held, db: str, lang: str) -> Iterator[Block]:
    is_held, refused = held
    if refused is not None:
        yield sentence(Piece(labels.error(refused, lang), Tone.BAD))
    if is_held:
        yield sentence(strong(say("numbers.held", lang)))
        number = say("help.number", lang)
        yield Verbatim(f"plannit numbers --db {shlex.quote(shown(db))} --company {company} --resume [{number} …]")
    else:
        yield sentence(say("numbers.given", lang))


COMMANDS = {"backup": back_up, "restore": restore, "numbers": numbers}
