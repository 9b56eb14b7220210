"""From spaces modulo primes to a rational space, with a proof that it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, lcm, prod
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.pauli.modular import Residues, Span, product, reduce

_VALUES: Final = 20_000
_ENTRIES: Final = 1_000_000


def lift(spans: Sequence[Span], growth: int, start: Sequence[dict[int, int]]) -> bool:
    """Whether spaces modulo primes are those of one rational space that is an ideal of the generators.

    The reduced basis is reconstructed over the rationals. A bracket with a generator (at most
    ``growth`` times as long in Σ|coefficients|), reduced by the basis and freed of denominators, is an integer
    vector that vanishes modulo every prime; when its entries are bounded by the product of the
    primes it vanishes. The same holds for the generators, ``start``.
    """
    if spans[0].dimension == 0:
        return True
    modulus = prod(span.prime for span in spans)
    entries = _combined(spans)
    found = None if entries is None else _fractions(*entries, modulus)
    if found is None:
        return False
    rows, values = found
    longest, largest, common = Fraction(0), Fraction(1), 1
    for denominator, length, top in _per_row(rows, values):
        longest = max(longest, denominator * length)
        largest = max(largest, top)
        common = lcm(common, denominator)
        if common > modulus:
            return False
    longest *= growth
    for generator in start:
        longest = max(longest, Fraction(sum(map(abs, generator.values()))))
    return common * longest * (1 + largest) < modulus


def annihilated(vectors: Span, space: Span, growth: int) -> bool:
    """Whether vectors of a lifted space, whose brackets with the generators vanish modulo the prime, come
    from as many rational vectors of the space whose brackets vanish; by the bounds of :func:`lift`.
    """
    if not vectors.dimension:
        return True
    modulus = space.prime
    small, large = (
        None if entries is None else _fractions(*entries, modulus)
        for entries in (_combined([vectors]), _combined([space]))
    )
    if small is None or large is None:
        return False
    top, longest, common = Fraction(1), Fraction(0), 1
    for denominator, _, largest in _per_row(*large):
        top, common = max(top, largest), lcm(common, denominator)
    for denominator, length, _ in _per_row(*small):
        longest = max(longest, denominator * length)
    return growth * longest < modulus and common * (1 + top) * longest < modulus


def _combined(
    spans: Sequence[Span],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64] | npt.NDArray[np.object_]] | None:
    """The nonzero entries of the bases on one set of pivots: row, and residue modulo the product of the primes."""
    pivots = spans[0].pivots
    bases = [span.rows if k == 0 else _repivoted(span, pivots) for k, span in enumerate(spans)]
    width = min(basis.shape[1] for basis in bases if basis is not None)
    if any(basis is None or basis[:, width:].any() for basis in bases):
        return None
    shown = [basis[:, :width] for basis in bases if basis is not None]
    where = shown[0] != 0
    for basis in shown[1:]:
        where |= basis != 0
    rows = np.nonzero(where)[0]
    if len(spans) > 2 and len(rows) > _ENTRIES:
        return None
    total: npt.NDArray[np.int64] | npt.NDArray[np.object_] = shown[0][where].astype(np.int64)
    modulus = spans[0].prime
    for span, basis in zip(spans[1:], shown[1:], strict=True):
        if modulus * span.prime >= 2**62:
            total = total.astype(object)
        step = (basis[where].astype(np.int64) - total) * pow(modulus, -1, span.prime) % span.prime
        total = total + modulus * step
        modulus *= span.prime
    total = (total + modulus // 2) % modulus - modulus // 2
    return rows, total


def _repivoted(span: Span, pivots: npt.NDArray[np.int64]) -> Residues | None:
    """The basis of a space that is the identity on the given columns, if there is one."""
    if np.array_equal(span.pivots, pivots):
        return span.rows
    square = np.concatenate((span.rows[:, pivots], np.eye(len(pivots))), axis=1)
    for k in range(len(pivots)):
        below = np.flatnonzero(square[k:, k])
        if not len(below):
            return None
        square[[k, k + below[0]]] = square[[k + below[0], k]]
        scale = pow(int(square[k, k]), -1, span.prime)
        square[k] = reduce(square[k] * scale, span.prime)
        factors = square[:, k].copy()
        factors[k] = 0
        others = np.flatnonzero(factors)
        square[others] = reduce(square[others] - factors[others, None] * square[k], span.prime)
    return product(square[:, len(pivots) :], span.rows, span.prime)


def _fractions(
    rows: npt.NDArray[np.int64],
    values: npt.NDArray[np.int64] | npt.NDArray[np.object_],
    modulus: int,
) -> tuple[npt.NDArray[np.int64], list[Fraction] | npt.NDArray[np.int64]] | None:
    """The fractions with small numerator and denominator that the residues are: all or none.

    Where all are whole the values stay an array.
    """
    bound = isqrt(modulus // 2)
    large = np.abs(values) > bound
    if not large.any():
        return rows, values.astype(np.int64) if bound < 2**62 else [*map(Fraction, values.tolist())]
    known: dict[int, Fraction | None] = {}
    for value in values[large].tolist():
        if value not in known:
            known[value] = _fraction(value, modulus, bound)
            if known[value] is None or len(known) > _VALUES:
                return None
    return rows, [known.get(v) or Fraction(v) for v in values.tolist()]


def _fraction(value: int, modulus: int, bound: int) -> Fraction | None:
    """The fraction n/d ≡ value with |n|, d ≤ bound, by the extended Euclidean algorithm."""
    old, new, above, below = modulus, value % modulus, 0, 1
    while new > bound:
        quotient = old // new
        old, new, above, below = new, old - quotient * new, below, above - quotient * below
    if not 0 < abs(below) <= bound:
        return None
    found = Fraction(new, below)
    return found if found.denominator == abs(below) else None


def _per_row(
    rows: npt.NDArray[np.int64], values: list[Fraction] | npt.NDArray[np.int64]
) -> list[tuple[int, Fraction, Fraction]]:
    """Common denominator, Σ|entries| and largest |entry| of every row."""
    if not isinstance(values, list):
        starts = np.flatnonzero(np.diff(rows, prepend=-1))
        sizes = np.abs(values)
        sums, tops = np.add.reduceat(sizes, starts), np.maximum.reduceat(sizes, starts)
        return [
            (1, Fraction(s), Fraction(t)) for s, t in zip(sums.tolist(), tops.tolist(), strict=True)
        ]
    found: dict[int, tuple[int, Fraction, Fraction]] = {}
    for row, value in zip(rows.tolist(), values, strict=True):
        denominator, total, top = found.get(row, (1, Fraction(0), Fraction(0)))
        size = abs(value)
        found[row] = lcm(denominator, value.denominator), total + size, max(top, size)
    return [*found.values()]
