"""``rot`` and library gates → rotations, pulled back through the fixed gates before them."""

from __future__ import annotations

from typing import Any

from qansatz.model import angles, faults, gates
from qansatz.model.angles import Angle
from qansatz.model.elaboration.circuit import Circuit
from qansatz.model.elaboration.columns import INPUT_BASE
from qansatz.model.elaboration.context import Context
from qansatz.model.elaboration.gate_arguments import plain_arguments, qubit_names, qubit_tuples
from qansatz.model.elaboration.hermitian import Terms
from qansatz.model.elaboration.position import Position
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.operators import Operator
from qansatz.model.evaluation.values import POISON, AngleArray, SymbolArray, as_angle, entries
from qansatz.model.program import RotationsPiece
from qansatz.numbers import counted
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes


def rotate(context: Context, statement: nodes.Apply, position: Position) -> None:
    """``rot(operator, angle)``."""
    evaluator, scope = context.evaluator, position.scope
    arguments = plain_arguments(evaluator, statement, ("operator", "angle"))
    if arguments is None:
        return
    operator, angle = arguments
    value = evaluator.value(angle, scope)
    if isinstance(value, Pauli | Operator) and as_angle(evaluator.value(operator, scope)):
        evaluator.expected("an angle", value, angle.span, "write rot(operator, angle)")
        return
    generators = context.generators.of(operator, scope)
    if generators is not None and value is not POISON:
        _append(context, statement, operator.span, generators, value, angle.span, position)


def library_gate(context: Context, statement: nodes.Apply, position: Position) -> None:
    """A gate defined by its Pauli rotations."""
    evaluator, name = context.evaluator, statement.name.text
    names = (*qubit_names(name, gates.n_qubits_of(name)), "angle")
    arguments = plain_arguments(evaluator, statement, names)
    if arguments is None:
        return
    *parts, angle = arguments
    tuples = qubit_tuples(evaluator, statement, parts, position.scope)
    value = evaluator.value(angle, position.scope)
    if tuples is not None and value is not POISON:
        generators = [gates.generator(name, qubits) for qubits in tuples]
        _append(context, statement, statement.span, generators, value, angle.span, position)


def _append(
    context: Context,
    statement: nodes.Apply,
    operator: Span,
    generators: list[Terms],
    angle: Any,
    angle_span: Span,
    position: Position,
) -> None:
    """Append the rotations of one execution of a statement, or none after a fault."""
    evaluator, circuit = context.evaluator, context.circuit
    chosen = _broadcast(evaluator, angle, len(generators), angle_span)
    if chosen is None:
        return
    if position.nesting.encoding and not all(map(_only_inputs, chosen)):
        evaluator.fault(faults.parameters.TrainedEncoding(angle_span))
        return
    foresee_appended(evaluator, circuit, sum(map(len, generators)), statement.span)
    columns = circuit.columns
    start = len(columns)
    try:
        _append_rotations(circuit, generators, chosen)
    except OverflowError:
        columns.cut(start)
        evaluator.too_large(angle_span)
        return
    stop = len(columns)
    columns.execution(statement, operator, position, stop - start, len(circuit.gates))
    if position.outline is not None:
        position.outline.append(RotationsPiece(start, stop))


def _append_rotations(circuit: Circuit, generators: list[Terms], chosen: list[Angle]) -> None:
    """Append one rotation for each term, pulled back.

    Raises:
        OverflowError: when a number is beyond the range of floats; some may be appended then.
    """
    columns, pull = circuit.columns, circuit.tableau.pull if circuit.gates else None
    for terms, angle in zip(generators, chosen, strict=True):
        for coefficient, string in terms:
            if not (string.x | string.z) and len(terms) > 1:
                continue  # the identity in a sum is a global phase
            columns.rotation(string if pull is None else pull(string), coefficient, angle)
        columns.n_generators += 1


def foresee_appended(evaluator: Evaluator, circuit: Circuit, count: int, span: Span) -> None:
    """Stop before ``count`` rotations or gates are appended that would pass the limit."""
    if len(circuit) + count > evaluator.limits.rotations:
        evaluator.exceed("rotations", evaluator.limits.rotations, span)


def _only_inputs(angle: Angle) -> bool:
    """Whether an angle depends on no parameter."""
    return all(slot >= INPUT_BASE for slot in angles.slots(angle))


def _broadcast(evaluator: Evaluator, angle: Any, count: int, span: Span) -> list[Angle] | None:
    """One angle for each of ``count`` generators: a scalar serves all; None after a fault."""
    if isinstance(angle, SymbolArray | AngleArray) and angle.shape:
        listed: list[Any] = list(entries(angle))
    elif isinstance(angle, list):
        listed = [as_angle(item) for item in angle]
        if any(item is None for item in listed):
            evaluator.expected("an angle", angle, span)
            return None
    else:
        scalar = as_angle(angle)
        if scalar is None:
            evaluator.expected("an angle", angle, span)
            return None
        return [scalar] * count
    if len(listed) != count:
        cure = "index the array" if count == 1 else f"give one angle for all, or {count}"
        evaluator.fault(
            faults.calls.BroadcastMismatch(
                span,
                angles=counted(len(listed), "angle"),
                generators=counted(count, "generator"),
                cure=cure,
            )
        )
        return None
    return listed
