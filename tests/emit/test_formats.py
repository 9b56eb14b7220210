from __future__ import annotations

import json
import re

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.emit import expressions, pennylane, readback
from qansatz.emit import qir as qir_format
from qansatz.emit.faults import EmitError
from qansatz.emit.formats import FORMATS, emit
from qansatz.emit.manifest import manifest
from qansatz.model.angles import Affine, Nonlinear, evaluate, slot_symbol
from qansatz.model.reals import pi_linear
from qansatz.synthesis.lower import lower
from tests.models.operations import Written, build_model, slot, tfim
from tests.oracles import dense
from tests.strategies.circuits import written
from tests.synthesis.test_lower import VALUES

READERS = {
    "pytket": readback.pytket,
    "qiskit": readback.qpy,
    "qasm3": readback.qasm3,
    "qasm2": readback.qasm2,
    "pennylane": readback.pennylane,
}
T, U = slot_symbol(0), slot_symbol(1)
NONLINEAR = Written(
    2,
    2,
    (
        ("rot", "XY", Nonlinear(T * U)),
        ("rot", "ZI", Nonlinear(sympy.sin(T) / 2 + sympy.pi / 3)),
        ("rot", "ZY", Nonlinear(sympy.sqrt(T**2 + 1) * sympy.Rational(1, 3) - sympy.cos(U) ** 3)),
        ("rot", "XI", Nonlinear(sympy.atan(T) + sympy.exp(-U) - 1 / (2 + sympy.cos(T)))),
    ),
    "+r",
)


def assert_reads_back(source: Written, to: str, values, include_initial=False):
    model = source.model
    gates = lower(model, include_initial=include_initial)
    exported = emit(gates, to, values if FORMATS[to].needs_values else None)
    found = READERS[to](exported, model.slots)(values)
    expected = dense.unitary(source.n, source.operations, values)
    if include_initial:
        found, expected = found[:, 0], expected @ dense.ket(source.initial)
    assert dense.same_up_to_phase(found, expected)


@pytest.mark.parametrize("to", sorted(READERS))
@settings(deadline=None, max_examples=15)
@given(source=written(max_qubits=3, max_operations=6), values=VALUES, state=st.booleans())
def test_every_format_reads_back_as_the_source(to, source, values, state):
    assert_reads_back(source, to, values, state)


# Qiskit's reader of OpenQASM 3 knows no functions: their text is tested on its own.
@pytest.mark.parametrize("to", sorted(set(READERS) - {"qasm3"}))
def test_nonlinear_angles_survive(to):
    assert_reads_back(NONLINEAR, to, [0.7, -1.3])


def test_polynomial_angles_survive_in_qasm3():
    angles = (T * U, T**2 / 3 - U, 1 / (T + 2) - sympy.pi * T * U, U**3 + sympy.Rational(1, 7))
    operations = tuple(("rot", w, Nonlinear(a)) for w, a in zip("XYZX", angles, strict=True))
    assert_reads_back(Written(1, 2, operations, "0"), "qasm3", [0.7, -1.3])


def test_text_of_an_angle_has_its_value():
    functions = {"sin": "sin", "cos": "cos", "sqrt": "sqrt", "exp": "exp", "atan": "arctan"}
    for _, _, angle in NONLINEAR.operations:
        text = expressions.text(angle, ["a", "b"], functions)
        value = eval(text, vars(np), {"a": 0.7, "b": -1.3})
        assert abs(value - evaluate(angle, [0.7, -1.3])) < 1e-12
    with pytest.raises(LookupError, match="sin"):
        expressions.text(NONLINEAR.operations[1][2], ["a", "b"], {})


@pytest.mark.parametrize("to", sorted(READERS))
def test_qubit_order_and_every_kind_of_number(to):
    operations = (
        ("rot", "XYZ", Affine(((0, 0.3), (2, pi_linear(1, 2))), pi_linear(1, 3))),
        ("rot", "ZII", Affine(((1, -1),), 0.125)),
        ("gate", "cx", (2, 0)),
        ("rot", "IXI", Affine(((0, -2), (1, 5)), -7)),
        ("gate", "swap", (1, 2)),
    )
    assert_reads_back(Written(3, 3, operations, "0+l"), to, [0.4, 1.7, -0.9], True)


def test_bound_circuits_have_no_parameters():
    gates = lower(NONLINEAR.model)
    text = emit(gates, "qasm3", [0.7, -1.3])
    assert isinstance(text, str)
    bare = re.sub("input .*\n", "", text)
    assert "theta_" not in bare
    found = readback.qasm3(bare, NONLINEAR.model.slots)([0.0, 0.0])
    expected = dense.gate_list_unitary(gates, [0.7, -1.3])
    assert dense.same_up_to_phase(found, expected)


def test_eleven_parameters_keep_their_order():
    operations = tuple(("rot", "X" if k % 2 else "Z", slot(k)) for k in range(11))
    source = Written(1, 11, operations, "0")
    values = [0.1 * (k + 1) for k in range(11)]
    for to in READERS:
        assert_reads_back(source, to, values)
    names = [entry["identifier"] for entry in manifest(lower(source.model))["slots"]]
    assert names == sorted(names)
    assert names[2] == "theta_02"


