"""The commands that replay a season: `demo` and `replay`."""

from __future__ import annotations

import shlex
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ..errors import Reason, Refused
from ..season import Season, SeasonError, bundled_path, read_season, replay
from ..season.words import WORDS, reason_words
from .answers import Answer
from .blocks import Block, Heading, Verbatim, sentence
from .books import stored
from .documents import season_data
from .failures import CommandError, Exit
from .places import shown
from .progress import progress_on
from .render_season import season_blocks
from .season_input import WrongFolder
from .season_view import SeasonView, season_view
from .session import Session
from .words import say

BOOKS = "plannit-demo.db"
_OTHER = {"fr": "en", "en": "fr"}


class ReplayRefused(CommandError):
    """The season cannot be played into these books; nothing was changed.

    Args:
        error: With a reason of the season's own.
    """

    def __init__(self, error: Refused) -> None:
        super().__init__(Exit.REFUSED, error.code, **error.params)

    def detail(self, lang: str) -> str:
        """Why not."""
        return reason_words(Reason(self.code, self.params), lang)


def demo(args: Namespace, session: Session) -> Answer:
    """Replay the bundled season."""
    season = read_season(bundled_path())
    with _place(args) as path:
        view = _replayed(season, path, session, is_passing=True)
    return _answer(view, path if args.db or args.keep else None, is_demo=True)


def replay_folder(args: Namespace, session: Session) -> Answer:
    """Replay the season of a folder."""
    try:
        season = read_season(args.folder)
    except SeasonError as error:
        session.speak(error.language or session.lang)
        raise WrongFolder(error, args.folder) from error
    session.speak(season.company.language())
    if args.to is not None and args.to < season.company.starts_on:
        raise CommandError(Exit.USAGE, "usage.before-season", start=season.company.starts_on, to=args.to)
    return _answer(_replayed(season, args.db, session, to=args.to), args.db)


@contextmanager
def _place(args: Namespace) -> Iterator[str]:
    """Where the books of the demonstration are: as asked for, else in a temporary folder."""
    if args.db:
        yield args.db
    elif args.keep:
        yield str(Path(tempfile.mkdtemp(prefix="plannit-")) / BOOKS)
    else:
        with tempfile.TemporaryDirectory(prefix="plannit-", ignore_cleanup_errors=True) as folder:
            yield str(Path(folder) / BOOKS)


def _replayed(
    season: Season, path: str, session: Session, *, to: date | None = None, is_passing: bool = False
) -> SeasonView:
    session.speak(season.company.language())
    with stored(path, is_passing=is_passing) as storage:
        try:
            with progress_on(session.err, session.environ) as progress:
                done = replay(season, storage, to=to, progress=progress)
        except Refused as error:
            raise (ReplayRefused(error) if error.code in WORDS else error) from error
        return season_view(season, done, storage)


def _answer(view: SeasonView, path: str | None, *, is_demo: bool = False) -> Answer:
    path = shown(path) if path else None
    exit_ = Exit.OK if view.reconciliation.balances else Exit.UNBALANCED
    if exit_ is Exit.OK and view.replay.refused:
        exit_ = Exit.REFUSED

    def blocks(lang: str) -> Iterator[Block]:
        yield from season_blocks(view, lang)
        yield from _next(view, path, lang, is_demo=is_demo)

    return Answer(lambda: season_data(view, path), blocks, exit_)


def _next(view: SeasonView, path: str | None, lang: str, *, is_demo: bool) -> Iterator[Block]:
    """What to try next."""
    commands = []
    if path is not None:
        yield sentence(say("kept", lang, path=path))
    elif is_demo:
        commands.append(f"plannit demo --db {BOOKS}")
    file = shlex.quote(path or BOOKS)
    if view.folders:
        _, folder = view.folders[0]
        numbers = [each.number for each in folder.invoices if each.number]
        commands.append(f"plannit job {shlex.quote(folder.folder.job.number)} --db {file}")
        commands += [f"plannit invoice {shlex.quote(number)} --db {file}" for number in numbers[:1]]
    if is_demo:
        commands.append(f"plannit demo --lang {_OTHER[lang]}")
    if commands:
        yield Heading(say("next", lang), is_main=False)
        yield Verbatim("\n".join(f"  {command}" for command in commands))


COMMANDS = {"demo": demo, "replay": replay_folder}
