"""Commuting sets of very many operators: whole families of them, compared by bases of their spans.

What commutes with a basis commutes with its span, so that families are compared in polynomial time, however many
operators they hold. Of one class, the operators O_a·B_j and O_b·B_j of one rotation commute where O_a and O_b do: what
O_a and O_b do with B_j makes them differ twice, once on the qubits and once by the letters of the ancilla. So the
operators of a rotation and of terms that commute are a family, and those of a term are another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from qansatz.analysis.gradient.cover import Allowance, Cover, cover
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.pauli.tables import BitRows, PauliTable, distinct

#: The most operators in bases of families that are compared in pairs; beyond, each family has a set of its own.
_MAX_IN_BASES: Final = 4096

_STARTS: Final = 32  # operators, of different families, that a clique may grow by at each step


def cover_by_families(table: PauliTable, divisions: Sequence[Rows]) -> Cover:
    """Few commuting sets of different operators, each set some families of one division.

    A division holds for each operator the number of its family; families commute within themselves. The divisions are
    tried in order until the lower bound, a clique, is met.
    """
    best: Rows | None = None
    clique: list[int] = []
    for family in divisions:
        clique = max(clique, _clique(table, family), key=len)
        sets = _sets(table, family)
        if best is None or sets.max() < best.max():
            best = sets
        if best.max() + 1 == len(clique):
            break
    if best is None:
        raise ValueError("there is no division into families")
    return Cover(
        sets=tuple(best.tolist()),
        n_sets=int(best.max()) + 1,
        clique=tuple(sorted(clique)),
        lower_bound=len(clique),
    )


def _sets(table: PauliTable, family: Rows) -> Rows:
    """For each operator the number of its set: families of which all operators commute share one."""
    order = np.argsort(family, kind="stable")
    numbers, starts = np.unique(family[order], return_index=True)
    place: Rows = np.searchsorted(numbers, family)
    bases = [basis(table.take(part)) for part in np.split(order, starts[1:])]
    if sum(map(len, bases)) > _MAX_IN_BASES:
        return place
    coarse = cover(_conflicts(bases), Allowance(1.0))
    return np.array(coarse.sets, dtype=np.int64)[place]


def _conflicts(bases: Sequence[PauliTable]) -> list[int]:
    """For each family those that hold an operator which anticommutes with one of its own, as bits."""
    x, z = (np.concatenate(columns) for columns in ([b.x for b in bases], [b.z for b in bases]))
    starts = np.cumsum([0, *map(len, bases)])[:-1]
    matrix: Any = PauliTable(bases[0].n_qubits, x, z).anticommutation()
    matrix = np.logical_or.reduceat(np.logical_or.reduceat(matrix, starts), starts, axis=1)
    packed = np.packbits(matrix, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def basis(table: PauliTable) -> PauliTable:
    """Independent strings that span those of a table over F₂, phases left out; none where all are the identity."""
    rows: BitRows = np.concatenate((table.x, table.z), axis=1)
    rows = rows[rows.any(axis=1)]
    chosen = []
    while len(rows):
        first = rows[0].copy()
        word = int(np.flatnonzero(first)[0])
        lead = first[word] & (~first[word] + np.uint64(1))
        rows[(rows[:, word] & lead) != 0] ^= first
        rows = rows[rows.any(axis=1)]
        chosen.append(first)
    chosen_rows = np.array(chosen, dtype=np.uint64).reshape(len(chosen), 2 * table.x.shape[1])
    return PauliTable(table.n_qubits, *np.split(chosen_rows, 2, axis=1))


def _clique(table: PauliTable, family: Rows) -> list[int]:
    """Operators that anticommute pairwise, grown by those that leave the most families open, then most operators."""
    clique: list[int] = []
    left = np.arange(len(table))
    while len(left):
        inside, of = table.take(left), family[left]
        starts = np.unique(of, return_index=True)[1][:_STARTS]
        best: tuple[int, int] = (-1, -1)
        for start in starts.tolist():
            odd = inside.anticommute_with(inside.pauli(start))
            size = (len(distinct(of[odd])), int(odd.sum()))
            if size > best:
                best, grown, kept = size, int(left[start]), left[odd]
        clique.append(grown)
        left = kept
    return clique
