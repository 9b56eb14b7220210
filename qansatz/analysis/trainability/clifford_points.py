"""An observable's strings carried back through the circuit at random Clifford points, many points at once.

Why this gives moments at the circuit's own depth: docs/mathematics/variance.md (9.12) to (9.14). At an angle of
k·π/2 a rotation about P maps a string Q that anticommutes with P to Q, iPQ, −Q, −iPQ for k = 0, 1, 2, 3, and any
other to itself. Signs add nothing to second moments beyond what :func:`term_classes` adds up, so they are left out:
with probability ½ an anticommuting Q turns into PQ.

Bits of 64 points share a word: ``x[q, t, w]`` holds those of qubit q in term t, so that one rotation costs a
few operations on the qubits it acts on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.trainability.counts import as_fraction
from qansatz.model.program import IntColumn, Model, Term
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit
from qansatz.pauli.cliffords import FixedGates, Tableau
from qansatz.pauli.commutation import commutation
from qansatz.pauli.gf2 import bits
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import BitRows, PauliTable

#: Bits of points that one block works on at most, 16 bytes a word of 64.
_MOST_WORDS: Final = 1 << 22
_LETTER_GATES: Final = {(0, 1): (), (1, 0): ("h",), (1, 1): ("h", "s")}

Words: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StraightCircuit:
    """The rotations by independent angles, in time order, about rows of ``strings``, on |0…0⟩.

    They are the model's, pulled back through the Clifford that prepares its initial state; signs are dropped, as the
    angles are as often negative. ``rows`` are the rows of ``Model.rotations``. ``clifford`` pulls observables back.
    """

    n_qubits: int
    strings: PauliTable
    string: IntColumn
    rows: npt.NDArray[np.int64]
    clifford: Tableau


@dataclass(frozen=True, slots=True, kw_only=True)
class TermClass:
    """Terms that give ±1 at the same points and with the same sign relative to each other: their sum is weight·(±1)."""

    weight: Fraction
    pauli: Pauli


def straight_circuit(model: Model) -> StraightCircuit:
    """The circuit of a model without fixed rotations; fixed gates stand at the end of every model."""
    rotations = model.rotations
    clifford = Tableau.from_gates(_preparation(model), model.n_qubits)
    rows = np.flatnonzero(rotations.strings.weights()[rotations.string] > 0)
    return StraightCircuit(
        n_qubits=model.n_qubits,
        strings=PauliTable.from_paulis(
            [clifford.pull(pauli) for pauli in rotations.strings.paulis()], model.n_qubits
        ),
        string=rotations.string[rows],
        rows=rows,
        clifford=clifford,
    )


def _preparation(model: Model) -> FixedGates:
    """Fixed gates that prepare the initial state from |0…0⟩."""
    stabilizers = model.initial.stabilizers
    if any((p.x | p.z).bit_count() != 1 for p in stabilizers):
        return stabilizer_state_circuit(stabilizers, model.n_qubits)
    gates: FixedGates = []
    for pauli in stabilizers:
        qubit = (pauli.x | pauli.z).bit_length() - 1
        negative = ("x",) if pauli.phase == 2 else ()
        for name in (*negative, *_LETTER_GATES[pauli.x >> qubit, pauli.z >> qubit]):
            gates.append((name, (qubit,)))
    return gates


def term_classes(
    circuit: StraightCircuit, terms: Iterable[Term]
) -> tuple[Fraction, tuple[TermClass, ...]]:
    """The mean of Σ c·P over the points, and its terms in classes; those that are 0 at every point are left out.

    Terms are in one class if and only if their product commutes with every rotation and fixes the initial
    state up to sign; products of others have mean 0. ``terms`` are pulled back through the final Clifford.
    """
    pulled = [(as_fraction(t.coefficient), circuit.clifford.pull(t.pauli)) for t in terms]
    table = PauliTable.from_paulis([pauli for _, pauli in pulled], circuit.n_qubits)
    groups: dict[tuple[int, int], list[tuple[Fraction, Pauli]]] = {}
    for mask, (weight, pauli) in zip(commutation(table, circuit.strings), pulled, strict=True):
        groups.setdefault((mask, pauli.x), []).append((weight, pauli))
    mean, classes = Fraction(0), []
    for (mask, x), members in groups.items():
        first = members[0][1]
        if any(anticommute(first, pauli) for _, pauli in members) or not (mask or not x):
            continue
        total = sum((w if (first * p).phase == 0 else -w) for w, p in members)
        if mask:
            classes.append(TermClass(weight=Fraction(total), pauli=Pauli(first.x, first.z)))
        else:
            mean += total if first.phase == 0 else -total
    return mean, tuple(c for c in classes if c.weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Means and unbiased variances, over the points, of Σ weight²·(1 where a class of terms gives ±1).

    ``rotation_mean`` and ``rotation_variance`` hold those of the squared derivative by each rotation's angle.
    """

    n_points: int
    mean: float
    variance: float
    rotation_mean: Floats
    rotation_variance: Floats


