"""Circuits read back from Qiskit and OpenQASM 3 are decided exactly, at any number of qubits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("qiskit")

from qiskit.circuit import Parameter, QuantumCircuit
from qiskit.quantum_info import Operator

from qansatz.circuits.rotations import quarter_turns
from qansatz.emit import qiskit as to_qiskit
from qansatz.emit import readback
from qansatz.emit.formats import emit
from qansatz.emit.from_qiskit import gate_list
from qansatz.model.angles import Affine
from qansatz.synthesis.lower import lower
from qansatz.synthesis.verify import verify
from qansatz.tools.cli import main
from tests.models.operations import slots, tfim
from tests.oracles import dense
from tests.strategies.circuits import written


@pytest.mark.parametrize("to", ["qiskit", "qasm3"])
@settings(deadline=None, max_examples=20)
@given(source=written(max_qubits=3, max_operations=6))
def test_what_was_written_is_proved_equal(to, source):
    exported = emit(lower(source.model), to)
    read = readback.qpy_circuit(exported) if to == "qiskit" else readback.qasm3_circuit(exported)
    found = verify(source.model, gate_list(read, source.model.slots))
    assert found.equal is True
    assert found.method == "pauli-frame" or has_odd_constants(source)


def has_odd_constants(source) -> bool:
    """Whether an angle has a constant part that, plus a quarter turn, is rounded when it is written."""
    angles = [operation[2] for operation in source.operations if operation[0] == "rot"]
    constants = [angle.constant if isinstance(angle, Affine) else 1 for angle in angles]
    return any(quarter_turns(Affine((), constant)) is None for constant in constants)


GATES_1 = ("h", "s", "sdg", "x", "y", "z", "t", "sx", "p", "rx", "ry", "rz", "u", "r")
GATES_2 = ("cx", "cz", "swap", "rzz", "rxx", "iswap", "cp", "ecr")


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_standard_gate_keeps_its_meaning(data):
    circuit = QuantumCircuit(3)
    parameters = [Parameter(name) for name in slots(2).identifiers()]
    angle = st.one_of(
        st.sampled_from([0.3, np.pi / 2, -np.pi / 4, 2.0]),
        st.sampled_from([parameters[0], 2 * parameters[1], parameters[0] - parameters[1] / 2]),
    )
    for _ in range(data.draw(st.integers(0, 8))):
        name = data.draw(st.sampled_from(GATES_1 + GATES_2))
        qubits = data.draw(st.permutations(range(3)))[: 1 + (name in GATES_2)]
        count = {"u": 3, "r": 2}.get(name, name in ("p", "rx", "ry", "rz", "rzz", "rxx", "cp"))
        values = [data.draw(angle) for _ in range(count)]
        getattr(circuit, name)(*values, *qubits)
    found = gate_list(circuit, slots(2))
    values = [0.7, -1.1]
    by_name = dict(zip((p.name for p in parameters), values, strict=True))
    bound = circuit.assign_parameters({p: by_name[p.name] for p in circuit.parameters})
    expected = Operator(bound.reverse_bits()).data
    assert dense.same_up_to_phase(dense.gate_list_unitary(found, values), expected)


def test_names_do_not_count_but_definitions():
    text = emit(lower(tfim(3, 1).model), "qasm3")
    assert isinstance(text, str)
    wrong = text.replace(
        "gate rzz(a) s, t { cx s, t; rz(a) t;", "gate rzz(a) s, t { cx s, t; rz(-a) t;"
    )
    assert wrong != text
    read = gate_list(readback.qasm3_circuit(wrong), tfim(3, 1).model.slots)
    assert verify(tfim(3, 1).model, read).equal is False


def test_what_has_no_definition_is_declined():
    circuit = QuantumCircuit(1, 1)
    circuit.reset(0)
    assert gate_list(circuit, slots(0)) is None


@pytest.mark.parametrize("suffix", ["qasm3", "qpy"])
def test_forty_qubits_are_decided_from_the_command_line(tmp_path, monkeypatch, capsys, suffix):
    monkeypatch.chdir(tmp_path)
    source = Path(__file__).parents[2] / "examples" / "tfim.qans"
    sizes = ["--set", "n=40", "--set", "layers=2", "--quiet"]
    assert main.main(["build", str(source), *sizes, "-o", f"ring.{suffix}"]) == 0
    capsys.readouterr()
    assert main.main(["verify", str(source), f"ring.{suffix}", *sizes, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["verification"]
    assert found["equal"] is True
    assert found["method"] == "pauli-frame"


def test_bound_circuits_of_the_backend_read_back():
    model = tfim(4, 1).model
    read = gate_list(to_qiskit.circuit(lower(model)), model.slots)
    assert read.n_two_qubit == lower(model).n_two_qubit
