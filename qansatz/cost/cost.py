"""What a circuit, its gradient and its training cost, before anything is run."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.circuits import Schedule, ScheduleTooLargeError
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.forward import MAX_OBSERVABLES, forward_parts
from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.shots import allocate
from qansatz.analysis.gradient.terms import commuting_terms
from qansatz.cost.comparison import compare
from qansatz.cost.methods import forward_variances
from qansatz.cost.plans import shot_variances
from qansatz.cost.pytket_default import DEVICE, LEVEL, Counts, default_counts
from qansatz.cost.resources import Resources, resources
from qansatz.hqc import HQC_FORMULA, hqc_of_operations, hqc_price
from qansatz.machines import DEFAULT_MACHINE, MACHINES, PRICED_FAMILIES
from qansatz.model.elaboration.declarations import ket_state
from qansatz.model.program import Model, Observable
from qansatz.pauli.strings import Pauli
from qansatz.synthesis.lower import lower
from qansatz.synthesis.readout import (
    expectation_circuits,
    measured,
    prepared,
    share,
    with_rotations,
)

Purpose: TypeAlias = Literal["unitary", "expectation"]
Floats: TypeAlias = npt.NDArray[np.float64]

#: What a price can be of, and what it is called.
STAGES: Final = {
    "evaluation": "one evaluation of the cost",
    "gradient": "one gradient",
    "epoch": "one epoch",
    "run": "the whole training run",
}

#: Points of data an epoch has where the circuit takes inputs, and passes over them, unless others are given.
DEFAULT_DATA: Final = 100
DEFAULT_EPOCHS: Final = 100
DEFAULT_SHOTS: Final = 1000

#: Work for the circuits of each way to measure a gradient, about seconds.
_COUNTING: Final = 120.0
#: About microseconds for each letter of the strings of a circuit, and for each unit of effort.
_OF_LETTER: Final = 300
_OF_EFFORT: Final = 1_500_000

_DATIVE: Final = {
    "schedule": "the schedule with shots where they pay most",
    "lie_algebraic": "the Lie-algebraic method (`qansatz gradient --method lie-algebraic`)",
    "parameter_shift": "parameter shift",
    "parameter_shift_active": "parameter shift of the active rotations",
    "pytket_default": "parameter shift through pytket's default compilation",
}
_UNPRICED: Final = (
    f"unconfirmed: the constants of the formula are published for System Model {PRICED_FAMILIES}, "
    "not for {target}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to measure value and gradient, priced.

    Gates and measurements are sums over the circuits of one gradient, the depth is the largest. ``n_counted`` of the
    circuits were synthesised and counted; the others are taken as the mean of these. ``hqc`` has the same shots for
    every circuit; ``hqc_at_precision`` is the least price of the precision that the schedule has with these shots.
    What is not known is None, and ``note`` says why.
    """

    name: str
    label: str
    n_circuits: int
    n_counted: int
    one_qubit_gates: float
    two_qubit_gates: float
    two_qubit_depth: int
    measurements: float
    hqc_evaluation: float | None
    hqc: float | None
    n_shots: int
    hqc_at_precision: float | None
    n_shots_at_precision: int | None
    note: str = ""

    @property
    def exact(self) -> bool:
        """Whether every circuit was counted."""
        return self.n_counted == self.n_circuits


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an ansatz uses and costs on a machine.

    ``forward`` are the circuits of one evaluation. An epoch measures value and gradient once at each of ``data``
    points, a run is ``epochs`` of them. ``ways`` begin with the schedule; they are empty without an observable.
    ``notes`` say what was left out, and why.
    """

    ansatz: str
    n_qubits: int
    target: str
    purpose: Purpose
    observable: str | None
    shots: int
    data: int
    epochs: int
    forward: tuple[Resources, ...]
    ways: tuple[Way, ...]
    gradient_fidelity: float | None
    notes: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def largest(self) -> Resources:
        """The circuit of an evaluation with the most operations."""
        return max(self.forward, key=lambda used: used.operations)

    @property
    def hqc_forward(self) -> float:
        """The price of one evaluation."""
        return sum(used.hqc(self.shots) for used in self.forward)

    @property
    def fidelity(self) -> float:
        """The probability that no gate and no measurement of the largest circuit of an evaluation fails."""
        return self.largest.fidelity(MACHINES[self.target])

    @property
    def exact(self) -> bool:
        """Whether every circuit of every way that has a price was counted."""
        return all(way.exact for way in self.ways if way.hqc is not None)

    def way(self, name: str) -> Way | None:
        """The way of a name; None where there is none."""
        return next((way for way in self.ways if way.name == name), None)

    def price(self, stage: str, way: str = "schedule") -> float | None:
        """The HQC of a stage of :data:`STAGES`, value and gradient measured in one of the ways.

        Raises:
            ValueError: for another stage.
        """
        if stage not in STAGES:
            raise ValueError(f"there is no stage {stage!r}; there are {', '.join(STAGES)}")
        found = self.way(way)
        if found is None or found.hqc is None or found.hqc_evaluation is None:
            return self.hqc_forward if stage == "evaluation" and found is None else None
        epoch = self.data * (found.hqc_evaluation + found.hqc)
        prices = {
            "evaluation": found.hqc_evaluation,
            "gradient": found.hqc,
            "epoch": epoch,
            "run": self.epochs * epoch,
        }
        return prices[stage]

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        used, many = self.largest, len(self.forward) > 1
        of = f" of the largest of {len(self.forward)} circuits" if many else ""
        found = [
            ("one-qubit gates", str(used.one_qubit_gates), f"u1q{of}; rz is virtual"),
            ("two-qubit gates", str(used.two_qubit_gates), f"rzz at any angle{of}"),
            ("two-qubit depth", str(used.two_qubit_depth), "layers of two-qubit gates"),
            ("measurements", str(used.measurements), "qubits read at the end"),
            ("circuits", str(len(self.forward)), "for one evaluation"),
            ("no fault", f"{self.fidelity:.4f}", _fault_text(self.target)),
        ]
        if self.gradient_fidelity is not None:
            told = "the same for the gradient circuit with the most operations"
            found.append(("no fault, gradient", f"{self.gradient_fidelity:.4f}", told))
        for stage, label in STAGES.items():
            price = self.price(stage)
            if price is not None:
                found.append((f"HQC, {stage}", in_hqc(price), self._explained(stage, label)))
        return found

    def _explained(self, stage: str, label: str) -> str:
        match stage:
            case "evaluation":
                return f"{label}: {self.shots} shots a circuit"
            case "gradient":
                return f"{label} by the schedule: {self.ways[0].n_circuits} circuits"
            case "epoch":
                points = "1 point" if self.data == 1 else f"{self.data} points"
                return f"{label}: value and gradient at {points}"
            case _:
                return f"{label}: {self.epochs} epochs"

    def verdict(self) -> str:
        """How many times fewer HQC one gradient takes than by parameter shift through pytket's default path."""
        for name in ("pytket_default", "parameter_shift"):
            own, other = self.way("schedule"), self.way(name)
            if own is None or other is None or not own.hqc or not other.hqc:
                continue
            text = (
                f"one gradient takes {in_hqc(own.hqc)} HQC, {other.hqc / own.hqc:.1f} times fewer "
                f"than the {in_hqc(other.hqc)} of {other.label}"
            )
            if own.hqc_at_precision and other.hqc_at_precision:
                factor = other.hqc_at_precision / own.hqc_at_precision
                text += f"; {factor:.1f} times fewer at equal precision"
                lie = self.way("lie_algebraic")
                if lie and lie.hqc_at_precision and lie.hqc_at_precision < own.hqc_at_precision:
                    factor = other.hqc_at_precision / lie.hqc_at_precision
                    text += f", {factor:.1f} times fewer by the Lie-algebraic method"
            return text
        return ""

    def __str__(self) -> str:
        lines = [f"{label}: {value} ({why})" for label, value, why in self.facts()]
        return "\n".join([*lines, *filter(None, [self.verdict()]), *self.notes])

    def _repr_html_(self) -> str:
        from html import escape

        def table(rows: Iterable[Sequence[str]]) -> str:
            cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"

        ways = [
            (way.label, str(way.n_circuits), "-" if way.hqc is None else in_hqc(way.hqc), way.note)
            for way in self.ways
        ]
        said = [self.verdict(), *self.notes, *(f"assumed: {a}" for a in self.assumptions)]
        lines = "".join(f"<p>{escape(text)}</p>" for text in said if text)
        return table(self.facts()) + (table(ways) if ways else "") + lines


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
    forward = _forward(model, observable, plan, purpose, effort)
    ways: list[Way] = []
    fidelity = None
    if plan is not None and plan.n_rotations:
        shifted = (
            forward
            if purpose == "expectation"
            else _forward(model, observable, plan, "expectation", effort)
        )
        ways, largest, told = _ways(plan, forward, shifted, shots, seconds, pytket_seconds, effort)
        notes += told
        fidelity = None if largest is None else largest.fidelity(machine)
    width = model.n_qubits + (plan is not None and _has_ancilla(plan))
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


