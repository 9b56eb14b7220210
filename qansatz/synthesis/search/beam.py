"""A beam search for plans: many frames at once, all with the same number of two-qubit gates so far.

A state of the beam is a Clifford frame, known by the letters of the strings in it, and which rotations have been
executed. Its value estimates what is left to pay: Σ over the rotations ahead of progress + importance·(f(weight) −
mean), importance falling with the number of rotations a string waits for, plus tail·Σ f(weight) over the strings in
which the Clifford owed at the end is read. One step is one two-qubit gate. Several settings search side by side, each
with states of its own: what a step costs is paid once. Only a window of the rotations ahead is held: memory and time
per step do not grow with their number.

Numbers that are added up are integers, held as floats that are large enough for their sums: no order of additions, no
library for products of matrices and no processor changes a choice. Other operations on floats are those that IEEE 754
rounds correctly; powers are products and square roots.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli
from qansatz.synthesis.search.plans import (
    Approach,
    Bits,
    Found,
    Ints,
    Letters,
    Order,
    Outcome,
    Owed,
    Setting,
    Step,
    letters_of,
    strings_of,
)

Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]

#: The rotations ahead that are held; and the qubits among which a step is looked for, in wider circuits.
WINDOW: Final = 512
ACTIVE_QUBITS: Final = 16
_NEGLIGIBLE: Final = 3e-3
_BRANCHES: Final = 3
_MOVES_PER_STATE: Final = 8
_ENDS_PRICED: Final = 3
#: Products of matrices with more multiplications than this start threads, which costs more than it saves here.
_SINGLE_THREAD: Final = 250_000
#: States whose steps are priced together: what that needs stays in the cache.
_AT_ONCE: Final = 64
#: Parts of 1 in which values of states are counted: their sums stay below 2^53.
_PARTS: Final = 2.0**24
#: Bits of the sums of gains, in single precision, and of what a string adds to them, before it is rounded to these.
_SUM_BITS: Final = 21
_BITS: Final = 20


def search(
    order: Order,
    owed: Owed | None,
    settings: Sequence[Setting],
    *,
    at_most: int,
    pace: Sequence[int] = (),
    deadline: float | None = None,
) -> Outcome:
    """The cheapest plan with at most ``at_most`` two-qubit gates that one of the settings leads to.

    Settings far behind ``pace`` or the others are given up; all at ``deadline`` on the clock of ``time.monotonic``. The
    result depends on nothing else.
    """
    return _Beam(order, owed, settings).run(at_most, pace, deadline)


def approach(
    order: Order, strings: Sequence[Pauli], settings: Sequence[Setting], *, at_most: int
) -> tuple[list[Approach], float]:
    """Ways of at most so many gates into frames where all given strings have weight one, fewest idle gates first.

    Also about how many microseconds that took.
    """
    owed = Owed(strings, lambda _: 0, partial=True)
    beam = _Beam(order, owed, settings)
    return beam.approaches(at_most), beam.work


def work_of_step(n_rows: int, n_qubits: int, n_states: int) -> float:
    """About how many microseconds a step takes."""
    active = min(n_qubits, ACTIVE_QUBITS)
    return 600 + n_states * (22 + active * (0.014 * n_rows + 0.18 * active))


class _Beam:
    """States are the first axis: ``letters`` (states, qubits, rows), ``weights`` (states, rows).

    Rows are the rotations of the window, then the strings of what is owed, then, where not all rotations are in the
    window, X and Z of every qubit, by which those that enter it are moved. ``islands`` says whose setting a state has.
    """

    def __init__(self, order: Order, owed: Owed | None, settings: Sequence[Setting]) -> None:
        n_strings, n = order.letters.shape
        self.n, self.order, self.owed, self.settings = n, order, owed, settings
        self.random = np.random.default_rng([setting.seed for setting in settings])
        ratios = np.array([setting.ratio for setting in settings])[:, None]
        powers = np.cumprod(np.repeat(ratios, n, axis=1), axis=1)
        constants = np.broadcast_to([0.0, 0.0, 1.0], (len(settings), 3))
        slopes = np.concatenate([constants, powers], axis=1)
        #: f(w) − f(w − 1) for w from 0, by setting: nothing is gained below weight one.
        self.slopes = slopes.astype(np.float32)
        self.f = np.cumsum(slopes, axis=1).astype(np.float32)
        self.numbers = np.arange(min(n_strings, WINDOW))
        self.entered = len(self.numbers)
        owed_letters = letters_of(owed.strings if owed else (), n)
        self.n_owed = len(owed_letters)
        moved = [owed_letters]
        if n_strings > WINDOW:
            moved += [np.eye(n, dtype=np.uint8), 2 * np.eye(n, dtype=np.uint8)]
        rows = np.concatenate([order.letters[self.numbers], *moved])
        self.islands = np.arange(len(settings))
        size = len(settings)
        self.letters = np.repeat(np.ascontiguousarray(rows.T)[None], size, axis=0)
        self.weights = (self.letters > 0).sum(axis=1).astype(np.int16)
        self.held = order.holds_up(self.numbers, self.numbers)
        self.decay = _decay(settings, len(self.numbers))
        self.waits = np.repeat(self.held.sum(axis=0).astype(np.int32)[None], size, axis=0)
        self.alive = np.ones((size, len(self.numbers)), dtype=np.bool_)
        self.n_emitted = np.zeros(size, dtype=np.int64)
        self.fronts = np.zeros((size, n), dtype=np.int32)
        self.levels: list[_Level] = []
        homes = owed.homes if owed and owed.homes is not None else ()
        self.homes = np.array(homes, dtype=np.int64)
        self.work = 0.0
        self.prices_depth = any(setting.depth for setting in settings)

    def run(self, at_most: int, pace: Sequence[int], deadline: float | None) -> Outcome:
        """See :func:`search`."""
        self._record(np.arange(len(self.islands)), None, self._emit_light())
        n_strings = len(self.order.letters)
        best: Found | None = None
        costs = [np.inf] * len(self.settings)
        reached: list[int] = []
        patience = 4 * self.n + 10
        for n_gates in range(at_most + 1):
            self._refill()
            reached.append(int(self.n_emitted.max()))
            for total, state in self._ends(n_gates):
                island = int(self.islands[state])
                layers = int(self.fronts[state].max())
                cost = layers if self.settings[island].depth else total
                if total <= at_most and cost < costs[island]:
                    if cost < min(costs):
                        best = Found(self._steps(state), total, layers, reached)
                    costs[island] = cost
            if best is not None and best.n_two_qubit <= n_gates + 1:
                break
            most = patience if reached[-1] < n_strings else patience + self.n * self.n
            stuck = n_gates > most and reached[-1] == reached[-most]
            if stuck or (deadline is not None and time.monotonic() > deadline):
                break
            self._give_up(max(reached[-1], pace[n_gates] if n_gates < len(pace) else 0))
            if not len(self.islands) or not self._step():
                break
        ahead = [
            int(max(self.n_emitted[self.islands == k], default=0))
            for k in range(len(self.settings))
        ]
        worst = 2.0 * at_most + 1
        costs = [min(cost, worst + n_strings - k) for cost, k in zip(costs, ahead, strict=True)]
        return Outcome(found=best, work=self.work, costs=costs)

    def approaches(self, at_most: int) -> list[Approach]:
        """See :func:`approach`."""
        self._record(np.arange(len(self.islands)), None, self._emit_light())
        begun = int(self.n_emitted.min())
        approaches = []
        for n_gates in range(at_most + 1):
            self._refill()
            window = len(self.numbers)
            light = (self.weights[:, window : window + self.n_owed] <= 1).all(axis=1)
            states = np.flatnonzero(light)
            best = states[np.argsort(-self.n_emitted[states], kind="stable")]
            for state in best[:_ENDS_PRICED].tolist():
                idle = n_gates - int(self.n_emitted[state]) + begun
                approaches.append(Approach(self._steps(state), n_gates, idle))
            if not self._step():
                break
        return sorted(approaches, key=lambda way: (way.n_idle, way.n_two_qubit))

    def _give_up(self, pace: int) -> None:
        """Let go of the settings that are far behind."""
        enough = 0.95 * pace - 0.02 * len(self.order.letters) - 3
        most = np.zeros(len(self.settings), dtype=np.int64)
        np.maximum.at(most, self.islands, self.n_emitted)
        kept = most[self.islands] >= enough
        if not kept.all():
            self._keep(np.flatnonzero(kept))
            self._record(np.flatnonzero(kept), None, np.zeros_like(self.alive))

    def _ends(self, n_gates: int) -> list[tuple[int, int]]:
        """The totals of the states without rotations left, and their numbers."""
        done = np.flatnonzero(self.n_emitted == len(self.order.letters))
        if self.owed is None:
            return [(n_gates, int(state)) for state in done[:1]]
        window = len(self.numbers)
        rows = slice(window, window + self.n_owed)
        if not self.owed.partial:
            done = done[(self.weights[done, rows] <= 1).all(axis=1)]
        done = done[np.argsort(self.weights[done, rows].sum(axis=1), kind="stable")]
        return [
            (n_gates + self.owed.price(strings_of(self.letters[state, :, rows])), int(state))
            for state in done[:_ENDS_PRICED]
        ]

    def _record(self, parents: Ints, moves: _Moves | None, free: Bits) -> None:
        self.levels.append(_Level(parents, moves, free, self.numbers))

    def _emit_light(self) -> Bits:
        """Emit every rotation of weight at most one that may come next: which were, by state and row."""
        total = np.zeros_like(self.alive)
        window = len(self.numbers)
        while True:
            light = self.alive & (self.waits == 0) & (self.weights[:, :window] <= 1)
            states, rows = np.nonzero(light)
            if not len(states):
                break
            total |= light
            self.alive &= ~light
            starts = np.flatnonzero(np.diff(states, prepend=-1))
            self.waits[states[starts]] -= np.add.reduceat(self.held[rows], starts, dtype=np.int32)
        self.n_emitted = self.n_emitted + total.sum(axis=1)
        return total

    def _refill(self) -> None:
        """Let rotations that no state has left go, and as many enter the window."""
        n_strings = len(self.order.letters)
        while self.entered < n_strings:
            kept = self.alive.any(axis=0)
            n_gone = int((~kept).sum())
            empty = not self.alive.any(axis=1).all()
            if n_gone < WINDOW // 4 and not empty:
                return
            coming = np.arange(self.entered, min(n_strings, self.entered + max(n_gone, 64)))
            self.entered += len(coming)
            window = len(self.numbers)
            rest = self.letters[:, :, window:]
            basis = rest[:, :, self.n_owed :]
            bits = self.order.letters[coming]
            chosen = np.concatenate([bits & 1, bits >> 1], axis=1).astype(np.float32).T
            x = (basis & 1).astype(np.float32) @ chosen % 2
            z = (basis >> 1).astype(np.float32) @ chosen % 2
            entering = (x + 2 * z).astype(np.uint8)
            old = self.numbers[kept]
            held_new = self.order.holds_up(old, coming)
            waits = self.alive[:, kept].astype(np.float32) @ held_new.astype(np.float32)
            among = self.order.holds_up(coming, coming)
            waits = waits.astype(np.int32) + among.sum(axis=0).astype(np.int32)
            self.numbers = np.concatenate([old, coming])
            self.letters = np.concatenate(
                [self.letters[:, :, :window][:, :, kept], entering, rest], axis=2
            )
            self.weights = (self.letters > 0).sum(axis=1).astype(np.int16)
            self.waits = np.concatenate([self.waits[:, kept], waits], axis=1)
            fresh = np.ones((len(self.alive), len(coming)), dtype=np.bool_)
            self.alive = np.concatenate([self.alive[:, kept], fresh], axis=1)
            self.held = self.order.holds_up(self.numbers, self.numbers)
            self.decay = _decay(self.settings, len(self.numbers))
            self._record(np.arange(len(self.alive)), None, self._emit_light())

    def _of(self, name: str) -> Floats:
        """A number of the settings, by state."""
        values = [getattr(setting, name) for setting in self.settings]
        column: Floats = np.array(values, dtype=np.float32)[self.islands]
        return column

    def _importance(self) -> tuple[Floats, Floats]:
        """Of every row in every state; and of what is owed, by state."""
        imp = self.decay[self.islands[:, None], self.waits]
        imp *= self.alive
        left = 1 + (len(self.order.letters) - self.n_emitted) / self._of("patience")
        tail = (self._of("tail") / (left * left)).astype(np.float32)
        if not self.n_owed:
            tail[:] = 0
        rest = np.zeros((len(imp), self.letters.shape[2] - imp.shape[1]), dtype=np.float32)
        rest[:, : self.n_owed] = tail[:, None]
        return np.concatenate([imp, rest], axis=1, dtype=np.float32), tail

    def _values(self, importance: Floats, tail: Floats) -> Doubles:
        """What is estimated to be left to pay, by state."""
        window = len(self.numbers)
        levels = self.f[self.islands[:, None], self.weights]
        levels[:, :window] -= self._of("mean")[:, None]
        parts = np.rint(np.multiply(importance, levels, dtype=np.float64) * _PARTS)
        values: Doubles = parts.sum(axis=1) / _PARTS
        values -= self._of("progress") * self.n_emitted.astype(np.float32)
        if len(self.homes):
            at_home = self.letters[:, self.homes, window + np.arange(len(self.homes))] > 0
            values += tail * (~at_home).sum(axis=1)
        if self.prices_depth:
            layers = self.fronts.max(axis=1) + self.fronts.mean(axis=1)
            values += self._of("depth") * layers.astype(np.float32)
        return values

    def _step(self) -> bool:
        """Extend every state by one gate and keep the best; whether there was any."""
        self.work += work_of_step(self.letters.shape[2], self.n, len(self.islands))
        importance, tail = self._importance()
        values = self._values(importance, tail)
        window = len(self.numbers)
        front = np.zeros(importance.shape, dtype=np.bool_)
        front[:, :window] = self.alive & (self.waits == 0)
        qubits = self._active(front)
        parts = [
            self._gains(importance[part], front[part], qubits[part], part)
            for part in _slices(len(values), _AT_ONCE)
        ]
        gains, shortened = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        moves = self._clifford_moves(values, gains, shortened, qubits)
        if not self.order.light_only:
            emissions = self._emissions(values, gains, front[:, :window], qubits)
            moves = _concatenated(moves, *emissions)
        moves = moves.take(np.isfinite(moves.values))
        if not len(moves.values):
            return False
        widths = np.array([setting.width for setting in self.settings])
        ranked = np.argsort(moves.values, kind="stable")
        moves = moves.take(_first_of_each(self.islands[moves.parents], ranked, _BRANCHES * widths))
        free = self._move(moves)
        kept = self._best()
        self._keep(kept)
        moves = moves.take(kept)
        self._record(moves.parents, moves, free[kept])
        return True

    def _active(self, front: Bits) -> Ints:
        """The qubits among which each state looks for a step: shape (states, active)."""
        n_states = len(self.letters)
        if self.n <= ACTIVE_QUBITS:
            return np.broadcast_to(np.arange(self.n), (n_states, self.n))
        urgency = np.where(front, np.ldexp(1.0, -2 * np.minimum(self.weights, 20)), 0.0)
        scores = np.einsum("sqr,sr->sq", (self.letters > 0).astype(np.float64), urgency)
        chosen = np.argsort(-scores, axis=1, kind="stable")[:, :ACTIVE_QUBITS]
        return np.sort(chosen, axis=1)

    def _gains(
        self, importance: Floats, front: Bits, qubits: Ints, part: slice
    ) -> tuple[Floats, Floats]:
        """By how much each Clifford lowers the value, and how many strings in front it shortens.

        Shape (states, letter, letter, pair) over the letters X, Z, Y and the pairs of active qubits. About letters u, v
        a rotation by π/2 shortens strings with exactly one of these letters there and another one beside it, and
        lengthens those with the identity on one side and another letter than the rotation's on the other.
        """
        near = np.flatnonzero((importance > _NEGLIGIBLE).any(axis=0))
        importance, front = importance.take(near, axis=1), front.take(near, axis=1)
        weights = self.weights[part].take(near, axis=1)
        letters = self.letters[part].take(near, axis=2)
        if qubits.shape[1] < self.n:
            letters = np.take_along_axis(letters, qubits[:, :, None], axis=1)
        n_states, n, n_rows = letters.shape
        alphabet = np.array([1, 2, 3], dtype=np.uint8)[:, None, None]
        there = np.concatenate(
            [letters[:, None] == alphabet, letters[:, None] > 0], axis=1, dtype=np.float32
        ).reshape(n_states, 4 * n, n_rows)
        single, some = there[:, : 3 * n], there[:, 3 * n :]
        islands = self.islands[part, None]
        down = importance * self.slopes[islands, weights]
        down += self._of("progress")[part, None] * (front & (weights == 2))
        up = importance * self.slopes[islands, weights + 1]
        parts = _parts(down, up)
        down, up = np.rint(down * parts), np.rint(up * parts)
        scaled = np.stack([down, front], axis=1, dtype=np.float32)[:, :, None] * single[:, None]
        both = _products(scaled, there[:, None]).reshape(n_states, 2, 3, n, 4, n)
        longer = (single @ up[:, :, None]).reshape(n_states, 3, n, 1) - _products(
            up[:, None] * single, some
        ).reshape(n_states, 3, n, n)
        shorter = both[:, :, :, :, 3]
        alone = shorter[:, 0] + longer - longer.sum(axis=1, keepdims=True)
        a, b = np.triu_indices(n, 1)
        pairs = np.moveaxis(both[:, :, :, :, :3], 4, 3)[..., a, b]
        gained = alone[:, :, None, a, b] + alone[:, None, :, b, a] - 2 * pairs[:, 0]
        seen = shorter[:, 1]
        return gained / parts, seen[:, :, None, a, b] + seen[:, None, :, b, a] - 2 * pairs[:, 1]

    def _clifford_moves(
        self, values: Doubles, gains: Floats, shortened: Floats, qubits: Ints
    ) -> _Moves:
        n_states, n_pairs = gains.shape[0], gains.shape[3]
        a, b = np.triu_indices(qubits.shape[1], 1)
        gains = gains.reshape(n_states, -1)
        useful = shortened.reshape(n_states, -1) > 0.5
        useful |= (self.n_emitted == len(self.order.letters))[:, None]
        costs = np.where(useful, self._noise(gains.shape) - gains, np.float32(np.inf))
        states, moves = _least(costs, _MOVES_PER_STATE if n_states > 1 else costs.shape[1])
        pair = moves % n_pairs
        return _Moves(
            values=values[states] + costs[states, moves],
            parents=states,
            emitted=np.full(len(states), -1),
            turned=np.ones(len(states), dtype=np.bool_),
            ends=np.stack([qubits[states, a[pair]], qubits[states, b[pair]]], axis=1),
            letters=np.stack(np.divmod(moves // n_pairs, 3), axis=1).astype(np.uint8) + np.uint8(1),
        )

    def _emissions(
        self, values: Doubles, gains: Floats, front: Bits, qubits: Ints
    ) -> tuple[_Moves, _Moves]:
        """Rotations of weight two in front, without and with the Clifford about their string."""
        states, rows = np.nonzero(front & (self.weights[:, : front.shape[1]] == 2))
        strings = self.letters[states, :, rows]
        ends = np.argsort(strings == 0, axis=1, kind="stable")[:, :2]
        letters = np.take_along_axis(strings, ends, axis=1)
        base = values[states] - self._of("progress")[states] - 1.0
        bare = _Moves(
            values=base + self._noise(len(states)),
            parents=states,
            emitted=rows,
            turned=np.zeros(len(states), dtype=np.bool_),
            ends=ends,
            letters=letters,
        )
        n_active = qubits.shape[1]
        places = np.full((len(values), self.n), -1)
        np.put_along_axis(places, qubits, np.arange(n_active)[None], axis=1)
        a, b = places[states, ends[:, 0]], places[states, ends[:, 1]]
        valid = (a >= 0) & (b >= 0)
        number = np.zeros((n_active, n_active), dtype=np.int64)
        number[np.triu_indices(n_active, 1)] = np.arange(gains.shape[3])
        u, v = letters.T.astype(np.int64) - 1
        gain = gains[states, u, v, number[a, b]]
        more = np.where(valid, base - gain + self._noise(len(states)), np.inf)
        return bare, _Moves(
            values=more,
            parents=states,
            emitted=rows,
            turned=np.ones(len(states), dtype=np.bool_),
            ends=ends,
            letters=letters,
        )

    def _noise(self, shape: int | tuple[int, ...]) -> Floats:
        """Breaks ties, at random."""
        return np.float32(0.02) * self.random.random(shape, dtype=np.float32)

    def _move(self, moves: _Moves) -> Bits:
        """Replace the states by their successors; which rotations these emitted for nothing."""
        self._keep(moves.parents)
        emits = np.flatnonzero(moves.emitted >= 0)
        rows = moves.emitted[emits]
        self.alive[emits, rows] = False
        self.waits[emits] -= self.held[rows]
        self.n_emitted[emits] += 1
        states = np.arange(len(moves.parents))
        a, b = moves.ends.T
        late = np.maximum(self.fronts[states, a], self.fronts[states, b]) + 1
        self.fronts[states, a] = self.fronts[states, b] = late
        turns = np.flatnonzero(moves.turned)
        a, b = moves.ends[turns].T
        u, v = moves.letters[turns].T[:, :, None]
        p, q = self.letters[turns, a], self.letters[turns, b]
        turned = ((p > 0) & (p != u)) ^ ((q > 0) & (q != v))
        new_p, new_q = p ^ (u * turned), q ^ (v * turned)
        change = (new_p > 0).astype(np.int16) + (new_q > 0) - (p > 0) - (q > 0)
        self.weights[turns] += change.astype(np.int16)
        self.letters[turns, a], self.letters[turns, b] = new_p, new_q
        return self._emit_light()

    def _keep(self, states: Ints) -> None:
        self.letters, self.weights = self.letters[states], self.weights[states]
        self.waits, self.alive = self.waits[states], self.alive[states]
        self.n_emitted, self.fronts = self.n_emitted[states], self.fronts[states]
        self.islands = self.islands[states]

    def _best(self) -> Ints:
        """The best states, of those equal up to Cliffords on single qubits and swaps only one."""
        importance, tail = self._importance()
        values = self._values(importance, tail) + self._noise(len(self.alive))
        ranked = np.argsort(values, kind="stable")
        _, first = np.unique(self._fingerprints()[ranked], return_index=True)
        widths = np.array([setting.width for setting in self.settings])
        return _first_of_each(self.islands, ranked[np.sort(first)], widths)

    def _fingerprints(self) -> npt.NDArray[np.uint64]:
        """Equal for states with the same supports up to the names of the qubits, and the same rotations left."""
        window = len(self.numbers)
        rows = window + self.n_owed
        on_qubits = _hashed(self.letters[:, :, :rows] > 0)
        if len(self.homes):
            on_qubits = on_qubits * (2 * np.arange(self.n, dtype=np.uint64) + 1)
        both: npt.NDArray[np.uint64] = _hashed(~self.alive) + on_qubits.sum(axis=1, dtype=np.uint64)
        return both + self.islands.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)

    def _steps(self, state: int) -> list[Step]:
        """The way to a state, in time order."""
        reversed_steps: list[Step] = []
        for level in reversed(self.levels):
            rows = np.flatnonzero(level.free[state])
            reversed_steps += [Step(int(level.numbers[row]), None) for row in rows[::-1]]
            if level.moves is not None:
                row = int(level.moves.emitted[state])
                number = None if row < 0 else int(level.numbers[row])
                reversed_steps.append(Step(number, level.moves.clifford(state)))
            state = int(level.parents[state])
        return reversed_steps[::-1]


@dataclass(frozen=True, slots=True)
class _Moves:
    """Ways to go on: ``emitted`` is a row of the window or −1, ``letters`` are those of the string on ``ends``."""

    values: Doubles
    parents: Ints
    emitted: Ints
    turned: Bits
    ends: Ints
    letters: Letters

    def take(self, chosen: npt.NDArray[np.generic]) -> _Moves:
        return _Moves(
            self.values[chosen],
            self.parents[chosen],
            self.emitted[chosen],
            self.turned[chosen],
            self.ends[chosen],
            self.letters[chosen],
        )

    def clifford(self, k: int) -> Pauli | None:
        if not self.turned[k]:
            return None
        (a, b), (u, v) = self.ends[k].tolist(), self.letters[k].tolist()
        return Pauli(((u & 1) << a) | ((v & 1) << b), ((u >> 1) << a) | ((v >> 1) << b))


@dataclass(frozen=True, slots=True)
class _Level:
    """The states after a gate, or after the window moved on: whence they came, and what they emitted for nothing."""

    parents: Ints
    moves: _Moves | None
    free: Bits
    numbers: Ints


def _concatenated(*parts: _Moves) -> _Moves:
    return _Moves(
        *(np.concatenate([getattr(part, column) for part in parts]) for column in _Moves.__slots__)
    )


def _first_of_each(groups: Ints, ranked: Ints, most: Ints) -> Ints:
    """Of ``ranked``, the first ``most[g]`` that belong to each group g."""
    by_group = ranked[np.argsort(groups[ranked], kind="stable")]
    of = groups[by_group]
    place = np.arange(len(of)) - np.searchsorted(of, of)
    chosen: Ints = by_group[place < most[of]]
    return chosen


def _decay(settings: Sequence[Setting], most: int) -> Floats:
    """(1 + v/scale)^{−power} for v up to ``most``, by setting; powers in eighths."""
    scales = np.array([setting.scale for setting in settings])[:, None]
    root = np.sqrt(np.sqrt(np.sqrt(1 + np.arange(most + 1) / scales)))
    eighths = np.rint(8 * np.array([setting.power for setting in settings]))[:, None]
    powers = np.ones_like(root)
    for k in range(int(eighths.max())):
        powers = np.where(k < eighths, powers * root, powers)
    decay: Floats = (1 / powers).astype(np.float32)
    return decay


def _parts(down: Floats, up: Floats) -> np.float32:
    """A power of two: multiples of its inverse with the sizes of these, row by row, have sums in single precision."""
    totals = [np.rint(part * 2.0**_BITS).sum(axis=1, dtype=np.float64) for part in (down, up)]
    bits = int(np.max(totals, initial=0)).bit_length()
    return np.float32(2.0 ** (_BITS - max(0, bits - _SUM_BITS)))


def _least(costs: Floats, most: int) -> tuple[Ints, Ints]:
    """Places of the ``most`` least finite entries in each row, of equal ones the first: rows, columns."""
    if most >= costs.shape[1]:
        rows, columns = np.nonzero(costs < np.inf)
        return rows, columns
    bound = np.partition(costs, most - 1, axis=1)[:, most - 1]
    rows, columns = np.nonzero((costs <= bound[:, None]) & (costs < np.inf))
    surplus = np.bincount(rows, minlength=len(costs)) - most
    for row in np.flatnonzero(surplus > 0).tolist():
        tied = np.flatnonzero((rows == row) & (costs[rows, columns] == bound[row]))
        last = tied[-surplus[row] :]
        rows, columns = np.delete(rows, last), np.delete(columns, last)
    return rows, columns


def _slices(size: int, stride: int) -> Iterator[slice]:
    for start in range(0, size, stride):
        yield slice(start, start + stride)


def _hashed(bits: Bits) -> npt.NDArray[np.uint64]:
    """Numbers that are equal, but for accidents, only where all bits along the last axis are."""
    packed = np.packbits(bits, axis=-1)
    padded = np.zeros((*packed.shape[:-1], -(-packed.shape[-1] // 8) * 8), dtype=np.uint8)
    padded[..., : packed.shape[-1]] = packed
    words = padded.view(np.uint64)
    keys = np.random.default_rng(1).integers(1, 2**63, words.shape[-1], dtype=np.uint64)
    words = (words ^ (words >> np.uint64(31)) ^ keys) * (2 * keys + np.uint64(1))
    words = (words ^ (words >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    words ^= words >> np.uint64(32)
    total: npt.NDArray[np.uint64] = words.sum(axis=-1, dtype=np.uint64)
    return total


def _products(left: Floats, right: Floats) -> Floats:
    """left[…, i, r]·right[…, k, r], summed over r, on one thread."""
    n_left, n_right, n_rows = left.shape[-2], right.shape[-2], left.shape[-1]
    stride = max(16, _SINGLE_THREAD // (n_left * n_right))
    if stride >= n_rows:
        return left @ right.swapaxes(-1, -2)
    total = np.zeros((*left.shape[:-1], n_right), dtype=np.float32)
    for part in _slices(n_rows, stride):
        total += left[..., part] @ right[..., part].swapaxes(-1, -2)
    return total
