"""Real numbers of the language: rationals, rational multiples of π, and else floats.

A ``Real`` is an ``int``, a ``Fraction``, a ``PiLinear`` (a + b·π with rational a, b and b ≠ 0) or
a ``float``. Arithmetic between the exact kinds is exact; whatever leaves them (π·π, √2) is a
float.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PiLinear:
    """The number ``rational + pi·π``; ``pi`` is never 0 (use :func:`pi_linear`)."""

    rational: Fraction
    pi: Fraction

    def __float__(self) -> float:
        return float(self.rational) + float(self.pi) * math.pi

    def __str__(self) -> str:
        turn = "pi" if abs(self.pi.numerator) == 1 else f"{abs(self.pi.numerator)}*pi"
        if self.pi.denominator != 1:
            turn += f"/{self.pi.denominator}"
        if self.rational == 0:
            return turn if self.pi > 0 else f"-{turn}"
        return f"{self.rational} {'+' if self.pi > 0 else '-'} {turn}"


Real: TypeAlias = int | Fraction | PiLinear | float

MAX_BITS = 4_096
"""The most bits of a numerator or denominator: sums of unlike fractions grow with each term."""

PI = PiLinear(Fraction(0), Fraction(1))


def pi_linear(rational: Fraction, pi: Fraction) -> Real:
    """``rational + pi·π`` in its simplest kind."""
    if not pi:
        return simplest(rational)
    simplest(rational)
    simplest(pi)
    return PiLinear(rational, pi)


def simplest(value: Real) -> Real:
    """The same number with an integral ``Fraction`` turned into an ``int``.

    Raises:
        OverflowError: for a fraction of more than ``MAX_BITS``, and a float that is not finite.
    """
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return value.numerator
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise OverflowError("the fraction has too many digits")
    elif isinstance(value, float) and not math.isfinite(value):
        raise OverflowError("the number is beyond the range of floats")
    return value


def add(a: Real, b: Real) -> Real:
    """a + b, exact unless one is a float; raises as :func:`simplest`, like all operations here."""
    if isinstance(a, float) or isinstance(b, float):
        return simplest(float(a) + float(b))
    if isinstance(a, PiLinear) or isinstance(b, PiLinear):
        (p, q), (r, s) = _parts(a), _parts(b)
        return pi_linear(p + r, q + s)
    return simplest(a + b)


def multiply(a: Real, b: Real) -> Real:
    """a·b, exact unless one is a float or both contain π."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if isinstance(a, float) or isinstance(b, float):
        return simplest(float(a) * float(b))
    if isinstance(a, PiLinear) or isinstance(b, PiLinear):
        (p, q), (r, s) = _parts(a), _parts(b)
        if q and s:
            return simplest(float(a) * float(b))
        return pi_linear(p * r, p * s + q * r)
    return simplest(a * b)


def negate(a: Real) -> Real:
    """−a."""
    return PiLinear(-a.rational, -a.pi) if isinstance(a, PiLinear) else -a


def divide(a: Real, b: Real) -> Real:
    """a/b, exact if b is rational or a/b is; ``ZeroDivisionError`` if b is 0."""
    if isinstance(a, float) or isinstance(b, float):
        return simplest(float(a) / float(b))
    if isinstance(b, PiLinear):
        (p, q) = _parts(a)
        if p * b.pi == q * b.rational:
            return simplest(q / b.pi) if b.pi else simplest(p / b.rational)
        return simplest(float(a) / float(b))
    if isinstance(a, PiLinear):
        return pi_linear(a.rational / b, a.pi / b)
    return simplest(Fraction(a) / Fraction(b))


def is_zero(a: Real) -> bool:
    """Whether a is 0 (for exact numbers a proof, for floats a comparison with 0.0)."""
    return not isinstance(a, PiLinear) and a == 0


def quarter_turns(a: Real) -> int | None:
    """k when a is exactly k·π/2, else None: a rotation by it is then a Clifford gate."""
    if isinstance(a, PiLinear):
        if a.rational == 0 and a.pi.denominator <= 2:
            return a.pi.numerator * (2 // a.pi.denominator)
        return None
    return 0 if a == 0 else None


def _parts(a: Real) -> tuple[Fraction, Fraction]:
    if isinstance(a, PiLinear):
        return a.rational, a.pi
    return Fraction(a), Fraction(0)
