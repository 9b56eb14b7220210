"""A circuit as its sign patterns see it: labels of strings by qubit, and bases of the strings after a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli import gf2
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Rows: TypeAlias = npt.NDArray[np.int64]

#: Bits of a label. Two of L patterns collide with probability L²/2^BITS; a collision is found and relabelled.
BITS: Final = 192

CHUNK: Final = 1 << 20
_HEAVY: Final = 48  # mean weight from which labels are summed on packed words


class PatternCircuit:
    """Strings as the qubits where they probe, and where they leave their label."""

    def __init__(
        self,
        strings: PauliTable,
        string: npt.NDArray[np.int32],
        observables: Sequence[Pauli],
        stabilizers: Sequence[Pauli],
    ) -> None:
        self.n = strings.n_qubits
        self.table = strings
        self.string = string
        self.observables = observables
        self.stabilizers = stabilizers
        self.heavy = int(strings.weights().sum()) > _HEAVY * len(strings)
        self._paulis = [] if self.heavy else strings.paulis()
        self.probes = [self.ones(p.x, p.z) for p in self._paulis]
        self.deposits = [self.ones(p.z, p.x) for p in self._paulis]

    def ones(self, x: int, z: int) -> list[int]:
        """The places of the bits of a string, those of Z behind those of X."""
        return gf2.bits(x | z << self.n)

    def pauli(self, row: int) -> Pauli:
        """The string of a rotation."""
        at = int(self.string[row])
        pauli: Pauli = self.table.pauli(at) if self.heavy else self._paulis[at]
        return pauli

    def probe(self, pauli: Pauli, sums: Sequence[int]) -> int:
        """The sum of labels that a string meets on its qubits."""
        total = 0
        for i in self.ones(pauli.x, pauli.z):
            total ^= sums[i]
        return total


def first_places(values: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Rows]:
    """The different values of a column, ascending, and the first place of each."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    return ordered[starts], order[starts]


def _last_places(values: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Rows]:
    used, place = first_places(values[::-1])
    return used, len(values) - 1 - place


@dataclass(frozen=True, slots=True)
class Pair:
    """Two neighbours of a class, by row, and the stabilizer whose signs are the difference of their patterns.

    A row past the last one stands for the pattern without flips.
    """

    first: int
    second: int
    difference: Pauli


def basis_of(
    circuit: PatternCircuit, active: Rows, *, observables: bool = False, backwards: bool = False
) -> tuple[PauliTable, Rows]:
    """Independent strings such that those placed after any row span the active strings after it.

    With ``observables`` these are placed after all rows. With ``backwards``, those up to any row span the active
    strings up to it.
    """
    used, place = (first_places if backwards else _last_places)(circuit.string[active])
    order = np.argsort(place)
    order = order if backwards else order[::-1]
    span, kept, places = gf2.Span(), [], []
    if observables:
        for pauli in circuit.observables:
            if span.insert(gf2.vector(pauli, circuit.n)):
                kept.append(pauli)
                places.append(len(circuit.string))
    for s, at in zip(used[order].tolist(), active[place[order]].tolist(), strict=True):
        if span.rank == 2 * circuit.n:
            break
        pauli = circuit.table.pauli(s)
        if span.insert(gf2.vector(pauli, circuit.n)):
            kept.append(pauli)
            places.append(at)
    return PauliTable.from_paulis(kept, circuit.n), np.array(places, dtype=np.int64)


def commute(left: PauliTable, basis: PauliTable, after: Rows, place: Rows) -> bool:
    """Whether each row of a table commutes with every basis string placed after it."""
    step = max(1, (CHUNK << 4) // max(1, len(basis)))
    for k in range(0, len(left), step):
        part = PauliTable(left.n_qubits, left.x[k : k + step], left.z[k : k + step])
        if (part.anticommutation(basis) & (after[k : k + step, None] < place)).any():
            return False
    return True
