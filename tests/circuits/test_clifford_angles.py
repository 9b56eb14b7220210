"""Rotations by fixed multiples of pi/2: the circuit stays what it is, and every answer is that of the gates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz.circuits.canonical import canonical
from qansatz.circuits.clifford_angles import with_clifford_gates
from qansatz.driver import compile_source
from qansatz.pauli.cliffords import Tableau
from qansatz.source import Source
from qansatz.synthesis.verify import dense_model
from tests.oracles.dense import word_matrix

TURNS = ("pi / 2", "-pi / 2", "pi", "2 * pi / 4", "3 * pi / 2", "pi / 4", "0.3", "2 * pi")


def compiled(body: str, n: int):
    text = f"qans 1\nansatz a() {{\n  qubits q[{n}]\n  param t[3]\n{body}\n  observable o = X[0] + Z[{n - 1}]\n}}\n"
    compilation = compile_source(Source("a.qans", text))
    assert not compilation.has_errors, [d.message for d in compilation.diagnostics]
    return compilation


@st.composite
def bodies(draw):
    n = draw(st.integers(1, 3))
    word = st.text("IXYZ", min_size=n, max_size=n)
    angle = st.sampled_from([*TURNS, "t[0]", "t[1]", "-t[2] + 0.1"])
    rotation = st.builds(lambda w, a: f'  rot(p"{w}", {a})', word, angle)
    gate = st.builds(
        lambda g, k: f"  {g}({k})", st.sampled_from(["h", "s", "y"]), st.integers(0, n - 1)
    )
    return n, "\n".join(draw(st.lists(st.one_of(rotation, rotation, gate), max_size=9)))


def observables(model, state):
    """The expectations of the observables as pulled back, on a state before the fixed gates."""
    sums = (
        sum(float(t.coefficient) * word_matrix_of(t.pauli, model.n_qubits) for t in o.pulled_back)
        for o in model.observables
    )
    return [np.vdot(state, operator @ state).real for operator in sums]


def word_matrix_of(pauli, n):
    from qansatz.pauli.strings import to_word

    return word_matrix(to_word(pauli, n))


@given(bodies(), st.integers(0, 2**32 - 1))
@settings(max_examples=120, deadline=None)
def test_the_unitary_stays_what_it_is(body, seed):
    n, text = body
    written = compiled(text, n).written
    values = np.random.default_rng(seed).uniform(-3, 3, 3).tolist()
    expected = dense_model(written, values, include_initial=False)
    for model in (with_clifford_gates(written), canonical(written)):
        unitary = dense_model(model, values, include_initial=False)
        overlap = abs(np.trace(expected.conj().T @ unitary)) / 2**n
        assert abs(overlap - 1) < 1e-9
        rows = model.rotations
        fixed = (rows.slot < 0) & (rows.expression < 0)
        assert not any(
            reals_quarter(rows.scalars[rows.offset[row]]) for row in np.flatnonzero(fixed).tolist()
        )


def reals_quarter(value) -> bool:
    from qansatz.model.reals import quarter_turns

    return quarter_turns(value) is not None


@given(bodies())
@settings(max_examples=60, deadline=None)
def test_observables_are_pulled_back_through_all_gates(body):
    n, text = body
    model = canonical(compiled(text, n).written)
    tableau = Tableau.from_gates(((g.name, g.qubits) for g in model.gates), n)
    for observable in model.observables:
        for term, pulled in zip(observable.terms, observable.pulled_back, strict=True):
            image = tableau.pull(term.pauli)
            assert (image.x, image.z) == pulled.pauli[:2]
            assert pulled.coefficient == (-1 if image.phase else 1) * term.coefficient


@pytest.mark.parametrize("angle", ["pi / 2", "2 * pi / 4", "5 * pi / 2"])
def test_angles_answer_as_gates_do(angle):
    layers = "  rx(0, t[{0}]); ry(1, t[{0}])\n  {1}\n  cz(0, 1)\n"
    turned = "".join(layers.format(k, f"rz(q, {angle})") for k in range(3))
    gates = "".join(layers.format(k, "s(q)") for k in range(3))
    one, other = compiled(turned, 2), compiled(gates, 2)
    assert str(one.algebra) == str(other.algebra)
    assert one.schedule.n_circuits == other.schedule.n_circuits
    assert one.gates().gates == other.gates().gates


def test_constants_that_add_up_are_gates_together():
    body = '  rx(0, t[0])\n  rot(p"Z", pi / 4)\n  rot(p"Z", pi / 4)\n  rx(0, t[1])'
    model = compiled(body, 1).ansatz
    assert [model.rotations.strings.word(s) for s in model.rotations.string] == ["X", "Y"]
    apart = compiled('  rot(p"Z", pi / 4)\n  rx(0, t[0])\n  rot(p"Z", pi / 4)', 1).ansatz
    assert len(apart.rotations) == 3


@given(bodies())
@settings(max_examples=30, deadline=None)
def test_circuits_are_proved_equal_to_their_source(body):
    n, text = body
    compilation = compiled(text, n)
    assume(len(compilation.ansatz.rotations))
    assert compilation.verify().equal
