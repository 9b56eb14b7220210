"""Dense linear algebra modulo primes below 2²³, exact in floating-point matrix products.

Residues are float64 between −p/2 and p/2: 256 products of two stay below 2⁵³, so that a product of
matrices costs what it costs in floating point and rounds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Residues = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_INNER: Final = 256
_BATCH: Final = 128
_CHECKS: Final = 3


def primes(roots: int = 1) -> Iterator[int]:
    """The primes below 2²³, largest first, modulo which there are all roots of 1 of some order."""
    step = lcm(2, roots)
    for candidate in range(2**23 - step - (2**23 - 1) % step + step, 2, -step):
        if all(candidate % k for k in range(3, int(candidate**0.5) + 1, 2)):
            yield candidate


def residues(values: Any, prime: int) -> Residues:
    """Integers of any size, an array or nested sequences, as symmetric residues."""
    whole = np.asarray(values)
    if whole.dtype == np.float64:
        return reduce(whole.copy(), prime)
    return reduce((whole % prime).astype(np.float64), prime)


def reduce(values: Residues, prime: int) -> Residues:
    """Whole numbers below 2⁵³ in magnitude, reduced in place."""
    quotient = values * (1.0 / prime)
    np.rint(quotient, out=quotient)
    quotient *= prime
    values -= quotient
    return values


def product(left: Residues, right: Residues, prime: int) -> Residues:
    """The matrix product of residues."""
    total = reduce(left[:, :_INNER] @ right[:_INNER], prime)
    for k in range(_INNER, left.shape[1], _INNER):
        total += left[:, k : k + _INNER] @ right[k : k + _INNER]
        reduce(total, prime)
    return total


def inverse(value: float, prime: int) -> int:
    """The inverse of a residue other than 0."""
    return pow(int(value), -1, prime)


class Span:
    """A space of row vectors, as the basis that is the identity on its pivot columns.

    A row inserted takes its last nonzero column as pivot, so that rows stay sparse where columns
    are numbered as they are met; modulo most other primes the pivots are the same. Whether a row is
    in the space is decided by three fixed random functionals of what remains of it: wrong for one
    row with probability p⁻³ < 2⁻⁶⁸.
    """

    def __init__(self, prime: int, width: int = 0) -> None:
        """The space {0} of vectors of some width."""
        self.prime = prime
        self.width = width
        self.pivots = np.zeros(0, dtype=np.int64)
        self._rows = np.zeros((0, width))
        self._random, self._trials = np.random.default_rng(prime), np.random.default_rng(0)
        self._functionals = np.zeros((0, _CHECKS))
        self._images = np.zeros((0, _CHECKS))
        self.widen(width)

    @classmethod
    def of(cls, prime: int, rows: Residues, pivots: Indices) -> Span:
        """The space of a basis that is the identity on its pivots."""
        made = cls(prime, rows.shape[1])
        made._rows = np.array(rows, dtype=np.float64)
        made.pivots = pivots.astype(np.int64)
        made._images = product(made._rows, made._functionals[: made.width], prime)
        return made

    @property
    def dimension(self) -> int:
        """The number of basis vectors."""
        return len(self.pivots)

    @property
    def rows(self) -> Residues:
        """The basis, of shape (dimension, width); a view."""
        return self._rows[: self.dimension, : self.width]

    def widen(self, width: int) -> None:
        """Let vectors have more columns; those of earlier ones are 0 there."""
        missing = width - len(self._functionals)
        if missing > 0:
            half = self.prime // 2
            fresh = self._random.integers(-half, half + 1, (max(missing, 256), _CHECKS))
            self._functionals = np.concatenate((self._functionals, fresh.astype(np.float64)))
        self.width = max(self.width, width)
        self._reserve(self.dimension)

    def insert(self, block: Residues) -> None:
        """Add the rows of a block (rows, width) to the space."""
        while len(block := block[self._outside(block)]):
            self._add(self._independent(self.remainders(block[:_BATCH])))

    def contains(self, block: Residues) -> npt.NDArray[np.bool_]:
        """For each row of a block, whether it lies in the space."""
        return ~self._outside(block)

    def coordinates(self, block: Residues) -> Residues:
        """The coordinates of rows of the space in its basis."""
        return block[:, self.pivots]

    def remainders(self, block: Residues) -> Residues:
        """What remains of rows when their pivot columns are cleared."""
        factors = block[:, self.pivots]
        used = np.flatnonzero(factors.any(axis=0))
        if not len(used):
            return block
        if 2 * len(used) < self.dimension:
            taken = product(factors[:, used], self.rows[used], self.prime)
        else:
            taken = product(factors, self.rows, self.prime)
        return reduce(block - taken, self.prime)

    def _outside(self, block: Residues) -> npt.NDArray[np.bool_]:
        functionals = self._functionals[: self.width]
        images = product(block, functionals, self.prime)
        if self.dimension:
            images -= product(block[:, self.pivots], self._images, self.prime)
        return np.asarray(reduce(images, self.prime).any(axis=1))

    def _independent(self, block: Residues) -> tuple[Residues, Indices]:
        """Combinations of the rows that are the identity on some columns, and these columns."""
        columns = self._trial_columns(block)
        size = len(block)
        work = np.concatenate((block[:, columns], np.eye(size)), axis=1)
        chosen: list[int] = []
        pivots: list[int] = []
        for k in range(size):
            nonzero = np.flatnonzero(work[k, : len(columns)])
            if not len(nonzero):
                continue
            pivot = nonzero[-1]
            work[k] = reduce(work[k] * inverse(work[k, pivot], self.prime), self.prime)
            factors = work[:, pivot].copy()
            factors[k] = 0
            others = np.flatnonzero(factors)
            work[others] = reduce(work[others] - factors[others, None] * work[k], self.prime)
            chosen.append(k)
            pivots.append(pivot)
        combined = product(work[chosen, len(columns) :], block, self.prime)
        return combined, columns[np.array(pivots, dtype=np.int64)]

    def _trial_columns(self, block: Residues) -> Indices:
        """The last nonzero column of every row, and enough others to separate most rows."""
        filled = block != 0
        last = filled.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
        some = np.flatnonzero(filled.any(axis=0))
        more = some if len(some) <= 4 * len(block) else self._trials.choice(some, 2 * len(block))
        return np.array(sorted({*last.tolist(), *more.tolist(), *some[-len(block) :].tolist()}))

    def _add(self, reduced: tuple[Residues, Indices]) -> None:
        fresh, pivots = reduced
        size = self.dimension
        factors = self.rows[:, pivots]
        touched = np.flatnonzero(factors.any(axis=1))
        if len(touched):
            taken = product(factors[touched], fresh, self.prime)
            self._rows[touched, : self.width] = reduce(self.rows[touched] - taken, self.prime)
        self._reserve(size + len(fresh))
        self._rows[size : size + len(fresh), : self.width] = fresh
        self.pivots = np.concatenate((self.pivots, pivots))
        functionals = self._functionals[: self.width]
        images = product(fresh, functionals, self.prime)
        if len(touched):
            less = product(factors[touched], images, self.prime)
            self._images[touched] = reduce(self._images[touched] - less, self.prime)
        self._images = np.concatenate((self._images, images))

    def _reserve(self, size: int) -> None:
        rows, columns = self._rows.shape
        if size <= rows and self.width <= columns:
            return
        shape = (max(size, rows if size <= rows else rows * 3 // 2), max(self.width, columns))
        if self.width > columns:
            shape = (shape[0], max(self.width, columns * 3 // 2))
        larger = np.zeros(shape)
        larger[: self.dimension, :columns] = self._rows[: self.dimension]
        self._rows = larger
