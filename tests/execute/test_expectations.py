from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qansatz
from qansatz import driver
from qansatz.execute.backends.backend import backend
from qansatz.execute.expectations import expectations, plan, rewritten
from qansatz.execute.options import ExpectationOptions
from qansatz.source import Source
from tests.execute.backends.test_backends import local
from tests.oracles import dense

SOURCE = """qans 1
ansatz f(n: int = 3) {
  qubits q[n]
  param t[4]
  input x
  init |+>
  rot(X[0] * Y[1], t[0])
  h(1)
  cx(1, 2)
  rot(Z[1] * Z[2], 2 * t[1] + x)
  rot(Y[0], t[2]); rot(Z[2] * X[1], sin(t[3]))
  observable h = 0.5 * X[0] * X[1] - 1.5 * Z[2] + 0.25 * Y[1] + 2
  observable p = Z[0] * Z[1] * Z[2]
  observable one = X[0] * X[0]
}
"""
POINT = [0.3, -0.8, 1.1, 0.4, 0.7]


def model():
    found = driver.compile_source(Source("f.qans", SOURCE))
    return found.ansatz


def by_hand(values) -> list[float]:
    """The same circuit with dense matrices, from its gates as they are written."""
    import sympy

    from qansatz.model.angles import Affine, Nonlinear, slot_symbol

    operations = (
        ("rot", "XYI", Affine(((0, 1),))),
        ("gate", "h", (1,)),
        ("gate", "cx", (1, 2)),
        ("rot", "IZZ", Affine(((1, 2), (4, 1)))),
        ("rot", "YII", Affine(((2, 1),))),
        ("rot", "IXZ", Nonlinear(sympy.sin(slot_symbol(3)))),
    )
    state = dense.unitary(3, operations, values) @ dense.ket("+++")

    def mean(word):
        return float(np.real(np.vdot(state, dense.word_matrix(word) @ state)))

    energy = 0.5 * mean("XXI") - 1.5 * mean("IIZ") + 0.25 * mean("IYI") + 2
    return [energy, mean("ZZZ"), 1.0]


@settings(deadline=None, max_examples=20)
@given(values=st.lists(st.floats(-4, 4), min_size=5, max_size=5))
def test_exact_values_are_those_of_dense_matrices(values):
    found = expectations(model(), values)
    np.testing.assert_allclose([v.value for v in found.values], by_hand(values), atol=1e-10)
    assert all(v.standard_error is None for v in found.values)


@pytest.mark.parametrize("name", ["statevector", "aer", "pytket-local", "selene"])
def test_sampled_values_lie_within_their_errors(name):
    found = expectations(
        model(), POINT, ExpectationOptions(backend=local(name, seed=3), shots=6000)
    )
    for value, expected in zip(found.values, by_hand(POINT), strict=True):
        assert abs(value.value - expected) <= 5 * value.standard_error + 1e-12
    assert found.n_shots == 6000
    assert found.values[0].standard_error < 0.08


def test_standard_errors_are_as_large_as_the_spread_of_repetitions():
    made = plan(model(), model().observables)
    runner = backend("statevector", seed=4)
    runs = [made.measured(runner, POINT, 400) for _ in range(150)]
    for k in range(2):
        values = [run.values[k].value for run in runs]
        claimed = np.mean([run.values[k].standard_error for run in runs])
        assert 0.8 * claimed < np.std(values, ddof=1) < 1.25 * claimed


def test_noise_moves_a_value_and_none_does_not():
    ring = driver.compile_file("examples/tfim.qans", settings={"n": 4, "layers": 2}).ansatz
    point = [0.4, -0.7, 0.9, 0.5]
    exact = expectations(ring, point).values[0].value
    clean, noisy = (
        expectations(
            ring, point, ExpectationOptions(backend=local("selene", seed=1, p_2q=p), shots=3000)
        ).values[0]
        for p in (0.0, 0.2)
    )
    assert abs(clean.value - exact) < 5 * clean.standard_error
    assert abs(noisy.value - exact) > 5 * noisy.standard_error
    assert abs(noisy.value) < abs(exact)


def test_a_written_plan_reads_outcomes_as_the_plan_does():
    made = plan(model(), model().observables)
    outcomes = backend("statevector", seed=9).sample(made.circuits, POINT, made.shots(90))
    again = rewritten(json.loads(json.dumps(made.written())))
    assert again.read(outcomes, "here") == made.read(outcomes, "here")


def test_commuting_strings_share_a_circuit():
    ring = driver.compile_file("examples/tfim.qans").ansatz
    assert len(plan(ring, ring.observables).circuits) == 2


def test_refusals():
    found = model()
    with pytest.raises(ValueError, match="5 values are needed, not 2"):
        expectations(found, [1, 2])
    with pytest.raises(ValueError, match="at least 2 shots"):
        expectations(found, POINT, ExpectationOptions(shots=1))
    wide = driver.compile_source(
        Source("w.qans", "qans 1\nansatz w() { qubits q[25]; observable z = Z[0] }\n")
    ).ansatz
    with pytest.raises(ValueError, match="limit of 24"):
        expectations(wide, [])
    no_observable = "qans 1\nansatz n() { qubits q[1]; param t; rot(X[0], t) }\n"
    with pytest.raises(ValueError, match="no observable"):
        expectations(driver.compile_source(Source("n.qans", no_observable)).ansatz, [0.1])


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"shots": 0}, "at least 1"),
        ({"shots": 2.5}, "whole number"),
        ({"shots": True}, "whole number"),
        ({"backend": "nowhere"}, "no backend 'nowhere'"),
        ({"shots": 10, "p_2q": 0.1}, "only the backend selene"),
    ],
)
def test_options_that_cannot_be_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        ExpectationOptions(**options)


def test_from_python():
    compiled = qansatz.compile("examples/tfim.qans", n=4)
    point = [0.1] * 8
    exact = compiled.expectations(point)
    sampled = compiled.expectations(point, shots=4000, backend="statevector", seed=2)
    assert (
        abs(sampled.values[0].value - exact.values[0].value) < 5 * sampled.values[0].standard_error
    )
    assert "energy" in str(exact)
    assert "<td>energy</td>" in sampled._repr_html_()
