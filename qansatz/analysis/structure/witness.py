"""What failed and where: the statements behind rows, and conflicts in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qansatz.model.program import Model
from qansatz.pauli.gf2 import bits
from qansatz.pauli.strings import Pauli, letter, to_text
from qansatz.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The rows that fail in one statement: the first of them, and in how many of its executions."""

    row: int
    span: Span
    where: str
    n_executions: int


def failures(model: Model, rows: npt.NDArray[np.int64]) -> list[Failure]:
    """Failing rows gathered by statement; the statement met first comes first."""
    instances, rows = model.instances, np.sort(rows)
    instance, at = np.unique(model.rotations.instance[rows], return_index=True)
    statement, first, count = np.unique(
        instances.statement[instance], return_index=True, return_counts=True
    )
    listed = []
    for k in np.argsort(at[first]):
        row = int(rows[at[first[k]]])
        listed.append(
            Failure(
                row=row,
                span=instances.statements[statement[k]].operator,
                where=instances.where(int(instance[first[k]])),
                n_executions=int(count[k]),
            )
        )
    return listed


def term(model: Model, row: int) -> str:
    """The string of a rotation as the language writes it, and whether fixed gates changed it."""
    text = to_text(model.rotations.pauli(row))
    return f"{text} (seen through the fixed gates)" if model.rotations.n_gates_before[row] else text


def differing(p: Pauli, q: Pauli) -> list[int]:
    """The qubits on which the letters of two strings anticommute."""
    return bits((p.x & q.z) ^ (p.z & q.x))


def on_qubits(qubits: list[int]) -> str:
    """``qubit 0``, ``qubits 0 and 2``, ``qubits 0, 1, 2 and 6 more``."""
    if len(qubits) == 1:
        return f"qubit {qubits[0]}"
    head, last = ([str(q) for q in qubits[:-1]], str(qubits[-1]))
    if len(qubits) > 6:
        head, last = [str(q) for q in qubits[:5]], f"{len(qubits) - 5} more"
    return f"qubits {', '.join(head)} and {last}"


def conflict(text: str, p: Pauli, q: Pauli, name: str) -> str:
    """Why the string p, written as ``text``, anticommutes with the string q called ``name``."""
    qubits = differing(p, q)
    if len(qubits) == 1:
        return f"{text} anticommutes with the {letter(q, qubits[0])} on qubit {qubits[0]} of {name}"
    return f"{text} anticommutes with {name} on {on_qubits(qubits)}"
