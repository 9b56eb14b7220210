"""``qansatz new NAME``."""

from __future__ import annotations

import argparse
import re
from importlib import resources
from pathlib import Path

from qansatz.tools.cli.console import FINE, UnusableError, console
from qansatz.tools.cli.options import add_json, add_quiet

TEMPLATES = ("tfim", "slpa", "qaoa", "classifier")

_EPILOG = """\
examples:
  qansatz new ising
  qansatz new colours --template qaoa
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "name", metavar="NAME", help="the file to write; .qans is added to a bare name"
    )
    group = parser.add_argument_group("what is written")
    group.add_argument(
        "--template", choices=TEMPLATES, default="tfim", help="what to start from (default: tfim)"
    )
    group = parser.add_argument_group("output")
    add_json(group)
    add_quiet(group, "say nothing on success")


def run(args: argparse.Namespace) -> int:
    """Write the file; never over another one."""
    from qansatz.files import create_text

    path = Path(args.name)
    if not path.name:
        raise UnusableError(f"{args.name!r} is no name for a file")
    if path.suffix != ".qans":
        path = path.with_name(path.name + ".qans")
    try:
        create_text(path, starter(args.template, identifier(path.stem)))
    except FileExistsError:
        raise UnusableError(f"{path} exists and is left as it is") from None
    out = console(quiet=args.quiet, as_json=args.json)
    if not args.quiet:
        out.result(f"wrote {path}; next: qansatz check {path}\n")
    out.answer((), {"path": str(path), "template": args.template})
    return FINE


def starter(template: str, name: str) -> str:
    """The text of a template with its ansatz renamed."""
    folder = resources.files("qansatz.tools.cli").joinpath("templates")
    text = folder.joinpath(f"{template}.qans").read_text("utf-8")
    return text.replace(f"ansatz {template}(", f"ansatz {name}(")


def identifier(stem: str) -> str:
    """A name for the ansatz: the file's as far as the language allows."""
    name = re.sub(r"\W", "_", stem)
    return name if _is_name(name) else f"ansatz_{name}"


def _is_name(word: str) -> bool:
    from qansatz.diagnostics import FaultLog
    from qansatz.source import Source
    from qansatz.syntax.parser import parse

    log = FaultLog()
    parse(Source("name", f"qans 1\nansatz {word}() {{ qubits q[1] }}\n"), log)
    return not log.has_errors
