"""``qansatz run FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qansatz.machines import DEFAULT_MACHINE
from qansatz.tools.cli.backend_options import (
    local_backend,
    name_of,
    noise_of,
    shots_of,
)
from qansatz.tools.cli.console import FINE, Console, UnusableError
from qansatz.tools.cli.options import (
    DEFAULT_SHOTS,
    add_backend,
    add_nexus,
    add_output,
    add_point,
    add_source,
)
from qansatz.tools.cli.outcomes import counts, tell_counts, tell_values
from qansatz.tools.cli.points import point
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.views.runs import Counted
from qansatz.views.words import title

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.execute.expectations import Expectations
    from qansatz.model.program import Model, Observable
    from qansatz.synthesis.readout import MeasuredCircuit

_EPILOG = f"""\
examples:
  qansatz run ising.qans --seed 1
  qansatz run ising.qans --theta theta.json --backend aer --shots 10000
  qansatz run ising.qans --seed 1 --counts --shots 1000
  qansatz run ising.qans --seed 1 --backend selene --noise {DEFAULT_MACHINE}
  qansatz run ising.qans --seed 1 --backend nexus --device {DEFAULT_MACHINE} --shots 1000 --dry-run
  qansatz run ising.qans --seed 1 --backend nexus --device {DEFAULT_MACHINE} --shots 1000 --max-hqc 60
  qansatz run --resume ising.nexus.json

Values of all observables come with standard errors; strings that commute are measured together.
With --counts: how often each outcome came, qubit 0 leftmost. On Nexus every step is recorded
in a file, from which --resume goes on; nothing is submitted twice.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser, optional=True)
    group = parser.add_argument_group("what is measured")
    group.add_argument(
        "--observable",
        metavar="NAME",
        action="append",
        default=[],
        help="only this one (default: all); can be repeated",
    )
    group.add_argument(
        "--counts", action="store_true", help="how often each outcome comes, all qubits measured"
    )
    add_point(parser)
    add_backend(parser)
    add_nexus(parser)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Bind, run, and tell the values or the counts."""
    if args.resume is not None:
        from qansatz.tools.cli.nexus_runs import resumed

        return resumed(args)
    if args.file is None:
        raise UnusableError("name a .qans file, or a recorded run with --resume")
    out = console_of(args)
    name = name_of(args)
    if args.dry_run and name != "nexus":
        raise UnusableError("--dry-run shows the price of a run on Nexus: add --backend nexus")
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    observables = [] if args.counts else _observables(args, model)
    values = point(args, model)
    if name == "nexus":
        return _on_nexus(args, out, compilation, observables, values)
    out.diagnostics(compilation.diagnostics)
    who, heading = identity(model), title(model)
    if args.counts:
        drawn = _drawn(args, out, compilation, values)
        tell_counts(out, who, compilation.diagnostics, heading, drawn)
    else:
        measured = _measured(args, out, model, observables, values)
        tell_values(out, who, compilation.diagnostics, heading, measured)
    return FINE


def _on_nexus(
    args: argparse.Namespace,
    out: Console,
    compilation: Compilation,
    observables: Sequence[Observable],
    values: Sequence[float],
) -> int:
    from qansatz.execute.expectations import plan
    from qansatz.tools.cli.nexus_runs import start

    shots = args.shots or DEFAULT_SHOTS
    if args.counts:
        return start(args, out, compilation, [_whole(compilation)], [shots], None, values)
    with out.progress("making the circuits"):
        made = plan(compilation.ansatz, observables)
    try:
        shares = made.shots(shots)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    return start(args, out, compilation, made.circuits, shares, made, values)


def _observables(args: argparse.Namespace, model: Model) -> list[Observable]:
    by_name = {observable.name: observable for observable in model.observables}
    if not by_name:
        raise UnusableError(
            f"{model.name} has no observable: add a line such as `observable energy = Z[0]`, "
            "or ask for --counts"
        )
    for name in args.observable:
        if name not in by_name:
            raise UnusableError(f"there is no observable {name!r}; there are: {', '.join(by_name)}")
    return [by_name[name] for name in dict.fromkeys(args.observable or by_name)]


def _measured(
    args: argparse.Namespace,
    out: Console,
    model: Model,
    observables: Sequence[Observable],
    values: list[float],
) -> Expectations:
    from qansatz.execute.backends.backend import BackendError
    from qansatz.execute.expectations import expectations
    from qansatz.execute.options import ExpectationOptions

    shots = shots_of(args)
    exact = shots is None and not noise_of(args)
    try:
        options = ExpectationOptions(
            shots=shots, backend="statevector" if exact else local_backend(args)
        )
        with out.progress("making the circuits") as progress:
            return expectations(model, values, options, observables=observables, progress=progress)
    except (BackendError, ValueError) as error:
        raise UnusableError(str(error)) from None


def _drawn(
    args: argparse.Namespace, out: Console, compilation: Compilation, values: list[float]
) -> Counted:
    from qansatz.execute.backends.backend import BackendError

    backend = local_backend(args)
    circuit = _whole(compilation)
    shots = args.shots or DEFAULT_SHOTS
    try:
        with out.progress(f"drawing {shots:,} shots on {backend.name}"):
            outcomes = backend.sample([circuit], values, [shots])[0]
    except (BackendError, ValueError) as error:
        raise UnusableError(str(error)) from None
    return Counted(backend=backend.name, counts=counts(outcomes))


def _whole(compilation: Compilation) -> MeasuredCircuit:
    """The whole circuit of an ansatz, every qubit measured."""
    from qansatz.synthesis.readout import MeasuredCircuit

    gates = compilation.gates()
    return MeasuredCircuit(gates=gates, measured=tuple(range(gates.n_qubits)), parities=())
