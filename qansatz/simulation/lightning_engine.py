"""States by PennyLane's Lightning (``lightning.qubit``), one at a time, on one thread.

Its simulator is called without PennyLane's queue: ``lightning_qubit_ops.StateVectorC128`` with ``applyPauliRot``, which
is exp(−iθ/2·P) with wire 0 most significant, as here.
"""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from qansatz.pauli.states import Floats, States
from qansatz.pauli.tables import PauliTable
from qansatz.simulation.engine import Rows, Slopes


def operations() -> Any:
    """Lightning's state vectors.

    Raises:
        ImportError: when it is not installed, or cannot rotate about strings (before version 0.43).
    """
    from pennylane_lightning import lightning_qubit_ops

    if not hasattr(lightning_qubit_ops.StateVectorC128, "applyPauliRot"):
        raise ImportError("this version of pennylane-lightning has no applyPauliRot")
    return lightning_qubit_ops


class Engine:
    """Row by row in row-major order; see :class:`qansatz.simulation.engine.Engine`."""

    def __init__(self, initial: States, strings: PauliTable) -> None:
        """``initial`` has shape (2ⁿ,)."""
        operations()
        self._initial = np.ascontiguousarray(initial)
        self._n_qubits = strings.n_qubits
        self._strings = [_letters(word) for word in strings.words()]

    def states(self, rows: Rows, angles: Floats) -> States:
        """The states, shape (batch, 2ⁿ), after rotations by angles (rotations, batch) in radians."""
        states = np.empty((angles.shape[1], len(self._initial)), dtype=np.complex128)
        vector = self._vector()
        for state, column in zip(states, angles.T.tolist(), strict=True):
            vector.updateData(self._initial)
            for row, angle in zip(rows, column, strict=True):
                self._rotate(vector, row, angle)
            vector.getState(state)
        return states

    def derivatives(
        self, rows: Rows, angles: Floats, slopes: Slopes, n_parameters: int
    ) -> tuple[States, States]:
        """|ψ⟩ (2ⁿ,) and ∂_k|ψ⟩ (parameters, 2ⁿ) after rotations by angles (rotations,).

        Forward mode: a derivative is carried along from the first rotation that depends on its parameter on. The
        rotation by π is −iP.
        """
        state, moved = self._vector(), self._vector()
        state.updateData(self._initial)
        derivatives = np.zeros((n_parameters, len(self._initial)), dtype=np.complex128)
        now, turned = np.empty_like(self._initial), np.empty_like(self._initial)
        started: dict[int, Any] = {}
        for row, angle, slope in zip(rows, angles.tolist(), slopes, strict=True):
            for vector in (state, *started.values()):
                self._rotate(vector, row, angle)
            if not slope:
                continue
            state.getState(now)
            moved.updateData(now)
            self._rotate(moved, row, pi)
            moved.getState(turned)
            for parameter, factor in slope:
                if parameter in started:
                    started[parameter].getState(derivatives[parameter])
                else:
                    started[parameter] = self._vector()
                derivatives[parameter] += 0.5 * factor * turned
                started[parameter].updateData(derivatives[parameter])
        for parameter, vector in started.items():
            vector.getState(derivatives[parameter])
        state.getState(now)
        return now, derivatives

    def _vector(self) -> Any:
        return operations().StateVectorC128(self._n_qubits)

    def _rotate(self, vector: Any, row: int, angle: float) -> None:
        wires, letters = self._strings[row]
        vector.applyPauliRot(wires, False, [angle], letters)


def _letters(word: str) -> tuple[list[int], str]:
    """The qubits that a word acts on, and its letters there."""
    wires = [k for k, letter in enumerate(word) if letter != "I"]
    return wires, "".join(word[k] for k in wires)
