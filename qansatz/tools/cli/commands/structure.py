"""``qansatz structure FILE``."""

from __future__ import annotations

import argparse

from qansatz.tools.cli.console import FINE
from qansatz.tools.cli.options import add_output, add_source
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.tools.cli.showing import show
from qansatz.views.structure import STRUCTURE

_EPILOG = """\
examples:
  qansatz structure slpa.qans
  qansatz structure slpa.qans --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Show blocks, stabilizers and symmetries."""
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    with out.progress("finding blocks, stabilizers and symmetries"):
        structure = compilation.structure
    out.diagnostics(compilation.diagnostics)
    show(out, model, structure.sheet())
    out.answer(
        compilation.diagnostics, {**identity(model), "structure": STRUCTURE.write(structure)}
    )
    return FINE