def moments(
    circuit: StraightCircuit,
    classes: tuple[TermClass, ...],
    *,
    n_points: int,
    seed: int,
    derivatives: bool,
) -> Moments:
    """Sample E[f²] − E[f]², and E[(∂f)²] for every rotation, from one sweep over the rotations, last first.

    Moving the angle of one rotation by ±π/2 leaves a random point random. So ∂f at a point has the law of the value at
    points where the rotation anticommutes with what arrives at it: whether it does is kept in the
    sweep, and whether the end stabilizes |0…0⟩ is known after it, for all rotations alike.
    """
    squares = np.array([float(c.weight**2) for c in classes])
    n_rotations = len(circuit.string) if derivatives else 0
    total = _Total(1 + n_rotations)
    for coins, n_here in _blocks(circuit, len(classes), n_points, seed, derivatives):
        values = np.zeros((1 + n_rotations, 64 * coins.shape[1]))
        step = _terms_at_once(circuit, coins, derivatives)
        for start in range(0, len(classes), step):
            part = classes[start : start + step]
            _sweep(circuit, part, coins, squares[start : start + step], values, derivatives)
        total.add(values[:, :n_here])
    means, variances = total.moments()
    return Moments(
        n_points=n_points,
        mean=float(means[0]),
        variance=float(variances[0]),
        rotation_mean=means[1:],
        rotation_variance=variances[1:],
    )


def _words_at_once(circuit: StraightCircuit, n_terms: int, derivatives: bool) -> int:
    """Words of points in a block; no matter of the machine, as the points depend on it."""
    each = circuit.n_qubits * min(n_terms, 64) + len(circuit.string) * (1 + 32 * derivatives)
    return max(1, min(32, _MOST_WORDS // max(1, each)))


def _terms_at_once(circuit: StraightCircuit, coins: Words, derivatives: bool) -> int:
    each: int = coins.shape[1] * (circuit.n_qubits + derivatives * len(circuit.string))
    return max(1, _MOST_WORDS // max(1, each))


def _blocks(
    circuit: StraightCircuit, n_terms: int, n_points: int, seed: int, derivatives: bool
) -> Iterator[tuple[Words, int]]:
    """Coins of every rotation, shape (rotations, words), and how many of their bits are points."""
    width = _words_at_once(circuit, n_terms, derivatives)
    for block, start in enumerate(range(0, n_points, 64 * width)):
        n_here = min(64 * width, n_points - start)
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
        shape = (len(circuit.string), -(-n_here // 64))
        yield random.integers(0, 1 << 64, size=shape, dtype=np.uint64), n_here


def _sweep(
    circuit: StraightCircuit,
    classes: tuple[TermClass, ...],
    coins: Words,
    squares: Floats,
    values: Floats,
    derivatives: bool,
) -> None:
    """Add what some classes give at every point to the values, first row, and to those of every rotation."""
    n_words = coins.shape[1]
    x = _spread([c.pauli.x for c in classes], circuit.n_qubits, n_words)
    z = _spread([c.pauli.z for c in classes], circuit.n_qubits, n_words)
    felt_by: list[tuple[int, Words]] = []
    supports = _supports(circuit)
    for row in range(len(circuit.string) - 1, -1, -1):
        flips, phases = supports(int(circuit.string[row]))
        felt = np.bitwise_xor.reduce(z[flips], axis=0) ^ np.bitwise_xor.reduce(x[phases], axis=0)
        if not felt.any():
            continue
        if derivatives:
            felt_by.append((row, felt))
        turned = felt & coins[row]
        x[flips] ^= turned
        z[phases] ^= turned
    hit = ~np.bitwise_or.reduce(x, axis=0)
    _add(values[0], squares, hit)
    for row, felt in felt_by:
        _add(values[1 + row], squares, felt & hit)


def _add(values: Floats, squares: Floats, marks: Words) -> None:
    """Add the squares of the terms to the points that are marked, bits of shape (terms, words)."""
    some = np.flatnonzero(marks.any(axis=1))
    if len(some):
        octets = np.ascontiguousarray(marks[some].astype("<u8", copy=False)).view(np.uint8)
        values += squares[some] @ np.unpackbits(octets, axis=1, bitorder="little")


def _supports(
    circuit: StraightCircuit,
) -> Callable[[int], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """The qubits on which a string flips bits, and those on which it flips phases, found once for each."""
    cached: dict[int, tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]] = {}

    def supports(string: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if string not in cached:
            pauli = circuit.strings.pauli(string)
            cached[string] = (
                np.array(bits(pauli.x), dtype=np.int64),
                np.array(bits(pauli.z), dtype=np.int64),
            )
        return cached[string]

    return supports


def _spread(masks: list[int], n_qubits: int, n_words: int) -> BitRows:
    """Bit masks of terms as words of shape (qubits, terms, words), the same at every point."""
    bits_of = np.zeros((n_qubits, len(masks), n_words), dtype=np.uint64)
    for term, mask in enumerate(masks):
        bits_of[bits(mask), term] = ~np.uint64(0)
    return bits_of


class _Total:
    """Means and variances of rows of values that come in blocks."""

    def __init__(self, n_rows: int) -> None:
        self.n = 0
        self.mean = np.zeros(n_rows)
        self.squares = np.zeros(n_rows)

    def add(self, values: Floats) -> None:
        """Values of shape (rows, some)."""
        n = values.shape[1]
        mean = values.mean(axis=1)
        away = mean - self.mean
        self.squares += ((values - mean[:, None]) ** 2).sum(axis=1)
        self.squares += away**2 * self.n * n / (self.n + n)
        self.mean += away * n / (self.n + n)
        self.n += n

    def moments(self) -> tuple[Floats, Floats]:
        """Means and unbiased variances, of shape (rows,)."""
        return self.mean, self.squares / max(1, self.n - 1)
