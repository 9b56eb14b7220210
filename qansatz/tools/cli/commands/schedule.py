"""``qansatz schedule FILE``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qansatz.tools.cli.console import FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.options import (
    FILES,
    add_observable,
    add_output,
    add_schedule_limit,
    add_source,
    completed,
    positive,
)
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.tools.cli.showing import show
from qansatz.views.schedule import PARTIAL, SCHEDULE, Scheduled, sheets

if TYPE_CHECKING:
    from qansatz.analysis.gradient.circuits import PartialSchedule, Schedule
    from qansatz.compilation import Compilation
    from qansatz.model.program import Model

_EPILOG = """\
examples:
  qansatz schedule slpa.qans
  qansatz schedule tfim.qans --goal hqc --precision 0.05
  qansatz schedule slpa.qans --svg slpa.svg
  qansatz schedule slpa.qans --certificate gradient.json
  qansatz verify slpa.qans --certificate gradient.json

Every circuit is the ansatz with one more qubit, the ancilla, in |+>; a reversed rotation turns about Z of
the ancilla times its string. All strings that a circuit measures commute. They are words with qubit 0 on
the left and the ancilla last. A derivative is the sum of weight times expectation over its strings.
"""

_GOALS: Final = ("circuits", "shots", "hqc")
_SHOWN: Final = 40
#: The most circuits times active rotations that are written out.
_MAX_WRITTEN: Final = 500_000_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("what is scheduled")
    add_observable(group)
    add_schedule_limit(group)
    group = parser.add_argument_group("what is written")
    certificate = group.add_argument(
        "--certificate", metavar="FILE", help="write a proof for `qansatz verify`"
    )
    picture = group.add_argument(
        "--svg",
        metavar="FILE",
        help="draw the circuit, its rotations coloured by what measures them",
    )
    for action in (certificate, picture):
        completed(action, FILES)
    group.add_argument("--all", action="store_true", help="show every circuit, however many")
    group = parser.add_argument_group("what is compared")
    group.add_argument(
        "--goal", choices=_GOALS, default="circuits", help="what the best way is best at (circuits)"
    )
    group.add_argument(
        "--precision",
        metavar="ERROR",
        type=positive,
        default=0.01,
        help="root mean square of the standard errors of the gradient's components that shots are counted for (0.01)",
    )
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Schedule the gradient, compare ways to measure it, and write the certificate."""
    from qansatz.analysis.gradient.circuits import ScheduleTooLargeError

    out = console_of(args)
    for path in (args.certificate, args.svg):
        if path is not None and not Path(path).parent.is_dir():
            raise UnusableError(f"cannot write {path}: there is no folder {Path(path).parent}")
    compilation = compiled(args)
    model, written = compilation.model, compilation.written
    if model is None or written is None:
        return refused(out, compilation)
    try:
        schedule = _schedule(args, compilation, model, out)
    except ScheduleTooLargeError as error:
        return _too_large(out, compilation, model, error.partial)
    _writable(args, schedule)
    answer = _beside(args, compilation, schedule, out)
    if args.certificate is not None:
        from qansatz.analysis.gradient.certificate import certificate
        from qansatz.files import replace_bytes

        proof = json.dumps(certificate(schedule), indent=1)
        replace_bytes(Path(args.certificate), f"{proof}\n".encode())
        out.note(f"wrote {args.certificate}")
    if args.svg is not None:
        from qansatz.files import replace_bytes
        from qansatz.views.pictures.schedule import schedule_svg

        replace_bytes(Path(args.svg), schedule_svg(schedule, written).encode())
        out.note(f"wrote {args.svg}")
    out.diagnostics(compilation.diagnostics)
    show(out, model, *sheets(answer, None if args.all else _SHOWN))
    if args.json:
        values = {**identity(model), "schedule": SCHEDULE.write(answer)}
        out.answer(compilation.diagnostics, values)
    return LIMITED if answer.stopped else FINE


def _writable(args: argparse.Namespace, schedule: Schedule) -> None:
    """Refuse to write every circuit where circuits times active rotations are too many."""
    size = schedule.n_circuits * schedule.n_active_rotations
    asked = ("--certificate", args.certificate is not None), ("--json", args.json)
    names = [name for name, given in (*asked, ("--all", args.all)) if given]
    if names and size > _MAX_WRITTEN:
        raise UnusableError(
            f"{' and '.join(names)} would write {schedule.n_circuits:,} circuits of "
            f"{schedule.n_active_rotations:,} rotations, {size:,} in all, and the limit is "
            f"{_MAX_WRITTEN:,}; the schedule itself is shown without"
        )


def _beside(
    args: argparse.Namespace, compilation: Compilation, schedule: Schedule, out: Console
) -> Scheduled:
    from qansatz.analysis.gradient.measurability import measurability
    from qansatz.analysis.limit.efficiency import limit_efficiency

    stopped = [schedule.stopped] if schedule.stopped else []
    limit = groups = compared = None
    try:
        with out.progress("looking at the limit of many layers"):
            limit = limit_efficiency(schedule.model, observable=schedule.observable)
        with out.progress("looking for derivatives that commute as operators"):
            groups = measurability(schedule)
        with out.progress("comparing other ways to measure"):
            compared = compilation.compare(schedule, goal=args.goal, precision=args.precision)
    except KeyboardInterrupt:
        stopped.append("interrupted; the comparison was left out")
    return Scheduled(
        schedule=schedule,
        goal=args.goal,
        precision=args.precision,
        limit=limit,
        groups=groups,
        compared=compared,
        stopped=tuple(stopped),
    )


def _schedule(
    args: argparse.Namespace, compilation: Compilation, model: Model, out: Console
) -> Schedule:
    from qansatz.analysis.gradient.circuits import ScheduleTooLargeError

    if not model.observables:
        raise UnusableError(
            f"{model.name} has no observable: add a line such as `observable energy = Z[0]`"
        )
    try:
        with out.progress("finding sign patterns") as progress:
            return compilation.schedule_of(
                args.observable, time_limit=args.time_limit, progress=progress
            )
    except ScheduleTooLargeError:
        raise
    except ValueError as error:
        raise UnusableError(str(error)) from None


def _too_large(
    out: Console, compilation: Compilation, model: Model, partial: PartialSchedule
) -> int:
    """Show what is known where the circuits cannot be listed."""
    out.diagnostics(compilation.diagnostics)
    out.answer(compilation.diagnostics, {**identity(model), "schedule": PARTIAL.write(partial)})
    show(out, model, partial.sheet())
    return LIMITED
