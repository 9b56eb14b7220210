"""What a circuit, its gradient and its training cost, before anything is run."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.circuits import Schedule, ScheduleTooLargeError
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.forward import MAX_OBSERVABLES, forward_parts
from qansatz.analysis.gradient.methods import (
    LIE_ALGEBRAIC,
    PARAMETER_SHIFT,
    PARAMETER_SHIFT_ACTIVE,
    PYTKET_DEFAULT,
    SCHEDULE,
    Method,
)
from qansatz.analysis.gradient.schedule import schedule as make_schedule
from qansatz.analysis.gradient.shots import allocate
from qansatz.cost.circuit_columns import shot_variances
from qansatz.cost.counted_methods import forward_variances
from qansatz.cost.counting import (
    counted_circuits,
    evaluation_circuits,
    has_ancilla,
    pytket_circuits,
    work_of_circuit,
)
from qansatz.cost.options import CostOptions, Purpose
from qansatz.cost.pytket_default import DEVICE, LEVEL
from qansatz.cost.resources import Resources, resources
from qansatz.cost.result import Cost, PricedMethod
from qansatz.hqc import HQC_FORMULA, hqc_of_operations, hqc_price
from qansatz.machines import MACHINES, PRICED_FAMILIES, Machine
from qansatz.model.program import Model, Observable
from qansatz.progress import Progress, in_steps
from qansatz.synthesis.readout import expectation_circuits, share

Floats: TypeAlias = npt.NDArray[np.float64]

#: What is priced where nothing else is asked for.
DEFAULTS: Final = CostOptions()

#: Work for the circuits of each method, about seconds.
_COUNTING: Final = 120.0

_UNPRICED: Final = (
    f"unconfirmed: the constants of the formula are published for System Model {PRICED_FAMILIES}, "
    "not for {target}"
)


def cost(
    model: Model,
    observable: Observable | None = None,
    options: CostOptions = DEFAULTS,
    *,
    schedule: Schedule | None = None,
    progress: Progress | None = None,
) -> Cost:
    """Count every circuit of value and gradient of an observable (the first, unless one is given), and price them.

    Circuits beyond the limit of the options are taken as the mean of those counted. ``schedule`` is that of the
    observable, where it is at hand already. No network is used.
    """
    if observable is None and model.observables:
        observable = model.observables[0]
    notes = []
    machine = MACHINES[options.target]
    if not machine.priced:
        notes.append(f"HQC for {machine.name} are {_UNPRICED.format(target=machine.name)}")
    if observable is None:
        notes.append("without an observable there is no gradient; every qubit is measured once")
    elif schedule is None:
        try:
            schedule = make_schedule(model, observable)
        except ScheduleTooLargeError as error:
            notes.append(f"the gradient is not priced: {error}")
    purpose, effort = options.purpose, options.effort
    forward = evaluation_circuits(model, observable, schedule, purpose, effort)
    methods: list[PricedMethod] = []
    fidelity = None
    if schedule is not None and schedule.n_rotations:
        shifted = (
            forward
            if purpose == "expectation"
            else evaluation_circuits(model, observable, schedule, "expectation", effort)
        )
        methods, largest, remarks = _methods(schedule, forward, shifted, options, progress)
        notes += remarks
        fidelity = None if largest is None else largest.fidelity(machine)
    width = model.n_qubits + (schedule is not None and has_ancilla(schedule))
    if width > machine.n_qubits:
        notes.append(f"{machine.name} has {machine.n_qubits} qubits, and {width} are needed")
    return Cost(
        ansatz=model.name,
        n_qubits=model.n_qubits,
        target=options.target,
        purpose=purpose,
        observable=None if observable is None else observable.name,
        shots=options.shots,
        data=options.n_points(with_inputs=bool(model.slots.n_inputs)),
        epochs=options.epochs,
        forward=tuple(forward),
        methods=tuple(methods),
        gradient_fidelity=fidelity,
        notes=tuple(notes),
        assumptions=_assumptions(machine, purpose, bool(methods)),
    )


def _allowance(options: CostOptions) -> Allowance:
    """The work of a method, or so many seconds by the clock."""
    if options.seconds is None:
        return Allowance(_COUNTING)
    return Allowance(deadline=time.monotonic() + options.seconds)


@dataclass(frozen=True, slots=True, eq=False)
class _Circuits:
    """What the circuits counted use, and the operations of every circuit: the mean of these for the others."""

    counted: Sequence[Resources]
    operations: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is priced: ``shots`` of every circuit, and a ``budget`` of variance summed over the components."""

    shots: int
    budget: float


def _methods(
    schedule: Schedule,
    forward: Sequence[Resources],
    shifted: Sequence[Resources],
    options: CostOptions,
    progress: Progress | None,
) -> tuple[list[PricedMethod], Resources | None, list[str]]:
    """Every method, the largest circuit of the schedule, and what is to be said of them."""
    remarks = []
    variances = shot_variances(schedule)
    counted = counted_circuits(schedule, _allowance(options), options.effort, progress)
    if len(counted) < schedule.n_circuits:
        remarks.append(
            f"{len(counted)} of {schedule.n_circuits} gradient circuits were counted, as many as the limit or Ctrl-C "
            "allowed; the others are taken as their mean"
        )
    budget = float((variances[SCHEDULE] / options.shots).sum())
    asked = _Asked(shots=options.shots, budget=budget)
    circuits = _circuits(counted, schedule.n_circuits)
    active, every = variances[PARAMETER_SHIFT_ACTIVE], variances[PARAMETER_SHIFT]
    methods = [
        _priced(SCHEDULE, forward, circuits, variances[SCHEDULE], asked),
        _lie_algebraic(schedule, forward, asked, options, progress),
        _priced(PARAMETER_SHIFT_ACTIVE, forward, _shifts(shifted, len(active)), active, asked),
        _priced(PARAMETER_SHIFT, forward, _shifts(shifted, len(every)), every, asked),
    ]
    compiled = pytket_circuits(schedule, options.pytket_seconds)
    if isinstance(compiled, str):
        remarks.append(f"{PYTKET_DEFAULT.label} is left out: {compiled}")
        methods.append(_unknown(PYTKET_DEFAULT, len(every), compiled))
    else:
        theirs = _shifts(compiled, len(every))
        methods.append(_priced(PYTKET_DEFAULT, compiled, theirs, every, asked))
    largest = max(counted.values(), key=lambda used: used.operations, default=None)
    return methods, largest, remarks


