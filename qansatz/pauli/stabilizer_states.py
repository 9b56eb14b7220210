"""Pure states that strings fix, by these strings: expectations of one string or many, at any number of qubits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qansatz.pauli import gf2
from qansatz.pauli.commutation import vectors
from qansatz.pauli.states import echelon
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute
from qansatz.pauli.tables import PauliTable


class StabilizerState:
    """The state that n independent commuting signed strings fix."""

    def __init__(self, stabilizers: Sequence[Pauli], n_qubits: int) -> None:
        """The strings as they are, their phases 0 or 2."""
        self.n_qubits = n_qubits
        self.generators = tuple(stabilizers)
        self.table = PauliTable.from_paulis(self.generators, n_qubits)
        self._span = gf2.Echelon(vectors(self.table))

    def expectation(self, pauli: Pauli) -> int:
        """⟨P⟩ of a string with phase 0 or 2: 1, −1 or 0."""
        if any(anticommute(pauli, g) for g in self.generators):
            return 0
        (key,) = vectors(PauliTable.from_paulis([pauli], self.n_qubits))
        _, combination = self._span.reduce(key)
        product = IDENTITY
        for k in gf2.bits(combination):
            product = product * self.generators[k]
        return 1 if product.phase == pauli.phase % 4 else -1


def expectations(table: PauliTable, stabilizers: Sequence[Pauli]) -> npt.NDArray[np.int8]:
    """⟨P⟩ ∈ {1, 0, −1} for every row, in the state that n independent commuting strings of phase 0 or 2 stabilize.

    A string that commutes with all of them is one of their products, up to the sign that is its expectation.
    """
    values = np.zeros(len(table), dtype=np.int8)
    given = PauliTable.from_paulis(stabilizers, table.n_qubits)
    inside = np.flatnonzero(~table.anticommutation(given).any(axis=1))
    rest = table.take(inside)
    x, z = rest.x.copy(), rest.z.copy()
    phase = np.zeros(len(inside), dtype=np.int64)
    flipping, diagonal = echelon(stabilizers, table.n_qubits)
    for pauli, bits, words in [(p, p.x, x) for p in flipping] + [(p, p.z, z) for p in diagonal]:
        word, bit = divmod((bits & -bits).bit_length() - 1, 64)
        hit = np.flatnonzero(words[:, word] >> np.uint64(bit) & np.uint64(1))
        factor = PauliTable.from_paulis([pauli], table.n_qubits)
        new_x, new_z = x[hit] ^ factor.x, z[hit] ^ factor.z
        phase[hit] += pauli.phase + _ones(x[hit] & z[hit]) + _ones(factor.x & factor.z)
        phase[hit] += 2 * _ones(z[hit] & factor.x) - _ones(new_x & new_z)
        x[hit], z[hit] = new_x, new_z
    values[inside] = 1 - phase % 4
    return values


def _ones(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.bitwise_count(words).sum(axis=1, dtype=np.int64))
