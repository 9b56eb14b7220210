"""Qiskit's simulator: ideal outcomes, fast for many shots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from qansatz.execute.backends.backend import BackendError, Outcomes, refuse_too_large, require
from qansatz.execute.backends.binding import Bindable, Binder
from qansatz.synthesis.readout import MeasuredCircuit

if TYPE_CHECKING:
    from qiskit.circuit import QuantumCircuit

#: The most qubits, the ancilla included: 2³⁰ amplitudes take 16 GB.
MAX_QUBITS: Final = 30


class Backend:
    """Ideal outcomes from ``AerSimulator``; ``seed`` reproduces them.

    Raises:
        ImportError: when qiskit-aer is not installed.
    """

    name: Final = "aer"

    def __init__(self, seed: int | None = None) -> None:
        require("qiskit_aer", self.name, "aer")
        from qiskit_aer import AerSimulator

        self._random = np.random.default_rng(seed)
        self._simulator: Any = AerSimulator()
        self._binder = Binder()

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: for a circuit of more than ``MAX_QUBITS`` qubits.
            BackendError: with the simulator's reason, such as too little memory for the qubits.
        """
        refuse_too_large(circuits, self.name, MAX_QUBITS)
        outcomes: dict[int, Outcomes] = {}
        for n_shots in sorted(set(shots)):
            rows = [row for row, n in enumerate(shots) if n == n_shots]
            built = [
                _circuit(self._binder(circuits[row].gates), circuits[row], values) for row in rows
            ]
            seed = int(self._random.integers(2**31))
            result = self._simulator.run(built, shots=n_shots, seed_simulator=seed).result()
            if not result.success:
                raise BackendError(f"qiskit-aer could not run the circuits: {result.status}")
            for k, row in enumerate(rows):
                counts = result.data(k).get("counts", {})
                outcomes[row] = self._drawn(counts, len(circuits[row].measured), n_shots)
        return [outcomes[row] for row in range(len(circuits))]

    def _drawn(self, counts: Mapping[str, int], n_bits: int, n_shots: int) -> Outcomes:
        """Counts of hexadecimal numbers, bit k for column k, as outcomes in random order."""
        if not n_bits:
            return np.zeros((n_shots, 0), dtype=np.uint8)
        rows = [[int(key, 16) >> k & 1 for k in range(n_bits)] for key in counts]
        table = np.array(rows, dtype=np.uint8).reshape(len(rows), n_bits)
        outcomes = np.repeat(table, list(counts.values()), axis=0)
        return self._random.permutation(outcomes)


def _circuit(gates: Bindable, circuit: MeasuredCircuit, values: Sequence[float]) -> QuantumCircuit:
    from qiskit.circuit import QuantumCircuit

    built = QuantumCircuit(gates.n_qubits, len(circuit.measured))
    thetas, phis = gates.angles(values)
    for name, qubits, theta, phi in zip(gates.names, gates.qubits, thetas, phis, strict=True):
        match name:
            case "rz":
                built.rz(theta, *qubits)
            case "rzz":
                built.rzz(theta, *qubits)
            case "u1q":
                built.r(theta, phi, *qubits)
    built.measure(list(circuit.measured), range(len(circuit.measured)))
    return built
