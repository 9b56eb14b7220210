"""All derivatives from the forward circuit alone (Heidari et al., arXiv:2404.05108).

∂_jC = (i/2)⟨[A_j, O]⟩ with A_j = W_jP_jW_j†, W_j the rotations after j, is linear in the expectations of the strings
iPO_a, P any string of A_j. The linear map P ↦ (i/2)⟨[P, O]⟩, carried backwards through the circuit, meets every P_j in
one sweep: no operator A_j is ever written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from qansatz.analysis.angle_columns import AngleColumns, Floats, Indices, angle_columns
from qansatz.analysis.cover import cover
from qansatz.analysis.forward import MAX_OBSERVABLES, forward_parts
from qansatz.analysis.schedule import Schedule, conflict_rows
from qansatz.analysis.shots import Counts, allocate
from qansatz.analysis.simulation import simulation
from qansatz.execute.backends import Backend
from qansatz.execute.by_schedule import MAX_QUBITS
from qansatz.execute.gradients import Gradient
from qansatz.execute.measured import ASSUMPTIONS, constant, effort_for
from qansatz.execute.readings import Progress, Reading, measure, shots_of
from qansatz.pauli import states
from qansatz.pauli.planes import Pairs, Reachable
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable, commutators
from qansatz.synthesis.readout import MeasuredCircuit, bare, expectation_circuits

#: The most strings in all A_j together, and the most weights of observables in derivatives.
MAX_STRINGS: Final = 20_000
MAX_WEIGHTS: Final = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LieAlgebraicGradient:
    """One gradient prepared for many evaluations on the forward circuit.

    The first ``n_circuits`` circuits give the gradient and perhaps terms of the value, ``n_value_circuits`` more only
    the value; ``circuits`` is empty where they are not to be run. ``value_weights`` and the columns of :meth:`weights`
    are those of the ``strings`` that are measured; ``places`` says, circuit by circuit, which strings its parities are.
    Step k of the sweep turns ``pairs[k]`` of the rows of ``start``, the weights of strings in P ↦ (i/2)⟨[P, O]⟩;
    ``found[k]`` is the row of P for rotation ``rows[k]`` where its derivative is wanted, else −1.
    """

    schedule: Schedule
    columns: AngleColumns
    strings: tuple[Pauli, ...]
    circuits: tuple[MeasuredCircuit, ...]
    n_circuits: int
    n_value_circuits: int
    places: tuple[Indices, ...]
    constant: float
    value_weights: Floats
    start: Floats
    rows: Indices
    found: Indices
    pairs: tuple[Pairs, ...]

    def weights(self, values: Sequence[float] | Floats) -> Floats:
        """The weight of every string in every component at slot values, shape (parameters, strings).

        Raises:
            ValueError: where an angle, or its derivative, has no real value.
        """
        swept = self._swept(self.columns.angles(values), self.start)
        return self.columns.by_parameters(values, swept)

    def exact(self, values: Sequence[float]) -> tuple[float, Floats]:
        """The value and the gradient from exact expectations of the strings.

        Raises:
            ValueError: for more qubits than amplitudes are computed for, or an angle without a real value.
        """
        schedule, n = self.schedule, self.schedule.model.n_qubits
        if n > MAX_QUBITS:
            raise ValueError(
                f"exact expectations of {n} qubits are beyond the limit of {MAX_QUBITS}: measure them "
                "with shots"
            )
        angles = self.columns.angles(values)
        state = simulation(bare(schedule.model, schedule.patterns.active)).states(
            [values], final_clifford=False
        )
        means = np.array(
            [states.expectations(state, [(1.0, states.action(p, n))])[0] for p in self.strings]
        )
        value = self.constant + float(self.value_weights @ means)
        found = self._swept(angles, self.start @ means)
        return value, self.columns.by_parameters(values, found)

    def readings(self, values: Sequence[float] | Floats) -> list[Reading]:
        """What each circuit tells at slot values: the components, and the value as the output after the last.

        Raises:
            ValueError: where an angle, or its derivative, has no real value.
        """
        every = np.vstack((self.weights(values), self.value_weights))
        found = []
        for circuit, place in zip(self.circuits, self.places, strict=True):
            part = every[:, place]
            outputs = np.flatnonzero(part.any(axis=1))
            found.append(Reading(circuit=circuit, outputs=outputs, weights=part[outputs].T))
        return found

    def _swept(self, angles: Floats, start: Floats) -> Floats:
        """The image of P_j under the map, for every rotation j: shape (rotations, …) as ``start`` is (strings, …)."""
        current = start.copy()
        derivatives = np.zeros((len(self.columns.factor), *start.shape[1:]))
        steps = [*zip(self.rows.tolist(), self.found.tolist(), self.pairs, strict=True)]
        for row, at, pairs in reversed(steps):
            if at >= 0:
                derivatives[row] = current[at]
            if pairs.shape[1]:
                cosine, sine = np.cos(angles[row]), np.sin(angles[row])
                first, second = current[pairs]
                current[pairs[0]] = cosine * first - sine * second
                current[pairs[1]] = sine * first + cosine * second
        return derivatives


def lie_algebraic_gradient(
    schedule: Schedule, *, effort: int | None = None
) -> LieAlgebraicGradient:
    """Find the observables of the forward circuit and the planes of the sweep.

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
    wanted = {*schedule.patterns.rows.tolist()}
    if len(model.rotations) * len(strings) > MAX_WEIGHTS:
        raise ValueError(
            f"{len(model.rotations):,} rotations and {len(strings)} observables are beyond the limit of "
            f"{MAX_WEIGHTS:,} weights"
        )
    circuits: tuple[MeasuredCircuit, ...] = ()
    if effort is not None:
        circuits = tuple(
            expectation_circuits(model, sets, rows=schedule.patterns.active, effort=effort)
        )
    rows = schedule.patterns.active
    axes = model.rotations.string[rows].tolist()
    reached = Reachable(model.rotations.strings, limit=MAX_STRINGS)
    counts, found = [], []
    for row, axis in zip(rows.tolist(), axes, strict=True):
        counts.append(reached.turn(axis))
        found.append(reached.insert([model.rotations.pauli(row)])[0] if row in wanted else -1)
    value_weights = np.zeros(len(strings))
    for term in schedule.terms:
        value_weights[strings[term.pauli]] = float(term.coefficient)
    return LieAlgebraicGradient(
        schedule=schedule,
        columns=angle_columns(model),
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
        start=_start(schedule, reached.strings, strings),
        rows=rows.astype(np.intp),
        found=np.array(found, dtype=np.intp),
        pairs=tuple(
            reached.pairs(axis)[:, :count] for axis, count in zip(axes, counts, strict=True)
        ),
    )


