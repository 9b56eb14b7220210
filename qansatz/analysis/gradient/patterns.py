"""Which rotations can change an expectation value, and which derivatives one circuit prepares for.

The sign pattern of rotation j is s_j(l) = −1 for l > j with P_l anticommuting with P_j, else +1: moving P_j to the
end of the circuit multiplies the angles by it. If Q stabilizes the initial state, patterns that differ by the signs
ω(Q, P_l) over all l prepare the same state up to Q, so they are one class.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient import dense_patterns
from qansatz.analysis.gradient.dense_patterns import corrections, felt
from qansatz.pauli import gf2
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute
from qansatz.pauli.tables import PauliTable, distinct

Rows: TypeAlias = npt.NDArray[np.int64]

#: Bits of a label. Two of L patterns collide with probability L²/2^BITS; a collision is found and relabelled.
BITS: Final = 192

_CHUNK: Final = 1 << 20
_HEAVY: Final = 48  # mean weight from which labels are summed on packed words
_MATRIX_UP_TO: Final = 4096  # distinct strings whose anticommutation is kept as one matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patterns:
    """The active rotations of a circuit and the classes of their sign patterns.

    ``active`` holds the rows, ascending, that the observable can feel; the others may be left out of the circuit.
    ``rows`` are the active rows to differentiate, ascending, and ``label`` the class of each, numbered from the end.
    The pattern of a class is that of its last row; that of the class ``unflipped`` (−1: there is none) has no flips.
    ``witness`` gives, for a row of ``rows`` (by its place) whose pattern is not that of its class, the stabilizer of
    the initial state (sign included) whose signs are the difference. ``plain`` numbers the patterns before merging,
    the one without flips 0, the others from 1 on. ``symmetries`` generate the stabilizers of the initial state that
    commute with every active rotation.
    """

    active: Rows
    rows: Rows
    label: npt.NDArray[np.int32]
    last: Rows
    witness: dict[int, Pauli]
    unflipped: int
    plain: npt.NDArray[np.int32]
    symmetries: tuple[Pauli, ...]

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return len(self.last)

    @property
    def n_plain(self) -> int:
        """The number of patterns before merging."""
        return len(distinct(self.plain))


def patterns(
    strings: PauliTable,
    string: npt.NDArray[np.int32],
    differentiated: npt.NDArray[np.bool_],
    observables: Sequence[Pauli],
    stabilizers: Sequence[Pauli],
) -> Patterns:
    """The active rotations for observables, and their classes, in time linear in the total weight.

    Rotation l, in time order, turns about row ``string[l]`` of ``strings``. Every rotation gets a random label; each
    qubit keeps the sum of the labels of later rotations with an X, and with a Z, on it. The sum of these over the
    qubits of P_j is a linear function of its pattern. A second set of labels, corrected on at most n rotations so
    that the signs of every stabilizer sum to 0, is blind to the stabilizers. Different sums prove that patterns
    differ; equal ones are verified exactly.
    """
    circuit = _Circuit(strings, string, observables, stabilizers)
    seed = 0
    while True:
        found = _attempt(circuit, differentiated, seed)
        if found is not None:
            return found
        seed += 1


class _Circuit:
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
        return gf2.bits(x | z << self.n)

    def pauli(self, row: int) -> Pauli:
        """The string of a rotation."""
        at = int(self.string[row])
        pauli: Pauli = self.table.pauli(at) if self.heavy else self._paulis[at]
        return pauli

    def probe(self, pauli: Pauli, sums: Sequence[int]) -> int:
        total = 0
        for i in self.ones(pauli.x, pauli.z):
            total ^= sums[i]
        return total


def _attempt(
    circuit: _Circuit, differentiated: npt.NDArray[np.bool_], seed: int
) -> Patterns | None:
    draw = random.Random(seed)
    bits = dense_patterns.BITS if circuit.heavy else BITS
    labels = [draw.getrandbits(bits) for _ in range(len(circuit.string))]
    dense = None
    if circuit.heavy:
        columns = np.array(labels, dtype=np.uint64)
        dense = felt(circuit.table, circuit.string, circuit.observables, columns, draw)
        active, sums = dense.active, dense.sums
    else:
        active, sums = _active(circuit, labels, draw)
    if not _inactive_commute(circuit, active):
        return None
    pivots, symmetries = _pivots(circuit, active)
    blind = {row: labels[row] ^ circuit.probe(q, sums) for row, q in pivots}
    rows = active[differentiated[active]]
    if dense is not None:
        changes = {row: labels[row] ^ label for row, label in blind.items()}
        gained = corrections(circuit.table, circuit.string, active, changes)
        wanted = differentiated[active]
        plain = dense.plain[wanted][::-1].tolist()
        merged = (dense.plain ^ gained)[wanted][::-1].tolist()
    else:
        plain, merged = _hashes(circuit, active, differentiated, labels, blind)
    place: dict[int, int] = {}
    label = np.fromiter(
        (place.setdefault(h, len(place)) for h in merged), dtype=np.int32, count=len(merged)
    )
    label = label[::-1].copy()
    last = np.full(len(place), -1, dtype=np.int64)
    last[label] = rows
    number = {0: 0}
    before = np.fromiter((number.setdefault(h, len(number)) for h in plain), np.int32, len(plain))
    unflipped = place.get(0, -1)
    pairs, witness = _witnesses(circuit, rows, label, unflipped, plain[::-1], pivots)
    if not _verified(circuit, active, pairs):
        return None
    return Patterns(
        active=active,
        rows=rows,
        label=label,
        last=last,
        witness=witness,
        unflipped=unflipped,
        plain=before[::-1].copy(),
        symmetries=tuple(symmetries),
    )


def _active(
    circuit: _Circuit, labels: Sequence[int], draw: random.Random
) -> tuple[Rows, list[int]]:
    """The rows that anticommute with an observable or with a later active row; the sums of all their labels."""
    felt = [0] * (2 * circuit.n)
    for observable in circuit.observables:
        label = draw.getrandbits(BITS)
        for i in circuit.ones(observable.z, observable.x):
            felt[i] ^= label
    before = felt.copy()
    probes, deposits = circuit.probes, circuit.deposits
    active = []
    row = len(labels)
    for s in reversed(circuit.string.tolist()):
        row -= 1
        total = 0
        for i in probes[s]:
            total ^= felt[i]
        if total:
            active.append(row)
            label = labels[row]
            for i in deposits[s]:
                felt[i] ^= label
    sums = [a ^ b for a, b in zip(felt, before, strict=True)]
    return np.array(active[::-1], dtype=np.int64), sums


def _hashes(
    circuit: _Circuit,
    active: Rows,
    differentiated: npt.NDArray[np.bool_],
    labels: Sequence[int],
    blind: dict[int, int],
) -> tuple[list[int], list[int]]:
    """For the differentiated rows, last first: the sum over the pattern of the labels, and of the blind ones."""
    sums = [0] * (2 * circuit.n)
    mask = (1 << BITS) - 1
    probes, deposits = circuit.probes, circuit.deposits
    plain, merged = [], []
    wanted = differentiated[active].tolist()
    order = zip(active.tolist(), circuit.string[active].tolist(), wanted, strict=True)
    for row, s, want in reversed([*order]):
        if want:
            total = 0
            for i in probes[s]:
                total ^= sums[i]
            plain.append(total & mask)
            merged.append(total >> BITS)
        label = labels[row]
        label |= blind.get(row, label) << BITS
        for i in deposits[s]:
            sums[i] ^= label
    return plain, merged


def _pivots(circuit: _Circuit, active: Rows) -> tuple[list[tuple[int, Pauli]], list[Pauli]]:
    """Active rows l_k and stabilizers Q_k with ω(Q_k, P_{l_m}) = δ_km; and those with ω = 0 on every active row.

    Together the stabilizers generate all of them.
    """
    table, rows = _basis(circuit, active, backwards=True)
    left = [*circuit.stabilizers]
    vectors = [
        int.from_bytes(np.packbits(signs, bitorder="little").tobytes(), "little")
        for signs in PauliTable.from_paulis(left, circuit.n).anticommutation(table)
    ]
    found: list[tuple[int, int, Pauli]] = []
    symmetries = []
    while left:
        vector, pauli = vectors.pop(), left.pop()
        if not vector:
            symmetries.append(pauli)
            continue
        pivot = (vector & -vector).bit_length() - 1
        for k, other in enumerate(vectors):
            if other >> pivot & 1:
                vectors[k] ^= vector
                left[k] = left[k] * pauli
        for k, (at, other, q) in enumerate(found):
            if other >> pivot & 1:
                found[k] = (at, other ^ vector, q * pauli)
        found.append((pivot, vector, pauli))
    return [(int(rows[pivot]), q) for pivot, _, q in found], symmetries


def _first_places(values: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Rows]:
    """The different values of a column, ascending, and the first place of each."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    return ordered[starts], order[starts]


