"""Frame potentials at Clifford points against states and grids that integrate them exactly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.trainability.overlaps import frame_potentials
from qansatz.pauli import states as pure
from qansatz.simulation.simulation import simulation
from tests.analysis.trainability.test_this_circuit import finite_depth, model_of, programs


def exact(model, power: int) -> float:
    """E[F^t] of all pairs of points, four a turn for each angle: exact for polynomials of degree 3."""
    n = model.slots.n_parameters
    turns = np.stack(np.meshgrid(*[np.arange(4)] * n, indexing="ij"), axis=-1).reshape(-1, n)
    # A shift keeps the points apart from those where the states are stabilizer states.
    left, right = (np.pi / 2 * turns + shift for shift in (0.1, 0.27))
    one, two = (simulation(model).states(at) for at in (left, right))
    return float((np.abs(one.conj() @ two.T) ** (2 * power)).mean())


@settings(max_examples=30, deadline=None)
@given(programs(4), st.integers(0, 10**6))
def test_potentials_are_those_of_the_states(program, seed):
    body, n, _ = program
    model = model_of(body.replace("2 * t", "t"), n)
    found = frame_potentials(model, n_pairs=1000, seed=seed, error=1e-9)
    assert np.isclose(float(found.first), exact(model, 1), atol=1e-9)
    for power, (low, high) in zip((2, 3), found.intervals, strict=True):
        assert low - 1e-9 <= exact(model, power) <= high + 1e-9


def test_potentials_converge():
    """Four standard errors of both."""
    model = finite_depth(4)
    found = frame_potentials(model, n_pairs=6000, seed=2)
    rng = np.random.default_rng(3)
    one, two = (
        simulation(model).states(rng.uniform(0, 2 * np.pi, (6000, model.slots.n_parameters)))
        for _ in range(2)
    )
    fidelities = pure.fidelities(one, two)
    for k, power in enumerate((2, 3)):
        powers = fidelities**power
        error = np.hypot(powers.std() / 6000**0.5, found.standard_errors[k])
        assert abs(found.values[k] - powers.mean()) < 4 * error


def test_many_qubits():
    found = frame_potentials(finite_depth(40), n_pairs=200)
    assert found.first == Fraction(1, 2**40)
    assert found.n_pairs == 200
    assert all(0 < low <= high <= 2**-40 for low, high in found.intervals)
    beyond = frame_potentials(finite_depth(400))
    assert (beyond.first, beyond.values) == (Fraction(1, 2**400), None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("  param t\n  rx(q, t)", "stands in 2 rotations"),
        ("  input x[2]\n  param t[2]\n  encode { rx(q, x) }\n  rz(q, t)", "share their data"),
    ],
)
def test_reasons(body, reason):
    assert reason in frame_potentials(model_of(body))


def test_what_a_symmetry_keeps():
    """Z₀Z₁ commutes with all rotations: half of the space is never reached."""
    model = model_of("  param t[2]\n  rot(X[0] * X[1], t[0])\n  rot(Z[0], t[1])")
    assert frame_potentials(model).first == Fraction(1, 2)
