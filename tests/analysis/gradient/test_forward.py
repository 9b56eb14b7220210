from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient import schedule as schedules
from qansatz.analysis.gradient.equal_derivatives import Symmetries
from qansatz.analysis.gradient.forward import coefficients, forward_parts
from qansatz.analysis.gradient.schedule import schedule
from qansatz.pauli.strings import anticommute, to_word
from tests.analysis.gradient.test_schedule import compiled, example
from tests.oracles import gradients
from tests.oracles.dense import word_matrix
from tests.strategies.programs import programs


def forward_state(model, active, values):
    state = gradients.initial(model)
    angles = gradients.angles(model, values)
    for row in active:
        word = to_word(model.rotations.pauli(row), model.n_qubits)
        state = gradients.rotated(state, word, angles[row])
    return state


def check(model, observable, seed):
    found = schedule(model, observable, time_limit=0.3)
    parts = forward_parts(found)
    values = np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))
    expected = gradients.shifted(model, observable, values)
    state = forward_state(model, found.patterns.active.tolist(), values)
    for part in (parts.whole, parts.best):
        if part is None:
            continue
        measured = {p for members in part.sets for p in members}
        assert len(measured) == part.n_observables
        for members in part.sets:
            assert not any(anticommute(p, q) for p, q in combinations(members, 2))
        numbers = {
            p: np.vdot(state, word_matrix(to_word(p, model.n_qubits)) @ state).real
            for p in measured
        }
        for row in found.patterns.rows.tolist():
            if row >= part.start:
                weights = coefficients(found, row, values)
                assert weights.keys() <= measured
                total = sum(weight * numbers[p] for p, weight in weights.items())
                assert abs(total - expected[row]) < 1e-10
                scale = sum(abs(float(term.coefficient)) for term in found.terms)
                assert np.linalg.norm(list(weights.values())) <= scale * (1 + 1e-12)
        earlier = {
            c.index for c in found.circuits() if any(row < part.start for row in c.rotations)
        }
        assert len(earlier) == part.n_others
    return found, parts


@given(programs(max_qubits=3, max_statements=5), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_derivatives_of_the_last_rotations_are_numbers_of_the_forward_circuit(program, seed):
    model = compiled(program.text)
    if model.observables and len(model.rotations) < 40:
        check(model, model.observables[0], seed)


def test_parts_of_the_examples(monkeypatch):
    model = example("ry_cz", n=4, layers=3)
    found, parts = check(model, model.observables[1], 2)
    assert parts.whole.n_circuits < found.n_circuits
    few = forward_parts(schedule(example("qaoa"), time_limit=0.5))
    assert few.best is None
    monkeypatch.setattr(schedules, "symmetries", lambda *_: Symmetries((), (), ()))
    found = schedule(example("qaoa"), time_limit=0.5)
    parts = forward_parts(found)
    assert parts.whole is None
    assert parts.best.start in found.patterns.rows
    assert parts.best.n_circuits < found.n_circuits
    assert parts.best.n_others > 0
