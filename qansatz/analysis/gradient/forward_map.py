"""The weights of observables of the forward circuit in all derivatives, by one backward sweep.

∂_jC = (i/2)⟨[A_j, O]⟩ with A_j = W_jP_jW_j†, W_j the rotations after j (Heidari et al., arXiv:2404.05108). The linear
map P ↦ (i/2)⟨[P, O]⟩ = Σ_a c_a⟨iPO_a⟩, carried backwards through the circuit, meets every P_j in turn: no A_j is
ever written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.angle_columns import AngleColumns, Floats, Indices, angle_columns
from qansatz.analysis.gradient.circuits import Schedule
from qansatz.pauli.planes import Pairs, Reachable
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable, commutators

#: The most strings in all A_j together, and the most weights of observables in derivatives.
MAX_STRINGS: Final = 20_000
MAX_WEIGHTS: Final = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForwardMap:
    """The derivatives by some rotations as linear maps of expectations on the forward circuit.

    ``start``, of shape (strings of all A_j, observables), is the map at the end of the circuit. Step k of the sweep
    turns its ``pairs[k]`` by the angle of rotation ``rows[k]``; row ``found[k]`` then is the derivative by that
    rotation, where it is wanted, else ``found[k]`` is −1.
    """

    columns: AngleColumns
    start: Floats
    rows: Indices
    found: Indices
    pairs: tuple[Pairs, ...]

    def weights(self, values: npt.ArrayLike) -> Floats:
        """The weight of every observable in every component at slot values, shape (parameters, observables).

        Raises:
            ValueError: where an angle, or its derivative, has no real value.
        """
        return self._by_parameters(values, self.start)

    def gradient(self, values: npt.ArrayLike, means: Floats) -> Floats:
        """The components at slot values from the expectations of the observables; ``ValueError`` as :meth:`weights`."""
        return self._by_parameters(values, self.start @ means)

    def _by_parameters(self, values: npt.ArrayLike, start: Floats) -> Floats:
        angles = self.columns.angles(values)
        current = start.copy()
        derivatives = np.zeros((len(angles), *start.shape[1:]))
        steps = [*zip(self.rows.tolist(), self.found.tolist(), self.pairs, strict=True)]
        for row, at, pairs in reversed(steps):
            if at >= 0:
                derivatives[row] = current[at]
            if pairs.shape[1]:
                cosine, sine = np.cos(angles[row]), np.sin(angles[row])
                first, second = current[pairs]
                current[pairs[0]] = cosine * first - sine * second
                current[pairs[1]] = sine * first + cosine * second
        return self.columns.by_parameters(values, derivatives)


def forward_map(schedule: Schedule, observables: Sequence[Pauli], *, first: int = 0) -> ForwardMap:
    """The map for the active rows from ``first`` on, in terms of all their observables (positive strings).

    Raises:
        ValueError: beyond ``MAX_STRINGS`` or ``MAX_WEIGHTS``.
    """
    model, active = schedule.model, schedule.patterns.active
    if len(model.rotations) * len(observables) > MAX_WEIGHTS:
        raise ValueError(
            f"{len(model.rotations):,} rotations and {len(observables)} observables are beyond the limit "
            f"of {MAX_WEIGHTS:,} weights"
        )
    wanted = {*schedule.patterns.rows.tolist()}
    rows = active[active >= first]
    axes = model.rotations.string[rows].tolist()
    reached = Reachable(model.rotations.strings, limit=MAX_STRINGS)
    counts, entries = [], []
    for row, axis in zip(rows.tolist(), axes, strict=True):
        counts.append(reached.turn(axis))
        entries.append(reached.insert([model.rotations.pauli(row)])[0] if row in wanted else -1)
    return ForwardMap(
        columns=angle_columns(model),
        start=_start(schedule, reached.strings, observables),
        rows=rows.astype(np.intp),
        found=np.array(entries, dtype=np.intp),
        pairs=tuple(
            reached.pairs(axis)[:, :count] for axis, count in zip(axes, counts, strict=True)
        ),
    )


def _start(schedule: Schedule, table: PauliTable, observables: Sequence[Pauli]) -> Floats:
    """Σ_a c_a⟨iPO_a⟩ over the O_a that anticommute with P, for every row P."""
    place = {pauli: k for k, pauli in enumerate(observables)}
    start = np.zeros((len(table), len(place)))
    for term in schedule.terms:
        rows = np.flatnonzero(table.anticommute_with(term.pauli))
        if len(rows):
            right = PauliTable.from_paulis([term.pauli], table.n_qubits)
            products, numbers = commutators(table.take(rows), right)
            columns = np.array([place[pauli] for pauli in products.paulis()])
            start[rows, columns] -= numbers * float(term.coefficient)
    return start
