"""Guppy, HUGR and QIR read back: compiled by Quantinuum's stack and run on its emulator."""

from __future__ import annotations

import linecache

import numpy as np
import pytest
import sympy

from qansatz.emit import guppy
from qansatz.emit.faults import EmitError
from qansatz.emit.formats import emit
from qansatz.model.angles import Affine, Nonlinear, slot_symbol
from qansatz.model.reals import pi_linear
from qansatz.synthesis.lower import lower
from tests.execute.backends.test_backends import assert_within_five_errors, frequencies, law
from tests.models.operations import Written, slot
from tests.oracles import dense

SHOTS = 2000
SOURCE = Written(
    3,
    3,
    (
        ("rot", "XYZ", Affine(((0, 0.3), (2, pi_linear(1, 2))), pi_linear(1, 3))),
        ("rot", "ZII", Affine(((1, -1),), 0.125)),
        ("gate", "cx", (2, 0)),
        ("rot", "IXI", slot(0, -2, -7)),
        ("rot", "YIY", Nonlinear(slot_symbol(1) ** 2 / 3 + sympy.pi / 7)),
    ),
    "0+l",
)
VALUES = [0.4, 1.7, -0.9]


def shots_on_selene(program) -> list[list[tuple]]:
    selene_sim = pytest.importorskip("selene_sim")
    instance = selene_sim.build(program)
    try:
        runs = instance.run_shots(
            selene_sim.Quest(), n_qubits=SOURCE.n, n_shots=SHOTS, random_seed=3
        )
        return [list(shot) for shot in runs]
    finally:
        instance.delete_files()


def test_hugr_reads_back_on_the_emulator():
    package = pytest.importorskip("hugr.package")
    pytest.importorskip("tket_exts")
    data = emit(lower(SOURCE.model), "hugr", VALUES)
    assert isinstance(data, bytes)
    shots = shots_on_selene(package.Package.from_bytes(data))
    assert [tag for tag, _ in shots[0]] == ["q0", "q1", "q2"]
    found = frequencies(np.array([[bit for _, bit in shot] for shot in shots]))
    assert_within_five_errors(found, law(SOURCE, VALUES, (0, 1, 2)), SHOTS)


def test_chosen_qubits_are_measured_in_the_order_asked_for():
    package = pytest.importorskip("hugr.package")
    pytest.importorskip("tket_exts")
    pytest.importorskip("guppylang")
    gates = lower(SOURCE.model)
    data = emit(gates, "hugr", VALUES, measured=(2, 0))
    assert isinstance(data, bytes)
    text = emit(gates, "guppy", VALUES, measured=(2, 0))
    assert isinstance(text, str)
    for program in (package.Package.from_bytes(data), compiled(text)):
        shots = shots_on_selene(program)
        assert [tag for tag, _ in shots[0]] == ["q2", "q0"]
        found = frequencies(np.array([[bit for _, bit in shot] for shot in shots]))
        assert_within_five_errors(found, law(SOURCE, VALUES, (2, 0)), SHOTS)


def test_qir_reads_back_on_the_emulator():
    pytest.importorskip("qir_qis")
    pytest.importorskip("pyqir")
    data = emit(lower(SOURCE.model), "qir", VALUES)
    shots = shots_on_selene(data)
    bits = [[value for tag, value in shot if tag.startswith("q")] for shot in shots]
    assert [tag for tag, _ in shots[0]] == ["measured", "q0", "q1", "q2"]
    assert_within_five_errors(frequencies(np.array(bits)), law(SOURCE, VALUES, (0, 1, 2)), SHOTS)


def compiled(text: str):
    """The package of the function ``main`` in a Guppy source."""
    name = "<read back>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    scope: dict = {"__name__": "read_back"}
    exec(compile(text, name, "exec"), scope)
    return scope["main"].compile()


def test_guppy_reads_back_as_the_state_of_the_source():
    pytest.importorskip("guppylang")
    selene_sim = pytest.importorskip("selene_sim")
    text = guppy.emit(lower(SOURCE.model)) + (
        "\nfrom guppylang.std.debug import state_result\n"
        "from guppylang.std.quantum import discard_array\n\n\n"
        "@guppy\ndef main() -> None:\n"
        "    q = array(qubit() for _ in range(3))\n"
        f"    circuit(q, array({', '.join(map(str, VALUES))}))\n"
        '    state_result("state", q)\n'
        "    discard_array(q)\n"
    )
    instance = selene_sim.build(compiled(text))
    simulator = selene_sim.Quest(random_seed=1)
    shot = list(instance.run(simulator, n_qubits=3))
    ((_, state),) = simulator.extract_states(shot)
    instance.delete_files()
    found = np.asarray(state.get_single_state())
    expected = dense.unitary(3, SOURCE.operations, VALUES) @ dense.ket(SOURCE.initial)
    assert dense.same_up_to_phase(found, expected, 1e-9)


def test_guppy_with_values_has_a_main_that_reports_every_qubit():
    pytest.importorskip("guppylang")
    text = emit(lower(SOURCE.model), "guppy", VALUES)
    assert "parameters:" in text
    assert "parameters[" not in text
    shots = shots_on_selene(compiled(text))
    assert [tag for tag, _ in shots[0]] == ["q0", "q1", "q2"]
    found = frequencies(np.array([[bit for _, bit in shot] for shot in shots]))
    assert_within_five_errors(found, law(SOURCE, VALUES, (0, 1, 2)), SHOTS)


def test_guppy_has_no_functions():
    source = Written(1, 1, (("rot", "X", Nonlinear(sympy.sin(slot_symbol(0)))),), "0")
    with pytest.raises(EmitError) as raised:
        emit(lower(source.model), "guppy")
    assert raised.value.fault.diagnostic().code == "QA408"
    with_value = emit(lower(source.model), "guppy", [0.3])
    assert "main" in with_value
