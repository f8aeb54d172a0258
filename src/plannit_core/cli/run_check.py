"""The command that looks for what cannot be right: `check`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from .. import audit, labels
from ..audit import Findings
from ..errors import PlannitError
from ..serial import plain
from .answers import Answer
from .blocks import Block, Heading, node, sentence, strong
from .books import opened
from .failures import Exit
from .session import Session
from .words import say


def check_books(args: Namespace, session: Session) -> Answer:
    """Read everything that is stored and say what cannot be right."""
    with opened(args.db, args.company) as app:
        with suppress(PlannitError):  # settings that cannot be read are a finding
            session.speak(app.settings.language)
        findings = audit.check(app.storage, app.company)
    return Answer(
        lambda: check_data(findings, session.lang),
        lambda lang: check_blocks(findings, lang),
        Exit.OK if findings.is_clean else Exit.UNBALANCED,
    )


def check_data(findings: Findings, lang: str) -> dict[str, Any]:
    """What was looked at and what was found, each with its words."""
    return {
        "company": findings.company,
        "records": dict(findings.records),
        "events": findings.events,
        "found": [{**plain(each), "detail": audit.words(each, lang)} for each in findings.found],
        "is_clean": findings.is_clean,
    }


def check_blocks(findings: Findings, lang: str) -> Iterator[Block]:
    """What was looked at and what was found, for a person."""
    yield Heading(say("check", lang), findings.company)
    records = labels.number(sum(findings.records.values()), lang)
    yield sentence(say("check.looked", lang, records=records, events=labels.number(findings.events, lang)))
    if findings.is_clean:
        yield sentence(strong(say("check.clean", lang)))
        return
    yield sentence(strong(say("check.found", lang, count=labels.number(len(findings.found), lang))))
    for each in findings.found:
        yield node(f"{each.kind} {each.id}".strip(), "", [node(audit.words(each, lang))])


COMMANDS = {"check": check_books}
