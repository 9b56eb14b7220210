"""Linear algebra over F₂, exact; a row vector is an integer whose bit k is entry k."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qansatz.pauli.strings import Pauli


class Echelon:
    """A basis grown row by row, each row as a sum of insertions (bit k: the k-th row inserted)."""

    __slots__ = ("_rows", "n_inserted")

    def __init__(self, rows: Iterable[int] = ()) -> None:
        """The span of some rows."""
        self._rows: dict[int, tuple[int, int]] = {}
        self.n_inserted = 0
        for row in rows:
            self.insert(row)

    @property
    def rank(self) -> int:
        """The dimension of the span."""
        return len(self._rows)

    @property
    def basis(self) -> list[int]:
        """Independent rows that span the same space, longest first."""
        return [self._rows[pivot][0] for pivot in sorted(self._rows, reverse=True)]

    def reduce(self, row: int) -> tuple[int, int]:
        """What remains of a row modulo the span, and the insertions whose sum was taken off it."""
        combination, rows, pivot = 0, self._rows, row.bit_length()
        remainder = 0
        while pivot:
            entry = rows.get(pivot)
            if entry is None:
                remainder |= 1 << (pivot - 1)
                row ^= 1 << (pivot - 1)
            else:
                row ^= entry[0]
                combination ^= entry[1]
            pivot = row.bit_length()
        return remainder, combination

    def insert(self, row: int) -> int | None:
        """Insert a row; when it depends on earlier ones, the insertions that sum to 0, its own too."""
        mark = 1 << self.n_inserted
        self.n_inserted += 1
        combination, rows = mark, self._rows
        while row:
            pivot = row.bit_length()
            entry = rows.get(pivot)
            if entry is None:
                rows[pivot] = (row, combination)
                return None
            row ^= entry[0]
            combination ^= entry[1]
        return combination

    def __contains__(self, row: int) -> bool:
        """Whether a row lies in the span."""
        return not self.reduce(row)[0]


class Span:
    """A space grown row by row, without a record of how: what decides rank and membership only."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[int] = ()) -> None:
        """The span of some rows."""
        self._rows: dict[int, int] = {}
        for row in rows:
            self.insert(row)

    @property
    def rank(self) -> int:
        """The dimension of the span."""
        return len(self._rows)

    @property
    def basis(self) -> list[int]:
        """Independent rows that span the space, in the order found."""
        return [*self._rows.values()]

    def insert(self, row: int) -> bool:
        """Insert a row; whether it was independent of the earlier ones."""
        row = self.reduce(row)
        if row:
            self._rows[row.bit_length()] = row
        return bool(row)

    def reduce(self, row: int, n_low: int = 0) -> int:
        """The row minus members of the span, until its leading bit leads none or is among the ``n_low`` lowest."""
        rows = self._rows
        pivot = row.bit_length()
        while pivot > n_low:
            other = rows.get(pivot)
            if other is None:
                break
            row ^= other
            pivot = row.bit_length()
        return row

    def __contains__(self, row: int) -> bool:
        """Whether a row lies in the span."""
        return not self.reduce(row)


def rank(rows: Iterable[int]) -> int:
    """The dimension of the span of the rows."""
    return Echelon(rows).rank


def reduced(rows: Iterable[int]) -> list[int]:
    """The reduced echelon basis, longest first: the leading bit of a row is in no other row."""
    done: dict[int, int] = {}
    leads = 0
    for row in sorted(Span(rows).basis):
        for lead in bits(row & leads):
            row ^= done[lead]
        done[row.bit_length() - 1] = row
        leads |= 1 << row.bit_length() - 1
    return [*done.values()][::-1]


def nullspace(rows: Iterable[int], n_bits: int) -> list[int]:
    """A basis of the vectors of ``n_bits`` entries that have even overlap with every row."""
    basis = reduced(rows)
    leading = [row.bit_length() - 1 for row in basis]
    mask = sum(1 << pivot for pivot in leading)
    vectors = {k: 1 << k for k in range(n_bits) if not mask >> k & 1}
    for row, pivot in zip(basis, leading, strict=True):
        for k in bits(row ^ 1 << pivot):
            vectors[k] |= 1 << pivot
    return [*vectors.values()]


def bits(mask: int) -> list[int]:
    """The positions of the ones of an integer, ascending."""
    if mask.bit_count() * 8 > mask.bit_length():
        return [k for k, digit in enumerate(reversed(f"{mask:b}")) if digit == "1"]
    positions = []
    while mask:
        positions.append((mask & -mask).bit_length() - 1)
        mask &= mask - 1
    return positions


def vector(pauli: Pauli, n_qubits: int) -> int:
    """The symplectic vector x | z << n of a string, its phase left out."""
    return pauli.x | pauli.z << n_qubits


def string(row: int, n_qubits: int) -> Pauli:
    """The positive string of a symplectic vector."""
    return Pauli(row & ((1 << n_qubits) - 1), row >> n_qubits)


def vectors(paulis: Sequence[Pauli], n_qubits: int) -> list[int]:
    """The symplectic vectors of strings."""
    return [vector(pauli, n_qubits) for pauli in paulis]
