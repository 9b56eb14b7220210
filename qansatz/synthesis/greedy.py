"""Rotations in a moving Clifford frame: long strings are shortened once, and stay short for those that follow.

Instead of undoing a ladder, the Clifford it made is carried forward through all later rotations; what is left of it is
executed at the end. Every step is one two-qubit gate: a Clifford rotation by π/2 about a string of weight two that
shortens some rotation that may come next, or such a rotation itself once its string has weight two, with or without the
Clifford about the same string (then both are one gate). The step is chosen that lowers most the sum of f(weight) over
the rotations ahead, f concave and later layers discounted; ties are broken at random and several settings are tried,
with fixed seeds. Greedy synthesis with a free Clifford: Schmitz et al., arXiv:2103.08602 (pytket's GreedyPauliSimp); de
Brugière and Martiel, arXiv:2404.03280 (Rustiq). Here the order is kept up to exchanging what commutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli

Letters: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

#: More rotations than this are not attempted: the commutation matrix is quadratic.
MAX_ROTATIONS = 3000
_RATIOS_AND_DISCOUNTS = ((0.5, 0.3), (0.2, 0.03), (0.3, 0.1), (0.5, 0.5), (0.3, 0.3), (0.5, 0.1))
_WINDOW = 256
_ACTIVE_QUBITS = 16
_NEGLIGIBLE = 1e-3


@dataclass(frozen=True, slots=True)
class Setting:
    """How to score steps.

    f(w) = Σ_{0<k<w} ratio^{k−1}; each layer further ahead counts ``discount`` times less; ``tail`` is the importance of
    what is owed at the end.
    """

    ratio: float
    discount: float
    tail: float
    seed: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the Clifford rotation by π/2 about ``clifford`` (letters on two qubits), or the rotation ``emitted``.

    Both together are a rotation about its own string of weight two.
    """

    emitted: int | None
    clifford: Pauli | None


