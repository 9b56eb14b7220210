"""Ways to measure one gradient, side by side: circuits, shots to a precision, and money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import numpy as np

from qansatz.analysis import markup
from qansatz.analysis.chain_rule import SlopeColumns, slope_columns
from qansatz.analysis.cover import Cover, cover
from qansatz.analysis.forward import ForwardPart, forward_parts
from qansatz.analysis.forward_map import forward_map
from qansatz.analysis.patterns import Rows, signs
from qansatz.analysis.schedule import (
    MAX_ITEMS,
    Numbers,
    Schedule,
    conflict_rows,
    with_ancilla,
)
from qansatz.analysis.shots import MAX_SHOTS, Counts, Floats, TooManyShotsError, allocate
from qansatz.analysis.side_by_side import side_by_side
from qansatz.model.program import Term
from qansatz.pauli import gf2
from qansatz.pauli.algebra import classify, contains
from qansatz.pauli.planes import MAX_STRINGS, Reachable, TooManyStringsError
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import distinct

Goal: TypeAlias = Literal["circuits", "shots", "hqc"]

#: The most terms of an observable for which a least number of commuting sets is looked for.
MAX_COVERED: Final = 500

#: The most qubits, summed over the distinct strings, for which their Lie algebra is named.
MAX_WEIGHT: Final = 1_000_000

#: The random points at which the weights of the forward circuit's observables are taken.
POINTS: Final = 5

#: The most strings that are followed to tell whether the gradient can be computed.
MAX_FOLLOWED: Final = 20_000

#: The ways that ``qansatz gradient`` runs; the best is one of them.
RUN: Final = ("schedule", "lie_algebraic", "parameter_shift", "parameter_shift_active")
COUNTED: Final = "counted, not run by `gradient`"

ASSUMPTIONS: Final = (
    "the precision is the root mean square of the standard errors of all components",
    "variances are the largest that the weights allow, whatever the state: the precision is kept for sure",
    f"on the forward circuit weights depend on the angles: shots are the mean over {POINTS} random points",
)
_NONLINEAR: Final = "slopes of nonlinear angles are taken as 1"
HQC_ASSUMPTIONS: Final = (
    "HQC = 5 + shots·(N_1q + 10·N_2q + 5·N_measured)/5000 for each circuit; rz is virtual and not counted",
    "gates are those of the native forward circuit without its final Clifford",
    "every reversed rotation adds two two-qubit gates: its string gains the ancilla",
    "a commuting set is measured letter by letter where its strings agree on every qubit, else by a Clifford from the "
    "stabilizer-state synthesis with one qubit for each independent string; one one-qubit gate on each measured qubit",
)


@dataclass(frozen=True, slots=True)
class GateCounts:
    """Native gates of the forward circuit."""

    one_qubit: int
    two_qubit: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Method:
    """One way to measure the gradient.

    ``n_observables`` counts expectation values. What is not known is None, and ``note`` says why. ``shots`` holds
    the shots of each circuit, in the order of the circuits of the schedule where the method is that.
    """

    name: str
    label: str
    n_circuits: int | None
    n_observables: int
    n_shots: int | None
    hqc: float | None
    shots: Counts | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """All methods, the schedule first; ``best`` names the one for the goal among those of ``RUN``.

    Where the gradient can be computed the last method is ``adjoint``, without circuits; it is never ``best``.
    """

    goal: Goal
    precision: float
    methods: tuple[Method, ...]
    best: str
    classical: str
    assumptions: tuple[str, ...]

    def method(self, name: str) -> Method:
        """The method of a name; ``KeyError`` where there is none."""
        for method in self.methods:
            if method.name == name:
                return method
        raise KeyError(name)

    def __str__(self) -> str:
        lines = [
            "; ".join(f"{h} {c}" if h else c for h, c in zip(_HEAD, row, strict=True) if c)
            for row in self._cells()
        ]
        said = [f"assumed: {text}" for text in self.assumptions]
        return "\n".join([*lines, self._verdict(), self.classical, *said])

    def _repr_html_(self) -> str:
        said = [self._verdict(), self.classical, *(f"assumed: {text}" for text in self.assumptions)]
        return markup.table(self._cells(), _HEAD) + markup.notes(said)

    def _verdict(self) -> str:
        return f"best for {self.goal}: {self.method(self.best).label}"

    def _cells(self) -> list[tuple[str, ...]]:
        return [
            (
                m.label,
                "-" if m.n_circuits is None else f"{m.n_circuits:,}",
                f"{m.n_observables:,}",
                "-" if m.n_shots is None else f"{m.n_shots:,}",
                "-" if m.hqc is None else f"{m.hqc:,.0f}",
                m.note,
            )
            for m in self.methods
        ]


_HEAD: Final = ("", "circuits", "observables", "shots", "HQC", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Circuits as columns: the variance per shot summed over components, and gates beside the forward circuit."""

    name: str
    label: str
    variances: Floats
    two_qubit: Floats
    measured: Floats
    n_observables: int


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
    groups = _groups(schedule.terms)
    plans = [
        _scheduled(schedule, slopes, gates is not None),
        _shifts(schedule, slopes, groups, gates is not None),
        _shifts(schedule, slopes, groups, gates is not None, active=True),
        _hadamard(schedule, slopes, groups, gates is not None),
        _commuting_block(schedule, slopes, gates is not None),
    ]
    budget = max(1, schedule.n_parameters) * precision**2
    methods = [_method(plan, goal, budget, gates) for plan in plans]
    together = _side_by_side(schedule, slopes, gates is not None)
    if together is not None:
        note = "an ancilla for each part; its circuits: qansatz.analysis.side_by_side"
        methods.append(replace(_method(together, goal, budget, gates), note=note))
    methods += _forward(schedule, slopes, goal, budget, gates)
    methods = [m if m.name in RUN else _marked(m) for m in methods]
    keys: dict[Goal, Callable[[Method], float | None]] = {
        "circuits": lambda m: m.n_circuits,
        "shots": lambda m: m.n_shots,
        "hqc": lambda m: m.hqc,
    }
    run = [m for m in methods if m.name in RUN]
    known = [(value, m) for m in run if (value := keys[goal](m)) is not None]
    known = known or [(m.n_circuits or 0, m) for m in run]
    n_strings = _followed(schedule)
    if n_strings is not None:
        methods.append(replace(_ADJOINT, hqc=0.0 if gates is not None else None))
    nonlinear = () if slopes.constant.all() else (_NONLINEAR,)
    return Comparison(
        goal=goal,
        precision=precision,
        methods=tuple(methods),
        best=min(known, key=_least)[1].name,
        classical=_classical(schedule, n_strings),
        assumptions=(*ASSUMPTIONS, *nonlinear, *(HQC_ASSUMPTIONS if gates is not None else ())),
    )


