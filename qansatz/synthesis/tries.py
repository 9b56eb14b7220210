"""Searches for plans, one after the other: which settings are tried, in which order, and for how long."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np

from qansatz.synthesis.beam import ACTIVE_QUBITS, WINDOW, search
from qansatz.synthesis.frames import Relabel
from qansatz.synthesis.plans import Order, Owed, Setting, Step
from qansatz.synthesis.rotations import Rotation

#: What is kept small: the number of two-qubit gates, or the number of layers of them.
Objective: TypeAlias = Literal["count", "depth"]

#: Work of one unit of effort, about microseconds.
_WORK: Final = 1_500_000
_TRIES: Final = 16
#: How many times the gates a plan may have for the sake of fewer layers.
_GATES_FOR_DEPTH: Final = 2

#: ratio, power, scale, progress, mean: found by random search over circuits of many kinds.
_FOUND: Final = (
    (0.5, 2.0, 3.0, 0.3, 0.0),
    (0.2, 3.0, 0.3, 1.0, 1.5),
    (0.9, 3.0, 3.0, 1.5, 1.0),
    (0.3, 1.5, 1.0, 0.6, 2.0),
    (0.4, 4.0, 10.0, 1.0, 0.0),
    (0.8, 3.0, 3.0, 3.0, 0.0),
    (0.4, 3.0, 1.0, 2.0, 1.0),
    (0.5, 2.0, 10.0, 3.0, 0.5),
)
_TAILS: Final = ((0.3, 16.0), (0.7, 16.0), (0.2, 2.0), (0.7, 30.0))
_FIRST_WIDTH, _SECOND_WIDTH, _THIRD_WIDTH = 4, 12, 32


def _first() -> Iterator[Setting]:
    """Without end: the settings that did well elsewhere, each with another tail and seed in the next round."""
    seed = 0
    while True:
        for ratio, power, scale, progress, mean in _FOUND:
            tail, patience = _TAILS[(seed + seed // len(_FOUND)) % len(_TAILS)]
            yield Setting(
                ratio=ratio,
                power=power,
                scale=scale,
                progress=progress,
                mean=mean,
                tail=tail,
                patience=patience,
                width=_FIRST_WIDTH,
                seed=seed,
            )
            seed += 1


class Way(Protocol):
    """Rotations to be planned, what is owed after them, and the circuit of a plan."""

    @property
    def order(self) -> Order:
        """The strings in time order."""

    @property
    def owed(self) -> Owed | None:
        """What the frame owes at the end."""

    def stream(self, steps: Sequence[Step]) -> list[Rotation | Relabel]:
        """The circuit of a plan."""


def streams(
    ways: Sequence[Way],
    fewest: int,
    effort: float,
    *,
    deadline: float | None = None,
    objective: Objective = "count",
) -> Iterator[list[Rotation | Relabel]]:
    """Circuits found, none with more than ``fewest`` two-qubit gates, unless for fewer layers.

    ``effort`` counts work; a ``deadline`` on the clock of ``time.monotonic`` replaces it.
    """
    for_depth = objective == "depth"
    tries = _Tries(len(ways), for_depth)
    paces: list[Sequence[int]] = [()] * len(ways)
    n_rotations, n_qubits = ways[0].order.letters.shape
    expected = 2 * n_rotations + 4 * n_qubits
    at_most = _GATES_FOR_DEPTH * fewest if for_depth else fewest
    left = effort * _WORK
    while deadline is not None or tries.n_tries < _TRIES * effort:
        tried = tries.next()
        left -= min(at_most, expected) * _work(n_rotations, n_qubits, tried.setting.width)
        is_over = left < 0 if deadline is None else time.monotonic() > deadline
        if is_over and tries.n_tries > 1:
            return
        way, pace = ways[tried.way], paces[tried.way]
        found = search(
            way.order,
            way.owed,
            tried.setting,
            at_most=at_most,
            pace=() if for_depth else pace,
            deadline=deadline,
        )
        if found is None:
            tries.record(tried, math.inf)
            continue
        tries.record(tried, found.depth if for_depth else found.n_two_qubit)
        if found.n_two_qubit < at_most or not pace:
            paces[tried.way] = found.pace
        if not for_depth:
            at_most = min(at_most, found.n_two_qubit)
        yield way.stream(found.steps)


def _work(n_rotations: int, n_qubits: int, width: int) -> float:
    """About how many microseconds one step of a search takes."""
    rows = min(n_rotations, WINDOW) + 2 * n_qubits
    active = min(n_qubits, ACTIVE_QUBITS)
    return 500 + width * (20 + 0.02 * rows * active + 0.5 * active * active)


@dataclass(frozen=True, slots=True)
class _Try:
    """A setting for one of several ways."""

    way: int
    setting: Setting


class _Tries:
    """What to try next, from what was found: every setting narrowly, the best wider, then changes of the best.

    Deterministic: the random changes have a fixed seed.
    """

    def __init__(self, n_ways: int, depth: bool) -> None:
        """For so many ways; with prices on layers if ``depth``."""
        self.n_ways, self.depth = n_ways, depth
        self.random = np.random.default_rng(0)
        self.results: list[tuple[float, int, _Try]] = []
        self.n_tries = 0
        self._guesses = _first()

    def record(self, tried: _Try, cost: float) -> None:
        """What a try led to; infinity where to nothing."""
        self.results.append((cost, len(self.results), tried))

    def next(self) -> _Try:
        """The next one."""
        k, self.n_tries = self.n_tries, self.n_tries + 1
        n_first = len(_FOUND)
        if k < n_first:
            setting = next(self._guesses)
            price = (0.0, 0.3, 1.0)[k % 3] if self.depth else 0.0
            return _Try(k % self.n_ways, replace(setting, depth=price))
        ranked = [tried for _, _, tried in sorted(self.results)[:3]]
        if k < n_first + 3:
            chosen = ranked[(0, 0, 1)[k - n_first]]
            way = (chosen.way + (k == n_first + 1)) % self.n_ways
            return self._again(_Try(way, chosen.setting), _SECOND_WIDTH, k)
        if k == n_first + 3:
            return self._again(ranked[0], _THIRD_WIDTH, k)
        chosen = ranked[int(self.random.integers(len(ranked)))]
        width = int(self.random.choice([_FIRST_WIDTH, _SECOND_WIDTH, _THIRD_WIDTH]))
        return self._again(self._changed(chosen), width, k)

    def _again(self, tried: _Try, width: int, seed: int) -> _Try:
        return _Try(tried.way, replace(tried.setting, width=width, seed=seed))

    def _changed(self, tried: _Try) -> _Try:
        factors = np.exp(0.35 * self.random.normal(size=7))
        s = tried.setting
        setting = replace(
            s,
            ratio=min(0.95, s.ratio * float(factors[0])),
            power=s.power * float(factors[1]),
            scale=s.scale * float(factors[2]),
            progress=s.progress * float(factors[3]),
            mean=s.mean + 0.3 * float(self.random.normal()),
            tail=s.tail * float(factors[5]),
            patience=s.patience * float(factors[6]),
        )
        way = int(self.random.integers(self.n_ways)) if self.random.random() < 0.3 else tried.way
        return _Try(way, setting)
