"""QIR of a circuit whose angles are all numbers, in the names that Quantinuum's compilers know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qansatz.circuits.gates import GateList
from qansatz.model.angles import evaluate


def emit(gates: GateList, *, measured: Sequence[int] | None = None) -> bytes:
    """LLVM bitcode of the circuit, angles constant, in radians; base profile, static qubits and results.

    ``rz``, ``u1q`` and ``rzz`` are the calls ``__quantum__qis__{name}__body``; at the end the qubits ``measured`` (all
    unless given) are measured into results 0, 1, …, recorded in that order as one array, labelled ``q0`` for qubit 0.
    """
    return _module(gates, measured).bitcode()  # type: ignore[no-any-return]


def text(gates: GateList, *, measured: Sequence[int] | None = None) -> str:
    """The same module as LLVM assembly."""
    return _module(gates, measured).ir()  # type: ignore[no-any-return]


def _module(gates: GateList, measured: Sequence[int] | None) -> Any:
    import pyqir

    n = gates.n_qubits
    read = range(n) if measured is None else measured
    module = pyqir.SimpleModule(gates.name, n, len(read))
    void, real = pyqir.Type.void(module.context), pyqir.Type.double(module.context)
    qubit = module.qubits[0].type
    calls = {
        name: module.add_external_function(
            f"__quantum__qis__{name}__body",
            pyqir.FunctionType(void, [*[real] * n_angles, *[qubit] * n_qubits]),
        )
        for name, n_angles, n_qubits in (("rz", 1, 1), ("u1q", 2, 1), ("rzz", 1, 2))
    }
    for gate in gates.gates:
        angles = [pyqir.const(real, evaluate(angle, ())) for angle in gate.angles]
        module.builder.call(calls[gate.name], [*angles, *(module.qubits[q] for q in gate.qubits)])
    if read:
        _measure(module, read)
    return module


def _measure(module: Any, qubits: Sequence[int]) -> None:
    import pyqir
    from pyqir import rt

    basic = pyqir.BasicQisBuilder(module.builder)
    for qubit, result in zip(qubits, module.results, strict=True):
        basic.mz(module.qubits[qubit], result)
    rt.array_record_output(
        module.builder,
        pyqir.const(pyqir.IntType(module.context, 64), len(qubits)),
        module.add_byte_string(b"measured"),
    )
    for qubit, result in zip(qubits, module.results, strict=True):
        label = module.add_byte_string(f"q{qubit}".encode())
        rt.result_record_output(module.builder, result, label)