def settings(n_rotations: int, n_qubits: int, effort: int) -> Iterator[Setting]:
    """Settings to try, best guesses first; fewer for larger circuits."""
    tries = min(24, max(2, 120_000 // ((n_rotations + 1) * (n_qubits + 20)))) * effort
    for seed in range(tries):
        ratio, discount = _RATIOS_AND_DISCOUNTS[seed % len(_RATIOS_AND_DISCOUNTS)]
        yield Setting(ratio=ratio, discount=discount, tail=0.1, seed=seed)


@dataclass(frozen=True, slots=True)
class Order:
    """Which of many strings must keep their order: those that anticommute.

    ``after[k]`` are the later strings that string k holds up, ``waits_for[k]`` counts the earlier ones that hold it up,
    ``layer[k]`` is the length of the longest chain of these. Letters 0 to 3 are I, X, Z, Y.
    """

    letters: Letters
    after: tuple[npt.NDArray[np.int64], ...]
    waits_for: npt.NDArray[np.int64]
    layer: npt.NDArray[np.int64]


def order_of(
    strings: Sequence[Pauli], n_qubits: int, groups: npt.NDArray[np.int32] | None = None
) -> Order:
    """The order of strings given in time order; quadratic in their number.

    Strings with the same number from 0 on in ``groups`` do not hold each other up, whether they commute or not.
    """
    letters = letters_of(strings, n_qubits)
    x, z = (letters & 1).astype(np.float32), (letters >> 1).astype(np.float32)
    half = x @ z.T
    anticommute = (half + half.T) % 2 == 1
    if groups is not None:
        anticommute &= (groups[:, None] != groups) | (groups[:, None] < 0)
    before = np.tril(anticommute, -1)
    layer = np.zeros(len(strings), dtype=np.int64)
    for k, row in enumerate(before):
        if row.any():
            layer[k] = layer[row].max() + 1
    after = tuple(np.flatnonzero(row[k + 1 :]) + k + 1 for k, row in enumerate(anticommute))
    return Order(letters, after, before.sum(axis=1), layer)


def plan(
    order: Order, images: Sequence[Pauli], setting: Setting, at_most: int | None = None
) -> list[Step] | None:
    """The steps that execute rotations about the strings, in an order that keeps every anticommuting pair's.

    ``images`` are strings that the frame also moves and had better leave light: what it owes at the end depends on
    them. None when no way was found with ``at_most`` two-qubit steps; given up early when it is far off.
    """
    return _Search(order, images, setting).run(at_most)


class _Search:
    def __init__(self, order: Order, images: Sequence[Pauli], setting: Setting) -> None:
        self.n = order.letters.shape[1]
        self.setting = setting
        self.random = np.random.default_rng(setting.seed)
        self.letters = order.letters.copy()
        self.images = letters_of(images, self.n)
        self.weights = (self.letters > 0).sum(axis=1)
        self.after, self.layer = order.after, order.layer
        self.waits_for = order.waits_for.copy()
        self.alive = np.ones(len(self.letters), dtype=np.bool_)
        self.steps: list[Step] = []
        self.n_emitted = self.n_two_qubit = self.fruitless = 0
        powers = setting.ratio ** np.arange(self.n + 1)
        #: f(w) − f(w − 1) for w from 0: nothing is gained below weight one.
        self.slope = np.concatenate([[0.0, 0.0], powers])

    def run(self, at_most: int | None) -> list[Step] | None:
        if at_most is None:
            at_most = 3 * int(self.weights.sum()) + 10 * self.n
        while self._emit_short():
            pace = 0.15 + 1.25 * self.n_emitted / len(self.letters)
            if self.n_two_qubit >= min(at_most, at_most * pace + 2 * self.n):
                return None
            self._step()
            self.n_two_qubit += 1
        return self.steps

    def _emit_short(self) -> bool:
        """Emit every rotation of weight one that may come next; whether any rotation is left."""
        while True:
            ready = np.flatnonzero(self.alive & (self.waits_for == 0) & (self.weights <= 1))
            if not len(ready):
                return bool(self.alive.any())
            for k in ready.tolist():
                self._emit(k, None)

    def _emit(self, k: int, clifford: Pauli | None) -> None:
        self.alive[k] = False
        self.n_emitted += 1
        self.waits_for[self.after[k]] -= 1
        self.steps.append(Step(k, clifford))
        self.fruitless = 0

    def _step(self) -> None:
        front = np.flatnonzero(self.alive & (self.waits_for == 0))
        lightest = front[np.argsort(self.weights[front], kind="stable")]
        if self.fruitless > 2 * self.n:
            lightest = lightest[:1]
        a, b = self._pairs(lightest)
        gain = self._gains(a, b, front)
        shortened = _counts(_codes(self.letters[lightest], a, b), None) @ _DOWN
        noise = 0.02 * self.random.random(gain.shape)
        scores = np.where(shortened > 0, gain + noise, -np.inf)
        best = int(np.argmax(scores))
        score = float(scores.flat[best])
        choice: tuple[int, tuple[int, int, int, int] | None] | None = None
        for k in lightest[self.weights[lightest] == 2].tolist():
            ends = np.flatnonzero(self.letters[k]).tolist()
            u, v = self.letters[k, ends].tolist()
            itself, more = (1.0 + 0.02 * self.random.random(2)).tolist()
            if itself > score:
                score, choice = itself, (k, None)
            pair = np.flatnonzero((a == ends[0]) & (b == ends[1]))
            if len(pair) and more + float(gain[pair[0], 4 * u + v]) > score:
                score, choice = more + float(gain[pair[0], 4 * u + v]), (k, (*ends, u, v))
        if choice is None:
            pair_index, letters = divmod(best, 16)
            move = (int(a[pair_index]), int(b[pair_index]), letters // 4, letters % 4)
            self.steps.append(Step(None, self._turn(*move)))
            self.fruitless += 1
        else:
            k, turn = choice
            self._emit(k, None if turn is None else self._turn(*turn))

    def _pairs(self, lightest: Letters) -> tuple[Letters, Letters]:
        """The pairs of qubits among which a step is looked for: all, or those of the lightest strings."""
        chosen = np.full(self.n, self.n <= _ACTIVE_QUBITS)
        for k in lightest.tolist():
            grown = chosen | (self.letters[k] > 0)
            if chosen.any() and grown.sum() > _ACTIVE_QUBITS:
                break
            chosen = grown
        qubits = np.flatnonzero(chosen)
        a, b = np.triu_indices(len(qubits), 1)
        return qubits[a], qubits[b]

    def _gains(self, a: Letters, b: Letters, front: Letters) -> Floats:
        """By how much each Clifford lowers the discounted sum of f(weight): shape (pairs, letters 4·u + v)."""
        ahead = np.flatnonzero(self.alive)[:_WINDOW]
        base = self.layer[front].min()
        depth = np.where(self.waits_for[ahead] == 0, 0, np.maximum(self.layer[ahead] - base, 1))
        importance = self.setting.discount**depth
        near = importance > _NEGLIGIBLE
        rows, weights = self.letters[ahead[near]], self.weights[ahead[near]]
        importance = importance[near]
        if self.setting.tail and len(self.images):
            last = self.setting.tail * self.setting.discount ** float(self.layer.max() - base)
            if last > _NEGLIGIBLE * self.setting.tail:
                rows = np.concatenate([rows, self.images])
                weights = np.concatenate([weights, (self.images > 0).sum(axis=1)])
                importance = np.concatenate([importance, np.full(len(self.images), last)])
        codes = _codes(rows, a, b)
        down = _counts(codes, importance * self.slope[weights])
        up = _counts(codes, importance * self.slope[weights + 1])
        gains: Floats = down @ _DOWN - up @ _UP
        return gains

    def _turn(self, a: int, b: int, u: int, v: int) -> Pauli:
        """Conjugate everything by the rotation by π/2 about letters u and v on qubits a and b."""
        pair = self.letters[:, [a, b]]
        self.weights -= (pair > 0).sum(axis=1)
        for rows in (self.letters, self.images):
            turned = _ANTICOMMUTE[rows[:, a], u] ^ _ANTICOMMUTE[rows[:, b], v]
            rows[:, a] ^= u * turned
            rows[:, b] ^= v * turned
        self.weights += (self.letters[:, [a, b]] > 0).sum(axis=1)
        return Pauli(
            ((u & 1) << a) | ((v & 1) << b),
            ((u >> 1) << a) | ((v >> 1) << b),
        )


def letters_of(strings: Sequence[Pauli], n_qubits: int) -> Letters:
    """Rows of letters: 0 to 3 for I, X, Z, Y, shape (strings, qubits)."""
    rows = np.zeros((len(strings), n_qubits), dtype=np.int64)
    for row, pauli in zip(rows, strings, strict=True):
        for qubit in range(n_qubits):
            row[qubit] = (pauli.x >> qubit & 1) + 2 * (pauli.z >> qubit & 1)
    return rows


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


def _anticommutation() -> npt.NDArray[np.int64]:
    letters = np.arange(4)
    x, z = letters & 1, letters >> 1
    product: npt.NDArray[np.int64] = (np.outer(x, z) + np.outer(z, x)) & 1
    return product


def _weight_changes() -> npt.NDArray[np.int64]:
    """The change of weight of letters p, q under the rotation about letters u, v: shape (p, q, u, v); u, v ≠ I."""
    p, q, u, v = np.indices((4, 4, 4, 4))
    turned = (_ANTICOMMUTE[p, u] ^ _ANTICOMMUTE[q, v]) * (u > 0) * (v > 0)
    new_p, new_q = p ^ (u * turned), q ^ (v * turned)
    change = (new_p > 0).astype(np.int64) + (new_q > 0) - (p > 0) - (q > 0)
    return np.asarray(change, dtype=np.int64)


_ANTICOMMUTE = _anticommutation()
_DOWN = np.maximum(-_weight_changes(), 0).astype(np.float64).reshape(16, 16)
_UP = np.maximum(_weight_changes(), 0).astype(np.float64).reshape(16, 16)
