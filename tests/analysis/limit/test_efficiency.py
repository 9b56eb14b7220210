"""F of the limit of many layers: against dense operators of deep circuits, published circuits, and its witnesses."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.limit.efficiency import NO_OBSERVABLE, NOTHING, OUTSIDE, limit_efficiency
from qansatz.analysis.limit.period import (
    NO_LAYER,
    ONE_ITERATION,
    NoPeriodError,
    period,
)
from qansatz.pauli.groups import elements
from qansatz.pauli.strings import anticommute, to_word
from qansatz.source import Source
from tests.models.statements import model_of, rot, terms
from tests.oracles import limits
from tests.oracles.dense import word_matrix

EXAMPLES = Path(__file__).parents[3] / "examples"
DEEP = 4  # layers after those that are measured


def compiled(text: str):
    return driver.compile_source(Source("<test>", "qans 1\n" + text)).ansatz


def example(name: str, **sizes):
    return driver.compile_file(str(EXAMPLES / f"{name}.qans"), settings=sizes).ansatz


def repeated(layer, observable, n_layers=2):
    statements = [rot(word, layer=k) for k in range(n_layers) for word in layer]
    return model_of(len(layer[0]), statements, observables=[terms(*observable)])


def growth(layer, observable):
    """Rotations and groups that a third layer adds to two, deep inside a circuit."""
    found = []
    for n_measured in (2, 3):
        alive, pairs = limits.conflicts(layer, n_measured + DEEP, n_measured, observable)
        vertices = [k for k, a in enumerate(alive) if a]
        found.append((limits.merged(layer, n_measured, alive), limits.chromatic(vertices, pairs)))
    return found[1][0] - found[0][0], found[1][1] - found[0][1]


def words(n):
    return st.text("IXYZ", min_size=n, max_size=n).filter(lambda w: set(w) != {"I"})


@given(st.data(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_groups_of_a_single_string_are_those_of_deep_circuits(data, n):
    layer = data.draw(st.lists(words(n), min_size=1, max_size=4))
    observable = data.draw(words(n))
    found = limit_efficiency(repeated(layer, [observable]))
    expected = growth(layer, [(1.0, observable)])
    if expected[1] == 0:
        assert found.reason == NOTHING
        return
    assert (found.n_rotations, found.at_least, found.at_most) == (*expected[:1], *expected[1:] * 2)
    assert found.slack >= 0
    assert Fraction(found.dimension) <= 4**n / found.efficiency - found.efficiency


@given(st.data(), st.integers(2, 3))
@settings(max_examples=40, deadline=None)
def test_groups_of_a_sum_are_bounded_by_deep_circuits(data, n):
    layer = data.draw(st.lists(words(n), min_size=2, max_size=4))
    strings = data.draw(st.lists(words(n), min_size=2, max_size=3, unique=True))
    weights = data.draw(st.lists(st.sampled_from([1, 1, 2, -1]), min_size=3, max_size=3))
    observable = [*zip(weights, strings, strict=False)]
    found = limit_efficiency(repeated(layer, observable))
    expected = growth(layer, observable)
    if found.reason is not None:
        assert expected[1] == 0
        return
    assert found.n_rotations == expected[0]
    assert found.at_least <= expected[1] <= found.at_most


def test_a_local_sum_is_decided():
    layer = ["ZZI", "IZZ", "XII", "IXI", "IIX"]
    found = limit_efficiency(repeated(layer, layer))
    assert found.exact
    assert found.n_rotations == found.at_most == 5


def test_a_long_chain_is_decided_along_paths():
    found = limit_efficiency(example("tfim", n=24))
    assert found.exact
    assert found.n_rotations == found.at_most == 48


@given(st.data(), st.integers(2, 5))
@settings(max_examples=100, deadline=None)
def test_the_trade_off_holds(data, n):
    layer = data.draw(st.lists(words(n), min_size=2, max_size=9))
    observable = data.draw(words(n))
    found = limit_efficiency(repeated(layer, [observable]))
    if found.known:
        assert found.exact
        assert found.dimension <= found.bound
        assert found.efficiency <= found.dimension


@given(st.data(), st.integers(2, 3))
@settings(max_examples=60, deadline=None)
def test_witnesses_are_points_where_two_derivatives_anticommute(data, n):
    layer = data.draw(st.lists(words(n), min_size=2, max_size=5))
    observable = data.draw(words(n))
    found = limit_efficiency(repeated(layer, [observable]))
    if not found.known:
        return
    witness = found.witness
    assert witness is not None
    turned = {*witness.quarter_turns}
    after = np.eye(2**n, dtype=complex)
    images = {}
    for k in reversed(range(witness.n_periods)):
        for at in reversed(range(len(layer))):
            p = word_matrix(layer[at])
            images[k, at] = after @ p @ after.conj().T
            if (k, at) in turned:
                after = after @ (np.eye(2**n) - 1j * p) / np.sqrt(2)
    o = word_matrix(observable)
    one, two = (images[at] @ o - o @ images[at] for at in witness.pair)
    assert np.allclose(one @ two, -two @ one)
    assert np.abs(one @ two).max() > 1
    for at, pauli in zip(witness.pair, witness.strings, strict=True):
        assert np.allclose(np.abs(images[at]), np.abs(word_matrix(to_word(pauli, n))))
        assert anticommute(pauli, witness.term)


PUBLISHED = [("slpa", {}, 4, 60), ("slpa6", {}, 4, 1020), ("nsc", {}, 1, 255), ("sc", {}, 1, 60)]


@pytest.mark.parametrize(("name", "sizes", "efficiency", "dimension"), PUBLISHED)
def test_the_published_circuits(name, sizes, efficiency, dimension):
    found = limit_efficiency(example(name, **sizes))
    assert found.efficiency == efficiency
    assert found.dimension == dimension


def test_the_optimum_and_what_is_missing():
    full = limit_efficiency(example("slpa"))
    assert (full.slack, full.optimum, full.n_missing) == (0, 4, 0)
    part = limit_efficiency(example("sc"))
    assert (part.slack, part.optimum, part.n_missing) == (195, 4, 36)
    assert len(part.missing) == 6
    layer = period(example("sc"))
    for symmetry in part.symmetries:
        assert not layer.strings.anticommute_with(symmetry).any()
    group = [*elements(part.symmetries)]
    blocks = [[to_word(layer.strings.pauli(int(s)) * g, 4) for g in group] for s in layer.string]
    assert {to_word(p, 4) for p in part.missing} <= {word for block in blocks for word in block}
    assert sum(map(len, blocks)) == part.n_rotations + part.n_missing
    filled = limit_efficiency(repeated([w for block in blocks for w in block], ["XXII"]))
    assert (filled.efficiency, filled.n_missing) == (4, 0)


def test_a_symmetry_against_the_observable_halves_the_efficiency():
    text = (EXAMPLES / "slpa.qans").read_text().replace("X[0] * X[1]", "X[0]")
    found = limit_efficiency(driver.compile_source(Source("<test>", text)).ansatz)
    assert found.efficiency == 2
    assert found.optimum == 2


def test_fixed_gates_turn_the_strings_until_they_return():
    layered = example("ry_cz", n=3, layers=2)
    found = period(layered)
    assert found.n_layers == 2
    assert {*found.strings.words()} == {"YII", "IYI", "IIY", "YZI", "ZYZ", "IZY"}
    shifted = """
