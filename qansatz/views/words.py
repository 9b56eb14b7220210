"""Models in words, for people and for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from qansatz.diagnostics import Diagnostic
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.program import Model, Symmetry
from qansatz.numbers import counted
from qansatz.syntax import nodes

_LONGEST: Final = 60


def title(model: Model) -> str:
    """The first line of what a command shows of a model: the ansatz, and how large it is."""
    return f"{heading(model)}: {sizes(model)}"


def heading(model: Model) -> str:
    """The ansatz with its sizes, such as ``tfim(n = 8, layers = 4)``."""
    sizes = ", ".join(f"{name} = {value_text(value)}" for name, value in model.arguments)
    return f"{model.name}({sizes})"


def value_text(value: Any) -> str:
    """A compile-time value as the language writes it, shortened where it is long."""
    match value:
        case bool():
            text = "true" if value else "false"
        case list() | tuple() | range():
            more = f", and {len(value) - 8} more" if len(value) > 8 else ""
            nested = (isinstance(v, list | tuple) for v in value[:8])
            parts = (
                "..." if deep else value_text(v) for v, deep in zip(value, nested, strict=False)
            )
            text = f"[{', '.join(parts)}{more}]"
        case Graph():
            text = (
                f"a graph of {counted(value.order, 'node')} and {counted(len(value.edges), 'edge')}"
            )
        case _:
            text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def json_value(value: Any) -> Any:
    """A compile-time value for JSON: numbers and truth values as they are, all else as text."""
    return value if isinstance(value, bool | int | float | str) else value_text(value)


def sizes(model: Model) -> str:
    """How large a model is, such as ``8 qubits, 64 rotations, 8 parameters``."""
    parts = [
        counted(model.n_qubits, "qubit"),
        counted(len(model.rotations), "rotation"),
        counted(model.slots.n_parameters, "parameter"),
    ]
    if model.slots.n_inputs:
        parts.append(counted(model.slots.n_inputs, "input"))
    return ", ".join(parts)


def library(file: nodes.File) -> str:
    """What a file without an ansatz defines, such as ``2 layers, 1 value, no ansatz``."""
    n_layers = sum(isinstance(item, nodes.Layer) for item in file.items)
    n_values = sum(isinstance(item, nodes.Define) for item in file.items)
    return f"{counted(n_layers, 'layer')}, {counted(n_values, 'value')}, no ansatz"


_UNDECIDED: Final = frozenset(("QA306", "QA307", "QA308", "QA310"))


def checked(model: Model, diagnostics: Sequence[Diagnostic]) -> list[str]:
    """What a model without errors was checked for, a phrase each; what a warning leaves open is not named."""
    unsettled = [d for d in diagnostics if d.code in _UNDECIDED]
    places = {d.span for d in unsettled} | {label.span for d in unsettled for label in d.labels}
    symmetries: list[Symmetry] = [s for s in model.symmetries if s.span not in places]
    made = ["the terms of every generator commute"]
    if symmetries:
        names = ", ".join(s.name for s in symmetries)
        made.append(f"every generator keeps {names}")
    for group in model.stabilizers:
        n = len(group.generators)
        made.append(f"{group.name} is a stabilizer group of order 2^{n} that every generator keeps")
    made += [
        f"the logical operators {operators.name} keep the stabilizers"
        for operators in model.logicals
    ]
    n_blocks = int(model.rotations.block.max(initial=-1)) + 1
    if n_blocks:
        made.append(f"{counted(n_blocks, 'block')} commute{'s' if n_blocks == 1 else ''}")
    for requirement in model.requirements:
        if requirement.span not in places:
            claim = " ".join(requirement.span.text.split())
            made.append(f"the claim holds: {claim}")
    return made
