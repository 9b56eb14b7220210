"""What the commands that read a source share: their arguments, reading, and compiling."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from qansatz.diagnostics import Diagnostic, Severity
from qansatz.render import FORMS
from qansatz.tools.cli.console import FAILED, FINE, LIMITED, Console, UnusableError, console

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.model.program import Model
    from qansatz.source import Source

STDIN: Final = "-"

_LIMIT_CODE: Final = "QA112"


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the arguments on how a command speaks."""
    group = parser.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    group.add_argument(
        "--output-format", choices=FORMS, default="full", help="how diagnostics are written"
    )
    group.add_argument("--quiet", action="store_true", help="say nothing but results and faults")


def add_source(
    parser: argparse.ArgumentParser, *, many: bool = False, optional: bool = False
) -> None:
    """Add the arguments that say what is compiled."""
    parser.add_argument(
        "files" if many else "file",
        nargs="+" if many else "?" if optional else None,
        metavar="FILE",
        help="a .qans file, or - for standard input",
    )
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


def console_of(args: argparse.Namespace) -> Console:
    """The console that the arguments of :func:`add_output` ask for."""
    return console(quiet=args.quiet, as_json=args.json, form=args.output_format)


def once(files: Sequence[str]) -> list[str]:
    """The files, each once; ``UnusableError`` when standard input is named with others."""
    named = list(dict.fromkeys(files))
    if STDIN in named and len(named) > 1:
        raise UnusableError("- (standard input) cannot be named together with files")
    return named


def load(name: str) -> Source:
    """The source in a file, or on standard input; ``UnusableError`` says why it cannot be read."""
    from qansatz import driver

    if name == STDIN and sys.stdin is None:
        raise UnusableError("standard input is closed")
    try:
        return driver.read(name)
    except driver.UnreadableError as error:
        raise UnusableError(f"cannot read {name}: {error}") from None


def options(args: argparse.Namespace) -> dict[str, Any]:
    """The arguments of :func:`add_source` as the driver takes them."""
    from qansatz.driver import Limits

    return {
        "ansatz": args.ansatz,
        "settings": dict(args.settings),
        "limits": Limits(**dict(args.limits)),
        "allow_outside_imports": args.allow_outside_imports,
    }


def compiled(args: argparse.Namespace) -> Compilation:
    """The one ansatz that the arguments name, compiled as far as it goes."""
    from qansatz import driver

    return driver.compile_source(load(args.file), **options(args))


def refused(out: Console, compilation: Compilation) -> int:
    """Show why there is no model, and give the exit code."""
    found = compilation.diagnostics
    out.diagnostics(found)
    out.answer(found, {"ansatz": compilation.name or None})
    return exit_code(found, compilation.limit_reached)


def exit_code(found: Iterable[Diagnostic], limit_reached: bool) -> int:
    """1 where there are errors, but 3 where a limit that was reached is the only one."""
    codes = {d.code for d in found if d.severity is Severity.ERROR}
    if limit_reached and codes <= {_LIMIT_CODE}:
        return LIMITED
    return FAILED if codes else FINE


def identity(model: Model) -> dict[str, Any]:
    """What every JSON answer about a model begins with."""
    return {"ansatz": model.name, "n_qubits": model.n_qubits}


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = (part.strip() for part in text.partition("="))
    if not sign or not name.isidentifier() or not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _limit(text: str) -> tuple[str, int]:
    from qansatz.diagnostics import did_you_mean
    from qansatz.model.limits import Limits

    name, value = _setting(text)
    known = [field.name for field in fields(Limits)]
    if name not in known:
        near = did_you_mean(name, known)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        raise argparse.ArgumentTypeError(f"no limit is called {name!r}: {hint}")
    if not value.replace("_", "").isdecimal():
        raise argparse.ArgumentTypeError(f"the limit {name} takes a whole number, not {value!r}")
    return name, int(value)
