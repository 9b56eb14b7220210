"""What the commands that read a source share: reading, compiling, and what they answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from qansatz.diagnostics import Diagnostic, Severity
from qansatz.tools.cli.console import FAILED, FINE, LIMITED, Console, UnusableError, console

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.model.program import Model
    from qansatz.source import Source

STDIN: Final = "-"

_LIMIT_CODE: Final = "QA112"


def console_of(args: argparse.Namespace) -> Console:
    """The console that the options of :func:`.options.add_output` ask for."""
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
    """The options of :func:`.options.add_source` as the driver takes them."""
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

    source = load(args.file)
    with console_of(args).progress(f"checking {source.name}"):
        return driver.compile_source(source, **options(args))


def refused(out: Console, compilation: Compilation) -> int:
    """Show why there is no model, and give the exit code."""
    diagnostics = compilation.diagnostics
    out.diagnostics(diagnostics)
    out.answer(diagnostics, {"ansatz": compilation.name or None})
    return exit_code(diagnostics, compilation.limit_reached)


def exit_code(diagnostics: Iterable[Diagnostic], limit_reached: bool) -> int:
    """1 where there are errors, but 3 where a limit that was reached is the only one."""
    codes = {d.code for d in diagnostics if d.severity is Severity.ERROR}
    if limit_reached and codes <= {_LIMIT_CODE}:
        return LIMITED
    return FAILED if codes else FINE


def identity(model: Model) -> dict[str, Any]:
    """What every JSON answer about a model begins with."""
    return {"ansatz": model.name, "n_qubits": model.n_qubits}
