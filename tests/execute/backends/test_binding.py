from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.circuits.gates import Gate, GateList
from qansatz.execute.backends.binding import Binder, bindable
from qansatz.execute.backends.statevector import amplitudes
from qansatz.model.angles import Affine, Nonlinear, evaluate, slot_symbol
from qansatz.synthesis.lower import lower
from tests.models.operations import slots
from tests.oracles import dense
from tests.strategies.circuits import angles, written

T, U = slot_symbol(0), slot_symbol(1)
VALUES = st.lists(st.floats(-7, 7), min_size=3, max_size=3)
NONLINEAR = st.sampled_from(
    [T * U, sympy.sin(T) / 2 + sympy.pi / 3, sympy.sqrt(U), sympy.log(T + U), sympy.Abs(U) ** 3]
).map(Nonlinear)


def circuit(found) -> GateList:
    gates = [Gate("u1q", (0,), (a, b)) for a, b in zip(found[::2], found[1::2], strict=False)]
    gates += [Gate("rz", (1,), (a,)) for a in found] + [Gate("rzz", (0, 1), (a,)) for a in found]
    return GateList(name="any", n_qubits=2, slots=slots(2, 1), gates=tuple(gates))


@settings(deadline=None, max_examples=60)
@given(found=st.lists(st.one_of(angles(3), NONLINEAR), max_size=6), values=VALUES)
def test_bound_angles_are_those_evaluated_one_by_one(found, values):
    gates = circuit(found)
    compiled = bindable(gates)
    expected = [[evaluate(angle, values) for angle in gate.angles] for gate in gates.gates]
    found_one_by_one = np.append(compiled.distinct(values), 0.0)
    for row, (k, j) in zip(expected, zip(compiled.theta, compiled.phi, strict=True), strict=True):
        got = found_one_by_one[[k, j]][: len(row)]
        np.testing.assert_allclose(got, row, rtol=1e-12, atol=1e-12)
    if np.isfinite([angle for row in expected for angle in row]).all():
        thetas, phis = compiled.angles(values)
        np.testing.assert_allclose(thetas, [row[0] for row in expected], rtol=1e-12, atol=1e-12)
        assert [phi for phi, row in zip(phis, expected, strict=True) if len(row) == 1] == [
            0.0
        ] * sum(len(row) == 1 for row in expected)
    batch = np.array([values, [v / 2 + 1 for v in values]])
    np.testing.assert_array_equal(compiled.distinct(batch)[0], compiled.distinct(batch[0]))
    np.testing.assert_allclose(compiled.distinct(batch)[1], compiled.distinct(batch[1]), rtol=1e-12)


def test_equal_angles_are_computed_once():
    gates = circuit([Affine(((0, 1),)), Affine(((0, 1),)), Affine(((0, 2),))])
    assert bindable(gates).constants.shape == (2,)


def test_a_wrong_number_of_values_is_refused():
    with pytest.raises(ValueError, match="3 values are needed"):
        bindable(circuit([Affine(((0, 1),))])).distinct([0.1, 0.2])


def test_an_angle_without_a_real_value_is_refused():
    compiled = bindable(circuit([Nonlinear(sympy.sqrt(T))]))
    assert math.isnan(compiled.distinct([-1, 0, 0])[0])
    with pytest.raises(ValueError, match="no real value"):
        amplitudes(compiled, [-1, 0, 0])


def test_a_gate_list_is_compiled_once():
    binder, gates = Binder(), circuit([Affine(((0, 1),))])
    assert binder(gates) is binder(gates)
    assert binder(circuit([Affine(((0, 1),))])) is not binder(gates)


@settings(deadline=None, max_examples=40)
@given(source=written(max_qubits=4), values=VALUES)
def test_amplitudes_are_those_of_the_source(source, values):
    found = amplitudes(bindable(lower(source.model)), values)
    expected = dense.unitary(source.n, source.operations, values) @ dense.ket(source.initial)
    assert dense.same_up_to_phase(found, expected)
