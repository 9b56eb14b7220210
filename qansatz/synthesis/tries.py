"""Searches for plans, one after the other: which settings are tried, in which order, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np

from qansatz.synthesis.beam import search
from qansatz.synthesis.frames import Relabel
from qansatz.synthesis.plans import Order, Owed, Setting, Step
from qansatz.synthesis.rotations import Rotation

#: What is kept small: the number of two-qubit gates, or the number of layers of them.
Objective: TypeAlias = Literal["count", "depth"]

#: Work of one unit of effort, about microseconds.
_WORK: Final = 1_500_000
_TRIES: Final = 8
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
_FIRST_WIDTH: Final = 4
#: After the first round: so many settings, so many states for each.
_SHAPES: Final = ((4, 12), (8, 6), (2, 32))
#: Prices of a layer.
_DEPTHS: Final = (0.1, 0.3, 1.0)


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
    at_most = _GATES_FOR_DEPTH * fewest if for_depth else fewest
    left = effort * _WORK
    while deadline is not None or tries.n_tries < _TRIES * effort:
        tried = tries.next()
        way, pace = ways[tried.way], paces[tried.way]
        outcome = search(
            way.order,
            way.owed,
            tried.settings,
            at_most=at_most,
            pace=() if for_depth else pace,
            deadline=deadline,
        )
        tries.record(tried, outcome.costs)
        left -= outcome.work
        found = outcome.found
        if found is not None:
            yield way.stream(found.steps)
        if left < 0 if deadline is None else time.monotonic() > deadline:
            return
        if found is None:
            continue
        if found.n_two_qubit < at_most or not pace:
            paces[tried.way] = found.pace
        if not for_depth:
            at_most = min(at_most, found.n_two_qubit)


@dataclass(frozen=True, slots=True)
class _Try:
    """Settings to search with side by side, for one of several ways."""

    way: int
    settings: list[Setting]


class _Tries:
    """What to try next, from what was found: every setting narrowly, the best wider, then changes of the best.

    Deterministic: the random changes have a fixed seed.
    """

    def __init__(self, n_ways: int, for_depth: bool) -> None:
        """For so many ways; with prices on layers if ``for_depth``."""
        self.n_ways, self.for_depth = n_ways, for_depth
        self.random = np.random.default_rng(0)
        self.results: list[tuple[float, int, int, Setting]] = []
        self.n_tries = 0

    def record(self, tried: _Try, costs: Sequence[float]) -> None:
        """What the settings of a try led to."""
        for cost, setting in zip(costs, tried.settings, strict=True):
            self.results.append((cost, len(self.results), tried.way, setting))

    def next(self) -> _Try:
        """The next one."""
        k, self.n_tries = self.n_tries, self.n_tries + 1
        if k < self.n_ways:
            return _Try(k, [self._guess(place) for place in range(len(_FOUND))])
        ranked = sorted(self.results)
        way = ranked[0][2]
        if self.random.random() < 0.25:
            way = int(self.random.integers(self.n_ways))
        own = [setting for _, _, of, setting in ranked if of == way]
        n_settings, width = _SHAPES[(k - self.n_ways) % len(_SHAPES)]
        settings = []
        for place in range(n_settings):
            setting = own[place // 2 % len(own)]
            if place % 2 or k > self.n_ways:
                setting = self._changed(setting)
            settings.append(replace(setting, width=width, seed=1000 * k + place))
        return _Try(way, settings)

    def _guess(self, place: int) -> Setting:
        ratio, power, scale, progress, mean = _FOUND[place]
        tail, patience = _TAILS[place % len(_TAILS)]
        return Setting(
            ratio=ratio,
            power=power,
            scale=scale,
            progress=progress,
            mean=mean,
            tail=tail,
            patience=patience,
            width=_FIRST_WIDTH,
            seed=place,
            depth=_DEPTHS[place % len(_DEPTHS)] if self.for_depth else 0.0,
        )

    def _changed(self, setting: Setting) -> Setting:
        factors = np.exp(0.35 * self.random.normal(size=7)).tolist()
        return replace(
            setting,
            ratio=min(0.95, setting.ratio * factors[0]),
            power=setting.power * factors[1],
            scale=setting.scale * factors[2],
            progress=setting.progress * factors[3],
            mean=setting.mean + 0.3 * float(self.random.normal()),
            tail=setting.tail * factors[4],
            patience=setting.patience * factors[5],
            depth=setting.depth * factors[6],
        )
