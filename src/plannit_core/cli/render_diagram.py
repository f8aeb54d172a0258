"""A life cycle as the text of a Mermaid diagram, its states and actions in words."""

from __future__ import annotations

from typing import Any

from .. import labels
from ..lifecycle import Machine

AnyMachine = Machine[Any, Any]


def diagram(machine: AnyMachine, lang: str) -> str:
    """The diagram: `draft: Brouillon` names a state, an arrow bears its actions."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state}: {labels.state(machine.kind, state, lang)}" for state in machine.table]
    lines.append(f"    [*] --> {machine.initial}")
    for state, targets in _arrows(machine).items():
        for target, actions in targets.items():
            words = ", ".join(labels.action(machine.kind, action, lang) for action in actions)
            lines.append(f"    {state} --> {target}: {words}")
        if not targets:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)


def diagram_data(machine: AnyMachine) -> dict[str, Any]:
    """The table itself, and the diagram with its codes."""
    return {
        "kind": machine.kind,
        "initial": str(machine.initial),
        "states": [str(state) for state in machine.table],
        "actions": [str(action) for action in machine.actions],
        "transitions": [
            {"from": str(state), "action": str(action), "to": None if target is None else str(target)}
            for state, row in machine.table.items()
            for action, target in row.items()
        ],
        "mermaid": machine.mermaid(),
    }


def _arrows(machine: AnyMachine) -> dict[str, dict[str, list[str]]]:
    arrows: dict[str, dict[str, list[str]]] = {}
    for state, row in machine.table.items():
        targets: dict[str, list[str]] = arrows.setdefault(str(state), {})
        for action, target in row.items():
            targets.setdefault("[*]" if target is None else str(target), []).append(str(action))
    return arrows
