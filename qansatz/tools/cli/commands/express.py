"""``qansatz express FILE``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qansatz.tools.cli.closing import report
from qansatz.tools.cli.console import FINE, INTERRUPTED, LIMITED, UnusableError
from qansatz.tools.cli.options import seconds
from qansatz.tools.cli.session import (
    add_output,
    add_source,
    compiled,
    console_of,
    identity,
    refused,
)

if TYPE_CHECKING:
    from qansatz.analysis.expressivity.expressivity import Expressivity
    from qansatz.analysis.expressivity.quantities import Quantity
    from qansatz.model.program import Model

_PLOTS = (".svg", ".png")
_DIMENSIONS = ("dla_dimension", "overparametrization", "upper_bound")

_EPILOG = """\
examples:
  qansatz express tfim.qans --set n=6
  qansatz express tfim.qans --seed 7 --plot tfim.svg
  qansatz express tfim.qans --pairs 20000 --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("sampling")
    group.add_argument(
        "--pairs", metavar="N", type=_count(1), default=5000, help="pairs of random states (5000)"
    )
    group.add_argument(
        "--bins",
        metavar="B",
        type=_count(2, 100_000),
        default=75,
        help="bins of the histogram (75)",
    )
    group.add_argument(
        "--points", metavar="N", type=_count(1), default=10, help="random points for the QFIM (10)"
    )
    group.add_argument("--seed", metavar="S", type=_count(0), help="draw the same numbers again")
    group.add_argument(
        "--processes",
        metavar="N",
        type=_count(1),
        help="how many work at once (by default as needed)",
    )
    group.add_argument(
        "--budget",
        metavar="N",
        type=_budget,
        help="the most amplitude updates, about 2 ns each (1e11)",
    )
    group.add_argument(
        "--seconds",
        metavar="SECONDS",
        type=seconds,
        help="close sums for the Lie algebra for so long by the clock: the result depends on the machine (by default "
        "about 60, counted in work)",
    )
    group.add_argument("--plot", metavar="FILE", help="write the figures, as .svg or .png")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Sample the expressivity of a circuit and show what is known."""
    if args.plot and Path(args.plot).suffix.lower() not in _PLOTS:
        raise UnusableError(f"cannot plot to {args.plot}: the name must end in .svg or .png")
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    from qansatz.analysis.expressivity.expressivity import BUDGET

    out.diagnostics(compilation.diagnostics)
    found = report(model, args.seconds, out)
    result = compilation.expressivity(
        algebra=found,
        n_pairs=args.pairs,
        n_bins=args.bins,
        seed=args.seed,
        n_points=args.points,
        processes=args.processes,
        budget=args.budget or BUDGET,
        progress=out.progress,
    )
    if args.plot:
        _plot(result, args.plot)
        out.note(f"wrote {args.plot}")
    if not args.json:
        out.result(_text(model, result))
    for note in result.notes:
        out.note(f"note: {note}")
    out.answer(compilation.diagnostics, {**identity(model), "expressivity": _object(model, result)})
    if result.interrupted:
        return INTERRUPTED
    return LIMITED if result.limit_reached or found.limit_reached else FINE


def _plot(result: Expressivity, path: str) -> None:
    from qansatz.analysis.expressivity import figures
    from qansatz.files import replace_bytes

    try:
        as_png = path.lower().endswith(".png")
        data = figures.png(result) if as_png else figures.figures(result).encode("utf-8")
    except ImportError:
        raise UnusableError(
            "a .png needs matplotlib: install qansatz[plots], or write .svg"
        ) from None
    replace_bytes(Path(path), data)


def _text(model: Model, result: Expressivity) -> str:
    from qansatz.analysis.expressivity.quantities import interval_text, value_text
    from qansatz.views import words
    from qansatz.views.tables import table

    known = [q for q in result.quantities() if q.value is not None]
    if result.sector.dimension == 2**model.n_qubits:
        known = [q for q in known if not q.name.startswith("kl_sector")]
    rows = [(q.label, value_text(q), interval_text(q), q.certainty) for q in known]
    missing = [q for q in result.quantities() if q.value is None]
    parts = [
        f"{words.heading(model)}: {words.sizes(model)}\n{_sector(model, result)}{_drawn(result)}\n",
        table(("quantity", "value", "95 %", "how"), rows),
        "".join(_explained(q) for q in known),
        "".join(f"  {q.label}: not known, {q.explanation}\n" for q in missing),
    ]
    return "\n".join(part for part in parts if part)


def _drawn(result: Expressivity) -> str:
    engine = "" if result.engine is None else f"; simulated by {result.engine}"
    return f"; seed {result.seed}{engine}"


def _explained(quantity: Quantity) -> str:
    assumed = "".join(f"      {text}\n" for text in quantity.assumptions)
    return f"  {quantity.label}: {quantity.explanation}\n{assumed}"


def _sector(model: Model, result: Expressivity) -> str:
    from qansatz.numbers import number
    from qansatz.views.words import short

    sector = result.sector
    kept = ", ".join(short(p, model.n_qubits) for p in sector.symmetries[:8])
    kept += ", ..." if len(sector.symmetries) > 8 else ""
    text = f"reaches {sector.dimension_text} of {number(2**model.n_qubits)} dimensions"
    text += f" (stays an eigenstate of {kept})" if kept else ""
    return text if sector.exact else f"{text}, {sector.evidence}"


def _object(model: Model, result: Expressivity) -> dict[str, Any]:
    from qansatz.numbers import decimal
    from qansatz.views.words import word

    sector = result.sector
    reasons = {q.name: q.explanation for q in result.quantities() if q.value is None}
    return {
        **{q.name: _value(q) for q in result.quantities()},
        "variance": _variance(result.variance),
        "reasons": reasons,
        "quantities": {
            q.name: {
                "label": q.label,
                "value": _value(q),
                "certainty": q.certainty,
                "interval": list(q.interval) if q.interval else None,
                "standard_error": q.standard_error,
                "explanation": q.explanation,
                "assumptions": list(q.assumptions),
            }
            for q in result.quantities()
        },
        "n_parameters": result.n_parameters,
        "n_pairs": result.n_pairs,
        "n_bins": result.n_bins,
        "seed": result.seed,
        "engine": result.engine,
        "sector": {
            "dimension": decimal(sector.dimension),
            "exact": sector.exact,
            "known": sector.known,
            "primes": list(sector.primes),
            "evidence": sector.evidence,
            "symmetries": [word(p, model.n_qubits) for p in sector.symmetries],
        },
        "histogram": result.counts.tolist() if result.n_pairs else None,
        "qfim_spectra": [
            {
                "eigenvalues": s.eigenvalues.tolist(),
                "rank": s.rank,
                "gap": s.gap,
                "clear": s.clear,
            }
            for s in result.spectra
        ],
        "limit_reached": result.limit_reached,
        "notes": list(result.notes),
    }


def _variance(quantity: Quantity) -> dict[str, Any] | None:
    from qansatz.numbers import exact_text

    if quantity.value is None:
        return None
    return {
        "value": quantity.value,
        "fraction": None if quantity.fraction is None else exact_text(quantity.fraction),
        "certainty": quantity.certainty,
        "interval": list(quantity.interval) if quantity.interval else None,
        "standard_error": quantity.standard_error,
        "assumptions": list(quantity.assumptions),
    }


def _value(quantity: Quantity) -> str | int | float | None:
    """Dimensions as decimal strings: they can exceed 64 bits."""
    from qansatz.numbers import decimal

    if isinstance(quantity.value, int) and quantity.name in _DIMENSIONS:
        return decimal(quantity.value)
    return quantity.value


def _count(least: int, most: int = 10**18) -> Any:
    def count(text: str) -> int:
        digits = text.replace("_", "")
        if len(digits) > 18 or not digits.isdecimal() or not least <= int(digits) <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number from {least} to {most}"
            )
        return int(digits)

    return count


def _budget(text: str) -> int:
    try:
        value = int(float(text))
    except (ValueError, OverflowError):
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number such as 1e11")
    return value
