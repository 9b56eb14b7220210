"""Variances over algebras of sums: against numerical integration over the group, deep circuits and other formulas."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.trainability import sum_variance as subject
from qansatz.analysis.trainability.sampled_variance import sampled_variance
from qansatz.analysis.trainability.sum_variance import SumVariance, sum_variance
from qansatz.analysis.trainability.variance import counted, variance
from qansatz.lie.closure import Closure, Limit, close
from qansatz.pauli.orbits import Trivial, reduction
from qansatz.pauli.strings import Pauli, from_word
from qansatz.source import Source
from tests.oracles import dense
from tests.oracles import sums as slow
from tests.oracles import trainability as oracle

EXAMPLES = Path(__file__).parents[3] / "examples"
WEIGHTS = st.sampled_from([1, -1, 2, Fraction(1, 3), Fraction(-3, 2)])
KETS = {"0": (0, "Z"), "1": (2, "Z"), "+": (0, "X"), "-": (2, "X"), "r": (0, "Y"), "l": (2, "Y")}


def stabilizers(ket: str) -> list[Pauli]:
    found = []
    for k, letter in enumerate(ket):
        phase, basis = KETS[letter]
        p = from_word("I" * k + basis + "I" * (len(ket) - k - 1))
        found.append(Pauli(p.x, p.z, phase))
    return found


def keyed(terms: dict[str, Fraction]) -> dict[tuple[int, int], Fraction]:
    return {from_word(word)[:2]: value for word, value in terms.items()}


def matrix(terms: dict[str, Fraction]) -> np.ndarray:
    return sum(float(c) * dense.word_matrix(word) for word, c in terms.items())


def closed(sums: list[dict[str, Fraction]], n: int, *, reduced: bool) -> Closure:
    generators = [keyed(g) for g in sums]
    group = reduction(generators, n) if reduced else Trivial()
    found = close(generators, n, reduction=group, limit=Limit(seconds=20))
    assert isinstance(found, Closure)
    return found


def found_of(sums, ket: str, observable, *, reduced: bool = True) -> SumVariance | str:
    terms = {from_word(word): Fraction(c) for word, c in observable.items()}
    return sum_variance(closed(sums, len(ket), reduced=reduced), stabilizers(ket), terms)


def words(n: int):
    return st.text("IXYZ", min_size=n, max_size=n).filter(lambda word: set(word) != {"I"})


@st.composite
def problems(draw):
    """Sums of strings, a product state, and an observable: mostly from the algebra with something that commutes."""
    n = draw(st.integers(2, 3))
    sums = draw(
        st.lists(st.dictionaries(words(n), WEIGHTS, min_size=1, max_size=3), min_size=1, max_size=3)
    )
    ket = draw(st.text("01+-rl", min_size=n, max_size=n))
    parts = [draw(st.sampled_from(sums))]
    for _ in range(draw(st.integers(0, 4))):
        parts.append(slow.bracket(parts[-1], draw(st.sampled_from(sums))))
    if draw(st.integers(0, 3)) == 0:
        parts.append({draw(words(n)): Fraction(1)})
    observable: dict[str, Fraction] = {"I" * n: Fraction(2)}
    for part in parts:
        weight = draw(WEIGHTS)
        for word, value in part.items():
            observable[word] = observable.get(word, Fraction(0)) + weight * value
    return sums, ket, observable


@given(problems())
@settings(max_examples=50, deadline=None)
def test_against_the_second_moment_of_the_group(problem):
    sums, ket, observable = problem
    found = found_of(sums, ket, observable)
    assume(not isinstance(found, str))
    expected = oracle.variance_over_group(
        [matrix(g) for g in sums], matrix(observable), dense.ket(ket).astype(complex), 14
    )
    assume(expected is not None)
    assert float(found.value) == pytest.approx(expected, abs=1e-7)


@given(problems())
@settings(max_examples=40, deadline=None)
def test_permutations_change_nothing(problem):
    sums, ket, observable = problem
    one, other = (found_of(sums, ket, observable, reduced=way) for way in (True, False))
    if isinstance(other, SumVariance):
        assert isinstance(one, SumVariance)
        assert (one.value, one.n_ideals) == (other.value, other.n_ideals)


def ring(n: int) -> list[dict[str, int]]:
    def word(letters: dict[int, str]) -> str:
        return "".join(letters.get(k, "I") for k in range(n))

    couplings = {word({k: "Z", (k + 1) % n: "Z"}): 1 for k in range(n)}
    return [couplings, {word({k: "X"}): 1 for k in range(n)}]


@pytest.mark.parametrize("n", [4, 5, 6, 9, 12, 20])
def test_the_summed_ising_ring(n: int):
    """3n − 1 = 3(n − 1) + 2 dimensions; on |+…+⟩ each of ⌊n/2⌋ pairs adds 4/3 to the variance of either sum."""
    expected = Fraction(4, 3) * (n // 2)
    transverse = found_of(ring(n), "+" * n, ring(n)[1])
    assert transverse.n_ideals == n - 1
    assert transverse.value == expected
    couplings = found_of(ring(n), "+" * n, ring(n)[0])
    assert couplings.value == expected


def test_symmetric_states_take_averages():
    """One coupling of the ring is its share of all of them."""
    whole = found_of(ring(6), "+" * 6, ring(6)[0])
    one = found_of(ring(6), "+" * 6, {"ZZIIII": 1})
    assert one.value == whole.value / 36
    apart = found_of(ring(6), "0+++++", {"ZZIIII": 1})
    assert isinstance(apart, str)
    assert "neither" in apart


def test_states_in_the_algebra_take_any_observable():
    """All of su(4): 1/5 for every string on every stabilizer state."""
    sums = [{"XI": 1, "IZ": 2}, {"ZX": 1, "YI": 3}, {"XY": 1, "ZZ": 1}]
    assert closed(sums, 2, reduced=True).dimension == 15
    for word in ("XI", "YZ"):
        assert found_of(sums, "0r", {word: 3}).value == Fraction(9, 5)


def test_terms_alone():
    found = found_of(ring(4), "++++", {"XIII": 2, "IXII": 2, "ZZII": -1})
    alone = found.terms
    assert alone[from_word("XIII")[:2]] == alone[from_word("IXII")[:2]] == 4 * Fraction(1, 6)
    assert alone[from_word("ZZII")[:2]] == Fraction(1, 6)


def test_limits_are_told(monkeypatch):
    monkeypatch.setattr(subject, "MOST_DIMENSIONS", 10)
    assert "more than 10 dimensions" in found_of(ring(6), "++++++", {"ZZIIII": 1})


def compiled(text: str, **sizes):
    found = driver.compile_source(Source("a.qans", text), settings=sizes)
    assert found.model is not None, found.diagnostics
    return found.model


OPEN = """qans 1
ansatz a(n: int = 4, layers: int = 40) {
  qubits q[n]
  param a[layers]
  param b[layers]
  init |+>
  repeat l in 0..<layers {
    rot(sum(Z[i] * Z[i + 1] for i in 0..<n-1), a[l])
    rot(sum(X[i] for i in q), b[l])
  }
  observable cost = sum(Z[i] * Z[i + 1] for i in 0..<n-1) - X[0] - X[n - 1]
}
"""
EQUIVARIANT = """qans 1
ansatz a(n: int = 4, layers: int = 40) {
  qubits q[n]
  param a[layers, 3]
  init |0>
  repeat l in 0..<layers {
    rot(sum(X[i] for i in q), a[l, 0])
    rot(sum(Y[i] for i in q), a[l, 1])
    rot(sum(Z[i] * Z[j] for (i, j) in complete(n).edges), a[l, 2])
  }
  observable cost = sum(Z[i] for i in q) / 2
}
"""


@pytest.mark.parametrize(
    ("text", "n"), [(OPEN, 4), (OPEN, 5), (EQUIVARIANT, 3), (EQUIVARIANT, 4), (EQUIVARIANT, 5)]
)
def test_deep_circuits_have_that_variance(text: str, n: int):
    model = compiled(text, n=n)
    exact = variance(model)
    assert exact.verdict == "exact"
    sampled = sampled_variance(model, n_samples=4000, seed=1)
    assert abs(sampled.value - float(exact.value)) < 3 * sampled.standard_error
    assert "simple ideals" in counted(exact)
    assert all(row.variance is not None for row in exact.terms)


def test_equivariant_circuits_see_the_symmetric_states_alone():
    """|0…0⟩ lies in the n + 1 symmetric states: the variance is that of su(n + 1) there."""
    for n in (3, 4, 6):
        d = n + 1
        spin = sum((Fraction(n, 2) - k) ** 2 for k in range(d))
        expected = spin / d * d / (d * d - 1) * (1 - Fraction(1, d))
        assert variance(compiled(EQUIVARIANT, n=n, layers=2)).value == expected


def test_weights_may_be_floats():
    text = OPEN.replace("- X[0]", "- pi / 4 * X[0]")
    found = variance(compiled(text, n=3, layers=2))
    assert found.verdict == "exact"
    assert any("binary fractions" in text for text in found.hypotheses)


def test_claims_about_sums_are_decided():
    text = OPEN.replace("X[n - 1]\n", "X[n - 1]\n  require variance(cost) >= 1000\n")
    found = driver.compile_source(Source("a.qans", text))
    assert [d.code for d in found.diagnostics if "variance" in d.message] == ["QA214"]


def test_the_variance_of_the_example_falls_as_a_power():
    from qansatz.analysis.trainability.decay import decay

    path = str(EXAMPLES / "tfim.qans")
    models = {n: driver.compile_file(path, settings={"n": n, "layers": 1}) for n in range(4, 13)}
    found = decay({n: variance(c.ansatz) for n, c in models.items()})
    assert found.verdict.startswith(("polynomial", "does not decay"))
