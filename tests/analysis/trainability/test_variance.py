from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks import variance as benchmark
from qansatz import driver
from qansatz.analysis.trainability.counts import n_stabilizing
from qansatz.analysis.trainability.variance import variance
from qansatz.lie.classification import classify
from qansatz.pauli import states as pure
from qansatz.pauli.stabilizer_states import StabilizerState
from qansatz.pauli.strings import Pauli, anticommute, from_word, to_text
from qansatz.pauli.tables import PauliTable
from qansatz.source import Source
from tests.lie.test_classification import strings
from tests.oracles import algebra as strings_oracle
from tests.oracles import dense
from tests.oracles import trainability as oracle

FOLDER = Path(__file__).parents[3] / "examples"


def source_of(generators, n, observable, init="|0>"):
    lines = [f"  rot({to_text(p)}, a[{k}])" for k, p in enumerate(generators)]
    terms = " + ".join(f"({c}) * ({to_text(p)})" for p, c in observable.items())
    return (
        f"qans 1\nansatz a() {{\n  qubits q[{n}]\n  param a[{len(lines)}]\n  init {init}\n"
        + "\n".join(lines)
        + f"\n  observable cost = {terms}\n}}\n"
    )


def variance_of(generators, n, observable, init="|0>"):
    text = source_of(generators, n, observable, init)
    compiled = driver.compile_source(Source("a.qans", text))
    assert compiled.model is not None, compiled.diagnostics
    return variance(compiled.model)


@st.composite
def stabilizer_states(draw, n):
    """Signed stabilizers: those of |0…0⟩ turned by some exp(iπ/4·Q)."""
    rows = [Pauli(0, 1 << k, draw(st.sampled_from([0, 2]))) for k in range(n)]
    bits = st.integers(0, 2**n - 1)
    for _ in range(draw(st.integers(0, 5))):
        turn = Pauli(draw(bits), draw(bits))
        rows = [turned(p, turn) for p in rows]
    return rows


def turned(p, turn):
    if not anticommute(p, turn):
        return p
    q = turn * p
    return Pauli(q.x, q.z, (q.phase + 1) % 4)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_counts_against_the_list_of_strings(data):
    n, generators = data.draw(strings(most_qubits=5, most=8))
    found = classify(PauliTable.from_paulis(generators, n))
    state = StabilizerState(data.draw(stabilizer_states(n)), n)
    vector = dense.stabilizer_state(
        [(1 - p.phase, "".join(word_of(p, n))) for p in state.generators]
    )
    closure = strings_oracle.closure(generators)
    for component in found.components:
        own = [found.strings.pauli(row) for row in component.generators]
        members = orbit(own, closure)
        assert len(members) == component.dimension
        expected = sum(abs(state.expectation(p)) for p in members)
        assert n_stabilizing(found, component, state) == expected
    for p in list(closure)[:6]:
        applied = pure.action(p, n).apply(vector[None])[0]
        assert state.expectation(p) == pytest.approx(np.vdot(vector, applied).real, abs=1e-9)


def word_of(p, n):
    return ["IXZY"[(p.x >> k & 1) + 2 * (p.z >> k & 1)] for k in range(n)]


def orbit(own, closure):
    """The strings of the closure that brackets reach from some of them."""
    found, frontier = set(own), list(own)
    while frontier:
        p = frontier.pop()
        for q in closure:
            r = Pauli(p.x ^ q.x, p.z ^ q.z)
            if anticommute(p, q) and r not in found:
                found.add(r)
                frontier.append(r)
    return found


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_sums_against_the_projected_second_moment(data):
    n, generators = data.draw(strings(most_qubits=4, most=6))
    generators = [Pauli(p.x, p.z) for p in generators if p.x | p.z]
    closure = sorted(strings_oracle.closure(generators))
    assume(0 < len(closure) <= 24)
    chosen = data.draw(st.lists(st.sampled_from(closure), min_size=1, max_size=4, unique=True))
    observable = {p: data.draw(st.sampled_from([1, -1, 2, Fraction(1, 2)])) for p in chosen}
    letters = data.draw(st.text("01+-rl", min_size=n, max_size=n))
    found = variance_of(generators, n, observable, f"|{letters}>")
    ket = dense.ket(letters).astype(complex)
    expectations = {
        p: round(np.vdot(ket, pure.action(p, n).apply(ket[None])[0]).real) for p in closure
    }
    assert found.value is not None
    expected = oracle.variance(generators, closure, observable, expectations)
    assert float(found.value) == pytest.approx(expected, abs=1e-8)


