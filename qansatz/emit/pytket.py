"""Circuits for pytket: Rz, PhasedX and ZZPhase with symbolic angles. The only place with half-turns."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from qansatz.emit.expressions import named
from qansatz.model.angles import Affine, Angle
from qansatz.model.reals import PiLinear, Real
from qansatz.synthesis.gates import GateList

if TYPE_CHECKING:
    from pytket.circuit import Circuit

_INTEGER_BITS = 63


def circuit(gates: GateList) -> Circuit:
    """A symbolic ``pytket.Circuit``, angles in half-turns, symbols named by ``slots.identifiers()``.

    Qubit k of the gate list is ``q[k]``.
    """
    import sympy
    from pytket.circuit import Circuit, OpType

    kinds = {"rz": OpType.Rz, "u1q": OpType.PhasedX, "rzz": OpType.ZZPhase}
    symbols = [sympy.Symbol(name) for name in gates.slots.identifiers()]
    known: dict[Angle, Any] = {}
    built = Circuit(gates.n_qubits, gates.name)
    for gate in gates.gates:
        turns = []
        for angle in gate.angles:
            if angle not in known:
                known[angle] = _half_turns(angle, symbols)
            turns.append(known[angle])
        built.add_gate(kinds[gate.name], turns, list(gate.qubits))
    return built


def emit(gates: GateList) -> str:
    """The circuit as pytket's JSON."""
    return json.dumps(circuit(gates).to_dict()) + "\n"


def _half_turns(angle: Angle, symbols: list[Any]) -> Any:
    if isinstance(angle, Affine) and not angle.terms:
        return _constant_half_turns(angle.constant)
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


def _constant_half_turns(value: Real) -> float:
    if isinstance(value, PiLinear) and not value.rational:
        return float(value.pi)
    return float(value) / math.pi
