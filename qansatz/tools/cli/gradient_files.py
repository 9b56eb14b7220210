"""Gradient circuits written to files, with one manifest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qansatz.progress import Step
from qansatz.tools.cli.console import FINE, Console, UnusableError
from qansatz.tools.cli.session import identity

if TYPE_CHECKING:
    from qansatz.compilation import Compilation

#: Formats in which a circuit can end in measurements of some qubits.
FORMATS: Final = ("pytket", "qasm3", "qasm2", "qir", "qiskit", "pennylane")


def write_circuits(
    out: Console,
    compilation: Compilation,
    folder: str,
    to: str,
    values: Sequence[float] | None,
    *,
    observable: str | None,
    time_limit: float | None,
) -> int:
    """Write the circuits of a gradient and ``manifest.json`` into a folder, and show them; the exit code.

    ``UnusableError`` where the format cannot express them, or values are missing.
    """
    from qansatz.emit.faults import EmitError
    from qansatz.emit.formats import FORMATS as KNOWN
    from qansatz.emit.formats import emit
    from qansatz.emit.gradients import gradient_exports, gradient_manifest
    from qansatz.files import replace_bytes

    if KNOWN[to].needs_values and values is None and compilation.ansatz.slots.labels():
        raise UnusableError(
            f"the format {to} has no free parameters: give values with --theta and --inputs, or "
            "draw them with --seed"
        )
    try:
        schedule = compilation.schedule_of(observable, time_limit=time_limit)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    try:
        with out.progress("compiling circuits") as progress:
            for made in gradient_exports(schedule):
                text = emit(made.circuit.gates, to, values, measured=made.circuit.measured)
                file = f"{made.name}{KNOWN[to].suffix}"
                replace_bytes(path / file, text if isinstance(text, bytes) else text.encode())
                entries.append({"file": file, **made.entry})
                step = Step(text="compiling circuits", done=len(entries), detail=made.name)
                progress(step)
    except EmitError as error:
        diagnostic = error.fault.diagnostic()
        cure = f": {diagnostic.help}" if diagnostic.help else ""
        raise UnusableError(f"{diagnostic.message}{cure}") from None
    manifest = {**gradient_manifest(schedule, entries), "format": to}
    if values is not None:
        manifest["values"] = list(values)
    replace_bytes(path / "manifest.json", f"{json.dumps(manifest, indent=1)}\n".encode())
    out.diagnostics(compilation.diagnostics)
    out.result(_text(compilation, folder, to, entries))
    summary = {
        "folder": folder,
        "format": to,
        "n_circuits": schedule.n_circuits,
        "n_value_circuits": len(entries) - schedule.n_circuits,
        "two_qubit_gates": sum(entry["two_qubit_gates"] for entry in entries),
        "circuits": entries,
    }
    out.answer(compilation.diagnostics, {**identity(compilation.ansatz), "written": summary})
    return FINE


def _text(compilation: Compilation, folder: str, to: str, entries: Sequence[dict[str, Any]]) -> str:
    from qansatz.views import words
    from qansatz.views.tables import table

    model = compilation.ansatz
    head = ("file", "qubits", "two-qubit", "one-qubit", "measured", "strings")
    rows = [
        (
            entry["file"],
            entry["n_qubits"],
            entry["two_qubit_gates"],
            entry["one_qubit_gates"],
            len(entry["measured"]),
            len(entry["parities"]),
        )
        for entry in entries
    ]
    total = sum(entry["two_qubit_gates"] for entry in entries)
    return (
        f"{words.heading(model)}: {words.sizes(model)}\n\n"
        + (table(head, rows) if rows else "")
        + f"\n  {len(entries)} circuits, {total} two-qubit gates in all, written to {folder} for {to}\n"
        "  manifest.json says what every parity adds to which derivative\n"
    )
