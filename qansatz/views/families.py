"""A family of Lie algebras over sizes: tables, closed forms as text and LaTeX, and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from qansatz.analysis.trainability.decay import inverse_text
from qansatz.lie.classical import collected
from qansatz.numbers import decimal, exact_text
from qansatz.sheets import Sheet, Table
from qansatz.views.formulas import (
    algebra,
    dimension,
    direct_sum,
    inverse_variance,
    number_text,
    symbol,
)
from qansatz.views.html import html
from qansatz.views.shapes import (
    DECIMAL,
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    Field,
    Shape,
    field,
    listed,
    optional,
    record,
)
from qansatz.views.text import text

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.algebra.families import ClosedForm, IdealFormula
    from qansatz.analysis.trainability.decay import Decay
    from qansatz.analysis.trainability.variance import Variance

Formula: TypeAlias = "Callable[[ClosedForm, str], str]"


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

    def sheet(self) -> Sheet:
        """The algebra at every size, the closed forms, and how the variance falls."""
        sizes = Table(
            head=(self.argument, "qubits", "Lie algebra", "dimension"),
            rows=tuple(
                (n, r.n_qubits, r.name if r.exact else None, r.dimension_text)
                for n, r in self.reports.items()
            ),
        )
        formulas = (
            Table(
                head=(self.argument, title, "verified at"),
                rows=tuple(
                    (form.where(self.argument), write(form, self.argument), form.range_text)
                    for form in forms
                ),
            )
            for title, forms, write in (
                ("dimension", self.dimension, _dimension),
                ("Lie algebra", self.type, _type),
            )
            if forms
        )
        variance = None if self.decay is None else self.decay.sheet()
        return Sheet(
            title=f"Lie algebra by {self.argument}",
            tables=(sizes, *formulas, *(variance.tables if variance else ())),
            remarks=variance.remarks if variance else (),
        )

    def __str__(self) -> str:
        return text(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def _expressions(form: ClosedForm, argument: str) -> tuple[Any, ...]:
    import sympy

    return form.expressions(sympy.Symbol(argument, integer=True, positive=True))


def _dimension(form: ClosedForm, argument: str) -> str:
    return _plain(_expressions(form, argument)[0])


def _type(form: ClosedForm, argument: str) -> str:
    from qansatz.analysis.algebra.families import summands

    return " + ".join(map(_summand, summands(form.shape, _expressions(form, argument)))) or "0"


def _plain(expression: Any) -> str:
    return str(expression).replace("**", "^")


def _summand(ideal: IdealFormula) -> str:
    """Such as ``2*su(n)``, and ``su(n + 1) + su(n - 1) + ... (n/2 of them)``."""
    factor = _factor(_plain(ideal.copies))
    first = f"{factor}{ideal.family}({_plain(ideal.parameter)})"
    if ideal.length is None:
        return first
    second = f"{factor}{ideal.family}({_plain(ideal.parameter - ideal.step)})"
    last = f"{factor}{ideal.family}({_plain(ideal.parameter - ideal.step * (ideal.length - 1))})"
    return f"({first} + {second} + ... + {last})"


def _factor(copies: str) -> str:
    if copies == "1":
        return ""
    return (
        f"({copies})*" if set(copies) & set("+-") and not copies.startswith("2^(") else f"{copies}*"
    )


# JSON


def _forms(write: Formula, latex: Formula) -> Shape[tuple[Iterable[ClosedForm], str]]:
    """Closed forms in an argument."""
    form: Shape[tuple[ClosedForm, str]] = record(
        field("period", INTEGER, lambda f: f[0].period),
        field("residue", INTEGER, lambda f: f[0].residue),
        field("verified", listed(INTEGER), lambda f: f[0].verified),
        field("formula", TEXT, lambda f: write(*f)),
        field("latex", TEXT, lambda f: latex(*f)),
    )
    return Shape(
        listed(form).schema, lambda pair: [form.write((closed, pair[1])) for closed in pair[0]]
    )


def _with_argument(
    forms: tuple[ClosedForm, ...] | None, argument: str
) -> tuple[Iterable[ClosedForm], str] | None:
    return None if forms is None else (forms, argument)


_SIZE: Final[Shape[tuple[int, AlgebraReport]]] = record(
    field("value", INTEGER, lambda s: s[0]),
    field("n_qubits", INTEGER, lambda s: s[1].n_qubits),
    field("dimension", DECIMAL, lambda s: s[1].dimension),
    field("at_least", DECIMAL, lambda s: s[1].at_least),
    field("name", optional(TEXT), lambda s: s[1].name),
    field("exact", TRUTH, lambda s: s[1].exact),
)

_FAMILY: Final[tuple[Field[Family], ...]] = (
    field("argument", TEXT, lambda f: f.argument),
    field("sizes", listed(_SIZE), lambda f: f.reports.items()),
    field("left_out", listed(INTEGER), lambda f: f.refused),
    field(
        "dimension",
        optional(_forms(_dimension, dimension)),
        lambda f: _with_argument(f.dimension, f.argument),
    ),
    field("name", optional(_forms(_type, algebra)), lambda f: _with_argument(f.type, f.argument)),
)

FAMILY: Final[Shape[Family]] = record(*_FAMILY)

_VARIANCE: Final[Shape[tuple[int, Variance]]] = record(
    field("value", INTEGER, lambda v: v[0]),
    field(
        "variance",
        optional(TEXT),
        lambda v: None if v[1].value is None else exact_text(v[1].value),
    ),
    field(
        "approximately",
        optional(NUMBER),
        lambda v: None if v[1].value is None else float(v[1].value),
    ),
    field("reason", optional(TEXT), lambda v: v[1].reason),
)


def _decay(family: Family) -> Decay:
    assert family.decay is not None
    return family.decay


#: With ``--variance``.
FAMILY_WITH_VARIANCE: Final[Shape[Family]] = record(
    *_FAMILY,
    field("observable", TEXT, lambda f: _decay(f).observable),
    field("variance", listed(_VARIANCE), lambda f: _decay(f).variances.items()),
    field(
        "inverse_variance",
        optional(_forms(inverse_text, inverse_variance)),
        lambda f: _with_argument(_decay(f).forms, f.argument),
    ),
    field("verdict", TEXT, lambda f: _decay(f).verdict),
    field("hypotheses", listed(TEXT), lambda f: _decay(f).hypotheses),
)


# LaTeX


_SHOWN_DIGITS = 24


def as_latex(family: Family) -> str:
    """The closed forms, a line for each residue class, and the table of sizes."""
    name = symbol(family.argument)
    lines = [
        rf"  \dim\mathfrak{{g}} &= {dimension(form, family.argument)} && {_sizes(form, name)}"
        for form in family.dimension or ()
    ]
    lines += [
        rf"  \mathfrak{{g}} &= {algebra(form, family.argument)} && {_sizes(form, name)}"
        for form in family.type or ()
    ]
    decay = family.decay
    for form in (decay and decay.forms) or ():
        formula = inverse_variance(form, family.argument)
        lines.append(rf"  \operatorname{{Var}}^{{-1}} &= {formula} && {_sizes(form, name)}")
    body = " \\\\\n".join(lines)
    formulas = f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n" if lines else ""
    return formulas + _table(family, name)


def _sizes(form: ClosedForm, name: str) -> str:
    inside = rf"{form.verified[0]} \le {name} \le {form.verified[-1]}"
    if form.period == 1:
        return rf"\text{{verified for }} {inside}"
    return rf"{name} \equiv {form.residue} \pmod{{{form.period}}},\ {inside}"


def _table(family: Family, name: str) -> str:
    rows = []
    for n, report in family.reports.items():
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
