"""Intervals that hold at their confidence for any number of samples: docs/mathematics/variance.md (9.15), (9.16).

Exact binomial ones (Clopper and Pearson, Biometrika 26, 404, 1934) for a share of hits; empirical Bernstein ones
(Maurer and Pontil, arXiv:0907.3740, theorem 4) for means of bounded values.
"""

from __future__ import annotations

from math import ceil, log
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]

_HALVINGS: Final = 60
#: What floating point may lose in a tail, and what the ends are moved outwards by.
_SLACK: Final = 1e-9


def binomial_interval(n_hits: Counts, n_samples: int, error: float) -> tuple[Floats, Floats]:
    """Lower and upper ends for the probability of a hit, given counts of hits: exact, at confidence 1 − ``error``."""
    counts, place = np.unique(n_hits, return_inverse=True)
    low = np.zeros(len(counts))
    high = np.ones(len(counts))
    some, few = counts > 0, counts < n_samples
    low[some] = _solve(counts[some], n_samples, error / 2)
    # P(at most k hits | p) = P(at least m − k misses | 1 − p).
    high[few] = 1 - _solve(n_samples - counts[few], n_samples, error / 2)
    return np.maximum(low * (1 - _SLACK), 0)[place], np.minimum(high + _SLACK * (1 - high), 1)[
        place
    ]


def _solve(k: Counts, n_samples: int, tail: float) -> Floats:
    """The p at which at least k of the samples are hits with probability ``tail``, from below, by bisection."""
    low, high = np.zeros(len(k)), k / n_samples
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = at_least(k, n_samples, middle) > tail
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    return low


def at_least(k: Counts, n_samples: int, p: Floats) -> Floats:
    """P(at least k ≥ 1 hits) for p ≤ k/m: the binomial tail, its terms added up from the largest one.

    Each term is (m − j)/(j + 1)·p/(1 − p) < 1 times the one before.
    """
    factorials = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n_samples + 1)))))
    with np.errstate(divide="ignore", invalid="ignore"):
        first = factorials[n_samples] - factorials[k] - factorials[n_samples - k]
        first = first + k * np.log(p) + (n_samples - k) * np.log1p(-p)
        odds = p / (1 - p)
    first = np.where(p >= 1, 0.0, first)
    odds = np.where(p >= 1, 0.0, odds)
    total, term = np.ones(len(k)), np.ones(len(k))
    j = k.astype(np.float64)
    while True:
        term = term * (n_samples - j) / (j + 1) * odds
        total = total + term
        j = j + 1
        if not (term > 1e-17 * total).any():
            return np.exp(first) * total


def bernstein_interval(
    mean: Floats, variance: Floats, largest: float, n_samples: int, error: float
) -> tuple[Floats, Floats]:
    """Ends for means of values in [0, ``largest``], from their means and unbiased variances over the samples."""
    away = np.sqrt(2 * np.maximum(variance, 0) * log(4 / error) / n_samples)
    away = away + 7 * largest * log(4 / error) / (3 * (n_samples - 1))
    return np.maximum(mean - away, 0), np.minimum(mean + away, largest)


def samples_to_tell(distance: float, variance: float, largest: float, error: float) -> int | None:
    """How many samples would bring the interval of :func:`bernstein_interval` below a distance; None at distance 0."""
    if distance <= 0:
        return None
    a, b = 2 * variance * log(4 / error), 7 * largest * log(4 / error) / 3
    # √(a/m) + b/m = distance, in 1/√m.
    root: float = (-(a**0.5) + (a + 4 * b * distance) ** 0.5) / (2 * b)
    return ceil(1 / root**2) + 1
