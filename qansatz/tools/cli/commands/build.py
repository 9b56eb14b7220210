"""``qansatz build FILE``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qansatz.diagnostics import Diagnostic
from qansatz.machines import DEFAULT_MACHINE, MACHINES
from qansatz.tools.cli.console import FAILED, FINE, Console, UnusableError, is_terminal
from qansatz.tools.cli.options import (
    FILES,
    add_output,
    add_purpose,
    add_source,
    add_target,
    add_time_limit,
    completed,
    nonnegative,
    words,
)
from qansatz.tools.cli.session import (
    STDIN,
    compiled,
    console_of,
    identity,
    refused,
)

if TYPE_CHECKING:
    from qansatz.circuits.gates import GateList
    from qansatz.compilation import Compilation
    from qansatz.emit.quantinuum import Compiled
    from qansatz.model.program import Model
    from qansatz.pauli.cliffords import Tableau
    from qansatz.synthesis.bounds import TwoQubitBound
    from qansatz.synthesis.verify import Verification

_EPILOG = f"""\
examples:
  qansatz build ising.qans -o ising.qasm
  qansatz build ising.qans --target {DEFAULT_MACHINE} -o ising.json
  qansatz build slpa.qans --for expectation --optimise depth --effort 10 -o slpa.qasm
  qansatz build ising.qans --to qir --values 0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8 -o ising.bc

formats: pytket (JSON), qasm3, qasm2, qir (bitcode), qiskit (QPY), pennylane (Python),
guppy (Python), hugr (package)

Without -o the circuit goes to stdout and the report to stderr. With -o FILE the parameter
manifest (names, order, units, observables) is written beside it as FILE.manifest.json.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    from qansatz.emit.formats import FORMATS

    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("what is built")
    add_target(
        group, f"compile for {', '.join(MACHINES)}: the cheapest of several proved candidates"
    )
    add_purpose(group, default="unitary")
    group.add_argument(
        "--values",
        metavar="LIST",
        help="numbers for all parameters, then inputs, in radians: 0.1,0.2 or a file of them",
    )
    group = parser.add_argument_group("how it is searched")
    group.add_argument(
        "--optimise",
        choices=("count", "depth"),
        default="count",
        help="for few two-qubit gates (default), or for few layers of them",
    )
    group.add_argument(
        "--effort",
        metavar="N",
        type=nonnegative,
        default=1.0,
        help="how much is searched for a better circuit, about seconds; 0 for none (1)",
    )
    add_time_limit(group, "search for so long by the clock")
    group.add_argument("--no-verify", action="store_true", help="leave out the proof of equality")
    group = parser.add_argument_group("how it is written")
    form = group.add_argument(
        "--to",
        metavar="FORMAT",
        help="default: what the suffix of the output says, else pytket with --target, else qasm3",
    )
    completed(form, words("formats", FORMATS))
    output = group.add_argument(
        "-o", "--output", metavar="FILE", help="where the circuit is written"
    )
    completed(output, FILES)
    add_output(parser)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """The gates chosen, how they were proved, the Clifford left to the observables (or None), and the best bound."""

    gates: GateList
    verification: Verification | None
    compiled: Compiled | None
    final: Tableau | None
    bound: TwoQubitBound


def run(args: argparse.Namespace) -> int:
    """Compile, choose, prove, and write the circuit."""
    from qansatz.emit.faults import EmitError
    from qansatz.tools.cli.values import read_values

    if args.output is not None:
        _check_output(args)
    if args.target and args.purpose == "expectation":
        raise UnusableError("--target compiles the whole unitary: leave out --for expectation")
    values = None if args.values is None else read_values(args.values)
    out = console_of(args)
    compilation = compiled(args)
    if compilation.model is None:
        return refused(out, compilation)
    to = _format(args)
    try:
        _check_stdout(args, to)
        built = _build(args, out, compilation, compilation.model)
        from qansatz.emit.formats import emit

        circuit = emit(built.gates, to, values, span=compilation.model.node.name.span)
    except EmitError as error:
        return _emit_failed(out, compilation, error.fault.diagnostic())
    _hand_over(args, out, compilation, compilation.model, built, to, circuit)
    unproved = built.verification is not None and built.verification.equal is False
    return FAILED if unproved else FINE


def _format(args: argparse.Namespace) -> str:
    """The format named, else the one that the output's suffix means, else the default."""
    from qansatz.emit.formats import SUFFIXES

    if args.to:
        return str(args.to)
    suffix = Path(args.output).suffix if args.output else ""
    return SUFFIXES.get(suffix, "pytket" if args.target else "qasm3")


def _emit_failed(out: Console, compilation: Compilation, diagnostic: Diagnostic) -> int:
    if not diagnostic.span.source.text:
        diagnostic = replace(diagnostic, span=compilation.ansatz.node.name.span)
    diagnostics = (*compilation.diagnostics, diagnostic)
    out.diagnostics(diagnostics)
    out.answer(diagnostics, {"ansatz": compilation.name})
    return FAILED


def _check_output(args: argparse.Namespace) -> None:
    """Take ``-`` as standard output, and refuse to write over the source."""
    path = Path(args.output)
    if args.output == STDIN:
        args.output = None
    elif path.exists() and args.file != STDIN and path.samefile(args.file):
        raise UnusableError(f"{path} is the source: name another file with -o")


def _check_stdout(args: argparse.Namespace, to: str) -> None:
    """Refuse to write bytes where only text can go."""
    from qansatz.emit.formats import FORMATS

    binary = to in FORMATS and FORMATS[to].binary
    if binary and args.output is None and (args.json or is_terminal(sys.stdout)):
        raise UnusableError(f"the format {to} is binary: name a file with -o")


