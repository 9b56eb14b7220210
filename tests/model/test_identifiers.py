"""Names in exports are unique and readable by every format, whatever the source calls its parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz import driver
from qansatz.emit import formats, readback
from qansatz.model.identifiers import identifiers
from qansatz.source import Source
from qansatz.synthesis.verify import verify_dense

SHAPES = st.lists(st.integers(1, 11), max_size=2).map(tuple)


@given(st.lists(st.tuples(st.sampled_from(["a", "a_0", "a_", "x", "E"]), SHAPES), max_size=4))
def test_identifiers_are_unique(arrays):
    named = dict(arrays)
    found = identifiers(named.items())
    assert len(set(found)) == len(found)
    assert not {"x", "E"} & {*found}


def test_identifiers_sort_in_the_order_of_an_array():
    found = identifiers([("theta", (3, 11))])
    assert found[:2] == ["theta_0_00", "theta_0_01"]
    assert found == sorted(found)


NAMES = [
    "E",
    "I",
    "oo",
    "t",
    "x",
    "p",
    "id",
    "U",
    "q",
    "u1q",
    "rzz",
    "gate",
    "c",
    "theta_0",
    "np",
    "inputs",
    "θ",
]


@pytest.mark.parametrize("to", ["pytket", "qiskit", "qasm3", "pennylane"])
def test_names_that_a_format_keeps_for_itself_survive_it(to):
    names = NAMES
    lines = [f"  param {name}" for name in names] + ["  param theta[2]"]
    lines += [f"  rx(r[0], {name}); rz(r[1], {name}); rxx(r[0], r[1], {name})" for name in names]
    lines += ["  rx(r, theta)"]
    text = "qans 1\nansatz odd() {\n  qubits r[2]\n" + "\n".join(lines) + "\n}\n"
    compilation = driver.compile_source(Source("odd.qans", text))
    model, gates = compilation.ansatz, compilation.gates()
    read = {"qiskit": "qpy"}.get(to, to)
    unitary = getattr(readback, read)(formats.emit(gates, to), gates.slots)
    assert verify_dense(model, unitary).equal
