"""The commands that look into the books: `job`, `invoice`, `day`, `diagram`."""

from __future__ import annotations

from argparse import Namespace

from ..lifecycle import MACHINES
from ..serial import plain
from .answers import Answer
from .blocks import Verbatim
from .books import day_view, folder_view, invoice_named, invoice_view, job_named, opened
from .documents import folder_data, invoice_data
from .failures import Exit
from .render_day import day_blocks
from .render_diagram import diagram, diagram_data
from .render_folder import folder_tree
from .render_invoice import invoice_blocks
from .session import Session


def show_job(args: Namespace, session: Session) -> Answer:
    """A job folder."""
    with opened(args.db, args.company) as app:
        session.speak(app.settings.language)
        view = folder_view(app, job_named(app, args.job))
    return Answer(lambda: folder_data(view), lambda lang: [folder_tree(view, lang)])


def show_invoice(args: Namespace, session: Session) -> Answer:
    """An invoice, and what can be done with it."""
    with opened(args.db, args.company) as app:
        session.speak(app.settings.language)
        view = invoice_view(app, invoice_named(app, args.invoice))
    return Answer(lambda: invoice_data(view), lambda lang: invoice_blocks(view, lang))


def run_day(args: Namespace, session: Session) -> Answer:
    """Let the invoices leave that are due to."""
    with opened(args.db, args.company) as app:
        session.speak(app.settings.language)
        view = day_view(app, app.run_day(args.on))
    is_whole = not view.report.refused and view.report.stopped is None
    return Answer(
        lambda: plain(view.report), lambda lang: day_blocks(view, lang), Exit.OK if is_whole else Exit.REFUSED
    )


def show_diagram(args: Namespace, _: Session) -> Answer:
    """A life cycle."""
    machine = MACHINES[args.kind]
    return Answer(lambda: diagram_data(machine), lambda lang: [Verbatim(diagram(machine, lang))])


COMMANDS = {"job": show_job, "invoice": show_invoice, "day": run_day, "diagram": show_diagram}