ansatz a(layers: int = {n}) {{
  qubits q[3]
  param t[layers, 3]
  init |0>
  repeat l in 0..<layers {{ rx(q, t[l, :])
    rz(q[0], t[l, 0] * 2)
    swap(q[0], q[1]); swap(q[1], q[2]) }}
  observable o = Z[0]
}}"""
    assert period(compiled(shifted.format(n=2))).n_layers == 3
    with pytest.raises(NoPeriodError, match=ONE_ITERATION):
        period(compiled(shifted.format(n=1)))


def test_layers_that_alternate():
    text = """
ansatz a(layers: int = 4) {
  qubits q[2]
  param t[layers, 2]
  init |0>
  rx(q[0], t[0, 0] + 1)
  repeat l in 0..<layers { if l % 2 == 0 { rx(q, t[l, :]) } else { rz(q, t[l, :]) } }
  rzz(q[0], q[1], 0.4)
  observable o = Z[0] * Z[1]
}"""
    found = period(compiled(text))
    assert found.n_layers == 2
    assert found.strings.words() == ["XI", "IX", "ZI", "IZ"]
    assert len(found.after) == 1
    assert limit_efficiency(compiled(text)).reason == OUTSIDE
    inside = text.replace("rzz(q[0], q[1], 0.4)", "rx(q[1], 0.4)")
    assert limit_efficiency(compiled(inside)).efficiency == 2


def test_what_is_declined():
    fixed = """
ansatz a() {{
  qubits q[2]
  param t[3]
  init |0>
  repeat l in 0..<3 {{ rx(q[0], t[l]); rz(q[0], t[l] + 1); rx(q[0], {angle}) }}
  observable o = Z[0]
}}"""
    turned = limit_efficiency(compiled(fixed.format(angle="pi / 2")))
    gates = fixed.replace("rx(q[0], {angle})", "h(q[0]); s(q[0]); h(q[0])")
    assert str(turned) == str(limit_efficiency(compiled(gates.format())))
    assert turned.efficiency == 1
    assert limit_efficiency(compiled(fixed.format(angle="pi"))).at_most == 2
    assert limit_efficiency(compiled(fixed.format(angle="0.3"))).at_most == 2
    lone = model_of(2, [rot("XI"), rot("ZI")], observables=[terms("XX")])
    assert limit_efficiency(lone).reason == NO_LAYER
    assert limit_efficiency(model_of(2, [rot("XI", layer=0)])).reason == NO_OBSERVABLE
    assert "no group is needed" in str(limit_efficiency(repeated(["XI", "ZI"], ["IX"])))


def test_parameters_that_are_shared_are_said():
    found = limit_efficiency(example("tfim", n=4))
    assert not found.independent
    assert any("shared" in text for text in found.hypotheses)


def test_the_compilation_hands_f_to_expressivity():
    circuit = driver.compile_file(str(EXAMPLES / "slpa.qans"), settings={"depth": 1})
    found = circuit.expressivity(n_pairs=10, n_points=1, seed=0)
    assert found.efficiency.value == 4
    assert found.upper_bound.value == 60


def test_coefficients_of_any_size():
    layer = ["ZZI", "IZZ", "XII", "IXI", "IIX"]
    weights = [1e33, 2.5, 1e-300, Fraction(1, 1073741789), 7]
    found = limit_efficiency(repeated(layer, [*zip(weights, layer, strict=True)]))
    assert found.exact
