"""``qansatz draw FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from qansatz.tools.cli.console import FINE, is_terminal, terminal_width
from qansatz.tools.cli.options import FILES, add_output, add_source, completed, whole
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)

_EPILOG = """\
examples:
  qansatz draw ising.qans
  qansatz draw ising.qans -o ising.svg
  qansatz draw ising.qans --svg > ising.svg

A rotation exp(-i*angle/2*P) shows the letters of P on its qubits, as written, with its angle. A repeat is drawn
once with the number of its iterations; blocks and layers are framed.
"""

_WIDTH = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("drawing")
    group.add_argument("--svg", action="store_true", help="an SVG picture instead of text")
    group.add_argument("--ascii", action="store_true", help="text of ASCII characters only")
    group.add_argument("--width", type=whole(40), metavar="N", help="columns of the text to use")
    output = group.add_argument(
        "-o", "--output", metavar="FILE", help="write to a file; a name in .svg asks for SVG"
    )
    completed(output, FILES)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Draw the circuit as written, on the terminal or as SVG."""
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.written
    if model is None:
        return refused(out, compilation)
    from qansatz.views.pictures.svg import draw_svg
    from qansatz.views.pictures.text import draw_text

    as_svg = args.svg or (args.output or "").endswith(".svg")
    if as_svg:
        drawing = draw_svg(model)
    else:
        width = args.width or terminal_width(sys.stdout, _WIDTH)
        colour = args.output is None and not args.json and is_terminal(sys.stdout)
        drawing = draw_text(model, width=width, colour=colour, ascii=args.ascii)
    drawing = drawing.rstrip("\n") + "\n"
    out.diagnostics(compilation.diagnostics)
    if args.output is None:
        out.result(drawing)
    else:
        from qansatz.files import replace_bytes

        replace_bytes(Path(args.output), drawing.encode("utf-8"))
        out.note(f"wrote {args.output}")
    form = "svg" if as_svg else "text"
    out.answer(compilation.diagnostics, {**identity(model), "format": form, "drawing": drawing})
    return FINE
