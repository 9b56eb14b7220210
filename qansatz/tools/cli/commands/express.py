"""``qansatz express FILE``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qansatz.analysis.expressivity.options import MOST_BINS, ExpressivityOptions
from qansatz.tools.cli.closing import report
from qansatz.tools.cli.console import FINE, INTERRUPTED, LIMITED, UnusableError
from qansatz.tools.cli.options import (
    FILES,
    add_closure_limit,
    add_output,
    add_seed,
    add_source,
    completed,
    whole,
)
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.tools.cli.showing import show
from qansatz.views.expressivity import EXPRESSIVITY

if TYPE_CHECKING:
    from qansatz.analysis.expressivity.expressivity import Expressivity

_PLOTS = (".svg", ".png")

_EPILOG = """\
examples:
  qansatz express tfim.qans --set n=6
  qansatz express tfim.qans --seed 7 --plot tfim.svg
  qansatz express tfim.qans --pairs 20000 --json
"""

_DEFAULTS: Final = ExpressivityOptions()


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("sampling")
    group.add_argument(
        "--pairs",
        metavar="N",
        type=whole(1),
        default=_DEFAULTS.n_pairs,
        help=f"pairs of random states ({_DEFAULTS.n_pairs})",
    )
    group.add_argument(
        "--bins",
        metavar="B",
        type=whole(2, MOST_BINS),
        default=_DEFAULTS.n_bins,
        help=f"bins of the histogram ({_DEFAULTS.n_bins})",
    )
    group.add_argument(
        "--points",
        metavar="N",
        type=whole(1),
        default=_DEFAULTS.n_points,
        help=f"random points for the QFIM ({_DEFAULTS.n_points})",
    )
    add_seed(group, "draw the same numbers again")
    group = parser.add_argument_group("limits")
    group.add_argument(
        "--processes",
        metavar="N",
        type=whole(1),
        help="how many work at once (by default as needed)",
    )
    group.add_argument(
        "--budget",
        metavar="N",
        type=_budget,
        default=_DEFAULTS.budget,
        help="the most amplitude updates, about 2 ns each (1e11)",
    )
    add_closure_limit(group)
    plot = parser.add_argument_group("figures").add_argument(
        "--plot", metavar="FILE", help="write the figures, as .svg or .png"
    )
    completed(plot, FILES)
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

    out.diagnostics(compilation.diagnostics)
    algebra = report(model, args.seconds, out)
    options = ExpressivityOptions(
        n_pairs=args.pairs,
        n_bins=args.bins,
        n_points=args.points,
        seed=args.seed,
        processes=args.processes,
        budget=args.budget,
    )
    with out.progress("sampling pairs") as progress:
        result = compilation.expressivity_of(options, algebra=algebra, progress=progress)
    if args.plot:
        _plot(result, args.plot)
        out.note(f"wrote {args.plot}")
    show(out, model, result.sheet())
    out.answer(
        compilation.diagnostics, {**identity(model), "expressivity": EXPRESSIVITY.write(result)}
    )
    if result.interrupted:
        return INTERRUPTED
    return LIMITED if result.limit_reached or algebra.limit_reached else FINE


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


def _budget(text: str) -> int:
    try:
        value = int(float(text))
    except (ValueError, OverflowError):
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number such as 1e11")
    return value
