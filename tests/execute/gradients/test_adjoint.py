"""Values and gradients in the adjoint representation, against dense states and the parameter-shift rule."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.gradient.angle_columns import angle_columns
from qansatz.execute.gradients.adjoint import adjoint_simulation
from qansatz.pauli import planes
from qansatz.pauli.planes import Reachable, TooManyStringsError
from qansatz.pauli.stabilizer_states import expectations
from qansatz.pauli.states import action
from qansatz.pauli.strings import Pauli, anticommute, from_word, to_word
from qansatz.simulation.simulation import simulation
from qansatz.source import Source
from qansatz.tools.cli import main
from tests.analysis.gradient.test_schedule import EXAMPLES, compiled, example, stabilizers_from
from tests.models.statements import Statement, model_of, table_of, terms
from tests.oracles import fermions, gradients
from tests.oracles.chain import by_parameters
from tests.oracles.dense import stabilizer_state, word_matrix
from tests.strategies.programs import programs


def drawn(model, seed):
    return np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))


def check(model, observable, seed):
    values = drawn(model, seed)
    found = adjoint_simulation(model, observable).gradient(values.tolist())
    base = gradients.angles(model, values)
    assert abs(found.value - gradients.cost(model, observable, base)) < 1e-10
    expected = by_parameters(model, values, gradients.shifted(model, observable, values))
    assert np.max(np.abs(found.gradient - expected), initial=0) < 1e-10
    return found


@given(programs(max_qubits=4, max_statements=6), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_random_programs_have_the_gradient_of_the_parameter_shift(program, seed):
    model = compiled(program.text)
    if len(model.rotations) < 40:
        for observable in model.observables:
            check(model, observable, seed)


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_any_strings_on_five_qubits_in_any_stabilizer_state(data, seed):
    word = st.text("IXYZ", min_size=5, max_size=5)
    words = data.draw(st.lists(word, min_size=1, max_size=12))
    weights = data.draw(st.dictionaries(word, st.sampled_from([1, -2, 0.5]), min_size=1))
    pairs = [(weight, w) for w, weight in weights.items()]
    model = model_of(5, [Statement((w,)) for w in words], observables=[terms(*pairs)])
    object.__setattr__(model.initial, "stabilizers", stabilizers_from(data, 5))
    check(model, model.observables[0], seed)


SIZES = {
    "tfim": {"n": 4, "layers": 2},
    "tfim_individual": {"n": 4, "layers": 2},
    "ry_cz": {"n": 4, "layers": 2},
    "xgenerators": {"n": 4},
    "rbs": {},
    "slpa": {"depth": 1},
}


@pytest.mark.parametrize("name", SIZES)
def test_examples(name):
    model = example(name, **SIZES[name])
    for observable in model.observables:
        check(model, observable, 7)


CHAIN = """qans 1
ansatz chain(n: int, layers: int) {
  qubits q[n]
  param a[layers, n]
  param b[layers, n - 1]
  init |+>
  repeat l in 0..<layers {
    for i in q { rot(X[i], a[l, i]) }
    for i in 0..<n - 1 { rot(Z[i] * Z[i + 1], b[l, i]) }
  }
  observable energy = sum(Z[i] * Z[i + 1] for i in 0..<n - 1) + sum(X[i] for i in q)
  observable corner = Y[0] * Z[1] + 0.5 * X[0]
}
"""


def chain(n, layers):
    return driver.compile_source(
        Source("<chain>", CHAIN), settings={"n": n, "layers": layers}
    ).ansatz


def test_sixty_qubits_agree_with_free_fermions():
    n, layers = 60, 2
    model = chain(n, layers)
    values = drawn(model, 3)
    fields, couplings = np.split(values, [layers * n])
    rotations = []
    for x, zz in zip(fields.reshape(layers, -1), couplings.reshape(layers, -1), strict=True):
        rotations += [(2 * k, x[k]) for k in range(n)]
        rotations += [(2 * k + 1, zz[k]) for k in range(n - 1)]
    value, found = adjoint_simulation(model).value_and_gradient(values)
    assert abs(value - fermions.energy(n, rotations)) < 1e-10
    expected = fermions.gradient(n, rotations)
    by_layer = np.split(expected, layers)
    by_kind = [part[:n] for part in by_layer] + [part[n:] for part in by_layer]
    assert np.max(np.abs(found - np.concatenate(by_kind))) < 1e-10


def test_sixty_qubits_agree_with_the_light_cone_on_ten():
    layers = 3
    large, small = chain(60, layers), chain(10, layers)
    values = drawn(large, 5)
    fields, couplings = np.split(values, [layers * 60])
    near = np.concatenate(
        (fields.reshape(layers, 60)[:, :10].ravel(), couplings.reshape(layers, 59)[:, :9].ravel())
    )
    value, found = adjoint_simulation(large, large.observables[1]).value_and_gradient(values)
    simulated = simulation(small)
    state, derivatives = simulated.derivatives(near)
    operators = [
        (float(term.coefficient), action(term.pauli, 10)) for term in small.observables[1].terms
    ]
    moved = sum(c * operator.apply(state[None, :])[0] for c, operator in operators)
    assert abs(value - np.vdot(state, moved).real) < 1e-10
    of_fields, of_couplings = np.split(found, [layers * 60])
    kept = np.concatenate(
        (
            of_fields.reshape(layers, 60)[:, :10].ravel(),
            of_couplings.reshape(layers, 59)[:, :9].ravel(),
        )
    )
    assert np.max(np.abs(kept - 2 * (derivatives.conj() @ moved).real)) < 1e-10
    assert np.count_nonzero(found) == np.count_nonzero(kept)


def test_the_strings_are_those_of_the_lie_algebra_when_the_circuit_is_deep():
    prepared = adjoint_simulation(chain(6, 6))
    assert prepared.n_strings == 6 * 11
    assert adjoint_simulation(chain(6, 1)).n_strings < 6 * 11


def test_evaluations_leave_nothing_behind():
    model = chain(5, 2)
    prepared = adjoint_simulation(model)
    first, second = drawn(model, 1), drawn(model, 2)
    value, found = prepared.value_and_gradient(first)
    prepared.value_and_gradient(second)
    again, repeated = prepared.value_and_gradient(first)
    assert (value, prepared.value(first)) == (again, value)
    assert (found == repeated).all()


def test_more_strings_than_the_limit_are_declined():
    model = chain(6, 6)
    assert adjoint_simulation(model, limit=66).n_strings == 66
    with pytest.raises(TooManyStringsError, match="more than 65 strings"):
        adjoint_simulation(model, limit=65)


def test_more_pairs_than_the_limit_are_declined(monkeypatch):
    monkeypatch.setattr(planes, "MAX_PAIRS", 50)
    with pytest.raises(TooManyStringsError, match="more than 50 pairs"):
        adjoint_simulation(chain(6, 6))


def test_angles_without_a_real_value_are_declined():
    text = "qans 1\nansatz f() { qubits q[1]; param a; rot(X[0], sqrt(a)); observable o = Z[0] }"
    prepared = adjoint_simulation(compiled(text))
    with pytest.raises(ValueError, match="rotation 0 has no real value"):
        prepared.value([-1.0])
    with pytest.raises(ValueError, match="rotation 0 has no real value or derivative"):
        prepared.value_and_gradient([0.0])
    assert prepared.value([0.25]) == pytest.approx(np.cos(0.5))


def test_a_model_without_observable_has_nothing_to_simulate():
    with pytest.raises(ValueError, match="no observable"):
        adjoint_simulation(compiled("qans 1\nansatz f() { qubits q[1]; param a; rot(X[0], a) }"))


@given(st.data(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_reachable_strings_and_planes_are_those_of_the_definition(data, n):
    word = st.text("IXYZ", min_size=n, max_size=n)
    axes = data.draw(st.lists(word, min_size=1, max_size=5, unique=True))
    reached = Reachable(table_of(axes), limit=4**n)
    known: list[Pauli] = []
    turned: dict[int, set] = {}
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()):
            new = from_word(data.draw(word))
            known += [new] if new not in known else []
            assert reached.insert([new]) == [known.index(new)]
        axis = data.draw(st.integers(0, len(axes) - 1))
        p = from_word(axes[axis])
        found = {q for q in known if anticommute(p, q)}
        known += [q for q in _ordered(p, known) if q not in known]
        count = reached.turn(axis)
        turned[axis] = found | {Pauli(q.x ^ p.x, q.z ^ p.z) for q in found}
        assert 2 * count == len(turned[axis])
        assert set(reached.strings.paulis()) == set(known)
        known = reached.strings.paulis()
    for axis, strings in turned.items():
        left, right = reached.pairs(axis)
        assert {known[k] for k in [*left, *right]} == strings
        for a, b in zip(left, right, strict=True):
            p, q, image = (
                word_matrix(to_word(s, n)) for s in (from_word(axes[axis]), known[a], known[b])
            )
            assert np.allclose(1j * p @ q, image)


def _ordered(p, known):
    return [Pauli(q.x ^ p.x, q.z ^ p.z) for q in known if anticommute(p, q)]


@given(st.data(), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_expectations_in_stabilizer_states_are_those_of_dense_vectors(data, n):
    stabilizers = stabilizers_from(data, n)
    state = stabilizer_state([(-1 if p.phase == 2 else 1, to_word(p, n)) for p in stabilizers])
    words = ["".join(letters) for letters in product("IXYZ", repeat=n)]
    found = expectations(table_of(words), stabilizers)
    expected = [np.vdot(state, word_matrix(w) @ state).real for w in words]
    assert np.allclose(found, expected)


@given(programs(max_qubits=3, max_statements=6), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_angles_in_columns_are_those_of_the_rows(program, seed):
    model = compiled(program.text)
    values = drawn(model, seed)
    found = angle_columns(model).angles(values)
    assert np.allclose(found, gradients.angles(model, values), rtol=1e-13, atol=1e-13)


def test_the_command_states_the_limit_and_raises_it(capsys):
    command = ["gradient", str(EXAMPLES / "tfim_individual.qans"), "--method", "adjoint"]
    command += ["--seed", "1", "--quiet", "--max-strings"]
    assert main.main([*command, "100"]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert "more than 100 strings" in printed.err
    assert "--max-strings" in printed.err
    assert main.main([*command, "200"]) == 0
    assert "no circuit was run" in capsys.readouterr().out
