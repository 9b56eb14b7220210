"""The circuits of each method to measure a gradient as columns: their variances and gates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from qansatz.analysis.gradient.circuits import Numbers, Schedule, with_ancilla
from qansatz.analysis.gradient.cover import Allowance, Cover, cover
from qansatz.analysis.gradient.covering import conflict_rows
from qansatz.analysis.gradient.items import MAX_ITEMS
from qansatz.analysis.gradient.methods import (
    COMMUTING_BLOCK,
    HADAMARD_TEST,
    PARAMETER_SHIFT,
    PARAMETER_SHIFT_ACTIVE,
    SCHEDULE,
    SIDE_BY_SIDE,
    Method,
)
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import signs
from qansatz.analysis.gradient.shots import Floats
from qansatz.analysis.gradient.side_by_side import side_by_side
from qansatz.analysis.gradient.slopes import SlopeColumns, slope_columns
from qansatz.analysis.gradient.terms import commuting_sets, group_weights
from qansatz.cost.readout_gates import all_measured, measuring
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import distinct


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CircuitColumns:
    """A method's circuits: the variance per shot summed over components, and gates beside the forward circuit."""

    method: Method
    variances: Floats
    two_qubit: Floats
    measured: Floats
    n_observables: int


def shot_variances(schedule: Schedule) -> dict[Method, Floats]:
    """The most that one shot of each circuit varies, summed over the components of the gradient.

    By method, for the schedule and both kinds of parameter shift; the circuits of a shift are ordered by rotation, then
    by commuting set of the observable, then by the sign of the shift.
    """
    slopes, groups = slope_columns(schedule.model), commuting_sets(schedule.terms)
    measured = (
        scheduled(schedule, slopes, False),
        shifts(schedule, slopes, groups, False),
        shifts(schedule, slopes, groups, False, active=True),
    )
    return {columns.method: columns.variances for columns in measured}


def _squares(slopes: SlopeColumns, rows: Rows) -> Floats:
    """Σ over parameters of slope² for each row."""
    n = int(slopes.rotation.max(initial=-1)) + 1
    total = np.bincount(slopes.rotation, slopes.size**2, minlength=max(n, 1))
    return np.asarray(total[rows], dtype=np.float64)


def shifts(
    schedule: Schedule,
    slopes: SlopeColumns,
    groups: Cover,
    with_gates: bool,
    *,
    active: bool = False,
) -> CircuitColumns:
    """Two circuits for each rotation, all or the active ones, and each commuting set of the observable."""
    rows = schedule.patterns.rows if active else np.flatnonzero(schedule.differentiated)
    weights, members = group_weights(schedule.terms, groups)
    n = schedule.model.n_qubits
    quarter = np.outer(_squares(slopes, rows), weights**2 / 4).ravel().repeat(2)
    costs = all_measured(members, n, with_gates)
    return CircuitColumns(
        method=PARAMETER_SHIFT_ACTIVE if active else PARAMETER_SHIFT,
        variances=quarter,
        two_qubit=np.tile(costs[:, 0].repeat(2), len(rows)),
        measured=np.tile(costs[:, 1].repeat(2), len(rows)),
        n_observables=2 * len(rows) * len(schedule.terms),
    )


def hadamard(
    schedule: Schedule, slopes: SlopeColumns, groups: Cover, with_gates: bool
) -> CircuitColumns:
    """One circuit with a controlled string for each rotation and commuting set of the observable."""
    rotations = schedule.model.rotations
    rows = np.flatnonzero(schedule.differentiated)
    weights, members = group_weights(schedule.terms, groups)
    costs = all_measured(members, schedule.model.n_qubits, with_gates)
    controlled = 2.0 * rotations.strings.weights()[rotations.string[rows]]
    return CircuitColumns(
        method=HADAMARD_TEST,
        variances=np.outer(_squares(slopes, rows), weights**2).ravel(),
        two_qubit=np.add.outer(controlled, costs[:, 0]).ravel(),
        measured=np.tile(costs[:, 1] + 1, len(rows)),
        n_observables=len(rows) * len(schedule.terms),
    )


