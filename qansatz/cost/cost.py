"""What a circuit, its gradient and its training cost, before anything is run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.circuits import Schedule, ScheduleTooLargeError
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.forward import MAX_OBSERVABLES, forward_parts
from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.shots import allocate
from qansatz.cost.counting import (
    counted_circuits,
    evaluation_circuits,
    has_ancilla,
    pytket_circuits,
    work_of_circuit,
)
from qansatz.cost.methods import forward_variances
from qansatz.cost.plans import shot_variances
from qansatz.cost.pytket_default import DEVICE, LEVEL
from qansatz.cost.resources import Resources, resources
from qansatz.cost.result import Cost, Purpose, Way
from qansatz.hqc import HQC_FORMULA, hqc_of_operations, hqc_price
from qansatz.machines import DEFAULT_MACHINE, MACHINES, PRICED_FAMILIES
from qansatz.model.program import Model, Observable
from qansatz.progress import Progress, in_steps
from qansatz.synthesis.readout import expectation_circuits, share

Floats: TypeAlias = npt.NDArray[np.float64]

#: Points of data an epoch has where the circuit takes inputs, and passes over them, unless others are given.
DEFAULT_DATA: Final = 100
DEFAULT_EPOCHS: Final = 100
DEFAULT_SHOTS: Final = 1000

#: Work for the circuits of each way to measure a gradient, about seconds.
_COUNTING: Final = 120.0

_UNPRICED: Final = (
    f"unconfirmed: the constants of the formula are published for System Model {PRICED_FAMILIES}, "
    "not for {target}"
)


def cost(
    model: Model,
    observable: Observable | None = None,
    *,
    target: str = DEFAULT_MACHINE,
    purpose: Purpose = "expectation",
    shots: int = DEFAULT_SHOTS,
    data: int | None = None,
    epochs: int = DEFAULT_EPOCHS,
    found: Schedule | None = None,
    seconds: float | None = None,
    pytket_seconds: float = 60.0,
    effort: float = 1,
    progress: Progress | None = None,
) -> Cost:
    """Count every circuit of value and gradient of an observable (the first, unless one is given), and price them.

    ``shots`` are those of every circuit, ``data`` the points of an epoch (1 without inputs, else 100, unless given).
    The circuits of each way to measure a gradient are counted until about two minutes of work, or ``seconds`` by the
    clock where given, are spent: those beyond are taken as the mean of those counted. ``pytket_seconds`` by the clock
    limits pytket's default compilation, 0 leaves it out. ``effort`` is that of the synthesis of every circuit.
    ``found`` is the schedule where it is known. No network is used.

    Raises:
        ValueError: for an unknown target or purpose, or a number that is not positive.
    """
    _refuse(target, purpose, shots, data, epochs)
    if observable is None and model.observables:
        observable = model.observables[0]
    if data is None:
        data = DEFAULT_DATA if model.slots.n_inputs else 1
    notes = []
    machine = MACHINES[target]
    if not machine.priced:
        notes.append(f"HQC for {target} are {_UNPRICED.format(target=target)}")
    plan = None
    if observable is None:
        notes.append("without an observable there is no gradient; every qubit is measured once")
    else:
        try:
            plan = schedule(model, observable) if found is None else found
        except ScheduleTooLargeError as error:
            notes.append(f"the gradient is not priced: {error}")
    forward = evaluation_circuits(model, observable, plan, purpose, effort)
    ways: list[Way] = []
    fidelity = None
    if plan is not None and plan.n_rotations:
        shifted = (
            forward
            if purpose == "expectation"
            else evaluation_circuits(model, observable, plan, "expectation", effort)
        )
        ways, largest, told = _ways(
            plan, forward, shifted, shots, seconds, pytket_seconds, effort, progress
        )
        notes += told
        fidelity = None if largest is None else largest.fidelity(machine)
    width = model.n_qubits + (plan is not None and has_ancilla(plan))
    if width > machine.n_qubits:
        notes.append(f"{target} has {machine.n_qubits} qubits, and {width} are needed")
    return Cost(
        ansatz=model.name,
        n_qubits=model.n_qubits,
        target=target,
        purpose=purpose,
        observable=None if observable is None else observable.name,
        shots=shots,
        data=data,
        epochs=epochs,
        forward=tuple(forward),
        ways=tuple(ways),
        gradient_fidelity=fidelity,
        notes=tuple(notes),
        assumptions=_assumptions(target, purpose, bool(ways)),
    )


def _refuse(target: str, purpose: str, shots: int, data: int | None, epochs: int) -> None:
    if target not in MACHINES:
        raise ValueError(f"there is no target {target!r}; there are {', '.join(MACHINES)}")
    if purpose not in ("unitary", "expectation"):
        raise ValueError(f"a cost is for unitary or expectation, not for {purpose!r}")
    for name, number in (
        ("shots", shots),
        ("data", 1 if data is None else data),
        ("epochs", epochs),
    ):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, not {number}")


def _allowance(seconds: float | None) -> Allowance:
    """The work of a way, or so many seconds by the clock."""
    if seconds is None:
        return Allowance(_COUNTING)
    return Allowance(deadline=time.monotonic() + seconds)


@dataclass(frozen=True, slots=True)
class _Circuits:
    """Circuits as columns, those not counted as the mean of the others; ``evaluation`` are those of the value.

    ``variances`` have shape (circuits,), or (points, circuits) where they depend on the angles.
    """

    name: str
    label: str
    evaluation: Sequence[Resources]
    counted: Sequence[Resources]
    n_circuits: int
    n_counted: int
    operations: Floats
    variances: Floats
    note: str = ""


def _ways(
    plan: Schedule,
    forward: Sequence[Resources],
    shifted: Sequence[Resources],
    shots: int,
    seconds: float | None,
    pytket_seconds: float,
    effort: float,
    progress: Progress | None,
) -> tuple[list[Way], Resources | None, list[str]]:
    """Every way, the largest circuit of the schedule, and what is to be said of them."""
    variances = shot_variances(plan)
    counted = counted_circuits(plan, _allowance(seconds), effort, progress)
    told = []
    if len(counted) < plan.n_circuits:
        told.append(
            f"{len(counted)} of {plan.n_circuits} gradient circuits were counted, as many as the limit or Ctrl-C "
            "allowed; the others are taken as their mean"
        )
    mean = float(np.mean([used.operations for used in counted.values()])) if counted else 0.0
    operations = np.full(plan.n_circuits, mean)
    for index, used in counted.items():
        operations[index] = used.operations
    ways = [
        _Circuits(
            "schedule",
            "schedule",
            forward,
            [*counted.values()],
            plan.n_circuits,
            len(counted),
            operations,
            variances["schedule"],
        ),
        _shift(
            "parameter_shift_active",
            "parameter shift, active rotations",
            forward,
            shifted,
            variances["parameter_shift_active"],
        ),
        _shift(
            "parameter_shift", "parameter shift", forward, shifted, variances["parameter_shift"]
        ),
    ]
    largest = max(counted.values(), key=lambda used: used.operations, default=None)
    budget = float((variances["schedule"] / shots).sum())
    n_shifts = len(variances["parameter_shift"])
    priced = [_priced(way, shots, budget) for way in ways]
    priced.insert(1, _lie_algebraic(plan, forward, shots, budget, seconds, effort, progress))
    label = "parameter shift through pytket's default compilation"
    compiled = pytket_circuits(plan, pytket_seconds)
    if isinstance(compiled, str):
        told.append(f"{label} is left out: {compiled}")
        priced.append(_unknown("pytket_default", label, n_shifts, compiled))
    else:
        theirs = _shift("pytket_default", label, compiled, compiled, variances["parameter_shift"])
        priced.append(_priced(theirs, shots, budget))
    return priced, largest, told


def _lie_algebraic(
    plan: Schedule,
    forward: Sequence[Resources],
    shots: int,
    budget: float,
    seconds: float | None,
    effort: float,
    progress: Progress | None,
) -> Way:
    """All derivatives from observables of the forward circuit; at equal precision, the mean over random points."""
    label, part = "Lie-algebraic, on the forward circuit", forward_parts(plan).whole
    if part is None:
        why = f"it needs more than {MAX_OBSERVABLES} observables"
        return _unknown("lie_algebraic", label, 0, why)
    n, allowance = len(part.sets), _allowance(seconds)
    effort *= share(n)
    work = work_of_circuit(plan, effort)
    counted = []
    circuits = expectation_circuits(plan.model, part.sets, rows=plan.patterns.active, effort=effort)
    for circuit in in_steps(circuits, "counting gates of the forward circuit", n, progress):
        counted.append(resources(circuit))
        allowance.spend(work)
        if not allowance.left:
            break
    mean = float(np.mean([used.operations for used in counted])) if counted else 0.0
    operations = np.full(n, mean)
    operations[: len(counted)] = [used.operations for used in counted]
    points = forward_variances(plan, part)
    columns = _Circuits(
        "lie_algebraic", label, forward, counted, n, len(counted), operations, points
    )
    return _priced(columns, shots, budget)


def _shift(
    name: str,
    label: str,
    evaluation: Sequence[Resources],
    circuits: Sequence[Resources],
    variances: Floats,
) -> _Circuits:
    """Two circuits for each rotation and commuting set, in the order of :func:`shot_variances`."""
    pair = [used for used in circuits for _ in range(2)]
    times = len(variances) // max(1, len(pair))
    operations = np.tile([float(used.operations) for used in pair], times)
    counted = pair * times
    n = len(counted)
    return _Circuits(name, label, evaluation, counted, n, n, operations, variances)


def _priced(circuits: _Circuits, shots: int, budget: float) -> Way:
    prices = hqc_of_operations(np.maximum(circuits.operations, 1))
    n, counted = circuits.n_circuits, circuits.counted
    scale = n / max(1, circuits.n_counted)
    least, n_least = None, None
    if circuits.variances.size and budget > 0:
        drawn = [allocate(v, prices, budget) for v in np.atleast_2d(circuits.variances)]
        allocated = np.mean(drawn, axis=0)
        n_least = round(float(allocated.sum()))
        executed = (allocated * circuits.operations).sum()
        least = float(hqc_price(n, hqc_of_operations(executed)))
    return Way(
        name=circuits.name,
        label=circuits.label,
        n_circuits=n,
        n_counted=circuits.n_counted,
        one_qubit_gates=scale * sum(used.one_qubit_gates for used in counted),
        two_qubit_gates=scale * sum(used.two_qubit_gates for used in counted),
        two_qubit_depth=max((used.two_qubit_depth for used in counted), default=0),
        measurements=scale * sum(used.measurements for used in counted),
        hqc_evaluation=sum(used.hqc(shots) for used in circuits.evaluation),
        hqc=float(hqc_price(n, hqc_of_operations(shots * circuits.operations.sum()))),
        n_shots=shots * n,
        hqc_at_precision=least,
        n_shots_at_precision=n_least,
        note=circuits.note,
    )


def _unknown(name: str, label: str, n_circuits: int, why: str) -> Way:
    return Way(
        name=name,
        label=label,
        n_circuits=n_circuits,
        n_counted=0,
        one_qubit_gates=0,
        two_qubit_gates=0,
        two_qubit_depth=0,
        measurements=0,
        hqc_evaluation=None,
        hqc=None,
        n_shots=0,
        hqc_at_precision=None,
        n_shots_at_precision=None,
        note=why,
    )


def _assumptions(target: str, purpose: Purpose, with_gradient: bool) -> tuple[str, ...]:
    machine = MACHINES[target]
    found = [
        f"{HQC_FORMULA}, from Quantinuum's documentation of System Model {PRICED_FAMILIES}",
        "N_1q counts u1q and N_2q rzz gates; rz is virtual and not charged; compilation at submission changes nothing",
        "the final Clifford is absorbed by the observable, and rotations that it cannot feel are left out"
        if purpose == "expectation"
        else "the whole unitary is executed, final Clifford included",
        f"no fault: the product of 1 − error over gates and measurements ({machine.source}), to first order; an error "
        "that does not depend on the angle, and no errors of memory, transport or crosstalk",
    ]
    if with_gradient:
        found += [
            "every circuit has the same shots; at equal precision, shots go where they lower the price most, for the "
            "largest variance that the weights allow",
            "the Lie-algebraic weights depend on the angles: at equal precision, the mean over random points",
            "an epoch measures value and gradient once for every point of the data",
            "parameter shift takes two circuits for each rotation and each commuting set of the observable",
            f"pytket's default is level {LEVEL} for {DEVICE}, of one Pauli exponential box a rotation, at random "
            "angles: with symbols in their place it needs more gates",
        ]
    return tuple(found)
