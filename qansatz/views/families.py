"""A family of Lie algebras over sizes: tables, closed forms as text and LaTeX, and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from qansatz.lie.classical import collected
from qansatz.numbers import decimal
from qansatz.views.formulas import (
    algebra,
    dimension,
    direct_sum,
    inverse_variance,
    number_text,
    symbol,
)

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.algebra.families import ClosedForm, IdealFormula
    from qansatz.analysis.trainability.decay import Decay

_LATEX: Final = {
    "dimension": dimension,
    "Lie algebra": algebra,
    "1/Var": inverse_variance,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The algebra at many sizes, and the variance where it is asked for.

    ``refused`` are the sizes for which the source has errors.
    """

    argument: str
    reports: dict[int, AlgebraReport]
    refused: tuple[int, ...]
    dimension: tuple[ClosedForm, ...] | None
    type: tuple[ClosedForm, ...] | None
    decay: Decay | None

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        from qansatz.sheets import table

        sizes = [
            (n, r.n_qubits, r.name if r.exact else "-", r.dimension_text)
            for n, r in self.reports.items()
        ]
        shown = table(sizes, (self.argument, "qubits", "Lie algebra", "dimension"))
        for title, forms in (("dimension", self.dimension), ("Lie algebra", self.type)):
            if forms:
                lines = (
                    (_class(self.argument, f), _written(title, f, self.argument), _range(f))
                    for f in forms
                )
                shown += table(lines, (self.argument, title, "verified at"))
        return shown if self.decay is None else shown + self.decay._repr_html_()


def as_text(found: Family) -> str:
    """Sizes and closed forms as tables."""
    from qansatz.views.tables import table

    rows = [
        (n, r.n_qubits, r.name if r.exact else None, r.dimension_text)
        for n, r in found.reports.items()
    ]
    text = table((found.argument, "qubits", "Lie algebra", "dimension"), rows)
    for title, forms in (("dimension", found.dimension), ("Lie algebra", found.type)):
        if forms:
            lines = [
                (_class(found.argument, form), _written(title, form, found.argument), _range(form))
                for form in forms
            ]
            text += f"\n{table((found.argument, title, 'verified at'), lines)}"
    return text if found.decay is None else f"{text}\n{_decay_text(found.decay)}"


def _decay_text(found: Decay) -> str:
    from qansatz.numbers import fraction_text
    from qansatz.views.tables import table

    rows = [
        (n, f"not known: {v.reason}" if v.value is None else fraction_text(v.value))
        for n, v in found.variances.items()
    ]
    text = table((found.argument, f"variance of {found.observable}"), rows)
    if found.forms:
        lines = [
            (_class(found.argument, form), _written("1/Var", form, found.argument), _range(form))
            for form in found.forms
        ]
        text += f"\n{table((found.argument, '1/Var', 'verified at'), lines)}"
    assumed = "".join(f"    {hypothesis}\n" for hypothesis in found.hypotheses)
    return f"{text}\n  variance in {found.argument}: {found.verdict}\n{assumed}"


def _class(argument: str, form: ClosedForm) -> str:
    return "any" if form.period == 1 else f"{argument} = {form.residue} mod {form.period}"


def _range(form: ClosedForm) -> str:
    return f"{form.verified[0]}..{form.verified[-1]}" + (
        f" in steps of {form.period}" if form.period > 1 else ""
    )


def _expressions(form: ClosedForm, argument: str) -> tuple[Any, ...]:
    import sympy

    return form.expressions(sympy.Symbol(argument, integer=True, positive=True))


def _written(title: str, form: ClosedForm, argument: str) -> str:
    if title == "1/Var":
        return _inverse(form, argument)
    from qansatz.analysis.algebra.families import summands

    expressions = _expressions(form, argument)
    if title == "dimension":
        return _plain(expressions[0])
    return " + ".join(map(_summand, summands(form.shape, expressions))) or "0"


def _plain(expression: Any) -> str:
    return str(expression).replace("**", "^")


def _summand(one: IdealFormula) -> str:
    """Such as ``2*su(n)``, and ``su(n + 1) + su(n - 1) + ... (n/2 of them)``."""
    factor = _factor(_plain(one.copies))
    first = f"{factor}{one.family}({_plain(one.parameter)})"
    if one.length is None:
        return first
    second = f"{factor}{one.family}({_plain(one.parameter - one.step)})"
    last = f"{factor}{one.family}({_plain(one.parameter - one.step * (one.length - 1))})"
    return f"({first} + {second} + ... + {last})"


def _inverse(form: ClosedForm, argument: str) -> str:
    import sympy

    from qansatz.analysis.trainability.decay import inverse

    found = inverse(form, sympy.Symbol(argument, integer=True, positive=True))
    return "infinite: the variance is 0" if found is None else str(found).replace("**", "^")


def _factor(copies: str) -> str:
    if copies == "1":
        return ""
    return (
        f"({copies})*" if set(copies) & set("+-") and not copies.startswith("2^(") else f"{copies}*"
    )


def as_object(found: Family) -> dict[str, Any]:
    """The same for JSON."""
    from qansatz.numbers import decimal

    return {
        "argument": found.argument,
        "sizes": [
            {
                "value": n,
                "n_qubits": r.n_qubits,
                "dimension": decimal(r.dimension),
                "at_least": decimal(r.at_least),
                "name": r.name,
                "exact": r.exact,
            }
            for n, r in found.reports.items()
        ],
        "left_out": list(found.refused),
        "dimension": _forms("dimension", found.dimension, found.argument),
        "name": _forms("Lie algebra", found.type, found.argument),
        **({} if found.decay is None else _decay_object(found.decay)),
    }


def _decay_object(found: Decay) -> dict[str, Any]:
    from qansatz.numbers import exact_text

    return {
        "observable": found.observable,
        "variance": [
            {
                "value": n,
                "variance": None if v.value is None else exact_text(v.value),
                "approximately": None if v.value is None else float(v.value),
                "reason": v.reason,
            }
            for n, v in found.variances.items()
        ],
        "inverse_variance": _forms("1/Var", found.forms, found.argument),
        "verdict": found.verdict,
        "hypotheses": list(found.hypotheses),
    }


def _forms(
    title: str, forms: tuple[ClosedForm, ...] | None, argument: str
) -> list[dict[str, Any]] | None:
    if forms is None:
        return None
    return [
        {
            "period": form.period,
            "residue": form.residue,
            "verified": list(form.verified),
            "formula": _written(title, form, argument),
            "latex": _LATEX[title](form, argument),
        }
        for form in forms
    ]


_SHOWN_DIGITS = 24


def as_latex(found: Family) -> str:
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
    return direct_sum(
        (ideal.family, number_text(ideal.parameter), number_text(ideal.copies))
        for ideal in collected(report.ideals)
    )
