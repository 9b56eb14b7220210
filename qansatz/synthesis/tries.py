"""Which settings a search for a plan tries, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qansatz.synthesis.plans import Setting

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


@dataclass(frozen=True, slots=True)
class Try:
    """A setting for one of several ways."""

    way: int
    setting: Setting


class Tries:
    """What to try next, from what was found: every setting narrowly, the best wider, then changes of the best.

    Deterministic: the random changes have a fixed seed.
    """

    def __init__(self, n_ways: int, depth: bool) -> None:
        """For so many ways; with prices on layers if ``depth``."""
        self.n_ways, self.depth = n_ways, depth
        self.random = np.random.default_rng(0)
        self.results: list[tuple[float, int, Try]] = []
        self.n_tries = 0
        self._guesses = _first()

    def record(self, tried: Try, cost: float) -> None:
        """What a try led to; infinity where to nothing."""
        self.results.append((cost, len(self.results), tried))

    def next(self) -> Try:
        """The next one."""
        k, self.n_tries = self.n_tries, self.n_tries + 1
        n_first = len(_FOUND)
        if k < n_first:
            setting = next(self._guesses)
            price = (0.0, 0.3, 1.0)[k % 3] if self.depth else 0.0
            return Try(k % self.n_ways, replace(setting, depth=price))
        ranked = [tried for _, _, tried in sorted(self.results)[:3]]
        if k < n_first + 3:
            chosen = ranked[(0, 0, 1)[k - n_first]]
            way = (chosen.way + (k == n_first + 1)) % self.n_ways
            return self._again(Try(way, chosen.setting), _SECOND_WIDTH, k)
        if k == n_first + 3:
            return self._again(ranked[0], _THIRD_WIDTH, k)
        chosen = ranked[int(self.random.integers(len(ranked)))]
        width = int(self.random.choice([_FIRST_WIDTH, _SECOND_WIDTH, _THIRD_WIDTH]))
        return self._again(self._changed(chosen), width, k)

    def _again(self, tried: Try, width: int, seed: int) -> Try:
        return Try(tried.way, replace(tried.setting, width=width, seed=seed))

    def _changed(self, tried: Try) -> Try:
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
        return Try(way, setting)
