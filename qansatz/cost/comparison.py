"""Methods to measure one gradient, side by side: circuits, shots to a precision, and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, assert_never

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.methods import ADJOINT, PARAMETER_SHIFT
from qansatz.analysis.gradient.slopes import slope_columns
from qansatz.analysis.gradient.terms import commuting_sets
from qansatz.cost.circuit_columns import (
    block_circuits,
    commuting_block,
    distant_parts,
    hadamard,
    scheduled,
    shifts,
)
from qansatz.cost.counted_methods import POINTS, CountedMethod, Goal, allocated, forward_methods
from qansatz.cost.readout_gates import HQC_ASSUMPTIONS, GateCounts
from qansatz.lie.classification import classify, contains
from qansatz.pauli.planes import MAX_STRINGS, Reachable, TooManyStringsError
from qansatz.pauli.tables import distinct
from qansatz.sheets import Cell, Remark, Sheet, Table, assumed, html

#: The most qubits, summed over the distinct strings, for which their Lie algebra is named.
MAX_WEIGHT: Final = 1_000_000

#: The most strings that are followed to tell whether the gradient can be computed.
MAX_FOLLOWED: Final = 20_000

COUNTED: Final = "counted, not run by `gradient`"

ASSUMPTIONS: Final = (
    "the precision is the root mean square of the standard errors of all components",
    "variances are the largest that the weights allow, whatever the state: the precision is kept for sure",
    f"on the forward circuit weights depend on the angles: shots are the mean over {POINTS} random points",
)

_NONLINEAR: Final = "slopes of nonlinear angles are taken as 1"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """All methods, the schedule first; ``best`` names the one for the goal among those whose circuits are run.

    Where the gradient can be computed the last method is ``adjoint``, without circuits; it is never ``best``.
    """

    goal: Goal
    precision: float
    methods: tuple[CountedMethod, ...]
    best: str
    classical: str
    assumptions: tuple[str, ...]

    def method(self, name: str) -> CountedMethod:
        """The method of a name; ``KeyError`` where there is none."""
        for counted in self.methods:
            if counted.name == name:
                return counted
        raise KeyError(name)

    def sheet(self) -> Sheet:
        """The methods side by side, the best, whether any circuit is needed, and what is assumed."""
        best = self.method(self.best)
        goal = self.goal if _amount(best, self.goal) is not None else "circuits"
        texts = [f"{_LEAST[goal]}: {best.label}", self.classical]
        if all(m.hqc is None for m in self.methods if m.method.runs_circuits):
            texts.append(_NO_HQC if self.goal != "hqc" else _NO_SHOTS)
        return Sheet(
            title="Ways to measure the gradient",
            tables=(Table(head=_HEAD, rows=tuple(map(self._row, self.methods))),),
            remarks=(*(Remark("", text) for text in texts), *assumed(self.assumptions)),
        )

    def _row(self, counted: CountedMethod) -> tuple[Cell, ...]:
        base = _amount(self.method(PARAMETER_SHIFT.name), self.goal)
        amount = _amount(counted, self.goal)
        return (
            counted.label,
            counted.n_circuits,
            counted.n_observables,
            counted.n_shots,
            None if counted.hqc is None else round(counted.hqc),
            float(base) / float(amount) if base and amount else None,
            "best" if counted.name == self.best else counted.note,
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


_HEAD: Final = ("way to measure", "circuits", "observables", "shots", "HQC", "times fewer", "")
_LEAST: Final[dict[Goal, str]] = {
    "circuits": "fewest circuits",
    "shots": "fewest shots",
    "hqc": "least HQC",
}
_NO_HQC: Final = "HQC: worked out with --goal hqc"
_NO_SHOTS: Final = "HQC: not known where shots cannot be counted"


@np.errstate(over="ignore", invalid="ignore")
def compare(
    schedule: Schedule,
    *,
    goal: Goal = "circuits",
    precision: float = 0.01,
    gates: GateCounts | None = None,
) -> Comparison:
    """Every method with its circuits, and the shots and HQC that reach a precision.

    ``precision`` is the root mean square standard error of the components. Shots are allocated for the least HQC
    where the goal is that, which needs ``gates``, else for the fewest shots in all.
    """
    if goal == "hqc" and gates is None:
        raise ValueError("HQC needs the gate counts of the forward circuit")
    slopes = slope_columns(schedule.model)
    groups = commuting_sets(schedule.terms)
    measured = [
        scheduled(schedule, slopes, gates is not None),
        shifts(schedule, slopes, groups, gates is not None),
        shifts(schedule, slopes, groups, gates is not None, active=True),
        hadamard(schedule, slopes, groups, gates is not None),
        commuting_block(schedule, slopes, gates is not None),
    ]
    budget = max(1, schedule.n_parameters) * precision**2
    methods = [allocated(circuits, goal, budget, gates) for circuits in measured]
    together = distant_parts(schedule, slopes, gates is not None)
    if together is not None:
        methods.append(allocated(together, goal, budget, gates, note=_TOGETHER))
    methods += forward_methods(schedule, slopes, goal, budget, gates)
    methods = [m if m.method.runs_circuits else _marked(m) for m in methods]
    best = _best([m for m in methods if m.method.runs_circuits], goal)
    n_strings = _followed(schedule)
    if n_strings is not None:
        methods.append(replace(_ADJOINT, hqc=0.0 if gates is not None else None))
    nonlinear = () if slopes.constant.all() else (_NONLINEAR,)
    return Comparison(
        goal=goal,
        precision=precision,
        methods=tuple(methods),
        best=best.name,
        classical=_classical(schedule, n_strings),
        assumptions=(*ASSUMPTIONS, *nonlinear, *(HQC_ASSUMPTIONS if gates is not None else ())),
    )


_TOGETHER: Final = "an ancilla for each part; its circuits: qansatz.analysis.gradient.side_by_side"
_ADJOINT: Final = CountedMethod(
    method=ADJOINT,
    n_circuits=0,
    n_observables=0,
    n_shots=0,
    hqc=None,
    shots=None,
    note="no circuit; `gradient --method adjoint`",
)


def _marked(counted: CountedMethod) -> CountedMethod:
    return replace(counted, note="; ".join(text for text in (COUNTED, counted.note) if text))


def _best(candidates: Sequence[CountedMethod], goal: Goal) -> CountedMethod:
    """The least by the goal, then by shots; by circuits where no candidate has a number for the goal."""

    def shots(counted: CountedMethod) -> float:
        return float("inf") if counted.n_shots is None else counted.n_shots

    priced = [(value, m) for m in candidates if (value := _amount(m, goal)) is not None]
    priced = priced or [(m.n_circuits or 0, m) for m in candidates]
    return min(priced, key=lambda pair: (pair[0], shots(pair[1])))[1]


def _amount(counted: CountedMethod, goal: Goal) -> float | None:
    match goal:
        case "circuits":
            return counted.n_circuits
        case "shots":
            return counted.n_shots
        case "hqc":
            return counted.hqc
        case _:
            assert_never(goal)


def _followed(schedule: Schedule) -> int | None:
    """The strings that the rotations make of the observable; None beyond ``MAX_FOLLOWED``, and where there are none."""
    if not len(schedule.patterns.rows) or not schedule.terms:
        return None
    rotations = schedule.model.rotations
    reached = Reachable(rotations.strings, limit=MAX_FOLLOWED)
    bare = [term.pauli._replace(phase=0) for term in schedule.observable.pulled_back]
    try:
        reached.insert([p for p in dict.fromkeys(bare) if p.x | p.z])
        for axis in reversed(rotations.string.tolist()):
            reached.turn(axis)
    except TooManyStringsError:
        return None
    return len(reached)


def baseline_circuits(schedule: Schedule) -> dict[str, int]:
    """The circuits that parameter shift, the Hadamard test and one circuit per block and parity of O take.

    Parameter shift and Hadamard test count all rotations, as in the literature; the keys with ``active`` leave out
    those that the observable cannot feel.
    """
    n_groups = commuting_sets(schedule.terms).n_sets
    n, active = schedule.n_rotations, schedule.n_active_rotations
    return {
        "parameter_shift": 2 * n * n_groups,
        "parameter_shift_active": 2 * active * n_groups,
        "hadamard_test": n * n_groups,
        "hadamard_test_active": active * n_groups,
        "commuting_block": len(block_circuits(schedule)[0]),
    }


def _classical(schedule: Schedule, n_strings: int | None) -> str:
    """Whether no circuit is needed at all (g-sim, Goh et al., arXiv:2308.01432)."""
    patterns, rotations = schedule.patterns, schedule.model.rotations
    if not len(patterns.rows) or not schedule.terms:
        return "there is nothing to measure"
    used = patterns.active[patterns.active >= patterns.rows[0]]
    strings = rotations.strings.take(distinct(rotations.string[used]))
    weight = int(strings.weights().sum())
    if n_strings is None and weight > MAX_WEIGHT:
        return (
            f"the distinct strings act on {weight:,} qubits together, more than {MAX_WEIGHT:,}: whether the "
            "observable lies in their Lie algebra was not asked"
        )
    algebra = classify(strings)
    size = f"dimension {algebra.dimension}" if algebra.dimension < 10**12 else "a huge dimension"
    inside = all(contains(algebra, term.pauli) for term in schedule.terms)
    where = f"the observable {'lies' if inside else 'does not lie'} in the Lie algebra of the rotations ({size})"
    if n_strings is not None:
        return f"{where}: value and gradient follow classically from {n_strings:,} strings, without any circuit"
    limit = (
        f"the rotations make more than {MAX_FOLLOWED:,} strings of it, or too many pairs: "
        f"`gradient --method adjoint` follows at most {MAX_STRINGS:,}"
    )
    return f"{where}; {limit}"
