"""``qansatz fmt FILE…``."""

from __future__ import annotations

import argparse
from pathlib import Path

from qansatz.diagnostics import Diagnostic, FaultLog
from qansatz.source import Source
from qansatz.tools.cli.console import FAILED, FINE, Console, has_errors
from qansatz.tools.cli.options import SOURCES, add_output, completed
from qansatz.tools.cli.session import STDIN, console_of, load, once

_EPILOG = """\
examples:
  qansatz fmt ising.qans             rewrite the file
  qansatz fmt --check examples/*     exit code 1 if a file would change
  qansatz fmt - < ising.qans         standard input to standard output

A file with syntax errors is left as it is.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    files = parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a .qans file, or - for standard input"
    )
    completed(files, SOURCES)
    group = parser.add_argument_group("instead of writing the file")
    modes = group.add_mutually_exclusive_group()
    modes.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if a file differs"
    )
    modes.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Format the files, or say which differ."""
    out = console_of(args)
    diagnostics: list[Diagnostic] = []
    answers = []
    n_changed = 0
    for name in once(args.files):
        source = load(name)
        text, faults = formatted(source)
        diagnostics += faults
        changed = text is not None and text != source.text
        n_changed += changed
        answers.append({"filename": source.name, "changed": changed})
        if text is not None:
            _hand_over(out, args, name, source, text)
    out.diagnostics(diagnostics)
    out.answer(diagnostics, {"files": answers})
    differs = n_changed and (args.check or args.diff)
    return FAILED if differs or has_errors(diagnostics) else FINE


def formatted(source: Source) -> tuple[str | None, list[Diagnostic]]:
    """The canonical text of a source, or None and the errors in it."""
    from qansatz.syntax.format import check_same_meaning, format_file
    from qansatz.syntax.parser import parse

    log = FaultLog()
    file = parse(source, log)
    if log.has_errors:
        return None, list(log.diagnostics())
    text = format_file(file, source)
    again = FaultLog()
    same = check_same_meaning(file, parse(Source(source.name, text), again))
    if again.has_errors or not same:
        raise AssertionError(f"formatting would change the meaning of {source.name}")
    return text, []


def _hand_over(
    out: Console, args: argparse.Namespace, name: str, source: Source, text: str
) -> None:
    """Write the text where the arguments want it, or say that it differs."""
    changed = text != source.text
    if args.diff:
        out.result(_diff(source, text))
    elif args.check:
        if changed:
            out.note(f"would reformat {source.name}")
    elif name == STDIN:
        out.result(text)
    elif changed:
        from qansatz.files import replace_text

        replace_text(Path(name), text)
        out.note(f"reformatted {source.name}")


def _diff(source: Source, text: str) -> str:
    from difflib import unified_diff

    before, after = source.text.split("\n"), text.split("\n")
    name = source.name
    lines = unified_diff(before, after, name, f"{name} (formatted)", lineterm="")
    return "".join(f"{line}\n" for line in lines)
