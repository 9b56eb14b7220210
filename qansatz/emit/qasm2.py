"""OpenQASM 2 text of a circuit whose angles are all numbers."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.circuits.gates import GateList
from qansatz.emit.expressions import affine_text
from qansatz.model.angles import Affine

_HEAD = """\
OPENQASM 2.0;
include "qelib1.inc";
// {name}; angles in radians; u1q(a, b) = exp(-i a/2 (cos b X + sin b Y))
gate u1q(a, b) t {{ u3(a, b - pi/2, pi/2 - b) t; }}
// zzphase(a) = exp(-i a/2 Z Z); not called rzz, which some readers of qelib1 have and some lack
gate zzphase(a) s, t {{ cx s, t; u1(a) t; cx s, t; }}
"""


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> str:
    """The circuit as text; its angles must be constant.

    ``q[k]`` is qubit k of the gate list; the qubits ``measured`` are measured into ``c[0]``, ``c[1]``, ….
    """
    read = measured or ()
    lines = [_HEAD.format(name=gates.name), f"qreg q[{gates.n_qubits}];\n"]
    if read:
        lines.append(f"creg c[{len(read)}];\n")
    for gate in gates.gates:
        texts = []
        for angle in gate.angles:
            assert isinstance(angle, Affine)
            texts.append(affine_text(angle, ()))
        qubits = ",".join(f"q[{qubit}]" for qubit in gate.qubits)
        name = "zzphase" if gate.name == "rzz" else gate.name
        lines.append(f"{name}({','.join(texts)}) {qubits};\n")
    lines += [f"measure q[{qubit}] -> c[{k}];\n" for k, qubit in enumerate(read)]
    return "".join(lines)
