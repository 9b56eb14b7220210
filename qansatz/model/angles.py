"""Angles: real expressions in the slots of a model (its parameters, then its inputs), in radians."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from qansatz.model import reals
from qansatz.model.reals import Real

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Affine:
    """``Σ coefficient·slot + constant``; terms sorted by slot, no coefficient zero."""

    terms: tuple[tuple[int, Real], ...]
    constant: Real = 0


@dataclass(frozen=True, slots=True)
class Nonlinear:
    """Any other real expression: a sympy expression in the symbols :func:`slot_symbol` gives."""

    expression: sympy.Expr


Angle: TypeAlias = Affine | Nonlinear

ZERO = Affine(())


def slot_symbol(slot: int) -> sympy.Symbol:
    """The sympy symbol that stands for a slot inside a :class:`Nonlinear` angle."""
    import sympy

    return sympy.Symbol(f"slot_{slot}", real=True)


def slots(angle: Angle) -> tuple[int, ...]:
    """The slots the angle depends on, ascending."""
    if isinstance(angle, Affine):
        return tuple(slot for slot, _ in angle.terms)
    return tuple(sorted(int(s.name.removeprefix("slot_")) for s in angle.expression.free_symbols))


def constant_of(angle: Angle) -> Real | None:
    """The angle's value when it depends on no slot, else None."""
    if isinstance(angle, Affine):
        return None if angle.terms else angle.constant
    return None if angle.expression.free_symbols else float(angle.expression)


def add(a: Angle, b: Angle) -> Angle:
    """a + b."""
    if isinstance(a, Affine) and isinstance(b, Affine):
        terms = dict(a.terms)
        for slot, coefficient in b.terms:
            terms[slot] = reals.add(terms.get(slot, 0), coefficient)
        kept = tuple(sorted((s, c) for s, c in terms.items() if not reals.is_zero(c)))
        return Affine(kept, reals.add(a.constant, b.constant))
    return simplified(to_sympy(a) + to_sympy(b))


def scale(factor: Real, a: Angle) -> Angle:
    """factor·a."""
    if reals.is_zero(factor):
        return ZERO
    if isinstance(a, Affine):
        terms = tuple((slot, reals.multiply(factor, c)) for slot, c in a.terms)
        return Affine(terms, reals.multiply(factor, a.constant))
    return simplified(real_to_sympy(factor) * a.expression)


def evaluate(angle: Angle, values: Sequence[float]) -> float:
    """The angle in radians at given slot values (parameters, then inputs)."""
    if isinstance(angle, Affine):
        return float(angle.constant) + sum(float(c) * values[slot] for slot, c in angle.terms)
    used = slots(angle)
    return float(_function(angle.expression, used)(*(values[slot] for slot in used)))


@lru_cache(maxsize=4096)
def _function(expression: Any, used: tuple[int, ...]) -> Any:
    import sympy

    return sympy.lambdify([slot_symbol(slot) for slot in used], expression, modules="math")


def simplified(expression: Any) -> Angle:
    """The angle of a sympy expression in slot symbols: :class:`Affine` where it is one."""
    import sympy

    used = sorted(expression.free_symbols, key=lambda s: int(s.name.removeprefix("slot_")))
    if not used:
        return Affine((), real_from_sympy(expression))
    try:
        poly = sympy.Poly(expression, *used)
    except sympy.PolynomialError:
        return Nonlinear(expression)
    if poly.total_degree() > 1:
        return Nonlinear(expression)
    terms = []
    for symbol in used:
        coefficient = real_from_sympy(poly.coeff_monomial(symbol))
        terms.append((int(symbol.name.removeprefix("slot_")), coefficient))
    return Affine(tuple(terms), real_from_sympy(poly.coeff_monomial(1)))


def to_sympy(angle: Angle) -> Any:
    """The angle as a sympy expression in slot symbols."""
    if isinstance(angle, Nonlinear):
        return angle.expression
    total: Any = real_to_sympy(angle.constant)
    for slot, coefficient in angle.terms:
        total = total + real_to_sympy(coefficient) * slot_symbol(slot)
    return total


def real_to_sympy(value: Real) -> Any:
    """A real number as sympy has it, exact where it is exact."""
    import sympy

    if isinstance(value, reals.PiLinear):
        return sympy.Rational(value.rational) + sympy.Rational(value.pi) * sympy.pi
    return sympy.Float(value) if isinstance(value, float) else sympy.Rational(value)


def real_from_sympy(expression: Any) -> Real:
    """A real number from sympy: exact where it is a + b·π with rational a and b, else a float."""
    from fractions import Fraction

    import sympy

    expression = sympy.sympify(expression)
    rational, multiple = expression.as_independent(sympy.pi, as_Add=True)
    ratio = multiple / sympy.pi
    if rational.is_Rational and ratio.is_Rational:
        parts = (Fraction(int(rational.p), int(rational.q)), Fraction(int(ratio.p), int(ratio.q)))
        return reals.pi_linear(*parts)
    return float(expression)