def alternatives(found: Cost, plan: Schedule | None, budget: float, stage: str) -> list[str]:
    """What would cost less than a stage does: the cheapest way at the same precision first, then fewer shots."""
    cheaper = []
    own = found.way("schedule")
    if plan is not None and own is not None and own.hqc is not None and stage != "evaluation":
        priced = [(way.hqc_at_precision, way) for way in found.ways if way.hqc_at_precision]
        least, best = min(priced, key=lambda pair: pair[0], default=(own.hqc, own))
        if least < own.hqc:
            cheaper.append(
                f"at the same precision a gradient takes {in_hqc(least)} HQC by {_DATIVE[best.name]}"
            )
        classical = compare(plan).classical
        if "follow classically" in classical:
            cheaper.append(classical)
    shots = shots_within(found, budget, stage)
    if shots:
        price = _price_at(found, stage, shots) or 0.0
        cheaper.append(f"`--shots {shots}` fits: {in_hqc(price)} HQC")
    elif shots == 0:
        least = _price_at(found, stage, 1) or 0.0
        cheaper.append(f"no number of shots fits: one shot a circuit costs {in_hqc(least)} HQC")
    return cheaper


def shots_within(found: Cost, budget: float, stage: str) -> int | None:
    """The most shots of every circuit, value and gradient by the schedule, with which a stage costs at most a budget.

    0 when not even one shot does; None when the price of the stage is not known.
    """
    one, two = (_price_at(found, stage, shots) for shots in (1, 2))
    if one is None or two is None:
        return None
    return 0 if one > budget else 1 + int((budget - one) / max(two - one, 1e-12))


