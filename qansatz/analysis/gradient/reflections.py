"""Stabilizers of the initial state that leave fewer rotations of a circuit to be reversed.

If Q stabilizes |ψ₀⟩, reversing the rotations l with ω(Q, P_l) = 1 as well prepares Q|ψ_s⟩ in the branch of the ancilla
instead of |ψ_s⟩: the same measurement with A·Q for A. Of all such patterns one with few reversals is looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.analysis.gradient.patterns import Patterns
from qansatz.pauli import groups
from qansatz.pauli.strings import IDENTITY, Pauli
from qansatz.pauli.tables import PauliTable, distinct

#: All products of stabilizers are tried where they times the distinct strings are no more than this.
MAX_TRIED: Final = 2_000_000
#: Stabilizers times distinct strings; beyond, patterns are left as they are.
MAX_RELATIONS: Final = 200_000_000


class Reflections:
    """For each class of patterns a stabilizer, found when it is first asked for."""

    __slots__ = ("_known", "_relations", "_stabilizers", "_strings", "_total", "_used", "patterns")

    def __init__(
        self,
        strings: PauliTable,
        string: npt.NDArray[np.int32],
        patterns: Patterns,
        stabilizers: Sequence[Pauli],
    ) -> None:
        self.patterns = patterns
        self._stabilizers = stabilizers
        self._strings = strings
        self._used = string
        self._known: dict[int, Pauli] = {patterns.unflipped: IDENTITY}
        self._relations: tuple[PauliTable, Rows, npt.NDArray[np.bool_], list[Pauli]] | None = None
        self._total: npt.NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def of(self, k: int) -> Pauli:
        """The stabilizer Q of class k, sign included; the identity where nothing better is found."""
        if k not in self._known:
            self._known[k] = self._best(k)
        return self._known[k]

    def _prepared(self) -> tuple[PauliTable, Rows, npt.NDArray[np.bool_], list[Pauli]]:
        """The distinct active strings, the number of each active row's, and which stabilizers anticommute with them."""
        if self._relations is None:
            active = self._used[self.patterns.active]
            used = distinct(active)
            table = self._strings.take(used)
            number = np.searchsorted(used, active)
            if len(used) * len(self._stabilizers) > MAX_RELATIONS:
                relation = np.zeros((0, len(used)), dtype=np.bool_)
            else:
                relation = PauliTable.from_paulis(
                    self._stabilizers, table.n_qubits
                ).anticommutation(table)
            kept = np.flatnonzero(relation.any(axis=1))
            chosen = [self._stabilizers[k] for k in kept.tolist()]
            self._total = np.bincount(number, minlength=len(used))
            self._relations = table, number, relation[kept], chosen
        return self._relations

    def _best(self, k: int) -> Pauli:
        table, number, relation, stabilizers = self._prepared()
        last = int(self.patterns.last[k])
        start = int(np.searchsorted(self.patterns.active, last, side="right"))
        later = np.bincount(number[start:], minlength=len(table))
        beside = table.anticommute_with(self._strings.pauli(int(self._used[last])))
        # What reversing all rotations about a string, instead of those that are, adds.
        change = self._total - 2 * later * beside
        chosen = _fewest(relation, change)
        return groups.product([stabilizers[j] for j in chosen])


def _fewest(relation: npt.NDArray[np.bool_], change: npt.NDArray[np.int64]) -> list[int]:
    """Rows of a relation whose sum modulo 2 selects columns of the least total change: exactly for few rows."""
    if not len(relation):
        return []
    if len(relation) < 24 and len(change) << len(relation) <= MAX_TRIED:
        return _exactly(relation, change)
    signed = change.astype(np.float64)
    chosen: set[int] = set()
    weights = relation.astype(np.float64)
    while True:
        gains = weights @ signed
        best = int(gains.argmin())
        if gains[best] >= 0:
            return sorted(chosen)
        chosen ^= {best}
        signed[relation[best]] *= -1


def _exactly(relation: npt.NDArray[np.bool_], change: npt.NDArray[np.int64]) -> list[int]:
    sums = np.zeros((1, relation.shape[1]), dtype=np.bool_)
    for row in relation:
        sums = np.concatenate((sums, sums ^ row))
    best = int((sums @ change).argmin())
    return [k for k in range(len(relation)) if best >> k & 1]
