"""Moments of one circuit at its own depth against statevectors on grids that integrate them exactly."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.trainability.independent_angles import dependence
from qansatz.analysis.trainability.sampled_variance import Cost
from qansatz.analysis.trainability.this_circuit import (
    DependentAnglesError,
    circuit_variance,
    derivative_variances,
)
from qansatz.model.program import Model
from qansatz.pauli.strings import from_word, to_text
from qansatz.simulation.simulation import simulation
from qansatz.source import Source
from qansatz.tools.cli import main

FIELD = Path(__file__).parents[2] / "data" / "field"


def model_of(body: str, n: int = 2) -> Model:
    text = f"qans 1\nansatz a() {{\n  qubits q[{n}]\n{body}\n}}\n"
    found = driver.compile_source(Source("a.qans", text))
    assert found.model is not None, found.diagnostics
    return found.model


def finite_depth(n: int) -> Model:
    found = driver.compile_file(str(FIELD / "finite_depth.qans"), settings={"n": n})
    assert found.model is not None
    return found.model


def costs(model: Model, values: np.ndarray) -> np.ndarray:
    states = simulation(model).states(values)
    return Cost.of(model.observables[0].terms, model.n_qubits).values(states)


def grid(model: Model) -> np.ndarray:
    """Three points a turn: they integrate polynomials of degree 2 in every angle."""
    n = model.slots.n_parameters + model.slots.n_inputs
    return 2 * np.pi / 3 * np.array(list(product(range(3), repeat=n)), dtype=float)


def slopes(model: Model, factors: dict[int, int]) -> np.ndarray:
    """The mean squared derivative by every slot, by shifts of the state's angles."""
    at = grid(model)
    found = []
    for slot, factor in sorted(factors.items()):
        step = np.zeros(at.shape[1])
        step[slot] = np.pi / 2 / factor
        shifted = factor * (costs(model, at + step) - costs(model, at - step)) / 2
        found.append((shifted**2).mean())
    return np.array(found)


@st.composite
def programs(draw, most: int = 5):
    """A body, its number of qubits and the factor of every slot, with factors that three points a turn still see."""
    n = draw(st.integers(1, 3))
    words = st.text("IXYZ", min_size=n, max_size=n).filter(lambda w: set(w) != {"I"})
    n_slots = draw(st.integers(1, most))
    lines, factors = [], {}
    for k in range(n_slots):
        for _ in range(draw(st.integers(0, 2))):
            lines.append(draw(gates(n)))
        factor = draw(st.sampled_from([1, 1, -1, 2]))
        factors[k] = factor
        shift = draw(st.sampled_from(["", " + 0.3", " + pi / 2"]))
        lines.append(f"  rot({to_text(from_word(draw(words)))}, {factor} * t[{k}]{shift})")
    lines.append(draw(gates(n)))
    ket = draw(st.text("01+-rl", min_size=n, max_size=n))
    terms = draw(st.lists(st.tuples(st.sampled_from([1, -2, 3]), words), min_size=1, max_size=5))
    cost = " + ".join(f"({c}) * {to_text(from_word(w))}" for c, w in terms)
    head = f"  param t[{n_slots}]\n  init |{ket}>"
    return "\n".join([head, *lines, f"  observable cost = {cost} + 1"]), n, factors


@st.composite
def gates(draw, n: int):
    word = draw(st.text("IXYZ", min_size=n, max_size=n).filter(lambda w: set(w) != {"I"}))
    turned = f"  rot({to_text(from_word(word))}, {draw(st.integers(-1, 3))} * pi / 2)"
    single = [f"  {name}(q[{draw(st.integers(0, n - 1))}])" for name in ("h", "s")]
    pair = [f"  cx(q[0], q[{n - 1}])"] if n > 1 else []
    return draw(st.sampled_from([turned, *single, *pair]))


