"""``qansatz gradient FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from qansatz.analysis.gradient.methods import RUN
from qansatz.machines import DEFAULT_MACHINE
from qansatz.tools.cli.backend_options import (
    local_backend,
    name_of,
    noise_of,
    shots_of,
)
from qansatz.tools.cli.console import FINE, INTERRUPTED, LIMITED, UnusableError
from qansatz.tools.cli.gradient_files import FORMATS, write_circuits
from qansatz.tools.cli.options import (
    FOLDERS,
    add_backend,
    add_nexus,
    add_observable,
    add_output,
    add_point,
    add_schedule_limit,
    add_source,
    completed,
    positive,
    whole,
)
from qansatz.tools.cli.points import point
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.tools.cli.showing import show
from qansatz.views.runs import GRADIENT, GradientAt

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.execute.backends.backend import Backend, Outcomes
    from qansatz.execute.gradients.result import Gradient
    from qansatz.model.program import Model
    from qansatz.progress import Progress
    from qansatz.synthesis.readout import MeasuredCircuit
    from qansatz.tools.cli.console import Console

_EPILOG = f"""\
examples:
  qansatz gradient tfim.qans --seed 1
  qansatz gradient slpa.qans --theta theta.json --inputs x.json --shots 100000
  qansatz gradient slpa.qans --seed 1 --backend aer --precision 0.02 --json
  qansatz gradient tfim.qans --theta theta.json --method parameter-shift
  qansatz gradient slpa.qans --seed 1 --backend selene --noise {DEFAULT_MACHINE} --shots 5000
  qansatz gradient slpa.qans --emit circuits --to pytket
  qansatz gradient slpa.qans --seed 1 --backend nexus --device {DEFAULT_MACHINE} --shots 50000 --dry-run

methods: schedule (the circuits of `qansatz schedule`), parameter-shift, lie-algebraic (the forward
circuit only), adjoint (no circuit at all)

Without --shots or --precision the statevector backend computes exactly. Components are in the order of
the parameters. A run on Nexus that was interrupted goes on when the same command is given again.
"""

_SHOWN: Final = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    add_point(parser)
    group = parser.add_argument_group("how it is measured")
    add_observable(group)
    group.add_argument(
        "--method", choices=tuple(RUN), default="schedule", help="how it is measured (schedule)"
    )
    group.add_argument(
        "--precision",
        metavar="ERROR",
        type=positive,
        help="as many shots as keep the value's error and the root mean square of the components' errors below "
        "this, whatever the state is; one component's own error may be larger",
    )
    add_schedule_limit(group)
    group.add_argument(
        "--max-strings",
        metavar="N",
        type=whole(1, 10**12),
        help="the most strings that --method adjoint follows (200000)",
    )
    group.add_argument("--all", action="store_true", help="show every component, however many")
    group = parser.add_argument_group("files instead of a run")
    folder = group.add_argument(
        "--emit", metavar="DIR", help="write the circuits of the schedule, and a manifest, there"
    )
    completed(folder, FOLDERS)
    group.add_argument(
        "--to", choices=FORMATS, default="qasm3", help="their format (qasm3)", metavar="FORMAT"
    )
    add_backend(parser)
    add_nexus(parser, resume=False)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Measure or compute the value and the gradient at one point, and show them."""
    _check(args)
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    if not model.observables:
        raise UnusableError(
            f"{model.name} has no observable: add a line such as `observable energy = Z[0]`"
        )
    if args.emit is not None:
        given = args.theta is not None or args.inputs is not None or args.seed is not None
        return write_circuits(
            out,
            compilation,
            args.emit,
            args.to,
            point(args, model) if given else None,
            observable=args.observable,
            time_limit=args.time_limit,
        )
    values = point(args, model)
    try:
        gradient = _gradient(args, out, compilation, values)
    except _RehearsedError as rehearsed:
        _tell_price(args, out, compilation, rehearsed)
        return FINE
    except _UnfinishedError as error:
        state = _state(args, model)
        out.note(f"qansatz: {error}; give the same command again to go on")
        unfinished = {"backend": "nexus", "complete": False, "state": state}
        out.answer(compilation.diagnostics, {**identity(model), "run": unfinished})
        return LIMITED
    out.diagnostics(compilation.diagnostics)
    answer = _at(args, model, values, gradient)
    show(out, model, gradient.sheet(answer.labels, None if args.all else _SHOWN))
    out.answer(compilation.diagnostics, {**identity(model), **GRADIENT.write(answer)})
    if gradient.complete:
        return FINE
    if gradient.backend == "nexus":
        out.note(f"{_state(args, model)} has all that was reached")
    return INTERRUPTED