_ADJOINT: Final = Method(
    name="adjoint",
    label="adjoint method, computed",
    n_circuits=0,
    n_observables=0,
    n_shots=0,
    hqc=None,
    shots=None,
    note="no circuit; `gradient --method adjoint`",
)


def _marked(method: Method) -> Method:
    return replace(method, note="; ".join(text for text in (COUNTED, method.note) if text))


def _least(pair: tuple[float, Method]) -> tuple[float, float]:
    """By the goal, then by shots."""
    value, method = pair
    return value, float("inf") if method.n_shots is None else method.n_shots


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


def shot_variances(schedule: Schedule) -> dict[str, Floats]:
    """The most that one shot of each circuit varies, summed over the components of the gradient.

    For ``schedule``, ``parameter_shift`` and ``parameter_shift_active``; the circuits of a shift are ordered by
    rotation, then by commuting set of the observable, then by the sign of the shift.
    """
    slopes, groups = slope_columns(schedule.model), _groups(schedule.terms)
    plans = (
        _scheduled(schedule, slopes, False),
        _shifts(schedule, slopes, groups, False),
        _shifts(schedule, slopes, groups, False, active=True),
    )
    return {plan.name: plan.variances for plan in plans}


def commuting_terms(schedule: Schedule) -> list[list[Pauli]]:
    """The terms of the observable in the commuting sets that parameter shift measures, in order."""
    return _group_weights(schedule.terms, _groups(schedule.terms))[1]


