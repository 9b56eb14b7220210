"""Fidelity histograms against the law of Haar-random states.

S. Sim, P. D. Johnson, A. Aspuru-Guzik, arXiv:1905.10876: the fidelity F of two Haar-random pure states in d
dimensions has the density (d−1)(1−F)^{d−2} (K. Życzkowski, H.-J. Sommers, quant-ph/0311117); the expressibility of a
circuit is the Kullback–Leibler divergence of its fidelity histogram from that law. Natural logarithm throughout.
"""

from __future__ import annotations

from math import comb

import numpy as np

from qansatz.pauli.states import Floats

_Counts = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
_N_FLOORS = 200
_N_RESAMPLED = 1000
_LEVELS = (0.025, 0.975)


def log_masses(dimension: int, n_bins: int) -> Floats:
    """ln of the probability of each of n equal bins of [0, 1] for Haar states in d ≥ 1 dimensions.

    Bin k holds (1−k/n)^{d−1} − (1−(k+1)/n)^{d−1}; in one dimension every fidelity is 1.
    """
    above = 1 - np.arange(n_bins) / n_bins
    below = np.append(above[1:], 0.0)
    result: Floats
    with np.errstate(divide="ignore"):
        if dimension == 1:
            result = np.log((below == 0).astype(np.float64))
            return result
        result = (dimension - 1) * np.log(above) + np.log1p(-((below / above) ** (dimension - 1)))
    return result


def histogram(fidelities: Floats, n_bins: int) -> _Counts:
    """How many fidelities fall into each of n equal bins of [0, 1]; the last one is closed."""
    places = np.minimum((np.clip(fidelities, 0, 1) * n_bins).astype(np.int64), n_bins - 1)
    return np.bincount(places, minlength=n_bins)


def divergence(counts: _Counts, log_law: Floats) -> float:
    """Σ P ln(P/Q) over the bins with P > 0, P = counts/total and ln Q = ``log_law``; may be infinite."""
    return float(_divergences(counts[None, :], log_law)[0])


def spread(counts: _Counts, log_law: Floats, random: np.random.Generator) -> tuple[float, float]:
    """Where a repetition with as many pairs falls in 95 % of cases: a bootstrap around the divergence.

    The fidelities are drawn again 1,000 times; the quantiles of these divergences are moved by what the drawing
    itself adds to them on average (the finite-sample bias, which :func:`floor` measures), and end at 0.
    """
    total = int(counts.sum())
    divergences = _divergences(random.multinomial(total, counts / total, _N_RESAMPLED), log_law)
    shift = divergence(counts, log_law) - float(divergences.mean())
    low, high = np.quantile(divergences, _LEVELS)
    return max(0.0, float(low) + shift), max(0.0, float(high) + shift)


def floor(
    dimension: int, n_pairs: int, n_bins: int, random: np.random.Generator
) -> tuple[float, tuple[float, float]]:
    """What Haar-random states score under the same protocol: mean and 95 % range of 200 repetitions."""
    if dimension == 1:
        return 0.0, (0.0, 0.0)
    log_law = log_masses(dimension, n_bins)
    counts = np.array(
        [histogram(haar_fidelities(dimension, n_pairs, random), n_bins) for _ in range(_N_FLOORS)]
    )
    divergences = _divergences(counts, log_law)
    low, high = np.quantile(divergences, _LEVELS)
    return float(divergences.mean()), (float(low), float(high))


def haar_fidelities(dimension: int, n_pairs: int, random: np.random.Generator) -> Floats:
    """Fidelities of pairs of Haar-random states in d ≥ 2 dimensions, from their law."""
    result: Floats = 1 - random.random(n_pairs) ** (1 / (dimension - 1))
    return result


def frame_potential(dimension: int, power: int) -> float:
    """E[F^t] of Haar-random states in d dimensions: 1/C(d+t−1, t), the least value any ensemble can have."""
    return 1 / comb(dimension + power - 1, power)


def _divergences(counts: _Counts, log_law: Floats) -> Floats:
    shares = counts / counts.sum(axis=1, keepdims=True)
    seen = shares > 0
    logs = np.log(shares, out=np.zeros_like(shares), where=seen)
    terms = np.where(seen, shares * (logs - np.where(seen, log_law, 0.0)), 0.0)
    # The divergence is not negative; rounding may be.
    result: Floats = np.maximum(terms.sum(axis=1), 0.0)
    return result
