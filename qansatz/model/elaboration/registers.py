"""``qubits``: the registers of an ansatz."""

from __future__ import annotations

from qansatz.model import faults
from qansatz.model.elaboration.circuit import Circuit
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON, Register
from qansatz.syntax import nodes


class Registers:
    """The registers so far (name, first qubit, size), and whether the last has a fault."""

    __slots__ = ("at_fault", "declared")

    def __init__(self) -> None:
        self.declared: list[tuple[str, int, int]] = []
        self.at_fault = False


def declare_qubits(
    evaluator: Evaluator,
    registers: Registers,
    circuit: Circuit,
    statement: nodes.Qubits,
    scope: Scope,
) -> None:
    """``qubits name[size]``: one more register; a fault once the circuit has begun."""
    name = statement.name.text
    scope.names[name] = POISON
    registers.at_fault = True
    size = evaluator.integer(statement.size, scope, "the number of qubits, an integer")
    if size is POISON:
        return
    if size < 1:
        evaluator.fault(
            faults.values.NotPositive(statement.size.span, what="a register", value=size)
        )
        return
    start = evaluator.n_qubits or 0
    if start + size > evaluator.limits.qubits:
        evaluator.exceed("qubits", evaluator.limits.qubits, statement.size.span)
    if len(circuit):
        evaluator.fault(faults.initial_states.QubitsLate(statement.span))
        evaluator.late_qubits += size
        return
    registers.at_fault = False
    registers.declared.append((name, start, size))
    scope.names[name] = Register(name, start, size)
    evaluator.n_qubits = start + size
    circuit.start(start + size)


def qubits_first(
    evaluator: Evaluator, registers: Registers, node: nodes.Ansatz, statement: nodes.Statement
) -> None:
    """Report a statement that stands before the qubits it needs."""
    later = any(isinstance(s, nodes.Qubits) for s in node.body.statements)
    if later and not registers.at_fault:
        evaluator.fault(faults.initial_states.QubitsFirst(statement.span))