def _build(
    args: argparse.Namespace, out: Console, compilation: Compilation, model: Model
) -> _Built:
    from qansatz.synthesis.bounds import two_qubit_bounds
    from qansatz.synthesis.lower import lower, lower_up_to_clifford
    from qansatz.synthesis.verify import verify

    bound = max(two_qubit_bounds(model), key=lambda found: found.n_two_qubit)
    options = {
        "objective": args.optimise,
        "effort": args.effort,
        "time_limit": args.time_limit,
    }
    searching = "searching for fewer gates"
    if args.purpose == "expectation":
        with out.progress(searching):
            gates, final = lower_up_to_clifford(model, **options)
        return _Built(gates=gates, verification=None, compiled=None, final=final, bound=bound)
    with out.progress(searching):
        gates = lower(model, **options)
    if args.target:
        from qansatz.emit.quantinuum import compile_for

        with out.progress(f"compiling for {args.target}") as progress:
            best = compile_for(
                model, gates, args.target, span=model.node.name.span, progress=progress
            )
        return _Built(
            gates=best.gates,
            verification=best.verification,
            compiled=best,
            final=None,
            bound=bound,
        )
    with out.progress("proving that the gates are those of the source"):
        verification = None if args.no_verify else verify(model, gates)
    return _Built(gates=gates, verification=verification, compiled=None, final=None, bound=bound)


def _hand_over(
    args: argparse.Namespace,
    out: Console,
    compilation: Compilation,
    model: Model,
    built: _Built,
    to: str,
    circuit: str | bytes,
) -> None:
    """Write circuit, manifest and report."""
    from qansatz.emit.manifest import program_manifest

    manifest = program_manifest(model, built.gates, purpose=args.purpose, final=built.final)
    manifest_path = None
    if args.output is not None:
        from qansatz.files import replace_bytes

        data = circuit if isinstance(circuit, bytes) else circuit.encode("utf-8")
        manifest_path = f"{args.output}.manifest.json"
        replace_bytes(Path(args.output), data)
        replace_bytes(Path(manifest_path), f"{json.dumps(manifest, indent=2)}\n".encode())
    out.diagnostics(compilation.diagnostics)
    report = _report(compilation, model, built, to, args.purpose)
    if args.output is not None:
        written = f"  circuit    {args.output}\n  manifest   {manifest_path}\n"
        out.result(report + written)
    elif not args.json:
        out.note(report.rstrip("\n"))
        _to_stdout(circuit)
    summary = {
        "format": to,
        "purpose": args.purpose,
        "path": args.output,
        "manifest_path": manifest_path,
        "gates": _counts(built.gates),
        "two_qubit_bound": asdict(built.bound),
        "verification": asdict(built.verification) if built.verification else None,
        "target": args.target,
        "target_note": (built.compiled.note if built.compiled else "") or None,
        "candidates": [asdict(c) for c in built.compiled.candidates] if built.compiled else [],
    }
    whole: dict[str, Any] = {**identity(model), "build": summary, "manifest": manifest}
    if args.output is None:
        whole["circuit"] = circuit if isinstance(circuit, str) else None
    out.answer(compilation.diagnostics, whole)


def _to_stdout(circuit: str | bytes) -> None:
    if isinstance(circuit, str):
        sys.stdout.write(circuit)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(circuit)


def _counts(gates: GateList) -> dict[str, int]:
    return {
        "two_qubit_gates": gates.n_two_qubit,
        "two_qubit_depth": gates.two_qubit_depth,
        "one_qubit_gates": gates.n_one_qubit,
        "virtual_rz_gates": sum(gate.name == "rz" for gate in gates.gates),
    }


def _report(compilation: Compilation, model: Model, built: _Built, to: str, purpose: str) -> str:
    from qansatz.views import words
    from qansatz.views.tables import table

    lines = [f"{words.heading(model)}: {words.sizes(model)}\n"]
    made = words.checked(model, compilation.diagnostics)
    lines += [f"  checked    {phrase}\n" for phrase in made]
    counts = _counts(built.gates)
    lines.append(
        f"  built      {counts['two_qubit_gates']} two-qubit gates (rzz) in depth "
        f"{counts['two_qubit_depth']}, {counts['one_qubit_gates']} one-qubit gates (u1q), "
        f"{counts['virtual_rz_gates']} rz (virtual)\n"
    )
    if built.bound.n_two_qubit:
        lines.append(f"  bound      {built.bound}\n")
    lines.append(f"  format     {to}, for {_PURPOSES[purpose]}\n")
    lines.append(f"  proved     {_proof(built.verification)}\n")
    if built.compiled:
        head = ("candidate", "two-qubit", "depth", "one-qubit", "seconds", "accepted", "")
        rows = [
            (
                c.name,
                c.two_qubit_gates,
                c.two_qubit_depth,
                c.one_qubit_gates,
                c.seconds,
                c.accepted,
                "chosen" if c.name == built.compiled.chosen else ("" if c.accepted else c.verdict),
            )
            for c in built.compiled.candidates
        ]
        note = f", {built.compiled.note}" if built.compiled.note else ""
        lines.append(
            f"  target     {built.compiled.device}{note}\n\n{table(head, rows, indent=4)}\n"
        )
    return "".join(lines)


_PURPOSES = {
    "unitary": "the whole unitary",
    "expectation": "expectation values: measure the observables of the manifest",
}


def _proof(verification: Verification | None) -> str:
    if verification is None:
        return "nothing: no proof was asked for, or none exists for this purpose"
    verdict = {True: "", False: "NOT EQUAL: ", None: ""}[verification.equal]
    witness = f" ({verification.witness})" if verification.witness else ""
    return f"{verdict}{verification.claim}{witness}"
