"""QIR of a circuit whose angles are all numbers, in the names that Quantinuum's compilers know."""

from __future__ import annotations

from typing import Any

from qansatz.model.angles import evaluate
from qansatz.synthesis.gates import GateList


def emit(gates: GateList, *, measure: bool = True) -> bytes:
    """LLVM bitcode of the circuit, angles constant, in radians; base profile, static qubits and results.

    ``rz``, ``u1q`` and ``rzz`` are the calls ``__quantum__qis__{name}__body``; with ``measure`` every qubit k is
    measured at the end into result k, recorded in that order as one array.
    """
    return _module(gates, measure).bitcode()  # type: ignore[no-any-return]


def text(gates: GateList, *, measure: bool = True) -> str:
    """The same module as LLVM assembly."""
    return _module(gates, measure).ir()  # type: ignore[no-any-return]


def _module(gates: GateList, measure: bool) -> Any:
    import pyqir

    n = gates.n_qubits
    module = pyqir.SimpleModule(gates.name, n, n if measure else 0)
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
    if measure:
        _measure_all(module, n)
    return module


def _measure_all(module: Any, n_qubits: int) -> None:
    import pyqir
    from pyqir import rt

    basic = pyqir.BasicQisBuilder(module.builder)
    for qubit, result in zip(module.qubits, module.results, strict=True):
        basic.mz(qubit, result)
    rt.array_record_output(
        module.builder,
        pyqir.const(pyqir.IntType(module.context, 64), n_qubits),
        module.add_byte_string(b"measured"),
    )
    for k, result in enumerate(module.results):
        label = module.add_byte_string(f"q{k}".encode())
        rt.result_record_output(module.builder, result, label)
