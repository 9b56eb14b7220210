"""Formulas of dimensions, types and variances in LaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qansatz.numbers import number

if TYPE_CHECKING:
    from qansatz.analysis.algebra.families import ClosedForm, IdealFormula


def dimension(form: ClosedForm, argument: str) -> str:
    """The formula of a dimension."""
    return _formulas(form, argument)[0]


def algebra(form: ClosedForm, argument: str) -> str:
    """The formula of a type."""
    from qansatz.analysis.algebra.families import summands

    return (
        r" \oplus ".join(map(_summand, summands(form.shape, _expressions(form, argument)))) or "0"
    )


def inverse_variance(form: ClosedForm, argument: str) -> str:
    """The formula of 1/Var."""
    import sympy

    from qansatz.analysis.trainability.decay import inverse

    formula = inverse(form, sympy.Symbol(symbol(argument), integer=True, positive=True))
    return r"\infty" if formula is None else str(sympy.latex(formula))


def symbol(argument: str) -> str:
    """A name as a symbol."""
    return argument if len(argument) == 1 else rf"\mathit{{{argument.replace('_', chr(92) + '_')}}}"


def _formulas(form: ClosedForm, argument: str) -> list[str]:
    import sympy

    return [str(sympy.latex(e)) for e in _expressions(form, argument)]


def _expressions(form: ClosedForm, argument: str) -> tuple[Any, ...]:
    import sympy

    return form.expressions(sympy.Symbol(symbol(argument), integer=True, positive=True))


def _summand(formula: IdealFormula) -> str:
    """One kind of ideal, or a direct sum over k of those in arithmetic progression."""
    import sympy

    if formula.length is None:
        return direct_sum(
            [(formula.family, sympy.latex(formula.parameter), sympy.latex(formula.copies))]
        )
    parameter = formula.parameter - formula.step * sympy.Symbol("k")
    inside = direct_sum([(formula.family, sympy.latex(parameter), sympy.latex(formula.copies))])
    return rf"\bigoplus_{{k=0}}^{{{sympy.latex(formula.length - 1)}}} {inside}"


def direct_sum(parts: Iterable[tuple[str, str, str]]) -> str:
    """A direct sum of algebras, each a family, a parameter and its copies in LaTeX."""
    made = []
    for name, parameter, copies in parts:
        single = rf"\mathfrak{{{name}}}({parameter})"
        made.append(single if copies == "1" else rf"{single}^{{\oplus {copies}}}")
    return r" \oplus ".join(made) or "0"


def number_text(value: Any) -> str:
    """A number, powers of 2 with their exponent raised."""
    base, power, exponent = number(value).partition("^")
    return f"{base}^{{{exponent}}}" if power else base
