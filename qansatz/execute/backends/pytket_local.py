"""A simulator on this machine behind pytket's interface of backends: ``AerBackend`` of pytket-qiskit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qansatz.execute.backends.aer import MAX_QUBITS
from qansatz.execute.backends.backend import BackendError, Outcomes, refuse_too_large, require
from qansatz.execute.backends.binding import Bindable, Binder
from qansatz.synthesis.readout import MeasuredCircuit

if TYPE_CHECKING:
    from pytket.circuit import Circuit


class Backend:
    """Ideal outcomes through pytket, compiled by its own passes for the simulator; ``seed`` reproduces them.

    Raises:
        ImportError: when pytket-qiskit or qiskit-aer is not installed.
    """

    name: Final = "pytket-local"

    def __init__(self, seed: int | None = None) -> None:
        require("pytket.extensions.qiskit", self.name, "pytket-local")
        require("qiskit_aer", self.name, "pytket-local")
        from pytket.extensions.qiskit import AerBackend

        self._random = np.random.default_rng(seed)
        self._backend: Any = AerBackend()
        self._binder = Binder()

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: for a circuit of more than ``aer.MAX_QUBITS`` qubits.
            BackendError: with the simulator's reason, such as too little memory for the qubits.
        """
        refuse_too_large(circuits, self.name, MAX_QUBITS)
        built = [measured(self._binder(circuit.gates), circuit, values) for circuit in circuits]
        compiled = self._backend.get_compiled_circuits(built, optimisation_level=0)
        seed = int(self._random.integers(2**31))
        try:
            handles = self._backend.process_circuits(compiled, n_shots=list(shots), seed=seed)
            results = self._backend.get_results(handles)
        except (RuntimeError, ValueError) as error:
            raise BackendError(f"pytket could not run the circuits: {error}") from None
        return [
            _outcomes(result, len(circuit.measured), n)
            for result, circuit, n in zip(results, circuits, shots, strict=True)
        ]


def measured(gates: Bindable, circuit: MeasuredCircuit, values: Sequence[float]) -> Circuit:
    """The pytket circuit with numbers for its slots, its column k of outcomes measured into ``c[k]``."""
    from pytket.circuit import Circuit

    built = Circuit(gates.n_qubits, len(circuit.measured))
    thetas, phis = gates.angles(values)
    for name, qubits, theta, phi in zip(gates.names, gates.qubits, thetas, phis, strict=True):
        match name:
            case "rz":
                built.Rz(theta / math.pi, *qubits)
            case "rzz":
                built.ZZPhase(theta / math.pi, *qubits)
            case "u1q":
                built.PhasedX(theta / math.pi, phi / math.pi, *qubits)
    for column, qubit in enumerate(circuit.measured):
        built.Measure(qubit, column)
    return built


def _outcomes(result: Any, n_bits: int, n_shots: int) -> Outcomes:
    from pytket.circuit import Bit

    if not n_bits:
        return np.zeros((n_shots, 0), dtype=np.uint8)
    table = result.get_shots(cbits=[Bit(k) for k in range(n_bits)])
    return np.asarray(table, dtype=np.uint8)
