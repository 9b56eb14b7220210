"""``qansatz algebra --vary``: a table over sizes, and closed forms as text and LaTeX."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qansatz.progress import Progress, Step, in_steps
from qansatz.tools.cli.closing import report
from qansatz.tools.cli.console import FAILED, FINE, LIMITED, Console
from qansatz.tools.cli.session import console_of, load, options
from qansatz.tools.cli.variances import observables
from qansatz.tools.cli.variances import variances as variances_of
from qansatz.views import variances
from qansatz.views.families import FAMILY, FAMILY_WITH_VARIANCE, Family, as_latex
from qansatz.views.text import text

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.trainability.variance import Variance
    from qansatz.compilation import Compilation
    from qansatz.source import Source
    from qansatz.views.variances import Both


def run(args: argparse.Namespace, argument: str, sizes: range) -> int:
    """Show the algebra at every size, and closed forms."""
    out = console_of(args)
    reports: dict[int, AlgebraReport] = {}
    both: dict[int, Both] = {}
    refused: list[int] = []
    first: Compilation | None = None
    stopped = False
    source, given = load(args.file), options(args)
    name = args.ansatz
    work = f"finding Lie algebras, {argument} = {sizes[0]} to {sizes[-1]}"
    with out.progress(work) as progress:
        for n in in_steps(sizes, work, len(sizes), progress):
            step = Step(text=work, done=n - sizes[0], total=len(sizes))
            try:
                compilation = _compiled(source, given, argument, n)
                if compilation.model is None:
                    refused.append(n)
                    first = first or compilation
                    continue
                name = compilation.name
                seconds = 0.0 if any(r.limit_reached for r in reports.values()) else args.seconds
                algebra = report(compilation.model, seconds, out, progress=_within(step, progress))
                if args.variance is not None:
                    observable = observables(compilation.model, args.variance)[0]
                    both[n] = variances_of(compilation.model, observable, algebra, quick=True)
                reports[n] = algebra
            except KeyboardInterrupt:
                stopped = True
                break
    if not reports and first is not None:
        out.diagnostics(first.diagnostics)
        out.answer(first.diagnostics, {"ansatz": first.name or None})
        return FAILED
    family = _family(argument, reports, refused, {n: limit for n, (_, limit) in both.items()})
    out.result(as_latex(family) if args.format == "latex" else text(family.sheet()))
    _say(out, family)
    shape = FAMILY if family.decay is None else FAMILY_WITH_VARIANCE
    answer: dict[str, Any] = {"ansatz": name, "family": shape.write(family)}
    if both:
        out.result(_side_by_side(argument, both) if args.format == "text" else "")
        rows = [{"value": n, **variances.BOTH.write(pair)} for n, pair in both.items()]
        answer["variances"] = rows
    out.answer((), answer)
    limited = stopped or any(r.limit_reached for r in reports.values())
    return LIMITED if limited else FINE


def _within(step: Step, progress: Progress) -> Progress:
    """Progress on one of many sizes, told as a detail of the whole."""
    return lambda inner: progress(replace(step, detail=inner.detail))


def _compiled(source: Source, given: dict[str, Any], argument: str, n: int) -> Compilation:
    from qansatz import driver

    settings = {**given["settings"], argument: n}
    return driver.compile_source(source, **{**given, "settings": settings})


def _side_by_side(argument: str, both: Mapping[int, Both]) -> str:
    """The variances of the circuits themselves, beside those of the limit."""
    from qansatz.views.tables import table

    head = (
        argument,
        "this circuit",
        "95 %",
        "in the limit of many layers",
        "this circuit is known by",
    )
    rows = [(n, *variances.cells(pair), pair[0].described) for n, pair in both.items()]
    return f"\n{table(head, rows)}"


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


def _say(out: Console, family: Family) -> None:
    if family.refused:
        shown = ", ".join(map(str, family.refused[:8])) + ", ..." * (len(family.refused) > 8)
        out.note(f"left out, for the source has errors there: {family.argument} = {shown}")
    bounds = sum(not r.exact for r in family.reports.values())
    if bounds:
        out.note(
            f"upper bounds only at {bounds} of {len(family.reports)} sizes: not used for formulas"
        )
    if family.dimension is None:
        out.note("no closed form: these sizes do not determine one that the others confirm")
    elif family.type is None and any(r.name for r in family.reports.values()):
        out.note("no closed form of the name: the ideals follow none of the forms that are tried")