def test_inputs_follow_parameters():
    operations = (("rot", "X", slot(0)), ("rot", "Z", slot(2)), ("rot", "Y", slot(1)))
    model = build_model(Written(1, 3, operations, "0"), n_inputs=1)
    gates = lower(model, include_initial=False)
    entries = manifest(gates)["slots"]
    assert [e["role"] for e in entries] == ["parameter", "parameter", "input"]
    assert [e["name"] for e in entries] == ["theta[0]", "theta[1]", "x[0]"]
    assert [e["index"] for e in entries] == [[0], [1], [0]]
    assert {e["unit"] for e in entries} == {"radians"}
    values = [0.3, 0.5, 0.9]
    expected = dense.unitary(1, operations, values)
    for to in ("pytket", "qiskit", "qasm3", "pennylane"):
        found = READERS[to](emit(gates, to), model.slots)(values)
        assert dense.same_up_to_phase(found, expected)


def test_manifest_is_json_and_marks_unused_slots():
    written_model = Written(2, 2, (("rot", "XX", slot(1)),), "00").model
    content = json.loads(json.dumps(manifest(lower(written_model))))
    assert [entry["used"] for entry in content["slots"]] == [False, True]
    assert content["format_version"] == "1.0"


def test_pytket_angles_stay_short():
    text = emit(lower(tfim(8, 3).model), "pytket")
    commands = json.loads(text)["commands"]
    assert max(len(p) for c in commands for p in c["op"]["params"]) < 24


def test_pennylane_function_can_be_differentiated():
    import pennylane as qml
    from pennylane import numpy as pnp

    source = tfim(3, 1)
    function = pennylane.function(lower(source.model))

    @qml.qnode(qml.device("default.qubit", wires=3), diff_method="backprop")
    def energy(parameters):
        function(parameters)
        return qml.expval(qml.Z(0) @ qml.Z(1))

    point = pnp.array([0.3, 0.7], requires_grad=True)
    gradient = qml.grad(energy)(point)
    step = 1e-6
    for k in range(2):
        shift = np.zeros(2)
        shift[k] = step
        slope = (energy(point + shift) - energy(point - shift)) / (2 * step)
        assert abs(slope - gradient[k]) < 1e-7


def test_qir_has_the_gates_in_order():
    import pyqir

    source = Written(2, 1, (("rot", "ZZ", slot(0)), ("rot", "XI", slot(0))), "00")
    gates = lower(source.model)
    data = emit(gates, "qir", [0.25])
    assert isinstance(data, bytes)
    module = pyqir.Module.from_bitcode(pyqir.Context(), data)
    assert module.verify() is None
    entry = next(f for f in module.functions if pyqir.is_entry_point(f))
    assert pyqir.required_num_qubits(entry) == 2
    calls = [
        (i.callee.name, [getattr(a, "value", None) for a in i.args])
        for block in entry.basic_blocks
        for i in block.instructions
        if isinstance(i, pyqir.Call)
    ]
    assert calls[0][0] == "__quantum__qis__rzz__body"
    assert calls[0][1][0] == 0.25
    assert calls[1][0] == "__quantum__qis__u1q__body"
    assert calls[1][1][:2] == [0.25, 0.0]
    measured = [name for name, _ in calls if name == "__quantum__qis__mz__body"]
    assert len(measured) == 2
    from qansatz.emit.expressions import bound

    assert "mz__body" not in qir_format.text(bound(gates, [0.25]), measured=())


def refusal(call):
    with pytest.raises(EmitError) as raised:
        call()
    return raised.value.fault.diagnostic()


def test_refusals_say_why_and_what_to_do():
    gates = lower(tfim(3, 1).model)
    unknown = refusal(lambda: emit(gates, "pytkt"))
    assert unknown.code == "QA401"
    assert "pytket" in unknown.help
    assert refusal(lambda: emit(gates, "stone")).help == ""
    for to in ("qasm2", "qir"):
        missing = refusal(lambda to=to: emit(gates, to))
        assert missing.code == "QA404"
        assert "theta[0]" in missing.message
    assert refusal(lambda: emit(gates, "qasm2", [1.0])).code == "QA405"
    assert refusal(lambda: emit(gates, "qasm2", [1.0, float("nan")])).code == "QA406"
    absolute = Written(1, 1, (("rot", "X", Nonlinear(sympy.Abs(T))),), "0")
    assert refusal(lambda: emit(lower(absolute.model), "qasm3")).code == "QA408"


def test_missing_packages_name_the_extra(monkeypatch):
    monkeypatch.setattr("qansatz.emit.formats.find_spec", lambda name: None)
    fault = refusal(lambda: emit(lower(tfim(3, 1).model), "qir", [0, 0]))
    assert fault.code == "QA407"
    assert fault.help == 'pip install "qansatz[qir]"'
