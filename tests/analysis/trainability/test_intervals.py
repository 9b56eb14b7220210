"""Intervals against rational binomial tails, and how often they hold."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz.analysis.trainability.intervals import (
    at_least,
    bernstein_interval,
    binomial_interval,
    samples_to_tell,
)


def tail(k: int, m: int, p: Fraction) -> Fraction:
    """P(at least k of m), exactly."""
    return sum((comb(m, j) * p**j * (1 - p) ** (m - j) for j in range(k, m + 1)), Fraction(0))


@given(st.data(), st.integers(1, 60))
def test_tails(data, m):
    k = data.draw(st.integers(1, m))
    p = data.draw(st.fractions(0, Fraction(k, m), max_denominator=1000))
    found = at_least(np.array([k]), m, np.array([float(p)]))[0]
    assert np.isclose(found, float(tail(k, m, p)), rtol=1e-10, atol=0)


@given(st.data(), st.integers(1, 50), st.sampled_from([0.05, 1e-6]))
def test_ends_have_the_tails_that_they_promise(data, m, error):
    k = data.draw(st.integers(0, m))
    (low,), (high,) = binomial_interval(np.array([k]), m, error)
    half = error / 2
    assert 0 <= low <= k / m <= high <= 1
    assert float(tail(k, m, Fraction(low))) <= half if k else low == 0
    if k < m:
        assert 1 - float(tail(k + 1, m, Fraction(high))) <= half * (1 + 1e-6) + 1e-12
        assert np.isclose(1 - float(tail(k + 1, m, Fraction(high))), half, rtol=1e-3, atol=1e-12)
    else:
        assert high == 1


def test_published_ends():
    """8 of 20: 0.1912 to 0.6395; none of 2,000: 1 − 0.025^(1/2000); 10 of 10⁶."""
    low, high = binomial_interval(np.array([8]), 20, 0.05)
    assert (round(low[0], 4), round(high[0], 4)) == (0.1912, 0.6395)
    _, high = binomial_interval(np.array([0]), 2000, 0.05)
    assert np.isclose(high[0], 1 - 0.025 ** (1 / 2000))
    # Ten events of a Poisson law: 4.7954 to 18.3904.
    low, high = binomial_interval(np.array([10]), 10**6, 0.05)
    assert np.allclose((low[0] * 1e6, high[0] * 1e6), (4.7954, 18.3904), rtol=1e-4)


@pytest.mark.parametrize("p", [0.001, 0.02, 0.3])
def test_they_hold_at_least_as_often_as_they_say(p):
    rng = np.random.default_rng(1)
    hits = rng.binomial(400, p, 4000)
    low, high = binomial_interval(hits, 400, 0.05)
    assert ((low <= p) & (p <= high)).mean() >= 0.945
    values = rng.random((2000, 400)) ** 3 * (rng.random((2000, 400)) < p)
    low, high = bernstein_interval(values.mean(axis=1), values.var(axis=1, ddof=1), 1.0, 400, 0.05)
    assert ((low <= p / 4) & (p / 4 <= high)).mean() >= 0.95


def test_the_samples_asked_for_do():
    for distance, variance, largest in ((0.01, 0.02, 1.0), (0.1, 0.0, 2.0), (1e-4, 1e-3, 0.5)):
        m = samples_to_tell(distance, variance, largest, 1e-6)
        low, _ = bernstein_interval(np.array([largest / 2]), np.array([variance]), largest, m, 1e-6)
        assert 0.99 * distance < largest / 2 - low[0] <= distance * (1 + 1e-9)
    assert samples_to_tell(0.0, 1.0, 1.0, 1e-6) is None
