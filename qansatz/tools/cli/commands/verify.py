"""``qansatz verify SOURCE [CIRCUIT]`` and ``verify SOURCE --certificate FILE``."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qansatz.tools.cli.console import FAILED, FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.options import FILES, add_output, add_source, completed
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.model.program import Model
    from qansatz.synthesis.verify import Verification

_EPILOG = """\
examples:
  qansatz verify ising.qans                   the circuit that build would write
  qansatz verify ising.qans ising.json        a circuit that build wrote
  qansatz verify ising.qans ising.py --from pennylane
  qansatz verify ising.qans --certificate gradient.json

Proved are the states prepared from |0...0>, for all parameter values, up to a global phase.
Circuits for pytket in native gates, for Qiskit and in OpenQASM 3 are decided exactly; others
numerically, to 1e-10, for at most ten qubits. --from pennylane runs the Python file.

--certificate checks every claim of a gradient schedule that `qansatz schedule` wrote.
"""

_BY_SUFFIX: Final = {".json": "pytket", ".qasm": "qasm3", ".qasm3": "qasm3", ".qpy": "qiskit"}
_FORMATS: Final = ("pytket", "qasm3", "qiskit", "pennylane")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    add_source(parser)
    circuit = parser.add_argument(
        "circuit", nargs="?", metavar="CIRCUIT", help="a circuit with symbols, as build writes it"
    )
    group = parser.add_argument_group("what is verified")
    group.add_argument(
        "--from",
        dest="form",
        choices=_FORMATS,
        help="the circuit's format, where its suffix (.json .qasm .qpy) does not say",
    )
    certificate = group.add_argument(
        "--certificate",
        metavar="FILE",
        help="check a gradient schedule, as `schedule --certificate` writes it, and nothing else",
    )
    for action in (circuit, certificate):
        completed(action, FILES)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Compare a circuit with its source and say what was proved."""
    if args.certificate is not None and (args.circuit or args.form):
        raise UnusableError("--certificate goes with neither a circuit nor --from")
    out = console_of(args)
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    if args.certificate is not None:
        return _check_certificate(args, out, compilation)
    found = compilation.verify() if args.circuit is None else _compare(model, args)
    word = {True: "equal", False: "different", None: "undecided"}[found.equal]
    witness = f"  where: {found.witness}\n" if found.witness else ""
    out.diagnostics(compilation.diagnostics)
    out.result(f"{word}  {found.claim}\n{witness}  method: {found.method}\n")
    out.answer(compilation.diagnostics, {**identity(model), "verification": asdict(found)})
    return {True: FINE, False: FAILED, None: LIMITED}[found.equal]


def _check_certificate(args: argparse.Namespace, out: Console, compilation: Compilation) -> int:
    from qansatz.analysis.gradient.certificate_check import check_certificate

    try:
        data = json.loads(Path(args.certificate).read_bytes())
    except OSError as error:
        raise UnusableError(f"cannot read {args.certificate}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UnusableError(f"{args.certificate} is no JSON: {error}") from None
    model = compilation.written
    assert model is not None
    found = check_certificate(model, data)
    out.diagnostics(compilation.diagnostics)
    if found.valid:
        chosen = (
            " for these derivatives (fewer, perhaps, for others equal to them)"
            if found.chosen
            else ""
        )
        out.result(
            f"valid  {found.n_circuits} circuits measure the whole gradient of "
            f"{data['observable']}; at least {found.lower_bound} are needed by sign patterns{chosen}\n"
        )
    else:
        out.result("".join(f"refused  {problem}\n" for problem in found.problems))
    answer = {
        "valid": found.valid,
        "problems": list(found.problems),
        "n_circuits": found.n_circuits,
        "lower_bound": found.lower_bound,
        "of_chosen_derivatives": found.chosen,
    }
    out.answer(compilation.diagnostics, {**identity(model), "certificate": answer})
    return FINE if found.valid else FAILED


def _compare(model: Model, args: argparse.Namespace) -> Verification:
    path = Path(args.circuit)
    form = args.form or _BY_SUFFIX.get(path.suffix)
    if form is None:
        raise UnusableError(f"say with --from what {path} is: one of {', '.join(_FORMATS)}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableError(f"cannot read {path}: {error.strerror}") from None
    from qansatz.emit.faults import EmitError

    try:
        return _verified(model, form, data)
    except EmitError as error:
        raise UnusableError(str(error)) from None
    except Exception as error:
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise UnusableError(f"{path} is no {form} circuit of this ansatz: {reason}") from None


def _verified(model: Model, form: str, data: bytes) -> Verification:
    from qansatz.emit import readback
    from qansatz.emit.formats import require
    from qansatz.synthesis.verify import verify, verify_dense

    span = model.node.name.span
    if form == "pytket":
        require("pytket", "reading a pytket circuit", span)
        from pytket.circuit import Circuit

        from qansatz.emit.half_turns import gate_list

        circuit = Circuit.from_dict(json.loads(data))
        gates = gate_list(circuit, model.slots)
        if gates is not None:
            return verify(model, gates)
        return verify_dense(model, readback.pytket_unitary(circuit, model.slots))
    if form == "pennylane":
        require("pennylane", "reading a PennyLane circuit", span)
        return verify_dense(model, readback.pennylane(data.decode("utf-8"), model.slots))
    require("qiskit", f"reading {form}", span)
    from qansatz.emit.from_qiskit import gate_list as from_qiskit

    read = readback.qpy_circuit(data) if form == "qiskit" else readback.qasm3_circuit(data.decode())
    gates = from_qiskit(read, model.slots)
    if gates is not None:
        return verify(model, gates)
    return verify_dense(model, readback.qiskit_unitary(read, model.slots))
