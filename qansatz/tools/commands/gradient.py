"""``qansatz gradient FILE``."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools.console import FINE, INTERRUPTED, UnusableError
from qansatz.tools.points import add_point, point
from qansatz.tools.session import add_output, add_source, compiled, console_of, identity, refused

if TYPE_CHECKING:
    from qansatz.driver import Compilation
    from qansatz.execute.backends import Backend
    from qansatz.execute.gradients import Gradient
    from qansatz.model.program import Model
    from qansatz.tools.console import Console

_EPILOG = """\
examples:
  qansatz gradient tfim.qans --seed 1
  qansatz gradient slpa.qans --theta theta.json --inputs x.json --shots 100000
  qansatz gradient slpa.qans --seed 1 --backend aer --precision 0.02 --json
  qansatz gradient tfim.qans --theta 0.1,0.2,0.3 --method parameter-shift

methods: schedule (the circuits of `qansatz schedule`), parameter-shift, lie-algebraic (the forward
circuit only), adjoint (no circuit at all)

Without --shots or --precision expectations are exact. Components are in the order of the parameters.
"""

_METHODS: Final = ("schedule", "parameter-shift", "lie-algebraic", "adjoint")
_SHOWN: Final = 40


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = _EPILOG
    add_source(parser)
    add_point(parser)
    group = parser.add_argument_group("how it is measured")
    group.add_argument("--observable", metavar="NAME", help="default: the first of the ansatz")
    group.add_argument(
        "--method", choices=_METHODS, default="schedule", help="the way to measure (schedule)"
    )
    group.add_argument(
        "--backend",
        metavar="NAME",
        help="what runs the circuits when there are shots: statevector (default), aer, "
        "pytket-local or selene",
    )
    group.add_argument("--shots", metavar="N", type=_count, help="shots for all circuits together")
    group.add_argument(
        "--precision",
        metavar="ERROR",
        type=_positive,
        help="as many shots as keep the errors below this, whatever the state is",
    )
    group.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=_positive,
        default=10.0,
        help="for the search of fewer circuits where the observable is a sum (10)",
    )
    group.add_argument("--all", action="store_true", help="show every component, however many")
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
    values = point(args, model)
    found = _gradient(args, out, compilation, values)
    out.diagnostics(compilation.diagnostics)
    if args.json:
        out.answer(
            compilation.diagnostics, {**identity(model), **_object(args, model, values, found)}
        )
    else:
        out.result(_text(model, found, None if args.all else _SHOWN))
    if not found.complete:
        out.note("interrupted: what is missing was not measured")
    return FINE if found.complete else INTERRUPTED


def _check(args: argparse.Namespace) -> None:
    measured = args.shots is not None or args.precision is not None
    if args.shots is not None and args.precision is not None:
        raise UnusableError("give --shots or --precision, not both")
    if args.method == "adjoint" and (measured or args.backend):
        raise UnusableError(
            "--method adjoint computes: leave out --backend, --shots and --precision"
        )
    if args.backend not in (None, "statevector") and not measured:
        raise UnusableError(f"--backend {args.backend} needs --shots or --precision")


def _gradient(
    args: argparse.Namespace, out: Console, compilation: Compilation, values: Sequence[float]
) -> Gradient:
    from qansatz.execute.backends import BackendError

    try:
        return compilation.gradient_at(
            values,
            observable=args.observable,
            method=args.method,
            backend=_backend(args),
            shots=args.shots,
            precision=args.precision,
            time_limit=args.time_limit,
            progress=out.progress,
        )
    except (ValueError, ImportError, BackendError) as error:
        raise UnusableError(str(error)) from None


def _backend(args: argparse.Namespace) -> Backend | None:
    if args.shots is None and args.precision is None:
        return None
    from qansatz.diagnostics import did_you_mean
    from qansatz.execute.backends import BACKENDS, backend

    name = args.backend or "statevector"
    if name not in BACKENDS:
        near = did_you_mean(name, BACKENDS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(BACKENDS)}"
        raise UnusableError(f"there is no backend {name!r}: {hint}")
    return backend(name, seed=args.seed)


def _text(model: Model, found: Gradient, most: int | None) -> str:
    from qansatz.tools import words
    from qansatz.tools.tables import table

    labels = model.slots.labels()[: model.slots.n_parameters]
    n_shown = len(labels) if most is None else min(most, len(labels))
    errors = found.standard_error
    head = ("parameter", "derivative", *(("standard error",) if errors is not None else ()))
    rows = []
    for k in range(n_shown):
        cells = [labels[k], _number(found.gradient[k], errors is None)]
        if errors is not None:
            cells.append(_number(errors[k], False))
        rows.append(cells)
    more = len(labels) - n_shown
    parts = [
        f"{words.heading(model)}: {words.sizes(model)}\n",
        "".join(f"  {name:18}{value:>22}  {why}\n" for name, value, why in found.facts()),
        (table(head, rows) if rows else "")
        + (f"  ... and {more} more; --all shows them\n" if more else ""),
        "".join(f"  assumed: {text}\n" for text in found.assumptions),
    ]
    return "\n".join(part for part in parts if part)


def _number(value: float, exact: bool) -> str:
    if math.isnan(value):
        return "not measured"
    return f"{value: .10f}" if exact else f"{value: .6f}"


def _object(
    args: argparse.Namespace, model: Model, values: Sequence[float], found: Gradient
) -> dict[str, Any]:
    n = model.slots.n_parameters
    errors = found.standard_error
    return {
        "observable": found.observable,
        "value": _finite(found.value),
        "value_error": None if found.value_error is None else _finite(found.value_error),
        "gradient": [_finite(x) for x in found.gradient.tolist()],
        "standard_error": None if errors is None else [_finite(x) for x in errors.tolist()],
        "method": found.method,
        "backend": found.backend,
        "n_circuits": found.n_circuits,
        "n_value_circuits": found.n_value_circuits,
        "n_shots": found.n_shots,
        "parameters": model.slots.labels()[:n],
        "theta": list(values[:n]),
        "inputs": list(values[n:]),
        "seed": args.seed,
        "complete": found.complete,
        "assumptions": list(found.assumptions),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _count(text: str) -> int:
    digits = text.replace("_", "")
    if not digits.isdecimal() or len(digits) > 12 or not int(digits):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(digits)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return value
