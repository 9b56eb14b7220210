"""Many Pauli strings at once: bit-packed columns, all operations on whole tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli

BitRows = npt.NDArray[np.uint64]
BoolColumn = npt.NDArray[np.bool_]
_Integer = TypeVar("_Integer", bound=np.integer[Any])

_CELLS = 1 << 22  # matrix entries worked on at a time


@dataclass(frozen=True, slots=True, eq=False)
class PauliTable:
    """Rows of positive Pauli strings on ``n_qubits`` qubits.

    ``x`` and ``z`` are uint64 of shape (rows, max(1, ⌈n/64⌉)): bit i % 64 of word i // 64 belongs
    to qubit i; bits beyond the last qubit are zero.
    """

    n_qubits: int
    x: BitRows
    z: BitRows

    @staticmethod
    def from_ints(xs: Sequence[int], zs: Sequence[int], n_qubits: int) -> PauliTable:
        """The table of integer bit vectors; ``ValueError`` when one has a bit too many."""
        if any(bits >> n_qubits for bits in (*xs, *zs)):
            raise ValueError(f"a bit vector does not fit in {n_qubits} qubits")
        n_words = max(1, -(-n_qubits // 64))
        return PauliTable(n_qubits, _pack(xs, n_words), _pack(zs, n_words))

    @staticmethod
    def from_paulis(paulis: Iterable[Pauli], n_qubits: int) -> PauliTable:
        """The table of the given strings, their phases dropped."""
        rows = tuple(paulis)
        return PauliTable.from_ints([p.x for p in rows], [p.z for p in rows], n_qubits)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.x)

    def pauli(self, row: int) -> Pauli:
        """One row as a positive string."""
        return Pauli(_integer(self.x[row]), _integer(self.z[row]))

    def paulis(self) -> list[Pauli]:
        """Every row as a positive string."""
        return [Pauli(x, z) for x, z in zip(_integers(self.x), _integers(self.z), strict=True)]

    def word(self, row: int) -> str:
        """One row as a dense word."""
        return self.take(np.array([row])).words()[0]

    def words(self) -> list[str]:
        """Every row as a dense word."""
        letters = np.frombuffer(b"IXZY", dtype=np.uint8)
        out: list[str] = []
        step = max(1, _CELLS // max(1, self.n_qubits))
        for k in range(0, len(self), step):
            codes = self._bits(self.x[k : k + step]) + 2 * self._bits(self.z[k : k + step])
            out.extend(row.tobytes().decode("ascii") for row in letters[codes])
        return out

    def take(self, rows: npt.ArrayLike) -> PauliTable:
        """The table of the rows that an index or mask array selects."""
        chosen = np.asarray(rows)
        if not chosen.size and chosen.dtype != np.bool_:
            chosen = chosen.astype(np.int64)
        return PauliTable(self.n_qubits, self.x[chosen], self.z[chosen])

    def weights(self) -> npt.NDArray[np.int64]:
        """The number of qubits on which each row is not the identity."""
        counts: npt.NDArray[np.int64] = np.bitwise_count(self.x | self.z).sum(
            axis=1, dtype=np.int64
        )
        return counts

    def support(self) -> int:
        """The qubits on which some row acts, as a bit mask."""
        return _integer(np.bitwise_or.reduce(self.x | self.z, axis=0))

    def anticommute_with(self, pauli: Pauli) -> BoolColumn:
        """For each row, whether it anticommutes with the string."""
        other = PauliTable.from_paulis([pauli], self.n_qubits)
        return anticommuting_rows(self, other)

    def anticommutation(self, other: PauliTable | None = None) -> npt.NDArray[np.bool_]:
        """The matrix (rows of this, rows of other or this) of whether two strings anticommute."""
        other = self if other is None else other
        matrix = np.empty((len(self), len(other)), dtype=np.bool_)
        step = max(1, _CELLS // max(1, len(other)))
        for k in range(0, len(self), step):
            x, z = self.x[k : k + step], self.z[k : k + step]
            overlap = np.zeros((len(x), len(other)), dtype=np.uint64)
            for w in range(self.x.shape[1]):
                overlap ^= x[:, w, None] & other.z[:, w]
                overlap ^= z[:, w, None] & other.x[:, w]
            matrix[k : k + step] = np.bitwise_count(overlap) & 1
        return matrix

    def permuted(self, images: Sequence[int]) -> PauliTable:
        """The strings with what acted on qubit i moved to qubit ``images[i]``."""
        x, z = np.zeros_like(self.x), np.zeros_like(self.z)
        step = max(1, _CELLS // max(1, self.n_qubits))
        for k in range(0, len(self), step):
            for before, after in ((self.x, x), (self.z, z)):
                moved = np.zeros((len(before[k : k + step]), 64 * before.shape[1]), dtype=np.uint8)
                moved[:, np.asarray(images, dtype=np.int64)] = self._bits(before[k : k + step])
                octets = np.packbits(moved, axis=1, bitorder="little")
                after[k : k + step] = octets.view("<u8")
        return PauliTable(self.n_qubits, x, z)

    def keys(self) -> list[bytes]:
        """One key a row, equal exactly for equal strings."""
        octets, size = np.concatenate((self.x, self.z), axis=1).tobytes(), 16 * self.x.shape[1]
        return [octets[k : k + size] for k in range(0, len(octets), size)]

    def _bits(self, words: BitRows) -> npt.NDArray[np.uint8]:
        octets = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
        return np.unpackbits(octets, axis=1, count=self.n_qubits, bitorder="little")


def commutators(left: PauliTable, right: PauliTable) -> tuple[PauliTable, npt.NDArray[np.int64]]:
    """−i·PQ for rows that anticommute (tables of one row are repeated): the strings, and the signs 1 or −1."""
    x, z = left.x ^ right.x, left.z ^ right.z

    def count(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        counts: npt.NDArray[np.int64] = np.bitwise_count(words).sum(axis=1, dtype=np.int64)
        return counts

    phase = count(left.x & left.z) + count(right.x & right.z) - count(x & z)
    phase = (phase + 2 * count(left.z & right.x)) % 4
    return PauliTable(left.n_qubits, x, z), 2 - phase


def widened(table: PauliTable, n_qubits: int) -> PauliTable:
    """The same strings on so many qubits, no fewer than before."""
    more = ((0, 0), (0, max(1, -(-n_qubits // 64)) - table.x.shape[1]))
    return PauliTable(n_qubits, np.pad(table.x, more), np.pad(table.z, more))


def anticommuting_rows(left: PauliTable, right: PauliTable) -> BoolColumn:
    """Row by row, whether the strings of two tables of one size anticommute."""
    overlap = np.bitwise_xor.reduce((left.x & right.z) ^ (left.z & right.x), axis=1)
    odd: BoolColumn = (np.bitwise_count(overlap) & 1).astype(np.bool_)
    return odd


def _pack(values: Sequence[int], n_words: int) -> BitRows:
    octets = b"".join([value.to_bytes(8 * n_words, "little") for value in values])
    packed = np.frombuffer(octets, dtype="<u8").reshape(len(values), n_words)
    return packed.astype(np.uint64, copy=False)


def _integer(words: BitRows) -> int:
    return int.from_bytes(words.astype("<u8").tobytes(), "little")


def _integers(rows: BitRows) -> list[int]:
    octets, size = rows.astype("<u8").tobytes(), 8 * rows.shape[1]
    starts = range(0, len(octets), size)
    return [int.from_bytes(octets[k : k + size], "little") for k in starts]


def distinct(values: npt.NDArray[_Integer]) -> npt.NDArray[_Integer]:
    """The different entries of an integer column, ascending; unlike ``np.unique`` it imports nothing."""
    ordered = np.sort(values)
    kept: npt.NDArray[_Integer] = ordered[
        np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    ]
    return kept


def as_met(
    column: npt.NDArray[np.int32], size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """The numbers from 0 to ``size`` − 1 that a column holds, first met first, and the column renumbered by these.

    −1 stays −1.
    """
    first = np.full(size + 1, len(column), dtype=np.int64)
    first[column[::-1]] = np.arange(len(column))[::-1]
    met = np.argsort(first[:-1], kind="stable")[: int((first[:-1] < len(column)).sum())]
    number = np.full(size + 1, -1, dtype=np.int32)
    number[met] = np.arange(len(met), dtype=np.int32)
    return met, number[column]
