"""PennyLane: Python source of a function of the parameters and inputs, and that function itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qansatz.circuits.gates import GateList
from qansatz.circuits.rotations import quarter_turns
from qansatz.emit import expressions
from qansatz.model.angles import Angle

_FUNCTIONS = {
    "sin": "math.sin",
    "cos": "math.cos",
    "tan": "math.tan",
    "asin": "math.arcsin",
    "acos": "math.arccos",
    "atan": "math.arctan",
    "exp": "math.exp",
    "log": "math.log",
    "sqrt": "math.sqrt",
    "Abs": "math.abs",
}


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> str:
    """Python text that defines ``circuit(parameters, inputs=())``, a quantum function for a ``QNode``.

    ``parameters`` and ``inputs`` are flat, in the manifest's order; angles in radians; wire k is qubit k. The
    text is only names, numbers and the functions of ``pennylane.math``, so every interface can differentiate it. With
    qubits ``measured`` it returns their samples, a column each.
    """
    slots = gates.slots
    names = [f"parameters[{k}]" for k in range(slots.n_parameters)]
    names += [f"inputs[{k}]" for k in range(slots.n_inputs)]
    lines = [_head(gates)]
    texts: dict[Angle, str] = {}
    for gate in gates.gates:
        for angle in gate.angles:
            if angle not in texts:
                texts[angle] = expressions.expressed(
                    angle, names, _FUNCTIONS, "PennyLane", gates.name
                )
        angles = [texts[angle] for angle in gate.angles]
        match gate.name:
            case "rz":
                lines.append(f"    qml.RZ({angles[0]}, wires={gate.qubits[0]})\n")
            case "rzz":
                lines.append(f"    qml.IsingZZ({angles[0]}, wires={list(gate.qubits)})\n")
            case "u1q":
                lines += _u1q(angles, quarter_turns(gate.angles[1]), gate.qubits[0])
    if measured:
        lines.append(f"    return qml.sample(wires={list(measured)})\n")
    elif not gates.gates:
        lines.append("    pass\n")
    return "".join(lines)


def function(gates: GateList) -> Callable[..., None]:
    """The function ``circuit(parameters, inputs=())`` that :func:`emit` writes."""
    scope: dict[str, Any] = {}
    exec(compile(emit(gates), f"<{gates.name}>", "exec"), scope)
    circuit: Callable[..., None] = scope["circuit"]
    return circuit


def _head(gates: GateList) -> str:
    slots = gates.slots
    order = ", ".join(slots.labels()[: slots.n_parameters]) or "none"
    inputs = ", ".join(slots.labels()[slots.n_parameters :]) or "none"
    return (
        "from math import pi\n\nimport pennylane as qml\nfrom pennylane import math\n\n"
        f"# parameters: {order}\n# inputs: {inputs}\n# angles in radians; wire k is qubit k\n"
        f"n_qubits = {gates.n_qubits}\n\n\n"
        "def circuit(parameters, inputs=()):\n"
    )


def _u1q(angles: list[str], turns: int | None, wire: int) -> list[str]:
    theta, phi = angles
    if turns in (0, 1):
        return [f"    qml.{'RX' if turns == 0 else 'RY'}({theta}, wires={wire})\n"]
    return [
        f"    qml.RZ(-({phi}), wires={wire})\n",
        f"    qml.RX({theta}, wires={wire})\n",
        f"    qml.RZ({phi}, wires={wire})\n",
    ]
