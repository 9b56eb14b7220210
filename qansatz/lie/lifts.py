"""From spaces modulo primes to a rational space, with a proof that it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm, prod
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qansatz.lie.modular import Indices, Residues, Span, inverse, reduce

_VALUES: Final = 20_000
_ENTRIES: Final = 1_000_000
_ROUNDING: Final = Fraction(1, 10**6)


def lift(spaces: Sequence[Sequence[Span]], growth: int, start: Sequence[dict[int, int]]) -> bool:
    """Whether spaces modulo primes are those of one rational space that is an ideal of the generators.

    ``spaces`` holds the space of each grade, once for every prime. The reduced bases are reconstructed
    over the rationals. A bracket with a generator (at most ``growth`` times as long in Σ|coefficients|),
    reduced by the basis of its grade and freed of denominators, is an integer vector that vanishes modulo every
    prime; when its entries are bounded by the product of the primes it vanishes. The same holds for
    the generators, ``start``.
    """
    longest, factor = Fraction(0), Fraction(1)
    modulus = prod(span.prime for span in spaces[0])
    for spans in spaces:
        if not spans[0].dimension:
            continue
        fractions = rational(spans)
        sizes = None if fractions is None else _sizes(fractions, modulus)
        if sizes is None:
            return False
        longest = max(longest, sizes.longest)
        factor = max(factor, sizes.common * (1 + sizes.largest))
    longest *= growth
    for generator in start:
        longest = max(longest, Fraction(sum(map(abs, generator.values()))))
    return factor * longest < modulus


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The nonzero entries of a basis, row by row: numerators over denominators; None where all are 1."""

    rows: Indices
    columns: Indices
    numerators: npt.NDArray[Any]
    denominators: npt.NDArray[Any] | None


def rational(spans: Sequence[Span]) -> Entries | None:
    """The fractions that the nonzero entries of a basis modulo several primes are, and their rows; None for none.

    The entries are those of the first span, row by row.
    """
    entries = _combined(spans)
    if entries is None:
        return None
    rows, columns, values = entries
    fractions = _fractions(values, prod(span.prime for span in spans))
    return None if fractions is None else Entries(rows, columns, *fractions)


def annihilated(vectors: Span, space: Span, growth: int) -> bool:
    """Whether vectors of a lifted space, whose brackets with the generators vanish modulo the prime, come
    from as many rational vectors of the space whose brackets vanish; by the bounds of :func:`lift`.
    """
    if not vectors.dimension:
        return True
    modulus = space.prime
    small, large = rational([vectors]), rational([space])
    if small is None or large is None:
        return False
    left, other = _sizes(small, modulus), _sizes(large, modulus)
    if left is None or other is None:
        return False
    longest, top = left.longest, max(left.largest, other.largest)
    return growth * longest < modulus and other.common * (1 + top) * longest < modulus


def _combined(
    spans: Sequence[Span],
) -> tuple[Indices, Indices, npt.NDArray[Any]] | None:
    """The nonzero entries of the bases on one set of pivots: row, column, residue modulo the product of the primes."""
    pivots = spans[0].pivots
    bases = [span.rows if k == 0 else _repivoted(span, pivots) for k, span in enumerate(spans)]
    width = min(basis.shape[1] for basis in bases if basis is not None)
    if any(basis is None or basis[:, width:].any() for basis in bases):
        return None
    shown = [basis[:, :width] for basis in bases if basis is not None]
    where = shown[0] != 0
    for basis in shown[1:]:
        where |= basis != 0
    rows, columns = np.nonzero(where)
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
    return rows, columns, total


def _repivoted(span: Span, pivots: npt.NDArray[np.int64]) -> Residues | None:
    """The basis of a space that is the identity on the given columns, if there is one."""
    if np.array_equal(span.pivots, pivots):
        return span.rows
    rows, pivot_columns = span.rows.copy(), span.pivots.copy()
    free = [*np.flatnonzero(~np.isin(pivot_columns, pivots)).tolist()]
    for column in np.setdiff1d(pivots, pivot_columns).tolist():
        row = next((r for r in free if rows[r, column]), None)
        if row is None:
            return None
        free.remove(row)
        pivot_columns[row] = column
        scale = inverse(rows[row, column], span.prime)
        rows[row] = reduce(rows[row] * scale, span.prime)
        factors = rows[:, column].copy()
        factors[row] = 0
        others = np.flatnonzero(factors)
        rows[others] = reduce(rows[others] - factors[others, None] * rows[row], span.prime)
    place = np.argsort(pivot_columns)
    return np.ascontiguousarray(rows[place[np.argsort(np.argsort(pivots))]])


def _fractions(
    values: npt.NDArray[Any], modulus: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None] | None:
    """The fractions with small numerator and denominator that the residues are: all or none."""
    bound = isqrt(modulus // 2)
    large = np.flatnonzero(np.abs(values) > bound)
    if not len(large):
        return values, None
    different, place = np.unique(values[large], return_inverse=True)
    if len(different) > _VALUES:
        return None
    fractions = []
    for value in different.tolist():
        fraction = _fraction(value, modulus, bound)
        if fraction is None:
            return None
        fractions.append(fraction)
    kind = np.int64 if bound < 2**62 else object
    numerators = np.where(np.abs(values) > bound, 0, values).astype(kind)
    denominators = np.ones(len(values), dtype=kind)
    numerators[large] = np.array([f.numerator for f in fractions], dtype=kind)[place]
    denominators[large] = np.array([f.denominator for f in fractions], dtype=kind)[place]
    return numerators, denominators


def _fraction(value: int, modulus: int, bound: int) -> Fraction | None:
    """The fraction n/d ≡ value with |n|, d ≤ bound, by the extended Euclidean algorithm."""
    old, new, above, below = modulus, value % modulus, 0, 1
    while new > bound:
        quotient = old // new
        old, new, above, below = new, old - quotient * new, below, above - quotient * below
    if not 0 < abs(below) <= bound:
        return None
    ratio = Fraction(new, below)
    return ratio if ratio.denominator == abs(below) else None


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Of the rows of a basis, freed of denominators, the largest Σ|entries|; the largest |entry| of
    the basis itself; the least common multiple of all denominators. Rounded up."""

    longest: Fraction
    largest: Fraction
    common: int


def _sizes(entries: Entries, modulus: int) -> _Sizes | None:
    """How large a basis is; None where the common denominator exceeds the modulus."""
    starts = np.flatnonzero(np.diff(entries.rows, prepend=-1))
    sizes = np.abs(entries.numerators).astype(np.float64)
    if entries.denominators is not None:
        sizes /= entries.denominators.astype(np.float64)
    lengths = np.add.reduceat(sizes, starts)
    longest, largest = Fraction(lengths.max()), Fraction(sizes.max())
    common = 1
    if entries.denominators is not None:
        place = np.searchsorted(starts, np.arange(len(sizes)), side="right") - 1
        denominators: dict[int, int] = {}
        broken = np.flatnonzero(entries.denominators > 1)
        pairs = zip(place[broken].tolist(), entries.denominators[broken].tolist(), strict=True)
        for row, denominator in dict.fromkeys(pairs):
            denominators[row] = lcm(denominators.get(row, 1), denominator)
        for row, denominator in denominators.items():
            longest = max(longest, denominator * Fraction(lengths[row]))
            common = lcm(common, denominator)
            if common > modulus:
                return None
    up = 1 + _ROUNDING
    return _Sizes(longest * up, max(Fraction(1), largest * up), common)
