"""``qansatz cost FILE``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from qansatz.cost.options import DEFAULT_DATA, CostOptions
from qansatz.machines import DEFAULT_MACHINE, MACHINES
from qansatz.tools.cli.console import FAILED, FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.options import (
    add_observable,
    add_output,
    add_purpose,
    add_source,
    add_target,
    add_time_limit,
    nonnegative,
    positive,
    whole,
)
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.tools.cli.showing import show
from qansatz.views.cost import COST

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.cost.result import Cost
    from qansatz.diagnostics import Diagnostic, Fault

_EPILOG = f"""\
examples:
  qansatz cost slpa.qans
  qansatz cost slpa.qans --target {DEFAULT_MACHINE} --shots 500 --data 60 --epochs 20
  qansatz cost slpa.qans --for unitary --json
  qansatz cost slpa.qans --max-hqc 5000 --of gradient

Nothing is sent anywhere. An epoch measures value and gradient once for every point of the data;
without inputs that is one step of the optimiser. --max-hqc ends with exit code 1 when the price is
higher, and says what would fit.
"""

_DEFAULTS: Final = CostOptions()
_STAGES: Final = ("evaluation", "gradient", "epoch", "run")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("what is priced")
    add_observable(group)
    add_target(group, f"{', '.join(MACHINES)} (default: {DEFAULT_MACHINE})")
    add_purpose(group, default=_DEFAULTS.purpose)
    group.add_argument(
        "--shots",
        metavar="COUNT",
        type=whole(1),
        default=_DEFAULTS.shots,
        help=f"of every circuit ({_DEFAULTS.shots})",
    )
    group.add_argument(
        "--data",
        metavar="COUNT",
        type=whole(1),
        help=f"points of an epoch (1 without inputs, else {DEFAULT_DATA})",
    )
    group.add_argument(
        "--epochs",
        "--steps",
        metavar="COUNT",
        type=whole(1),
        default=_DEFAULTS.epochs,
        help=f"of the whole run ({_DEFAULTS.epochs}); without inputs a step is an epoch",
    )
    group = parser.add_argument_group("limits")
    group.add_argument(
        "--max-hqc", metavar="HQC", type=positive, help="refuse a higher price, with exit code 1"
    )
    group.add_argument(
        "--of", choices=_STAGES, default="gradient", help="what --max-hqc limits (gradient)"
    )
    add_time_limit(
        group,
        "count gradient circuits for so long by the clock, and estimate those beyond",
        "about 120, counted in work",
    )
    group.add_argument(
        "--effort",
        metavar="FACTOR",
        type=nonnegative,
        default=_DEFAULTS.effort,
        help="how long fewer gates are looked for in every circuit (1, as when they are run)",
    )
    group.add_argument(
        "--pytket-limit",
        metavar="SECONDS",
        type=nonnegative,
        default=_DEFAULTS.pytket_seconds,
        help=f"for pytket's default compilation, 0 leaves it out ({_DEFAULTS.pytket_seconds:g})",
    )
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Count, price, and refuse what is above the limit."""
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    unfit = _unfit(args.target, compilation)
    if unfit is not None:
        return _stopped(out, compilation, unfit, {})
    priced = _priced(args, out, compilation)
    fault = _above(args, compilation, priced)
    show(out, model, priced.sheet())
    if fault is not None:
        return _stopped(out, compilation, fault, {"cost": COST.write(priced)})
    out.diagnostics(compilation.diagnostics)
    out.answer(compilation.diagnostics, {**identity(model), "cost": COST.write(priced)})
    return FINE if priced.exact else LIMITED


def _priced(args: argparse.Namespace, out: Console, compilation: Compilation) -> Cost:
    try:
        options = CostOptions(
            target=args.target or DEFAULT_MACHINE,
            purpose=args.purpose,
            shots=args.shots,
            data=args.data,
            epochs=args.epochs,
            seconds=args.time_limit,
            pytket_seconds=args.pytket_limit,
            effort=args.effort,
        )
        with out.progress("counting gates") as progress:
            return compilation.cost_of(options, args.observable, progress=progress)
    except ValueError as error:
        raise UnusableError(str(error)) from None


def _unfit(target: str | None, compilation: Compilation) -> Fault | None:
    """The fault of a target that is not known, or that is too small for the ansatz."""
    from qansatz.diagnostics import did_you_mean
    from qansatz.emit import faults

    if target is None:
        return None
    place, n_qubits = compilation.ansatz.node.name.span, compilation.ansatz.n_qubits
    if target not in MACHINES:
        near = did_you_mean(target, MACHINES)
        record = ", ".join(MACHINES)
        return faults.UnknownDevice(place, found=target, known=record, near=near)
    available = MACHINES[target].n_qubits
    if n_qubits <= available:
        return None
    larger = ", ".join(k for k, m in MACHINES.items() if m.n_qubits >= n_qubits)
    return faults.TooManyQubits(
        place, n_qubits=n_qubits, device=target, available=available, larger=larger or None
    )


def _above(args: argparse.Namespace, compilation: Compilation, priced: Cost) -> Fault | None:
    """The fault of a price above ``--max-hqc``."""
    from qansatz.cost.budget import alternatives
    from qansatz.cost.result import STAGES, in_hqc
    from qansatz.execute.faults import PriceTooHigh
    from qansatz.hqc import HQC_FORMULA

    if args.max_hqc is None:
        return None
    price = priced.price(args.of)
    if price is None:
        raise UnusableError(
            f"the price of {STAGES[args.of]} is not known: {'; '.join(priced.notes)}"
        )
    if price <= args.max_hqc:
        return None
    schedule = compilation.schedule_of(priced.observable) if priced.methods else None
    cures = alternatives(priced, schedule, args.max_hqc, args.of)
    return PriceTooHigh(
        compilation.ansatz.node.name.span,
        what=STAGES[args.of],
        price=in_hqc(price),
        limit=in_hqc(args.max_hqc),
        shots=priced.shots,
        target=priced.target,
        formula=HQC_FORMULA,
        cure="; ".join(cures) or None,
    )


def _stopped(out: Console, compilation: Compilation, fault: Fault, values: dict[str, Any]) -> int:
    diagnostics: tuple[Diagnostic, ...] = (*compilation.diagnostics, fault.diagnostic())
    out.diagnostics(diagnostics)
    out.answer(diagnostics, {**identity(compilation.ansatz), **values})
    return FAILED
