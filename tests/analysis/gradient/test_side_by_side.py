"""Gradient circuits on disjoint qubits run as one, against parameter shift with all amplitudes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.side_by_side import side_by_side
from qansatz.cost.comparison import compare
from qansatz.cost.readout_gates import GateCounts
from qansatz.pauli.strings import anticommute, to_word
from tests.analysis.gradient.test_schedule import example
from tests.models.statements import model_of, rot, terms
from tests.oracles import gradients


def measured(model, circuits, values):
    """∂⟨O⟩/∂(angle of each rotation), each circuit simulated with all its ancillas."""
    n = model.n_qubits
    base = gradients.angles(model, values)
    found = np.zeros(len(base))
    for circuit in circuits:
        width = n + circuit.n_ancillas
        state = gradients.initial(model)
        for _ in range(circuit.n_ancillas):
            state = np.kron(state, np.array([1, 1]) / np.sqrt(2))
        of_row = {int(row): part for part in circuit.parts for row in part.rows}
        assert len(of_row) == sum(len(part.rows) for part in circuit.parts)
        for row in circuit.rows.tolist():
            part = of_row[row]
            word = to_word(model.rotations.pauli(row), n) + "I" * circuit.n_ancillas
            if row in part.flipped.tolist():
                word = word[: part.ancilla] + "Z" + word[part.ancilla + 1 :]
            state = gradients.rotated(state, word, base[row])
        for m in circuit.measurements:
            image = gradients.word_matrix(to_word(m.pauli, width)) @ state
            found[m.rotation] += float(m.weight) * np.vdot(state, image).real
        strings = {m.pauli for m in circuit.measurements}
        assert not any(anticommute(p, q) for p, q in combinations(strings, 2))
    return found


def agree(model, seed):
    found = schedule(model, time_limit=0.5)
    circuits = side_by_side(found)
    assume(sum(c.n_ancillas for c in circuits[:1]) <= 4)
    if not circuits:
        return found, circuits
    assume(max(c.n_ancillas for c in circuits) + model.n_qubits <= 8)
    values = np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))
    expected = gradients.shifted(model, model.observables[0], values)
    assert np.allclose(
        measured(model, circuits, values)[found.differentiated],
        expected[found.differentiated],
        atol=1e-10,
    )
    assert len(circuits) < found.n_circuits
    return found, circuits


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_parts_together_measure_the_gradient(data, seed):
    """Words on one or two neighbours of four qubits: cones that often do not meet."""
    places = ["{}III", "I{}II", "II{}I", "III{}"]
    one = [p.format(x) for p in places for x in "XYZ"]
    two = [a + b + "II" for a in "XYZ" for b in "XYZ"] + ["II" + a + b for a in "XZ" for b in "XZ"]
    words = data.draw(st.lists(st.sampled_from(one + two), min_size=2, max_size=8))
    observable = data.draw(
        st.lists(st.sampled_from(one + two[:3]), min_size=2, max_size=4, unique=True)
    )
    agree(model_of(4, [rot(w) for w in words], observables=[terms(*observable)]), seed)


def test_pairs_of_qubits_are_measured_at_once():
    pairs = []
    for k in range(3):
        pad = lambda w, k=k: "I" * 2 * k + w + "I" * (4 - 2 * k)  # noqa: E731
        pairs += [rot(pad(w)) for w in ("XI", "IX", "ZZ", "XI")]
    words = ["I" * q + "Z" + "I" * (5 - q) for q in range(0, 6, 2)]
    model = model_of(6, pairs, observables=[terms(*words)])
    found, circuits = schedule(model), side_by_side(schedule(model))
    alone = schedule(
        model_of(2, [rot(w) for w in ("XI", "IX", "ZZ", "XI")], observables=[terms("ZI")])
    )
    assert len(circuits) == alone.n_circuits < found.n_circuits
    options = {"goal": "hqc", "precision": 0.1, "gates": GateCounts(10, 6)}
    compared = compare(found, **options)
    together, apart = compared.method("side-by-side"), compared.method("schedule")
    assert together.n_circuits == len(circuits)
    assert together.n_shots < apart.n_shots
    assert together.hqc < apart.hqc


def test_a_shallow_chain_takes_circuits_that_do_not_grow():
    for n in (16, 32, 48):
        found = schedule(example("tfim_individual", n=n, layers=1), time_limit=0.5)
        assert found.n_circuits == 2 * n + 2
        assert len(side_by_side(found)) <= 17


@pytest.mark.parametrize("name", ["slpa", "ry_cz"])
def test_overlapping_cones_are_left_alone(name):
    found = schedule(example(name))
    assert side_by_side(found) == ()
    assert "side-by-side" not in {m.name for m in compare(found).methods}
