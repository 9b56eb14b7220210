"""The beam search decides in whole numbers: no order of additions and no tie depends on the machine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz.synthesis.search import beam
from qansatz.synthesis.search.plans import Order
from qansatz.synthesis.search.tries import guesses


@given(
    st.lists(st.lists(st.sampled_from([0, 1, 1.5, np.inf]), min_size=7, max_size=7), min_size=1),
    st.integers(1, 9),
)
def test_the_least_entries_are_found_and_of_equal_ones_the_first(rows, most):
    costs = np.array(rows, dtype=np.float32)
    expected = [
        (k, column)
        for k, row in enumerate(rows)
        for column in sorted(sorted(range(7), key=lambda j: (row[j], j))[:most])
        if row[column] < np.inf
    ]
    found = beam._least(costs, most)
    assert [*zip(*(part.tolist() for part in found), strict=True)] == expected


def test_strings_count_less_the_more_they_wait_for():
    settings = guesses(False)
    decay = beam._decay(settings, 40)
    for row, setting in zip(decay, settings, strict=True):
        expected = [(1 + v / setting.scale) ** -setting.power for v in range(41)]
        assert row.tolist() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("n_strings", "n_qubits", "seed"), [(30, 5, 1), (500, 8, 2), (200, 20, 3)])
def test_gains_are_sums_that_no_order_of_strings_changes(n_strings, n_qubits, seed):
    random = np.random.default_rng(seed)
    letters = random.integers(0, 4, (n_strings, n_qubits)).astype(np.uint8)
    search = beam._Beam(Order(letters), None, guesses(False))
    search._emit_light()
    importance, tail = search._importance()
    front = search.alive & (search.waits == 0)
    qubits = search._active(front)
    gains, shortened = search._gains(importance, front, qubits, slice(None))
    values = search._values(importance, tail)
    order = random.permutation(n_strings)
    search.letters, search.weights = search.letters[:, :, order], search.weights[:, order]
    moved = importance[:, order], front[:, order]
    again, shortened_again = search._gains(*moved, qubits, slice(None))
    assert (again == gains).all()
    assert (shortened_again == shortened).all()
    assert (search._values(moved[0], tail) == values).all()
    assert (search._active(moved[1]) == qubits).all()
