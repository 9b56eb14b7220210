"""The observables of each class of sign patterns in few commuting sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from qansatz.analysis.gradient.circuits import INTERRUPTED, LIMITED, Numbers
from qansatz.analysis.gradient.cover import Allowance, Cover, cover
from qansatz.analysis.gradient.families import basis, cover_by_families
from qansatz.analysis.gradient.items import all_commute
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import Patterns
from qansatz.model.program import Model, Term
from qansatz.pauli.commuting import anticommuting_pair
from qansatz.pauli.strings import IDENTITY, Pauli
from qansatz.pauli.tables import PauliTable, anticommuting_rows, widened
from qansatz.progress import Progress, Step

#: Up to so many observables of a class are compared in pairs at once; of more, families are compared first.
_PAIRS_FIRST: Final = 1024

#: The most observables of a class that are compared in pairs; beyond, only families of them are.
MAX_COMPARED: Final = 8192

_Parts: TypeAlias = tuple[Numbers, Numbers, Numbers, tuple[tuple[int, ...], ...]]


def one_circuit_a_class(patterns: Patterns, rows: Rows) -> _Parts:
    """All observables of a class commute when O is one string."""
    label = patterns.label[np.searchsorted(patterns.rows, rows)]
    used, first, circuit = np.unique(label, return_index=True, return_inverse=True)
    bounds = np.zeros(patterns.n_classes, dtype=np.int32)
    bounds[used] = 1
    cliques: list[tuple[int, ...]] = [()] * patterns.n_classes
    for k, item in zip(used.tolist(), first.tolist(), strict=True):
        cliques[k] = (item,)
    return circuit.astype(np.int32), used.astype(np.int32), bounds, tuple(cliques)


def operators_of(
    model: Model, patterns: Patterns, terms: Sequence[Term], rows: Rows, numbers: Numbers
) -> PauliTable:
    """The observable of every item, the ancilla its last qubit (on which the unflipped class does not act)."""
    rotations, n = model.rotations, model.n_qubits
    places = np.searchsorted(patterns.rows, rows)
    witnesses = [patterns.witness.get(place, IDENTITY) for place in range(len(patterns.rows))]
    term = PauliTable.from_paulis([term.pauli for term in terms], n + 1).take(numbers)
    string = widened(rotations.strings, n + 1).take(rotations.string[rows])
    witness = PauliTable.from_paulis(witnesses, n + 1).take(places)
    bare = PauliTable(n + 1, string.x ^ witness.x, string.z ^ witness.z)
    odd = anticommuting_rows(string, witness) ^ anticommuting_rows(term, bare)
    x, z = term.x ^ bare.x, term.z ^ bare.z
    flipped = patterns.label[places] != patterns.unflipped
    word, bit = n // 64, np.uint64(1 << n % 64)
    x[flipped, word] |= bit
    z[flipped & ~odd, word] |= bit
    return PauliTable(n + 1, x, z)


def covered(
    patterns: Patterns,
    rows: Rows,
    numbers: Numbers,
    terms: Sequence[Term],
    operators: PauliTable,
    allowance: Allowance,
    progress: Progress | None,
) -> tuple[_Parts, str | None]:
    """Commuting sets of the observables of each class; equal observables are measured once.

    Every class has a cover at once; fewer sets are looked for until the allowance is spent, or an interrupt.
    """
    label = patterns.label[np.searchsorted(patterns.rows, rows)]
    order = np.argsort(label, kind="stable")
    used, starts = np.unique(label[order], return_index=True)
    ends = np.append(starts[1:], len(order))
    problems: dict[tuple[int, ...], _Problem] = {}
    divisions: list[Rows] = []
    if max(ends - starts, default=0) > min(_PAIRS_FIRST, MAX_COMPARED):
        divisions = _divisions(rows, numbers, terms)
    groups = [
        _group(order[start:end], operators, divisions, problems)
        for start, end in zip(starts, ends, strict=True)
    ]
    stopped = _improved(groups, allowance, progress)
    circuit = np.full(len(rows), -1, dtype=np.int32)
    bounds = np.zeros(patterns.n_classes, dtype=np.int32)
    cliques: list[tuple[int, ...]] = [()] * patterns.n_classes
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


def _divisions(rows: Rows, numbers: Numbers, terms: Sequence[Term]) -> list[Rows]:
    """The items by rotation and commuting set of terms, where that is known, and by term."""
    by_term = numbers.astype(np.int64)
    if all_commute(terms):
        return [rows, by_term]
    if len(terms) > MAX_COMPARED:
        return [by_term]
    strings = [term.pauli for term in terms]
    n_qubits = max(p.x | p.z for p in strings).bit_length()
    sets = cover(conflict_rows(strings, n_qubits), Allowance(0.0), exact=False)
    return [rows * sets.n_sets + np.array(sets.sets)[numbers], by_term]


def _group(
    items: Rows,
    operators: PauliTable,
    divisions: Sequence[Rows],
    problems: dict[tuple[int, ...], _Problem],
) -> _Group:
    inside = operators.take(items)
    keys, number = inside.keys(), dict[bytes, int]()
    which = [number.setdefault(key, len(number)) for key in keys]
    first = np.unique(which, return_index=True)[1]
    different = inside.take(first)
    whole = None
    if len(number) > min(_PAIRS_FIRST, MAX_COMPARED):
        whole = cover_by_families(different, [division[items[first]] for division in divisions])
        if whole.optimal or len(number) > MAX_COMPARED:
            return _Group(items.tolist(), which, _Problem(None, whole))
    conflicts = _conflicts(different)
    if conflicts not in problems:
        problems[conflicts] = _Problem(conflicts, cover(conflicts, Allowance(0.0), exact=False))
    problem = problems[conflicts]
    if whole is not None:
        problem.cover = _better(problem.cover, whole)
    return _Group(items.tolist(), which, problem)


def _better(first: Cover, second: Cover) -> Cover:
    """The fewer sets of two covers of the same operators, and the higher of their lower bounds."""
    fewer = min(first, second, key=lambda cover: cover.n_sets)
    higher = max(first, second, key=lambda cover: cover.lower_bound)
    return replace(fewer, clique=higher.clique, lower_bound=higher.lower_bound)


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
                problem.cover = _better(cover(problem.conflicts, share), problem.cover)
                allowance.spend(1e6 * share.spent)
    except KeyboardInterrupt:
        return INTERRUPTED
    return None if all(p.cover.optimal for p in problems.values()) else LIMITED


def conflict_rows(paulis: Sequence[Pauli], n_qubits: int) -> tuple[int, ...]:
    """For each string, the strings that anticommute with it, as bits."""
    return _conflicts(PauliTable.from_paulis(paulis, n_qubits))


def _conflicts(table: PauliTable) -> tuple[int, ...]:
    if len(table) > _PAIRS_FIRST and anticommuting_pair(basis(table)) is None:
        return (0,) * len(table)
    packed = np.packbits(table.anticommutation(), axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)