@settings(max_examples=60, deadline=None)
@given(programs())
def test_exact_moments_are_those_of_the_states(program):
    body, n, _ = program
    model = model_of(body, n)
    values = costs(model, grid(model))
    found = circuit_variance(model)
    assert found.certainty == "exact"
    assert np.isclose(float(found.mean), values.mean(), atol=1e-9)
    assert np.isclose(found.value, values.var(), atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(programs(4), st.integers(0, 10**6))
def test_sampled_moments_hold_those_of_the_states(program, seed):
    """Intervals at one in a thousand million."""
    body, n, factors = program
    model = model_of(body, n)
    found = circuit_variance(model, n_samples=500, seed=seed, error=1e-9, most_steps=0)
    exact = circuit_variance(model).value
    assert found.method == ("Clifford points" if exact else found.method)
    assert found.interval[0] - 1e-12 <= exact <= found.interval[1] + 1e-12
    derivatives = derivative_variances(model, n_samples=500, seed=seed, error=1e-9)
    expected = slopes(model, factors)
    assert derivatives.slots.tolist() == sorted(factors)
    assert (derivatives.low - 1e-9 <= expected).all()
    assert (expected <= derivatives.high + 1e-9).all()


def test_the_sampled_values_converge():
    """Four standard errors, at as many points as make a wrong factor show."""
    model = finite_depth(5)
    parity = circuit_variance(model, model.observables[1], most_steps=0)
    assert parity.value > 0
    assert "exact binomial" in parity.described
    assert "Bernstein" in circuit_variance(model, most_steps=0).described
    exact = circuit_variance(model).value
    found = circuit_variance(model, n_samples=20_000, seed=1, most_steps=0)
    assert abs(found.value - exact) < 4 * (found.spread / found.n_samples) ** 0.5
    assert found.interval[0] < exact < found.interval[1]


def test_derivatives_agree_with_sampled_states():
    """Within four standard errors of both."""
    model = finite_depth(4)
    found = derivative_variances(model, n_samples=4000, seed=3)
    rng = np.random.default_rng(5)
    at = rng.uniform(0, 2 * np.pi, (1500, model.slots.n_parameters))
    for place in (0, 5, 20, len(found.slots) - 1):
        slot = found.slots[place]
        step = np.zeros(at.shape[1])
        step[slot] = np.pi / 2
        squares = ((costs(model, at + step) - costs(model, at - step)) / 2) ** 2
        sampled, error = squares.mean(), squares.std() / 1500**0.5
        spread = (found.high[place] - found.low[place]) / 4
        assert abs(found.values[place] - sampled) < 4 * (error**2 + spread**2) ** 0.5


@pytest.mark.parametrize("n", [6, 40])
def test_three_layers_are_far_from_the_limit_of_many(n):
    """Known by sampling at n = 6 and 40: 0.0400 ± 0.0006 and 0.0399 ± 0.0012."""
    found = circuit_variance(finite_depth(n))
    assert found.fraction == Fraction(21021, 524288)
    assert abs(found.value - 0.04002) < 4 * 0.00057


def test_no_hit_gives_an_upper_limit():
    model = finite_depth(40)
    found = circuit_variance(model, model.observables[1])
    assert found.certainty == "sampled"
    assert found.value == 0
    assert found.interval[0] == 0 < found.interval[1]
    # The weight 1/4 times 1 − 0.025^(1/2000).
    assert np.isclose(found.interval[1], (1 - 0.025 ** (1 / 2000)) / 4, rtol=1e-6)
    derivatives = derivative_variances(model, model.observables[1])
    assert (derivatives.values == 0).all()
    assert (derivatives.high > 0).all()


def test_a_seed_gives_the_same_again():
    model = finite_depth(40)
    one, two = (circuit_variance(model, most_steps=0, seed=7) for _ in range(2))
    assert one == two
    assert one != circuit_variance(model, most_steps=0, seed=8)


PLAIN = "  param t[2]\n  rx(q[0], t[0])\n  rx(q[1], t[1])\n"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (PLAIN, None),
        ("  param t[2]\n  rx(q[0], 2 * t[0] + 0.3)\n  rx(q[1], -t[1])\n", None),
        ("  param t[2] in [0, 4 * pi]\n  rx(q, t / 2)\n", None),
        ("  param t[2] in [-pi, pi]\n  rx(q, t)\n", None),
        ("  param t[2]\n  rx(q[0], t[0] + t[1] / 3)\n", None),
        ("  input x[2]\n  param t[2]\n  encode { rx(q, x) }\n  rz(q, t)\n", None),
        ("  param t[2]\n  rz(q, pi / 2)\n  rx(q, t)\n", None),
        ("  param t\n  rx(q, t)\n", "`t` stands in 2 rotations"),
        ("  param t\n  rot(X[0] * X[1] + Z[0] * Z[1], t)\n", "`t` stands in 2 rotations"),
        ("  param t[2]\n  rx(q, t / 2)\n", "`t` enters an angle times 1/2"),
        ("  param t[2] in [0, 2 * pi]\n  rx(q, t / 2)\n", "`t` enters an angle times 1/2"),
        ("  param t[2] in [0, pi]\n  rx(q, t)\n", "`t` is drawn from a range"),
        ("  param t[2] ~ normal(0, 1)\n  rx(q, t)\n", "`t` has a normal distribution"),
        ("  param t[2]\n  rz(q, 0.3)\n  rx(q, t)\n", "fixed angle that is no multiple of π/2"),
        ("  input x[2] in [0, 1]\n  param t[2]\n  encode { rx(q, x) }\n  rz(q, t)\n",
         "`x` is drawn from a range"),
        ("  input x\n  param t[2]\n  encode { rx(q[0], x) }\n  rx(q, t)\n  encode { rx(q[1], x) }\n",
         "the input `x` stands in 2 rotations"),
        ("  param t[2]\n  rx(q[0], t[0] * t[1])\n", "not linear"),
    ],
)  # fmt: skip
def test_hypotheses(body, reason):
    model = model_of(f"{body}  observable cost = Z[0]")
    found = dependence(model)
    if reason is None:
        assert found is None
        return
    assert reason in found
    with pytest.raises(DependentAnglesError, match=re.escape(found)):
        derivative_variances(model)
    sampled = circuit_variance(model)
    assert sampled.method == "states"
    assert sampled.interval[0] <= sampled.value <= sampled.interval[1]
    assert circuit_variance(model, sampling=False).reason == found


