"""The embedded backend: exact amplitudes with NumPy, outcomes drawn from them."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.execute.backends.backend import Outcomes, refuse_too_large
from qansatz.execute.backends.binding import Bindable, Binder
from qansatz.synthesis.readout import MeasuredCircuit

Amplitudes = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]

#: The most qubits, the ancilla included: 2²⁴ amplitudes take 256 MB.
MAX_QUBITS: Final = 24


class Backend:
    """Ideal outcomes; ``seed`` reproduces them."""

    name: Final = "statevector"

    def __init__(self, seed: int | None = None) -> None:
        self._random = np.random.default_rng(seed)
        self._binder = Binder()

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: for a circuit of more than ``MAX_QUBITS`` qubits, or an angle that is no real number.
        """
        refuse_too_large(circuits, self.name, MAX_QUBITS)
        return [
            self._draw(circuit, amplitudes(self._binder(circuit.gates), values), n)
            for circuit, n in zip(circuits, shots, strict=True)
        ]

    def _draw(self, circuit: MeasuredCircuit, state: Amplitudes, n_shots: int) -> Outcomes:
        weights = _squares(state)
        index = self._random.choice(len(state), size=n_shots, p=weights / weights.sum())
        n = circuit.gates.n_qubits
        columns = [index >> (n - 1 - qubit) & 1 for qubit in circuit.measured]
        return np.array(columns, dtype=np.uint8).reshape(len(columns), n_shots).T


def amplitudes(gates: Bindable, values: npt.ArrayLike) -> Amplitudes:
    """What the gates make of |0…0⟩ at slot values: shape (2ⁿ,), qubit 0 most significant, up to a global phase.

    Raises:
        ValueError: for more than ``MAX_QUBITS`` qubits, or an angle that is no real number.
    """
    if gates.n_qubits > MAX_QUBITS:
        raise ValueError(
            f"{gates.n_qubits} qubits are too many to simulate; the limit is {MAX_QUBITS}"
        )
    state = np.zeros(2**gates.n_qubits, dtype=np.complex128)
    state[0] = 1
    thetas, phis = gates.angles(values)
    for name, qubits, theta, phi in zip(gates.names, gates.qubits, thetas, phis, strict=True):
        match name:
            case "rz":
                state.reshape(2 ** qubits[0], 2, -1)[:, 1] *= cmath.exp(1j * theta)
            case "rzz":
                low, high = sorted(qubits)
                view = state.reshape(2**low, 2, 2 ** (high - low - 1), 2, -1)
                phase = cmath.exp(1j * theta)
                view[:, 0, :, 1] *= phase
                view[:, 1, :, 0] *= phase
            case "u1q":
                _turn(state.reshape(2 ** qubits[0], 2, -1), theta, phi)
    return state


def _turn(pairs: Amplitudes, theta: float, phi: float) -> None:
    """exp(−iθ/2·(cos φ·X + sin φ·Y)) in place on amplitudes of shape (·, 2, ·)."""
    cosine, sine = math.cos(theta / 2), -1j * math.sin(theta / 2)
    zero, ones = pairs[:, 0], pairs[:, 1]
    from_one = ones * (sine * cmath.exp(-1j * phi))
    from_zero = zero * (sine * cmath.exp(1j * phi))
    pairs *= cosine
    zero += from_one
    ones += from_zero


def _squares(state: Amplitudes) -> Floats:
    probabilities: Floats = state.real**2 + state.imag**2
    return probabilities
