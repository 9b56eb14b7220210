"""Rotations by fixed angles between and around trainable ones: when the algebra and the variance are known."""

from __future__ import annotations

import numpy as np
import pytest

from qansatz.analysis.algebra.algebra import algebra
from qansatz.analysis.trainability.variance import variance
from qansatz.driver import compile_source
from qansatz.source import Source

HEAD = "qans 1\nansatz a() {{ qubits q[2]\n param t[12]{bounds}\n input x[1]\n init |0>\n"
TAIL = "\n observable o = Z[0] }"
LOOP = "repeat l in 0..<6 {{ {body} }}"


def model(body: str, bounds: str = ""):
    compiled = compile_source(Source("a.qans", HEAD.format(bounds=bounds) + body + TAIL))
    assert compiled.model is not None, compiled.diagnostics
    return compiled.model


def layers(*body: str) -> str:
    return LOOP.format(body="; ".join(body))


X, Z = "rot(X[0], t[2 * l])", "rot(Z[0], t[2 * l + 1])"
PLAIN = layers(X, Z)


def moved(angle: float) -> np.ndarray:
    """exp(iθY/2)·Z·exp(−iθY/2)."""
    y = np.array([[0, -1j], [1j, 0]])
    turn = np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * y
    return turn.conj().T @ np.diag([1.0, -1.0]) @ turn


def test_a_quarter_turn_may_make_generators_equal():
    found = algebra(model(layers(X, "rot(Y[0], pi / 2)", Z, "rot(Y[0], -pi / 2)")))
    np.testing.assert_allclose(abs(moved(np.pi / 2)), [[0, 1], [1, 0]], atol=1e-12)
    assert (found.exact, found.dimension) == (True, 1)


@pytest.mark.parametrize(
    "body",
    [
        layers(X, Z, "rot(Y[0], 0.3)"),
        layers(X, Z, "rot(X[0], 0.3)"),
        layers(X, "rot(Z[1], 0.3)", Z),
        layers(X, "rot(Z[1], x[0])", Z),
    ],
)
def test_turns_within_a_stretch_or_beside_it_change_nothing(body):
    found = algebra(model(body))
    assert found.exact
    assert found.name == "su(2)"
    assert str(variance(model(body)).value) == "1/3"


@pytest.mark.parametrize("angle", ["1.2", "x[0]"])
def test_turns_outside_the_algebra_leave_no_variance(angle):
    turn = f"rot(X[0] * X[1], {angle})"
    for body in (f"{turn}\n{PLAIN}", f"{PLAIN}\n{turn}"):
        found = variance(model(body))
        assert found.value is None
        assert "X[0]*X[1]" in found.reason


@pytest.mark.parametrize("turn", ["rot(Y[0], 0.3)", "rot(Z[1], 0.3)"])
def test_turns_that_the_average_absorbs_keep_the_variance(turn):
    for body in (f"{turn}\n{PLAIN}", f"{PLAIN}\n{turn}"):
        assert str(variance(model(body)).value) == "1/3"


def test_sums_are_held_to_the_same():
    both = ("rot(X[0] + X[1], t[2 * l])", "rot(Z[0] + Z[1], t[2 * l + 1])")
    outside = variance(model(f"rot(X[0] * X[1], 1.2)\n{layers(*both)}"))
    assert outside.value is None
    assert variance(model(layers(*both))).value is not None
    assert not algebra(model(layers(both[0], "rot(Y[0], 1); rot(Y[1], 1)", both[1]))).exact


def test_parameters_must_be_independent_and_turn_all_the_way():
    assert "whole turn" in variance(model(PLAIN, " in [0, 0.01]")).reason
    assert variance(model(PLAIN, " in [0, 2 * pi]")).value is not None
    shared = layers("rot(X[0], t[0])", "rot(Z[0], t[1])")
    assert "several layers" in variance(model(shared)).reason


def test_few_parameters_are_told():
    shallow = variance(model("rot(X[0], t[0])\nrot(Z[0], t[1])\nrot(Z[1], t[2])\nrot(X[1], t[3])"))
    assert shallow.value is not None
    one = compile_source(
        Source(
            "a.qans",
            "qans 1\nansatz a() { qubits q[1]\n param t[2]\n init |0>\n rot(X[0], t[0]); rot(Z[0], t[1])"
            "\n observable o = Z[0] }",
        )
    ).model
    assert any("fewer" in text for text in variance(one).hypotheses)
