"""The commands `backup`, `restore` and `numbers`."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import backup, labels
from .. import commands as c
from ..app import Plannit
from ..backup import Header
from ..errors import Refused
from ..ports import Storage
from ..serial import plain
from .answers import Answer
from .blocks import Block, Heading, Piece, Tone, Verbatim, muted, sentence, strong
from .books import AT_THE_TERMINAL, opened, opened_each, stored
from .failures import CommandError, Exit
from .session import Session
from .words import say


def back_up(args: Namespace, session: Session) -> Answer:
    """Write the books of one company, or of all, to a file, and read it again to see that it can be restored."""
    path = Path(args.out) if args.out else Path(args.db).with_suffix(".jsonl")
    with opened_each(args.db, args.company) as doors:
        with suppress(Refused):  # a company without settings can be backed up too
            session.speak(doors[0].settings.language)
        _write(path, doors)
    headers = [backup.checked(part) for part in _parts(path)]
    return Answer(
        lambda: {"file": str(path), "companies": plain(headers)},
        lambda lang: _saved(headers, path, lang),
    )


def restore(args: Namespace, session: Session) -> Answer:
    """Fill a file from a backup, which is checked before anything is stored."""
    parts = _parts(Path(args.backup))
    headers = [backup.checked(part) for part in parts]
    if args.last and len(parts) > 1:
        names = tuple(each.company for each in headers)
        raise CommandError(Exit.USAGE, "restore.several", companies=names)
    left = []
    with stored(args.db) as storage:
        for part, header in zip(parts, headers, strict=True):
            left.append(_restored(part, header, storage, args, session))
    return Answer(
        lambda: {"db": args.db, "companies": [{**plain(header), **_state(held)} for header, held in left]},
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


def _restored(
    part: Sequence[str], header: Header, storage: Storage, args: Namespace, session: Session
) -> tuple[Header, Held]:
    is_held = backup.restored(part, storage).numbers_are_held
    if not is_held:
        return header, (False, None)
    app = Plannit(storage, company=header.company, actor=AT_THE_TERMINAL)
    session.speak(app.settings.language)
    if not (args.last or args.nothing_since):
        return header, (True, None)
    try:
        app.do(c.ResumeNumbers(last=args.last or ()))
    except Refused as refused:
        return header, (True, refused)
    return header, (False, None)


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


def _parts(path: Path) -> list[tuple[str, ...]]:
    """The backups in a file; an empty file is one that is damaged. Raises `CommandError`: `file.none`, `file.failed`."""
    if not path.is_file():
        raise CommandError(Exit.STORAGE, "file.none", path=str(path))
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            return list(backup.parts(file)) or [()]
    except OSError:
        raise CommandError(Exit.STORAGE, "file.failed", path=str(path)) from None


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
    yield sentence(muted(say("file", lang, path=db)))


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
        yield Verbatim(f"plannit numbers --db {db} --company {company} --resume [{number} …]")
    else:
        yield sentence(say("numbers.given", lang))


COMMANDS = {"backup": back_up, "restore": restore, "numbers": numbers}
