"""What a command found out: as data for `--json`, and as blocks for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import frozen

from .blocks import Block
from .failures import Exit


@frozen
class Answer:
    """What a command found out. Only one of its two forms is asked for.

    Attributes:
        data: As one JSON document.
        blocks: For a person, in a language.
        exit: What the command ends with.
    """

    data: Callable[[], Mapping[str, Any]]
    blocks: Callable[[str], Iterable[Block]]
    exit: Exit = Exit.OK
