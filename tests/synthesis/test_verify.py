from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz.model.angles import Affine, add, scale
from qansatz.model.reals import pi_linear
from qansatz.synthesis.lower import lower
from qansatz.synthesis.verify import dense_gates, dense_model, verify, verify_dense
from tests.models.operations import Written, slot, slpa_two_body, tfim
from tests.oracles import dense
from tests.strategies.circuits import written
from tests.synthesis.test_lower import VALUES, declared_state

POINT = [0.3, -1.1, 2.3]


@settings(deadline=None, max_examples=150)
@given(written(), st.booleans())
def test_proves_what_lowering_emits(source, include_initial):
    model = source.model
    gates = lower(model, include_initial=include_initial)
    result = verify(model, gates, include_initial=include_initial)
    assert result.equal is True
    assert result.method == "pauli-frame"


@settings(deadline=None, max_examples=60)
@given(written(), VALUES)
def test_dense_reference_is_the_source(source, values):
    state = dense_model(source.model, values, include_initial=True)[:, 0]
    expected = dense.unitary(source.n, source.operations, values) @ declared_state(source)
    assert dense.same_up_to_phase(state, expected)
    unitary = dense_model(source.model, values, include_initial=False)
    assert dense.same_up_to_phase(unitary, dense.unitary(source.n, source.operations, values))
    gates = lower(source.model)
    assert np.allclose(dense_gates(gates, values), dense.gate_list_unitary(gates, values))


def damages(gates):
    """Every gate list with one gate dropped, one angle changed or negated, or two neighbours exchanged."""
    for k, gate in enumerate(gates.gates):
        before, after = gates.gates[:k], gates.gates[k + 1 :]
        yield before + after
        theta, *phi = gate.angles
        for angle in (scale(-1, theta), add(theta, Affine((), Fraction(1, 7))), scale(2, theta)):
            yield (*before, dataclasses.replace(gate, angles=(angle, *phi)), *after)
        quarter = Affine((), pi_linear(Fraction(0), Fraction(1, 2)))
        yield (*before, dataclasses.replace(gate, angles=(add(theta, quarter), *phi)), *after)
        if after:
            yield (*before, after[0], gate, *after[1:])


@settings(deadline=None, max_examples=80)
@given(written(max_qubits=3, max_operations=6), st.data())
def test_rejects_damaged_circuits(source, data):
    model = source.model
    gates = lower(model, include_initial=False)
    choices = list(damages(gates))
    assume(choices)
    damaged = dataclasses.replace(gates, gates=data.draw(st.sampled_from(choices)))
    operators = [
        (dense.gate_list_unitary(c, v), dense.unitary(source.n, source.operations, v))
        for c, v in ((damaged, POINT), (damaged, [-x * 0.7 for x in POINT]))
    ]
    really_equal = all(dense.same_up_to_phase(a, b, 1e-7) for a, b in operators)
    result = verify(model, damaged, include_initial=False)
    assert result.equal is really_equal
    assert (result.witness is None) == really_equal


@pytest.mark.parametrize("n", [12, 40])
def test_finds_a_clifford_point_for_many_qubits(n):
    model = tfim(n, 2).model
    gates = lower(model)
    assert verify(model, gates).equal is True
    symbolic = [k for k, gate in enumerate(gates.gates) if gate.angles[0].terms]
    for k in symbolic[::17]:
        gate = gates.gates[k]
        negated = dataclasses.replace(gate, angles=(scale(-1, gate.angles[0]), *gate.angles[1:]))
        for change in ((), (negated,)):
            damaged = (*gates.gates[:k], *change, *gates.gates[k + 1 :])
            result = verify(model, dataclasses.replace(gates, gates=damaged))
            assert result.equal is False
            assert result.method == "clifford-point"
            assert result.witness


def test_commuting_rotations_may_be_exchanged_and_others_not():
    def circuit(*words):
        return Written(2, 2, tuple(("rot", w, slot(k)) for k, w in words), "00").model

    first = circuit((0, "XX"), (1, "ZZ"))
    assert verify(first, lower(circuit((1, "ZZ"), (0, "XX")))).equal is True
    other = circuit((0, "XX"), (1, "ZI"))
    assert verify(other, lower(circuit((1, "ZI"), (0, "XX")))).equal is False


def test_long_blocks_are_proved():
    model = slpa_two_body(6).model
    assert verify(model, lower(model)).method == "pauli-frame"


def test_declines_dense_comparison_beyond_its_limit():
    model = tfim(12, 1).model
    result = verify_dense(model, lambda values: np.eye(2))
    assert result.equal is None
    assert "limit" in result.claim
