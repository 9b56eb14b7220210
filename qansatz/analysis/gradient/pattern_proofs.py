"""Exact verification of what random labels say about sign patterns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.pattern_circuit import (
    CHUNK,
    Pair,
    PatternCircuit,
    Rows,
    basis_of,
    commute,
    first_places,
)
from qansatz.pauli.strings import IDENTITY
from qansatz.pauli.tables import PauliTable, distinct

_MATRIX_UP_TO: Final = 4096  # distinct strings whose anticommutation is kept as one matrix


def inactive_commute(circuit: PatternCircuit, active: Rows) -> bool:
    """Whether every other row commutes with the observables and with each later active row."""
    others = np.ones(len(circuit.string), dtype=np.bool_)
    others[active] = False
    rows = np.flatnonzero(others)
    if not len(rows):
        return True
    used, first = first_places(circuit.string[rows])
    basis, place = basis_of(circuit, active, observables=True)
    table = circuit.table.take(used)
    return commute(table, basis, rows[first], place)


def verified(circuit: PatternCircuit, active: Rows, pairs: Sequence[Pair]) -> bool:
    """Whether the patterns of each pair differ by the signs of its stabilizer, on every active row.

    With the difference Q of rows j < k that means: Q commutes with the rows up to j, P_j·Q with those after j
    up to k, and P_j·P_k·Q with those after k. Ends are decided by a basis of the strings there.
    """
    if not pairs:
        return True
    j = np.array([pair.first for pair in pairs], dtype=np.int64)
    k = np.array([pair.second for pair in pairs], dtype=np.int64)
    moved = np.array([pair.difference != IDENTITY for pair in pairs])
    return (
        _ends_agree(circuit, active, j, k, moved, pairs)
        and _middles_agree(circuit, active, j[~moved], k[~moved])
        and _moved_middles_agree(circuit, active, [p for p in pairs if p.difference != IDENTITY])
    )


def _ends_agree(
    circuit: PatternCircuit,
    active: Rows,
    j: Rows,
    k: Rows,
    moved: npt.NDArray[np.bool_],
    pairs: Sequence[Pair],
) -> bool:
    table, n, end = circuit.table, circuit.n, len(circuit.string)
    basis, place = basis_of(circuit, active)
    inside = ~moved & (k < end)
    left, right, after = circuit.string[j[inside]], circuit.string[k[inside]], k[inside]
    differ = left != right
    left, right, after = left[differ], right[differ], after[differ]
    order = np.lexsort((after, right, left))
    left, right, after = left[order], right[order], after[order]
    new = np.append(True, (left[1:] != left[:-1]) | (right[1:] != right[:-1]))[: len(left)]
    left, right, after = left[new], right[new], after[new]
    x, z = table.x[left] ^ table.x[right], table.z[left] ^ table.z[right]
    if not commute(PauliTable(n, x, z), basis, after, place):
        return False
    merged = [pair for pair in pairs if pair.difference != IDENTITY]
    if not merged:
        return True
    products = PauliTable.from_paulis(
        [
            circuit.pauli(p.first)
            * (circuit.pauli(p.second) if p.second < end else IDENTITY)
            * p.difference
            for p in merged
        ],
        n,
    )
    before, start_place = basis_of(circuit, active, backwards=True)
    differences = PauliTable.from_paulis([p.difference for p in merged], n)
    return commute(products, basis, k[moved], place) and commute(
        differences, before, -j[moved] - 1, -start_place
    )


def _middles_agree(circuit: PatternCircuit, active: Rows, j: Rows, k: Rows) -> bool:
    """Whether P_j commutes with the active rows after j up to k, for every pair."""
    table = circuit.table
    used = distinct(circuit.string[active])
    number = np.zeros(len(table), dtype=np.int64)
    number[used] = np.arange(len(used))
    string = number[circuit.string]
    small = len(used) <= _MATRIX_UP_TO
    matrix = table.take(used).anticommutation() if small else None
    for pair, at in _between(active, j, k):
        if matrix is not None:
            odd = matrix[string[j[pair]], string[at]]
        else:
            first, two = circuit.string[j[pair]], circuit.string[at]
            odd = _odd(table.x[first], table.z[first], table.x[two], table.z[two])
        if odd.any():
            return False
    return True


def _moved_middles_agree(circuit: PatternCircuit, active: Rows, pairs: Sequence[Pair]) -> bool:
    table = circuit.table
    moved = PauliTable.from_paulis(
        [circuit.pauli(p.first) * p.difference for p in pairs], circuit.n
    )
    j = np.array([pair.first for pair in pairs], dtype=np.int64)
    k = np.array([pair.second for pair in pairs], dtype=np.int64)
    for pair, at in _between(active, j, k):
        two = circuit.string[at]
        if _odd(moved.x[pair], moved.z[pair], table.x[two], table.z[two]).any():
            return False
    return True


def _between(active: Rows, j: Rows, k: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The pairs, by number, and the active rows after their first row up to their second, in pieces."""
    start = np.searchsorted(active, j, side="right")
    size = np.searchsorted(active, k, side="right") - start
    ends = np.cumsum(size)
    piece = 0
    while piece < len(j):
        done = int(ends[piece - 1]) if piece else 0
        stop = max(piece + 1, int(np.searchsorted(ends, done + CHUNK, side="right")))
        sizes = size[piece:stop]
        pair = np.repeat(np.arange(piece, stop), sizes)
        offset = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        yield pair, active[start[pair] + offset]
        piece = stop


def _odd(
    x: npt.NDArray[np.uint64],
    z: npt.NDArray[np.uint64],
    other_x: npt.NDArray[np.uint64],
    other_z: npt.NDArray[np.uint64],
) -> npt.NDArray[np.bool_]:
    overlap = np.bitwise_xor.reduce((x & other_z) ^ (z & other_x), axis=1)
    result: npt.NDArray[np.bool_] = (np.bitwise_count(overlap) & 1).astype(np.bool_)
    return result
