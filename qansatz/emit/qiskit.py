"""Circuits for Qiskit: rz, r(θ, φ) and rzz with ``Parameter`` objects."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qansatz.circuits.gates import GateList
from qansatz.emit.manifest import manifest
from qansatz.model.angles import Affine, Angle, slot_symbol, slots

if TYPE_CHECKING:
    from qiskit.circuit import QuantumCircuit


def circuit(gates: GateList, *, measured: Sequence[int] | None = None) -> QuantumCircuit:
    """A ``QuantumCircuit`` with one ``Parameter`` a slot, named by ``slots.identifiers()``.

    Qubit k of the gate list is Qiskit's qubit k, which Qiskit prints as bit k from the right. Qiskit sorts
    ``circuit.parameters`` by name: the optimiser's order is in ``circuit.metadata["manifest"]``. The qubits
    ``measured`` are measured into the classical bits 0, 1, … of a register ``c``.
    """
    from qiskit.circuit import ClassicalRegister, Parameter, QuantumCircuit

    parameters = [Parameter(name) for name in gates.slots.identifiers()]
    built = QuantumCircuit(gates.n_qubits, name=gates.name, metadata={"manifest": manifest(gates)})
    append(built, gates, lambda angle: _expression(angle, parameters))
    if measured:
        bits = ClassicalRegister(len(measured), "c")
        built.add_register(bits)
        built.measure(list(measured), bits)
    return built


def append(built: QuantumCircuit, gates: GateList, expression: Callable[[Angle], Any]) -> None:
    """Add the gates to a circuit, each angle as ``expression`` writes it."""
    expressed: dict[Angle, Any] = {}
    for gate in gates.gates:
        for angle in gate.angles:
            if angle not in expressed:
                expressed[angle] = expression(angle)
        angles = [expressed[angle] for angle in gate.angles]
        match gate.name:
            case "rz":
                built.rz(*angles, *gate.qubits)
            case "u1q":
                built.r(*angles, *gate.qubits)
            case "rzz":
                built.rzz(*angles, *gate.qubits)


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> bytes:
    """The circuit as QPY."""
    from qiskit import qpy

    buffer = io.BytesIO()
    qpy.dump(circuit(gates, measured=measured), buffer)
    return buffer.getvalue()


def _expression(angle: Angle, parameters: Sequence[Any]) -> Any:
    if isinstance(angle, Affine):
        total: Any = float(angle.constant)
        for slot, coefficient in angle.terms:
            total = float(coefficient) * parameters[slot] + total
        return total
    import sympy

    used = slots(angle)
    function = sympy.lambdify(
        [slot_symbol(k) for k in used], angle.expression, modules=[_FUNCTIONS], cse=False
    )
    return function(*(parameters[k] for k in used))


def _method(name: str, constant: Callable[[float], float]) -> Callable[[Any], Any]:
    def apply(argument: Any) -> Any:
        return getattr(argument, name)() if hasattr(argument, name) else constant(argument)

    return apply


_FUNCTIONS: dict[str, Any] = {
    "sin": _method("sin", math.sin),
    "cos": _method("cos", math.cos),
    "tan": _method("tan", math.tan),
    "asin": _method("arcsin", math.asin),
    "acos": _method("arccos", math.acos),
    "atan": _method("arctan", math.atan),
    "exp": _method("exp", math.exp),
    "log": _method("log", math.log),
    "Abs": _method("abs", abs),
    "sqrt": lambda argument: argument**0.5,
    "pi": math.pi,
    "E": math.e,
}