def _check(args: argparse.Namespace) -> None:
    name = name_of(args)
    if args.shots is not None and args.precision is not None:
        raise UnusableError("give --shots or --precision, not both")
    if not RUN[args.method].needs_backend and (args.backend or args.shots or args.precision):
        raise UnusableError(
            "--method adjoint computes: leave out --backend, --shots and --precision"
        )
    if args.emit is not None and (args.method != "schedule" or args.backend):
        raise UnusableError("--emit writes the circuits of the schedule and runs none")
    if args.dry_run and name != "nexus":
        raise UnusableError("--dry-run shows the price of a run on Nexus: add --backend nexus")
    if name == "statevector" and noise_of(args):
        raise UnusableError("statevector has no noise: leave the options out or use selene")
    if name == "nexus" and not args.dry_run and args.max_hqc is None:
        raise UnusableError(
            "say with --max-hqc how much the run may cost; --dry-run shows what is expected"
        )


def _gradient(
    args: argparse.Namespace, out: Console, compilation: Compilation, values: Sequence[float]
) -> Gradient:
    from qansatz.execute.backends.backend import BackendError
    from qansatz.execute.options import GradientOptions
    from qansatz.pauli.planes import TooManyStringsError

    exact = args.precision is None and shots_of(args) is None
    try:
        with out.progress("finding sign patterns") as progress:
            options = GradientOptions(
                method=args.method,
                shots=None if args.precision is not None else shots_of(args),
                precision=args.precision,
                backend="statevector" if exact else _backend(args, progress, compilation.ansatz),
                time_limit=args.time_limit,
                max_strings=args.max_strings,
            )
            return compilation.gradient_at(
                values, options, observable=args.observable, progress=progress
            )
    except TooManyStringsError as error:
        hint = "; --max-strings raises that of strings" if args.method == "adjoint" else ""
        raise UnusableError(f"{error}{hint}") from None
    except BackendError as error:
        if name_of(args) == "nexus":
            from qansatz.execute.nexus.backend import UnfinishedError

            if isinstance(error, UnfinishedError):
                raise _UnfinishedError(str(error)) from None
        raise UnusableError(str(error)) from None
    except (ValueError, ImportError) as error:
        raise UnusableError(str(error)) from None


def _backend(args: argparse.Namespace, progress: Progress, model: Model) -> Backend:
    if name_of(args) != "nexus":
        return local_backend(args)
    if args.dry_run:
        return _Rehearsal()
    from qansatz.execute.nexus.backend import Backend as NexusBackend

    return NexusBackend(
        state=_state(args, model),
        project=args.project,
        device=args.device,
        max_hqc=args.max_hqc,
        timeout=args.timeout,
        purpose={
            **identity(model),
            "heading": f"{model.name}: the first circuit of a gradient",
            "plan": None,
        },
        say=progress,
    )


def _state(args: argparse.Namespace, model: Model) -> str:
    return args.state or f"{model.name}.gradient.nexus.json"


class _UnfinishedError(Exception):
    """A run on Nexus did not end in time."""


class _RehearsedError(Exception):
    """What a run would have been."""

    def __init__(self, circuits: Sequence[MeasuredCircuit], shots: Sequence[int]) -> None:
        super().__init__()
        self.circuits, self.shots = circuits, shots


class _Rehearsal:
    """Stands in for Nexus, and hands back what it is asked to run."""

    name: Final = "nexus"

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        raise _RehearsedError(circuits, shots)


def _tell_price(
    args: argparse.Namespace, out: Console, compilation: Compilation, run: _RehearsedError
) -> None:
    from qansatz.execute.nexus.backend import price
    from qansatz.views.words import title

    try:
        hqc = price(run.circuits, run.shots, args.device)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    model = compilation.ansatz
    out.diagnostics(compilation.diagnostics)
    out.result(
        f"{title(model)}\n"
        f"  expected   {hqc.total:.2f} HQC on {hqc.device}, {sum(run.shots)} shots of "
        f"{len(run.circuits)} circuits by {args.method}; nothing was sent\n"
        + "".join(f"  assumed: {text}\n" for text in hqc.assumptions)
    )
    plan = {
        "backend": "nexus",
        "device": hqc.device,
        "dry_run": True,
        "method": args.method,
        "n_circuits": len(run.circuits),
        "n_shots": sum(run.shots),
        "hqc": hqc.total,
        "assumptions": list(hqc.assumptions),
    }
    out.answer(compilation.diagnostics, {**identity(model), "run": plan})


def _at(
    args: argparse.Namespace, model: Model, values: Sequence[float], gradient: Gradient
) -> GradientAt:
    n = model.slots.n_parameters
    return GradientAt(
        gradient=gradient,
        labels=tuple(model.slots.labels()[:n]),
        theta=tuple(values[:n]),
        inputs=tuple(values[n:]),
        seed=args.seed,
    )
