"""Sums of Pauli strings with exact complex coefficients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from qansatz.model import reals
from qansatz.model.reals import Real
from qansatz.pauli.strings import Pauli

Coefficient: TypeAlias = tuple[Real, Real]

_POWERS: tuple[Coefficient, ...] = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True)
class Operator:
    """``Σ (re + i·im)·P``, keyed by the bits (x, z) of P; no coefficient is exactly zero."""

    terms: Mapping[tuple[int, int], Coefficient]


def number(re: Real, im: Real = 0) -> Operator:
    """The number re + i·im times the identity."""
    return _cleaned({(0, 0): (re, im)})


def from_pauli(p: Pauli) -> Operator:
    """A signed string as a sum of one term."""
    return Operator({(p.x, p.z): _POWERS[p.phase]})


def add(a: Operator, b: Operator) -> Operator:
    """a + b."""
    return total((a, b))


def total(parts: Iterable[Operator]) -> Operator:
    """The sum of many operators."""
    terms: dict[tuple[int, int], Coefficient] = {}
    for part in parts:
        for key, (re, im) in part.terms.items():
            if key in terms:
                old = terms[key]
                terms[key] = (reals.add(old[0], re), reals.add(old[1], im))
            else:
                terms[key] = (re, im)
    return _cleaned(terms)


def scale(factor: Real, a: Operator) -> Operator:
    """factor·a."""
    return _cleaned(
        {
            k: (reals.multiply(factor, re), reals.multiply(factor, im))
            for k, (re, im) in a.terms.items()
        }
    )


def multiply(a: Operator, b: Operator) -> Operator:
    """The product ab."""
    terms: dict[tuple[int, int], Coefficient] = {}
    for (x1, z1), u in a.terms.items():
        ys = (x1 & z1).bit_count()
        for (x2, z2), v in b.terms.items():
            x, z = x1 ^ x2, z1 ^ z2
            # The phase of a product of strings, as in Pauli.__mul__.
            phase = ys + (x2 & z2).bit_count() - (x & z).bit_count() + 2 * (z1 & x2).bit_count()
            w = _turned(_complex(u, v), phase & 3)
            old = terms.get((x, z))
            terms[x, z] = w if old is None else (reals.add(old[0], w[0]), reals.add(old[1], w[1]))
    return _cleaned(terms)


def commutator(a: Operator, b: Operator) -> Operator:
    """ab − ba."""
    return add(multiply(a, b), scale(-1, multiply(b, a)))


def as_real(a: Operator) -> Real | None:
    """The real number that the operator is, or None when it is not one."""
    if not a.terms:
        return 0
    if set(a.terms) == {(0, 0)} and reals.is_zero(a.terms[0, 0][1]):
        return a.terms[0, 0][0]
    return None


def as_pauli(a: Operator) -> Pauli | None:
    """The string i**k·P that the operator is, or None when it is not one."""
    if len(a.terms) != 1:
        return None
    ((x, z), coefficient) = next(iter(a.terms.items()))
    for phase, power in enumerate(_POWERS):
        if coefficient == power:
            return Pauli(x, z, phase)
    return None


def _turned(u: Coefficient, quarters: int) -> Coefficient:
    """i**quarters·u."""
    re, im = u
    match quarters:
        case 0:
            return u
        case 1:
            return reals.negate(im), re
        case 2:
            return reals.negate(re), reals.negate(im)
    return im, reals.negate(re)


def _complex(u: Coefficient, v: Coefficient) -> Coefficient:
    (a, b), (c, d) = u, v
    if type(b) is int and type(d) is int and b == d == 0:
        return reals.multiply(a, c), 0
    re = reals.add(reals.multiply(a, c), reals.negate(reals.multiply(b, d)))
    return re, reals.add(reals.multiply(a, d), reals.multiply(b, c))


def _cleaned(terms: Mapping[tuple[int, int], Coefficient]) -> Operator:
    return Operator(
        {k: c for k, c in terms.items() if not (reals.is_zero(c[0]) and reals.is_zero(c[1]))}
    )
