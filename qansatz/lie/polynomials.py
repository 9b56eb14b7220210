"""Polynomials in one variable modulo a prime below 2²³: arrays of residues, constant term first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qansatz.lie.modular import Residues, inverse, product, reduce

_SPLIT = 4096.0


def minimal_polynomial(sequence: Residues, prime: int) -> Residues:
    """The monic polynomial of least degree that annihilates a sequence (Berlekamp and Massey)."""
    size = len(sequence)
    current, previous = np.zeros(size + 1), np.zeros(size + 1)
    current[0] = previous[0] = 1
    length, gap, last = 0, 1, 1.0
    for k in range(size):
        window = sequence[k - length : k + 1][::-1]
        discrepancy = dot(current[: length + 1], window, prime)
        if discrepancy == 0:
            gap += 1
            continue
        factor = _scalar(discrepancy * inverse(last, prime), prime)
        shifted = np.zeros(size + 1)
        shifted[gap:] = previous[: size + 1 - gap]
        updated = reduce(current - factor * shifted, prime)
        if 2 * length <= k:
            length, previous, last, gap = k + 1 - length, current, discrepancy, 1
        else:
            gap += 1
        current = updated
    return np.ascontiguousarray(current[: length + 1][::-1])


def multiply(a: Residues, b: Residues, prime: int) -> Residues:
    """The product."""
    high = np.rint(b / _SPLIT)
    low = b - _SPLIT * high
    parts = reduce(np.convolve(a, high), prime) * _SPLIT
    return reduce(parts + reduce(np.convolve(a, low), prime), prime)


def divide(a: Residues, b: Residues, prime: int) -> tuple[Residues, Residues]:
    """Quotient and remainder; b has a nonzero leading coefficient."""
    degree = len(b) - 1
    rest = a.copy()
    if len(a) <= degree:
        return np.zeros(0), trimmed(rest)
    scale = inverse(b[-1], prime)
    quotient = np.zeros(len(a) - degree)
    for k in range(len(quotient) - 1, -1, -1):
        factor = _scalar(rest[k + degree] * scale, prime)
        quotient[k] = factor
        if factor:
            window = rest[k : k + degree + 1]
            window -= factor * b
            reduce(window, prime)
    return quotient, trimmed(rest[:degree])


def gcd(a: Residues, b: Residues, prime: int) -> Residues:
    """The monic greatest common divisor."""
    a, b = trimmed(a), trimmed(b)
    while len(b):
        a, b = b, divide(a, b, prime)[1]
    return monic(a, prime) if len(a) else a


class Modulus:
    """Arithmetic modulo a polynomial of degree at least 1, by a table of the powers that overflow."""

    def __init__(self, a: Residues, prime: int) -> None:
        """The polynomial, with any nonzero leading coefficient."""
        self.prime, self.degree = prime, len(a) - 1
        lower = monic(a, prime)[:-1]
        self._high = np.zeros((max(1, self.degree - 1), self.degree))
        row = reduce(-lower, prime)
        for k in range(len(self._high)):
            self._high[k] = row
            row = reduce(np.append(0.0, row[:-1]) - _scalar(row[-1], prime) * lower, prime)

    def reduced(self, a: Residues) -> Residues:
        """The remainder of a polynomial of degree at most 2·degree − 2, not trimmed."""
        low, high = a[: self.degree], a[self.degree :]
        low = np.append(low, np.zeros(self.degree - len(low)))
        if not len(high):
            return low
        over = product(high[None], self._high[: len(high)], self.prime)[0]
        return reduce(low + over, self.prime)

    def multiply(self, a: Residues, b: Residues) -> Residues:
        """The product of two remainders."""
        return self.reduced(multiply(a, b, self.prime))

    def power(self, base: Residues, exponent: int) -> Residues:
        """base^exponent of a remainder."""
        result = np.zeros(self.degree)
        result[0] = 1
        for bit in f"{exponent:b}":
            result = self.multiply(result, result)
            if bit == "1":
                result = self.multiply(result, base)
        return result


def by_degree(a: Residues, limit: int, prime: int) -> Iterator[tuple[int, Residues]]:
    """For each degree up to a limit, the product of the irreducible factors of that degree, where there are any.

    ``a`` has no multiple factor.
    """
    image = np.array([0.0, 1.0])
    modulus = Modulus(a, prime) if len(a) > 1 else None
    for degree in range(1, limit + 1):
        if modulus is None or modulus.degree < degree:
            return
        if 2 * degree > modulus.degree:
            yield modulus.degree, a
            return
        image = modulus.power(image, prime)
        part = gcd(a, subtract(image, [0, 1], prime), prime)
        if len(part) > 1:
            yield degree, part
            a = divide(a, part, prime)[0]
            modulus = Modulus(a, prime) if len(a) > 1 else None
            image = divide(image, a, prime)[1] if len(a) > 1 else image


def irreducible(a: Residues, degree: int, prime: int, random: np.random.Generator) -> Residues:
    """One factor of a product of different irreducible factors of one degree."""
    while len(a) - 1 > degree:
        modulus = Modulus(a, prime)
        some = random.integers(0, prime // 2, min(2 * degree, len(a) - 1)).astype(np.float64)
        half = some
        for _ in range(degree - 1):
            half = modulus.multiply(modulus.power(half, prime), some)
        part = gcd(a, subtract(modulus.power(half, (prime - 1) // 2), [1], prime), prime)
        if 1 < len(part) < len(a):
            other = divide(a, part, prime)[0]
            a = part if len(part) <= len(other) else other
    return monic(a, prime)


def power_sums(a: Residues, count: int, prime: int) -> list[int]:
    """Σ α^k over the roots of a monic polynomial with multiplicity, k = 1 … count (Newton)."""
    degree = len(a) - 1
    elementary = [int(a[degree - k]) if k <= degree else 0 for k in range(count + 1)]
    sums: list[int] = []
    for k in range(1, count + 1):
        inner = sum(elementary[j] * sums[k - j - 1] for j in range(1, k))
        sums.append(-(k * elementary[k] + inner) % prime)
    return sums


def subtract(a: Residues, b: list[int], prime: int) -> Residues:
    """a − b."""
    total = np.zeros(max(len(a), len(b)))
    total[: len(a)] = a
    total[: len(b)] -= b
    return trimmed(reduce(total, prime))


def monic(a: Residues, prime: int) -> Residues:
    """The same up to a factor, with leading coefficient 1."""
    return reduce(a * inverse(a[-1], prime), prime)


def trimmed(a: Residues) -> Residues:
    """The same without leading zeros; empty for 0."""
    filled = np.flatnonzero(a)
    return a[: filled[-1] + 1] if len(filled) else a[:0]


def dot(a: Residues, b: Residues, prime: int) -> float:
    """Σ a_k·b_k."""
    total = 0.0
    for k in range(0, len(a), 256):
        total = _scalar(total + float(a[k : k + 256] @ b[k : k + 256]), prime)
    return total


def _scalar(value: float, prime: int) -> float:
    return value - prime * float(np.rint(value / prime))
