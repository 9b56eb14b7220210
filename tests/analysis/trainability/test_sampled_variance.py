"""Sampled variances against exact ones, integrals by hand, and the states of the pairs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from qansatz import driver
from qansatz.analysis.trainability.sampled_variance import Cost, estimate, sampled_variance
from qansatz.pauli.strings import to_word
from qansatz.source import Source
from qansatz.tools.cli import main
from tests.oracles import dense


def compiled(body: str, n: int = 2):
    text = f"qans 1\nansatz a() {{\n  qubits q[{n}]\n{body}\n}}\n"
    found = driver.compile_source(Source("a.qans", text))
    assert found.model is not None, found.diagnostics
    return found


COSINE = "  param t\n  rx(q[0], t)\n  observable cost = Z[0]"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (COSINE, 1 / 2),
        ("  param t[2]\n  rx(q[0], t[0])\n  rx(q[1], t[1])\n  observable o = Z[0] * Z[1]", 1 / 4),
        ("  param t\n  rx(q[0], t)\n  observable o = 3 * Z[0] + 2 * Y[0] + 5", 13 / 2),
        ("  param t in [0, pi]\n  rx(q[0], t)\n  observable o = Y[0]", 1 / 2 - (2 / np.pi) ** 2),
        ("  input x in [0, pi]\n  param t\n  encode { rx(q[0], x) }\n  rx(q[1], t)\n"
         "  observable o = Z[0] + Z[1]", 1),
        ("  param t\n  rx(q[0], t)\n  h(q[0])\n  observable o = X[0]", 1 / 2),
    ],
)  # fmt: skip
def test_integrals_by_hand(body, expected):
    found = sampled_variance(compiled(body).ansatz, n_samples=20_000, seed=3)
    assert abs(found.value - expected) < 4 * found.standard_error
    assert found.interval[0] < found.value < found.interval[1]
    assert found.n_samples == 20_000


def test_the_interval_covers_about_as_often_as_it_says():
    model = compiled(COSINE).ansatz
    found = [sampled_variance(model, n_samples=200, seed=k) for k in range(400)]
    inside = sum(f.interval[0] <= 0.5 <= f.interval[1] for f in found)
    assert 365 <= inside <= 394
    mean = np.mean([f.value for f in found])
    assert abs(mean - 0.5) < 4 * np.std([f.value for f in found]) / 20


def test_clusters_are_unbiased_and_not_taken_for_independent():
    """Members that are copies of each other tell no more than one of them."""
    found = compiled(COSINE).ansatz
    cost = found.observables[0]
    random = np.random.default_rng(0)
    values = []
    for _ in range(2000):
        one = random.normal(size=(5, 1))
        twice = estimate(cost, found.slots, np.repeat(one, 2, axis=1), 0)
        alone = estimate(cost, found.slots, one, 0)
        assert np.isclose(twice.value, one.var(ddof=1))
        assert np.isclose(twice.standard_error, alone.standard_error)
        values.append(twice.value)
    assert abs(np.mean(values) - 1) < 4 * np.std(values) / 2000**0.5


def test_a_constant_cost_does_not_vary():
    body = "  param t\n  rx(q[0], t)\n  observable cost = X[0] + Z[1] + 7"
    found = sampled_variance(compiled(body).ansatz, n_samples=100)
    assert (found.value, found.standard_error, found.interval) == (0, 0, (0, 0))


def test_costs_agree_with_dense_matrices():
    body = (
        "  param t\n  rx(q[0], t)\n"
        "  observable cost = 2 * X[0] * Y[1] - Y[0] * X[1] / 3 + Z[0] + 0.5 * Z[2] + Y[2] + 1"
    )
    model = compiled(body, 3).ansatz
    terms = model.observables[0].terms
    random = np.random.default_rng(1)
    batch = np.asfortranarray(random.normal(size=(6, 8)) + 1j * random.normal(size=(6, 8)))
    matrix = sum(float(t.coefficient) * dense.word_matrix(to_word(t.pauli, 3)) for t in terms)
    expected = np.einsum("bi,ij,bj->b", batch.conj(), matrix, batch).real
    assert np.allclose(Cost.of(terms, 3).values(batch), expected)


def test_limits_are_told():
    wide = compiled("  param t\n  rx(q[0], t)\n  observable cost = Z[0]", 25).ansatz
    found = sampled_variance(wide)
    assert (found.value, found.n_samples) == (None, 0)
    assert "25 qubits" in found.reason
    assert "25 qubits" in str(found)
    assert "budget" in sampled_variance(compiled(COSINE).ansatz, budget=400).reason
    assert sampled_variance(compiled(COSINE).ansatz, budget=8 * 150).n_samples == 150
    with pytest.raises(ValueError, match="2 samples"):
        sampled_variance(compiled(COSINE).ansatz, n_samples=1)
    with pytest.raises(ValueError, match="no observable"):
        sampled_variance(compiled("  param t\n  rx(q[0], t)").ansatz)


OUTSIDE = "  param t[2]\n  rx(q, t[0])\n  rz(q, t[1])\n  h(q)\n  observable cost = X[0] * X[1]"


def test_express_samples_what_the_theorem_leaves(tmp_path: Path, capsys):
    file = tmp_path / "a.qans"
    file.write_text(f"qans 1\nansatz a() {{\n  qubits q[2]\n{OUTSIDE}\n}}\n", "utf-8")
    arguments = ("express", str(file), "--pairs", "3000", "--points", "2", "--seed", "5")
    assert main.main((*arguments, "--json")) == 0
    answer = json.loads(capsys.readouterr().out)["expressivity"]["variance"]
    assert answer["certainty"] == "sampled"
    assert any("6000 states" in text for text in answer["assumptions"])
    assert answer["interval"][0] < answer["value"] < answer["interval"][1]
    assert abs(answer["value"] - 0.125) < 4 * answer["standard_error"]
    assert main.main(arguments) == 0
    out = capsys.readouterr().out
    assert "of this circuit, at its own depth" in out
    assert main.main(arguments) == 0
    assert capsys.readouterr().out == out


def test_any_number_of_processes_samples_the_same():
    body = "  param t\n  rx(q, t)\n  observable cost = Z[0] * Z[1]"
    one, two = (
        compiled(body, 3).expressivity(n_pairs=5000, n_points=1, seed=2, processes=k).variance
        for k in (1, 2)
    )
    assert (one.value, one.interval) == (two.value, two.interval)
    assert abs(one.value - 0.125) < 4 * one.standard_error


def test_a_cost_of_many_terms_takes_some_of_the_states():
    flips = " + ".join(f"X[{i}] * X[{j}]" for i in range(4) for j in range(i))
    body = f"  param t\n  init |+>\n  rz(q[0], t / 2)\n  observable cost = {flips}"
    found = compiled(body, 4).expressivity(n_pairs=1200, n_points=1, seed=2).variance
    taken = int(found.assumptions[0].split()[0])
    assert found.certainty == "sampled"
    assert 0 < taken < 2400
    assert abs(found.value - 9 / 2) < 4 * found.standard_error
