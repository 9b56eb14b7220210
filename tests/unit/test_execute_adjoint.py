"""Values and gradients in the adjoint representation, against dense states and the parameter-shift rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.angle_columns import angle_columns
from qansatz.execute.adjoint import adjoint, adjoint_simulation
from qansatz.pauli.planes import Reachable, TooManyStringsError
from qansatz.pauli.stabilized import expectations
from qansatz.pauli.strings import Pauli, anticommute, from_word
from qansatz.pauli.tables import PauliTable
from tests.oracles import gradients
from tests.oracles.chain import by_parameters
from tests.oracles.dense import stabilizer_state, word_matrix
from tests.strategies import programs
from tests.unit.models import Statement, model_of, terms
from tests.unit.test_analysis_schedule import compiled, example, stabilizers_from


def drawn(model, seed):
    return np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))


def check(model, observable, seed):
    values = drawn(model, seed)
    found = adjoint(model, observable, values.tolist())
    base = gradients.angles(model, values)
    assert abs(found.value - gradients.cost(model, observable, base)) < 1e-10
    expected = by_parameters(model, values, gradients.shifted(model, observable, values))
    assert np.max(np.abs(found.gradient - expected), initial=0) < 1e-10
    return found


@given(programs(max_qubits=4, max_statements=6), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_random_programs_have_the_gradient_of_the_parameter_shift(program, seed):
    model = compiled(program.text)
    if len(model.rotations) < 40:
        for observable in model.observables:
            check(model, observable, seed)


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_any_strings_on_five_qubits_in_any_stabilizer_state(data, seed):
    word = st.text("IXYZ", min_size=5, max_size=5)
    words = data.draw(st.lists(word, min_size=1, max_size=12))
    pairs = data.draw(st.lists(st.tuples(st.sampled_from([1, -2, 0.5]), word), min_size=1))
    model = model_of(5, [Statement((w,)) for w in words], observables=[terms(*pairs)])
    object.__setattr__(model.initial, "stabilizers", stabilizers_from(data, 5))
    check(model, model.observables[0], seed)


@pytest.mark.parametrize("name", ["tfim", "tfim_individual", "ry_cz", "xgenerators", "rbs", "nsc"])
def test_examples(name):
    model = example(name)
    if len(model.rotations) > 100:
        model = example(name, depth=1)
    for observable in model.observables:
        check(model, observable, 7)
