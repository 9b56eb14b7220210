"""Qubits that nothing acts on."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, FaultLog, Severity
from qansatz.model.program import Model
from qansatz.syntax import nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class UntouchedQubits(Fault):
    """A range that stops too early, or an orbit that misses a qubit, leaves qubits in their
    initial state.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      param theta[3]
      for i in 0..<3 { rx(q[i], theta[i]) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      param theta[4]
      for i in 0..<4 { rx(q[i], theta[i]) }
    }
    ```
    """

    code = "QA323"
    title = "qubits that nothing acts on"
    severity = Severity.WARNING

    qubits: str

    def message(self) -> str:
        return f"nothing acts on {self.qubits}"

    def label(self) -> str:
        return "declared here"

    def help(self) -> str:
        return "extend the range, or declare fewer qubits"


def check(model: Model, log: FaultLog) -> None:
    """One fault a register with qubits that no rotation or gate acts on, unless nothing acts at all."""
    touched = model.rotations.strings.support() if len(model.rotations) else 0
    for gate in model.gates:
        for qubit in gate.qubits:
            touched |= 1 << qubit
    if not touched:
        return
    for statement in model.node.body.statements:
        if not isinstance(statement, nodes.Qubits):
            continue
        _, start, size = next(r for r in model.registers if r[0] == statement.name.text)
        missed = [i for i in range(size) if not touched >> (start + i) & 1]
        if missed:
            name = statement.name.text
            shown = ", ".join(f"{name}[{i}]" for i in missed[:4])
            more = f" and {len(missed) - 4} more" if len(missed) > 4 else ""
            log.add(UntouchedQubits(statement.name.span, qubits=shown + more))
