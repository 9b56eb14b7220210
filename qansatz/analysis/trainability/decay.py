"""How fast the exact variance of a cost falls in a size, decided from a closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Final

from qansatz.analysis.algebra.families import ClosedForm, Formula, closed_forms
from qansatz.analysis.trainability.variance import Variance
from qansatz.numbers import fraction_text
from qansatz.sheets import Remark, Sheet, Table, assumed, html

if TYPE_CHECKING:
    import sympy

NOT_DECIDED: Final = "not decided"
_MOST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """The variance of one observable at many sizes, and how it falls.

    ``forms`` hold 1/Var for each residue class of the size, as one formula or as two, dividend and divisor; None where
    the sizes determine none. ``verdict`` is ``polynomial (degree k)``, ``exponential (2^(-a*n))``, ``does not decay``,
    ``zero``, ``not decided`` or ``theorem does not apply: …``, by class where classes differ. It speaks of the formula,
    which is verified at some sizes and not proved for all.
    """

    argument: str
    observable: str
    variances: dict[int, Variance]
    forms: tuple[ClosedForm, ...] | None
    verdict: str

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """What the variances assume, at any size."""
        return tuple(dict.fromkeys(text for v in self.variances.values() for text in v.hypotheses))

    def sheet(self) -> Sheet:
        """The verdict, the closed forms, the values at the first sizes, and what is assumed."""
        values = [
            (n, f"not known: {v.reason}" if v.value is None else fraction_text(v.value))
            for n, v in self.variances.items()
        ]
        more = len(values) - _MOST_SHOWN
        sizes = Table(
            head=(self.argument, f"Var {self.observable}"),
            rows=tuple(values[:_MOST_SHOWN]),
            more=f"{more} more sizes" if more > 0 else "",
        )
        forms = Table(
            head=(self.argument, "1/Var", "verified at"),
            rows=tuple(
                (form.where(self.argument), inverse_text(form, self.argument), form.range_text)
                for form in self.forms or ()
            ),
        )
        verdict = Remark(f"variance in {self.argument}", self.verdict)
        return Sheet(
            title=f"Variance of {self.observable} by size",
            tables=(sizes, forms) if forms.rows else (sizes,),
            remarks=(verdict, *assumed(self.hypotheses)),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def decay(variances: Mapping[int, Variance], argument: str = "n") -> Decay:
    """Closed forms of the reciprocal of variances by size, and the verdict.

    A formula counts only where the theorem applies from its first size on.

    Raises:
        ValueError: when there are no variances.
    """
    if not variances:
        raise ValueError("variances at some sizes are needed")
    values = {n: v.value for n, v in variances.items() if v.value is not None}
    forms = _forms({n: variances[n] for n in values})
    outside = {n: v.reason for n, v in variances.items() if v.value is None}
    if forms is not None and any(n > min(f.verified[0] for f in forms) for n in outside):
        forms = None
    return Decay(
        argument=argument,
        observable=next(iter(variances.values())).observable,
        variances=dict(variances),
        forms=forms,
        verdict=_verdict(forms, values, outside, argument),
    )


def inverse(form: ClosedForm, symbol: sympy.Symbol) -> Any:
    """1/Var in sympy; None where Var is 0."""
    import sympy

    if _is_zero(form):
        return None
    parts = form.expressions(symbol)
    if len(parts) == 1:
        return parts[0]
    inverted = sympy.cancel(parts[0] / parts[1])
    return inverted if inverted.has(sympy.Pow(2, symbol)) else sympy.factor(inverted)


def inverse_text(form: ClosedForm, argument: str) -> str:
    """1/Var in plain text."""
    import sympy

    expression = inverse(form, sympy.Symbol(argument, integer=True, positive=True))
    if expression is None:
        return "infinite: the variance is 0"
    return str(expression).replace("**", "^")


def _forms(variances: Mapping[int, Variance]) -> tuple[ClosedForm, ...] | None:
    """1/Var as one formula, or as two where those hold for more classes together."""
    denominator = None
    if all(v.value for v in variances.values()):
        denominator = closed_forms(
            {n: (("1/Var",), (1 / _value(v),)) for n, v in variances.items()}
        )
    two = closed_forms({n: (("dividend", "divisor"), _parts(v)) for n, v in variances.items()})
    if denominator is None or two is None:
        return denominator or two
    return denominator if len(denominator) <= len(two) else two


def _parts(variance: Variance) -> tuple[Fraction, Fraction]:
    """The product of the dimensions that the variance is divided by, and Var times that."""
    dimensions = {row.dimension for row in variance.terms if row.n_stabilizing}
    whole = Fraction(prod(dimensions))
    return whole, _value(variance) * whole


def _value(variance: Variance) -> Fraction:
    assert variance.value is not None
    return variance.value


def _verdict(
    forms: tuple[ClosedForm, ...] | None,
    values: Mapping[int, Fraction],
    outside: Mapping[int, str | None],
    argument: str,
) -> str:
    if forms is not None:
        texts = [_decay(form, argument) for form in forms]
        if len(set(texts)) == 1:
            return texts[0]
        classes = zip(forms, texts, strict=True)
        return "; ".join(f"{argument} = {f.residue} mod {f.period}: {text}" for f, text in classes)
    if outside and (not values or max(outside) > min(values)):
        n = max(outside)
        reason = outside[n]
        return f"theorem does not apply: {reason} ({argument} = {n})"
    return NOT_DECIDED


def _decay(form: ClosedForm, argument: str) -> str:
    if _is_zero(form):
        return "zero"
    halves, degree = _growth(form.formulas[0])
    if len(form.formulas) == 2:
        less = _growth(form.formulas[1])
        halves, degree = halves - less[0], degree - less[1]
    if halves > 0:
        rate = Fraction(halves, 2)
        times = "" if rate.numerator == 1 else f"{rate.numerator}*"
        over = "" if rate.denominator == 1 else f"/{rate.denominator}"
        return f"exponential (2^(-{times}{argument}{over}))"
    return f"polynomial (degree {degree})" if halves == 0 and degree > 0 else "does not decay"


def _is_zero(form: ClosedForm) -> bool:
    return len(form.formulas) == 2 and not any(form.formulas[1].coefficients)


def _growth(formula: Formula) -> tuple[int, int]:
    """The leading term: 2^(halves·n/2)·n^degree."""
    pairs = zip(formula.terms, formula.coefficients, strict=True)
    return max(term for term, coefficient in pairs if coefficient)
