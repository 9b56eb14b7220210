"""``qansatz algebra --vary``: a table over sizes, and closed forms as text and LaTeX."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools import latex
from qansatz.tools.commands.algebra import report
from qansatz.tools.console import FAILED, FINE, LIMITED, Console, UnusableError
from qansatz.tools.session import console_of, load, options

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.algebra.families import ClosedForm, IdealFormula
    from qansatz.analysis.trainability.decay import Decay
    from qansatz.analysis.trainability.variance import Variance
    from qansatz.driver import Compilation
    from qansatz.model.program import Model
    from qansatz.source import Source


_LATEX: Final = {
    "dimension": latex.dimension,
    "Lie algebra": latex.algebra,
    "1/Var": latex.inverse_variance,
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
        return _text(self)

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


def run(args: argparse.Namespace, argument: str, sizes: range) -> int:
    """Show the algebra at every size, and closed forms."""
    out = console_of(args)
    reports: dict[int, AlgebraReport] = {}
    variances: dict[int, Variance] = {}
    refused: list[int] = []
    first: Compilation | None = None
    stopped = False
    source, given = load(args.file), options(args)
    name = args.ansatz
    for n in sizes:
        try:
            compilation = _compiled(source, given, argument, n)
            if compilation.model is None:
                refused.append(n)
                first = first or compilation
                continue
            name = compilation.name
            seconds = 0.0 if any(r.limit_reached for r in reports.values()) else args.seconds
            found = report(compilation.model, seconds, out)
            if args.variance is not None:
                variances[n] = _variance(compilation.model, args.variance, found)
            reports[n] = found
        except KeyboardInterrupt:
            stopped = True
            break
        out.progress(f"{argument} = {n} of {sizes[-1]}")
    out.progress("")
    if not reports and first is not None:
        out.diagnostics(first.diagnostics)
        out.answer(first.diagnostics, {"ansatz": first.name or None})
        return FAILED
    family = _family(argument, reports, refused, variances)
    out.result(latex.family(family) if args.format == "latex" else _text(family))
    _say(out, family)
    out.answer((), {"ansatz": name, "family": _object(family)})
    limited = stopped or any(r.limit_reached for r in reports.values())
    return LIMITED if limited else FINE


def _compiled(source: Source, given: dict[str, Any], argument: str, n: int) -> Compilation:
    from qansatz import driver

    settings = {**given["settings"], argument: n}
    return driver.compile_source(source, **{**given, "settings": settings})


def _variance(model: Model, name: str, found: AlgebraReport) -> Variance:
    from qansatz.analysis.trainability.variance import variance

    known = {observable.name: observable for observable in model.observables}
    if not known or (name and name not in known):
        told = f"there are {', '.join(known)}" if known else "the ansatz has none"
        raise UnusableError(f"no observable {name!r} for --variance: {told}")
    return variance(model, known[name] if name else None, found=found)


def _family(
    argument: str,
    reports: dict[int, AlgebraReport],
    refused: Sequence[int],
    variances: dict[int, Variance],
) -> Family:
    from qansatz.analysis.algebra.families import closed_forms, named_forms
    from qansatz.analysis.trainability.decay import decay

    exact = {n: r for n, r in reports.items() if r.exact}
    return Family(
        argument=argument,
        reports=reports,
        refused=tuple(refused),
        dimension=closed_forms({n: ((), (r.dimension,)) for n, r in exact.items()}),
        type=named_forms({n: r.ideals for n, r in exact.items() if r.name is not None}),
        decay=decay(variances, argument) if variances else None,
    )


def _say(out: Console, found: Family) -> None:
    if found.refused:
        shown = ", ".join(map(str, found.refused[:8])) + ", ..." * (len(found.refused) > 8)
        out.note(f"left out, for the source has errors there: {found.argument} = {shown}")
    bounds = sum(not r.exact for r in found.reports.values())
    if bounds:
        out.note(
            f"upper bounds only at {bounds} of {len(found.reports)} sizes: not used for formulas"
        )
    if found.dimension is None:
        out.note("no closed form: these sizes do not determine one that the others confirm")
    elif found.type is None and any(r.name for r in found.reports.values()):
        out.note("no closed form of the name: the ideals follow none of the forms that are tried")


def _text(found: Family) -> str:
    from qansatz.tools.tables import table

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
    from qansatz.tools.tables import table

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


def _object(found: Family) -> dict[str, Any]:
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
