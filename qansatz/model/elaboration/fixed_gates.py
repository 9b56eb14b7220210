"""Fixed gates: Cliffords, which change what later rotations are pulled back through."""

from __future__ import annotations

from qansatz.model import faults, gates
from qansatz.model.elaboration.context import Context
from qansatz.model.elaboration.gate_arguments import plain_arguments, qubit_names, qubit_tuples
from qansatz.model.elaboration.position import Position
from qansatz.model.elaboration.rotations import foresee_appended
from qansatz.model.program import FixedGate, GatePiece
from qansatz.syntax import nodes


def fixed_gate(context: Context, statement: nodes.Apply, position: Position) -> None:
    """A fixed gate on one tuple of qubits, or on each of several; a fault inside ``unordered``."""
    evaluator, circuit, name = context.evaluator, context.circuit, statement.name.text
    arguments = plain_arguments(evaluator, statement, qubit_names(name, gates.FIXED[name]))
    if arguments is None:
        return
    tuples = qubit_tuples(evaluator, statement, arguments, position.scope)
    if tuples is None:
        return
    if position.nesting.unordered >= 0:
        evaluator.fault(faults.declarations.GateInUnordered(statement.span, name=name))
        return
    foresee_appended(evaluator, circuit, len(tuples), statement.span)
    for qubits in tuples:
        if position.outline is not None:
            position.outline.append(GatePiece(len(circuit.gates)))
        circuit.apply(FixedGate(name, qubits))
