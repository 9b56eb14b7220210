"""Gates and measurements of every circuit of a value and a gradient, counted."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Final

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.terms import commuting_terms
from qansatz.cost.options import Purpose
from qansatz.cost.pytket_default import Counts, default_counts
from qansatz.cost.resources import Resources, resources
from qansatz.model.elaboration.initial import ket_state
from qansatz.model.program import Model, Observable
from qansatz.pauli.strings import Pauli
from qansatz.progress import Progress, in_steps
from qansatz.synthesis.lower import lower
from qansatz.synthesis.readout import (
    expectation_circuits,
    measured,
    prepared,
    share,
    with_rotations,
)

#: About microseconds for each letter of the strings of a circuit, and for each unit of effort.
_OF_LETTER: Final = 300
_OF_EFFORT: Final = 1_500_000


def evaluation_circuits(
    model: Model,
    observable: Observable | None,
    schedule: Schedule | None,
    purpose: Purpose,
    effort: float,
) -> list[Resources]:
    """The circuits of one evaluation: one for each commuting set of the terms, one at least."""
    if observable is None or schedule is None:
        return [_whole(model, purpose, model.n_qubits, effort)]
    sets = commuting_terms(schedule) or [[]]
    if purpose == "expectation":
        return [resources(circuit) for circuit in expectation_circuits(model, sets, effort=effort)]
    whole = _whole(model, purpose, 0, effort)
    return [_followed(whole, used) for used in _readings(schedule)]


def _whole(model: Model, purpose: Purpose, n_measured: int, effort: float) -> Resources:
    gates = lower(model, final_clifford=purpose == "unitary", effort=effort)
    return Resources(
        one_qubit_gates=gates.n_one_qubit,
        two_qubit_gates=gates.n_two_qubit,
        two_qubit_depth=gates.two_qubit_depth,
        measurements=n_measured,
    )


def _followed(first: Resources, then: Resources) -> Resources:
    return Resources(
        one_qubit_gates=first.one_qubit_gates + then.one_qubit_gates,
        two_qubit_gates=first.two_qubit_gates + then.two_qubit_gates,
        two_qubit_depth=first.two_qubit_depth + then.two_qubit_depth,
        measurements=then.measurements,
    )


def _readings(schedule: Schedule) -> list[Resources]:
    """What reading the observable takes after the circuit as written, a set of commuting terms at a time."""
    model, observable = schedule.model, schedule.observable
    written = {
        pulled.pauli: Pauli(term.pauli.x, term.pauli.z)
        for term, pulled in zip(observable.terms, observable.pulled_back, strict=True)
    }
    empty = with_rotations(model, np.zeros(0, dtype=np.int64), [])
    empty = replace(empty, initial=ket_state("0" * model.n_qubits, None))
    sets = commuting_terms(schedule) or [[]]
    return [resources(measured(empty, [written[p] for p in some])) for some in sets]


def has_ancilla(schedule: Schedule) -> bool:
    """Whether a circuit of the schedule has an ancilla."""
    return bool((schedule.circuit_class != schedule.patterns.unflipped).any())


def counted_circuits(
    schedule: Schedule,
    allowance: Allowance,
    effort: float = 1,
    progress: Progress | None = None,
) -> dict[int, Resources]:
    """What the circuits of a schedule use, in a random order as far as allowed or until Ctrl-C; one at least."""
    order = [*range(schedule.n_circuits)]
    random.Random(0).shuffle(order)
    effort *= share(schedule.n_circuits)
    work = work_of_circuit(schedule, effort)
    counted: dict[int, Resources] = {}
    for index in in_steps(order, "counting gates of gradient circuits", len(order), progress):
        if counted and not allowance.left:
            break
        allowance.spend(work)
        circuit = schedule.circuit(index)
        strings = list(dict.fromkeys(m.pauli for m in circuit.measurements))
        try:
            counted[index] = resources(
                measured(prepared(schedule, circuit), strings, effort=effort)
            )
        except KeyboardInterrupt:
            if not counted:
                raise
            break
    return counted


def pytket_circuits(schedule: Schedule, seconds: float) -> list[Resources] | str:
    """The circuits of a value through pytket's default compilation, or why there are none."""
    if seconds <= 0:
        return "it was not asked for"
    compiled = default_counts(schedule.model, seconds=seconds)
    if not isinstance(compiled, Counts):
        return compiled
    whole = Resources(
        one_qubit_gates=compiled.one_qubit_gates,
        two_qubit_gates=compiled.two_qubit_gates,
        two_qubit_depth=compiled.two_qubit_depth,
        measurements=0,
    )
    return [_followed(whole, used) for used in _readings(schedule)]


def work_of_circuit(schedule: Schedule, effort: float) -> float:
    """About how many microseconds the synthesis of a circuit of all active rotations takes."""
    rotations = schedule.model.rotations
    n_letters = int(rotations.strings.weights()[rotations.string[schedule.patterns.active]].sum())
    return _OF_LETTER * n_letters + _OF_EFFORT * effort
