"""``+ - * / // % ^`` and comparisons of values: pure functions that raise :class:`Mistake`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qansatz.diagnostics import Fault
from qansatz.model import angles, faults, reals
from qansatz.model.angles import Affine, Angle, Nonlinear
from qansatz.model.evaluation import operators
from qansatz.model.evaluation.operators import Operator
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Coset,
    PauliGroup,
    SymbolArray,
    as_angle,
    entries,
    is_number,
    kind_of,
)
from qansatz.pauli.strings import Pauli, to_text
from qansatz.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an operation stands, which operand to blame, and the cure where it is known."""

    whole: Span
    operand: Span
    cure: str | None = None


class Mistake(Exception):  # noqa: N818 - a user's mistake, always caught by the evaluator
    """An operation that its operands do not allow; ``fault`` is what to report where it stands.

    ``position`` is that of the operand in a long sum or product.
    """

    def __init__(self, fault: Callable[[Place], Fault]) -> None:
        super().__init__()
        self.fault = fault
        self.position = 0


def _incompatible(done: str, a: Any, b: Any) -> Mistake:
    kinds = kind_of(a), kind_of(b)
    return Mistake(
        lambda at: faults.values.Incompatible(
            at.whole, done=done, a=kinds[0], b=kinds[1], cure=at.cure
        )
    )


def _zero_divisor() -> Mistake:
    return Mistake(lambda at: faults.values.DivisionByZero(at.operand))


def _not_real(base: Any, exponent: Any) -> Mistake:
    what = f"{number_text(base)} ^ {number_text(exponent)}"
    return Mistake(lambda at: faults.values.NotReal(at.whole, what=what))


def decimal(text: str) -> Any:
    """The exact value of a decimal literal; None when its exponent is beyond reason."""
    mantissa, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > 400:
        return None
    return reals.simplest(Fraction(mantissa) * Fraction(10) ** int(exponent or 0))


def imaginary(value: Any) -> Operator:
    """i·value as a multiple of the identity."""
    return operators.number(0, value)


def size(value: Any) -> int:
    """How many parts a value has."""
    if isinstance(value, Operator):
        return len(value.terms)
    if isinstance(value, list):
        return len(value)
    return len(value.angles) if isinstance(value, AngleArray) else 1


def number_text(value: Any) -> str:
    """A number for people: a long one as a float."""
    if isinstance(value, int) and value.bit_length() > 99:
        return f"about 10^{int(value.bit_length() * math.log10(2))}"
    text = str(value)
    return text if len(text) <= 30 else f"{float(value):.6g}"


def text(p: Pauli) -> str:
    """A signed string in the notation of the language."""
    return to_text(p)


def as_operator(value: Any) -> Operator | None:
    """The value as an operator: strings and numbers are operators too."""
    if isinstance(value, Operator):
        return value
    if isinstance(value, Pauli):
        return operators.from_pauli(value)
    return operators.number(value) if is_number(value) else None


def as_string(value: Any) -> Any:
    """The value as one signed string, None when it is not one; ``POISON`` stays."""
    if value is POISON or isinstance(value, Pauli):
        return value
    return operators.as_pauli(value) if isinstance(value, Operator) else None


def simplified(value: Operator) -> Any:
    """An operator that is a real number as that number."""
    real = operators.as_real(value)
    return value if real is None else real


def plus(a: Any, b: Any) -> Any:
    """a + b."""
    if is_number(a) and is_number(b):
        return reals.add(a, b)
    if isinstance(a, list) and isinstance(b, list):
        return [*a, *b]
    if (p := as_operator(a)) is not None and (q := as_operator(b)) is not None:
        return simplified(operators.add(p, q))
    return _on_angles(angles.add, a, b, "added")


def minus(a: Any, b: Any) -> Any:
    """a − b."""
    return plus(a, times(-1, b))


def times(a: Any, b: Any) -> Any:
    """ab; a group times a string is the list of products, phases dropped (product ansatz)."""
    if is_number(a) and is_number(b):
        return reals.multiply(a, b)
    if isinstance(a, Pauli) and isinstance(b, Pauli):
        return a * b
    if isinstance(a, PauliGroup | Coset) or isinstance(b, PauliGroup | Coset):
        return _coset(a, b)
    if (p := as_operator(a)) is not None and (q := as_operator(b)) is not None:
        if is_number(a):
            return simplified(operators.scale(a, q))
        return simplified(operators.multiply(p, q))
    return _on_angles(_angle_product, a, b, "multiplied")


def _coset(a: Any, b: Any) -> Coset:
    group, other = (a, b) if isinstance(a, PauliGroup | Coset) else (b, a)
    string = as_string(other)
    if string is None:
        raise _incompatible("multiplied", a, b)
    if isinstance(group, PauliGroup) and len(group.generators) > 20:
        order = f"2^{len(group.generators)}"
        raise Mistake(lambda at: faults.operators.GroupTooLarge(at.whole, order=order))
    elements = group.elements() if isinstance(group, PauliGroup) else group
    return Coset((element * string)._replace(phase=0) for element in elements)


def divide(a: Any, b: Any) -> Any:
    """a / b for a number or angles b."""
    if not is_number(b):
        return _on_angles(_angle_quotient, a, b, "divided")
    if reals.is_zero(b):
        raise _zero_divisor()
    if is_number(a):
        return reals.divide(a, b)
    return times(reals.divide(1, b), a)


