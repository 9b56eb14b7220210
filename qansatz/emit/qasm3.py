"""OpenQASM 3 text: parameters as ``input float``, the native gates defined from ``stdgates``."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.circuits.gates import GateList
from qansatz.emit import expressions
from qansatz.model.angles import Angle

#: Functions of sympy and their names in OpenQASM 3.
FUNCTIONS = {
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "exp": "exp",
    "log": "log",
    "sqrt": "sqrt",
}

DEFINITIONS = """\
// u1q(a, b) = exp(-i a/2 (cos b X + sin b Y))
gate u1q(a, b) t { rz(-b) t; rx(a) t; rz(b) t; }
// rzz(a) = exp(-i a/2 Z Z)
gate rzz(a) s, t { cx s, t; rz(a) t; cx s, t; }
"""


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> str:
    """The circuit as text, one ``input float`` a slot in the manifest's order; angles in radians.

    ``q[k]`` is qubit k of the gate list; the qubits ``measured`` are measured into ``c[0]``, ``c[1]``, ….
    """
    names = gates.slots.identifiers()
    inputs = "".join(f"input float[64] {name};\n" for name in names)
    texts: dict[Angle, str] = {}
    lines = []
    for gate in gates.gates:
        for angle in gate.angles:
            if angle not in texts:
                texts[angle] = expressions.expressed(
                    angle, names, FUNCTIONS, "OpenQASM 3", gates.name
                )
        angles = ", ".join(texts[angle] for angle in gate.angles)
        qubits = ", ".join(f"q[{qubit}]" for qubit in gate.qubits)
        lines.append(f"{gate.name}({angles}) {qubits};\n")
    head = f'OPENQASM 3.0;\ninclude "stdgates.inc";\n// {gates.name}; angles in radians\n'
    registers = f"qubit[{gates.n_qubits}] q;\n"
    if measured:
        registers += f"bit[{len(measured)}] c;\n"
        lines += [f"c[{k}] = measure q[{qubit}];\n" for k, qubit in enumerate(measured)]
    return f"{head}{DEFINITIONS}{inputs}{registers}{''.join(lines)}"
