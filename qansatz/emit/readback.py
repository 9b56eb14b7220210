"""Exports read back by the packages that define their formats, as matrices to compare with the source.

Every function returns ``values -> unitary`` of shape (2ⁿ, 2ⁿ) with qubit 0 the most significant bit; ``values`` are
all slots in radians, parameters first.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.model.program import Slots

if TYPE_CHECKING:
    from pytket.circuit import Circuit
    from qiskit.circuit import QuantumCircuit

Unitary: TypeAlias = Callable[[Sequence[float]], npt.NDArray[np.complex128]]


def pytket(text: str, slots: Slots) -> Unitary:
    """A circuit in pytket's JSON."""
    from pytket.circuit import Circuit

    return pytket_unitary(Circuit.from_dict(json.loads(text)), slots)


def pytket_unitary(circuit: Circuit, slots: Slots) -> Unitary:
    """A symbolic pytket circuit; pytket's matrices already have qubit 0 the most significant (ILO-BE)."""
    import sympy

    names = slots.identifiers()

    def unitary(values: Sequence[float]) -> npt.NDArray[np.complex128]:
        numbers = circuit.copy()
        numbers.symbol_substitution(dict(zip(map(sympy.Symbol, names), values, strict=True)))
        return np.asarray(numbers.get_unitary())

    return unitary


def qpy(data: bytes, slots: Slots) -> Unitary:
    """A Qiskit circuit in QPY."""
    return qiskit_unitary(qpy_circuit(data), slots)


def qpy_circuit(data: bytes) -> QuantumCircuit:
    """The Qiskit circuit in QPY."""
    from qiskit import qpy

    circuit: QuantumCircuit = qpy.load(io.BytesIO(data))[0]
    return circuit


def qiskit_unitary(circuit: QuantumCircuit, slots: Slots) -> Unitary:
    """A Qiskit circuit; Qiskit's matrices have qubit 0 the least significant, so the order is reversed."""
    from qiskit.quantum_info import Operator

    names = slots.identifiers()

    def unitary(values: Sequence[float]) -> npt.NDArray[np.complex128]:
        by_name = dict(zip(names, values, strict=True))
        numbers: Any = circuit.assign_parameters({p: by_name[p.name] for p in circuit.parameters})
        return np.asarray(Operator(numbers.reverse_bits()).data)

    return unitary


def qasm3(text: str, slots: Slots) -> Unitary:
    """OpenQASM 3, read by Qiskit."""
    return qiskit_unitary(qasm3_circuit(text), slots)


def qasm3_circuit(text: str) -> QuantumCircuit:
    """The circuit in OpenQASM 3 as Qiskit reads it."""
    from qiskit import qasm3

    circuit: QuantumCircuit = qasm3.loads(text)
    return circuit


def qasm2(text: str, slots: Slots) -> Unitary:
    """OpenQASM 2, read by Qiskit; it has no parameters, so the values are not used."""
    from qiskit import qasm2

    return qiskit_unitary(qasm2.loads(text), slots)


def pennylane(text: str, slots: Slots) -> Unitary:
    """The Python text of a PennyLane function, which is executed."""
    return pennylane_unitary(pennylane_program(text), slots)


def pennylane_program(text: str) -> dict[str, Any]:
    """The names that a Python text defines: it is executed, with all that it does."""
    scope: dict[str, Any] = {}
    exec(compile(text, "<pennylane>", "exec"), scope)
    return scope


def pennylane_unitary(program: Mapping[str, Any], slots: Slots) -> Unitary:
    """The function ``circuit`` of a program; wire 0 is the most significant in PennyLane too."""
    import pennylane as qml

    n_parameters = slots.n_parameters

    def unitary(values: Sequence[float]) -> npt.NDArray[np.complex128]:
        parameters, inputs = values[:n_parameters], values[n_parameters:]
        tape = qml.tape.make_qscript(program["circuit"])(parameters, inputs)
        return np.asarray(qml.matrix(tape, wire_order=range(program["n_qubits"])))

    return unitary
