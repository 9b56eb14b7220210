"""``init``: the state that the circuit starts from."""

from __future__ import annotations

from typing import Any

from qansatz.diagnostics import Label
from qansatz.model import faults
from qansatz.model.elaboration.circuit import Circuit
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.values import Ket, PauliGroup
from qansatz.model.program import InitialState
from qansatz.pauli.gf2 import rank
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.source import Span
from qansatz.syntax import nodes

_KET_STABILIZERS = {
    "0": Pauli(0, 1),
    "1": Pauli(0, 1, 2),
    "+": Pauli(1, 0),
    "-": Pauli(1, 0, 2),
    "r": Pauli(1, 1),
    "l": Pauli(1, 1, 2),
}


def ket_state(text: str, span: Span | None) -> InitialState:
    """The product state of a ket with one letter for each qubit."""
    letters = (_KET_STABILIZERS[letter] for letter in text)
    stabilizers = (Pauli(p.x << qubit, p.z << qubit, p.phase) for qubit, p in enumerate(letters))
    return InitialState(stabilizers=tuple(stabilizers), ket=text, span=span)


def declare_initial(
    evaluator: Evaluator, circuit: Circuit, statement: nodes.Init, value: Any, n_qubits: int
) -> None:
    """``init value``: a ket or n stabilizers, once and before the circuit begins."""
    span = statement.value.span
    if circuit.initial is not None:
        first = circuit.initial.span
        labels = () if first is None else (Label(first, "first given here"),)
        evaluator.fault(faults.initial_states.SecondInit(statement.span, labels=labels))
    elif len(circuit):
        evaluator.fault(faults.initial_states.LateInit(statement.span))
    elif isinstance(value, Ket):
        text = value.text * n_qubits if len(value.text) == 1 else value.text
        if len(text) == n_qubits:
            circuit.initial = ket_state(text, span)
        else:
            evaluator.fault(
                faults.initial_states.KetLength(span, length=len(text), n_qubits=n_qubits)
            )
    elif isinstance(value, PauliGroup):
        if (reason := _why_no_state(value.generators, n_qubits)) is None:
            circuit.initial = InitialState(stabilizers=value.generators, ket=None, span=span)
        else:
            evaluator.fault(faults.initial_states.NotAState(span, reason=reason))
    else:
        evaluator.expected("a state such as |0>, |+-01> or n stabilizers <…>", value, span)


def _why_no_state(generators: tuple[Pauli, ...], n_qubits: int) -> str | None:
    """Why signed strings do not define a state of n qubits; None where they do."""
    if len(generators) != n_qubits:
        return f"{len(generators)} generators are given for {n_qubits} qubits"
    if any(anticommute(p, q) for k, p in enumerate(generators) for q in generators[:k]):
        return "two of them anticommute"
    if rank([p.x | p.z << n_qubits for p in generators]) < n_qubits:
        return "they are not independent"
    return None
