"""How results of algebra and express show themselves: as text, and as HTML that is well formed and escaped."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from qansatz import driver
from qansatz.analysis.algebra.families import closed_forms
from qansatz.analysis.algebra.sums import sum_algebra
from qansatz.analysis.expressivity.sector import sector
from qansatz.analysis.limit.efficiency import limit_efficiency
from qansatz.analysis.trainability.decay import decay
from qansatz.analysis.trainability.sampled_variance import sampled_variance
from qansatz.analysis.trainability.this_circuit import circuit_variance
from qansatz.analysis.trainability.variance import variance
from qansatz.compilation import Compilation
from qansatz.source import Source
from qansatz.tools.cli.commands.family import _family

STRINGS = """qans 1
ansatz strings(n: int = 3) where n >= 2 {
  qubits q[n]
  param a[n]
  param b[n - 1]
  for i in q { rot(X[i], a[i]) }
  for i in 0..<n-1 { rot(Z[i] * Z[i + 1], b[i]) }
  observable cost = Z[0] * Z[1] - X[0] / 2
  observable outside = Z[0]
}
"""
SUMS = """qans 1
ansatz sums(n: int = 4) where n >= 3 {
  qubits q[n]
  param t[2]
  init |+>
  rot(sum(Z[i] * Z[(i + 1) % n] for i in q), t[0])
  rot(sum(X[i] for i in q), t[1])
  observable cost = sum(X[i] for i in q)
}
"""


def compiled(text: str, **sizes: int) -> Compilation:
    found = driver.compile_source(Source("a<b>.qans", text), settings=sizes)
    assert found.model is not None, found.diagnostics
    return found


def variances(text: str, sizes: range) -> Any:
    return decay({n: variance(compiled(text, n=n).ansatz) for n in sizes})


def family(text: str, sizes: range) -> Any:
    models = {n: compiled(text, n=n) for n in sizes}
    reports = {n: c.algebra for n, c in models.items()}
    return _family("n", reports, [], {n: variance(c.ansatz) for n, c in models.items()})


RESULTS: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = {
    "exact": (lambda: variance(compiled(STRINGS).ansatz), ("Var cost", "its own variance", "Z[0]")),
    "declined": (
        lambda: variance(compiled(STRINGS).ansatz, compiled(STRINGS).ansatz.observables[1]),
        ("not known", "outside"),
    ),
    "sums": (lambda: variance(compiled(SUMS).ansatz), ("8/3", "3 simple ideals", "assumed")),
    "sampled": (
        lambda: sampled_variance(compiled(SUMS).ansatz, n_samples=200),
        ("standard error", "uniform on", "numpy"),
    ),
    "not sampled": (
        lambda: sampled_variance(compiled(SUMS).ansatz, budget=10),
        ("not sampled", "budget"),
    ),
    "decay": (lambda: variances(STRINGS, range(3, 12)), ("polynomial", "1/Var", "3..11")),
    "algebra": (lambda: compiled(SUMS).algebra, ("su(2)", "dimension")),
    "expressivity": (
        lambda: compiled(SUMS).expressivity(n_pairs=100, n_points=1, seed=0),
        ("entangling capability", "svg"),
    ),
    "variance of this circuit": (
        lambda: circuit_variance(compiled(STRINGS).ansatz),
        ("Var cost of this circuit", "exact", "assumed"),
    ),
    "sampled variance of this circuit": (
        lambda: circuit_variance(compiled(STRINGS).ansatz, most_steps=0),
        ("Var cost of this circuit", "Clifford points"),
    ),
    "quantity": (
        lambda: compiled(SUMS).expressivity(n_pairs=100, n_points=1, seed=0).limit_variance,
        ("variance of cost, in the limit", "exact"),
    ),
    "sum algebra": (
        lambda: sum_algebra(compiled(SUMS).ansatz),
        ("3*su(2) + 2*u(1)", "method", "dimension"),
    ),
    "sector": (lambda: sector(compiled(SUMS).ansatz), ("X[0]*X[1]", "sector")),
    "spectrum": (
        lambda: compiled(SUMS).expressivity(n_pairs=10, n_points=1, seed=0).spectra[0],
        ("QFIM rank 2 of 2",),
    ),
    "elements": (lambda: compiled(STRINGS, n=6).algebra.elements(), ("66 strings", "XIIIII")),
    "some elements": (lambda: compiled(STRINGS).algebra.elements(limit=3), ("3 strings of more",)),
    "sectors": (lambda: compiled(STRINGS).algebra.sectors, ("symmetries", "X[0]*X[1]*X[2]")),
    "sum elements": (lambda: compiled(SUMS).algebra.elements(), ("11 basis vectors", "orbits")),
    "closed form": (
        lambda: closed_forms({n: ((), (n * (2 * n - 1),)) for n in range(2, 9)})[0],
        ("2*n**2 - n", "verified from 2 to 8"),
    ),
    "family": (lambda: family(STRINGS, range(3, 10)), ("so(18)", "2*n", "Var cost")),
    "limit": (lambda: limit_efficiency(compiled(SUMS).ansatz), ("F in the limit",)),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_show_themselves(name: str):
    make, expected = RESULTS[name]
    found = make()
    html = found._repr_html_()
    ElementTree.fromstring(f"<div>{html}</div>")
    for text in expected:
        assert text in html
    assert "object at 0x" not in str(found) + html
    assert str(found)


def test_values_beyond_floats_are_told():
    chain = compiled(STRINGS.replace("for i in q { rot(X[i], a[i]) }", UNIVERSAL), n=1200)
    found = variance(chain.ansatz)
    assert found.value is not None
    assert found.value < Fraction(1, 2**1100)
    assert "2^(-" in str(found)
    assert "2^(-" in found._repr_html_()
    shown = chain.expressivity(seed=0).limit_variance
    assert "2^(-" in str(shown)
    assert shown.fraction == found.value


UNIVERSAL = "param c[n]\n  for i in q { rot(X[i], a[i]) }\n  for i in q { rot(Z[i], c[i]) }"
