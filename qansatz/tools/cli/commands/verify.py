"""``qansatz verify SOURCE [CIRCUIT]`` and ``verify SOURCE --certificate FILE``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qansatz.numbers import counted
from qansatz.tools.cli.console import FAILED, FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.options import FILES, add_output, add_source, completed
from qansatz.tools.cli.session import (
    compiled,
    console_of,
    identity,
    refused,
)
from qansatz.views.text import text
from qansatz.views.verification import CERTIFICATE, VERIFICATION

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.model.program import Model
    from qansatz.synthesis.verify import Verification

_EPILOG = """\
examples:
  qansatz verify ising.qans                   the circuit that build would write
  qansatz verify ising.qans ising.json        a circuit that build wrote
  qansatz verify ising.qans ising.py --from pennylane --run-code
  qansatz verify ising.qans --certificate gradient.json

Proved are the states prepared from |0...0>, for all parameter values, up to a global phase.
Circuits for pytket in native gates, for Qiskit and in OpenQASM 3 are decided exactly; others
numerically, to 1e-10, for at most ten qubits. A file for PennyLane is a Python program: it is
executed to be read, with your rights, and only where --run-code allows it.

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
    group.add_argument(
        "--run-code",
        action="store_true",
        help="execute the Python file that --from pennylane names; no other format executes anything",
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
    with out.progress("proving that circuit and source mean the same"):
        verification = compilation.verify() if args.circuit is None else _compare(model, args)
    sheet = verification.sheet()
    (verdict,) = sheet.facts
    out.diagnostics(compilation.diagnostics)
    out.result(f"{verdict.value}  {verdict.explanation}\n{text(replace(sheet, facts=()))}")
    values = {**identity(model), "verification": VERIFICATION.write(verification)}
    out.answer(compilation.diagnostics, values)
    return {True: FINE, False: FAILED, None: LIMITED}[verification.equal]


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
    with out.progress("checking the certificate"):
        check = check_certificate(model, data)
    out.diagnostics(compilation.diagnostics)
    if check.valid:
        chosen = (
            " for these derivatives (fewer, perhaps, for others equal to them)"
            if check.chosen
            else ""
        )
        out.result(
            f"valid  {check.n_circuits} circuits measure the whole gradient of "
            f"{data['observable']}; at least {check.lower_bound} are needed by sign patterns{chosen}\n"
        )
    else:
        out.result("".join(f"refused  {problem}\n" for problem in check.problems))
    values = {**identity(model), "certificate": CERTIFICATE.write(check)}
    out.answer(compilation.diagnostics, values)
    return FINE if check.valid else FAILED


def _compare(model: Model, args: argparse.Namespace) -> Verification:
    path = Path(args.circuit)
    form = args.form or _BY_SUFFIX.get(path.suffix)
    if form is None:
        raise UnusableError(f"say with --from what {path} is: one of {', '.join(_FORMATS)}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableError(f"cannot read {path}: {error.strerror}") from None
    if form == "pennylane":
        if not args.run_code:
            raise UnusableError(
                f"{path} is a Python program, which must be executed to be read: say --run-code if you trust it"
            )
        print(f"executing {path}", file=sys.stderr)
    from qansatz.emit.faults import EmitError

    try:
        return _verified(model, form, data)
    except EmitError as error:
        raise UnusableError(str(error)) from None
    except Exception as error:
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise UnusableError(f"{path} is no {form} circuit: {reason}") from None


def _verified(model: Model, form: str, data: bytes) -> Verification:
    from qansatz.emit import from_qasm3
    from qansatz.emit.formats import require
    from qansatz.synthesis.verify import verify

    span = model.node.name.span
    if form == "pytket":
        require("pytket", "reading a pytket circuit", span)
        return _of_pytket(model, data)
    if form == "pennylane":
        require("pennylane", "reading a PennyLane circuit", span)
        return _of_pennylane(model, data)
    native = from_qasm3.read(data.decode()) if form == "qasm3" else None
    if native is not None:
        other = _another(model, native.n_qubits, native.inputs)
        return other or verify(model, native.gate_list(model.slots))
    require("qiskit", f"reading {form}", span)
    return _of_qiskit(model, form, data)


def _of_pytket(model: Model, data: bytes) -> Verification:
    from pytket.circuit import Circuit

    from qansatz.emit import readback
    from qansatz.emit.half_turns import gate_list
    from qansatz.synthesis.verify import verify, verify_dense

    circuit = Circuit.from_dict(json.loads(data))
    other = _another(model, circuit.n_qubits, map(str, circuit.free_symbols()))
    if other is not None:
        return other
    gates = gate_list(circuit, model.slots)
    if gates is not None:
        return verify(model, gates)
    return verify_dense(model, readback.pytket_unitary(circuit, model.slots))


def _of_qiskit(model: Model, form: str, data: bytes) -> Verification:
    from qansatz.emit import readback
    from qansatz.emit.from_qiskit import gate_list
    from qansatz.synthesis.verify import verify, verify_dense

    circuit = (
        readback.qpy_circuit(data) if form == "qiskit" else readback.qasm3_circuit(data.decode())
    )
    other = _another(model, circuit.num_qubits, (p.name for p in circuit.parameters))
    if other is not None:
        return other
    gates = gate_list(circuit, model.slots)
    if gates is not None:
        return verify(model, gates)
    return verify_dense(model, readback.qiskit_unitary(circuit, model.slots))


def _of_pennylane(model: Model, data: bytes) -> Verification:
    from qansatz.emit import readback
    from qansatz.synthesis.verify import verify_dense

    program = readback.pennylane_program(data.decode("utf-8"))
    other = _another(model, int(program["n_qubits"]), ())
    return other or verify_dense(model, readback.pennylane_unitary(program, model.slots))


def _another(model: Model, n_qubits: int, names: Iterable[str]) -> Verification | None:
    """What tells a circuit of another size or with other parameters; None where nothing does."""
    from qansatz.synthesis.verify import Verification

    unknown = sorted({*names} - {*model.slots.identifiers()})
    if n_qubits != model.n_qubits:
        claim = f"the circuit has {counted(n_qubits, 'qubit')}, the source {model.n_qubits}"
    elif unknown:
        claim = f"the circuit has parameters that the source has not: {', '.join(unknown[:8])}"
    else:
        return None
    return Verification(equal=False, method="size and names", claim=claim)
