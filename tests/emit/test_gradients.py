"""Gradient circuits in files: read back with other libraries, they and the manifest alone give the gradient."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from qansatz import driver
from qansatz.tools.cli import main
from tests.oracles import gradients

SOURCE = """qans 1
ansatz small() {
  qubits q[3]
  param t[2]
  input x
  encode { rot(Y[0], x) }
  rot(X[0] * Z[1], sin(t[0]) * t[1])
  h(1)
  rot(Z[1] + 0.5 * Z[2], t[0])
  rot(Y[1] * Y[2], 2 * t[1])
  observable o = Z[0] * Z[1] - 0.5 * X[1] + 2
}
"""
VALUES = [0.8, -1.3, 0.6]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.qans").write_text(SOURCE, "utf-8")


def written(to: str, *arguments: str) -> dict:
    code = main.main(["gradient", "small.qans", "--emit", "out", "--to", to, "--quiet", *arguments])
    assert code == 0
    return json.loads(Path("out/manifest.json").read_text("utf-8"))


def from_qiskit(text: bytes | str, to: str, names: list[str]):
    """Probabilities of the outcomes of the classical bits, bit 0 first."""
    from qiskit import qasm2, qasm3, qpy
    from qiskit.quantum_info import Statevector

    match to:
        case "qiskit":
            (circuit,) = qpy.load(io.BytesIO(text))
        case "qasm3":
            circuit = qasm3.loads(text)
        case _:
            circuit = qasm2.loads(text)
    by_name = {p.name: p for p in circuit.parameters}
    bound = circuit.assign_parameters(
        {by_name[name]: value for name, value in zip(names, VALUES, strict=True) if name in by_name}
    )
    measured = {
        bound.find_bit(i.clbits[0]).index: bound.find_bit(i.qubits[0]).index
        for i in bound.data
        if i.operation.name == "measure"
    }
    bound.remove_final_measurements()
    state = Statevector(bound)
    # Qiskit's marginals have their first qubit rightmost in a key; here bit k is the k-th letter.
    law = state.probabilities_dict([measured[k] for k in range(len(measured))])
    return [measured[k] for k in range(len(measured))], {k[::-1]: p for k, p in law.items()}


def from_pytket(text: str, names: list[str]):
    from pytket.circuit import Circuit, OpType
    from sympy import Symbol

    circuit = Circuit.from_dict(json.loads(text))
    circuit.symbol_substitution(
        {Symbol(name): value for name, value in zip(names, VALUES, strict=True)}
    )
    measured = {}
    bare = Circuit(circuit.n_qubits)
    for command in circuit:
        if command.op.type == OpType.Measure:
            measured[command.bits[0].index[0]] = command.qubits[0].index[0]
        else:
            bare.add_gate(command.op, command.qubits)
    weights = np.abs(bare.get_statevector()) ** 2
    n = circuit.n_qubits
    order = [measured[k] for k in range(len(measured))]
    law: dict[str, float] = {}
    for index, weight in enumerate(weights):
        key = "".join(str(index >> (n - 1 - q) & 1) for q in order)
        law[key] = law.get(key, 0.0) + weight
    return order, law


def from_pennylane(text: str):
    import pennylane as qml

    scope: dict = {}
    exec(text.replace("return qml.sample(", "return qml.probs("), scope)
    device = qml.device("default.qubit", wires=scope["n_qubits"])
    weights = qml.QNode(scope["circuit"], device)(VALUES[:2], VALUES[2:])
    n = len(weights).bit_length() - 1
    return None, {f"{index:0{n}b}": float(w) for index, w in enumerate(weights)}


@pytest.mark.parametrize("to", ["qiskit", "qasm3", "qasm2", "pytket", "pennylane"])
def test_files_and_manifest_alone_give_value_and_gradient(to, capsys):
    import sympy

    # Qiskit's reader of OpenQASM 3 knows no functions of parameters.
    point = ("--theta", "0.8,-1.3", "--inputs", "0.6") if to in ("qasm2", "qasm3") else ()
    manifest = written(to, *point)
    names = [slot["identifier"] for slot in manifest["slots"]]
    at = {sympy.Symbol(name): value for name, value in zip(names, VALUES, strict=True)}
    value, gradient = manifest["constant"], np.zeros(manifest["n_parameters"])
    for entry in manifest["circuits"]:
        data = Path("out", entry["file"]).read_bytes()
        if to == "pytket":
            measured, law = from_pytket(data.decode(), names)
        elif to == "pennylane":
            measured, law = from_pennylane(data.decode())
        else:
            measured, law = from_qiskit(data if to == "qiskit" else data.decode(), to, names)
        assert measured in (None, entry["measured"])
        for parity in entry["parities"]:
            mean = sum(
                p * (-1) ** (sum(int(key[k]) for k in parity["columns"]) + parity["negative"])
                for key, p in law.items()
            )
            if entry["role"] == "value":
                value += parity["weight"] * mean
            for part in parity.get("derivatives", []):
                weight = float(sympy.sympify(part["weight"]).subs(at))
                gradient[part["slot"]] += weight * mean
    model = driver.compile_file("small.qans").ansatz
    observable = model.observables[0]
    turned = gradients.angles(model, VALUES)
    assert value == pytest.approx(gradients.cost(model, observable, turned), abs=1e-9)
    assert gradient == pytest.approx(gradients.by_parameters(model, observable, VALUES), abs=1e-9)


def test_qir_measures_what_the_manifest_says():
    import pyqir

    manifest = written("qir", "--theta", "0.8,-1.3", "--inputs", "0.6")
    for entry in manifest["circuits"]:
        data = Path("out", entry["file"]).read_bytes()
        module = str(pyqir.Module.from_bitcode(pyqir.Context(), data))
        calls = [line for line in module.splitlines() if "call" in line and "__mz__" in line]
        assert len(calls) == len(entry["measured"])


def test_what_cannot_be_written_is_said(capsys):
    assert main.main(["gradient", "small.qans", "--emit", "out", "--to", "qasm2"]) == 2
    assert "give values with --theta" in capsys.readouterr().err
    assert main.main(["gradient", "small.qans", "--emit", "out", "--to", "cobol"]) == 2
    assert "invalid choice" in capsys.readouterr().err
    assert main.main(["gradient", "small.qans", "--emit", "o", "--method", "adjoint"]) == 2
    assert "the circuits of the schedule" in capsys.readouterr().err


def test_the_object_lists_the_circuits(capsys):
    assert main.main(["gradient", "small.qans", "--emit", "out", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["written"]
    manifest = json.loads(Path("out/manifest.json").read_text("utf-8"))
    assert found["circuits"] == manifest["circuits"]
    assert found["n_circuits"] + found["n_value_circuits"] == len(found["circuits"])
    assert {path.name for path in Path("out").iterdir()} == {
        "manifest.json",
        *(entry["file"] for entry in found["circuits"]),
    }
