from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient import measurability as module
from qansatz.analysis.gradient.measurability import measurability
from qansatz.analysis.gradient.schedule import schedule
from qansatz.pauli.strings import to_word
from tests.analysis.gradient.test_schedule import PUBLISHED, chain, compiled, example, ring, slpa
from tests.models.statements import model_of, terms
from tests.oracles.dense import rotation_matrix, word_matrix
from tests.strategies.programs import programs


def derivative_operators(model, observable, rows, seed):
    """Γ_j = ∂_j(U†OU) at random angles, densely, from its definition by parameter shift."""
    n = model.n_qubits
    angles = np.random.default_rng(seed).uniform(-3, 3, len(model.rotations))
    words = [to_word(model.rotations.pauli(row), n) for row in range(len(angles))]
    o = sum(
        (-1 if t.pauli.phase == 2 else 1) * float(t.coefficient) * word_matrix(to_word(t.pauli, n))
        for t in observable.pulled_back
    )

    def evolved(at):
        u = np.eye(2**n, dtype=complex)
        for word, angle in zip(words, at, strict=True):
            u = rotation_matrix(word_matrix(word), angle) @ u
        return u.conj().T @ o @ u

    found = []
    for row in rows:
        step = np.zeros(len(angles))
        step[row] = np.pi / 2
        found.append((evolved(angles + step) - evolved(angles - step)) / 2)
    return found


def least_groups(found):
    """Which derivatives vanish, and which pairs do not commute, to 1e-9."""
    alive = [k for k, g in enumerate(found) if np.abs(g).max() > 1e-9]
    apart = {
        (j, k)
        for j, k in combinations(alive, 2)
        if np.abs(found[j] @ found[k] - found[k] @ found[j]).max() > 1e-9
    }
    return alive, apart


@given(programs(max_qubits=3, max_statements=4), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_pairs_over_finite_fields_are_those_of_dense_matrices(program, seed):
    model = compiled(program.text)
    if not model.observables or len(model.rotations) > 24:
        return
    observable = model.observables[0]
    found = schedule(model, observable, time_limit=0.3)
    rows = module._subject(found).patterns.rows.tolist()
    if not rows:
        return
    conflicts, alive = module._generic(module._subject(found))
    dense_alive, apart = least_groups(derivative_operators(model, observable, rows, seed))
    assert np.flatnonzero(alive).tolist() == dense_alive
    assert {(j, k) for j, k in combinations(range(len(rows)), 2) if conflicts[j, k]} == apart
    exact = measurability(found)
    for relation in module._clifford_points(module._subject(found)):
        assert not (relation & ~conflicts).any()
    assert (
        exact.at_least <= exact.at_most <= module._same_pattern_and_parity(module._subject(found))
    )


CASES = [
    ("TFIM ring, O=H", 6, ring(6, 4)[2], ring(6, 1)[0] + ring(6, 1)[1], 39),
    ("TFIM ring, O=ZZ", 6, ring(6, 4)[2], ["ZZIIII"], 33),
    ("SLPA, O=ZZII", 4, slpa(["XXII", "ZIZI", "ZZII", "IXXI"]), ["ZZII"], 3),
    ("SLPA, O=ZIII", 4, slpa(["XXII", "ZIZI", "ZZII", "IXXI"]), ["ZIII"], 5),
    ("published SLPA, O=XXII", 4, slpa(PUBLISHED * 2), ["XXII"], 23),
    ("published SLPA, O=XIII", 4, slpa(PUBLISHED * 2), ["XIII"], 45),
]


@pytest.mark.parametrize(
    ("n", "statements", "observable", "least"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_least_number_of_groups_is_that_of_the_literature(n, statements, observable, least):
    found = schedule(model_of(n, statements, observables=[terms(*observable)]))
    exact = measurability(found)
    assert exact.exact
    assert exact.at_most == least
    assert exact.efficiency == Fraction(found.n_rotations, least)


def test_the_least_numbers_of_the_examples():
    ry_cz = example("ry_cz")
    assert [measurability(schedule(ry_cz, o)).at_most for o in ry_cz.observables] == [6, 9]
    twelve = schedule(model_of(4, slpa(PUBLISHED), observables=[terms("XXII")]))
    assert measurability(twelve).efficiency == Fraction(48, 11)


@pytest.mark.parametrize("observable", [["ZZII"], ["ZZII", (0.5, "XIII")]])
def test_bounds_hold_where_the_answer_is_not_computed(observable, monkeypatch):
    found = schedule(model_of(4, chain(4, 3), observables=[terms(*observable)]))
    exact = measurability(found)
    monkeypatch.setattr(module, "MAX_QUBITS", 0)
    bounds = measurability(found)
    assert 1 < bounds.at_least <= exact.at_least == exact.at_most <= bounds.at_most
    assert len(bounds.witnesses) == bounds.at_least
    assert not bounds.exact or bounds.efficiency is not None
    assert set(bounds.witnesses) <= set(found.patterns.rows.tolist())


def test_the_initial_state_does_not_matter():
    statements = slpa(PUBLISHED * 2, encoded=False)
    found = schedule(model_of(4, statements, observables=[terms("XIII")]))
    assert found.n_circuits == 0
    assert measurability(found).at_most == 45


def test_nothing_to_group():
    found = measurability(schedule(model_of(1, [], observables=[terms("Z")])))
    assert (found.at_least, found.at_most, found.efficiency) == (0, 0, None)
