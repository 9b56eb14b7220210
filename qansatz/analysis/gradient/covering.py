"""The observables of each class of sign patterns in few commuting sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np

from qansatz.analysis.gradient.circuits import INTERRUPTED, LIMITED, Numbers, with_ancilla
from qansatz.analysis.gradient.cover import Allowance, Cover, cover
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import Patterns
from qansatz.model.program import Model, Term
from qansatz.pauli.strings import IDENTITY, Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.progress import Progress, Step

#: The most observables of a class that are compared in pairs; beyond, each term has a set of its own.
MAX_COMPARED: Final = 8192

_Parts: TypeAlias = tuple[Numbers, Numbers, Numbers, tuple[tuple[int, ...], ...]]


def one_circuit_a_class(found: Patterns, rows: Rows) -> _Parts:
    """All observables of a class commute when O is one string."""
    label = found.label[np.searchsorted(found.rows, rows)]
    used, first, circuit = np.unique(label, return_index=True, return_inverse=True)
    bounds = np.zeros(found.n_classes, dtype=np.int32)
    bounds[used] = 1
    cliques: list[tuple[int, ...]] = [()] * found.n_classes
    for k, item in zip(used.tolist(), first.tolist(), strict=True):
        cliques[k] = (item,)
    return circuit.astype(np.int32), used.astype(np.int32), bounds, tuple(cliques)


def operators_of(
    model: Model, found: Patterns, terms: Sequence[Term], rows: Rows, numbers: Numbers
) -> list[Pauli]:
    """The observable of every item, ancilla included (the unflipped class has none)."""
    rotations, n = model.rotations, model.n_qubits
    pauli = lru_cache(maxsize=1 << 16)(rotations.strings.pauli)
    places = np.searchsorted(found.rows, rows)
    operators = []
    for place, row, a in zip(places.tolist(), rows.tolist(), numbers.tolist(), strict=True):
        operator = terms[a].pauli * pauli(int(rotations.string[row]))
        operator = operator * found.witness.get(place, IDENTITY)
        if found.label[place] == found.unflipped:
            operators.append(Pauli(operator.x, operator.z))
        else:
            operators.append(with_ancilla(operator, n))
    return operators


def covered(
    found: Patterns,
    rows: Rows,
    numbers: Numbers,
    operators: Sequence[Pauli],
    n_qubits: int,
    allowance: Allowance,
    progress: Progress | None,
) -> tuple[_Parts, str | None]:
    """Commuting sets of the observables of each class; equal observables are measured once.

    Every class has a cover at once; fewer sets are looked for until the allowance is spent, or an interrupt.
    """
    label = found.label[np.searchsorted(found.rows, rows)]
    order = np.argsort(label, kind="stable")
    used, starts = np.unique(label[order], return_index=True)
    ends = np.append(starts[1:], len(order))
    known: dict[tuple[int, ...], _Problem] = {}
    groups = [
        _group(order[start:end].tolist(), numbers, operators, n_qubits, known)
        for start, end in zip(starts, ends, strict=True)
    ]
    stopped = _improved(groups, allowance, progress)
    circuit = np.full(len(rows), -1, dtype=np.int32)
    bounds = np.zeros(found.n_classes, dtype=np.int32)
    cliques: list[tuple[int, ...]] = [()] * found.n_classes
    classes: list[int] = []
    for k, group in zip(used.tolist(), groups, strict=True):
        best = group.problem.cover
        for item, operator in zip(group.items, group.which, strict=True):
            circuit[item] = len(classes) + best.sets[operator]
        classes += [k] * best.n_sets
        bounds[k] = best.lower_bound
        first = dict(reversed([*zip(group.which, group.items, strict=True)]))
        cliques[k] = tuple(first[operator] for operator in best.clique)
    return (circuit, np.array(classes, dtype=np.int32), bounds, tuple(cliques)), stopped


@dataclass(slots=True)
class _Problem:
    """Operators in conflict and their best cover so far; without conflicts where they are too many to compare."""

    conflicts: tuple[int, ...] | None
    cover: Cover


@dataclass(frozen=True, slots=True)
class _Group:
    """The items of a class, and for each the number of its operator; classes alike share their problem."""

    items: list[int]
    which: list[int]
    problem: _Problem


def _group(
    items: list[int],
    numbers: Numbers,
    operators: Sequence[Pauli],
    n_qubits: int,
    known: dict[tuple[int, ...], _Problem],
) -> _Group:
    number: dict[Pauli, int] = {}
    which = [number.setdefault(operators[item], len(number)) for item in items]
    if len(number) > MAX_COMPARED:
        term = dict(zip(which, numbers[items].tolist(), strict=True))
        places: dict[int, int] = {}
        sets = tuple(places.setdefault(term[k], len(places)) for k in range(len(number)))
        whole = Cover(sets=sets, n_sets=len(places), clique=(0,), lower_bound=1)
        return _Group(items, which, _Problem(None, whole))
    conflicts = conflict_rows([*number], n_qubits + 1)
    if conflicts not in known:
        known[conflicts] = _Problem(conflicts, cover(conflicts, Allowance(0.0), exact=False))
    return _Group(items, which, known[conflicts])


def _improved(
    groups: Sequence[_Group], allowance: Allowance, progress: Progress | None
) -> str | None:
    """Look for fewer sets, one problem after the other; why that ended early, or None."""
    problems = {id(g.problem): g.problem for g in groups if not g.problem.cover.optimal}
    try:
        for done, problem in enumerate(problems.values()):
            if progress is not None:
                n_circuits = sum(g.problem.cover.n_sets for g in groups)
                progress(
                    Step(
                        text="searching for fewer circuits",
                        done=done,
                        total=len(problems),
                        detail=f"{n_circuits:,} circuits so far",
                    )
                )
            if problem.conflicts is not None:
                share = allowance.part(len(problems) - done)
                problem.cover = cover(problem.conflicts, share)
                allowance.spend(1e6 * share.spent)
    except KeyboardInterrupt:
        return INTERRUPTED
    return None if all(p.cover.optimal for p in problems.values()) else LIMITED


def conflict_rows(paulis: Sequence[Pauli], n_qubits: int) -> tuple[int, ...]:
    """For each string, the strings that anticommute with it, as bits."""
    matrix: Any = PauliTable.from_paulis(paulis, n_qubits).anticommutation()
    packed = np.packbits(matrix, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)
