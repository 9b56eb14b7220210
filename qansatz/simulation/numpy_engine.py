"""States by NumPy, many at a time: fast for few qubits, and everywhere at hand."""

from __future__ import annotations

import numpy as np

from qansatz.pauli import states as pure
from qansatz.pauli.states import Action, Floats, States
from qansatz.pauli.tables import PauliTable
from qansatz.simulation.engine import Rows, Slopes

#: The most bytes that the precomputed actions of strings may take.
_ACTION_BYTES = 1 << 28


class Engine:
    """Whole batches in column-major order; see :class:`qansatz.simulation.engine.Engine`."""

    def __init__(self, initial: States, strings: PauliTable) -> None:
        """``initial`` has shape (2ⁿ,)."""
        self._initial, self._strings = initial, strings
        self._known: dict[int, Action] = {}

    def states(self, rows: Rows, angles: Floats) -> States:
        """The states, shape (batch, 2ⁿ), after rotations by angles (rotations, batch) in radians."""
        current = pure.copies(self._initial, angles.shape[1])
        for row, angle in zip(rows, angles, strict=True):
            pure.rotate(current, self._action(row), angle)
        return current

    def derivatives(
        self, rows: Rows, angles: Floats, slopes: Slopes, n_parameters: int
    ) -> tuple[States, States]:
        """|ψ⟩ (2ⁿ,) and ∂_k|ψ⟩ (parameters, 2ⁿ) after rotations by angles (rotations,).

        Forward mode: every derivative is carried along with the state, and each rotation adds its own to it.
        """
        together = np.zeros((n_parameters + 1, len(self._initial)), np.complex128, order="F")
        together[-1] = self._initial
        for row, angle, slope in zip(rows, angles, slopes, strict=True):
            pure.rotate(together, self._action(row), angle)
            if slope:
                turned = -0.5j * self._action(row).apply(together[-1:])[0]
                for parameter, factor in slope:
                    together[parameter] += factor * turned
        return together[-1], together[:-1]

    def _action(self, row: int) -> Action:
        """The action of a string; kept while there is room."""
        if row in self._known:
            return self._known[row]
        action = pure.action(self._strings.pauli(row), self._strings.n_qubits)
        if len(self._known) < _ACTION_BYTES // (24 << self._strings.n_qubits):
            self._known[row] = action
        return action