def _price_at(found: Cost, stage: str, shots: int) -> float | None:
    """The price of a stage by the schedule with other shots a circuit."""
    price = found.price(stage)
    if price is None:
        return None
    n_forward, way = len(found.forward), found.way("schedule")
    n_gradient = 0 if way is None else way.n_circuits
    points = {"evaluation": 1, "gradient": 1, "epoch": found.data, "run": found.epochs * found.data}
    circuits = {"evaluation": n_forward, "gradient": n_gradient}.get(stage, n_forward + n_gradient)
    fixed = hqc_price(circuits * points[stage], 0.0)
    return fixed + (price - fixed) * shots / found.shots


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


def _forward(
    model: Model,
    observable: Observable | None,
    plan: Schedule | None,
    purpose: Purpose,
    effort: float,
) -> list[Resources]:
    """The circuits of one evaluation: one for each commuting set of the terms, one at least."""
    if observable is None or plan is None:
        return [_whole(model, purpose, model.n_qubits, effort)]
    sets = commuting_terms(plan) or [[]]
    if purpose == "expectation":
        return [resources(circuit) for circuit in expectation_circuits(model, sets, effort=effort)]
    whole = _whole(model, purpose, 0, effort)
    return [_followed(whole, used) for used in _readings(plan)]


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


