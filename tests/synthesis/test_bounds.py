from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.model.angles import Affine
from qansatz.pauli.strings import Pauli, from_word, to_word
from qansatz.synthesis.bounds import two_qubit_bounds
from qansatz.synthesis.lower import lower
from tests.models.operations import Written, slot, slpa_two_body
from tests.oracles import dense
from tests.oracles.synthesis import fewest_in_frames
from tests.strategies.circuits import written


@st.composite
def few_rotations(draw):
    n = draw(st.integers(2, 3))
    bits = st.integers(0, 2**n - 1)
    size = draw(st.integers(1, 5 if n == 2 else 4))
    found = [Pauli(draw(bits), draw(bits)) for _ in range(size)]
    words = [to_word(p, n) for p in dict.fromkeys(found) if p.x | p.z]
    return Written(n, size, tuple(("rot", w, slot(k)) for k, w in enumerate(words)), "0" * n)


@settings(deadline=None, max_examples=40)
@given(few_rotations())
def test_the_fewest_lie_between_bound_and_circuit(source):
    strings = [from_word(word) for _, word, _ in source.operations]
    fewest = fewest_in_frames(strings, source.n)
    in_frames, generic = two_qubit_bounds(source.model, include_initial=False)
    found = lower(source.model, include_initial=False, final_clifford=False).n_two_qubit
    assert generic.n_two_qubit <= fewest
    assert in_frames.n_two_qubit <= fewest <= found


@pytest.mark.parametrize(
    ("words", "fewest"),
    [
        (["XX", "IZ", "ZI", "XX"], 2),
        (["XYZ"], 2),
        (["ZZI", "IZZ", "ZIZ", "ZZZ"], 4),
        (["XXX", "ZZZ", "YYY"], 3),
        (["XXX", "ZZI", "IZZ", "YXY", "ZIZ"], None),
    ],
)
def test_small_circuits_are_as_short_as_can_be(words, fewest):
    n = len(words[0])
    rotations = tuple(("rot", w, slot(k)) for k, w in enumerate(words))
    exhaustive = fewest_in_frames([from_word(w) for w in words], n)
    assert fewest in (None, exhaustive)
    model = Written(n, len(words), rotations, "0" * n).model
    found = lower(model, include_initial=False, final_clifford=False)
    assert found.n_two_qubit == exhaustive


def test_exhaustive_search_lets_one_clifford_serve_two_rotations():
    # It makes X⊗X and Z⊗Z light; Y⊗Y is a gate of its own.
    assert fewest_in_frames([from_word(w) for w in ("XX", "YY", "ZZ")], 2) == 2


@settings(deadline=None, max_examples=60)
@given(written(max_operations=10), st.booleans(), st.booleans())
def test_no_circuit_has_fewer_gates_than_the_bounds(source, include_initial, final_clifford):
    gates = lower(
        source.model, include_initial=include_initial, final_clifford=final_clifford, effort=0.2
    )
    for bound in two_qubit_bounds(source.model, include_initial=include_initial):
        assert bound.n_two_qubit <= gates.n_two_qubit


@settings(deadline=None, max_examples=60)
@given(written(max_qubits=3, max_operations=12), st.booleans(), st.integers(0, 99))
def test_parameters_counted_as_independent_are(source, include_initial, seed):
    bound = two_qubit_bounds(source.model, include_initial=include_initial)[1]
    counted = int(bound.reason.split()[0])
    assert counted <= rank_at_a_random_point(source, include_initial, seed)


def rank_at_a_random_point(source, include_initial: bool, seed: int) -> int:
    values = np.random.default_rng(seed).uniform(-3, 3, source.n_slots)
    step = 1e-5

    def at(point):
        unitary = dense.unitary(source.n, source.operations, list(point))
        if not include_initial:
            return unitary
        return (unitary @ dense.ket(source.initial))[:, None]

    here = at(values)
    columns = [np.concatenate([(1j * here).real.ravel(), (1j * here).imag.ravel()])]
    for k in range(source.n_slots):
        shift = np.eye(source.n_slots)[k] * step
        difference = (at(values + shift) - at(values - shift)) / (2 * step)
        columns.append(np.concatenate([difference.real.ravel(), difference.imag.ravel()]))
    return int(np.linalg.matrix_rank(np.array(columns), tol=1e-6)) - 1


def test_bounds_of_commuting_layers():
    in_frames, generic = two_qubit_bounds(slpa_two_body(6).model, include_initial=False)
    # Three layers of 60 strings. One is worth the beginning; 4 strings of each later layer are independent modulo the
    # stabilizers, which commute with all.
    assert in_frames.n_two_qubit == 171
    assert generic.n_two_qubit == -(-(180 - 18) // 5)


def test_shared_and_fixed_angles_are_not_counted_twice():
    shared = Written(3, 1, (("rot", "XXX", slot(0)), ("rot", "ZZZ", slot(0))), "000")
    assert two_qubit_bounds(shared.model, include_initial=False)[1].reason.startswith("1 ")
    fixed = Written(3, 1, (("rot", "XXX", slot(0)), ("rot", "ZZZ", Affine((), 1))), "000")
    assert two_qubit_bounds(fixed.model, include_initial=False)[1].n_two_qubit == 0
