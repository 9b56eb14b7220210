"""``qansatz draw FILE``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from qansatz.tools.console import FINE, LIMITED, terminal_width
from qansatz.tools.drawing import Element, diagram
from qansatz.tools.session import add_output, add_source, compiled, console_of, identity, refused

if TYPE_CHECKING:
    from qansatz.model.angles import Angle
    from qansatz.model.program import Model
    from qansatz.pauli.strings import Pauli
    from qansatz.synthesis.gates import GateList

_EPILOG = """\
examples:
  qansatz draw ising.qans --set n=4 --set layers=1
  qansatz draw ising.qans --native          the circuit in native gates

A rotation exp(-i*angle/2*P) shows the letters of P on its qubits and its angle on the first.
"""

_WIDTH = 100


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("drawing")
    group.add_argument(
        "--native", action="store_true", help="the native gates rz, u1q and rzz that build emits"
    )
    group.add_argument(
        "--first",
        type=_count,
        default=1000,
        metavar="N",
        help="how many rotations or gates to draw (default 1000)",
    )
    group.add_argument("--width", type=_count, metavar="N", help="columns to use")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Draw the rotations as written, or the native gates."""
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    gates = compilation.gates() if args.native else None
    elements = _native(gates) if gates else _written(model)
    total = len(gates.gates) if gates else len(model.rotations) + len(model.gates)
    shown = list(islice(elements, args.first))
    width = args.width or terminal_width(sys.stdout, _WIDTH)
    drawing = diagram(shown, list(_names(model, kets=not args.native)), width)
    out.diagnostics(compilation.diagnostics)
    out.result(drawing)
    out.answer(
        compilation.diagnostics,
        {**identity(model), "drawing": drawing, "n_drawn": len(shown), "n_elements": total},
    )
    if len(shown) < total:
        out.note(f"the first {len(shown)} of {total} are drawn; --first {total} draws all")
        return LIMITED
    return FINE


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive whole number")
    return int(text)


def _names(model: Model, *, kets: bool) -> Iterator[str]:
    """The qubits as the source names them, with their initial states where they have one each."""
    ket = model.initial.ket if kets else None
    for name, start, size in model.registers:
        for k in range(size):
            yield f"{name}[{k}] |{ket[start + k]}>" if ket else f"{name}[{k}]"


def _written(model: Model) -> Iterator[Element]:
    """The fixed gates and the rotations in the order of the source, strings as written."""
    from qansatz.pauli.cliffords import Tableau

    labels = model.slots.labels()
    rotations = model.rotations
    clifford = Tableau(model.n_qubits)
    applied = 0
    for row in range(len(rotations)):
        before = int(rotations.n_gates_before[row])
        for gate in model.gates[applied:before]:
            clifford.apply(gate.name, gate.qubits)
            yield _fixed(gate.name, gate.qubits)
        applied = max(applied, before)
        pauli = clifford.push(rotations.pauli(row)) if applied else rotations.pauli(row)
        yield _rotation(pauli, rotations.angle(row), labels)
    for gate in model.gates[applied:]:
        yield _fixed(gate.name, gate.qubits)


def _rotation(pauli: Pauli, angle: Angle, labels: Sequence[str]) -> Element:
    from qansatz.model.angles import scale
    from qansatz.pauli.strings import letter

    text = _angle(scale(-1, angle) if pauli.phase == 2 else angle, labels)
    bits = pauli.x | pauli.z
    support = [q for q in range(bits.bit_length()) if bits >> q & 1]
    return {q: letter(pauli, q) + (f"({text})" if q == support[0] else "") for q in support}


def _fixed(name: str, qubits: Sequence[int]) -> Element:
    parts = {"cx": ("●", "x"), "cz": ("●", "●"), "swap": ("swap", "swap")}.get(name, (name,))
    return dict(zip(qubits, parts, strict=True))


def _native(gates: GateList) -> Iterator[Element]:
    labels = gates.slots.labels()
    for gate in gates.gates:
        text = ", ".join(_angle(angle, labels) for angle in gate.angles)
        first, *others = gate.qubits
        yield {first: f"{gate.name}({text})", **dict.fromkeys(others, gate.name)}


def _angle(angle: Angle, labels: Sequence[str]) -> str:
    from qansatz.emit.expressions import affine_text, named
    from qansatz.model.angles import Affine

    if isinstance(angle, Affine):
        return affine_text(angle, labels)
    import sympy

    return str(named(angle, [sympy.Symbol(label) for label in labels]))
