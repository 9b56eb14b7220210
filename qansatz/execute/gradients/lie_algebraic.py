"""All derivatives from the forward circuit alone (Heidari et al., arXiv:2404.05108).

The components are linear in the expectations of some strings on the forward circuit, with weights that are computed
(:mod:`qansatz.analysis.gradient.forward_map`) before anything is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qansatz.analysis.gradient.angle_columns import Floats, Indices
from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.cover import Allowance, cover
from qansatz.analysis.gradient.covering import conflict_rows
from qansatz.analysis.gradient.forward import MAX_OBSERVABLES, forward_parts
from qansatz.analysis.gradient.forward_map import ForwardMap, forward_map
from qansatz.analysis.gradient.methods import LIE_ALGEBRAIC
from qansatz.analysis.gradient.shots import Counts, allocate
from qansatz.execute.backends.backend import Backend
from qansatz.execute.gradients.measured import (
    assumed,
    constant,
    exactly,
    refuse_exact,
)
from qansatz.execute.gradients.result import Gradient
from qansatz.execute.readings import Reading, measure, shots_of
from qansatz.pauli import states
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.progress import Progress, in_steps
from qansatz.simulation.simulation import simulation
from qansatz.synthesis.readout import MeasuredCircuit, bare, expectation_circuits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LieAlgebraicGradient:
    """One gradient prepared for many evaluations on the forward circuit.

    The first ``n_circuits`` circuits give the gradient and perhaps terms of the value, ``n_value_circuits`` more only
    the value; ``circuits`` is empty where they are not to be run. ``value_weights`` and the observables of ``forward``
    are those of the ``strings`` that are measured; ``places`` says, circuit by circuit, which strings its parities are.
    """

    schedule: Schedule
    forward: ForwardMap
    strings: tuple[Pauli, ...]
    circuits: tuple[MeasuredCircuit, ...]
    n_circuits: int
    n_value_circuits: int
    places: tuple[Indices, ...]
    constant: float
    value_weights: Floats

    def exact(self, values: Sequence[float]) -> tuple[float, Floats]:
        """The value and the gradient from exact expectations of the strings.

        Raises:
            ValueError: for more qubits than amplitudes are computed for, or an angle without a real value.
        """
        schedule, n = self.schedule, self.schedule.model.n_qubits
        refuse_exact(n)
        self.forward.columns.angles(values)
        state = simulation(bare(schedule.model, schedule.patterns.active)).states(
            [values], final_clifford=False
        )
        means = np.array(
            [states.expectations(state, [(1.0, states.action(p, n))])[0] for p in self.strings]
        )
        value = self.constant + float(self.value_weights @ means)
        return value, self.forward.gradient(values, means)

    def readings(self, values: Sequence[float] | Floats) -> list[Reading]:
        """What each circuit tells at slot values: the components, and the value as the output after the last.

        Raises:
            ValueError: where an angle, or its derivative, has no real value.
        """
        every = np.vstack((self.forward.weights(values), self.value_weights))
        readings = []
        for circuit, place in zip(self.circuits, self.places, strict=True):
            part = every[:, place]
            outputs = np.flatnonzero(part.any(axis=1))
            readings.append(Reading(circuit=circuit, outputs=outputs, weights=part[outputs].T))
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
        """The value and gradient at slot values (parameters, then inputs; radians), measured on the forward circuit.

        ``shots`` are shared among all circuits for the least sum of squared errors that the weights at these values
        promise, whatever the state; with ``precision`` instead, the root mean square of the components' standard
        errors, and the error of the value, stay below it.

        Raises:
            ValueError: where there are too few shots, or an angle has no real value.
        """
        n = self.schedule.n_parameters
        readings = self.readings(values)
        if precision is None:
            n_shots = shots_of(readings, shots or 0)
        else:
            n_shots = _shots_for(readings, n, precision)
        estimates = measure(readings, n + 1, backend, values, n_shots.tolist(), progress)
        return Gradient(
            value=float(estimates.means[n]) + self.constant,
            value_error=float(estimates.errors[n]),
            gradient=estimates.means[:n],
            standard_error=estimates.errors[:n],
            method=LIE_ALGEBRAIC.name,
            backend=backend.name,
            n_circuits=self.n_circuits,
            n_value_circuits=self.n_value_circuits,
            n_shots=estimates.n_shots,
            observable=self.schedule.observable.name,
            assumptions=(
                *assumed(backend, precision),
                "components share outcomes, so that their errors are correlated",
            ),
            complete=estimates.complete,
        )


def prepare(
    schedule: Schedule, effort: float | None = 1, progress: Progress | None = None
) -> LieAlgebraicGradient:
    """Find the observables of the forward circuit and their weights as functions of the angles.

    Circuits are made where ``effort``, as of :func:`qansatz.synthesis.readout.expectation_circuits`, is given.

    Raises:
        ValueError: where there are more observables, strings or weights than their limits.
    """
    part = forward_parts(schedule).whole
    sets = [list(members) for members in part.sets] if part is not None else []
    if part is None and len(schedule.patterns.rows):
        raise ValueError(
            f"the derivatives need more than {MAX_OBSERVABLES} observables of the forward circuit, "
            "the limit of the Lie-algebraic method"
        )
    n_circuits = len(sets)
    model = schedule.model
    sets += _with_terms(sets, [term.pauli for term in schedule.terms], model.n_qubits)
    strings = {pauli: k for k, pauli in enumerate(p for members in sets for p in members)}
    forward = forward_map(schedule, [*strings])
    circuits: tuple[MeasuredCircuit, ...] = ()
    if effort is not None:
        rows = schedule.patterns.active
        made = expectation_circuits(model, sets, rows=rows, effort=effort)
        circuits = tuple(in_steps(made, "compiling circuits", len(sets), progress))
    value_weights = np.zeros(len(strings))
    for term in schedule.terms:
        value_weights[strings[term.pauli]] = float(term.coefficient)
    return LieAlgebraicGradient(
        schedule=schedule,
        forward=forward,
        strings=tuple(strings),
        circuits=circuits,
        n_circuits=n_circuits,
        n_value_circuits=len(sets) - n_circuits,
        places=tuple(
            np.array([strings[parity.pauli] for parity in circuit.parities], dtype=np.intp)
            for circuit in circuits
        ),
        constant=constant(schedule),
        value_weights=value_weights,
    )


def exact(schedule: Schedule, values: Sequence[float]) -> Gradient:
    """The value and gradient at slot values (parameters, then inputs; radians), from amplitudes.

    Raises:
        ValueError: where a limit of the method is exceeded, or an angle has no real value.
    """
    prepared = prepare(schedule, None)
    value, derivatives = prepared.exact(values)
    counts = (prepared.n_circuits, prepared.n_value_circuits)
    return exactly(schedule, LIE_ALGEBRAIC.name, value, derivatives, counts)


def _shots_for(readings: Sequence[Reading], n: int, precision: float) -> Counts:
    """Shots that keep the root mean square error of n components, and the error of output n, below a precision."""
    share = np.append(np.full(n, 1 / max(1, n)), 1.0)
    variances = [float((r.ranges**2 * share[r.outputs]).sum()) for r in readings]
    return allocate(variances, np.ones(len(readings)), precision**2)


def _with_terms(
    sets: list[list[Pauli]], terms: Sequence[Pauli], n_qubits: int
) -> list[list[Pauli]]:
    """Put the terms of O into sets that they commute with; the sets that the others need."""
    measured = {pauli for members in sets for pauli in members}
    left = []
    for pauli in terms:
        if pauli in measured:
            continue
        for members in sets:
            if not any(anticommute(pauli, other) for other in members):
                members.append(pauli)
                break
        else:
            left.append(pauli)
    if not left:
        return []
    covered = cover(conflict_rows(left, n_qubits), Allowance(2.0), exact=False)
    more: list[list[Pauli]] = [[] for _ in range(covered.n_sets)]
    for pauli, k in zip(left, covered.sets, strict=True):
        more[k].append(pauli)
    return more
