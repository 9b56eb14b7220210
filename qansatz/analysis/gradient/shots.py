"""How many shots each circuit gets: the convex optimum, in whole shots.

Sums are rounded once, whatever the order of what is added, and a number of shots just below a whole one counts as that:
no last bit, in which processors differ, decides where symmetric circuits have equal shares.
"""

from __future__ import annotations

from math import fsum
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Counts: TypeAlias = npt.NDArray[np.int64]

#: Relative rounding of sums of floats; the promise is kept up to it.
_ROUNDING: Final = 1e-12
#: How far below a whole number of shots, in proportion, is taken for it.
_SHORT: Final = 1e-9


#: The most shots of all circuits together; more cannot be counted.
MAX_SHOTS: Final = 1 << 62


class TooManyShotsError(ValueError):
    """A precision takes more shots than can be counted."""


def allocate(variances: npt.ArrayLike, prices: npt.ArrayLike, budget: float) -> Counts:
    """Whole numbers N with Σ v/N ≤ budget and nearly the least Σ price·N.

    The optimum over the reals is N_c = sqrt(v_c/p_c)·Σ sqrt(v·p)/budget. Rounding down and then adding shots where a
    unit of price lowers the total variance most keeps the promise with at most one shot a circuit above that.

    Raises:
        ValueError: unless prices and budget are positive and variances not negative.
        TooManyShotsError: a ``ValueError``, for more than ``MAX_SHOTS``.
    """
    v, p = np.asarray(variances, dtype=np.float64), np.asarray(prices, dtype=np.float64)
    if not (budget > 0 and (p > 0).all() and (v >= 0).all()):
        raise ValueError("prices and budget must be positive, variances not negative")
    with np.errstate(over="ignore", invalid="ignore"):
        best = np.sqrt(v / p) * (_total(np.sqrt(v * p)) / budget)
    if not best.sum() < MAX_SHOTS:
        raise TooManyShotsError("the precision takes more shots than can be counted")
    shots: Counts = np.maximum(1, np.floor(best * (1 + _SHORT))).astype(np.int64)
    budget *= 1 + _ROUNDING
    while (short := _total(v / shots) - budget) > 0:
        gains = v / shots - v / (shots + 1)
        order = np.argsort(-gains / p, kind="stable")
        enough = int(np.searchsorted(np.cumsum(gains[order]), short)) + 1
        shots[order[:enough]] += 1
    return shots


def share(variances: npt.ArrayLike, total: int) -> Counts:
    """Whole numbers N ≥ 1 with Σ N = total and nearly the least Σ v/N.

    The optimum over the reals is N_c ∝ sqrt(v_c), where that is at least 1; what rounding down leaves goes one by one
    to where it lowers the sum most.

    Raises:
        ValueError: for fewer shots than variances, or a negative variance.
    """
    v = np.asarray(variances, dtype=np.float64)
    if not (v >= 0).all():
        raise ValueError("variances must not be negative")
    if total < len(v):
        raise ValueError(f"{len(v)} circuits need at least {len(v)} shots, not {total}")
    if not len(v):
        return np.zeros(0, dtype=np.int64)
    roots = np.sqrt(v) if v.any() else np.ones(len(v))
    ideal = np.ones(len(v))
    small = np.zeros(len(v), dtype=np.bool_)
    while not small.all():
        spare = total - int(small.sum())
        ideal = np.where(small, 1.0, spare * roots / max(_total(roots[~small]), 1e-300))
        ideal += np.minimum(_SHORT * ideal, 0.5 / len(v))
        below = ~small & (ideal < 1)
        if not below.any():
            break
        small |= below
    shots: Counts = np.maximum(1, np.floor(ideal)).astype(np.int64)
    while (left := total - int(shots.sum())) > 0:
        gains = roots**2 / (shots * (shots + 1.0))
        shots[np.argsort(-gains, kind="stable")[:left]] += 1
    return shots


def _total(values: Floats) -> float:
    """The sum, infinite where it is too large for a float."""
    if not np.isfinite(values).all():
        return float(values.sum())
    try:
        return fsum(values.tolist())
    except OverflowError:
        return float("inf")
