"""Whether many strings commute, and two that do not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from qansatz.pauli import gf2
from qansatz.pauli.tables import PauliTable

_DENSE_UP_TO = 1024  # rows; beyond, independent rows are looked for first


class Pair(NamedTuple):
    """Two rows of a table."""

    first: int
    second: int


def anticommuting_pair(table: PauliTable) -> Pair | None:
    """Two rows that anticommute, or None when all commute.

    The independent rows decide: what commutes with a basis commutes with its span.
    """
    rows = np.arange(len(table))
    if len(table) > _DENSE_UP_TO:
        rows = np.array(independent_rows(table))
    matrix = table.take(rows).anticommutation()
    if not matrix.any():
        return None
    first = int(np.argmax(matrix.any(axis=1)))
    return Pair(int(rows[first]), int(rows[np.argmax(matrix[first])]))


def independent_rows(table: PauliTable) -> list[int]:
    """The rows that do not depend on earlier ones."""
    span, n = gf2.Echelon(), table.n_qubits
    return [k for k, p in enumerate(table.paulis()) if span.insert(gf2.vector(p, n)) is None]
