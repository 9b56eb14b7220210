"""Whether many strings commute, and two that do not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qansatz.pauli import gf2
from qansatz.pauli.tables import PauliTable

_DENSE_UP_TO = 1024  # rows; beyond, independent rows are looked for first


class Pair(NamedTuple):
    """Two rows of a table."""

    first: int
    second: int


def anticommuting_pair(table: PauliTable) -> Pair | None:
    """Two rows that anticommute, or None when all commute.

    Rows that meet other letters on no qubit commute with all; of many others the independent ones decide: what
    commutes with a basis commutes with its span.
    """
    rows = _meeting(table)
    if len(rows) > _DENSE_UP_TO:
        rows = rows[independent_rows(table.take(rows))]
    chosen = table.take(rows)
    for start in range(0, len(rows), _DENSE_UP_TO):
        matrix = chosen.take(
            np.arange(start, min(start + _DENSE_UP_TO, len(rows)))
        ).anticommutation(chosen)
        if matrix.any():
            first = int(np.argmax(matrix.any(axis=1)))
            return Pair(int(rows[start + first]), int(rows[np.argmax(matrix[first])]))
    return None


def _meeting(table: PauliTable) -> npt.NDArray[np.int64]:
    """The rows that act on a qubit where another row has another letter."""
    letters = (table.x & ~table.z, table.x & table.z, table.z & ~table.x)
    present = [np.bitwise_or.reduce(letter, axis=0) for letter in letters]
    mixed = present[0] & present[1] | present[1] & present[2] | present[2] & present[0]
    return np.flatnonzero(((table.x | table.z) & mixed).any(axis=1))


def independent_rows(table: PauliTable) -> list[int]:
    """The rows that do not depend on earlier ones."""
    span, n = gf2.Echelon(), table.n_qubits
    return [k for k, p in enumerate(table.paulis()) if span.insert(gf2.vector(p, n)) is None]
