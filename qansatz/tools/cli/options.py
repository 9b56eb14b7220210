"""Options that more than one command takes, each declared once; a command adds those that it has."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Final, TypeAlias

from qansatz.render import FORMS

_Group: TypeAlias = argparse._ArgumentGroup

#: Shots where none are given and the backend draws outcomes.
DEFAULT_SHOTS: Final = 1000
#: The options on noise, and what each is the probability of an error at.
NOISE: Final = {
    "p_1q": "one-qubit gate",
    "p_2q": "two-qubit gate",
    "p_meas": "measurement",
    "p_init": "preparation",
}
#: What completion offers, in the words of ``shtab`` for each shell; :mod:`.completion` defines the functions.
SOURCES: Final = {
    "bash": "_qansatz_sources",
    "zsh": "_files -g '*.qans'",
    "tcsh": "f:*.qans",
}
FILES: Final = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}
FOLDERS: Final = {"bash": "_shtab_compgen_dirs", "zsh": "_files -/", "tcsh": "d"}


def completed(action: argparse.Action, by: Mapping[str, str]) -> None:
    """Let shells complete the value of an option, such as by :data:`FILES`."""
    action.complete = by  # type: ignore[attr-defined]


def words(kind: str, names: Iterable[str]) -> dict[str, str]:
    """Completion by one of some words; ``kind`` names them in the script for bash."""
    listed = " ".join(names)
    return {
        "words": listed,
        "bash": f"_qansatz_{kind}",
        "zsh": f"({listed})",
        "tcsh": f"({listed})",
    }


def add_source(
    parser: argparse.ArgumentParser, *, many: bool = False, optional: bool = False
) -> None:
    """Add the options that say what is compiled."""
    file = parser.add_argument(
        "files" if many else "file",
        nargs="+" if many else "?" if optional else None,
        metavar="FILE",
        help="a .qans file, or - for standard input",
    )
    completed(file, SOURCES)
    group = parser.add_argument_group("what is compiled")
    group.add_argument("--ansatz", metavar="NAME", help="which ansatz, where the file has several")
    group.add_argument(
        "--set",
        dest="settings",
        metavar="NAME=VALUE",
        type=_setting,
        action="append",
        default=[],
        help="a size other than its default, such as n=12; can be repeated",
    )
    group.add_argument(
        "--limit",
        dest="limits",
        metavar="NAME=VALUE",
        type=_limit,
        action="append",
        default=[],
        help="another limit on what a source may ask for, such as rotations=5000000",
    )
    group.add_argument(
        "--allow-outside-imports",
        action="store_true",
        help="let a file import from outside its own folder",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the options on how a command speaks, diagnostics included."""
    group = parser.add_argument_group("output")
    add_json(group)
    group.add_argument(
        "--output-format", choices=FORMS, default="full", help="how diagnostics are written"
    )
    add_quiet(group)


def add_json(group: _Group) -> None:
    """Add ``--json``."""
    group.add_argument("--json", action="store_true", help="print one JSON object on stdout")


def add_quiet(group: _Group, what: str = "say nothing but results and faults") -> None:
    """Add ``--quiet``."""
    group.add_argument("--quiet", action="store_true", help=what)


def add_observable(group: _Group) -> None:
    """Add the option for one observable."""
    group.add_argument("--observable", metavar="NAME", help="default: the first of the ansatz")


def add_purpose(group: _Group, *, default: str) -> None:
    """Add ``--for``: the whole unitary, or up to a Clifford that the observables absorb."""
    group.add_argument(
        "--for",
        dest="purpose",
        choices=("expectation", "unitary"),
        default=default,
        help="the whole unitary, or a circuit whose final Clifford the observables absorb "
        f"(default: {default})",
    )


def add_target(group: _Group, what: str) -> None:
    """Add ``--target``, a machine that the circuit is compiled or priced for."""
    from qansatz.machines import MACHINES

    target = group.add_argument("--target", metavar="MACHINE", help=what)
    completed(target, words("machines", MACHINES))


def add_schedule_limit(group: _Group) -> None:
    """Add the time limit of the search for fewer circuits."""
    what = "search fewer circuits of a sum for so long by the clock"
    add_time_limit(group, what, "about 10, counted in work")


def add_closure_limit(group: _Group) -> None:
    """Add the time limit of closing sums."""
    group.add_argument(
        "--seconds",
        metavar="SECONDS",
        type=seconds,
        help="close sums of strings for the Lie algebra for so long by the clock: the result depends on the "
        "machine (by default about 60, counted in work); strings alone need no limit",
    )


def add_time_limit(group: _Group, what: str, default: str | None = None) -> None:
    """Add ``--time-limit``; ``what`` is done for so long, ``default`` the limit where none is given."""
    usual = f" (by default {default})" if default else ""
    group.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=positive,
        help=f"{what}: the result depends on the machine{usual}",
    )


def add_seed(group: _Group, what: str) -> None:
    """Add ``--seed``."""
    group.add_argument("--seed", type=whole(0), metavar="N", help=what)


