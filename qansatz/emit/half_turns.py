"""Half-turns, the unit of pytket and Guppy: angles to them, and pytket circuits read back in radians, exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from qansatz.circuits.gates import Gate, GateList, GateName
from qansatz.circuits.rotations import quarter
from qansatz.model import reals
from qansatz.model.angles import Affine, Angle, TooComplexError, simplified, slot_symbol
from qansatz.model.program import Slots
from qansatz.model.reals import PI, PiLinear, Real

if TYPE_CHECKING:
    from pytket.circuit import Circuit

#: Coefficients a/π + b of each symbol (None: the constant), in half-turns; floats where no small fraction is meant.
_Linear = dict[Any, tuple[Real, Real]]

_LARGEST_DENOMINATOR = 1 << 12
_MAX_PARTS = 2_000


def half_turns(radians: Real) -> float:
    """A constant angle in half-turns; multiples of π are not rounded on the way."""
    if isinstance(radians, PiLinear) and not radians.rational:
        return float(radians.pi)
    return float(radians) / math.pi


def gate_list(circuit: Circuit, slots: Slots) -> GateList | None:
    """The circuit in native gates, or None where it has another kind of gate.

    An implicit permutation of its qubits is applied by renaming them, which is right for a circuit that starts from
    |0…0⟩ and for no other. Halves, quarters and so on down to 2⁻¹² that pytket holds as floats are taken as exact.

    Raises:
        TooComplexError: when an angle has more than 2,000 parts.
    """
    import sympy
    from pytket.circuit import OpType

    kinds: dict[Any, GateName] = {
        OpType.Rz: "rz",
        OpType.PhasedX: "u1q",
        OpType.ZZPhase: "rzz",
        OpType.ZZMax: "rzz",
    }
    output = {a.index[0]: b.index[0] for a, b in circuit.implicit_qubit_permutation().items()}
    slot_of = {sympy.Symbol(name): slot for slot, name in enumerate(slots.identifiers())}
    angles: dict[Any, Angle] = {}
    gates = []
    for command in circuit:
        kind = kinds.get(command.op.type)
        if kind is None:
            return None
        qubits = tuple(output[qubit.index[0]] for qubit in command.qubits)
        if command.op.type is OpType.ZZMax:
            gates.append(Gate(kind, qubits, (quarter(1),)))
            continue
        for turns in command.op.params:
            if turns not in angles:
                angles[turns] = _radians(turns, slot_of)
        gates.append(Gate(kind, qubits, tuple(angles[turns] for turns in command.op.params)))
    name = circuit.name or "circuit"
    return GateList(name=name, n_qubits=circuit.n_qubits, slots=slots, gates=tuple(gates))


def _radians(turns: Any, slot_of: Mapping[Any, int]) -> Angle:
    import sympy

    if isinstance(turns, int | float):
        return Affine((), reals.multiply(_exact(turns), PI))
    if any(count > _MAX_PARTS for count, _ in enumerate(sympy.preorder_traversal(turns))):
        raise TooComplexError
    try:
        linear = _linear(turns)
    except ValueError:
        named = turns.xreplace({symbol: slot_symbol(slot) for symbol, slot in slot_of.items()})
        return simplified(sympy.expand(named * sympy.pi))
    terms = {symbol: reals.add(a, reals.multiply(b, PI)) for symbol, (a, b) in linear.items()}
    constant = terms.pop(None, 0)
    listed = sorted((slot_of[symbol], c) for symbol, c in terms.items() if not reals.is_zero(c))
    return Affine(tuple(listed), constant)


def _linear(expression: Any) -> _Linear:
    """A linear expression as coefficients; ``ValueError`` for any other."""
    import sympy

    if expression.is_Symbol:
        return {expression: (0, 1)}
    if expression.is_Rational:
        return {None: (0, reals.simplest(Fraction(int(expression.p), int(expression.q))))}
    if expression.is_Float:
        return {None: (0, _exact(float(expression)))}
    if expression == 1 / sympy.pi:
        return {None: (1, 0)}
    if expression.is_Add:
        total: _Linear = {}
        for part in expression.args:
            for symbol, (a, b) in _linear(part).items():
                p, q = total.get(symbol, (0, 0))
                total[symbol] = (reals.add(p, a), reals.add(q, b))
        return total
    if expression.is_Mul:
        product: _Linear = {None: (0, 1)}
        for part in expression.args:
            product = _times(product, _linear(part))
        return product
    raise ValueError(expression)


def _times(left: _Linear, right: _Linear) -> _Linear:
    if set(left) != {None}:
        left, right = right, left
    if set(left) != {None}:
        raise ValueError
    a, b = left[None]
    scaled: _Linear = {}
    for symbol, (p, q) in right.items():
        if not reals.is_zero(a) and not reals.is_zero(p):
            raise ValueError
        inverse = reals.add(reals.multiply(a, q), reals.multiply(b, p))
        scaled[symbol] = (inverse, reals.multiply(b, q))
    return scaled


def _exact(value: float) -> Real:
    ratio = Fraction(value)
    return reals.simplest(ratio) if ratio.denominator <= _LARGEST_DENOMINATOR else float(value)