def _readings(plan: Schedule) -> list[Resources]:
    """What reading the observable takes after the circuit as written, a set of commuting terms at a time."""
    model, observable = plan.model, plan.observable
    written = {
        pulled.pauli: Pauli(term.pauli.x, term.pauli.z)
        for term, pulled in zip(observable.terms, observable.pulled_back, strict=True)
    }
    empty = with_rotations(model, np.zeros(0, dtype=np.int64), [])
    empty = replace(empty, initial=ket_state("0" * model.n_qubits, None))
    sets = commuting_terms(plan) or [[]]
    return [resources(measured(empty, [written[p] for p in some])) for some in sets]


def _has_ancilla(plan: Schedule) -> bool:
    return bool((plan.circuit_class != plan.patterns.unflipped).any())


def _allowance(seconds: float | None) -> Allowance:
    """The work of a way, or so many seconds by the clock."""
    if seconds is None:
        return Allowance(_COUNTING)
    return Allowance(deadline=time.monotonic() + seconds)


def _work_of_circuit(plan: Schedule, effort: float) -> float:
    """About how many microseconds the synthesis of a circuit of all active rotations takes."""
    rotations = plan.model.rotations
    n_letters = int(rotations.strings.weights()[rotations.string[plan.patterns.active]].sum())
    return _OF_LETTER * n_letters + _OF_EFFORT * effort


def counted_circuits(
    plan: Schedule, allowance: Allowance, effort: float = 1
) -> dict[int, Resources]:
    """What the circuits of a schedule use, in a random order as far as allowed or until Ctrl-C; one at least."""
    order = [*range(plan.n_circuits)]
    random.Random(0).shuffle(order)
    effort *= share(plan.n_circuits)
    work = _work_of_circuit(plan, effort)
    found: dict[int, Resources] = {}
    for index in order:
        if found and not allowance.left:
            break
        allowance.spend(work)
        circuit = plan.circuit(index)
        strings = list(dict.fromkeys(m.pauli for m in circuit.measurements))
        try:
            found[index] = resources(measured(prepared(plan, circuit), strings, effort=effort))
        except KeyboardInterrupt:
            if not found:
                raise
            break
    return found


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
) -> tuple[list[Way], Resources | None, list[str]]:
    """Every way, the largest circuit of the schedule, and what is to be said of them."""
    variances = shot_variances(plan)
    counted = counted_circuits(plan, _allowance(seconds), effort)
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
    priced.insert(1, _lie_algebraic(plan, forward, shots, budget, seconds, effort))
    label = "parameter shift through pytket's default compilation"
    compiled = _pytket(plan, pytket_seconds)
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
) -> Way:
    """All derivatives from observables of the forward circuit; at equal precision, the mean over random points."""
    label, part = "Lie-algebraic, on the forward circuit", forward_parts(plan).whole
    if part is None:
        why = f"it needs more than {MAX_OBSERVABLES} observables"
        return _unknown("lie_algebraic", label, 0, why)
    n, allowance = len(part.sets), _allowance(seconds)
    effort *= share(n)
    work = _work_of_circuit(plan, effort)
    counted = []
    for circuit in expectation_circuits(
        plan.model, part.sets, rows=plan.patterns.active, effort=effort
    ):
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


def _pytket(plan: Schedule, seconds: float) -> list[Resources] | str:
    if seconds <= 0:
        return "it was not asked for"
    compiled = default_counts(plan.model, seconds=seconds)
    if not isinstance(compiled, Counts):
        return compiled
    whole = Resources(
        one_qubit_gates=compiled.one_qubit_gates,
        two_qubit_gates=compiled.two_qubit_gates,
        two_qubit_depth=compiled.two_qubit_depth,
        measurements=0,
    )
    return [_followed(whole, used) for used in _readings(plan)]


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


def _fault_text(target: str) -> str:
    return f"first-order estimate of the probability, from published errors of {target}"


def in_hqc(value: float) -> str:
    """A price for people."""
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"
