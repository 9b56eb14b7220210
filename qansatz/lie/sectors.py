"""The strings that commute with all strings of a table, and the sectors they split the space into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qansatz.lie.components import relate
from qansatz.pauli import gf2
from qansatz.pauli.commutation import commutation, lowest, marked_vectors, pauli_of, vectors
from qansatz.pauli.strings import Pauli, to_text
from qansatz.pauli.tables import PauliTable
from qansatz.sheets import Fact, Sheet, html

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sectors:
    """How the strings that commute with every generator split the space of n qubits.

    ``symmetries`` are independent, commute with each other and with all generators, and no larger
    such set exists; the first ``n_central`` are products of generators. Their joint eigenspaces, the
    sectors, are 2^``log2_count``, each of dimension 2^``log2_dimension``. Sectors that differ in the
    signs of the others only carry the same representation, 2^``log2_multiplicity`` times.
    """

    symmetries: tuple[Pauli, ...]
    n_central: int
    log2_count: int
    log2_dimension: int

    @property
    def log2_multiplicity(self) -> int:
        """How many sectors carry each representation, as a power of two."""
        return self.log2_count - self.n_central

    def sheet(self) -> Sheet:
        """The symmetries, and what they split the space into."""
        shown = ", ".join(map(to_text, self.symmetries[:_SHOWN])) or "none"
        return Sheet(
            title="Sectors",
            facts=(
                Fact(
                    "symmetries",
                    shown + (", ..." if len(self.symmetries) > _SHOWN else ""),
                    f"{len(self.symmetries)} independent commuting strings that commute with every "
                    f"generator, {self.n_central} of them products of generators",
                    key="algebra.sectors.symmetries",
                ),
                Fact(
                    "sectors",
                    f"2^{self.log2_count}",
                    "joint eigenspaces of the symmetries",
                    key="algebra.sectors.log2_count",
                ),
                Fact(
                    "dimension",
                    f"2^{self.log2_dimension}",
                    "of each sector",
                    key="algebra.sectors.log2_dimension",
                ),
                Fact(
                    "multiplicity",
                    f"2^{self.log2_multiplicity}",
                    "sectors carry the same representation",
                    key="algebra.sectors.log2_multiplicity",
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def commutant(strings: PauliTable) -> list[Pauli]:
    """Independent strings that generate every string which commutes with all rows."""
    n = strings.n_qubits
    basis = strings.take(relate(strings, marked_vectors(strings), range(len(strings))).basis)
    units = [1 << k for k in range(n)]
    letters = PauliTable.from_ints(units + [0] * n, [0] * n + units, n)
    span = gf2.Echelon()
    relations = [span.insert(row) for row in commutation(letters, basis)]
    return [gf2.string(relation, n) for relation in relations if relation is not None]


def sectors(strings: PauliTable) -> Sectors:
    """The symmetries of the rows among the Pauli strings, and the sectors they split the space into."""
    central, halves = _isotropic(PauliTable.from_paulis(commutant(strings), strings.n_qubits))
    symmetries = (*central, *halves)
    return Sectors(
        symmetries=symmetries,
        n_central=len(central),
        log2_count=len(symmetries),
        log2_dimension=strings.n_qubits - len(symmetries),
    )


def _isotropic(strings: PauliTable) -> tuple[list[Pauli], list[Pauli]]:
    """A basis of the radical of independent strings, and one string of each hyperbolic pair."""
    gram, rows = commutation(strings, strings), vectors(strings)
    radical: list[Pauli] = []
    halves: list[Pauli] = []
    done = [False] * len(gram)
    for p, row in enumerate(gram):
        if done[p]:
            continue
        (halves if row else radical).append(pauli_of(rows[p], strings))
        if not row:
            continue
        q = lowest(row)
        partner = gram[q]
        done[q] = True
        for k in gf2.bits(row ^ 1 << q):
            gram[k] ^= partner
            rows[k] ^= rows[q]
        for k in gf2.bits(partner ^ 1 << p):
            gram[k] ^= row
            rows[k] ^= rows[p]
    return radical, halves
