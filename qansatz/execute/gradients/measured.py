"""What the methods that run circuits have in common: the circuits of the value, shots, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.slopes import slopes
from qansatz.analysis.gradient.terms import commuting_terms
from qansatz.execute.backends.backend import Backend
from qansatz.execute.backends.statevector import MAX_QUBITS
from qansatz.execute.gradients.result import Gradient
from qansatz.execute.readings import (
    Floats,
    Reading,
    measure,
    reading,
    shots_for,
    shots_of,
)
from qansatz.model.angles import evaluate
from qansatz.progress import Progress
from qansatz.synthesis.readout import MeasuredCircuit, expectation_circuits

#: Simulators without noise: their circuits are not worth a search for fewer gates.
_IDEAL: Final = frozenset({"statevector", "aer", "pytket-local"})

ASSUMPTIONS: Final = (
    "shots are independent; errors come from their spread, and are too large rather than too small for few shots",
)
#: What a precision promises.
BY_PRECISION: Final = (
    "the precision is kept by the value's error and by the root mean square of the components' errors: one component's "
    "own error may be larger",
)
_NOISY: Final = "errors tell the spread of the shots, not what noise shifts"


def effort_for(backend: Backend) -> int:
    """How hard fewer two-qubit gates are looked for."""
    return 0 if backend.name in _IDEAL else 1


def refuse_exact(n_qubits: int) -> None:
    """Refuse exact expectations of more qubits than amplitudes are computed for, by a ``ValueError``."""
    if n_qubits > MAX_QUBITS:
        raise ValueError(
            f"exact expectations of {n_qubits} qubits are beyond the limit of {MAX_QUBITS}: measure "
            "them with shots"
        )


def exactly(
    schedule: Schedule, method: str, value: float, gradient: Floats, counts: tuple[int, int]
) -> Gradient:
    """The result without shots; ``counts`` are the circuits of the gradient and of the value."""
    return Gradient(
        value=value,
        value_error=None,
        gradient=gradient,
        standard_error=None,
        method=method,
        backend="statevector",
        n_circuits=counts[0],
        n_value_circuits=counts[1],
        n_shots=0,
        observable=schedule.observable.name,
    )


def assumed(backend: Backend, precision: float | None) -> tuple[str, ...]:
    """What errors from shots rest on."""
    return (
        *ASSUMPTIONS,
        *(() if precision is None else BY_PRECISION),
        *(() if backend.name in _IDEAL else (_NOISY,)),
    )


def constant(schedule: Schedule) -> float:
    """The observable's multiple of the identity."""
    return sum(
        float(term.coefficient) * (-1 if term.pauli.phase == 2 else 1)
        for term in schedule.observable.pulled_back
        if not term.pauli.x | term.pauli.z
    )


def slopes_at(schedule: Schedule, row: int, values: Sequence[float]) -> list[tuple[int, float]]:
    """The parameters that the angle of a rotation depends on, with its derivatives at slot values.

    Raises:
        ValueError: where one has no real value.
    """
    at_values = [(slot, evaluate(slope, values)) for slot, slope in slopes(schedule.model, row)]
    if any(slope != slope or abs(slope) == float("inf") for _, slope in at_values):
        raise ValueError(f"the angle of rotation {row} has no real derivative at this point")
    return at_values


def value_readings(schedule: Schedule, *, effort: float) -> tuple[Reading, ...]:
    """The circuits of the value, up to the observable's constant: one for each commuting set of its terms.

    The value is output ``schedule.n_parameters``.
    """
    weights = {term.pauli: float(term.coefficient) for term in schedule.terms}
    circuits = expectation_circuits(
        schedule.model, commuting_terms(schedule), rows=schedule.patterns.active, effort=effort
    )
    output = schedule.n_parameters
    return tuple(reading(c, [{output: weights[p.pauli]} for p in c.parities]) for c in circuits)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """The circuits of a gradient, compiled once for any number of points.

    ``weights[k]`` holds, for each parity of circuit k, pairs of a rotation and the parity's weight in the derivative by
    its angle. The readings ``valued`` give the value, up to the observable's constant, as output
    ``schedule.n_parameters``.
    """

    schedule: Schedule
    method: str
    circuits: tuple[MeasuredCircuit, ...]
    weights: tuple[tuple[tuple[tuple[int, float], ...], ...], ...]
    valued: tuple[Reading, ...]

    def readings(self, values: Sequence[float]) -> list[Reading]:
        """What each circuit adds to the components at slot values; ``ValueError`` where an angle is not real."""
        slopes_of: dict[int, list[tuple[int, float]]] = {}
        readings = []
        for circuit, parities in zip(self.circuits, self.weights, strict=True):
            rows: list[dict[int, float]] = []
            for parity in parities:
                rows.append({})
                for row, weight in parity:
                    if row not in slopes_of:
                        slopes_of[row] = slopes_at(self.schedule, row, values)
                    for slot, slope in slopes_of[row]:
                        rows[-1][slot] = rows[-1].get(slot, 0.0) + weight * slope
            readings.append(reading(circuit, rows))
        return readings

    def gradient(
        self,
        values: Sequence[float],
        backend: Backend,
        *,
        shots: int | None = None,
        precision: float | None = None,
        progress: Progress | None = None,
    ) -> Gradient:
        """Run all circuits at slot values (parameters, then inputs; radians), those of the value first.

        Exactly one of ``shots``, for all circuits together, and ``precision``, of the value and (as a root mean
        square) of the components, is given.

        Raises:
            ValueError: for fewer shots than circuits, or an angle without a real value or derivative.
        """
        n = self.schedule.n_parameters
        readings = self.readings(values)
        every = [*self.valued, *readings]
        if precision is None:
            n_shots = shots_of(every, shots or 0).tolist()
        else:
            n_shots = shots_for(self.valued, 1, precision).tolist()
            n_shots += shots_for(readings, n, precision).tolist()
        estimates = measure(every, n + 1, backend, values, n_shots, progress)
        return Gradient(
            value=float(estimates.means[n]) + constant(self.schedule),
            value_error=float(estimates.errors[n]),
            gradient=estimates.means[:n],
            standard_error=estimates.errors[:n],
            method=self.method,
            backend=backend.name,
            n_circuits=len(readings),
            n_value_circuits=len(self.valued),
            n_shots=estimates.n_shots,
            observable=self.schedule.observable.name,
            assumptions=assumed(backend, precision),
            complete=estimates.complete,
        )
