"""What evolves states: one interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from qansatz.pauli.states import Floats, States

#: A rotation in a circuit: the row of its string.
Rows: TypeAlias = Sequence[int]
#: For each rotation the parameters it depends on, with ∂angle/∂parameter.
Slopes: TypeAlias = Sequence[Sequence[tuple[int, float]]]


class Engine(Protocol):
    """Rotations about strings, applied in order to copies of one state."""

    def states(self, rows: Rows, angles: Floats) -> States:
        """The states, shape (batch, 2ⁿ), after rotations by angles (rotations, batch) in radians."""

    def derivatives(
        self, rows: Rows, angles: Floats, slopes: Slopes, n_parameters: int
    ) -> tuple[States, States]:
        """|ψ⟩ (2ⁿ,) and ∂_k|ψ⟩ (parameters, 2ⁿ) after rotations by angles (rotations,)."""