def baseline_circuits(schedule: Schedule) -> dict[str, int]:
    """The circuits that parameter shift, the Hadamard test and one circuit per block and parity of O take.

    Parameter shift and Hadamard test count all rotations, as in the literature; the keys with ``active`` leave out
    those that the observable cannot feel.
    """
    n_groups = _groups(schedule.terms).n_sets
    n, active = schedule.n_rotations, schedule.n_active_rotations
    return {
        "parameter_shift": 2 * n * n_groups,
        "parameter_shift_active": 2 * active * n_groups,
        "hadamard_test": n * n_groups,
        "hadamard_test_active": active * n_groups,
        "commuting_block": len(_block_circuits(schedule)[0]),
    }


def _groups(terms: Sequence[Term]) -> Cover:
    """The terms of O in commuting sets."""
    n = max((term.pauli.x | term.pauli.z for term in terms), default=1).bit_length()
    small = len(terms) <= MAX_COVERED
    return cover(conflict_rows([term.pauli for term in terms], n), seconds=2.0, exact=small)


def _squares(slopes: SlopeColumns, rows: Rows) -> Floats:
    """Σ over parameters of slope² for each row."""
    n = int(slopes.rotation.max(initial=-1)) + 1
    total = np.bincount(slopes.rotation, slopes.size**2, minlength=max(n, 1))
    return np.asarray(total[rows], dtype=np.float64)


def _group_weights(terms: Sequence[Term], groups: Cover) -> tuple[Floats, list[list[Pauli]]]:
    weights = np.zeros(groups.n_sets)
    members: list[list[Pauli]] = [[] for _ in range(groups.n_sets)]
    for term, k in zip(terms, groups.sets, strict=True):
        weights[k] += abs(float(term.coefficient))
        members[k].append(term.pauli)
    return weights, members


def _shifts(
    schedule: Schedule,
    slopes: SlopeColumns,
    groups: Cover,
    with_gates: bool,
    *,
    active: bool = False,
) -> _Plan:
    rows = schedule.patterns.rows if active else np.flatnonzero(schedule.differentiated)
    weights, members = _group_weights(schedule.terms, groups)
    n = schedule.model.n_qubits
    quarter = np.outer(_squares(slopes, rows), weights**2 / 4).ravel().repeat(2)
    costs = _all_measured(members, n, with_gates)
    return _Plan(
        name="parameter_shift_active" if active else "parameter_shift",
        label="parameter shift, active rotations" if active else "parameter shift",
        variances=quarter,
        two_qubit=np.tile(costs[:, 0].repeat(2), len(rows)),
        measured=np.tile(costs[:, 1].repeat(2), len(rows)),
        n_observables=2 * len(rows) * len(schedule.terms),
    )


def _hadamard(schedule: Schedule, slopes: SlopeColumns, groups: Cover, with_gates: bool) -> _Plan:
    rotations = schedule.model.rotations
    rows = np.flatnonzero(schedule.differentiated)
    weights, members = _group_weights(schedule.terms, groups)
    costs = _all_measured(members, schedule.model.n_qubits, with_gates)
    controlled = 2.0 * rotations.strings.weights()[rotations.string[rows]]
    return _Plan(
        name="hadamard_test",
        label="Hadamard test",
        variances=np.outer(_squares(slopes, rows), weights**2).ravel(),
        two_qubit=np.add.outer(controlled, costs[:, 0]).ravel(),
        measured=np.tile(costs[:, 1] + 1, len(rows)),
        n_observables=len(rows) * len(schedule.terms),
    )


def _scheduled(
    schedule: Schedule, slopes: SlopeColumns, with_gates: bool, before: int | None = None
) -> _Plan:
    """The circuits of the schedule, for the rows ``before`` one only: others may be left with variance 0."""
    n = schedule.n_circuits
    item, row = _measured_rows(schedule)
    mine = schedule.item_row[item] < (len(schedule.model.rotations) if before is None else before)
    two_qubit, measured = np.zeros(n), np.ones(n)
    if with_gates:
        for circuit in schedule.circuits():
            strings = list({m.pauli for m in circuit.measurements})
            width = schedule.model.n_qubits + circuit.ancilla
            clifford, measured[circuit.index] = _measuring(strings, width)
            two_qubit[circuit.index] = 2 * len(circuit.flipped) + clifford
    return _Plan(
        name="schedule",
        label="sign patterns",
        variances=_variances(
            schedule,
            slopes,
            row[mine],
            schedule.item_term[item[mine]],
            schedule.item_circuit[item[mine]],
            n,
        ),
        two_qubit=two_qubit,
        measured=measured,
        n_observables=len(schedule.item_row),
    )


