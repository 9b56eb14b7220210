"""Simulated states, derivatives and quantum Fisher information against dense matrices and finite differences."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.expressivity import fisher
from qansatz.pauli import states as pure
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.simulation import engines
from qansatz.simulation.draws import draw_inputs, draw_parameters
from qansatz.simulation.simulation import simulation
from qansatz.source import Source
from qansatz.synthesis.verify import dense_model
from tests.models.operations import Written
from tests.oracles import expressivity as slow
from tests.oracles.dense import same_up_to_phase
from tests.strategies.circuits import written

needs_lightning = pytest.mark.skipif(
    not engines.has_lightning(), reason="pennylane-lightning is not installed"
)

SOURCE = """qans 1
ansatz reuploading(layers: int = 2) {
  qubits q[3]
  param theta[layers, 3] in [-1, 2]
  param phi ~ normal(0.5, 0.25)
  param chi ~ uniform(3, 4)
  input x[2] in [0, 1]
  init |+0r>
  repeat l in 0..<layers {
    encode { rot(Y[0], x[0] * x[1]); rot(Z[1], x[1]) }
    rot(X[0], theta[l, 0] * x[0] + phi^2)
    rot(Z[0] * Z[1] + Z[1] * Z[2], sin(theta[l, 1]) + 2 * chi)
    cx(q[0], q[2])
    rot(Y[2], theta[l, 2] / 2 - phi)
  }
}
"""


def reuploading():
    return driver.compile_source(Source("<test>", SOURCE)).ansatz


def points(circuit: Written, seed: int, n_points: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-4, 4, (n_points, circuit.n_slots))


@given(written(), st.integers(0, 2**20), st.integers(1, 4))
def test_states(circuit: Written, seed: int, n_points: int):
    values = points(circuit, seed, n_points)
    found = simulation(circuit.model).states(values)
    for state, at in zip(found, values, strict=True):
        expected = slow.state(circuit.n, circuit.operations, circuit.initial, at)
        assert same_up_to_phase(state, expected)


@given(written(), st.integers(0, 2**20))
def test_the_qfim_is_its_definition(circuit: Written, seed: int):
    at = points(circuit, seed, 1)[0]
    state, derivatives = simulation(circuit.model).derivatives(at)
    n = circuit.n_slots
    expected = slow.qfim(circuit.n, circuit.operations, circuit.initial, at, n)
    found = fisher.spectrum(state, derivatives)
    exact = np.linalg.eigvalsh(expected)[::-1]
    assert np.allclose(found.eigenvalues, exact, atol=1e-10)
    if found.clear:
        assert found.rank == np.linalg.matrix_rank(expected, tol=1e-9 * max(1, exact[0]))


def test_derivatives_are_limits_of_differences():
    model = reuploading()
    arrays = simulation(model)
    random = np.random.default_rng(5)
    at = np.concatenate(
        (draw_parameters(model.slots, random, 1), draw_inputs(model.slots, random, 1)), axis=1
    )[0]
    state, derivatives = arrays.derivatives(at)
    assert np.allclose(state, arrays.states(at[None], final_clifford=False)[0], atol=1e-14)
    assert len(derivatives) == model.slots.n_parameters
    step = 1e-5
    for k, derivative in enumerate(derivatives):
        shifted = np.array([at, at])
        shifted[:, k] += (step, -step)
        ahead, behind = arrays.states(shifted, final_clifford=False)
        assert np.allclose(derivative, (ahead - behind) / (2 * step), atol=1e-8)


def test_nonlinear_angles_and_gates():
    model = reuploading()
    values = np.random.default_rng(1).uniform(-3, 3, (4, model.slots.n_parameters + 2))
    found = simulation(model).states(values)
    for state, at in zip(found, values, strict=True):
        assert same_up_to_phase(state, dense_model(model, at, include_initial=True)[:, 0])


@needs_lightning
@given(written(), st.integers(0, 2**20), st.integers(1, 4))
def test_engines_agree(circuit: Written, seed: int, n_points: int):
    values = points(circuit, seed, n_points)
    one, other = (simulation(circuit.model, name) for name in engines.ENGINES)
    for final_clifford in (True, False):
        left, right = (
            arrays.states(values, final_clifford=final_clifford) for arrays in (one, other)
        )
        assert np.abs(left - right).max() < 1e-12
    for left, right in zip(one.derivatives(values[0]), other.derivatives(values[0]), strict=True):
        assert np.abs(left - right).max(initial=0) < 1e-12


@needs_lightning
def test_engines_agree_on_angles_of_several_parameters_and_on_large_batches():
    model = reuploading()
    one, other = (simulation(model, name) for name in engines.ENGINES)
    values = np.random.default_rng(1).uniform(-3, 3, (5000, model.slots.n_parameters + 2))
    assert np.abs(one.states(values) - other.states(values)).max() < 1e-12
    for left, right in zip(one.derivatives(values[0]), other.derivatives(values[0]), strict=True):
        assert np.abs(left - right).max() < 1e-12


@given(st.integers(1, 9), st.integers(0, 2**20), st.integers(1, 3))
def test_states_in_either_order_give_the_same(n: int, seed: int, batch: int):
    random = np.random.default_rng(seed)
    columns = slow.haar_states(2**n, batch, random)
    rows = np.ascontiguousarray(columns)
    assert np.allclose(pure.purities(columns), pure.purities(rows), atol=1e-13)
    string = pure.action(Pauli(*random.integers(0, 2**n, 2).tolist()), n)
    left, right = (pure.expectations(states, [(0.7, string)]) for states in (columns, rows))
    assert np.allclose(left, right, atol=1e-13)
    for name in ("h", "sdg", "y"):
        qubit = int(random.integers(n))
        for states in (columns, rows):
            pure.apply_gate(states, name, [qubit])
    assert np.allclose(columns, rows, atol=1e-13)


def test_without_lightning_numpy_takes_fewer_qubits(monkeypatch):
    monkeypatch.setitem(sys.modules, "pennylane_lightning", None)
    assert engines.choose(16) == engines.NUMPY
    assert "limit is 20 (24 with qansatz[simulator])" in (engines.too_many(21) or "")
    assert engines.too_many(20) is None
    with pytest.raises(ImportError):
        engines.engine(engines.LIGHTNING, np.array([1, 0j]), PauliTable.from_paulis([], 1))
    with pytest.raises(ValueError, match="no engine"):
        engines.engine("abacus", np.array([1, 0j]), PauliTable.from_paulis([], 1))


@needs_lightning
def test_lightning_takes_many_qubits():
    assert engines.choose(engines.LIGHTNING_FROM - 1) == engines.NUMPY
    assert engines.choose(engines.LIGHTNING_FROM) == engines.LIGHTNING
    assert engines.too_many(24) is None
    assert engines.too_many(25) == "25 qubits are not simulated: the limit is 24"


def test_many_states_are_worked_on_in_parts():
    model = reuploading()
    values = np.random.default_rng(1).uniform(-3, 3, (5000, model.slots.n_parameters + 2))
    arrays = simulation(model)
    assert np.array_equal(arrays.states(values)[4999], arrays.states(values[4999:])[0])


@settings(max_examples=5)
@given(st.integers(0, 2**20))
def test_draws_follow_the_declarations(seed: int):
    slots = reuploading().slots
    drawn = draw_parameters(slots, np.random.default_rng(seed), 4000)
    theta, phi, chi = drawn[:, :6], drawn[:, 6], drawn[:, 7]
    assert theta.min() > -1
    assert theta.max() < 2
    assert abs(theta.mean() - 0.5) < 0.05
    assert abs(phi.mean() - 0.5) < 0.03
    assert abs(phi.std() - 0.25) < 0.02
    assert chi.min() > 3
    assert chi.max() < 4
    inputs = draw_inputs(slots, np.random.default_rng(seed), 4000)
    assert inputs.shape == (4000, 2)
    assert 0 < inputs.min() < 0.01
    assert 0.99 < inputs.max() < 1


def test_without_bounds_a_full_turn_is_drawn():
    source = "qans 1\nansatz a() {\n  qubits q[1]\n  param t\n  rot(X[0], t)\n}\n"
    slots = driver.compile_source(Source("<test>", source)).ansatz.slots
    drawn = draw_parameters(slots, np.random.default_rng(0), 4000)
    assert 0 < drawn.min() < 0.01
    assert 2 * np.pi - 0.01 < drawn.max() < 2 * np.pi