def test_shared_angles_beyond_states_are_declined_with_both_reasons():
    model = model_of("  param t\n  rx(q, t)\n  observable cost = Z[0]", 30)
    found = circuit_variance(model)
    assert found.value is None
    assert "`t` stands in 30 rotations" in found.reason
    assert "30 qubits" in found.reason


def test_entangled_initial_states():
    body = (
        "  param t[3]\n  init <X[0] * X[1], -Z[0] * Z[1], Y[2]>\n  rx(q, t)\n"
        "  observable cost = Z[0] * Z[1] + 2 * X[0] * X[1] + Y[2] + Z[2]"
    )
    model = model_of(body, 3)
    values = costs(model, grid(model))
    found = circuit_variance(model)
    assert np.isclose(found.value, values.var())
    assert np.isclose(float(found.mean), values.mean())


def codes(body: str, n: int = 2) -> list[str]:
    text = f"qans 1\nansatz a() {{\n  qubits q[{n}]\n{body}\n}}\n"
    found = driver.compile_source(Source("a.qans", text))
    return [d.code for d in found.diagnostics if d.code in ("QA214", "QA308", "QA309")]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (">= 1 / 4", []),
        ("== 1 / 4", []),
        ("> 1 / 4", ["QA214"]),
        ("<= 1 / 5", ["QA214"]),
        ("!= 1 / 4", ["QA214"]),
    ],
)
def test_claims_about_exact_values(claim, expected):
    cost = f"  observable cost = Z[0] * Z[1]\n  require variance(cost) {claim}"
    assert codes(PLAIN + cost) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (">= 1 / 20", []),
        ("<= 1 / 20", ["QA214"]),
        ("== 1 / 20", ["QA214"]),
        ("!= 1 / 20", []),
        (">= 1 / 8", ["QA308"]),
        ("== 1 / 8", ["QA308"]),
        ("!= 1 / 8", ["QA308"]),
    ],
)
def test_samples_decide_only_where_their_interval_does(claim, expected):
    """The variance of cos² t is 1/8."""
    body = "  param t\n  rx(q, t)\n  observable cost = Z[0] * Z[1]\n"
    assert codes(f"{body}  require variance(cost) {claim}") == expected


UNIVERSAL = (
    "  param a[{layers}, 24]\n  param b[{layers}, 11]\n  repeat l in 0..<{layers} {{\n"
    "    for i in q {{ rot(Y[i], a[l, i]); rot(Z[i], a[l, 12 + i]) }}\n"
    "    for i in 0..<11 {{ rot(Z[i] * Z[i + 1], b[l, i]) }}\n  }}\n"
    "  observable cost = Z[0]"
)


def test_the_lint_on_decay_looks_at_this_circuit_where_that_takes_no_samples():
    """Four layers let a single Z reach a few neighbours only: its variance is far from that of the limit, 1/4097."""
    shallow = model_of(UNIVERSAL.format(layers=4), 12)
    own = circuit_variance(shallow, most_steps=50_000, sampling=False)
    assert own.value > 0.01
    assert codes(UNIVERSAL.format(layers=4), 12) == []
    deep = model_of(UNIVERSAL.format(layers=30), 12)
    assert circuit_variance(deep, most_steps=50_000, sampling=False).value is None
    assert codes(UNIVERSAL.format(layers=30), 12) == ["QA309"]


