"""``qansatz check FILE…``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qansatz.diagnostics import Diagnostic
from qansatz.source import Source
from qansatz.tools.cli.console import Console, UnusableError
from qansatz.tools.cli.options import add_output, add_source
from qansatz.tools.cli.session import (
    STDIN,
    console_of,
    exit_code,
    identity,
    load,
    once,
    options,
)
from qansatz.tools.cli.stages import STAGES, show

if TYPE_CHECKING:
    from qansatz.compilation import Compilation

_EPILOG = """\
examples:
  qansatz check ising.qans
  qansatz check ising.qans --set n=12 --set layers=2
  qansatz check --fix examples/*.qans
  qansatz check ising.qans --show model
  qansatz check --output-format sarif ising.qans > ising.sarif

Without --ansatz every ansatz of a file is checked. Diagnostics go to stderr; in the
formats json, github and sarif they are the result and go to stdout.
"""

_MACHINE_FORMS = ("json", "github", "sarif")
_MOST_ROUNDS = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser, many=True)
    group = parser.add_argument_group("what is done")
    group.add_argument(
        "--fix", action="store_true", help="apply the fixes that cannot change a file's meaning"
    )
    group.add_argument(
        "--show",
        choices=STAGES,
        metavar="STAGE",
        help=f"print a stage of the compilation instead: {', '.join(STAGES)}",
    )
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Check the files and say, for each ansatz, what was found."""
    if args.show is not None:
        return show(args, console_of(args))
    names = once(args.files)
    if args.fix and args.json and STDIN in names:
        raise UnusableError("--fix writes the text of standard input to stdout: leave out --json")
    out = console_of(args)
    sources = [load(name) for name in names]
    diagnostics: list[Diagnostic] = []
    answers: list[dict[str, Any]] = []
    limited = False
    for name, source in zip(names, sources, strict=True):
        compilations = _fixed(args, out, name, source) if args.fix else _checked(args, source)
        diagnostics += _distinct(compilations)
        limited |= any(c.limit_reached for c in compilations)
        for compilation in compilations:
            answers += _tell(args, out, compilation)
    if args.output_format in _MACHINE_FORMS:
        out.result(out.text_of(diagnostics))
    else:
        out.diagnostics(diagnostics)
    out.answer(diagnostics, {"checked": answers})
    return exit_code(diagnostics, limited)


def _checked(args: argparse.Namespace, source: Source) -> Sequence[Compilation]:
    from qansatz import driver

    with console_of(args).progress(f"checking {source.name}"):
        return driver.check(source, **options(args))


def _distinct(compilations: Sequence[Compilation]) -> list[Diagnostic]:
    """The diagnostics of all ansatzes of a file, each once."""
    return list(dict.fromkeys(d for c in compilations for d in c.diagnostics))


def _tell(args: argparse.Namespace, out: Console, compilation: Compilation) -> list[dict[str, Any]]:
    """Write the line for a compilation without errors, and give what JSON has of it."""
    from qansatz.views import words

    model = compilation.written
    to_stdout = args.output_format not in _MACHINE_FORMS and not (args.fix and STDIN in args.files)
    if model is None:
        if to_stdout and not args.quiet and not compilation.has_errors:
            out.result(f"ok  {compilation.source.name}: {words.library(compilation.file)}\n")
        return []
    made = words.checked(model, compilation.diagnostics)
    if to_stdout and not args.quiet:
        out.result(f"ok  {words.heading(model)}: {words.sizes(model)}\n")
        out.result("".join(f"    checked: {phrase}\n" for phrase in made))
    return [
        {
            "filename": compilation.source.name,
            **identity(model),
            "n_rotations": len(model.rotations),
            "n_parameters": model.slots.n_parameters,
            "n_inputs": model.slots.n_inputs,
            "arguments": {name: words.json_value(value) for name, value in model.arguments},
            "checks": made,
        }
    ]


def _fixed(
    args: argparse.Namespace, out: Console, name: str, source: Source
) -> Sequence[Compilation]:
    """Apply fixes until none is left, write the text, and give what is found in it."""
    from qansatz.tools.cli.fixes import apply_fixes

    first = source
    applied: list[str] = []
    compilations = _checked(args, source)
    for _ in range(_MOST_ROUNDS):
        text, titles = apply_fixes(source, _distinct(compilations))
        if text == source.text:
            break
        applied += titles
        source = Source(source.name, text)
        compilations = _checked(args, source)
    if name == STDIN:
        sys.stdout.write(source.text)
    elif source is not first:
        from qansatz.files import replace_text

        replace_text(Path(name), source.text)
    if applied:
        out.note(f"{source.name}: applied {', '.join(dict.fromkeys(applied))}")
    return compilations
