"""Parities of strings that brackets add up: they cut a Lie algebra of sums into independent spaces.

Conjugation by a string A, and P ↦ −A·Pᵀ·A, are involutions of the Lie algebra of all strings which map
each string to ± itself. Where one maps every generator to ± itself, every nested commutator of the
generators has a sign as well, the product of those of the generators in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.pauli import gf2
from qansatz.pauli.commutation import commutation
from qansatz.pauli.tables import PauliTable

MOST: Final = 5
"""How many parities are used at most; each can halve the spaces."""


@dataclass(frozen=True, slots=True, eq=False)
class Grading:
    """Row k of ``strings`` gives parity k: 1 on what anticommutes with it.

    Where ``transposed[k]``, 1 is added, and the number of Ys.
    """

    strings: PauliTable
    transposed: npt.NDArray[np.bool_]

    @property
    def n_grades(self) -> int:
        """The number of combinations of parities."""
        return 1 << len(self.strings)

    def grades(self, table: PauliTable) -> npt.NDArray[np.int64]:
        """For each row its parities as the bits of a number; that of −i·PQ is the sum over F₂."""
        grades = np.zeros(len(table), dtype=np.int64)
        odd = 1 + np.bitwise_count(table.x & table.z).sum(axis=1, dtype=np.int64)
        for k, transposed in enumerate(self.transposed.tolist()):
            parity = table.anticommute_with(self.strings.pauli(k)).astype(np.int64)
            grades |= ((parity + odd if transposed else parity) & 1) << k
        return grades


def grading(generators: Sequence[PauliTable], n_qubits: int) -> Grading:
    """Independent parities that are the same on all strings of each generator, at most ``MOST``.

    The others depend on these, on all that the generators make by brackets.
    """
    heads = PauliTable.from_paulis([table.pauli(0) for table in generators], n_qubits)
    differences, values = _differences(generators, n_qubits)
    letters = PauliTable.from_paulis(
        [gf2.string(1 << k, n_qubits) for k in range(2 * n_qubits)], n_qubits
    )
    span = gf2.Echelon()
    dependent = [span.insert(row) for row in commutation(letters, differences)]
    constant = [gf2.string(relation, n_qubits) for relation in dependent if relation is not None]
    rest, solution = span.reduce(values)
    candidates = PauliTable.from_paulis([gf2.string(solution, n_qubits), *constant], n_qubits)
    patterns = gf2.Span()
    chosen: list[int] = []
    first = 0 if not rest else 1
    rows = commutation(candidates, heads)
    rows[0] ^= _mask(_odd(heads))
    for k in range(first, len(candidates)):
        if len(chosen) < MOST and patterns.insert(rows[k]):
            chosen.append(k)
    return Grading(candidates.take(chosen), np.array([k == 0 for k in chosen], dtype=np.bool_))


def _differences(generators: Sequence[PauliTable], n_qubits: int) -> tuple[PauliTable, int]:
    """Independent products of a generator's strings with its first one; the mask of those with parity 1.

    That is the parity of Ys of the one string plus that of the other.
    """
    span = gf2.Span()
    kept: list[tuple[int, int]] = []
    for table in generators:
        odd = _odd(table).tolist()
        head, *others = table.paulis()
        for p, parity in zip(others, odd[1:], strict=True):
            row = (p.x ^ head.x) | (p.z ^ head.z) << n_qubits
            kept.append((row, parity ^ odd[0]))
    rows: list[int] = []
    values = 0
    for row, parity in kept:
        if span.insert(row << 1 | parity):
            values |= parity << len(rows)
            rows.append(row)
    return PauliTable.from_paulis([gf2.string(row, n_qubits) for row in rows], n_qubits), values


def _odd(table: PauliTable) -> npt.NDArray[np.int64]:
    """1 where the number of Ys is even: what the transposing parities add."""
    ys: npt.NDArray[np.int64] = np.bitwise_count(table.x & table.z).sum(axis=1, dtype=np.int64)
    return (1 + ys) & 1


def _mask(values: npt.NDArray[np.int64]) -> int:
    return sum(1 << k for k, value in enumerate(values.tolist()) if value)
