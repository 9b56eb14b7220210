"""A family of Lie algebras in LaTeX: closed forms in an ``align*``, the sizes in a ``tabular``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from qansatz.lie.classical import collected
from qansatz.numbers import decimal, number

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.algebra.families import ClosedForm, IdealFormula
    from qansatz.tools.families import Family

_SHOWN_DIGITS = 24


def family(found: Family) -> str:
    """The closed forms, a line for each residue class, and the table of sizes."""
    name = symbol(found.argument)
    lines = [
        rf"  \dim\mathfrak{{g}} &= {dimension(form, found.argument)} && {_sizes(form, name)}"
        for form in found.dimension or ()
    ]
    lines += [
        rf"  \mathfrak{{g}} &= {algebra(form, found.argument)} && {_sizes(form, name)}"
        for form in found.type or ()
    ]
    decay = found.decay
    for form in (decay and decay.forms) or ():
        formula = inverse_variance(form, found.argument)
        lines.append(rf"  \operatorname{{Var}}^{{-1}} &= {formula} && {_sizes(form, name)}")
    body = " \\\\\n".join(lines)
    formulas = f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n" if lines else ""
    return formulas + _table(found, name)


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

    found = inverse(form, sympy.Symbol(symbol(argument), integer=True, positive=True))
    return r"\infty" if found is None else str(sympy.latex(found))


def symbol(argument: str) -> str:
    """A name as a symbol."""
    return argument if len(argument) == 1 else rf"\mathit{{{argument.replace('_', chr(92) + '_')}}}"


def _formulas(form: ClosedForm, argument: str) -> list[str]:
    import sympy

    return [str(sympy.latex(e)) for e in _expressions(form, argument)]


def _expressions(form: ClosedForm, argument: str) -> tuple[Any, ...]:
    import sympy

    return form.expressions(sympy.Symbol(symbol(argument), integer=True, positive=True))


def _summand(one: IdealFormula) -> str:
    """One kind of ideal, or a direct sum over k of those in arithmetic progression."""
    import sympy

    if one.length is None:
        return _sum([(one.family, sympy.latex(one.parameter), sympy.latex(one.copies))])
    parameter = one.parameter - one.step * sympy.Symbol("k")
    inside = _sum([(one.family, sympy.latex(parameter), sympy.latex(one.copies))])
    return rf"\bigoplus_{{k=0}}^{{{sympy.latex(one.length - 1)}}} {inside}"


def _sum(parts: Iterable[tuple[str, str, str]]) -> str:
    made = []
    for name, parameter, copies in parts:
        one = rf"\mathfrak{{{name}}}({parameter})"
        made.append(one if copies == "1" else rf"{one}^{{\oplus {copies}}}")
    return r" \oplus ".join(made) or "0"


def _sizes(form: ClosedForm, name: str) -> str:
    inside = rf"{form.verified[0]} \le {name} \le {form.verified[-1]}"
    if form.period == 1:
        return rf"\text{{verified for }} {inside}"
    return rf"{name} \equiv {form.residue} \pmod{{{form.period}}},\ {inside}"


def _table(found: Family, name: str) -> str:
    rows = []
    for n, report in found.reports.items():
        bound = "" if report.exact else r"\le "
        named = _name(report) if report.exact and report.name else r"\text{--}"
        rows.append(rf"  {n} & ${named}$ & ${bound}{_short(report.dimension)}$ \\")
    head = rf"  ${name}$ & $\mathfrak{{g}}$ & $\dim\mathfrak{{g}}$ \\ \hline"
    return "\n".join([r"\begin{tabular}{rll}", head, *rows, r"\end{tabular}", ""])


def _short(value: int) -> str:
    text = decimal(value)
    if len(text) <= _SHOWN_DIGITS:
        return text
    return rf"{text[0]}.{text[1:4]}\ldots\times 10^{{{len(text) - 1}}}"


def _name(report: AlgebraReport) -> str:
    return _sum(
        (ideal.family, _number(ideal.parameter), _number(ideal.copies))
        for ideal in collected(report.ideals)
    )


def _number(value: Any) -> str:
    base, power, exponent = number(value).partition("^")
    return f"{base}^{{{exponent}}}" if power else base