def add_point(parser: argparse.ArgumentParser) -> None:
    """Add the options that say at which parameters and inputs."""
    group = parser.add_argument_group("at which parameters and inputs (radians)")
    theta = group.add_argument(
        "--theta",
        metavar="FILE",
        help="parameters in order: a file of numbers, JSON (nested lists, or an object of them by "
        "name), .npy, - for standard input, or a list such as 0.1,0.2 (--theta=-0.1,0.2 where it "
        "begins with a minus)",
    )
    inputs = group.add_argument("--inputs", metavar="FILE", help="inputs, in the same forms")
    for action in (theta, inputs):
        completed(action, FILES)
    add_seed(
        group, "draw what is not given as the source declares it; also the seed of the outcomes"
    )


def add_backend(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose a backend that runs here."""
    from qansatz.execute.backends.backend import BACKENDS
    from qansatz.machines import DEFAULT_MACHINE, MACHINES

    group = parser.add_argument_group("where it runs")
    backend = group.add_argument(
        "--backend", metavar="NAME", help=f"{', '.join(BACKENDS)} (default: statevector)"
    )
    completed(backend, words("backends", BACKENDS))
    group.add_argument(
        "--shots",
        type=whole(1, 10**12),
        metavar="N",
        help="outcomes in all, shared out among the circuits; without, statevector computes exactly "
        f"and the others take {DEFAULT_SHOTS}",
    )
    for name, what in NOISE.items():
        group.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            type=float,
            metavar="P",
            help=f"selene: probability of an error at a {what}",
        )
    noise = group.add_argument(
        "--noise",
        metavar="MACHINE",
        help=f"selene: the published error rates of a machine such as {DEFAULT_MACHINE}, where no "
        "other is given",
    )
    completed(noise, words("machines", MACHINES))


def add_nexus(parser: argparse.ArgumentParser, *, resume: bool = True) -> None:
    """Add the options of runs on Nexus; ``resume`` where a command resumes any recorded run."""
    from qansatz.machines import DEFAULT_DEVICE, MACHINES

    group = parser.add_argument_group("on Nexus")
    group.add_argument("--project", metavar="NAME", default="qansatz", help="default: qansatz")
    device = group.add_argument(
        "--device",
        metavar="NAME",
        default=DEFAULT_DEVICE,
        help=f"{', '.join(MACHINES)}, and with E their emulators (default: {DEFAULT_DEVICE})",
    )
    devices = [name for machine in MACHINES.values() for name in (machine.name, machine.emulator)]
    completed(device, words("devices", devices))
    group.add_argument(
        "--max-hqc", type=positive, metavar="HQC", help="the most that the run may cost; needed"
    )
    state = group.add_argument(
        "--state",
        metavar="FILE",
        help="where the run is recorded, step by step (default: ANSATZ.nexus.json)",
    )
    completed(state, FILES)
    if resume:
        record = group.add_argument("--resume", metavar="FILE", help="resume a recorded run")
        completed(record, FILES)
    group.add_argument(
        "--timeout", type=positive, metavar="SECONDS", help="how long to wait (default: to the end)"
    )
    group.add_argument(
        "--dry-run", action="store_true", help="show circuits and price; nothing is sent anywhere"
    )


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """The type of a whole number from ``least`` on, or to ``most``; underscores may part its digits."""
    descriptions = {0: "a whole number from 0 on", 1: "a positive whole number"}
    asked = descriptions.get(least, f"a whole number of at least {least}")
    asked += "" if most is None else f", {most} at most"

    def read(text: str) -> int:
        digits = text.replace("_", "")
        if not digits.isdecimal() or len(digits) > 18 or int(digits) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not {asked}")
        if most is not None and int(digits) > most:
            raise argparse.ArgumentTypeError(f"{text!r} is not {asked}")
        return int(digits)

    return read


def seconds(text: str) -> float:
    """The type of a number of seconds, 0 included."""
    return _number(text, "a number of seconds")


def nonnegative(text: str) -> float:
    """The type of a number from 0 on."""
    return _number(text, "a number from 0 on")


def positive(text: str) -> float:
    """The type of a positive number."""
    value = _number(text, "a positive number")
    if not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return value


def _number(text: str, asked: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not {asked}")
    return value


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = (part.strip() for part in text.partition("="))
    if not sign or not name.isidentifier() or not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _limit(text: str) -> tuple[str, int]:
    from qansatz.diagnostics import did_you_mean
    from qansatz.model.limits import Limits

    name, value = _setting(text)
    names = [field.name for field in fields(Limits)]
    if name not in names:
        near = did_you_mean(name, names)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
        raise argparse.ArgumentTypeError(f"no limit is called {name!r}: {hint}")
    if not value.replace("_", "").isdecimal():
        raise argparse.ArgumentTypeError(f"the limit {name} takes a whole number, not {value!r}")
    return name, int(value)
