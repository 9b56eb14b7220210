"""Angles in radians: real expressions in a model's slots (its parameters, then its inputs)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
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
MAX_OPERATIONS = 10_000
"""The parts that the expression of one angle may have."""
_ASKED_WHETHER_REAL = 200


class NotRealError(ValueError):
    """An angle that is no real number, whatever the parameters are."""


class TooComplexError(Exception):
    """An angle of more than ``MAX_OPERATIONS`` parts."""


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
    return total((a, b))


def scale(factor: Real, a: Angle) -> Angle:
    """factor·a."""
    if reals.is_zero(factor):
        return ZERO
    if isinstance(a, Affine):
        terms = tuple((slot, reals.multiply(factor, c)) for slot, c in a.terms)
        return Affine(terms, reals.multiply(factor, a.constant))
    return simplified(real_to_sympy(factor) * a.expression)


def evaluate(angle: Angle, values: Sequence[float]) -> float:
    """The angle in radians at given values of the slots; nan where it has no real value."""
    if isinstance(angle, Affine):
        return float(angle.constant) + sum(float(c) * values[slot] for slot, c in angle.terms)
    used = slots(angle)
    try:
        return float(_function(angle.expression, used)(*(values[slot] for slot in used)))
    except (ArithmeticError, ValueError, TypeError):
        return math.nan


@lru_cache(maxsize=4096)
def _function(expression: Any, used: tuple[int, ...]) -> Any:
    import sympy

    return sympy.lambdify([slot_symbol(slot) for slot in used], expression, modules="math")


def simplified(expression: Any) -> Angle:
    """The angle of a sympy expression: :class:`Affine` where no product need be expanded for it.

    Raises:
        NotRealError: when the expression has no real value anywhere.
        TooComplexError: when it has more than ``MAX_OPERATIONS`` parts.
        OverflowError: when a number in it is beyond the range of floats.
    """
    _check(expression)
    affine = _affine(expression)
    if affine is None:
        return Nonlinear(expression)
    constant, terms = affine
    kept = sorted((s, c) for s, c in terms.items() if not reals.is_zero(c))
    return Affine(tuple(kept), constant)


def _check(expression: Any) -> None:
    import sympy

    count = 0
    for count, part in enumerate(sympy.preorder_traversal(expression)):
        if count == MAX_OPERATIONS:
            raise TooComplexError
        if part is sympy.I or part.is_finite is False:
            raise NotRealError
        if part.is_Number and not math.isfinite(float(part)):
            raise OverflowError("the number is beyond the range of floats")
    if count < _ASKED_WHETHER_REAL and expression.is_real is False:
        raise NotRealError


def _affine(expression: Any) -> tuple[Real, dict[int, Real]] | None:
    """Constant and coefficients of an expression that is plainly affine in the slots."""
    if not expression.free_symbols:
        return real_from_sympy(expression), {}
    if expression.is_Symbol:
        return 0, {int(expression.name.removeprefix("slot_")): 1}
    if expression.is_Add:
        constant: Real = 0
        total: dict[int, Real] = {}
        for part in expression.args:
            affine = _affine(part)
            if affine is None:
                return None
            constant = reals.add(constant, affine[0])
            for slot, coefficient in affine[1].items():
                total[slot] = reals.add(total.get(slot, 0), coefficient)
        return constant, total
    if expression.is_Mul:
        factor, rest = expression.as_independent(*expression.free_symbols, as_Add=False)
        affine = None if rest.is_Mul else _affine(rest)
        if affine is None:
            return None
        scale_by = real_from_sympy(factor)
        scaled = {slot: reals.multiply(scale_by, c) for slot, c in affine[1].items()}
        return reals.multiply(scale_by, affine[0]), scaled
    return None


def total(parts: Iterable[Angle]) -> Angle:
    """The sum of many angles."""
    constant: Real = 0
    terms: dict[int, Real] = {}
    others = []
    for part in parts:
        if isinstance(part, Nonlinear):
            others.append(part.expression)
            continue
        constant = reals.add(constant, part.constant)
        for slot, coefficient in part.terms:
            terms[slot] = reals.add(terms.get(slot, 0), coefficient)
    kept = tuple(sorted((s, c) for s, c in terms.items() if not reals.is_zero(c)))
    if not others:
        return Affine(kept, constant)
    import sympy

    return simplified(sympy.Add(*others, to_sympy(Affine(kept, constant))))


def power(base: Angle, exponent: Angle) -> Angle:
    """base ^ exponent.

    Raises:
        OverflowError: when the numbers in the base would grow beyond reason.
    """
    import sympy

    a, b = to_sympy(base), to_sympy(exponent)
    if b.is_Number:
        sizes = [p.p.bit_length() + p.q.bit_length() for p in a.atoms(sympy.Rational)]
        if max(sizes, default=0) * abs(b) > reals.MAX_BITS:
            raise OverflowError("the number has too many digits")
    return simplified(a**b)


@lru_cache(maxsize=4096)
def apply(function: str, angle: Angle) -> Angle:
    """A function of sympy, such as ``sin``, of an angle."""
    import sympy

    return simplified(getattr(sympy, function)(to_sympy(angle)))


def to_sympy(angle: Angle) -> Any:
    """The angle as a sympy expression in slot symbols."""
    if isinstance(angle, Nonlinear):
        return angle.expression
    import sympy

    terms = [real_to_sympy(c) * slot_symbol(slot) for slot, c in angle.terms]
    return sympy.Add(real_to_sympy(angle.constant), *terms)


def real_to_sympy(value: Real) -> Any:
    """A real number as sympy has it, exact where it is exact."""
    import sympy

    if isinstance(value, reals.PiLinear):
        return sympy.Rational(value.rational) + sympy.Rational(value.pi) * sympy.pi
    return sympy.Float(value) if isinstance(value, float) else sympy.Rational(value)


def real_from_sympy(expression: Any) -> Real:
    """A real number from sympy: exact where it is a + b·π with rational a and b, else a float."""
    import sympy

    expression = sympy.sympify(expression)
    rational, multiple = expression.as_independent(sympy.pi, as_Add=True)
    ratio = multiple / sympy.pi
    if rational.is_Rational and ratio.is_Rational:
        parts = (Fraction(int(rational.p), int(rational.q)), Fraction(int(ratio.p), int(ratio.q)))
        return reals.pi_linear(*parts)
    if not expression.is_real:
        raise NotRealError
    return reals.simplest(float(expression))
