"""The gradient by the circuits of a schedule: one for each sign pattern, commuting set and class.

Each circuit's parities give the derivatives by the angles of its rotations; the chain rule makes them derivatives by
the parameters, before any average, so that errors count what parities of one circuit have in common.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qansatz.analysis.gradient.circuits import GradientCircuit, Schedule
from qansatz.analysis.gradient.methods import SCHEDULE
from qansatz.analysis.gradient.terms import commuting_terms
from qansatz.execute.gradients.measured import (
    Prepared,
    constant,
    exactly,
    refuse_exact,
    slopes_at,
    value_readings,
)
from qansatz.execute.gradients.result import Gradient
from qansatz.execute.readings import Floats
from qansatz.model.program import Model
from qansatz.pauli import states
from qansatz.pauli.strings import Pauli
from qansatz.progress import Progress, Step, in_steps
from qansatz.simulation.simulation import simulation
from qansatz.synthesis.readout import bare, felt, gradient_circuits, narrowed
from qansatz.synthesis.readout import prepared as prepared_model


def prepare(schedule: Schedule, effort: float = 1, progress: Progress | None = None) -> Prepared:
    """Compile the circuits of a schedule and of the value; ``effort`` is that of the search for fewer gates."""
    circuits = in_steps(
        gradient_circuits(schedule, effort=effort),
        "compiling circuits",
        schedule.n_circuits,
        progress,
    )
    compiled_circuits, weights = [], []
    for circuit, compiled in zip(schedule.circuits(), circuits, strict=True):
        of: dict[Pauli, list[tuple[int, float]]] = {}
        for m in circuit.measurements:
            of.setdefault(m.pauli, []).append((m.rotation, float(m.weight)))
        compiled_circuits.append(compiled)
        weights.append(tuple(tuple(of[p.pauli]) for p in compiled.parities))
    return Prepared(
        schedule=schedule,
        method=SCHEDULE.name,
        circuits=tuple(compiled_circuits),
        weights=tuple(weights),
        valued=value_readings(schedule, effort=effort),
    )


def component_weights(
    schedule: Schedule, circuit: GradientCircuit, values: Sequence[float]
) -> dict[Pauli, dict[int, float]]:
    """For each string that a circuit measures, its weight in the derivatives by the parameters it matters to."""
    slopes: dict[int, list[tuple[int, float]]] = {}
    weights: dict[Pauli, dict[int, float]] = {}
    for m in circuit.measurements:
        if m.rotation not in slopes:
            slopes[m.rotation] = slopes_at(schedule, m.rotation, values)
        entries = weights.setdefault(m.pauli, {})
        for slot, slope in slopes[m.rotation]:
            entries[slot] = entries.get(slot, 0.0) + float(m.weight) * slope
    return weights


def exact(
    schedule: Schedule, values: Sequence[float], progress: Progress | None = None
) -> Gradient:
    """Value and gradient at slot values, from the amplitudes of every circuit.

    Raises:
        ValueError: for an angle without a real value or derivative, and for more qubits than amplitudes are computed
            for.
    """
    model, n = schedule.model, schedule.n_parameters
    weights = {term.pauli: {0: float(term.coefficient)} for term in schedule.terms}
    forward = bare(model, schedule.patterns.active)
    value = constant(schedule) + float(_expected(forward, weights, values, 1)[0])
    gradient = np.zeros(n)
    of_class: dict[int, list[GradientCircuit]] = {}
    for circuit in schedule.circuits():
        of_class.setdefault(int(schedule.circuit_class[circuit.index]), []).append(circuit)
    for k, circuits in enumerate(of_class.values()):
        if progress is not None:
            progress(Step(text="simulating sign patterns", done=k, total=len(of_class)))
        together: dict[Pauli, dict[int, float]] = {}
        for circuit in circuits:
            together |= component_weights(schedule, circuit, values)
        gradient += _expected(prepared_model(schedule, circuits[0]), together, values, n)
    counts = (schedule.n_circuits, len(commuting_terms(schedule)))
    return exactly(schedule, SCHEDULE.name, value, gradient, counts)


def _expected(
    model: Model, weights: dict[Pauli, dict[int, float]], values: Sequence[float], n_outputs: int
) -> Floats:
    """Σ weight·⟨string⟩ on the state of a model, for every output."""
    sums = np.zeros(n_outputs)
    if not weights:
        return sums
    smaller, strings = narrowed(felt(model, [*weights]), [*weights])
    n = smaller.n_qubits
    refuse_exact(n)
    with np.errstate(all="ignore"):
        state = simulation(smaller).states([values], final_clifford=False)
    for pauli, entries in zip(strings, weights.values(), strict=True):
        mean = float(states.expectations(state, [(1.0, states.action(pauli, n))])[0])
        for output, weight in entries.items():
            sums[output] += weight * mean
    if not np.isfinite(sums).all():
        raise ValueError("an angle has no real value at this point")
    return sums