def _side_by_side(schedule: Schedule, slopes: SlopeColumns, with_gates: bool) -> _Plan | None:
    """Parts of the circuits at once; they are independent, so the variances of their shots add."""
    circuits = side_by_side(schedule)
    if not circuits:
        return None
    item, row = _measured_rows(schedule)
    of_item = np.full(len(schedule.item_row), -1, dtype=np.int32)
    starts = [0]
    for circuit in circuits:
        for k, part in enumerate(circuit.parts):
            of_item[[*part.items]] = starts[-1] + k
        starts.append(starts[-1] + len(circuit.parts))
    parts = _variances(schedule, slopes, row, schedule.item_term[item], of_item[item], starts[-1])
    two_qubit, measured = np.zeros(len(circuits)), np.ones(len(circuits))
    if with_gates:
        n = schedule.model.n_qubits
        for k, circuit in enumerate(circuits):
            strings = list({m.pauli for m in circuit.measurements})
            clifford, measured[k] = _measuring(strings, n + circuit.n_ancillas)
            two_qubit[k] = 2 * sum(len(part.flipped) for part in circuit.parts) + clifford
    return _Plan(
        name="side_by_side",
        label="sign patterns, distant parts side by side",
        variances=np.add.reduceat(parts, starts[:-1]),
        two_qubit=two_qubit,
        measured=measured,
        n_observables=len(schedule.item_row),
    )


def _measured_rows(schedule: Schedule) -> tuple[Rows, Rows]:
    """Items, and the rows whose derivatives they give a term of, as columns."""
    if schedule.copies is not None:
        return schedule.copies.item, schedule.copies.row
    return np.arange(len(schedule.item_row)), schedule.item_row


def _moved_rows(schedule: Schedule, start: int) -> Rows:
    """The rows that have a term measured by an item of a row from ``start`` on."""
    item, row = _measured_rows(schedule)
    return distinct(row[schedule.item_row[item] >= start])