def lie_algebraic(
    schedule: Schedule,
    values: Sequence[float],
    backend: Backend | None,
    shots: int | None,
    *,
    precision: float | None = None,
    progress: Progress | None = None,
) -> Gradient:
    """The value and gradient at slot values (parameters, then inputs; radians), measured on the forward circuit.

    Without a backend the expectations are exact, from amplitudes. ``shots`` are shared among all circuits for the least
    sum of squared errors that the weights at these values promise, whatever the state; with ``precision`` instead, the
    root mean square of the components' standard errors, and the error of the value, stay below it.

    Raises:
        ValueError: where a limit of the method is exceeded, there are too few shots, or an angle has no real value.
    """
    effort = None if backend is None else effort_for(backend)
    prepared = lie_algebraic_gradient(schedule, effort=effort)
    n = schedule.n_parameters
    common: dict[str, Any] = {
        "method": "lie-algebraic",
        "n_circuits": prepared.n_circuits,
        "n_value_circuits": prepared.n_value_circuits,
        "observable": schedule.observable.name,
    }
    if backend is None:
        value, found = prepared.exact(values)
        return Gradient(
            value=value,
            value_error=None,
            gradient=found,
            standard_error=None,
            backend="statevector",
            n_shots=0,
            **common,
        )
    readings = prepared.readings(values)
    if precision is None:
        n_shots = shots_of(readings, shots or 0)
    else:
        n_shots = _shots_for(readings, n, precision)
    estimates = measure(readings, n + 1, backend, values, n_shots.tolist(), progress)
    return Gradient(
        value=float(estimates.means[n]) + prepared.constant,
        value_error=float(estimates.errors[n]),
        gradient=estimates.means[:n],
        standard_error=estimates.errors[:n],
        backend=backend.name,
        n_shots=estimates.n_shots,
        assumptions=(
            *ASSUMPTIONS,
            "components share outcomes, so that their errors are correlated",
        ),
        complete=estimates.complete,
        **common,
    )


def _shots_for(readings: Sequence[Reading], n: int, precision: float) -> Counts:
    """Shots that keep the root mean square error of n components, and the error of output n, below a precision."""
    share = np.append(np.full(n, 1 / max(1, n)), 1.0)
    variances = [float((r.ranges**2 * share[r.outputs]).sum()) for r in readings]
    return allocate(variances, np.ones(len(readings)), precision**2)


def _with_terms(
    sets: list[list[Pauli]], terms: Sequence[Pauli], n_qubits: int
) -> list[list[Pauli]]:
    """Put the terms of O into sets that they commute with; the sets that the others need."""
    known = {pauli for members in sets for pauli in members}
    left = []
    for pauli in terms:
        if pauli in known:
            continue
        for members in sets:
            if not any(anticommute(pauli, other) for other in members):
                members.append(pauli)
                break
        else:
            left.append(pauli)
    if not left:
        return []
    found = cover(conflict_rows(left, n_qubits), exact=False, seconds=2.0)
    more: list[list[Pauli]] = [[] for _ in range(found.n_sets)]
    for pauli, k in zip(left, found.sets, strict=True):
        more[k].append(pauli)
    return more


def _start(schedule: Schedule, table: PauliTable, strings: dict[Pauli, int]) -> Floats:
    """The map P ↦ (i/2)⟨[P, O]⟩ = Σ_a c_a⟨iPO_a⟩, over the O_a that anticommute with P, for every row P."""
    start = np.zeros((len(table), len(strings)))
    for term in schedule.terms:
        rows = np.flatnonzero(table.anticommute_with(term.pauli))
        if len(rows):
            right = PauliTable.from_paulis([term.pauli], table.n_qubits)
            products, numbers = commutators(table.take(rows), right)
            columns = np.array([strings[pauli] for pauli in products.paulis()])
            start[rows, columns] -= numbers * float(term.coefficient)
    return start
