"""``verify``: circuits read back from files, of this source, of another, and of no trust."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.driver import compile_source
from qansatz.emit import from_qasm3, qasm3
from qansatz.source import Source
from qansatz.synthesis.verify import verify
from qansatz.tools.cli.main import main

SOURCE = """qans 1
ansatz a(n: int = 2) {
  qubits q[n]
  param t[2]
  input x
  rx(q, t[0] * x)
  rot(Z[0] * Z[1], sin(t[1]) ^ 2 + x / 3 - pi / 4)
  ry(0, exp(-t[0]) * sqrt(2))
  observable o = Z[0]
}
"""
ANGLES = st.sampled_from(
    [
        *("t[0]", "2 * t[1] / 3", "-t[0] + pi / 8", "sin(t[0] * t[1])", "t[0] ^ 2 - 1"),
        *(
            "cos(t[1]) * x",
            "exp(t[0] / 2)",
            "(t[0] + x) ^ 3 / 7",
            "sqrt(t[1] ^ 2 + 1)",
            "0.125 * x",
        ),
        *("tan(x) - t[1]", "log(t[0] ^ 2 + 2)", "pi * t[1]", "t[0] / (1 + x ^ 2)"),
    ]
)


@given(st.lists(st.tuples(st.text("IXYZ", min_size=3, max_size=3), ANGLES), max_size=6))
@settings(max_examples=60, deadline=None)
def test_nonlinear_angles_come_back_exactly(rotations):
    body = "".join(f'rot(p"{word}", {angle})\n' for word, angle in rotations)
    text = f"qans 1\nansatz a() {{\nqubits q[3]\nparam t[2]\ninput x\n{body}}}\n"
    model = compile_source(Source("a.qans", text)).ansatz
    gates = compile_source(Source("a.qans", text)).gates()
    circuit = from_qasm3.read(qasm3.emit(gates))
    assert circuit is not None
    assert circuit.gate_list(model.slots).gates == gates.gates
    assert verify(model, circuit.gate_list(model.slots)).method == "pauli-frame"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.qans").write_text(SOURCE)
    return tmp_path


def verified(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["verify", "a.qans", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("name", ["a.qasm", "a.json", "a.qpy"])
def test_files_of_the_source_are_equal(folder, capsys, name):
    formats = {"a.qasm": "qasm3", "a.json": "pytket", "a.qpy": "qiskit"}
    assert main(["build", "a.qans", "--to", formats[name], "-o", name, "--quiet"]) == 0
    capsys.readouterr()
    code, out, _ = verified(capsys, name)
    assert code == 0
    assert out.startswith("equal  ")


@pytest.mark.parametrize("to", ["qasm3", "pytket", "qiskit"])
def test_another_size_or_other_parameters_are_different(folder, capsys, to):
    name = {"qasm3": "b.qasm", "pytket": "b.json", "qiskit": "b.qpy"}[to]
    assert main(["build", "a.qans", "--set", "n=3", "--to", to, "-o", name, "--quiet"]) == 0
    capsys.readouterr()
    code, out, _ = verified(capsys, name)
    assert (code, out.splitlines()[0]) == (1, "different  the circuit has 3 qubits, the source 2")
    (folder / "c.qans").write_text(SOURCE.replace("t[", "beta["))
    assert main(["build", "c.qans", "--to", to, "-o", name, "--quiet"]) == 0
    capsys.readouterr()
    code, out, _ = verified(capsys, name, "--json")
    assert code == 1
    claim = json.loads(out)["verification"]["claim"]
    assert claim == "the circuit has parameters that the source has not: beta_0, beta_1"


def test_python_is_executed_only_where_that_is_said(folder, capsys):
    marker = folder / "executed"
    (folder / "evil.py").write_text(f"open({str(marker)!r}, 'w').close()\nn_qubits = 2\n")
    code, _, err = verified(capsys, "evil.py", "--from", "pennylane")
    assert code == 2
    assert "--run-code" in err
    assert not marker.exists()
    assert main(["build", "a.qans", "--to", "pennylane", "-o", "a.py", "--quiet"]) == 0
    capsys.readouterr()
    code, out, err = verified(capsys, "a.py", "--from", "pennylane", "--run-code")
    assert (code, out.split()[0]) == (0, "equal")
    assert "executing a.py" in err


@pytest.mark.parametrize(
    "text",
    [
        "OPENQASM 3.0;\nqubit[2] q;\nrz(__import__('os').getcwd()) q[0];\n",
        "OPENQASM 3.0;\nqubit[2] q;\nrz(q.x) q[0];\n",
        "OPENQASM 3.0;\nqubit[2] q;\nrz(1 if 1 else 2) q[0];\n",
        "OPENQASM 3.0;\nqubit[2] q;\nrz(lambda: 1) q[0];\n",
        "OPENQASM 3.0;\nqubit[2] q;\nrz((1) q[0];\n",
    ],
)
def test_nothing_but_angles_is_read(folder, capsys, text):
    (folder / "odd.qasm").write_text(text)
    code, _, err = verified(capsys, "odd.qasm")
    assert code == 2
    assert "odd.qasm is no qasm3 circuit" in err
