"""Pure states that strings fix, by these strings: expectations at any number of qubits."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.pauli import gf2
from qansatz.pauli.commutation import vectors
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
