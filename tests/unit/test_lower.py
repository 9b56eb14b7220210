from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.synthesis.lower import lower
from tests.oracles import dense
from tests.unit.build_models import slpa_two_body, tfim, written

VALUES = st.lists(st.floats(-4, 4, allow_nan=False), min_size=3, max_size=3)


def declared_state(source) -> np.ndarray:
    if isinstance(source.initial, str):
        return dense.ket(source.initial)
    return dense.stabilizer_state(list(source.initial))


@settings(deadline=None, max_examples=150)
@given(written(), VALUES)
def test_circuit_prepares_the_state_of_the_source(source, values):
    emitted = dense.gate_list_unitary(lower(source.model), values)[:, 0]
    expected = dense.unitary(source.n, source.operations, values) @ declared_state(source)
    assert dense.same_up_to_phase(emitted, expected)


@settings(deadline=None, max_examples=150)
@given(written(), VALUES)
def test_circuit_without_initial_state_is_the_unitary_of_the_source(source, values):
    emitted = dense.gate_list_unitary(lower(source.model, include_initial=False), values)
    assert dense.same_up_to_phase(emitted, dense.unitary(source.n, source.operations, values))


def test_ising_ring_needs_one_gate_per_bond_and_layer():
    gates = lower(tfim(8, 2).model)
    assert gates.n_two_qubit == 16


def test_ladders_are_shared():
    assert lower(slpa_two_body(4).model).n_two_qubit < 144
