"""HUGR: the circuit with its measurements as a package, in the operations of Quantinuum's stack."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from qansatz.circuits.gates import GateList
from qansatz.model.angles import evaluate


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> bytes:
    """A HUGR package of a circuit whose angles are all numbers, in radians.

    Its entry point ``main`` runs the circuit from |0…0⟩ in the operations ``Rz``, ``PhasedX`` and ``ZZPhase`` of
    ``tket.qsystem``, measures the qubits ``measured`` (all unless given), and reports qubit k under the tag ``qk``, in
    that order.
    """
    data: bytes = package(gates, measured).to_bytes()
    return data


def package(gates: GateList, measured: Sequence[int] | None = None) -> Any:
    """The package as an object of the library ``hugr``."""
    from hugr import tys
    from hugr.build.function import Module
    from hugr.package import Package
    from hugr.std.float import FloatVal

    operation = _operations()
    module = Module()
    main = module.define_function("main", [], [])
    wires = [main.add_op(operation("tket.quantum", "QAlloc")).out(0) for _ in range(gates.n_qubits)]
    constants: dict[float, Any] = {}
    names = {"rz": "Rz", "u1q": "PhasedX", "rzz": "ZZPhase"}
    for gate in gates.gates:
        angles = [evaluate(angle, ()) for angle in gate.angles]
        for angle in angles:
            if angle not in constants:
                constants[angle] = main.load(FloatVal(angle))
        node = main.add_op(
            operation("tket.qsystem", names[gate.name]),
            *(wires[qubit] for qubit in gate.qubits),
            *(constants[angle] for angle in angles),
        )
        for port, qubit in enumerate(gate.qubits):
            wires[qubit] = node.out(port)
    previous = main.input_node
    read = range(gates.n_qubits) if measured is None else measured
    for qubit in sorted(set(range(gates.n_qubits)) - set(read)):
        main.add_op(operation("tket.quantum", "QFree"), wires[qubit])
    for qubit in read:
        outcome = main.add_op(operation("tket.qsystem", "Measure"), wires[qubit]).out(0)
        bit = main.add_op(operation("tket.bool", "read"), outcome).out(0)
        tag = tys.StringArg(f"q{qubit}")
        reported = main.add_op(operation("tket.result", "result_bool", tag), bit)
        # Reports have no outputs: only their order keeps them.
        main.add_state_order(previous, reported)
        previous = reported
    main.set_outputs()
    main.add_state_order(previous, main.output_node)
    module.hugr.entrypoint = main.parent_node
    return Package([module.hugr])


def _operations() -> Any:
    """A function from extension, name and arguments to an operation."""
    import tket_exts

    with warnings.catch_warnings():
        # Its successors are not what the compilers of this generation read.
        warnings.simplefilter("ignore", DeprecationWarning)
        extensions = {
            "tket.quantum": tket_exts.quantum(),
            "tket.qsystem": tket_exts.qsystem(),
            "tket.bool": tket_exts.bool(),
            "tket.result": tket_exts.result(),
        }

    def operation(extension: str, name: str, *arguments: Any) -> Any:
        return extensions[extension].get_op(name).instantiate(list(arguments))

    return operation
