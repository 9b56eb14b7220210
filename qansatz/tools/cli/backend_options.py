"""Which backend the command line asks for, and with what options."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from qansatz.machines import MACHINES
from qansatz.tools.cli.console import UnusableError
from qansatz.tools.cli.options import DEFAULT_SHOTS, NOISE

if TYPE_CHECKING:
    from qansatz.execute.backends.backend import Backend


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
    """The backend that the options of :func:`.options.add_backend` ask for, seeded where a seed is given.

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
    errors: dict[str, float] = {}
    if args.noise is not None:
        if args.noise not in MACHINES:
            raise UnusableError(
                f"no error rates of {args.noise!r}; there are {', '.join(MACHINES)}"
            )
        machine = MACHINES[args.noise]
        errors["p_1q"] = machine.one_qubit_error
        errors["p_2q"] = machine.two_qubit_error
        errors["p_meas"] = machine.measurement_error
    given = {name: getattr(args, name) for name in NOISE}
    return {**errors, **{name: value for name, value in given.items() if value is not None}}


def shots_of(args: argparse.Namespace) -> int | None:
    """The number of shots, or None where values are computed exactly."""
    if args.shots is not None:
        return int(args.shots)
    return None if name_of(args) == "statevector" else DEFAULT_SHOTS
