"""Value and gradient without states or circuits, in the adjoint representation (g-sim, Goh et al., arXiv:2308.01432).

The expectations of the strings that the rotations make of the observable, backwards through the circuit, are all that
is needed. Each rotation turns pairs of them: with iPQ = Q', ⟨Q⟩ ↦ cos θ·⟨Q⟩ + sin θ·⟨Q'⟩ and ⟨Q'⟩ ↦ cos θ·⟨Q'⟩ −
sin θ·⟨Q⟩. For an observable in the Lie algebra of the rotations there are at most as many strings as its dimension;
outside it the same holds as long as they are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qansatz.analysis.gradient.angle_columns import AngleColumns, Floats, Indices, angle_columns
from qansatz.analysis.gradient.methods import ADJOINT
from qansatz.execute.gradients.result import Gradient
from qansatz.model.program import Model, Observable
from qansatz.pauli import planes
from qansatz.pauli.planes import Pairs, Reachable
from qansatz.pauli.stabilizer_states import expectations
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

#: The most strings, unless another limit is given.
MAX_STRINGS: Final = planes.MAX_STRINGS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdjointSimulation:
    """One observable of one model, prepared for many evaluations.

    ``initial`` and ``observable`` are the expectations of the strings in the initial state and the coefficients of O,
    each of shape (strings,); ``constant`` is O's multiple of the identity. Step k turns the ``pairs[k]`` by the angle
    of rotation ``rows[k]``, in time order; rotations that O cannot feel are left out.
    """

    name: str
    columns: AngleColumns
    strings: PauliTable
    initial: Floats
    observable: Floats
    constant: float
    rows: Indices
    pairs: tuple[Pairs, ...]

    @property
    def n_strings(self) -> int:
        """The number of strings whose expectations are followed."""
        return len(self.strings)

    def value(self, values: Sequence[float] | Floats) -> float:
        """⟨O⟩ at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: where an angle has no real value.
        """
        return self._value(self._forward(self._turns(values)))

    def value_and_gradient(self, values: Sequence[float] | Floats) -> tuple[float, Floats]:
        """⟨O⟩ and its derivatives by the parameters, shape (parameters,), at slot values.

        The forward sweep gives the value; a backward sweep undoes the rotations on the expectations while it carries
        the observable to meet them, and reads one derivative at each.

        Raises:
            ValueError: where an angle, or its derivative, has no real value.
        """
        turns = self._turns(values)
        means = self._forward(turns)
        value = self._value(means)
        both = means + 1j * self.observable
        derivatives = np.zeros(len(self.columns.factor))
        back = turns.transpose(0, 2, 1).copy()
        steps = zip(self.rows.tolist(), self.pairs, back, strict=True)
        for row, pairs, turn in reversed([*steps]):
            turned = both.take(pairs)
            derivatives[row] = np.vdot(turned[1], turned[0]).imag
            both[pairs] = (turn @ turned.view(np.float64)).view(np.complex128)
        return value, self.columns.by_parameters(values, derivatives)

    def gradient(self, values: Sequence[float] | Floats) -> Gradient:
        """The value and gradient at slot values (parameters, then inputs; radians), without circuits.

        Raises:
            ValueError: where an angle has no real value.
        """
        value, derivatives = self.value_and_gradient(values)
        text = f"all {self.n_strings:,} strings that the rotations make of the observable were followed"
        return Gradient(
            value=value,
            value_error=None,
            gradient=derivatives,
            standard_error=None,
            method=ADJOINT.name,
            backend=None,
            n_circuits=0,
            n_shots=0,
            observable=self.name,
            assumptions=(text,),
        )

    def _turns(self, values: Sequence[float] | Floats) -> Floats:
        """The plane rotation of every step, shape (steps, 2, 2)."""
        angles = self.columns.angles(values)[self.rows]
        cosine, sine = np.cos(angles), np.sin(angles)
        return np.stack((cosine, sine, -sine, cosine), axis=1).reshape(-1, 2, 2)

    def _forward(self, turns: Floats) -> Floats:
        means = self.initial.copy()
        for pairs, turn in zip(self.pairs, turns, strict=True):
            means[pairs] = turn @ means.take(pairs)
        return means

    def _value(self, means: Floats) -> float:
        return self.constant + float(means @ self.observable)


def adjoint_simulation(
    model: Model, observable: Observable | None = None, *, limit: int = MAX_STRINGS
) -> AdjointSimulation:
    """Gather the strings of an observable (the first, unless one is given), their planes and initial expectations.

    Raises:
        ValueError: where the model has no observable.
        TooManyStringsError: where there are more strings than ``limit``, or more pairs than
            :data:`qansatz.pauli.planes.MAX_PAIRS`.
    """
    if observable is None:
        if not model.observables:
            raise ValueError("the ansatz has no observable, so there is nothing to simulate")
        observable = model.observables[0]
    rotations = model.rotations
    reached = Reachable(rotations.strings, limit=limit)
    coefficients: dict[Pauli, float] = {}
    for term in observable.pulled_back:
        sign = -1 if term.pauli.phase else 1
        bare = Pauli(term.pauli.x, term.pauli.z)
        coefficients[bare] = coefficients.get(bare, 0.0) + sign * float(term.coefficient)
    constant = coefficients.pop(Pauli(0, 0), 0.0)
    weights = np.array([*coefficients.values()])
    reached.insert([*coefficients])
    string = rotations.string.tolist()
    counts = [reached.turn(axis) for axis in reversed(string)][::-1]
    rows = np.flatnonzero(counts)
    strings = reached.strings
    return AdjointSimulation(
        name=observable.name,
        columns=angle_columns(model),
        strings=strings,
        initial=expectations(strings, model.initial.stabilizers).astype(np.float64),
        observable=np.append(weights, np.zeros(len(strings) - len(weights))),
        constant=constant,
        rows=rows,
        pairs=tuple(reached.pairs(string[row])[:, : counts[row]] for row in rows.tolist()),
    )
