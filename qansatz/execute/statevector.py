"""The embedded backend: exact amplitudes with NumPy, outcomes drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.execute.backends import Outcomes
from qansatz.model.angles import evaluate
from qansatz.pauli import states
from qansatz.synthesis.native import as_rotations
from qansatz.synthesis.readout import MeasuredCircuit

#: The most qubits, the ancilla included: 2²⁴ amplitudes take 256 MB.
MAX_QUBITS: Final = 24


class Backend:
    """Ideal outcomes; ``seed`` reproduces them."""

    name: Final = "statevector"

    def __init__(self, seed: int | None = None) -> None:
        self._random = np.random.default_rng(seed)

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: for a circuit of more than ``MAX_QUBITS`` qubits.
        """
        return [
            self._draw(circuit, final_state(circuit, values), n)
            for circuit, n in zip(circuits, shots, strict=True)
        ]

    def _draw(
        self, circuit: MeasuredCircuit, state: npt.NDArray[np.complex128], n_shots: int
    ) -> Outcomes:
        probabilities = state.real**2 + state.imag**2
        index = self._random.choice(len(state), size=n_shots, p=probabilities / probabilities.sum())
        n = circuit.gates.n_qubits
        columns = [index >> (n - 1 - qubit) & 1 for qubit in circuit.measured]
        return np.array(columns, dtype=np.uint8).reshape(len(columns), n_shots).T


def final_state(circuit: MeasuredCircuit, values: Sequence[float]) -> npt.NDArray[np.complex128]:
    """The amplitudes of shape (2ⁿ,) before the measurement, qubit 0 most significant.

    Raises:
        ValueError: for a circuit of more than ``MAX_QUBITS`` qubits.
    """
    n = circuit.gates.n_qubits
    if n > MAX_QUBITS:
        raise ValueError(f"{n} qubits are too many to simulate; the limit is {MAX_QUBITS}")
    start = np.zeros(2**n, dtype=np.complex128)
    start[0] = 1
    state = states.copies(start, 1)
    for gate in circuit.gates.gates:
        for item in as_rotations(gate):
            angle = evaluate(item.angle, values)
            states.rotate(state, states.action(item.pauli, n), angle)
    found: npt.NDArray[np.complex128] = state[0]
    return found
