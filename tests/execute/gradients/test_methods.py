"""Values and gradients by every method, against parameter shift on dense states; errors against what is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import qansatz
from qansatz import driver
from qansatz.analysis.gradient.methods import RUN
from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.shots import share
from qansatz.circuits.gates import GateList
from qansatz.execute import readings
from qansatz.execute.backends.backend import backend
from qansatz.execute.gradients.methods import gradient, prepare
from qansatz.execute.gradients.parameter_shift import shifted_circuits
from qansatz.execute.options import GradientOptions
from qansatz.source import Source
from qansatz.synthesis.readout import MeasuredCircuit, Parity
from tests.execute.backends.test_backends import parity_means
from tests.models.statements import model_of, rot
from tests.oracles import gradients
from tests.strategies.programs import programs

EXAMPLES = Path(__file__).parents[3] / "examples"
SMALL = [
    ("tfim", {"n": 4, "layers": 2}),
    ("tfim_individual", {"n": 4, "layers": 2}),
    ("slpa", {"depth": 1}),
    ("ry_cz", {"n": 4, "layers": 2}),
    ("layered", {"n": 2, "depth": 1}),
    ("classifier", {"n": 3, "depth": 2}),
    ("xgenerators", {"n": 4}),
    ("rbs", {"n": 4}),
    ("uccsd", {}),
    ("efficient_su2", {"n": 3, "reps": 1}),
    ("heisenberg", {"n": 4, "layers": 1}),
    ("equivariant", {"n": 3, "layers": 1}),
    ("xy", {"n": 4, "layers": 1}),
]
CURVED = """qans 1
ansatz curved() {
  qubits q[3]
  param t[2]
  input x
  init <p"XXI", p"IXX", -p"ZZZ">
  encode { rot(Y[0], x) }
  rot(X[0] * Z[1], sin(t[0]) * t[1])
  h(1)
  cx(1, 2)
  rot(Z[1] + 0.5 * Z[2], t[0] ^ 2)
  rot(Y[2], x * t[1] + pi / 3)
  rot(Y[0] * Y[1], t[0] - t[1])
  observable o = Z[0] * Z[1] - 0.5 * X[1] + 0.25 * Y[2] * X[0] + 2
}"""


def compiled(text: str):
    return driver.compile_source(Source("<test>", text))


def example(name: str, **sizes):
    return driver.compile_file(str(EXAMPLES / f"{name}.qans"), settings=sizes)


def drawn(model, seed: int) -> list[float]:
    return np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels())).tolist()


def assert_exact(model, observable, values, found):
    scale = 1 + sum(abs(float(term.coefficient)) for term in observable.terms)
    expected = gradients.by_parameters(model, observable, values)
    slopes = 1 + np.max(np.abs(values), initial=0) ** 2
    assert abs(found.value - gradients.cost(model, observable, gradients.angles(model, values))) < (
        1e-10 * scale
    )
    assert np.max(np.abs(found.gradient - expected), initial=0) < 1e-10 * scale * slopes
    assert found.standard_error is None
    assert found.value_error is None
    assert found.n_shots == 0


@given(programs(max_qubits=3, max_statements=5), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_exact_gradients_equal_parameter_shift_on_random_programs(program, seed):
    model = compiled(program.text).ansatz
    assume(model.observables and len(model.rotations) < 50)
    values = np.random.default_rng(seed).uniform(0.2, 2, len(model.slots.labels())).tolist()
    scheduled = schedule(model, time_limit=0.5)
    for method in ("schedule", "parameter-shift"):
        found = gradient(model, values, GradientOptions(method=method), schedule=scheduled)
        assert_exact(model, model.observables[0], values, found)


@pytest.mark.parametrize(("name", "sizes"), SMALL)
def test_exact_gradients_equal_parameter_shift_on_examples(name, sizes):
    model = example(name, **sizes).ansatz
    values = drawn(model, 4)
    scheduled = schedule(model, time_limit=0.5)
    for method in ("schedule", "parameter-shift"):
        assert_exact(
            model,
            model.observables[0],
            values,
            gradient(model, values, GradientOptions(method=method), schedule=scheduled),
        )


@pytest.mark.parametrize("method", RUN)
def test_curved_angles_and_inputs_by_every_method(method):
    model = compiled(CURVED).ansatz
    values = [0.8, -1.3, 0.6]
    assert_exact(
        model, model.observables[0], values, gradient(model, values, GradientOptions(method=method))
    )


@pytest.mark.parametrize("method", ["schedule", "parameter-shift", "lie-algebraic"])
@pytest.mark.parametrize(
    ("name", "sizes"),
    [("tfim", {"n": 4, "layers": 1}), ("slpa", {"depth": 1}), ("ry_cz", {"n": 4, "layers": 2})],
)
def test_sampled_gradients_lie_within_four_errors(method, name, sizes):
    model = example(name, **sizes).ansatz
    values = drawn(model, 7)
    scheduled = schedule(model, time_limit=0.5)
    exact = gradient(model, values, schedule=scheduled)
    prepared = prepare(scheduled, method, backend("statevector"))
    for seed in range(3):
        found = gradient(
            model,
            values,
            GradientOptions(method=method, shots=20_000, seed=seed),
            schedule=scheduled,
            circuits=prepared,
        )
        assert found.n_shots == 20_000
        assert found.value_error > 0
        assert abs(found.value - exact.value) < 4 * found.value_error
        distance = np.abs(found.gradient - exact.gradient)
        assert (distance <= 4 * found.standard_error).all()


@pytest.mark.parametrize("method", ["schedule", "parameter-shift"])
def test_standard_errors_are_the_spread_of_repeated_runs(method):
    compilation = compiled(CURVED)
    model, values = compilation.ansatz, [0.8, -1.3, 0.6]
    scheduled = compilation.schedule
    exact = gradient(model, values, schedule=scheduled)
    prepared = prepare(scheduled, method, backend("statevector"))
    runs = [
        prepared.gradient(values, backend("statevector", seed=seed), shots=3_000)
        for seed in range(60)
    ]
    spread = np.sqrt(np.mean([(r.gradient - exact.gradient) ** 2 for r in runs], axis=0))
    told = np.sqrt(np.mean([r.standard_error**2 for r in runs], axis=0))
    # 60 runs know a standard deviation to 1/sqrt(120), about 9 %.
    assert (np.abs(spread / told - 1) < 0.36).all()
    value_spread = np.sqrt(np.mean([(r.value - exact.value) ** 2 for r in runs]))
    assert abs(value_spread / np.sqrt(np.mean([r.value_error**2 for r in runs])) - 1) < 0.36


def test_a_precision_is_kept():
    model = example("tfim", n=4, layers=1).ansatz
    values = drawn(model, 1)
    scheduled = schedule(model, time_limit=0.5)
    found = gradient(model, values, GradientOptions(precision=0.1, seed=2), schedule=scheduled)
    assert np.sqrt(np.mean(found.standard_error**2)) < 0.1
    assert found.value_error < 0.1


def test_shifted_circuits_share_one_compilation_and_shift_one_angle():
    scheduled = compiled(CURVED).schedule
    values = [0.8, -1.3, 0.6]
    model = scheduled.model
    weights = {term.pauli: float(term.coefficient) for term in scheduled.terms}
    sums: dict[tuple[int, int], float] = {}
    for row, sign, circuit in shifted_circuits(scheduled, effort=0):
        assert circuit.gates.slots == model.slots
        means = parity_means(circuit, values)
        part = sum(weights[p.pauli] * m for p, m in zip(circuit.parities, means, strict=True))
        sums[row, sign] = sums.get((row, sign), 0.0) + part
    for (row, sign), found in sums.items():
        turned = gradients.angles(model, values)
        turned[row] += sign * np.pi / 2
        assert abs(found + 2 - gradients.cost(model, scheduled.observable, turned)) < 1e-10


# Estimates from outcomes


def coins(weights, negative=False):
    """One circuit of two bits, read as two parities and their product."""
    circuit = MeasuredCircuit(
        gates=GateList(name="coins", n_qubits=2, slots=model_of(1, [rot("X")]).slots, gates=()),
        measured=(0, 1),
        parities=tuple(Parity(None, columns, negative) for columns in (1, 2, 3)),
    )
    return readings.reading(circuit, weights)


def told(reading, *tables):
    tally = readings.Tally(reading)
    for outcomes in tables:
        tally.add(outcomes)
    return tally.estimate()


def test_outcomes_may_come_in_pieces():
    outcomes = np.random.default_rng(1).integers(0, 2, (1000, 2)).astype(np.uint8)
    reading = coins([{0: 1.0, 4: 0.5}, {0: 1.0}, {4: 2.0}])
    whole, pieces = told(reading, outcomes), told(reading, outcomes[:300], outcomes[300:])
    assert np.allclose(whole, pieces, rtol=1e-12)
    assert np.isnan(told(reading)).all()


def test_many_shots_are_asked_for_in_pieces(monkeypatch):
    monkeypatch.setattr(readings, "PIECE", 700)
    compilation = compiled(CURVED)
    found = compilation.gradient([0.8, -1.3], inputs=[0.6], shots=20_000, seed=1)
    exact = compilation.gradient([0.8, -1.3], inputs=[0.6])
    assert found.n_shots == 20_000
    assert (np.abs(found.gradient - exact.gradient) <= 4 * found.standard_error).all()


def test_estimates_sum_the_parities_of_a_shot_before_they_average():
    outcomes = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.uint8)
    found = coins([{0: 1.0, 4: 0.5}, {0: 1.0}, {4: 2.0}])
    assert found.outputs.tolist() == [0, 4]
    mean, variance = told(found, outcomes)
    shots = {0: [2, 0, 0, -2, 2], 4: [2.5, -2.5, -1.5, 1.5, 2.5]}
    for k, (output, reach) in enumerate({0: 2.0, 4: 2.5}.items()):
        x = np.array(shots[output], dtype=float)
        assert mean[k] == pytest.approx(x.mean())
        assert variance[k] == pytest.approx((((x - x.mean()) ** 2).sum() + reach**2) / 25)


def test_parities_of_opposite_weight_cancel_in_the_error():
    outcomes = np.array([[0, 0], [1, 1]] * 5000, dtype=np.uint8)
    together = coins([{0: 1.0}, {0: -1.0}, {}])
    mean, variance = told(together, outcomes)
    assert mean[0] == 0
    assert np.sqrt(variance[0]) == pytest.approx(2 / 10000)


def test_negative_parities_and_single_shots():
    mean, variance = told(
        coins([{0: 3.0}, {}, {}], negative=True), np.array([[0, 1]], dtype=np.uint8)
    )
    assert mean[0] == -3
    assert variance[0] == 9


@given(st.lists(st.floats(0, 100), min_size=1, max_size=3), st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_shots_are_shared_out_for_nearly_the_least_sum(variances, more):
    total = len(variances) + more
    found = share(variances, total)
    assert found.sum() == total
    assert found.min() >= 1
    sums = [
        sum(v / n for v, n in zip(variances, split, strict=True))
        for split in splits(total, len(variances))
    ]
    assert sum(v / n for v, n in zip(variances, found, strict=True)) <= min(sums) * 1.05


def splits(total: int, parts: int):
    if parts == 1:
        yield (total,)
        return
    for first in range(1, total - parts + 2):
        for rest in splits(total - first, parts - 1):
            yield (first, *rest)


def test_an_interruption_keeps_what_was_measured():
    class Impatient:
        name = "impatient"

        def __init__(self):
            self.inner, self.calls = backend("statevector", seed=1), 0

        def sample(self, circuits, values, shots):
            self.calls += 1
            if self.calls > 1:
                raise KeyboardInterrupt
            return self.inner.sample(circuits, values, shots)

    model = example("tfim_individual", n=4, layers=2).ansatz
    values = drawn(model, 1)
    found = gradient(model, values, GradientOptions(backend=Impatient(), shots=5_000))
    assert not found.complete
    assert 0 < found.n_shots < 5_000
    assert np.isfinite(found.value)
    assert np.isnan(found.gradient).any()
    assert not np.isnan(found.gradient).all()
    assert "nan" in str(found)


# The way in


def test_the_result_unpacks_into_value_and_gradient():
    compilation = qansatz.compile(str(EXAMPLES / "slpa.qans"), depth=1)
    model = compilation.ansatz
    theta = np.linspace(-1, 1, 48).reshape(1, 12, 4)
    value, found = compilation.gradient(theta, inputs=[0.1, 0.2, 0.3, 0.4])
    values = [*theta.ravel(), 0.1, 0.2, 0.3, 0.4]
    assert found.shape == (48,)
    assert abs(value - gradients.cost(model, model.observables[0], gradients.angles(model, values)))
    sampled = compilation.gradient(
        theta, inputs=[0.1, 0.2, 0.3, 0.4], shots=4_000, seed=3, backend="statevector"
    )
    again = compilation.gradient(theta, inputs=[0.1, 0.2, 0.3, 0.4], shots=4_000, seed=3)
    assert (sampled.gradient == again.gradient).all()
    assert sampled.n_circuits == compilation.schedule.n_circuits
    elsewhere = compilation.gradient(-theta, inputs=[0.1, 0.2, 0.3, 0.4], shots=4_000, seed=3)
    assert (np.abs(elsewhere.gradient - sampled.gradient) > 0).any()
    assert (np.abs(sampled.gradient - found) <= 4 * sampled.standard_error).all()
    assert "standard error" in str(sampled)
    assert "<table>" in sampled._repr_html_()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"theta": [1.0]}, "1 numbers for 3 parameters"),
        ({"theta": [1.0, np.nan, 2.0]}, "is nan; a finite number"),
        ({"theta": [1.0, 2.0, 3.0], "inputs": [1.0]}, "not 4"),
        ({"method": "magic"}, "no method 'magic'"),
        ({"observable": "nothing"}, "no observable 'nothing'"),
        ({"shots": 3, "precision": 0.1}, "not both"),
        ({"precision": -1.0}, "positive number"),
        ({"shots": 2}, "at least"),
        ({"precision": 1e-9}, "more than 1,000,000,000,000 shots"),
        ({"shots": 100, "backend": "nowhere"}, "no backend 'nowhere'"),
        ({"shots": 100, "method": "adjoint"}, "adjoint computes"),
        ({"shots": 0}, "shots must be at least 1"),
        ({"precision": float("nan")}, "positive number"),
    ],
)
def test_what_cannot_be_asked_for_is_said(options, told):
    compilation = compiled(
        "qans 1\nansatz few() { qubits q[2]; param t[3]; rx(0, t[0]); rx(1, t[1])\n"
        "ry(0, t[2]); observable z = Z[0]; observable x = X[0] * Y[1] }"
    )
    with pytest.raises(ValueError, match=told):
        compilation.gradient(**{"theta": [0.1, 0.2, 0.3]} | options)


def test_a_model_without_observables_or_with_too_many_qubits():
    bare = compiled("qans 1\nansatz one() { qubits q[1]; param t; rot(X[0], t) }")
    with pytest.raises(ValueError, match="no observable"):
        bare.gradient([0.3])
    large = compiled(
        "qans 1\nansatz many() { qubits q[25]; param t; rx(q, t); observable z = prod(Z[i] for i in q) }"
    )
    for method in ("schedule", "parameter-shift"):
        with pytest.raises(ValueError, match="beyond the limit of 24"):
            large.gradient([0.3], method=method)


def test_only_qubits_in_the_light_cone_are_simulated():
    small, large = (example("ry_cz", n=n, layers=2) for n in (4, 60))
    near = np.random.default_rng(3).uniform(-3, 3, (2, 4))
    values = np.zeros((2, 60))
    values[:, :4] = near
    value, found = small.gradient(near)
    for method in ("schedule", "parameter-shift"):
        again, by_large = large.gradient(values, method=method)
        assert again == pytest.approx(value, abs=1e-12)
        assert by_large.reshape(2, 60)[:, :4] == pytest.approx(found.reshape(2, 4), abs=1e-12)
        drawn_result = large.gradient(values, method=method, shots=4000, seed=1)
        assert abs(drawn_result.value - value) < 4 * drawn_result.value_error
        assert (np.abs(drawn_result.gradient - by_large) <= 4 * drawn_result.standard_error).all()


@given(programs(max_qubits=3, max_statements=4), st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None, derandomize=True)
def test_sampled_gradients_of_random_programs_lie_within_four_errors(program, seed):
    compilation = compiled(program.text)
    model = compilation.ansatz
    assume(model.observables and len(model.rotations) < 30)
    values = np.random.default_rng(seed).uniform(0.2, 2, len(model.slots.labels())).tolist()
    scheduled = schedule(model, time_limit=0.5)
    assume(scheduled.n_circuits)
    exact = gradient(model, values, schedule=scheduled)
    drawn_result = gradient(
        model, values, GradientOptions(shots=4_000, seed=seed), schedule=scheduled
    )
    assert abs(drawn_result.value - exact.value) <= 4 * drawn_result.value_error + 1e-9
    distance = np.abs(drawn_result.gradient - exact.gradient)
    assert (distance <= 4 * drawn_result.standard_error + 1e-9).all()


def test_an_angle_without_a_real_value_is_said():
    wrong = compiled(
        "qans 1\nansatz one() { qubits q[1]; param t; rot(X[0], sqrt(t)); observable z = Z[0] }"
    )
    for method in ("schedule", "parameter-shift"):
        with pytest.raises(ValueError, match="no real"):
            wrong.gradient([-1.0], method=method)
        with pytest.raises(ValueError, match="no real"):
            wrong.gradient([-1.0], method=method, shots=100)


def test_a_constant_observable_has_a_value_and_no_circuits():
    fixed = compiled(
        "qans 1\nansatz one() { qubits q[1]; param t; rot(Z[0], t); observable c = 0 * Z[0] + 3 }"
    )
    found = fixed.gradient([0.4])
    assert found.value == 3
    assert found.gradient.tolist() == [0]
    sampled = fixed.gradient([0.4], shots=10)
    assert (sampled.value, sampled.n_shots, sampled.n_circuits) == (3, 0, 0)


def test_what_is_no_backend_and_no_number_of_shots_is_refused():
    compilation = driver.compile_file(str(EXAMPLES / "tfim.qans"))
    theta = [0.1] * compilation.ansatz.slots.n_parameters
    with pytest.raises(ValueError, match="no backend 'foo'"):
        compilation.gradient(theta, backend="foo")
    with pytest.raises(ValueError, match="whole number"):
        compilation.gradient(theta, shots=1000.5)


def test_a_precision_is_said_to_be_of_the_root_mean_square():
    compilation = driver.compile_file(str(EXAMPLES / "tfim.qans"))
    theta = [0.1] * compilation.ansatz.slots.n_parameters
    for method in ("schedule", "parameter-shift", "lie-algebraic"):
        found = compilation.gradient(theta, precision=0.5, seed=1, method=method)
        assert any("root mean square" in text for text in found.assumptions)
        found = compilation.gradient(theta, shots=20000, seed=1, method=method)
        assert not any("root mean square" in text for text in found.assumptions)
