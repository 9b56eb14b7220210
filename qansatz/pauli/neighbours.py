"""For every string of a table those that anticommute with it, as lists."""

from __future__ import annotations

from typing import Final

import numpy as np

from qansatz.pauli import gf2
from qansatz.pauli.tables import PauliTable

_DENSE_UP_TO: Final = 2048  # rows whose matrix is made at once


def conflicts(table: PauliTable, limit: int) -> list[list[int]] | None:
    """For every row the rows that anticommute with it, ascending; None where that takes more than ``limit`` steps."""
    if len(table) <= _DENSE_UP_TO:
        matrix = table.anticommutation()
        if int(matrix.sum()) > limit:
            return None
        return [np.flatnonzero(row).tolist() for row in matrix]
    paulis = table.paulis()
    with_letter: dict[tuple[int, int], list[int]] = {}
    for k, p in enumerate(paulis):
        for qubit in gf2.bits(p.x | p.z):
            with_letter.setdefault((qubit, _letter(p.x, p.z, qubit)), []).append(k)
    lists = []
    for p in paulis:
        odd: set[int] = set()
        for qubit in gf2.bits(p.x | p.z):
            mine = _letter(p.x, p.z, qubit)
            for letter in {1, 2, 3} - {mine}:
                others = with_letter.get((qubit, letter), ())
                limit -= len(others)
                if limit < 0:
                    return None
                odd.symmetric_difference_update(others)
        lists.append(sorted(odd))
    return lists


def _letter(x: int, z: int, qubit: int) -> int:
    return (x >> qubit & 1) + 2 * (z >> qubit & 1)
