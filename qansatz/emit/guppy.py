"""Guppy: source of a function of qubits, parameters and inputs, in Quantinuum's native operations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import pi
from typing import Final

from qansatz.circuits.gates import GateList
from qansatz.emit import expressions
from qansatz.emit.half_turns import half_turns
from qansatz.model.angles import Affine, Angle
from qansatz.model.angles import slots as angle_slots

_PI: Final = re.compile(r"\bpi\b")
_OPERATIONS: Final = {"rz": "rz", "u1q": "phased_x", "rzz": "zz_phase"}
_HEAD: Final = """\
from guppylang import guppy
from guppylang.std.angles import angle
from guppylang.std.builtins import array, result
from guppylang.std.qsystem import measure_array, phased_x, qubit, rz, zz_phase

# parameters: {parameters}
# inputs: {inputs}
# parameters and inputs in radians; q[k] is qubit k
n_qubits = {n_qubits}


@guppy
def circuit({arguments}) -> None:
"""
_MAIN: Final = """

@guppy
def main() -> None:
    q = array(qubit() for _ in range({n_qubits}))
    circuit(q)
"""


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> str:
    """Python text that defines the Guppy function ``circuit(q, parameters, inputs)`` on an array of qubits.

    ``parameters`` and ``inputs`` are flat arrays of floats, radians, in the manifest's order; one that is empty is no
    argument. Where all angles are constant there are none, and ``main`` runs the circuit from |0…0⟩, measures all
    qubits, and reports those ``measured`` (all unless given), qubit k under the tag ``qk``, in that order. Angles use
    ``+ - * /`` only: QA408 for functions.
    """
    slots = gates.slots
    free = any(angle_slots(angle) for gate in gates.gates for angle in gate.angles)
    arguments = [f"q: array[qubit, {gates.n_qubits}]"]
    if free and slots.n_parameters:
        arguments.append(f"parameters: array[float, {slots.n_parameters}]")
    if free and slots.n_inputs:
        arguments.append(f"inputs: array[float, {slots.n_inputs}]")
    names = [f"parameters[{k}]" for k in range(slots.n_parameters)]
    names += [f"inputs[{k}]" for k in range(slots.n_inputs)]
    labels = slots.labels()
    lines = [
        _HEAD.format(
            parameters=", ".join(labels[: slots.n_parameters]) or "none",
            inputs=", ".join(labels[slots.n_parameters :]) or "none",
            n_qubits=gates.n_qubits,
            arguments=", ".join(arguments),
        )
    ]
    texts: dict[Angle, str] = {}
    for gate in gates.gates:
        for angle in gate.angles:
            if angle not in texts:
                texts[angle] = _half_turns(angle, names, gates.name)
        operands = [f"q[{qubit}]" for qubit in gate.qubits]
        operands += [f"angle({texts[angle]})" for angle in gate.angles]
        lines.append(f"    {_OPERATIONS[gate.name]}({', '.join(operands)})\n")
    if not gates.gates:
        lines.append("    pass\n")
    if not free:
        lines.append(_MAIN.format(n_qubits=gates.n_qubits))
        lines.append("    bits = measure_array(q)\n")
        read = range(gates.n_qubits) if measured is None else measured
        lines += [f'    result("q{qubit}", bits[{qubit}])\n' for qubit in read]
    return "".join(lines)


def _half_turns(angle: Angle, names: Sequence[str], title: str) -> str:
    if not isinstance(angle, Affine):
        radians = expressions.expressed(angle, names, {}, "Guppy", title)
        return f"{_PI.sub(repr(pi), radians)} / {pi!r}"
    parts = [f"{half_turns(c)!r} * {names[slot]}" for slot, c in angle.terms]
    if angle.constant or not parts:
        parts.append(repr(half_turns(angle.constant)))
    return " + ".join(parts)