def floor_divide(a: Any, b: Any) -> Any:
    """The integer part of a / b, rounded down."""
    if type(a) is not int or type(b) is not int:
        raise _incompatible("divided with `//`", a, b)
    if b == 0:
        raise _zero_divisor()
    return a // b


def modulo(a: Any, b: Any) -> Any:
    """The remainder of a // b, with the sign of b."""
    if type(a) is not int or type(b) is not int:
        raise _incompatible("divided with `%`", a, b)
    if b == 0:
        raise _zero_divisor()
    return a % b


def power(a: Any, b: Any) -> Any:
    """a ^ b: exact for integer exponents of rational numbers."""
    if is_number(a) and is_number(b):
        return _number_power(a, b)
    return _on_angles(angles.power, a, b, "raised")


def _number_power(a: Any, b: Any) -> Any:
    if isinstance(b, int) and isinstance(a, int | Fraction):
        if a == 0 and b < 0:
            raise _zero_divisor()
        return reals.simplest(Fraction(a) ** b)
    if isinstance(b, int) and 0 <= b <= 1:
        return a if b else 1
    try:
        value = float(a) ** float(b)
    except (OverflowError, ZeroDivisionError):
        raise _not_real(a, b) from None
    if isinstance(value, complex) or not math.isfinite(value):
        raise _not_real(a, b)
    return value


def plain(angle: Angle) -> Any:
    """An angle that depends on no parameter as the number it is."""
    constant = angles.constant_of(angle)
    return angle if constant is None else constant


def _angle_product(a: Any, b: Any) -> Any:
    for factor, other in ((a, b), (b, a)):
        if (constant := angles.constant_of(factor)) is not None:
            return angles.scale(constant, other)
    return angles.simplified(angles.to_sympy(a) * angles.to_sympy(b))


def _angle_quotient(a: Angle, b: Angle) -> Any:
    return _angle_product(a, angles.power(b, Affine((), -1)))


def _on_angles(function: Callable[[Any, Any], Any], a: Any, b: Any, done: str) -> Any:
    """Apply to angles, entry by entry where one is an array."""
    arrays = [v for v in (a, b) if isinstance(v, SymbolArray | AngleArray) and v.shape]
    if not arrays:
        p, q = as_angle(a), as_angle(b)
        if p is None or q is None:
            raise _incompatible(done, a, b)
        return plain(function(p, q))
    if len(arrays) == 2 and arrays[0].shape != arrays[1].shape:
        raise _incompatible(done, a, b)
    count = len(entries(arrays[0]))
    columns = []
    for v in (a, b):
        if isinstance(v, SymbolArray | AngleArray) and v.shape:
            columns.append(entries(v))
        elif (angle := as_angle(v)) is not None:
            columns.append([angle] * count)
        else:
            raise _incompatible(done, a, b)
    values = tuple(function(p, q) for p, q in zip(*columns, strict=True))
    return AngleArray(arrays[0].name, arrays[0].shape, values)


def total(parts: list[Any]) -> Any:
    """The sum of many values, 0 for none."""
    if all(isinstance(part, Pauli | Operator) or is_number(part) for part in parts):
        if all(is_number(part) for part in parts):
            result: Any = 0
            for part in parts:
                result = reals.add(result, part)
            return result
        return simplified(
            operators.total(
                operator_ for part in parts if (operator_ := as_operator(part)) is not None
            )
        )
    scalars = [as_angle(part) for part in parts]
    if all(scalar is not None for scalar in scalars):
        return plain(angles.total(scalar for scalar in scalars if scalar is not None))
    result = 0
    for position, part in enumerate(parts):
        try:
            result = part if position == 0 else plus(result, part)
        except Mistake as mistake:
            mistake.position = position
            raise
    return result


def product(parts: list[Any], times: Callable[[Any, Any], Any]) -> Any:
    """The product of many values in order, 1 for none; ``times`` multiplies two."""
    result: Any = 1
    for position, part in enumerate(parts):
        try:
            result = part if position == 0 else times(result, part)
        except Mistake as mistake:
            mistake.position = position
            raise
    return result


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: str, a: Any, b: Any) -> bool:
    """Whether ``a sign b`` holds; exact unless a number is a float or only one side contains π."""
    if is_number(a) and is_number(b):
        if isinstance(a, reals.PiLinear) or isinstance(b, reals.PiLinear):
            if sign in ("==", "!="):
                return COMPARISONS[sign](a, b)
            a, b = float(a), float(b)
        return COMPARISONS[sign](a, b)
    if sign in ("==", "!="):
        if (p := as_operator(a)) is not None and (q := as_operator(b)) is not None:
            return COMPARISONS[sign](p.terms, q.terms)
        if type(a) is type(b) and not isinstance(a, Affine | Nonlinear):
            return same(a, b) == (sign == "==")
    raise _incompatible("compared", a, b)


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal, lists and tuples part by part.

    Raises:
        OverflowError: when there are more than a million parts, one in two places counted twice.
    """
    pending = [(a, b)]
    for _ in range(1_000_000):
        if not pending:
            return True
        a, b = pending.pop()
        if not isinstance(a, list | tuple) or isinstance(a, Pauli):
            if type(a) is not type(b) or a != b:
                return False
        elif type(a) is not type(b) or len(a) != len(b):
            return False
        else:
            pending.extend(zip(a, b, strict=True))
    raise OverflowError("the lists are too long to compare")


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": plus,
    "-": minus,
    "*": times,
    "/": divide,
    "//": floor_divide,
    "%": modulo,
}
