"""Which backend the command line asks for, and with what options."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from qansatz.machines import DEFAULT_DEVICE, DEFAULT_MACHINE, MACHINES
from qansatz.tools.cli.console import UnusableError

if TYPE_CHECKING:
    from qansatz.execute.backends.backend import Backend

_NOISE: Final = ("p_1q", "p_2q", "p_meas", "p_init")
#: Shots where none are given and the backend draws outcomes.
DEFAULT_SHOTS: Final = 1000


def add_backend(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that choose a backend that runs here."""
    from qansatz.execute.backends.backend import BACKENDS

    group = parser.add_argument_group("where it runs")
    group.add_argument(
        "--backend", metavar="NAME", help=f"{', '.join(BACKENDS)} (default: statevector)"
    )
    group.add_argument(
        "--shots",
        type=whole,
        metavar="N",
        help="outcomes in all, shared out among the circuits; without, statevector computes exactly "
        f"and the others take {DEFAULT_SHOTS}",
    )
    for name, what in zip(
        _NOISE, ("one-qubit gate", "two-qubit gate", "measurement", "preparation"), strict=True
    ):
        group.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            type=float,
            metavar="P",
            help=f"selene: probability of an error at a {what}",
        )
    group.add_argument(
        "--noise",
        metavar="MACHINE",
        help="selene: the published error rates of a machine such as "
        f"{DEFAULT_MACHINE}, where no other is given",
    )


def add_nexus(parser: argparse.ArgumentParser, *, resume: bool = True) -> None:
    """Add the arguments of runs on Nexus; ``resume`` where a command goes on with any recorded run."""
    group = parser.add_argument_group("on Nexus")
    group.add_argument("--project", metavar="NAME", default="qansatz", help="default: qansatz")
    group.add_argument(
        "--device",
        metavar="NAME",
        default=DEFAULT_DEVICE,
        help=f"{', '.join(MACHINES)}, and with E their emulators (default: {DEFAULT_DEVICE})",
    )
    group.add_argument(
        "--max-hqc", type=amount, metavar="HQC", help="the most that the run may cost; needed"
    )
    group.add_argument(
        "--state",
        metavar="FILE",
        help="where the run is recorded, step by step (default: ANSATZ.nexus.json)",
    )
    if resume:
        group.add_argument("--resume", metavar="FILE", help="go on with a recorded run")
    group.add_argument(
        "--timeout", type=amount, metavar="SECONDS", help="how long to wait (default: to the end)"
    )
    group.add_argument(
        "--dry-run", action="store_true", help="show plan and price; nothing is sent anywhere"
    )


def name_of(args: argparse.Namespace) -> str:
    """The name of the backend asked for; ``UnusableError`` where there is none of that name."""
    from qansatz.diagnostics import did_you_mean
    from qansatz.execute.backends.backend import BACKENDS

    name = args.backend or "statevector"
    if name not in BACKENDS:
        near = did_you_mean(name, BACKENDS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(BACKENDS)}"
        raise UnusableError(f"there is no backend {name!r}: {hint}")
    return str(name)


def local_backend(args: argparse.Namespace) -> Backend:
    """The backend that the arguments of :func:`add_backend` ask for, seeded where a seed is given.

    ``UnusableError`` where it is not installed, or an option does not fit it.
    """
    from qansatz.execute.backends.backend import backend

    name = name_of(args)
    noise = noise_of(args)
    if noise and name != "selene":
        raise UnusableError("only selene has noise: leave the options out or use --backend selene")
    seed = getattr(args, "seed", None)
    options: dict[str, Any] = {"seed": seed, **noise}
    try:
        return backend(name, **options)
    except (ImportError, ValueError) as error:
        raise UnusableError(str(error)) from None


def noise_of(args: argparse.Namespace) -> dict[str, float]:
    """The noise asked for: by its probabilities, or as published for a machine."""
    found: dict[str, float] = {}
    if args.noise is not None:
        if args.noise not in MACHINES:
            raise UnusableError(
                f"no error rates of {args.noise!r}; there are {', '.join(MACHINES)}"
            )
        machine = MACHINES[args.noise]
        found["p_1q"] = machine.one_qubit_error
        found["p_2q"] = machine.two_qubit_error
        found["p_meas"] = machine.measurement_error
    given = {name: getattr(args, name) for name in _NOISE}
    return {**found, **{name: value for name, value in given.items() if value is not None}}


def shots_of(args: argparse.Namespace) -> int | None:
    """The number of shots, or None where values are computed exactly."""
    if args.shots is not None:
        return int(args.shots)
    return None if name_of(args) == "statevector" else DEFAULT_SHOTS


def whole(text: str) -> int:
    """A positive whole number."""
    if not text.replace("_", "").isdecimal() or not 0 < int(text) <= 10**12:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


def amount(text: str) -> float:
    """A positive number."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return value
