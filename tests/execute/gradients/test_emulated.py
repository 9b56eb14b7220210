"""Value and gradient end to end on emulators: at zero noise within their error bars of exact, with noise not."""

from __future__ import annotations

import numpy as np
import pytest

from qansatz import driver
from qansatz.execute.gradients.methods import gradient
from qansatz.execute.gradients.result import Gradient
from qansatz.execute.options import GradientOptions
from tests.execute.backends.test_backends import local

CASES = {
    "tfim": ("tfim", {"n": 3, "layers": 2}),
    "slpa": ("slpa", {"depth": 1}),
    "classifier": ("classifier", {}),
}
SHOTS = 6_000


def case(name: str):
    file, sizes = CASES[name]
    model = driver.compile_file(f"examples/{file}.qans", settings=sizes).ansatz
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    return model, np.random.default_rng(8).uniform(-1.2, 1.2, n_slots).tolist()


def distances(found: Gradient, exact: Gradient) -> np.ndarray:
    """How many standard errors the value and every component lie from exact; 0 where they agree to rounding."""
    off = np.array([found.value - exact.value, *(found.gradient - exact.gradient)])
    errors = np.array([found.value_error, *found.standard_error])
    return np.where(abs(off) < 1e-9, 0.0, abs(off) / np.maximum(errors, 1e-12))


@pytest.mark.parametrize(
    ("backend", "name"),
    [("aer", "tfim"), ("aer", "slpa"), ("selene", "tfim"), ("selene", "classifier")],
)
def test_without_noise_all_lies_within_the_error_bars(backend, name):
    model, point = case(name)
    exact = gradient(model, point)
    found = gradient(model, point, GradientOptions(backend=local(backend, seed=17), shots=SHOTS))
    apart = distances(found, exact)
    assert apart.max() < 4.5
    # One standard deviation covers two thirds: errors that are far too large would hide anything.
    assert apart.max() > 0.2
    assert found.n_shots == SHOTS


def test_noise_moves_the_value_and_the_gradient():
    model, point = case("tfim")
    exact = gradient(model, point)
    runner = local("selene", seed=17, p_1q=0.01, p_2q=0.15, p_meas=0.02)
    found = gradient(model, point, GradientOptions(backend=runner, shots=SHOTS))
    apart = distances(found, exact)
    assert apart[0] > 5
    # Without noise it would be 2 ± 0.7: the root of a χ² of four components.
    assert np.linalg.norm(apart[1:]) > 5
    assert np.linalg.norm(found.gradient) < np.linalg.norm(exact.gradient)
