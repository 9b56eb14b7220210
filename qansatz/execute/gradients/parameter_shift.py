"""The gradient by the parameter-shift rule: two circuits for each active rotation and commuting set of terms.

The derivative by the angle of a rotation about a Pauli string is half the difference of the expectations at that angle
plus and minus π/2 (Mitarai et al., arXiv:1803.00745; Schuld et al., arXiv:1811.11184). Each commuting set is compiled
once, with a symbol of its own for the shift of every rotation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.methods import PARAMETER_SHIFT
from qansatz.analysis.gradient.terms import commuting_terms
from qansatz.circuits.gates import Gate
from qansatz.circuits.rotations import quarter
from qansatz.execute.gradients.measured import (
    Prepared,
    constant,
    exactly,
    refuse_exact,
    slopes_at,
    value_readings,
)
from qansatz.execute.gradients.result import Gradient
from qansatz.model.angles import Affine, Angle, add, scale, simplified, slot_symbol, slots
from qansatz.model.program import Model, SlotArray
from qansatz.pauli import states
from qansatz.progress import Progress, Step, in_steps
from qansatz.simulation.simulation import simulation
from qansatz.synthesis.readout import MeasuredCircuit, bare, expectation_circuits, narrowed

#: Amplitudes held at a time for exact expectations.
_AMPLITUDES: Final = 1 << 24


def prepare(schedule: Schedule, effort: float = 1, progress: Progress | None = None) -> Prepared:
    """Compile the shifted circuits and those of the value; ``effort`` is that of the search for fewer gates."""
    weights = {term.pauli: float(term.coefficient) for term in schedule.terms}
    shifted = [*shifted_circuits(schedule, effort=effort, progress=progress)]
    return Prepared(
        schedule=schedule,
        method=PARAMETER_SHIFT.name,
        circuits=tuple(circuit for _, _, circuit in shifted),
        weights=tuple(
            tuple(((row, sign / 2 * weights[p.pauli]),) for p in circuit.parities)
            for row, sign, circuit in shifted
        ),
        valued=value_readings(schedule, effort=effort),
    )


def shifted_circuits(
    schedule: Schedule, *, effort: float = 1, progress: Progress | None = None
) -> Iterator[tuple[int, int, MeasuredCircuit]]:
    """Rotation, sign of its shift by π/2 and circuit: set by set, rotation by rotation, plus before minus."""
    sets = commuting_terms(schedule)
    model = _with_shifts(schedule)
    n_slots = schedule.model.slots.n_parameters + schedule.model.slots.n_inputs
    circuits = expectation_circuits(model, sets, effort=effort)
    for circuit in in_steps(circuits, "compiling circuits", len(sets), progress):
        at_rest = replace(circuit.gates, slots=schedule.model.slots)
        gates = [_shifted(gate, n_slots, None, 0) for gate in circuit.gates.gates]
        touched: dict[int, list[int]] = {}
        for k, gate in enumerate(circuit.gates.gates):
            for slot in {s for angle in gate.angles for s in slots(angle) if s >= n_slots}:
                touched.setdefault(slot, []).append(k)
        for k, row in enumerate(schedule.patterns.rows.tolist()):
            for sign in (1, -1):
                moved = gates.copy()
                for at in touched.get(n_slots + k, ()):
                    moved[at] = _shifted(circuit.gates.gates[at], n_slots, n_slots + k, sign)
                yield row, sign, replace(circuit, gates=replace(at_rest, gates=tuple(moved)))


def _with_shifts(schedule: Schedule) -> Model:
    """The active rotations, with one more input for each differentiated one, which is added to its angle."""
    model = bare(schedule.model, schedule.patterns.active)
    old, rows = schedule.model.slots, schedule.patterns.rows
    n_slots = old.n_parameters + old.n_inputs
    shift = SlotArray(
        name="shift",
        shape=(len(rows),),
        start=n_slots,
        bounds=None,
        distribution=None,
        span=schedule.observable.span,
    )
    place = {row: n_slots + k for k, row in enumerate(rows.tolist())}
    angles = []
    for row in schedule.patterns.active.tolist():
        angle = schedule.model.rotations.angle(row)
        angles.append(add(angle, Affine(((place[row], 1),))) if row in place else angle)
    nowhere = np.full(len(angles), -1, dtype=np.int32)
    rotations = replace(
        model.rotations,
        slot=nowhere,
        expression=np.arange(len(angles), dtype=np.int32),
        factor=np.ones(len(angles), dtype=np.int32),
        offset=np.zeros(len(angles), dtype=np.int32),
        scalars=(0, 1),
        expressions=tuple(angles),
    )
    return replace(
        model,
        rotations=rotations,
        slots=replace(old, inputs=(*old.inputs, shift)) if len(rows) else old,
    )


def _shifted(gate: Gate, n_slots: int, target: int | None, sign: int) -> Gate:
    """The gate with ±π/2 for the shift ``target`` and 0 for the others."""
    angles = tuple(_without(angle, n_slots, target, sign) for angle in gate.angles)
    return replace(gate, angles=angles)


def _without(angle: Angle, n_slots: int, target: int | None, sign: int) -> Angle:
    if isinstance(angle, Affine):
        kept = Affine(tuple(t for t in angle.terms if t[0] < n_slots), angle.constant)
        factor = next((c for slot, c in angle.terms if slot == target), None)
        return kept if factor is None else add(kept, scale(factor, quarter(sign)))
    from sympy import pi

    numbers = {slot: sign * pi / 2 if slot == target else 0 for slot in slots(angle)}
    return simplified(
        angle.expression.subs({slot_symbol(s): x for s, x in numbers.items() if s >= n_slots})
    )


def exact(
    schedule: Schedule, values: Sequence[float], progress: Progress | None = None
) -> Gradient:
    """Value and gradient at slot values, from amplitudes; only rotations that the observable can feel are shifted.

    Raises:
        ValueError: for an angle without a real value or derivative, and for more qubits than amplitudes are computed
            for.
    """
    model, strings = narrowed(_with_shifts(schedule), [term.pauli for term in schedule.terms])
    n = model.n_qubits
    refuse_exact(n)
    rows = schedule.patterns.rows.tolist()
    prepared = simulation(model)
    terms = [
        (float(term.coefficient), states.action(pauli, n))
        for term, pauli in zip(schedule.terms, strings, strict=True)
    ]
    points = np.zeros((1 + 2 * len(rows), len(values) + len(rows)))
    points[:, : len(values)] = values
    for k in range(len(rows)):
        points[1 + 2 * k : 3 + 2 * k, len(values) + k] = math.pi / 2, -math.pi / 2
    costs = []
    step = max(1, _AMPLITUDES >> n)
    for start in range(0, len(points), step):
        if progress is not None:
            progress(Step(text="simulating points", done=start, total=len(points)))
        with np.errstate(all="ignore"):
            part = prepared.states(points[start : start + step], final_clifford=False)
        costs.append(states.expectations(part, terms))
    values_at = np.concatenate(costs)
    if not np.isfinite(values_at).all():
        raise ValueError("an angle has no real value at this point")
    gradient = np.zeros(schedule.n_parameters)
    for k, row in enumerate(rows):
        derivative = (values_at[1 + 2 * k] - values_at[2 + 2 * k]) / 2
        for slot, slope in slopes_at(schedule, row, values):
            gradient[slot] += slope * derivative
    counts = (2 * len(rows) * len(commuting_terms(schedule)), len(commuting_terms(schedule)))
    return exactly(
        schedule, PARAMETER_SHIFT.name, float(values_at[0]) + constant(schedule), gradient, counts
    )
