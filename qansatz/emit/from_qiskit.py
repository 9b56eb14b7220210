"""Qiskit circuits read back as gate lists: exact angles in radians from its expressions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from qansatz.circuits.gates import Gate, GateList
from qansatz.circuits.rotations import CLIFFORD_ROTATIONS, gate_rotations, quarter, support
from qansatz.model import reals
from qansatz.model.angles import (
    Affine,
    Angle,
    TooComplexError,
    simplified,
    slot_symbol,
)
from qansatz.model.program import Slots
from qansatz.model.reals import Real, pi_linear
from qansatz.pauli.strings import Pauli

if TYPE_CHECKING:
    from qiskit.circuit import QuantumCircuit

_LARGEST_DENOMINATOR: Final = 1 << 12
_DEEPEST: Final = 8
_ZERO: Final = Affine(())


def gate_list(circuit: QuantumCircuit, slots: Slots) -> GateList | None:
    """The circuit in native gates, or None where it has a gate that no definition leads to known ones.

    Gates are expanded by their own definitions, whatever their names. Multiples of π by fractions with denominators up
    to 2¹² that Qiskit holds as floats are taken as exact.

    Raises:
        TooComplexError: when an angle has more than 10,000 parts.
    """
    slot_of = {name: slot for slot, name in enumerate(slots.identifiers())}
    gates: list[Gate] = []
    try:
        for instruction in circuit.data:
            qubits = [circuit.find_bit(qubit).index for qubit in instruction.qubits]
            gates += _expanded(instruction.operation, qubits, slot_of, 0)
    except LookupError:
        return None
    return GateList(name=circuit.name, n_qubits=circuit.num_qubits, slots=slots, gates=tuple(gates))


def _expanded(
    operation: Any, qubits: Sequence[int], slot_of: Mapping[str, int], depth: int
) -> Iterator[Gate]:
    """The native gates of one operation in time order; ``LookupError`` where it cannot be expanded."""
    from qiskit.circuit.library import standard_gates as standard

    kind = getattr(operation, "base_class", type(operation))
    if kind is standard.GlobalPhaseGate or operation.name == "barrier":
        return
    angles = {
        standard.RZGate: "rz",
        standard.PhaseGate: "rz",
        standard.U1Gate: "rz",
        standard.RXGate: "rx",
        standard.RYGate: "ry",
        standard.RGate: "u1q",
        standard.RZZGate: "rzz",
        standard.UGate: "u",
    }
    name = angles.get(kind)
    if name is not None:
        params = [_angle(param, slot_of) for param in operation.params]
        match name:
            case "rz" | "u1q":
                yield Gate(name, tuple(qubits), tuple(params))
            case "rzz":
                yield Gate("rzz", tuple(qubits), tuple(params))
            case "u":
                theta, phi, after = params
                yield Gate("rz", tuple(qubits), (after,))
                yield Gate("u1q", tuple(qubits), (theta, quarter(1)))
                yield Gate("rz", tuple(qubits), (phi,))
            case _:
                phi = _ZERO if name == "rx" else quarter(1)
                yield Gate("u1q", tuple(qubits), (params[0], phi))
        return
    if operation.name in CLIFFORD_ROTATIONS and kind.__module__.startswith(standard.__name__):
        for item in gate_rotations(operation.name, qubits):
            yield from _rotated(item.pauli, item.angle)
        return
    definition = getattr(operation, "definition", None)
    if definition is None or depth == _DEEPEST:
        raise LookupError(operation.name)
    for inner in definition.data:
        places = [qubits[definition.find_bit(qubit).index] for qubit in inner.qubits]
        yield from _expanded(inner.operation, places, slot_of, depth + 1)


def _rotated(pauli: Pauli, angle: Angle) -> Iterator[Gate]:
    """The rotation about a positive string of weight one or two: turned to Z on both qubits, and back."""
    qubits = tuple(support(pauli))
    before: list[Gate] = []
    after: list[Gate] = []
    for qubit in qubits:
        x, z = pauli.x >> qubit & 1, pauli.z >> qubit & 1
        if x and not z:
            # R_y(π/2)·Z·R_y(−π/2) = X
            before.append(Gate("u1q", (qubit,), (quarter(-1), quarter(1))))
            after.append(Gate("u1q", (qubit,), (quarter(1), quarter(1))))
        elif x:
            # R_x(−π/2)·Z·R_x(π/2) = Y
            before.append(Gate("u1q", (qubit,), (quarter(1), _ZERO)))
            after.append(Gate("u1q", (qubit,), (quarter(-1), _ZERO)))
    yield from before
    yield Gate("rz" if len(qubits) == 1 else "rzz", qubits, (angle,))
    yield from after


def _angle(param: Any, slot_of: Mapping[str, int]) -> Angle:
    if isinstance(param, int | float):
        return Affine((), _exact(float(param)))
    import sympy

    expression = param.sympify()
    if any(count > 10_000 for count, _ in enumerate(sympy.preorder_traversal(expression))):
        raise TooComplexError
    symbols = {symbol: slot_symbol(slot_of[symbol.name]) for symbol in expression.free_symbols}
    angle = simplified(expression.xreplace(symbols))
    if not isinstance(angle, Affine):
        return angle
    return Affine(tuple((slot, _exact(c)) for slot, c in angle.terms), _exact(angle.constant))


def _exact(value: Real) -> Real:
    """A float as the simple number that it stands for: a small fraction, or one times π; else itself."""
    if not isinstance(value, float):
        return value
    ratio = Fraction(value)
    if ratio.denominator <= _LARGEST_DENOMINATOR:
        return reals.simplest(ratio)
    turns = Fraction(value / math.pi).limit_denominator(_LARGEST_DENOMINATOR)
    if turns and abs(float(turns) * math.pi - value) <= 4 * math.ulp(value):
        return pi_linear(Fraction(0), turns)
    return value