def test_open_transverse_field_chain():
    """so(8): the terms Z, ZZ and their like that stabilize |0000⟩ are 3 of 28."""
    generators = [from_word(w) for w in ("XIII", "IXII", "IIXI", "IIIX", "ZZII", "IZZI", "IIZZ")]
    found = variance_of(generators, 4, {from_word("ZZII"): 1})
    assert (found.value, found.verdict) == (Fraction(3, 28), "exact")
    apart = variance_of(generators, 4, {from_word("ZIII"): 1})
    assert (apart.value, apart.verdict) == (None, "does not apply")
    assert "outside" in apart.reason


@pytest.mark.parametrize("n", [6, 8, 10, 12, 14, 16])
def test_published_plateau(n):
    """Chinzei et al., arXiv:2406.18316: 2·d·¼·(1 − 1/d)/(d² − 1) with d = 2^(n−2)."""
    d = 2 ** (n - 2)
    body = (
        f"qans 1\nansatz a() {{\n  qubits q[{n}]\n  param a[{3 * (n - 1)}]\n  init |0>\n"
        f"  for i in 0..<{n - 1} {{\n    rot(X[i] * X[i+1], a[3*i])\n    rot(Y[i] * Y[i+1], a[3*i+1])\n"
        "    rot(Z[i] * Z[i+1], a[3*i+2])\n  }\n  observable cost = X[0] * X[1]\n}\n"
    )
    found = variance(driver.compile_source(Source("a.qans", body)).ansatz)
    assert found.value == Fraction(2 * d * (d - 1), 4 * d * (d * d - 1))


def test_thousands_of_qubits():
    compiled = driver.compile_file(str(FOLDER / "tfim_individual.qans"), settings={"n": 300})
    found = variance(compiled.ansatz)
    assert found.exact


@pytest.mark.parametrize(
    ("words", "observable", "init"),
    [
        (("XIII", "IXII", "IIXI", "IIIX", "ZZII", "IZZI", "IIZZ"), {"ZZII": 1, "IIZZ": 1}, "|0>"),
        (("XXI", "YYI", "ZZI", "IXX", "IYY", "IZZ"), {"XXI": 1, "IYY": -1}, "|01+>"),
        (("XI", "IX", "ZZ", "YY"), {"ZZ": 1}, "|0>"),
    ],
)
def test_deep_circuits_have_that_variance(words, observable, init):
    generators = [from_word(w) for w in words]
    n = len(words[0])
    cost = {from_word(w): c for w, c in observable.items()}
    found = variance_of(generators, n, cost, init)
    letters = init.strip("|>")
    ket = dense.ket(letters * n if len(letters) == 1 else letters)
    values = sampled(generators, n, cost, ket, 2000, 40, np.random.default_rng(7))
    assert_within(values, found.value, 3)


@pytest.mark.parametrize(
    "circuit", [*benchmark.circuits(), *benchmark.sums()], ids=lambda c: c.title
)
def test_the_circuits_of_the_benchmark(circuit):
    """Fewer samples than ``benchmarks/variance.py`` takes; the same three standard errors."""
    mean, error = benchmark.sampled(circuit, 600, 40, np.random.default_rng(1))
    assert abs(mean - benchmark.exact(circuit)) <= 3 * error


def sampled(generators, n, cost, ket, n_samples, n_layers, rng):
    """Costs of random deep circuits."""
    batch = pure.copies(ket, n_samples)
    actions = [pure.action(p, n) for p in generators]
    for _ in range(n_layers):
        for k in rng.permutation(len(actions)):
            pure.rotate(batch, actions[k], rng.uniform(0, 2 * np.pi, n_samples))
    total = np.zeros(n_samples)
    for p, c in cost.items():
        total += c * np.einsum("bi,bi->b", batch.conj(), pure.action(p, n).apply(batch)).real
    return total


def assert_within(values, exact, deviations):
    squares = (values - values.mean()) ** 2
    error = squares.std() / np.sqrt(len(squares))
    assert abs(squares.mean() - float(exact)) < deviations * error
