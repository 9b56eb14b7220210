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
    tries = max(1, min(24, 60_000 // ((n_rotations + 1) * (n_qubits + 20)))) * effort
    choices = [
        (ratio, discount, tail)
        for tail in (0.1, 0.0)
        for ratio in (0.5, 0.3, 0.7)
        for discount in (0.1, 0.3)
    ]
    for k in range(tries):
        yield Setting(*choices[k % len(choices)], seed=k)


def plan(
    strings: Sequence[Pauli], images: Sequence[Pauli], n_qubits: int, setting: Setting
) -> list[Step] | None:
    """The steps that execute rotations about the strings, in an order that keeps every anticommuting pair's.

    ``images`` are strings that the frame also moves and had better leave light: what it owes at the end depends on
    them. None when no way was found within three steps for each unit of weight.
    """
    return _Search(strings, images, n_qubits, setting).run()


class _Search:
    def __init__(
        self, strings: Sequence[Pauli], images: Sequence[Pauli], n_qubits: int, setting: Setting
    ) -> None:
        self.n = n_qubits
        self.setting = setting
        self.random = np.random.default_rng(setting.seed)
        self.letters = letters_of(strings, n_qubits)
        self.images = letters_of(images, n_qubits)
        self.weights = (self.letters > 0).sum(axis=1)
        x, z = self.letters & 1, self.letters >> 1
        anticommute = ((x @ z.T + z @ x.T) & 1).astype(np.bool_)
        before = np.tril(anticommute, -1)
        self.waits_for = before.sum(axis=1)
        self.after = [np.flatnonzero(row[k + 1 :]) + k + 1 for k, row in enumerate(anticommute)]
        self.layer = np.zeros(len(strings), dtype=np.int64)
        for k, row in enumerate(before):
            if row.any():
                self.layer[k] = self.layer[row].max() + 1
        self.alive = np.ones(len(strings), dtype=np.bool_)
        self.steps: list[Step] = []
        self.fruitless = 0
        powers = setting.ratio ** np.arange(n_qubits + 1)
        #: f(w) − f(w − 1) for w from 0: nothing is gained below weight one.
        self.slope = np.concatenate([[0.0, 0.0], powers])

    def run(self) -> list[Step] | None:
        limit = 3 * int(self.weights.sum()) + 10 * self.n
        while self._emit_short():
            if len(self.steps) > limit:
                return None
            self._step()
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
        self.waits_for[self.after[k]] -= 1
        self.steps.append(Step(k, clifford))
        self.fruitless = 0

    def _step(self) -> None:
        front = np.flatnonzero(self.alive & (self.waits_for == 0))
        lightest = front[np.argsort(self.weights[front], kind="stable")]
        if self.fruitless > 2 * self.n:
            lightest = lightest[:1]
        qubits = self._active(lightest)
        gain = self._gains(qubits, front)
        shortens = np.tensordot(
            _pair_counts(self.letters[lightest][:, qubits], np.ones(len(lightest))), _DOWN, 2
        )
        m = len(qubits)
        allowed = (shortens > 0) & np.triu(np.ones((m, m), dtype=np.bool_), 1)[:, :, None, None]
        scores = np.where(allowed, gain + 0.02 * self.random.random(gain.shape), -np.inf)
        best = int(np.argmax(scores))
        score = float(scores.flat[best])
        choice: tuple[int, tuple[int, int, int, int] | None] | None = None
        for k in lightest[self.weights[lightest] == 2].tolist():
            a, b = np.flatnonzero(self.letters[k]).tolist()
            ends = np.searchsorted(qubits, [a, b])
            u, v = self.letters[k, a], self.letters[k, b]
            itself = 1.0 + 0.02 * self.random.random()
            if itself > score:
                score, choice = itself, (k, None)
            if set(qubits[np.minimum(ends, m - 1)]) == {a, b}:
                turned = 1.0 + float(gain[ends[0], ends[1], u, v]) + 0.02 * self.random.random()
                if turned > score:
                    score, choice = turned, (k, (a, b, int(u), int(v)))
        if choice is None:
            i, j, u, v = (int(index) for index in np.unravel_index(best, scores.shape))
            move = (int(qubits[i]), int(qubits[j]), u, v)
            self.steps.append(Step(None, self._turn(*move)))
            self.fruitless += 1
        else:
            k, turn = choice
            self._emit(k, None if turn is None else self._turn(*turn))

    def _active(self, lightest: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The qubits among which a step is looked for: all, or those of the lightest strings."""
        if self.n <= _ACTIVE_QUBITS:
            return np.arange(self.n)
        chosen = np.zeros(self.n, dtype=np.bool_)
        for k in lightest.tolist():
            grown = chosen | (self.letters[k] > 0)
            if chosen.any() and grown.sum() > _ACTIVE_QUBITS:
                break
            chosen = grown
        return np.flatnonzero(chosen)

    def _gains(self, qubits: npt.NDArray[np.int64], front: npt.NDArray[np.int64]) -> Floats:
        """By how much each Clifford (qubit, qubit, letter, letter) lowers the discounted sum of f(weight)."""
        ahead = np.flatnonzero(self.alive)[:_WINDOW]
        base = self.layer[front].min()
        depth = np.where(self.waits_for[ahead] == 0, 0, np.maximum(self.layer[ahead] - base, 1))
        importance = self.setting.discount**depth
        near = importance > _NEGLIGIBLE
        rows, weights = self.letters[ahead[near]][:, qubits], self.weights[ahead[near]]
        importance = importance[near]
        if self.setting.tail and len(self.images):
            rows = np.concatenate([rows, self.images[:, qubits]])
            weights = np.concatenate([weights, (self.images > 0).sum(axis=1)])
            last = self.setting.tail * self.setting.discount ** float(self.layer.max() - base)
            importance = np.concatenate([importance, np.full(len(self.images), last)])
        down = _pair_counts(rows, importance * self.slope[weights])
        up = _pair_counts(rows, importance * self.slope[weights + 1])
        gains: Floats = np.tensordot(down, _DOWN, 2) - np.tensordot(up, _UP, 2)
        return gains

    def _turn(self, a: int, b: int, u: int, v: int) -> Pauli:
        """Conjugate everything by the rotation by π/2 about letters u and v on qubits a and b."""
        for rows in (self.letters, self.images):
            turned = _ANTICOMMUTE[rows[:, a], u] ^ _ANTICOMMUTE[rows[:, b], v]
            rows[:, a] ^= u * turned
            rows[:, b] ^= v * turned
        self.weights = (self.letters > 0).sum(axis=1)
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


def _pair_counts(rows: Letters, importance: Floats) -> Floats:
    """Σ importance over the rows with letter p on qubit a and q on qubit b: shape (a, b, p, q)."""
    m = rows.shape[1]
    one_hot = np.eye(4)[rows].reshape(len(rows), 4 * m)
    counts: Floats = (one_hot * importance[:, None]).T @ one_hot
    return counts.reshape(m, 4, m, 4).transpose(0, 2, 1, 3)


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
_DOWN = np.maximum(-_weight_changes(), 0).astype(np.float64)
_UP = np.maximum(_weight_changes(), 0).astype(np.float64)