def _variances(
    schedule: Schedule,
    slopes: SlopeColumns,
    rows: Rows,
    terms: Numbers,
    circuits: Numbers,
    n_circuits: int,
) -> Floats:
    """For each circuit Σ over parameters of (Σ |weight·slope|)², the most that one shot's variance can be."""
    if not len(rows):
        return np.zeros(n_circuits)
    sizes = np.array([abs(float(term.coefficient)) for term in schedule.terms])[terms]
    start = np.searchsorted(slopes.rotation, rows)
    count = np.searchsorted(slopes.rotation, rows, side="right") - start
    item = np.repeat(np.arange(len(rows)), count)
    at = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count) + start[item]
    size = sizes[item] * slopes.size[at]
    key = circuits[item].astype(np.int64) * max(1, schedule.n_parameters) + slopes.parameter[at]
    order = np.argsort(key, kind="stable")
    key, size = key[order], size[order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    sums = np.add.reduceat(size, first)
    owners = key[first] // max(1, schedule.n_parameters)
    return np.asarray(np.bincount(owners, sums**2, minlength=n_circuits), dtype=np.float64)


def _commuting_block(schedule: Schedule, slopes: SlopeColumns, with_gates: bool) -> _Plan:
    classes, rows, terms, circuits = _block_circuits(schedule)
    n = len(classes)
    two_qubit, measured = np.zeros(n), np.ones(n)
    if with_gates:
        order = np.argsort(circuits, kind="stable")
        ends = np.searchsorted(circuits[order], np.arange(n + 1))
        for k, label in enumerate(classes):
            items = order[ends[k] : ends[k + 1]]
            two_qubit[k], measured[k] = _block_gates(schedule, label, rows[items], terms[items])
    return _Plan(
        name="commuting_block",
        label="one circuit per block and parity of O",
        variances=_variances(schedule, slopes, rows, terms, circuits, n),
        two_qubit=two_qubit,
        measured=measured,
        n_observables=len(rows),
    )


def _block_gates(schedule: Schedule, label: int, rows: Rows, terms: Numbers) -> tuple[float, float]:
    """Two-qubit gates beside the forward circuit, and measured qubits, of one circuit of a block and parity."""
    rotations, n = schedule.model.rotations, schedule.model.n_qubits
    operators = [
        schedule.terms[a].pauli * rotations.pauli(row)
        for row, a in zip(rows.tolist(), terms.tolist(), strict=True)
    ]
    if label == 1:
        bare = {Pauli(p.x, p.z) for p in operators}
        return _measuring([*bare], n)
    strings = {with_ancilla(p, n) for p in operators}
    flipped = signs(rotations.strings, rotations.string, schedule.patterns.active, int(rows[0]))
    clifford, n_measured = _measuring([*strings], n + 1)
    return 2 * len(flipped) + clifford, n_measured


def _block_circuits(schedule: Schedule) -> tuple[list[int], Rows, Numbers, Numbers]:
    """Circuits as in arXiv:2306.14962: patterns before merging, Hermitian and other A never together.

    Neither light cones of single terms nor the initial state make a derivative vanish here.
    """
    found, rotations = schedule.patterns, schedule.model.rotations
    rows, numbers = schedule.item_row, schedule.item_term
    if schedule.copies is not None or len(found.rows) * len(schedule.terms) <= MAX_ITEMS:
        n_terms = np.arange(len(schedule.terms), dtype=np.int32)
        rows, numbers = np.repeat(found.rows, len(n_terms)), np.tile(n_terms, len(found.rows))
    place = np.searchsorted(found.rows, rows)
    odd = np.zeros(len(rows), dtype=np.bool_)
    for a, term in enumerate(schedule.terms):
        mine = numbers == a
        relation = rotations.strings.anticommute_with(term.pauli)
        odd[mine] = relation[rotations.string[rows[mine]]]
    label = 2 * found.plain[place].astype(np.int64) + odd
    kept = label != 0
    rows, numbers, label = rows[kept], numbers[kept], label[kept]
    order = np.argsort(label, kind="stable")
    ordered = label[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    circuit = np.zeros(len(rows), dtype=np.int32)
    if not len(order):
        return [], rows, numbers, circuit
    if len(schedule.terms) == 1:
        circuit[order] = np.cumsum(np.append(True, ordered[1:] != ordered[:-1])) - 1
        return ordered[starts].tolist(), rows, numbers, circuit
    classes: list[int] = []
    known: dict[tuple[int, ...], Cover] = {}
    n = schedule.model.n_qubits
    pauli_of = lru_cache(maxsize=1 << 16)(rotations.strings.pauli)
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        items = order[start:end].tolist()
        operators = []
        for item in items:
            string = pauli_of(int(rotations.string[rows[item]]))
            pauli = schedule.terms[numbers[item]].pauli * string
            operators.append(with_ancilla(pauli, n))
        conflicts = conflict_rows(operators, n + 1)
        if conflicts not in known:
            known[conflicts] = cover(conflicts, exact=False, seconds=0.2)
        for item, k in zip(items, known[conflicts].sets, strict=True):
            circuit[item] = len(classes) + k
        classes += [int(label[items[0]])] * known[conflicts].n_sets
    return classes, rows, numbers, circuit


def _method(plan: _Plan, goal: Goal, budget: float, gates: GateCounts | None) -> Method:
    n = len(plan.variances)
    prices = _prices(gates, plan.two_qubit, plan.measured)
    shots = np.zeros(0, dtype=np.int64)
    try:
        if n:
            shots = allocate(plan.variances, prices if goal == "hqc" else np.ones(n), budget)
    except TooManyShotsError:
        return _uncounted(plan.name, plan.label, n, plan.n_observables)
    return Method(
        name=plan.name,
        label=plan.label,
        n_circuits=n,
        n_observables=plan.n_observables,
        n_shots=int(shots.sum()),
        hqc=float(5 * n + (prices * shots).sum()) if gates is not None else None,
        shots=shots,
    )


def _uncounted(name: str, label: str, n_circuits: int, n_observables: int) -> Method:
    return Method(
        name=name,
        label=label,
        n_circuits=n_circuits,
        n_observables=n_observables,
        n_shots=None,
        hqc=None,
        shots=None,
        note="more shots than can be counted",
    )


def _prices(gates: GateCounts | None, two_qubit: Floats, measured: Floats) -> Floats:
    """HQC a shot, without the 5 of every circuit; 1 where gates are not counted."""
    if gates is None:
        return np.ones(len(measured))
    one = gates.one_qubit + measured
    return (one + 10 * (gates.two_qubit + two_qubit) + 5 * measured) / 5000


def _all_measured(sets: Sequence[Sequence[Pauli]], n_qubits: int, with_gates: bool) -> Floats:
    """:func:`_measuring` for every set, shape (sets, 2); not worked out where gates are not counted."""
    if not with_gates:
        return np.tile((0.0, 1.0), (len(sets), 1))
    return np.array([_measuring(members, n_qubits) for members in sets]).reshape(-1, 2)


def _measuring(strings: Sequence[Pauli], n_qubits: int) -> tuple[float, float]:
    """Two-qubit gates of a Clifford that makes commuting strings diagonal, and how many qubits are measured."""
    from qansatz.pauli.cliffords import stabilizer_state_circuit
    from qansatz.pauli.groups import commutant, independent, maximal_isotropic

    letters = _letter_by_letter(strings)
    if letters is not None:
        return 0.0, float(letters)
    kept = [strings[k] for k in independent(strings)]
    support = 0
    for p in kept:
        support |= p.x | p.z
    qubits = gf2.bits(support)
    small = [_restricted(p, qubits) for p in kept]
    span = gf2.Span(gf2.vectors(small, len(qubits)))
    rest = maximal_isotropic(commutant(small, len(qubits)))
    full = [*small]
    full += [p for p in rest if span.insert(gf2.vector(p, len(qubits)))]
    gates = stabilizer_state_circuit(full[: len(qubits)], len(qubits))
    two = sum(3 if name == "swap" else 1 for name, at in gates if len(at) == 2)
    return float(two), float(len(kept))


def _letter_by_letter(strings: Sequence[Pauli]) -> int | None:
    """The qubits that strings act on, where those that act on one all have the same letter there; else None."""
    x = z = support = 0
    for p in strings:
        own = p.x | p.z
        both = own & support
        if (p.x ^ x) & both or (p.z ^ z) & both:
            return None
        x, z, support = x | p.x, z | p.z, support | own
    return support.bit_count()


def _restricted(pauli: Pauli, qubits: Sequence[int]) -> Pauli:
    x = sum((pauli.x >> q & 1) << k for k, q in enumerate(qubits))
    z = sum((pauli.z >> q & 1) << k for k, q in enumerate(qubits))
    return Pauli(x, z)


def _forward(
    schedule: Schedule,
    slopes: SlopeColumns,
    goal: Goal,
    budget: float,
    gates: GateCounts | None,
) -> list[Method]:
    """The last rotations, or all of them, on the forward circuit."""
    parts = forward_parts(schedule)
    found = []
    if parts.whole is not None:
        found.append(("lie_algebraic", "Lie-algebraic, on the forward circuit", parts.whole))
    if parts.best is not None and parts.best.n_others:
        label = f"sign patterns, rotations from {parts.best.start} on the forward circuit"
        found.append(("hybrid", label, parts.best))
    methods = []
    for name, label, part in found:
        try:
            method = _forward_method(schedule, slopes, name, label, part, goal, budget, gates)
        except TooManyShotsError:
            n_others = int((schedule.item_row < part.start).sum())
            method = _uncounted(name, label, part.n_circuits, part.n_observables + n_others)
        methods.append(method)
    return methods


def _forward_method(
    schedule: Schedule,
    slopes: SlopeColumns,
    name: str,
    label: str,
    part: ForwardPart,
    goal: Goal,
    budget: float,
    gates: GateCounts | None,
) -> Method:
    """Shots by the weights at random points, and, as a note, what is enough at every point.

    Let the observables in set s be w_s. For one component their weights are at most C = Σ|c_a|·|slope| in Euclidean
    norm, so N_s = w_s·ν shots for every set leave a variance of at most C²/ν, for all θ: the sets are one circuit of
    price Σ w_s·price_s.
    """
    plan = _scheduled(schedule, slopes, gates is not None, before=part.start)
    kept = plan.variances > 0
    moved = np.isin(slopes.rotation, _moved_rows(schedule, part.start))
    scale = sum(abs(float(term.coefficient)) for term in schedule.terms)
    sums = np.bincount(slopes.parameter[moved], slopes.size[moved], minlength=1)
    tail = float(((scale * sums) ** 2).sum())
    sizes = np.array([len(members) for members in part.sets], dtype=np.float64)
    two_qubit, measured = _all_measured(part.sets, schedule.model.n_qubits, gates is not None).T
    head_prices = _prices(gates, plan.two_qubit[kept], plan.measured[kept])
    every = np.append(head_prices, _prices(gates, two_qubit, measured))
    prices = every if goal == "hqc" else np.ones(len(every))
    n_head = len(head_prices)
    together = np.append(prices[:n_head], (sizes * prices[n_head:]).sum())
    worst = allocate(np.append(plan.variances[kept], tail), together, budget)
    if sizes.sum() * float(worst[-1]) > MAX_SHOTS:
        raise TooManyShotsError("the precision takes more shots than can be counted")
    shots = np.append(worst[:-1], (sizes * worst[-1]).astype(np.int64))
    most = int(shots.sum())
    points = forward_variances(schedule, part)
    if len(points):
        drawn = [allocate(np.append(plan.variances[kept], v), prices, budget) for v in points]
        shots = np.ceil(np.mean(drawn, axis=0)).astype(np.int64)
    return Method(
        name=name,
        label=label,
        n_circuits=part.n_circuits,
        n_observables=part.n_observables + int((schedule.item_row < part.start).sum()),
        n_shots=int(shots.sum()),
        hqc=float(5 * len(shots) + (every * shots).sum()) if gates is not None else None,
        shots=shots,
        note=f"at most {most:,} shots at any angles" if len(points) else "",
    )


def forward_variances(schedule: Schedule, part: ForwardPart) -> Floats:
    """The most that one shot's variance can be in every set, whatever the state, at random points: (points, sets).

    There are none where the weights are beyond their limits, or angles have no real values.
    """
    from qansatz.analysis.simulation import draw_inputs, draw_parameters

    slots, random = schedule.model.slots, np.random.default_rng(0)
    values = np.append(
        draw_parameters(slots, random, POINTS), draw_inputs(slots, random, POINTS), axis=1
    )
    starts = np.cumsum([0, *map(len, part.sets)])[:-1]
    found = []
    try:
        forward = forward_map(schedule, [p for s in part.sets for p in s], first=part.start)
        for at in values:
            sums = np.add.reduceat(np.abs(forward.weights(at)), starts, axis=1)
            found.append((sums**2).sum(axis=0))
    except ValueError:
        return np.zeros((0, len(part.sets)))
    return np.array(found)


def _classical(schedule: Schedule, n_strings: int | None) -> str:
    """Whether no circuit is needed at all (g-sim, Goh et al., arXiv:2308.01432)."""
    found, rotations = schedule.patterns, schedule.model.rotations
    if not len(found.rows) or not schedule.terms:
        return "there is nothing to measure"
    used = found.active[found.active >= found.rows[0]]
    strings = rotations.strings.take(distinct(rotations.string[used]))
    weight = int(strings.weights().sum())
    if n_strings is None and weight > MAX_WEIGHT:
        return (
            f"the distinct strings act on {weight:,} qubits together, more than {MAX_WEIGHT:,}: whether the "
            "observable lies in their Lie algebra was not asked"
        )
    algebra = classify(strings)
    told = f"dimension {algebra.dimension}" if algebra.dimension < 10**12 else "a huge dimension"
    inside = all(contains(algebra, term.pauli) for term in schedule.terms)
    where = f"the observable {'lies' if inside else 'does not lie'} in the Lie algebra of the rotations ({told})"
    if n_strings is not None:
        return f"{where}: value and gradient follow classically from {n_strings:,} strings, without any circuit"
    limit = (
        f"the rotations make more than {MAX_FOLLOWED:,} strings of it, or too many pairs: "
        f"`gradient --method adjoint` follows at most {MAX_STRINGS:,}"
    )
    return f"{where}; {limit}"