def scheduled(
    schedule: Schedule, slopes: SlopeColumns, with_gates: bool, before: int | None = None
) -> CircuitColumns:
    """The circuits of the schedule, for the rows ``before`` one only: others may be left with variance 0."""
    n = schedule.n_circuits
    item, row = _measured_rows(schedule)
    kept = schedule.item_row[item] < (len(schedule.model.rotations) if before is None else before)
    two_qubit, measured = np.zeros(n), np.ones(n)
    if with_gates:
        for circuit in schedule.circuits():
            strings = list({m.pauli for m in circuit.measurements})
            width = schedule.model.n_qubits + circuit.ancilla
            clifford, measured[circuit.index] = measuring(strings, width)
            two_qubit[circuit.index] = 2 * len(circuit.flipped) + clifford
    return CircuitColumns(
        method=SCHEDULE,
        variances=_variances(
            schedule,
            slopes,
            row[kept],
            schedule.item_term[item[kept]],
            schedule.item_circuit[item[kept]],
            n,
        ),
        two_qubit=two_qubit,
        measured=measured,
        n_observables=len(schedule.item_row),
    )


def distant_parts(
    schedule: Schedule, slopes: SlopeColumns, with_gates: bool
) -> CircuitColumns | None:
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
            clifford, measured[k] = measuring(strings, n + circuit.n_ancillas)
            two_qubit[k] = 2 * sum(len(part.flipped) for part in circuit.parts) + clifford
    return CircuitColumns(
        method=SIDE_BY_SIDE,
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


def moved_rows(schedule: Schedule, start: int) -> Rows:
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


def commuting_block(schedule: Schedule, slopes: SlopeColumns, with_gates: bool) -> CircuitColumns:
    """One circuit for each block and parity of the observable, as :func:`block_circuits` counts them."""
    classes, rows, terms, circuits = block_circuits(schedule)
    n = len(classes)
    two_qubit, measured = np.zeros(n), np.ones(n)
    if with_gates:
        order = np.argsort(circuits, kind="stable")
        ends = np.searchsorted(circuits[order], np.arange(n + 1))
        for k, label in enumerate(classes):
            items = order[ends[k] : ends[k + 1]]
            two_qubit[k], measured[k] = _block_gates(schedule, label, rows[items], terms[items])
    return CircuitColumns(
        method=COMMUTING_BLOCK,
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
        return measuring([*bare], n)
    strings = {with_ancilla(p, n) for p in operators}
    flipped = signs(rotations.strings, rotations.string, schedule.patterns.active, int(rows[0]))
    clifford, n_measured = measuring([*strings], n + 1)
    return 2 * len(flipped) + clifford, n_measured


def block_circuits(schedule: Schedule) -> tuple[list[int], Rows, Numbers, Numbers]:
    """Circuits as in arXiv:2306.14962: patterns before merging, Hermitian and other A never together.

    Neither light cones of single terms nor the initial state make a derivative vanish here.
    """
    patterns, rotations = schedule.patterns, schedule.model.rotations
    rows, numbers = schedule.item_row, schedule.item_term
    if schedule.copies is not None or len(patterns.rows) * len(schedule.terms) <= MAX_ITEMS:
        n_terms = np.arange(len(schedule.terms), dtype=np.int32)
        rows, numbers = np.repeat(patterns.rows, len(n_terms)), np.tile(n_terms, len(patterns.rows))
    place = np.searchsorted(patterns.rows, rows)
    odd = np.zeros(len(rows), dtype=np.bool_)
    for a, term in enumerate(schedule.terms):
        of_term = numbers == a
        relation = rotations.strings.anticommute_with(term.pauli)
        odd[of_term] = relation[rotations.string[rows[of_term]]]
    label = 2 * patterns.plain[place].astype(np.int64) + odd
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
    covers: dict[tuple[int, ...], Cover] = {}
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
        if conflicts not in covers:
            covers[conflicts] = cover(conflicts, Allowance(0.2), exact=False)
        for item, k in zip(items, covers[conflicts].sets, strict=True):
            circuit[item] = len(classes) + k
        classes += [int(label[items[0]])] * covers[conflicts].n_sets
    return classes, rows, numbers, circuit
