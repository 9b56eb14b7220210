"""Gradients from the forward circuit alone, against dense states and the parameter-shift rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.gradient import forward, forward_map
from qansatz.analysis.gradient.forward import coefficients
from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.shots import allocate
from qansatz.cost.comparison import compare
from qansatz.execute.backends.backend import backend
from qansatz.execute.gradients.lie_algebraic import exact, prepare
from qansatz.execute.gradients.methods import gradient
from qansatz.execute.options import GradientOptions
from tests.analysis.gradient.test_schedule import EXAMPLES, compiled, example
from tests.models.statements import Statement, model_of, terms
from tests.oracles import gradients
from tests.oracles.chain import by_parameters
from tests.strategies.programs import programs


def drawn(model, seed):
    return np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels())).tolist()


def check(model, observable, seed):
    found = schedule(model, observable, time_limit=0.2)
    values = drawn(model, seed)
    measured = exact(found, values)
    base = gradients.angles(model, values)
    assert abs(measured.value - gradients.cost(model, observable, base)) < 1e-10
    expected = by_parameters(model, values, gradients.shifted(model, observable, values))
    assert np.max(np.abs(measured.gradient - expected), initial=0) < 1e-10
    return found, measured


@given(programs(max_qubits=3, max_statements=5), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_random_programs_have_the_gradient_of_the_parameter_shift(program, seed):
    model = compiled(program.text)
    if model.observables and len(model.rotations) < 30:
        check(model, model.observables[0], seed)


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_strings_on_five_qubits_of_the_zero_state(data, seed):
    word = st.text("IXYZ", min_size=5, max_size=5)
    words = data.draw(st.lists(word, min_size=1, max_size=8))
    weight = st.sampled_from([1, -2, 0.5])
    weights = data.draw(st.dictionaries(word, weight, min_size=1, max_size=5))
    pairs = [(c, w) for w, c in weights.items()]
    model = model_of(5, [Statement((w,)) for w in words], observables=[terms(*pairs)])
    check(model, model.observables[0], seed)


SIZES = {
    "tfim": {"n": 4, "layers": 2},
    "tfim_individual": {"n": 4, "layers": 2},
    "ry_cz": {"n": 4, "layers": 2},
    "xgenerators": {"n": 4},
    "slpa": {"depth": 1},
}


@pytest.mark.parametrize("name", SIZES)
def test_examples_take_the_circuits_of_the_comparison(name):
    model = example(name, **SIZES[name])
    found, measured = check(model, model.observables[-1], 4)
    assert measured.n_circuits == compare(found).method("lie-algebraic").n_circuits


def test_one_sweep_gives_the_coefficients_of_every_row():
    model = example("tfim_individual", n=4, layers=2)
    found = schedule(model)
    prepared = prepare(found, None)
    values = drawn(model, 1)
    weights = prepared.forward.weights(values)
    assert weights.shape == (model.slots.n_parameters, len(prepared.strings))
    place = {pauli: k for k, pauli in enumerate(prepared.strings)}
    for row in found.patterns.rows.tolist():
        expected = np.zeros(len(place))
        for pauli, weight in coefficients(found, row, values).items():
            expected[place[pauli]] = weight
        assert np.max(np.abs(weights[model.rotations.slot[row]] - expected)) < 1e-12


def test_the_circuits_of_the_gradient_give_terms_of_the_value_where_they_commute():
    model = example("slpa", depth=1)
    prepared = prepare(schedule(model), None)
    assert prepared.n_value_circuits == 1
    model = example("tfim_individual", n=4, layers=2)
    prepared = prepare(schedule(model), None)
    assert prepared.n_value_circuits == 0


def test_sampled_gradients_lie_within_their_errors():
    model = example("tfim_individual", n=3, layers=2)
    values = drawn(model, 5)
    found = schedule(model)
    value, expected = exact(found, values)
    prepared = prepare(found, 0)
    pulls = []
    for seed in range(20):
        sampled = prepared.gradient(values, backend("statevector", seed=seed), shots=4000)
        assert sampled.n_shots == 4000
        errors = np.append(sampled.standard_error, sampled.value_error)
        differences = np.append(sampled.gradient - expected, sampled.value - value)
        pulls.append(differences / errors)
        assert (np.abs(pulls[-1]) < 5).all()
    # The mean square of 260 correlated pulls; errors are never too small on average.
    assert 0.6 < np.mean(np.square(pulls)) < 1.2


def test_a_precision_is_kept():
    model = example("ry_cz", n=4, layers=2)
    values = drawn(model, 6)
    found = schedule(model)
    runner = backend("statevector", seed=1)
    sampled = prepare(found, 0).gradient(values, runner, precision=0.05)
    assert np.sqrt(np.mean(sampled.standard_error**2)) <= 0.05
    assert sampled.value_error <= 0.05


def test_shots_of_the_comparison_are_those_at_random_points_and_bounded_at_any():
    model = example("tfim_individual", n=4, layers=2)
    found = schedule(model)
    method = compare(found, goal="shots", precision=0.1).method("lie-algebraic")
    prepared = prepare(found, 0)
    n = model.slots.n_parameters
    totals = []
    for seed in range(20):
        readings = prepared.readings(drawn(model, seed))
        variances = [(r.ranges[r.outputs < n] ** 2).sum() for r in readings]
        totals.append(int(allocate(variances, np.ones(len(variances)), n * 0.1**2).sum()))
    assert min(totals) < method.n_shots < max(totals)
    most = int(method.note.split()[2].replace(",", ""))
    assert max(totals) <= most


def test_the_method_is_reached_by_its_name():
    model = example("ry_cz", n=4, layers=2)
    values = drawn(model, 3)
    found = gradient(model, values, GradientOptions(method="lie-algebraic"))
    assert found.method == "lie-algebraic"
    assert np.allclose(
        found.gradient, gradient(model, values, GradientOptions(method="adjoint")).gradient
    )
    few = backend("statevector", seed=1)
    with pytest.raises(ValueError, match="at least"):
        gradient(model, values, GradientOptions(method="lie-algebraic", backend=few, shots=1))


def test_limits_are_announced(monkeypatch):
    model = example("tfim_individual", n=4, layers=2)
    found = schedule(model)
    monkeypatch.setattr(forward_map, "MAX_WEIGHTS", 10)
    with pytest.raises(ValueError, match="beyond the limit of 10 weights"):
        prepare(found, None)
    monkeypatch.setattr(forward_map, "MAX_STRINGS", 10)
    monkeypatch.setattr(forward_map, "MAX_WEIGHTS", 10**6)
    with pytest.raises(ValueError, match="more than 10 strings"):
        prepare(found, None)
    monkeypatch.setattr(forward, "MAX_OBSERVABLES", 10)
    with pytest.raises(ValueError, match="observables of the forward circuit, the limit"):
        prepare(found, None)


def test_angles_without_a_real_value_are_declined():
    text = "qans 1\nansatz f() { qubits q[1]; param a; rot(X[0], sqrt(a)); observable o = Z[0] }"
    found = schedule(compiled(text))
    with pytest.raises(ValueError, match="no real value"):
        exact(found, [-1.0])


def test_nothing_to_measure():
    text = "qans 1\nansatz f() { qubits q[1]; param a; rot(Z[0], a); observable o = 2 * Z[0] + 3 }"
    measured = exact(schedule(compiled(text)), [0.3])
    assert (measured.value, measured.gradient.tolist()) == (5.0, [0.0])
    sampled = prepare(schedule(compiled(text)), 0).gradient(
        [0.3], backend("statevector", seed=1), shots=10
    )
    assert (sampled.value, sampled.gradient.tolist()) == (5.0, [0.0])


def test_a_compilation_prepares_once_and_gives_the_same():
    found = driver.compile_file(str(EXAMPLES / "ry_cz.qans"), settings={"n": 4, "layers": 2})
    values = drawn(found.ansatz, 3)
    for method in ("lie-algebraic", "adjoint"):
        shots = None if method == "adjoint" else 500
        options = GradientOptions(method=method, shots=shots, seed=1)
        first = found.gradient_at(values, options)
        results = found._results
        kept = {**results.circuits, **results.strings}
        again = found.gradient_at(values, options)
        assert {**results.circuits, **results.strings} == kept
        assert first.value == again.value
        assert (first.gradient == again.gradient).all()
    assert [key.method for key in found._results.circuits] == ["lie-algebraic"]
    assert len(found._results.strings) == len(found._results.schedules) == 1
