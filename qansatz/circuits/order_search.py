"""The order of rotations where it is free: whichever is nearest to a short string goes next.

Every step is one two-qubit gate: a Clifford rotation by π/2 about a string of weight two, which moves the frame of all
rotations left, or a rotation whose string has weight two there, with or without the Clifford about the same string.
The step is taken that lowers most the sum of f(weight) over the rotations left, f concave; ties are broken at random,
with a fixed seed. What holds what up is a relation of its own, so that some rotations may be free and others not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli

Letters: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bits: TypeAlias = npt.NDArray[np.bool_]

#: The qubits among which a step is looked for, and the rotations left that are looked at, at most.
ACTIVE_QUBITS: Final = 16
WINDOW: Final = 512
_DISCOUNT: Final = 0.3
_NOISE: Final = 0.02
_NEGLIGIBLE: Final = 1e-3
#: Parts of 1 in which what a string adds to a gain is counted: sums of whole numbers below 2^53 have no rounding, so
#: that the order of additions, which differs between machines, decides nothing.
_PARTS: Final = 2.0**36


@dataclass(frozen=True, slots=True)
class Walk:
    """An order of all rotations, as rows, and between them Clifford rotations by π/2 about strings of weight two.

    ``n_two_qubit`` counts the Cliffords, and the rotations whose string has weight two when their turn comes; a
    rotation and the Clifford about the same string that follows it are one gate.
    """

    steps: tuple[int | Pauli, ...]
    n_two_qubit: int

    @property
    def rows(self) -> list[int]:
        """The rows alone, in order."""
        return [step for step in self.steps if isinstance(step, int)]


def walk(
    strings: Sequence[Pauli], n_qubits: int, held_up: Bits, *, ratio: float, seed: int
) -> Walk | None:
    """A walk through all strings, given as ``held_up[i, k]``: string k waits for i. None when it gets lost.

    f(w) = Σ_{0<k<w} ratio^{k−1}; a string counts 0.3 times less for every other that it waits for in a chain.
    """
    return _Search(strings, n_qubits, held_up, ratio, seed).run()


class _Search:
    def __init__(
        self, strings: Sequence[Pauli], n_qubits: int, held_up: Bits, ratio: float, seed: int
    ) -> None:
        self.n = n_qubits
        self.letters = _letters_of(strings, n_qubits)
        self.weights = (self.letters > 0).sum(axis=1)
        self.after = [np.flatnonzero(row) for row in held_up]
        self.waits_for = held_up.sum(axis=0)
        self.layer = np.zeros(len(strings), dtype=np.int64)
        for k, column in enumerate(held_up.T):
            if column.any():
                self.layer[k] = self.layer[column].max() + 1
        self.alive = np.ones(len(strings), dtype=np.bool_)
        self.random = np.random.default_rng(seed)
        self.slope = np.concatenate([[0.0, 0.0], _powers(ratio, n_qubits + 1)])
        self.importance = _powers(_DISCOUNT, int(self.layer.max(initial=0)) + 2)
        self.most = 3 * int(self.weights.sum()) + 10 * n_qubits
        self.steps: list[int | Pauli] = []
        self.n_two_qubit = self.fruitless = 0

    def run(self) -> Walk | None:
        while self._take_short():
            if self.n_two_qubit >= self.most:
                return None
            self._step()
            self.n_two_qubit += 1
        return Walk(tuple(self.steps), self.n_two_qubit)

    def _ready(self) -> Letters:
        return np.flatnonzero(self.alive & (self.waits_for == 0))

    def _take_short(self) -> bool:
        """Take every rotation of weight one that may come next; whether any rotation is left."""
        while True:
            short = [k for k in self._ready().tolist() if self.weights[k] <= 1]
            if not short:
                return bool(self.alive.any())
            for k in short:
                self._take(k)

    def _take(self, k: int) -> None:
        self.alive[k] = False
        self.waits_for[self.after[k]] -= 1
        self.steps.append(k)
        self.fruitless = 0

    def _step(self) -> None:
        front = self._ready()
        lightest = front[np.argsort(self.weights[front], kind="stable")]
        if self.fruitless > 2 * self.n:
            lightest = lightest[:1]
        a, b = self._pairs(lightest)
        gain = self._gains(a, b, front)
        shortened = _counts(_codes(self.letters[lightest], a, b), None) @ _DOWN
        scores = gain + _NOISE * self.random.random(gain.shape)
        scores[shortened <= 0] = -np.inf
        best = int(np.argmax(scores))
        pair, letters = divmod(best, 16)
        move = (int(a[pair]), int(b[pair]), letters // 4, letters % 4)
        score, taken, turns = float(scores.flat[best]), -1, True
        for k in lightest[self.weights[lightest] == 2].tolist():
            ends = np.flatnonzero(self.letters[k]).tolist()
            u, v = self.letters[k, ends].tolist()
            alone, both = (1.0 + _NOISE * self.random.random(2)).tolist()
            if alone > score:
                score, taken, turns = alone, k, False
            place = np.flatnonzero((a == ends[0]) & (b == ends[1]))
            if len(place) and both + float(gain[place[0], 4 * u + v]) > score:
                score, taken, turns = both + float(gain[place[0], 4 * u + v]), k, True
                move = (ends[0], ends[1], u, v)
        self.fruitless += 1
        if taken >= 0:
            self._take(taken)
        if turns:
            self._turn(*move)

    def _pairs(self, lightest: Letters) -> tuple[Letters, Letters]:
        """The pairs of qubits among which a step is looked for: all, or those of the lightest strings."""
        chosen = np.full(self.n, self.n <= ACTIVE_QUBITS)
        for k in lightest.tolist():
            grown = chosen | (self.letters[k] > 0)
            if chosen.any() and grown.sum() > ACTIVE_QUBITS:
                break
            chosen = grown
        qubits = np.flatnonzero(chosen)
        a, b = np.triu_indices(len(qubits), 1)
        return qubits[a], qubits[b]

    def _gains(self, a: Letters, b: Letters, front: Letters) -> Floats:
        """By how much each Clifford lowers the discounted sum of f(weight): shape (pairs, letters 4·u + v)."""
        ahead = np.flatnonzero(self.alive)[:WINDOW]
        beyond = np.maximum(self.layer[ahead] - self.layer[front].min(), 1)
        importance = self.importance[np.where(self.waits_for[ahead] == 0, 0, beyond)]
        near = importance > _NEGLIGIBLE
        rows, weights = self.letters[ahead[near]], self.weights[ahead[near]]
        importance = importance[near]
        codes = _codes(rows, a, b)
        down = _counts(codes, np.rint(_PARTS * importance * self.slope[weights]))
        up = _counts(codes, np.rint(_PARTS * importance * self.slope[weights + 1]))
        gains: Floats = (down @ _DOWN - up @ _UP) / _PARTS
        return gains

    def _turn(self, a: int, b: int, u: int, v: int) -> None:
        """Conjugate everything by the rotation by π/2 about letters u and v on qubits a and b."""
        rows = self.letters
        self.weights -= (rows[:, [a, b]] > 0).sum(axis=1)
        turned = _ANTICOMMUTE[rows[:, a], u] ^ _ANTICOMMUTE[rows[:, b], v]
        rows[:, a] ^= u * turned
        rows[:, b] ^= v * turned
        self.weights += (rows[:, [a, b]] > 0).sum(axis=1)
        x, z = ((u & 1) << a) | ((v & 1) << b), ((u >> 1) << a) | ((v >> 1) << b)
        self.steps.append(Pauli(x, z))


def _powers(base: float, size: int) -> Floats:
    """base^k for k from 0, as products."""
    powers: Floats = np.cumprod(np.concatenate([[1.0], np.full(size - 1, base)]))
    return powers


def _letters_of(strings: Sequence[Pauli], n_qubits: int) -> Letters:
    """Rows of letters: 0 to 3 for I, X, Z, Y, shape (strings, qubits)."""
    letters = [
        [(p.x >> qubit & 1) + 2 * (p.z >> qubit & 1) for qubit in range(n_qubits)] for p in strings
    ]
    return np.array(letters, dtype=np.int64).reshape(len(strings), n_qubits)


def _codes(rows: Letters, a: Letters, b: Letters) -> Letters:
    """For each row and pair of qubits, 16·pair + 4·p + q for its letters p and q there."""
    codes: Letters = 4 * rows[:, a] + rows[:, b] + 16 * np.arange(len(a))
    return codes


def _counts(codes: Letters, importance: Floats | None) -> Floats:
    """Σ importance over the rows with letters p and q on a pair of qubits: shape (pairs, letters 4·p + q)."""
    n_pairs = codes.shape[1]
    spread = None if importance is None else np.repeat(importance, n_pairs)
    counts = np.bincount(codes.ravel(), weights=spread, minlength=16 * n_pairs)
    return counts.reshape(n_pairs, 16).astype(np.float64, copy=False)


def _anticommutation() -> Letters:
    letters = np.arange(4)
    x, z = letters & 1, letters >> 1
    product: Letters = (np.outer(x, z) + np.outer(z, x)) & 1
    return product


def _weight_changes() -> Letters:
    """The change of weight of letters p, q under the rotation about letters u, v: shape (p, q, u, v); u, v ≠ I."""
    p, q, u, v = np.indices((4, 4, 4, 4))
    turned = (_ANTICOMMUTE[p, u] ^ _ANTICOMMUTE[q, v]) * (u > 0) * (v > 0)
    new_p, new_q = p ^ (u * turned), q ^ (v * turned)
    change = (new_p > 0).astype(np.int64) + (new_q > 0) - (p > 0) - (q > 0)
    return np.asarray(change, dtype=np.int64)


_ANTICOMMUTE = _anticommutation()
_DOWN = np.maximum(-_weight_changes(), 0).astype(np.float64).reshape(16, 16)
_UP = np.maximum(_weight_changes(), 0).astype(np.float64).reshape(16, 16)
