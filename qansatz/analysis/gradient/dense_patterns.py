"""The sums of labels that tell sign patterns apart, for heavy strings: bit by bit of the labels, on packed words.

Where the strings act on many qubits, as those that Clifford gates between rotations leave behind, adding a label
qubit by qubit is slow. Here bit b of all sums is one vector of 2n bits, and a rotation adds its string to the vectors
of the bits of its label: a few operations on whole words for each rotation.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Rows: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]

#: Bits of a label. Two of L patterns collide with probability L²/2^BITS; a collision is found and relabelled.
BITS: Final = 64

_CHUNK: Final = 1024


@dataclass(frozen=True, slots=True)
class Felt:
    """Active rows, ascending; for each the sum of the labels in its pattern; and the sums qubit by qubit.

    Entry i < n of ``sums`` is the sum of the labels of active rows with a Z on qubit i, entry n + i with an X.
    """

    active: Rows
    plain: Words
    sums: list[int]


def felt(
    table: PauliTable,
    string: npt.NDArray[np.int32],
    observables: Sequence[Pauli],
    labels: Words,
    draw: random.Random,
) -> Felt:
    """The rows that anticommute with an observable or with a later active row, with their sums of labels."""
    seen = PauliTable.from_paulis(observables, table.n_qubits)
    names = np.array([draw.getrandbits(BITS) for _ in observables], dtype=np.uint64)
    vectors = np.zeros((2 * table.x.shape[1], BITS), dtype=np.uint64)
    for x, z, mask in zip(seen.x, seen.z, _masks(names), strict=True):
        vectors ^= np.concatenate((z, x))[:, None] & mask
    before, work = vectors.copy(), np.empty_like(vectors)
    active, totals = [], []
    for start, end in _backwards(len(string)):
        probes, deposits = _columns(table, string[start:end])
        masks = _masks(labels[start:end])
        odd = np.zeros((end - start, BITS), dtype=np.uint8)
        mine = np.zeros(end - start, dtype=np.bool_)
        for k in range(end - start - 1, -1, -1):
            np.bitwise_and(vectors, probes[k], out=work)
            parity = np.bitwise_count(np.bitwise_xor.reduce(work, axis=0)) & 1
            if parity.any():
                odd[k], mine[k] = parity, True
                np.bitwise_and(deposits[k], masks[k], out=work)
                np.bitwise_xor(vectors, work, out=vectors)
        kept = np.flatnonzero(mine)
        total = _packed(odd[kept])
        for pauli, name in zip(observables, names, strict=True):
            total ^= name * table.take(string[start + kept]).anticommute_with(pauli)
        active.append(start + kept)
        totals.append(total)
    return Felt(
        active=np.concatenate([np.zeros(0, dtype=np.int64), *active[::-1]]),
        plain=np.concatenate([np.zeros(0, dtype=np.uint64), *totals[::-1]]),
        sums=_by_qubit(np.bitwise_xor(vectors, before, dtype=np.uint64), table.n_qubits),
    )


def corrections(
    table: PauliTable,
    string: npt.NDArray[np.int32],
    active: Rows,
    changes: dict[int, int],
) -> Words:
    """What the sum of labels of each active row gains where the labels of the rows of ``changes`` gain these."""
    vectors = np.zeros((2 * table.x.shape[1], BITS), dtype=np.uint64)
    words = np.zeros(len(active), dtype=np.uint64)
    n_before = int(np.searchsorted(active, max(changes, default=-1), side="right"))
    for start, end in _backwards(n_before):
        rows = active[start:end]
        probes, deposits = _columns(table, string[rows])
        gains = np.array([changes.get(row, 0) for row in rows.tolist()], dtype=np.uint64)
        masks = _masks(gains)
        odd = np.zeros((end - start, BITS), dtype=np.uint8)
        for k in range(end - start - 1, -1, -1):
            odd[k] = np.bitwise_count(np.bitwise_xor.reduce(vectors & probes[k], axis=0)) & 1
            if gains[k]:
                vectors ^= deposits[k] & masks[k]
        words[start:end] = _packed(odd)
    return words


def _backwards(size: int) -> list[tuple[int, int]]:
    return [(max(0, end - _CHUNK), end) for end in range(size, 0, -_CHUNK)]


def _columns(table: PauliTable, string: npt.NDArray[np.int32]) -> tuple[Words, Words]:
    x, z = table.x[string], table.z[string]
    return np.concatenate((x, z), axis=1)[:, :, None], np.concatenate((z, x), axis=1)[:, :, None]


def _masks(labels: Words) -> Words:
    """For each bit of each label, all ones or 0."""
    bits = labels[:, None] >> np.arange(BITS, dtype=np.uint64) & np.uint64(1)
    masks: Words = np.zeros_like(bits) - bits
    return masks


def _packed(odd: npt.NDArray[np.uint8]) -> Words:
    octets = np.packbits(odd, axis=1, bitorder="little")
    words: Words = octets.view("<u8").astype(np.uint64).reshape(len(odd))
    return words


def _by_qubit(vectors: Words, n_qubits: int) -> list[int]:
    half = len(vectors) // 2
    sums: list[int] = []
    for part in (vectors[:half], vectors[half:]):
        octets = np.ascontiguousarray(part.T).astype("<u8").view(np.uint8)
        bits = np.unpackbits(octets, axis=1, count=n_qubits, bitorder="little")
        sums += _packed(np.ascontiguousarray(bits.T)).tolist()
    return sums
