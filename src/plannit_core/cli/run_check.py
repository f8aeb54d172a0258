"""The command that looks for what cannot be right: `check`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from attrs import frozen

from .. import audit, labels
from ..app import Plannit
from ..audit import Findings
from ..errors import PlannitError
from ..serial import plain
from .answers import Answer
from .blocks import Block, Heading, node, sentence, strong
from .books import opened_each
from .failures import Exit
from .session import Session
from .words import say


@frozen
class Checked:
    """The books of a company after the check.

    Attributes:
        name: The company's; its id where the settings cannot be read.
        findings: What was looked at and what was found.
    """

    name: str
    findings: Findings


def check_books(args: Namespace, session: Session) -> Answer:
    """Read everything that is stored, of one company or of each, and say what cannot be right."""
    with opened_each(args.db, args.company) as doors:
        with suppress(PlannitError):  # settings that cannot be read are a finding
            session.speak(doors[0].settings.language)
        checked = [_checked(door) for door in doors]
    is_clean = all(each.findings.is_clean for each in checked)
    return Answer(
        lambda: check_data(checked, session.lang),
        lambda lang: check_blocks(checked, lang),
        Exit.OK if is_clean else Exit.UNBALANCED,
    )


def _checked(door: Plannit) -> Checked:
    name = door.company
    with suppress(PlannitError):
        name = door.settings.name
    return Checked(name, audit.check(door.storage, door.company))


def check_data(checked: Sequence[Checked], lang: str) -> dict[str, Any]:
    """What was looked at and what was found, each with its words; sums where there are several companies."""
    findings = [each.findings for each in checked]
    return {
        "company": findings[0].company if len(findings) == 1 else None,
        "records": {kind: sum(each.records[kind] for each in findings) for kind in findings[0].records},
        "events": sum(each.events for each in findings),
        "found": [
            {"company": each.company, **plain(found), "detail": audit.words(found, lang)}
            for each in findings
            for found in each.found
        ],
        "is_clean": all(each.is_clean for each in findings),
        "companies": [
            {
                "company": each.findings.company,
                "name": each.name,
                "records": dict(each.findings.records),
                "events": each.findings.events,
                "is_clean": each.findings.is_clean,
            }
            for each in checked
        ],
    }


def check_blocks(checked: Sequence[Checked], lang: str) -> Iterator[Block]:
    """What was looked at and what was found, for a person."""
    for each in checked:
        yield Heading(say("check", lang, name=each.name))
        yield from _found(each.findings, lang)


def _found(findings: Findings, lang: str) -> Iterator[Block]:
    records = labels.number(sum(findings.records.values()), lang)
    yield sentence(say("check.looked", lang, records=records, events=labels.number(findings.events, lang)))
    if findings.is_clean:
        yield sentence(strong(say("check.clean", lang)))
        return
    yield sentence(strong(say("check.found", lang, count=labels.number(len(findings.found), lang))))
    for each in findings.found:
        yield node(f"{each.kind} {each.id}".strip(), "", [node(audit.words(each, lang))])


COMMANDS = {"check": check_books}
