"""Frame potentials of one circuit over pairs of Clifford points: docs/mathematics/variance.md (9.17).

Bits of 64 pairs share a word, as in :mod:`qansatz.analysis.trainability.clifford_points`; here signs matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from qansatz.analysis.trainability.clifford_points import StraightCircuit, Words, straight_circuit
from qansatz.analysis.trainability.independent_angles import dependence
from qansatz.analysis.trainability.intervals import Floats, bernstein_interval
from qansatz.model.program import Model
from qansatz.pauli.commutation import commutation
from qansatz.pauli.gf2 import bits, rank
from qansatz.pauli.tables import PauliTable

#: Words of 64 pairs that are worked on, some 20 operations on each: seconds.
WORK: Final = 3 * 10**7
LEAST_PAIRS: Final = 100
_WORDS: Final = 8
_WITH_DATA: Final = "both states of a pair share their data, which turn them twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePotentials:
    """E[F^t] of the fidelities F of two states at independent random parameters, at the circuit's own depth.

    ``first`` is E[F], exact. ``values`` and ``intervals`` are those for t = 2 and 3, the latter each holding with
    probability 1 − ``error`` and within (E[F])^t to E[F]; None where too many pairs are too much work.
    """

    first: Fraction
    values: tuple[float, float] | None
    intervals: tuple[tuple[float, float], tuple[float, float]] | None
    standard_errors: tuple[float, float] | None
    n_pairs: int
    seed: int
    error: float


def frame_potentials(
    model: Model, *, n_pairs: int = 2000, seed: int = 0, error: float = 0.05
) -> FramePotentials | str:
    """The frame potentials for t = 1, 2, 3, or why Clifford points do not give them."""
    if model.slots.n_inputs:
        return _WITH_DATA
    if (reason := dependence(model)) is not None:
        return reason
    circuit = straight_circuit(model)
    n = circuit.n_qubits
    first = Fraction(1, 1 << (n - _n_kept(circuit)))
    each = 2 * len(circuit.string) * n + n**3
    possible = min(n_pairs, 64 * WORK // max(1, each))
    if possible < LEAST_PAIRS:
        return FramePotentials(
            first=first,
            values=None,
            intervals=None,
            standard_errors=None,
            n_pairs=0,
            seed=seed,
            error=error,
        )
    values = fidelities(circuit, n_pairs=possible, seed=seed)
    powers = np.stack((values**2, values**3))
    means, variances = powers.mean(axis=1), powers.var(axis=1, ddof=1)
    low, high = bernstein_interval(means, variances, 1.0, possible, error)
    # F ≤ 1 and Jensen's inequality.
    low, high = np.maximum(low, [float(first**2), float(first**3)]), np.minimum(high, float(first))
    errors = np.sqrt(variances / possible)
    return FramePotentials(
        first=first,
        values=(float(means[0]), float(means[1])),
        intervals=((float(low[0]), float(high[0])), (float(low[1]), float(high[1]))),
        standard_errors=(float(errors[0]), float(errors[1])),
        n_pairs=possible,
        seed=seed,
        error=error,
    )


def _n_kept(circuit: StraightCircuit) -> int:
    """k for the 2^k stabilizers of the initial state that commute with every rotation."""
    n = circuit.n_qubits
    used = circuit.strings.take(np.unique(circuit.string))
    phases = PauliTable.from_ints([0] * n, [1 << q for q in range(n)], n)
    return n - rank(commutation(phases, used))


def fidelities(circuit: StraightCircuit, *, n_pairs: int, seed: int) -> Floats:
    """|⟨ψ(θ)|ψ(φ)⟩|² at independent pairs of random Clifford points: 0 or a power of ½."""
    parts = []
    for block, start in enumerate(range(0, n_pairs, 64 * _WORDS)):
        n_here = min(64 * _WORDS, n_pairs - start)
        random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1, block)))
        shape = (2, 2 * len(circuit.string), -(-n_here // 64))
        coins = random.integers(0, 1 << 64, size=shape, dtype=np.uint64)
        parts.append(_Stabilizers(circuit.n_qubits, shape[2]).fidelities(circuit, coins)[:n_here])
    return np.concatenate(parts)


class _Stabilizers:
    """Signed generators of stabilizer states, of shape (qubits, generators, words), from those of |0…0⟩ on."""

    def __init__(self, n_qubits: int, n_words: int) -> None:
        self.n = n_qubits
        self.x = np.zeros((n_qubits, n_qubits, n_words), dtype=np.uint64)
        self.z = self.x.copy()
        self.z[np.arange(n_qubits), np.arange(n_qubits)] = ~np.uint64(0)
        self.negative = np.zeros((n_qubits, n_words), dtype=np.uint64)

    def fidelities(self, circuit: StraightCircuit, coins: Words) -> Floats:
        """|⟨0…0|U(φ)†U(θ)|0…0⟩|² at every point."""
        rows = [*circuit.string.tolist(), *circuit.string[::-1].tolist()]
        for row, odd, half in zip(rows, *coins, strict=True):
            pauli = circuit.strings.pauli(row)
            self._turn(bits(pauli.x | pauli.z), pauli.x, pauli.z, odd, half)
        return self._overlap()

    def _turn(self, qubits: list[int], px: int, pz: int, odd: Words, half: Words) -> None:
        """Conjugate by a rotation about a string: Q → ±Q, ±iPQ where they anticommute."""
        shape = (len(qubits), 1, 1)
        x_of = np.array([-(px >> q & 1) for q in qubits], dtype=np.int64).view(np.uint64)
        z_of = np.array([-(pz >> q & 1) for q in qubits], dtype=np.int64).view(np.uint64)
        x_of, z_of = x_of.reshape(shape), z_of.reshape(shape)
        x, z = self.x[qubits], self.z[qubits]
        felt, second = _phase(x_of, z_of, x, z)
        turned = felt & odd
        # PQ = i^(1 + 2s)·R, so that iPQ = −R where s = 0.
        self.negative ^= (felt & half) ^ (turned & ~second)
        self.x[qubits] = x ^ (x_of & turned)
        self.z[qubits] = z ^ (z_of & turned)

    def _overlap(self) -> Floats:
        """2^−r, r the rank of the flips, where no stabilizer is −1 times one of |0…0⟩; else 0."""
        free = np.full_like(self.negative, ~np.uint64(0))
        ranks = np.zeros(64 * self.negative.shape[1], dtype=np.int64)
        for qubit in range(self.n):
            flipping = self.x[qubit] & free
            before = np.bitwise_or.accumulate(flipping, axis=0)
            chosen = flipping.copy()
            chosen[1:] &= ~before[:-1]
            ranks += _unpacked(before[-1])
            self._clear(chosen, flipping ^ chosen)
            free &= ~chosen
        opposite = np.bitwise_or.reduce(free & self.negative, axis=0)
        return np.where(_unpacked(opposite) == 1, 0.0, 0.5**ranks)

    def _clear(self, chosen: Words, others: Words) -> None:
        """Multiply some generators by the chosen one of each point."""
        if not others.any():
            return
        x_of = np.bitwise_xor.reduce(self.x & chosen, axis=1)[:, None]
        z_of = np.bitwise_xor.reduce(self.z & chosen, axis=1)[:, None]
        negative = np.bitwise_xor.reduce(self.negative & chosen, axis=0)
        _, second = _phase(x_of, z_of, self.x, self.z)
        self.negative ^= others & (second ^ negative)
        self.x ^= x_of & others
        self.z ^= z_of & others


def _phase(px: Words, pz: Words, x: Words, z: Words) -> tuple[Words, Words]:
    """The bits (a, s) of PQ = i^(a + 2s)·R for positive strings, qubits along the first axis.

    Every qubit with letters that anticommute adds 1 or −1: s is the second bit of how many there are, and the
    parity of those that add −1 (XZ, YX, ZY).
    """
    felt = (px & z) ^ (pz & x)
    before = np.bitwise_xor.accumulate(felt, axis=0) ^ felt
    minus = (px & x) ^ (~px & z) ^ (px & ~pz)
    return (
        np.bitwise_xor.reduce(felt, axis=0),
        np.bitwise_xor.reduce(felt & (before ^ minus), axis=0),
    )


def _unpacked(words: Words) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    octets = np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)
    return np.unpackbits(octets, bitorder="little")