def test_algebra_shows_both(tmp_path: Path, capsys):
    file = str(FIELD / "finite_depth.qans")
    assert main.main(("algebra", file, "--set", "n=40", "--variance", "--json")) == 0
    first, second = json.loads(capsys.readouterr().out)["variances"]
    assert (first["observable"], second["observable"]) == ("act0", "par0")
    assert abs(first["circuit"]["value"] - 0.0399) < 0.0012
    assert first["circuit"]["interval"][0] <= first["circuit"]["value"]
    assert "exact" in first["circuit"]["method"]
    assert np.isclose(first["limit"]["value"], 1.705e-13, rtol=1e-3)
    assert first["limit"]["certainty"] == "exact"
    assert second["circuit"]["interval"][1] > 0
    derivatives = first["derivatives"]["variances"]
    assert len(derivatives) == 3 * (40 + 40 + 39)
    largest = max(derivatives, key=lambda row: row["value"])
    assert largest["interval"][0] < largest["value"] < largest["interval"][1]
    assert largest["parameter"] in (
        "a[1, 0]",
        "a[1, 1]",
        "a[2, 0]",
        "a[2, 1]",
        "a[0, 0]",
        "a[0, 1]",
    )
    assert main.main(("algebra", file, "--vary", "n=4..8", "--variance", "act0")) == 0
    out = capsys.readouterr().out
    assert "this circuit" in out
    assert "in the limit of many layers" in out


def test_express_leads_with_this_circuit(capsys):
    arguments = ("express", str(FIELD / "finite_depth.qans"), "--set", "n=40")
    main.main((*arguments, "--json"))
    found = json.loads(capsys.readouterr().out)["expressivity"]
    assert abs(found["variance"]["value"] - 0.0399) < 0.0012
    assert found["variance"]["fraction"] == "21021/524288"
    assert np.isclose(found["limit_variance"], 1.705e-13, rtol=1e-3)
    main.main(arguments)
    out = capsys.readouterr().out
    assert "variance of act0, this circuit" in out
    assert "variance of act0, in the limit of many layers" in out


SIMPLIFIED_TWO_DESIGN = """qans 1
ansatz s2d(n: int = 8, layers: int = 3) {
  qubits q[n]
  param s[n]
  param a[layers, n]
  param b[layers, n - 2]
  ry(q, s)
  repeat l in 0..<layers {
    for i in 0..<n // 2 {
      cz(q[2 * i], q[2 * i + 1]); ry(q[2 * i], a[l, 2 * i]); ry(q[2 * i + 1], a[l, 2 * i + 1])
    }
    for i in 0..<n // 2 - 1 {
      cz(q[2 * i + 1], q[2 * i + 2])
      ry(q[2 * i + 1], b[l, 2 * i])
      ry(q[2 * i + 2], b[l, 2 * i + 1])
    }
  }
  observable contiguous2 = 1 / 2 + Z[0] / 2
  observable contiguous4 = (1 + Z[0]) * (1 + Z[1]) / 4
  observable contiguous8 = (1 + Z[0]) * (1 + Z[1]) * (1 + Z[2]) / 8
  observable parity2 = 1 / 2 + prod(Z[i] for i in q) / 2
}
"""

#: The largest E[(∂π)²] of five parameters at n = 8, from another implementation of Clifford points.
LARGEST_OF_FIVE = {
    "contiguous2": 0.0494625,
    "contiguous4": 0.023075,
    "contiguous8": 0.009115625,
    "parity2": 0.0023125,
}


def test_derivatives_of_action_probabilities():
    """Each known value is that of some parameter; the one of eight actions is the largest."""
    found = driver.compile_source(Source("s2d.qans", SIMPLIFIED_TWO_DESIGN))
    assert len(found.ansatz.rotations) == 50
    for observable in found.ansatz.observables:
        known = LARGEST_OF_FIVE[observable.name]
        derivatives = derivative_variances(found.ansatz, observable, n_samples=4000, error=1e-4)
        assert ((derivatives.low <= known) & (known <= derivatives.high)).any()
        assert known <= derivatives.high.max()
        if observable.name == "contiguous8":
            assert np.isclose(derivatives.values.max(), known, rtol=0.1)
