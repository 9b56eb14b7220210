"""Which rotations can change an expectation value, and which derivatives one circuit prepares for.

The sign pattern of rotation j is s_j(l) = −1 for l > j with P_l anticommuting with P_j, else +1: moving P_j to the
end of the circuit multiplies the angles by it. If Q stabilizes the initial state, patterns that differ by the signs
ω(Q, P_l) over all l prepare the same state up to Q, so they are one class.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient import dense_patterns
from qansatz.analysis.gradient.dense_patterns import corrections, felt
from qansatz.analysis.gradient.pattern_circuit import BITS, Pair, PatternCircuit, Rows, basis_of
from qansatz.analysis.gradient.pattern_proofs import inactive_commute, verified
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute
from qansatz.pauli.tables import PauliTable, distinct


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
    circuit = PatternCircuit(strings, string, observables, stabilizers)
    seed = 0
    while True:
        attempt = _attempt(circuit, differentiated, seed)
        if attempt is not None:
            return attempt
        seed += 1


def _attempt(
    circuit: PatternCircuit, differentiated: npt.NDArray[np.bool_], seed: int
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
    if not inactive_commute(circuit, active):
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
    if not verified(circuit, active, pairs):
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
    circuit: PatternCircuit, labels: Sequence[int], draw: random.Random
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
    circuit: PatternCircuit,
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


def _pivots(circuit: PatternCircuit, active: Rows) -> tuple[list[tuple[int, Pauli]], list[Pauli]]:
    """Active rows l_k and stabilizers Q_k with ω(Q_k, P_{l_m}) = δ_km; and those with ω = 0 on every active row.

    Together the stabilizers generate all of them.
    """
    table, rows = basis_of(circuit, active, backwards=True)
    left = [*circuit.stabilizers]
    vectors = [
        int.from_bytes(np.packbits(signs, bitorder="little").tobytes(), "little")
        for signs in PauliTable.from_paulis(left, circuit.n).anticommutation(table)
    ]
    pivots: list[tuple[int, int, Pauli]] = []
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
        for k, (at, other, q) in enumerate(pivots):
            if other >> pivot & 1:
                pivots[k] = (at, other ^ vector, q * pauli)
        pivots.append((pivot, vector, pauli))
    return [(int(rows[pivot]), q) for pivot, _, q in pivots], symmetries


def _witnesses(
    circuit: PatternCircuit,
    rows: Rows,
    label: npt.NDArray[np.int32],
    unflipped: int,
    plain: Sequence[int],
    pivots: Sequence[tuple[int, Pauli]],
) -> tuple[list[Pair], dict[int, Pauli]]:
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
        pairs.append(Pair(row, later, difference))
        total = difference * (
            IDENTITY if later == end else witness.get(int(np.searchsorted(rows, later)), IDENTITY)
        )
        if total != IDENTITY:
            witness[place] = total
    return pairs, witness


def _difference(
    circuit: PatternCircuit, row: int, other: int, pivots: Sequence[tuple[int, Pauli]]
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


def signs(strings: PauliTable, string: npt.NDArray[np.int32], active: Rows, row: int) -> Rows:
    """The active rows whose angle the pattern of a row reverses, ascending."""
    later = active[active > row]
    odd = strings.anticommute_with(strings.pauli(int(string[row])))
    return later[odd[string[later]]]
