"""Which strings of two tables anticommute, row masks by blocks of eight bits, and strings as integers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable


def commutation(left: PauliTable, right: PauliTable) -> list[int]:
    """For each row of the left table, the mask of the rows of the right one that anticommute with it."""
    octets = _octets(left.x, left.z).T
    partners = _octets(right.z, right.x).T
    rows = [0] * len(left)
    for place, one_byte in enumerate(octets):
        at = np.flatnonzero(one_byte)
        if not len(at):
            continue
        bits = np.unpackbits(partners[place][:, None], axis=1, bitorder="little")
        packed = np.packbits(bits, axis=0, bitorder="little").T
        columns = [int.from_bytes(column.tobytes(), "little") for column in packed]
        sums = {0: 0}
        for row, value in zip(at.tolist(), one_byte[at].tolist(), strict=True):
            rows[row] ^= sums[value] if value in sums else _sum_of_columns(value, columns, sums)
    return rows


def _sum_of_columns(value: int, columns: Sequence[int], sums: dict[int, int]) -> int:
    rest = value & (value - 1)
    before = sums[rest] if rest in sums else _sum_of_columns(rest, columns, sums)
    sums[value] = before ^ columns[(value ^ rest).bit_length() - 1]
    return sums[value]


def vectors(strings: PauliTable) -> list[int]:
    """Each row as one integer: x below z, each 64 bits a word."""
    octets = _octets(strings.x, strings.z)
    return [int.from_bytes(row.tobytes(), "little") for row in octets]


def pauli_of(vector: int, strings: PauliTable) -> Pauli:
    """The positive string of a vector of :func:`vectors` of a table."""
    width = 64 * strings.x.shape[1]
    return Pauli(vector & ((1 << width) - 1), vector >> width)


def marked_vectors(strings: PauliTable) -> list[int]:
    """Each row's vector above one bit: 1 plus its number of Ys, mod 2."""
    ys = np.bitwise_count(strings.x & strings.z).sum(axis=1, dtype=np.int64)
    marks: list[int] = ((1 + ys) % 2).tolist()
    return [v << 1 | mark for v, mark in zip(vectors(strings), marks, strict=True)]


def _octets(*parts: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    joined = np.ascontiguousarray(np.concatenate(parts, axis=1).astype("<u8", copy=False))
    return joined.view(np.uint8)


def total_of(vectors: Iterable[int]) -> int:
    """The sum of vectors over F₂."""
    total = 0
    for vector in vectors:
        total ^= vector
    return total


def lowest(mask: int) -> int:
    """The position of the lowest one of an integer other than 0."""
    return (mask & -mask).bit_length() - 1