def _last_places(values: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], Rows]:
    used, place = _first_places(values[::-1])
    return used, len(values) - 1 - place


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two neighbours of a class, by row, and the stabilizer whose signs are the difference of their patterns.

    A row past the last one stands for the pattern without flips.
    """

    first: int
    second: int
    difference: Pauli


def _witnesses(
    circuit: _Circuit,
    rows: Rows,
    label: npt.NDArray[np.int32],
    unflipped: int,
    plain: Sequence[int],
    pivots: Sequence[tuple[int, Pauli]],
) -> tuple[list[_Pair], dict[int, Pauli]]:
    """Neighbours in every class, and the stabilizers that carry the pattern of each class to its rows."""
    end = len(circuit.string)
    witness: dict[int, Pauli] = {}
    pairs = []
    after = {unflipped: end}
    hashes = {end: 0}
    for place in range(len(rows) - 1, -1, -1):
        k, row = int(label[place]), int(rows[place])
        later = after.get(k)
        after[k] = row
        hashes[row] = plain[place]
        if later is None:
            continue
        difference = IDENTITY
        if plain[place] != hashes[later]:
            difference = _difference(circuit, row, later, pivots)
        pairs.append(_Pair(row, later, difference))
        total = difference * (
            IDENTITY if later == end else witness.get(int(np.searchsorted(rows, later)), IDENTITY)
        )
        if total != IDENTITY:
            witness[place] = total
    return pairs, witness


def _difference(
    circuit: _Circuit, row: int, other: int, pivots: Sequence[tuple[int, Pauli]]
) -> Pauli:
    """The stabilizer whose signs on the pivots are the difference of two patterns."""
    total, end = IDENTITY, len(circuit.string)
    p = circuit.pauli(row)
    q = circuit.pauli(other) if other < end else IDENTITY
    for at, stabilizer in pivots:
        pivot = circuit.pauli(at)
        if (at > row and anticommute(p, pivot)) != (at > other and anticommute(q, pivot)):
            total = total * stabilizer
    return total


# Exact verification


def _inactive_commute(circuit: _Circuit, active: Rows) -> bool:
    """Whether every other row commutes with the observables and with each later active row."""
    others = np.ones(len(circuit.string), dtype=np.bool_)
    others[active] = False
    rows = np.flatnonzero(others)
    if not len(rows):
        return True
    used, first = _first_places(circuit.string[rows])
    basis, place = _basis(circuit, active, observables=True)
    table = circuit.table.take(used)
    return _commute(table, basis, rows[first], place)


def _verified(circuit: _Circuit, active: Rows, pairs: Sequence[_Pair]) -> bool:
    """Whether the patterns of each pair differ by the signs of its stabilizer, on every active row.

    With the difference Q of rows j < k that means: Q commutes with the rows up to j, P_j·Q with those after j
    up to k, and P_j·P_k·Q with those after k. Ends are decided by a basis of the strings there.
    """
    if not pairs:
        return True
    j = np.array([pair.first for pair in pairs], dtype=np.int64)
    k = np.array([pair.second for pair in pairs], dtype=np.int64)
    moved = np.array([pair.difference != IDENTITY for pair in pairs])
    return (
        _ends_agree(circuit, active, j, k, moved, pairs)
        and _middles_agree(circuit, active, j[~moved], k[~moved])
        and _moved_middles_agree(circuit, active, [p for p in pairs if p.difference != IDENTITY])
    )


def _ends_agree(
    circuit: _Circuit,
    active: Rows,
    j: Rows,
    k: Rows,
    moved: npt.NDArray[np.bool_],
    pairs: Sequence[_Pair],
) -> bool:
    table, n, end = circuit.table, circuit.n, len(circuit.string)
    basis, place = _basis(circuit, active)
    inside = ~moved & (k < end)
    left, right, after = circuit.string[j[inside]], circuit.string[k[inside]], k[inside]
    differ = left != right
    left, right, after = left[differ], right[differ], after[differ]
    order = np.lexsort((after, right, left))
    left, right, after = left[order], right[order], after[order]
    new = np.append(True, (left[1:] != left[:-1]) | (right[1:] != right[:-1]))[: len(left)]
    left, right, after = left[new], right[new], after[new]
    x, z = table.x[left] ^ table.x[right], table.z[left] ^ table.z[right]
    if not _commute(PauliTable(n, x, z), basis, after, place):
        return False
    merged = [pair for pair in pairs if pair.difference != IDENTITY]
    if not merged:
        return True
    products = PauliTable.from_paulis(
        [
            circuit.pauli(p.first)
            * (circuit.pauli(p.second) if p.second < end else IDENTITY)
            * p.difference
            for p in merged
        ],
        n,
    )
    before, start_place = _basis(circuit, active, backwards=True)
    differences = PauliTable.from_paulis([p.difference for p in merged], n)
    return _commute(products, basis, k[moved], place) and _commute(
        differences, before, -j[moved] - 1, -start_place
    )


def _middles_agree(circuit: _Circuit, active: Rows, j: Rows, k: Rows) -> bool:
    """Whether P_j commutes with the active rows after j up to k, for every pair."""
    table = circuit.table
    used = distinct(circuit.string[active])
    number = np.zeros(len(table), dtype=np.int64)
    number[used] = np.arange(len(used))
    string = number[circuit.string]
    small = len(used) <= _MATRIX_UP_TO
    matrix = table.take(used).anticommutation() if small else None
    for pair, at in _between(active, j, k):
        if matrix is not None:
            odd = matrix[string[j[pair]], string[at]]
        else:
            one, two = circuit.string[j[pair]], circuit.string[at]
            odd = _odd(table.x[one], table.z[one], table.x[two], table.z[two])
        if odd.any():
            return False
    return True


def _moved_middles_agree(circuit: _Circuit, active: Rows, pairs: Sequence[_Pair]) -> bool:
    table = circuit.table
    moved = PauliTable.from_paulis(
        [circuit.pauli(p.first) * p.difference for p in pairs], circuit.n
    )
    j = np.array([pair.first for pair in pairs], dtype=np.int64)
    k = np.array([pair.second for pair in pairs], dtype=np.int64)
    for pair, at in _between(active, j, k):
        two = circuit.string[at]
        if _odd(moved.x[pair], moved.z[pair], table.x[two], table.z[two]).any():
            return False
    return True


def _between(active: Rows, j: Rows, k: Rows) -> Iterator[tuple[Rows, Rows]]:
    """The pairs, by number, and the active rows after their first row up to their second, in pieces."""
    start = np.searchsorted(active, j, side="right")
    size = np.searchsorted(active, k, side="right") - start
    ends = np.cumsum(size)
    piece = 0
    while piece < len(j):
        done = int(ends[piece - 1]) if piece else 0
        stop = max(piece + 1, int(np.searchsorted(ends, done + _CHUNK, side="right")))
        sizes = size[piece:stop]
        pair = np.repeat(np.arange(piece, stop), sizes)
        offset = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        yield pair, active[start[pair] + offset]
        piece = stop


def _odd(
    x: npt.NDArray[np.uint64],
    z: npt.NDArray[np.uint64],
    other_x: npt.NDArray[np.uint64],
    other_z: npt.NDArray[np.uint64],
) -> npt.NDArray[np.bool_]:
    overlap = np.bitwise_xor.reduce((x & other_z) ^ (z & other_x), axis=1)
    result: npt.NDArray[np.bool_] = (np.bitwise_count(overlap) & 1).astype(np.bool_)
    return result


def _basis(
    circuit: _Circuit, active: Rows, *, observables: bool = False, backwards: bool = False
) -> tuple[PauliTable, Rows]:
    """Independent strings such that those placed after any row span the active strings after it.

    With ``observables`` these are placed after all rows. With ``backwards``, those up to any row span the active
    strings up to it.
    """
    used, place = (_first_places if backwards else _last_places)(circuit.string[active])
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


def _commute(left: PauliTable, basis: PauliTable, after: Rows, place: Rows) -> bool:
    """Whether each row of a table commutes with every basis string placed after it."""
    step = max(1, (_CHUNK << 4) // max(1, len(basis)))
    for k in range(0, len(left), step):
        part = PauliTable(left.n_qubits, left.x[k : k + step], left.z[k : k + step])
        if (part.anticommutation(basis) & (after[k : k + step, None] < place)).any():
            return False
    return True


def signs(strings: PauliTable, string: npt.NDArray[np.int32], active: Rows, row: int) -> Rows:
    """The active rows whose angle the pattern of a row reverses, ascending."""
    later = active[active > row]
    odd = strings.anticommute_with(strings.pauli(int(string[row])))
    return later[odd[string[later]]]
