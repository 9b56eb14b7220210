"""Angles, in radians, as text and as sympy expressions with the export's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from qansatz.circuits.gates import Gate, GateList
from qansatz.emit.faults import EmitError, InexpressibleAngle, nowhere
from qansatz.model.angles import (
    Affine,
    Angle,
    evaluate,
    real_to_sympy,
    slot_symbol,
    slots,
)
from qansatz.model.reals import PiLinear, Real


def bound(gates: GateList, values: Sequence[float]) -> GateList:
    """The same circuit with numbers for its slots (parameters, then inputs)."""
    constant = tuple(
        Gate(gate.name, gate.qubits, tuple(_number(angle, values) for angle in gate.angles))
        for gate in gates.gates
    )
    return GateList(name=gates.name, n_qubits=gates.n_qubits, slots=gates.slots, gates=constant)


def _number(angle: Angle, values: Sequence[float]) -> Angle:
    if isinstance(angle, Affine) and not angle.terms:
        return angle
    return Affine((), evaluate(angle, values))


def named(angle: Angle, symbols: Sequence[Any]) -> Any:
    """The angle as a sympy expression in the given symbols, one for each slot."""
    if isinstance(angle, Affine):
        import sympy

        terms = [real_to_sympy(c) * symbols[slot] for slot, c in angle.terms]
        return sympy.Add(real_to_sympy(angle.constant), *terms)
    return angle.expression.xreplace({slot_symbol(k): symbols[k] for k in slots(angle)})


def affine_text(angle: Affine, names: Sequence[str]) -> str:
    """The angle with operators ``+ - * /`` and the constant ``pi``; safe where integers divide as integers."""
    parts = [_term(coefficient, names[slot]) for slot, coefficient in angle.terms]
    if isinstance(angle.constant, PiLinear):
        parts.append(_term(angle.constant.pi, "pi"))
        if angle.constant.rational:
            parts.append(_number_text(angle.constant.rational))
    elif angle.constant or not parts:
        parts.append(_number_text(angle.constant))
    text = parts[0]
    for part in parts[1:]:
        text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text


def _term(coefficient: Real, name: str) -> str:
    if isinstance(coefficient, PiLinear):
        factor = affine_text(Affine((), coefficient), ())
        return f"({factor})*{name}" if coefficient.rational else f"{factor}*{name}"
    if isinstance(coefficient, float):
        return f"{coefficient!r}*{name}"
    ratio = Fraction(coefficient)
    if _is_long(ratio):
        return f"{float(ratio)!r}*{name}"
    text = name if abs(ratio.numerator) == 1 else f"{abs(ratio.numerator)}*{name}"
    if ratio.denominator != 1:
        text += f"/{ratio.denominator}"
    return text if ratio > 0 else f"-{text}"


def _is_long(value: Fraction) -> bool:
    """Whether the integers of a fraction take more than 63 bits, which not every format reads."""
    return max(abs(value.numerator), value.denominator).bit_length() > 63


def _number_text(value: Real) -> str:
    if isinstance(value, int | Fraction) and _is_long(Fraction(value)):
        return repr(float(value))
    if isinstance(value, Fraction):
        return (
            f"{value.numerator}.0/{value.denominator}.0" if value.denominator != 1 else str(value)
        )
    return repr(value)


def text(angle: Angle, names: Sequence[str], functions: Mapping[str, str]) -> str:
    """The angle as source text with ``+ - * / **``, ``pi``, and functions by their name in the format.

    ``functions`` maps sympy's names; ``LookupError`` with the name of one that the format lacks.
    """
    if isinstance(angle, Affine):
        return affine_text(angle, names)
    return _written(angle.expression, {slot_symbol(k): names[k] for k in slots(angle)}, functions)


def _written(expression: Any, names: Mapping[Any, str], functions: Mapping[str, str]) -> str:
    import sympy

    def inner(part: Any) -> str:
        return _written(part, names, functions)

    if expression in names:
        return names[expression]
    match expression:
        case sympy.pi:
            return "pi"
        case sympy.Integer() | sympy.Float() if expression >= 0:
            return str(expression) if expression.is_Integer else repr(float(expression))
        case sympy.Number() | sympy.NumberSymbol():
            return f"({float(expression)!r})"
        case sympy.Add():
            return f"({' + '.join(inner(part) for part in expression.args)})"
        case sympy.Mul():
            return f"({'*'.join(inner(part) for part in expression.args)})"
        case sympy.Pow() if expression.exp == sympy.Rational(1, 2):
            return f"{_function('sqrt', functions)}({inner(expression.base)})"
        case sympy.Pow() if expression.exp == -1:
            return f"(1.0/{inner(expression.base)})"
        case sympy.Pow() if expression.exp in (2, 3, 4) and expression.base.is_Symbol:
            return f"({'*'.join([inner(expression.base)] * int(expression.exp))})"
        case sympy.Pow():
            return f"({inner(expression.base)}**{inner(expression.exp)})"
        case _:
            arguments = ", ".join(inner(part) for part in expression.args)
            return f"{_function(type(expression).__name__, functions)}({arguments})"


def _function(name: str, functions: Mapping[str, str]) -> str:
    if name not in functions:
        raise LookupError(name)
    return functions[name]


def expressed(
    angle: Angle, names: Sequence[str], functions: Mapping[str, str], form: str, title: str
) -> str:
    """The text of an angle in a format; ``EmitError`` (QA408) where a function of it is missing there."""
    try:
        return text(angle, names, functions)
    except LookupError as missing:
        import sympy

        function: str = missing.args[0]
        written = str(named(angle, [sympy.Symbol(name) for name in names]))
        fault = InexpressibleAngle(
            nowhere(title),
            format=form,
            function=function.lower(),
            angle=written.replace("Abs(", "abs("),
        )
        raise EmitError(fault) from None