def _lie_algebraic(
    schedule: Schedule,
    forward: Sequence[Resources],
    asked: _Asked,
    options: CostOptions,
    progress: Progress | None,
) -> PricedMethod:
    """All derivatives from observables of the forward circuit; at equal precision, the mean over random points."""
    part = forward_parts(schedule).whole
    if part is None:
        return _unknown(LIE_ALGEBRAIC, 0, f"it needs more than {MAX_OBSERVABLES} observables")
    n, allowance = len(part.sets), _allowance(options)
    effort = options.effort * share(n)
    work = work_of_circuit(schedule, effort)
    counted: dict[int, Resources] = {}
    made = expectation_circuits(
        schedule.model, part.sets, rows=schedule.patterns.active, effort=effort
    )
    for circuit in in_steps(made, "counting gates of the forward circuit", n, progress):
        counted[len(counted)] = resources(circuit)
        allowance.spend(work)
        if not allowance.left:
            break
    circuits = _circuits(counted, n)
    return _priced(LIE_ALGEBRAIC, forward, circuits, forward_variances(schedule, part), asked)


def _circuits(counted: Mapping[int, Resources], n_circuits: int) -> _Circuits:
    """Circuits of which those of some numbers were counted."""
    mean = float(np.mean([used.operations for used in counted.values()])) if counted else 0.0
    operations = np.full(n_circuits, mean)
    for index, used in counted.items():
        operations[index] = used.operations
    return _Circuits([*counted.values()], operations)


def _shifts(circuits: Sequence[Resources], n_circuits: int) -> _Circuits:
    """Two circuits for each rotation and commuting set, in the order of :func:`shot_variances`."""
    pair = [used for used in circuits for _ in range(2)]
    times = n_circuits // max(1, len(pair))
    operations = np.tile([float(used.operations) for used in pair], times)
    return _Circuits(pair * times, operations)


def _priced(
    method: Method,
    evaluation: Sequence[Resources],
    circuits: _Circuits,
    variances: Floats,
    asked: _Asked,
) -> PricedMethod:
    """The price of a method; ``evaluation`` are the circuits of the value.

    ``variances`` have shape (circuits,), or (points, circuits) where they depend on the angles.
    """
    counted, operations = circuits.counted, circuits.operations
    prices = hqc_of_operations(np.maximum(operations, 1))
    n = len(operations)
    scale = n / max(1, len(counted))
    least, n_least = None, None
    if variances.size and asked.budget > 0:
        drawn = [allocate(v, prices, asked.budget) for v in np.atleast_2d(variances)]
        allocated = np.mean(drawn, axis=0)
        n_least = round(float(allocated.sum()))
        executed = (allocated * operations).sum()
        least = float(hqc_price(n, hqc_of_operations(executed)))
    return PricedMethod(
        method=method,
        n_circuits=n,
        n_counted=len(counted),
        one_qubit_gates=scale * sum(used.one_qubit_gates for used in counted),
        two_qubit_gates=scale * sum(used.two_qubit_gates for used in counted),
        two_qubit_depth=max((used.two_qubit_depth for used in counted), default=0),
        measurements=scale * sum(used.measurements for used in counted),
        hqc_evaluation=sum(used.hqc(asked.shots) for used in evaluation),
        hqc=float(hqc_price(n, hqc_of_operations(asked.shots * operations.sum()))),
        n_shots=asked.shots * n,
        hqc_at_precision=least,
        n_shots_at_precision=n_least,
    )


def _unknown(method: Method, n_circuits: int, why: str) -> PricedMethod:
    return PricedMethod(
        method=method,
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


def _assumptions(machine: Machine, purpose: Purpose, with_gradient: bool) -> tuple[str, ...]:
    texts = [
        f"{HQC_FORMULA}, from Quantinuum's documentation of System Model {PRICED_FAMILIES}",
        "N_1q counts u1q and N_2q rzz gates; rz is virtual and not charged; compilation at submission changes nothing",
        "the final Clifford is absorbed by the observable, and rotations that it cannot feel are left out"
        if purpose == "expectation"
        else "the whole unitary is executed, final Clifford included",
        f"no fault: the product of 1 − error over gates and measurements ({machine.source}), to first order; an error "
        "that does not depend on the angle, and no errors of memory, transport or crosstalk",
    ]
    if with_gradient:
        texts += [
            "every circuit has the same shots; at equal precision, shots go where they lower the price most, for the "
            "largest variance that the weights allow",
            "the Lie-algebraic weights depend on the angles: at equal precision, the mean over random points",
            "an epoch measures value and gradient once for every point of the data",
            "parameter shift takes two circuits for each rotation and each commuting set of the observable",
            f"pytket's default is level {LEVEL} for {DEVICE}, of one Pauli exponential box a rotation, at random "
            "angles: with symbols in their place it needs more gates",
        ]
    return tuple(texts)
