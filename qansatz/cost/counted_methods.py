"""Shots and HQC to a precision: of a method's circuits, and on the forward circuit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.forward import ForwardPart, forward_parts
from qansatz.analysis.gradient.forward_map import forward_map
from qansatz.analysis.gradient.methods import HYBRID, LIE_ALGEBRAIC, Method
from qansatz.analysis.gradient.shots import MAX_SHOTS, Counts, Floats, TooManyShotsError, allocate
from qansatz.analysis.gradient.slopes import SlopeColumns
from qansatz.cost.circuit_columns import CircuitColumns, moved_rows, scheduled
from qansatz.cost.readout_gates import GateCounts, all_measured, shot_prices
from qansatz.hqc import hqc_price

Goal: TypeAlias = Literal["circuits", "shots", "hqc"]

#: The random points at which the weights of the forward circuit's observables are taken.
POINTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedMethod:
    """A method to measure the gradient with its circuits, and the shots and HQC to a precision.

    ``n_observables`` counts expectation values. What is not known is None, and ``note`` says why. ``shots`` holds
    the shots of each circuit, in the order of the circuits of the schedule where the method is that.
    """

    method: Method
    n_circuits: int | None
    n_observables: int
    n_shots: int | None
    hqc: float | None
    shots: Counts | None
    note: str = ""

    @property
    def name(self) -> str:
        """The name of the method."""
        return self.method.name

    @property
    def label(self) -> str:
        """What tables call the method."""
        return self.method.label


def allocated(
    circuits: CircuitColumns, goal: Goal, budget: float, gates: GateCounts | None, note: str = ""
) -> CountedMethod:
    """The shots of each circuit for a variance of ``budget`` summed over the components, and their HQC."""
    n = len(circuits.variances)
    prices = shot_prices(gates, circuits.two_qubit, circuits.measured)
    shots = np.zeros(0, dtype=np.int64)
    try:
        if n:
            shots = allocate(circuits.variances, prices if goal == "hqc" else np.ones(n), budget)
    except TooManyShotsError:
        return _uncounted(circuits.method, n, circuits.n_observables, note)
    return CountedMethod(
        method=circuits.method,
        n_circuits=n,
        n_observables=circuits.n_observables,
        n_shots=int(shots.sum()),
        hqc=float(hqc_price(n, (prices * shots).sum())) if gates is not None else None,
        shots=shots,
        note=note,
    )


def _uncounted(
    method: Method, n_circuits: int, n_observables: int, note: str = ""
) -> CountedMethod:
    return CountedMethod(
        method=method,
        n_circuits=n_circuits,
        n_observables=n_observables,
        n_shots=None,
        hqc=None,
        shots=None,
        note="; ".join(text for text in (note, "more shots than can be counted") if text),
    )


def forward_methods(
    schedule: Schedule,
    slopes: SlopeColumns,
    goal: Goal,
    budget: float,
    gates: GateCounts | None,
) -> list[CountedMethod]:
    """The last rotations, or all of them, on the forward circuit."""
    parts = forward_parts(schedule)
    choices: list[tuple[Method, ForwardPart, str]] = []
    if parts.whole is not None:
        choices.append((LIE_ALGEBRAIC, parts.whole, ""))
    if parts.best is not None and parts.best.n_others:
        choices.append((HYBRID, parts.best, f"from rotation {parts.best.start} on"))
    counted = []
    for method, part, note in choices:
        try:
            result = _forward_method(schedule, slopes, method, part, note, goal, budget, gates)
        except TooManyShotsError:
            n_others = int((schedule.item_row < part.start).sum())
            result = _uncounted(method, part.n_circuits, part.n_observables + n_others, note)
        counted.append(result)
    return counted


def _forward_method(
    schedule: Schedule,
    slopes: SlopeColumns,
    method: Method,
    part: ForwardPart,
    note: str,
    goal: Goal,
    budget: float,
    gates: GateCounts | None,
) -> CountedMethod:
    """Shots by the weights at random points, and, as a note, what is enough at every point.

    Let the observables in set s be w_s. For one component their weights are at most C = Σ|c_a|·|slope| in Euclidean
    norm, so N_s = w_s·ν shots for every set leave a variance of at most C²/ν, for all θ: the sets are one circuit of
    price Σ w_s·price_s.
    """
    head = scheduled(schedule, slopes, gates is not None, before=part.start)
    kept = head.variances > 0
    moved = np.isin(slopes.rotation, moved_rows(schedule, part.start))
    scale = sum(abs(float(term.coefficient)) for term in schedule.terms)
    sums = np.bincount(slopes.parameter[moved], slopes.size[moved], minlength=1)
    tail = float(((scale * sums) ** 2).sum())
    sizes = np.array([len(members) for members in part.sets], dtype=np.float64)
    two_qubit, measured = all_measured(part.sets, schedule.model.n_qubits, gates is not None).T
    head_prices = shot_prices(gates, head.two_qubit[kept], head.measured[kept])
    every = np.append(head_prices, shot_prices(gates, two_qubit, measured))
    prices = every if goal == "hqc" else np.ones(len(every))
    n_head = len(head_prices)
    together = np.append(prices[:n_head], (sizes * prices[n_head:]).sum())
    worst = allocate(np.append(head.variances[kept], tail), together, budget)
    if sizes.sum() * float(worst[-1]) > MAX_SHOTS:
        raise TooManyShotsError("the precision takes more shots than can be counted")
    shots = np.append(worst[:-1], (sizes * worst[-1]).astype(np.int64))
    most = int(shots.sum())
    points = forward_variances(schedule, part)
    if len(points):
        drawn = [allocate(np.append(head.variances[kept], v), prices, budget) for v in points]
        shots = np.ceil(np.mean(drawn, axis=0)).astype(np.int64)
    bound = f"at most {most:,} shots at any angles" if len(points) else ""
    return CountedMethod(
        method=method,
        n_circuits=part.n_circuits,
        n_observables=part.n_observables + int((schedule.item_row < part.start).sum()),
        n_shots=int(shots.sum()),
        hqc=float(hqc_price(len(shots), (every * shots).sum())) if gates is not None else None,
        shots=shots,
        note="; ".join(text for text in (note, bound) if text),
    )


def forward_variances(schedule: Schedule, part: ForwardPart) -> Floats:
    """The most that one shot's variance can be in every set, whatever the state, at random points: (points, sets).

    There are none where the weights are beyond their limits, or angles have no real values.
    """
    from qansatz.simulation.draws import draw_inputs, draw_parameters

    slots, random = schedule.model.slots, np.random.default_rng(0)
    values = np.append(
        draw_parameters(slots, random, POINTS), draw_inputs(slots, random, POINTS), axis=1
    )
    starts = np.cumsum([0, *map(len, part.sets)])[:-1]
    variances = []
    try:
        forward = forward_map(schedule, [p for s in part.sets for p in s], first=part.start)
        for at in values:
            sums = np.add.reduceat(np.abs(forward.weights(at)), starts, axis=1)
            variances.append((sums**2).sum(axis=0))
    except ValueError:
        return np.zeros((0, len(part.sets)))
    return np.array(variances)
