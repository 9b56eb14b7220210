"""Circuits for pytket: Rz, PhasedX and ZZPhase with symbolic angles in half-turns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qansatz.circuits.gates import GateList
from qansatz.emit.expressions import named
from qansatz.emit.half_turns import half_turns
from qansatz.model.angles import Affine, Angle

if TYPE_CHECKING:
    from pytket.circuit import Circuit

_INTEGER_BITS = 63


def circuit(gates: GateList, *, measured: Sequence[int] | None = None) -> Circuit:
    """A symbolic ``pytket.Circuit``, angles in half-turns, symbols named by ``slots.identifiers()``.

    Qubit k of the gate list is ``q[k]``; the qubits ``measured`` are measured into ``c[0]``, ``c[1]``, ….
    """
    import sympy
    from pytket.circuit import Circuit, OpType

    kinds = {"rz": OpType.Rz, "u1q": OpType.PhasedX, "rzz": OpType.ZZPhase}
    symbols = [sympy.Symbol(name) for name in gates.slots.identifiers()]
    texts: dict[Angle, Any] = {}
    built = Circuit(gates.n_qubits, gates.name)
    for gate in gates.gates:
        turns = []
        for angle in gate.angles:
            if angle not in texts:
                texts[angle] = _half_turns(angle, symbols)
            turns.append(texts[angle])
        built.add_gate(kinds[gate.name], turns, list(gate.qubits))
    if measured:
        built.add_c_register("c", len(measured))
        for k, qubit in enumerate(measured):
            built.Measure(qubit, k)
    return built


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> str:
    """The circuit as pytket's JSON."""
    return json.dumps(circuit(gates, measured=measured).to_dict()) + "\n"


def _half_turns(angle: Angle, symbols: list[Any]) -> Any:
    if isinstance(angle, Affine) and not angle.terms:
        return half_turns(angle.constant)
    import sympy

    return _short(sympy.expand(named(angle, symbols) / sympy.pi))


def _short(expression: Any) -> Any:
    """The expression with fractions of more than 64 bits as floats: pytket ends the process on them."""
    import sympy

    long = [
        number
        for number in expression.atoms(sympy.Rational)
        if max(abs(number.p), number.q).bit_length() > _INTEGER_BITS
    ]
    return expression.xreplace({number: sympy.Float(float(number)) for number in long})
