"""Expressivity: the KL protocol on Haar states, published circuits, ranks, sectors, seeds and limits."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import isprime

from benchmarks.expressibility import COMPILATION
from qansatz import driver
from qansatz.analysis.algebra.generators import generators
from qansatz.analysis.expressivity import expressivity as subject
from qansatz.analysis.expressivity import figures, fisher, haar
from qansatz.analysis.expressivity.bounds import largest_efficiency
from qansatz.analysis.expressivity.expressivity import Theory
from qansatz.analysis.expressivity.expressivity import expressivity as expressivity_by
from qansatz.analysis.expressivity.fisher import Spectrum
from qansatz.analysis.expressivity.options import ExpressivityOptions
from qansatz.analysis.expressivity.pairs import meyer_wallach
from qansatz.analysis.expressivity.sector import _fields, sector
from qansatz.analysis.limit.efficiency import limit_efficiency
from qansatz.analysis.trainability.this_circuit import circuit_variance
from qansatz.analysis.trainability.variance import variance
from qansatz.model.reals import PiLinear
from qansatz.pauli import states as pure
from qansatz.progress import Step
from qansatz.source import Source
from tests.models.operations import Written
from tests.oracles import expressivity as slow
from tests.oracles.dense import ket, word_matrix
from tests.strategies.circuits import written

ROOT = Path(__file__).parents[3]
PUBLISHED = json.loads((ROOT / "benchmarks" / "expressibility.json").read_text("utf-8"))
TFIM_OPEN = """qans 1
ansatz tfim_open(n: int, layers: int) {
  qubits q[n]
  param gamma[layers]
  param beta[layers]
  init |+>
  repeat l in 0..<layers {
    rot(sum(Z[i] * Z[i + 1] for i in 0..<n - 1), gamma[l])
    rot(sum(X[i] for i in q), beta[l])
  }
}
"""


def example(name: str, ansatz: str | None = None, **sizes):
    path = str(ROOT / "examples" / f"{name}.qans")
    return driver.compile_file(path, ansatz=ansatz, settings=sizes).ansatz


def expressivity(model, *, progress=None, dla_dimension=None, dla_exact=True, **options):
    return expressivity_by(
        model,
        ExpressivityOptions(**options),
        theory=Theory(dla_dimension=dla_dimension, dla_exact=dla_exact),
        progress=progress,
    )


def inline(body: str, n: int = 2):
    text = f"qans 1\nansatz a() {{\n  qubits q[{n}]\n{body}\n}}\n"
    return driver.compile_source(Source("<test>", text)).ansatz


def same_up_to_reading(a: subject.Expressivity, b: subject.Expressivity) -> bool:
    numbers = [(q.value, q.interval, q.standard_error) for q in a.quantities()]
    others = [(q.value, q.interval, q.standard_error) for q in b.quantities()]
    return numbers == others and np.array_equal(a.counts, b.counts)


# The law of Haar states and its protocol


@given(st.integers(1, 300), st.integers(2, 100))
def test_masses_add_up_to_one(dimension: int, n_bins: int):
    assert np.isclose(np.exp(haar.log_masses(dimension, n_bins)).sum(), 1)


@pytest.mark.parametrize("dimension", [2, 3, 16])
def test_masses_are_integrals_of_the_density(dimension: int):
    at = (np.arange(10_000) + 0.5) / 10_000
    density = (dimension - 1) * (1 - at) ** (dimension - 2)
    expected = density.reshape(10, -1).mean(axis=1) / 10
    assert np.allclose(np.exp(haar.log_masses(dimension, 10)), expected, atol=1e-5)


def test_a_divergence_by_hand():
    counts = np.array([3, 1, 0, 0])
    law = np.log(np.array([0.5, 0.25, 0.125, 0.125]))
    expected = 0.75 * np.log(0.75 / 0.5)
    assert np.isclose(haar.divergence(counts, law), expected)
    assert haar.divergence(np.array([4, 2, 1, 1]), law) == pytest.approx(0)


def test_histograms_hold_every_fidelity():
    counts = haar.histogram(np.array([0, 0.1, 0.25, 1, 1 + 1e-15, -1e-17]), 4)
    assert counts.tolist() == [3, 1, 0, 2]


@pytest.mark.parametrize("dimension", [4, 16])
def test_haar_states_score_the_floor(dimension: int):
    random = np.random.default_rng(0)
    law = haar.log_masses(dimension, 75)
    found = []
    for _ in range(20):
        left, right = (slow.haar_states(dimension, 2000, random) for _ in range(2))
        found.append(haar.divergence(haar.histogram(pure.fidelities(left, right), 75), law))
    value, (low, high) = haar.floor(dimension, 2000, 75, random)
    assert low < value < high
    assert abs(np.mean(found) - value) < 4 * np.std(found) / 20**0.5
    assert abs(np.quantile(found, 0.975) - high) < (high - low) / 2


def test_the_published_floor():
    value, _ = haar.floor(16, 5000, 75, np.random.default_rng(1))
    assert 0.0035 < value < 0.004


def test_the_interval_holds_repetitions():
    random = np.random.default_rng(2)
    law = haar.log_masses(16, 75)

    def repetition():
        # Fidelities of another law, so that the divergence is far from its floor.
        return haar.histogram(haar.haar_fidelities(10, 3000, random), 75)

    low, high = haar.spread(repetition(), law, random)
    width = np.mean([np.ptp(haar.spread(repetition(), law, random)) for _ in range(10)])
    found = [haar.divergence(repetition(), law) for _ in range(300)]
    assert 0 < low < high
    assert width == pytest.approx(np.ptp(np.quantile(found, (0.025, 0.975))), rel=0.3)


@pytest.mark.parametrize("power", [1, 2, 3])
def test_frame_potentials_are_moments_of_the_law(power: int):
    fidelities = haar.haar_fidelities(8, 400_000, np.random.default_rng(3))
    assert haar.frame_potential(8, power) == pytest.approx((fidelities**power).mean(), rel=0.05)


# Entangling capability


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ket("0+r"), 0),
        ((ket("000") + ket("111")) / 2**0.5, 1),
        ((ket("000") + ket("110")) / 2**0.5, 2 / 3),
    ],
)
def test_known_entanglement(state: np.ndarray, expected: float):
    assert meyer_wallach(pure.copies(state, 2)) == pytest.approx([expected] * 2)


@given(st.integers(1, 4), st.integers(0, 2**20))
def test_entanglement_by_its_first_definition(n: int, seed: int):
    states = slow.haar_states(2**n, 3, np.random.default_rng(seed))
    assert np.allclose(meyer_wallach(states), [slow.meyer_wallach(s) for s in states])


# Published numbers


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("circuit", range(1, 20))
def test_published_circuits(circuit: int, layers: int):
    model = example("expressibility", f"circuit_{circuit:02}", layers=layers)
    found = expressivity(model, seed=1, n_points=1)
    expected = PUBLISHED["circuits"][str(circuit)]
    for value, key in (
        (found.kl_haar.value, f"kl_L{layers}_computed"),
        (found.entangling_capability.value, f"entangling_capability_L{layers}"),
    ):
        assert abs(value - expected[key]) <= max(0.03, 0.15 * expected[key])


@pytest.mark.parametrize(
    ("boundary", "n"), [(b, n) for b in ("periodic", "open") for n in (4, 6, 8)]
)
def test_published_qfim_ranks(boundary: str, n: int):
    layers = n**2 // 2
    if boundary == "periodic":
        model = example("tfim", n=n, layers=layers)
    else:
        settings_ = {"n": n, "layers": layers}
        source = Source("<test>", TFIM_OPEN)
        model = driver.compile_source(source, settings=settings_).ansatz
    found = expressivity(model, n_pairs=1, n_points=3, seed=0)
    assert found.qfim_rank.value == PUBLISHED["qfim_rank"][boundary][str(n)]
    assert found.qfim_rank_max.value == found.qfim_rank.value
    assert all(s.clear for s in found.spectra)


@pytest.mark.parametrize(("n", "rank"), [(2, 15), (3, 63)])
def test_the_rank_of_unitary_compilation(n: int, rank: int):
    """4ⁿ − 1 directions in which a circuit moves its unitary, arXiv:2109.11676: half of maximally entangled pairs."""
    layers = 4**n // n
    source = Source("<test>", COMPILATION)
    model = driver.compile_source(source, settings={"n": n, "layers": layers}).ansatz
    found = expressivity(model, n_pairs=1, n_points=2, seed=0)
    assert model.slots.n_parameters > rank
    assert found.qfim_rank_max.value == rank
    assert all(s.clear for s in found.spectra)


# Spectra


def test_a_spectrum_without_a_gap_is_not_clear():
    singular = np.logspace(0, -16, 60)
    state = np.zeros(128, dtype=complex)
    state[0] = 1
    derivatives = np.zeros((60, 128), dtype=complex)
    derivatives[np.arange(60), np.arange(60) + 1] = singular
    found = fisher.spectrum(state, derivatives)
    assert not found.clear
    derivatives[:, 31:] = 0
    assert fisher.spectrum(state, derivatives).clear
    assert fisher.spectrum(state, derivatives).rank == 30


def test_phases_move_no_state():
    found = expressivity(inline("  param t[2]\n  rot(Z[0], t[0])\n  rot(Z[1], t[1])"), seed=0)
    assert found.qfim_rank.value == 0
    assert found.sector.dimension == 1
    assert found.effective_dimension.value == 0
    assert found.kl_sector.value == 0
    assert found.kl_haar.value > 4


def test_effective_dimension_of_a_constant_metric():
    flat = Spectrum(eigenvalues=np.full(3, 0.7), rank=3, gap=1e20, clear=True)
    value, error = fisher.effective_dimension([flat, flat, flat], n_data=1000)
    kappa = 1000 / (2 * np.pi * np.log(1000))
    assert value == pytest.approx(3 * np.log(1 + kappa) / np.log(kappa))
    assert error == pytest.approx(0)


@given(st.integers(0, 2**20), st.integers(1, 5), st.integers(1, 4), st.sampled_from([100, 10_000]))
def test_effective_dimension_by_its_definition(seed: int, size: int, n_points: int, n_data: int):
    random = np.random.default_rng(seed)
    spectra, matrices = [], []
    for _ in range(n_points):
        states = slow.haar_states(8, size + 1, random)
        matrices.append(slow.metric(states[0], states[1:]))
        spectra.append(fisher.spectrum(states[0], states[1:]))
    value, error = fisher.effective_dimension(spectra, n_data)
    assert value == pytest.approx(slow.effective_dimension(matrices, n_data), rel=1e-9)
    assert (error is None) == (n_points == 1)


def test_the_effective_dimension_tends_to_the_largest_rank():
    found = expressivity(example("tfim", n=4, layers=4), n_pairs=1, n_points=4, seed=0)
    small, large = (fisher.effective_dimension(found.spectra, 10**k)[0] for k in (4, 25))
    assert abs(large - found.qfim_rank_max.value) < 0.3
    assert abs(large - found.qfim_rank_max.value) < abs(small - found.qfim_rank_max.value)


# Sectors


@given(written(max_qubits=3))
def test_sectors_of_strings(circuit: Written):
    model = circuit.model
    strings = (
        [word_matrix(w) for w in model.rotations.strings.words()] if len(model.rotations) else []
    )
    expected = slow.reached_dimension(circuit.n, strings, circuit.initial)
    found = sector(model)
    assert found.pauli_dimension == expected
    # Terms of one angle side by side are one generator: the space may be smaller, never larger.
    assert found.dimension <= expected


WEIGHTED = st.lists(
    st.tuples(
        st.sampled_from(["1", "-2", "0.5", "pi", "1/3"]), st.text("IXYZ", min_size=3, max_size=3)
    ),
    min_size=1,
    max_size=3,
)


@settings(deadline=None)
@given(st.lists(WEIGHTED, min_size=1, max_size=4), st.sampled_from(["0", "+", "0+1", "r-0"]))
def test_sectors_of_sums(sums, initial: str):
    statements = "\n".join(
        "  rot(" + " + ".join(f'{w} * p"{word}"' for w, word in terms) + f", t[{k}])"
        for k, terms in enumerate(sums)
    )
    text = (
        f"qans 1\nansatz a() {{\n  qubits q[3]\n  param t[{len(sums)}]\n  init |{initial}>\n"
        f"{statements}\n}}\n"
    )
    compiled = driver.compile_source(Source("<test>", text))
    if compiled.model is None:  # terms that do not commute
        return
    model = compiled.model
    words = model.rotations.strings.words()
    dense = [
        sum(float(w) * word_matrix(words[s]) for s, w in zip(g.strings, g.weights, strict=True))
        for g in generators(model).distinct
    ]
    expected = slow.reached_dimension(3, dense, initial if len(initial) == 3 else initial * 3)
    found = sector(model)
    assert found.known != "upper bound"
    assert found.exact or found.primes
    assert found.exact == (found.dimension == found.pauli_dimension)
    assert found.dimension == expected


@pytest.mark.parametrize(
    ("weight", "known"),
    [
        ("1", "lower bound"),
        ("1 / 1048573", "exact"),
        ("1 / 1048549", "exact"),
        ("1099480170577", "exact"),  # 1048573 · 1048549
        ("1099480170578", "exact"),
        ("(pi - 314159)", "exact"),
    ],
)
def test_weights_that_vanish_modulo_a_prime_change_no_sector(weight: str, known: str):
    found = sector(inline(f"  param t\n  rot(X[0] + {weight} * X[1], t)"))
    # Powers of the sum on |00⟩ span one dimension for each of its different eigenvalues ±1 ± w.
    assert (found.dimension, found.known) == (3 if weight == "1" else 4, known)
    assert ("modulo" in str(found)) == bool(found.primes)


@given(st.integers(0, 2**64), st.lists(st.fractions().filter(bool), min_size=1, max_size=4))
def test_fields_keep_every_weight(number: int, fractions):
    weights = [*fractions, PiLinear(Fraction(-number), Fraction(1)), 1048573 * 1048549]
    fields = list(islice(_fields(weights), 3))
    assert len({field.prime for field in fields}) == 3
    for field in fields:
        assert isprime(field.prime)
        assert field.prime % 4 == 1
        assert field.prime < 2**20
        assert all(field.residue(weight) for weight in weights)
    again = islice(_fields(weights), 3)
    assert [(f.prime, f.pi) for f in fields] == [(f.prime, f.pi) for f in again]


@pytest.mark.parametrize(
    ("angles", "dimension"),
    [
        (("t", "t"), 3),  # symmetric states
        (("t + 0.3", "t"), 4),
        (("t + pi / 4", "t + pi / 4"), 3),  # another t
        (("2 * t + 0.5", "t + 0.25"), 4),
    ],
)
def test_fixed_angles_inside_a_sum_take_it_apart(angles, dimension: int):
    first, second = angles
    model = inline(
        f"  param t\n  param s\n  init |+>\n  rot(Z[0], {first})\n  rot(Z[1], {second})\n"
        "  rot(X[0] + X[1], s)"
    )
    assert sector(model).dimension == dimension
    state = expressivity(model, seed=0, n_pairs=50, n_points=3)
    assert state.qfim_rank_max.value <= 2 * dimension - 2


@pytest.mark.parametrize(
    ("name", "sizes", "dimension", "known"),
    [
        ("rbs", {"n": 5}, 5, "lower bound"),  # one excitation
        ("tfim", {"n": 6}, 8, "lower bound"),  # momentum pairs of free fermions
        ("equivariant", {"n": 5}, 6, "lower bound"),  # symmetric states
        ("tfim_individual", {"n": 5}, 16, "exact"),  # parity
    ],
)
def test_sectors_of_examples(name: str, sizes, dimension: int, known: str):
    found = sector(example(name, **sizes))
    assert found.known == known
    assert len(found.primes) == (2 if known == "lower bound" else 0)
    assert found.dimension == dimension


def test_the_sector_of_a_whole_space_changes_nothing():
    found = expressivity(example("expressibility", "circuit_06"), n_pairs=500, seed=3, n_points=1)
    assert found.sector.dimension == 16
    assert found.kl_sector.value == found.kl_haar.value
    assert found.kl_sector.interval == found.kl_haar.interval
    assert found.kl_sector_floor.value == found.kl_floor.value


# Seeds, processes, limits


def test_a_seed_gives_the_same_on_any_number_of_processes():
    model = example("expressibility", "circuit_04")
    runs = [
        expressivity(model, n_pairs=2500, seed=11, n_points=2, processes=processes)
        for processes in (1, 2, 3)
    ]
    assert same_up_to_reading(runs[0], runs[1])
    assert same_up_to_reading(runs[0], runs[2])
    other = expressivity(model, n_pairs=2500, seed=12, n_points=2)
    assert not same_up_to_reading(runs[0], other)


def test_numbers_do_not_depend_on_the_engine(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("pennylane_lightning")
    path = str(ROOT / "examples" / "tfim.qans")
    compiled = driver.compile_file(path, settings={"n": 11, "layers": 2})
    options = {"n_pairs": 150, "n_points": 2, "seed": 4}
    fast = [compiled.expressivity(processes=k, **options) for k in (1, 2)]
    monkeypatch.setitem(sys.modules, "pennylane_lightning", None)
    slow_ = compiled.expressivity(**options)
    assert [found.engine for found in (*fast, slow_)] == ["lightning", "lightning", "numpy"]
    for found in fast:
        assert same_up_to_reading(found, fast[0])
        assert np.array_equal(found.counts, slow_.counts)
        for left, right in zip(found.quantities(), slow_.quantities(), strict=True):
            assert left.certainty == right.certainty
            assert left.value == pytest.approx(right.value, rel=1e-10, abs=1e-10)
            errors = [q.standard_error or 0.0 for q in (left, right)]
            assert errors[0] == pytest.approx(errors[1], rel=1e-8, abs=1e-10)
        for left, right in zip(found.spectra, slow_.spectra, strict=True):
            assert np.allclose(left.eigenvalues, right.eigenvalues, rtol=1e-10, atol=1e-10)
            assert left.rank == right.rank


def test_a_seed_is_drawn_and_kept():
    model = example("expressibility", "circuit_01")
    found = expressivity(model, n_pairs=200, n_points=1)
    assert same_up_to_reading(found, expressivity(model, n_pairs=200, n_points=1, seed=found.seed))


def test_a_budget_is_kept_and_announced():
    model = example("tfim", n=4, layers=2)
    pair = 2 * 16 * (len(model.rotations) + 4)
    found = expressivity(model, seed=0, budget=300 * pair)
    assert found.n_pairs == 300
    assert found.limit_reached
    assert "300 of 5000 pairs" in found.notes[0]
    assert "300 pairs" in found.kl_haar.assumptions[0]
    least = expressivity(model, seed=0, budget=pair)
    assert least.n_pairs == 0
    assert least.kl_haar.value is None
    assert least.kl_haar.certainty == "declined"
    assert "budget" in least.kl_haar.explanation
    assert least.qfim_rank.value is None


def test_many_qubits_are_declined():
    found = expressivity(example("tfim", n=30, layers=1), seed=0, dla_dimension=89)
    assert found.limit_reached
    assert found.kl_haar.value is None
    assert "30 qubits" in found.kl_haar.explanation
    assert found.dla_dimension.value == 89
    assert found.sector.pauli_dimension == 2**29
    assert not found.sector.exact


def test_an_interrupt_keeps_what_is_done():
    def stop(step: Step) -> None:
        if step.text == "sampling pairs":
            raise KeyboardInterrupt

    model = example("expressibility", "circuit_01")
    found = expressivity(model, n_pairs=3000, seed=0, n_points=1, processes=1, progress=stop)
    assert 0 < found.n_pairs < 3000
    assert found.limit_reached
    assert "interrupted" in found.notes[0]


def test_one_pair_has_no_error():
    found = expressivity(example("tfim", n=4, layers=1), n_pairs=1, n_points=1, seed=0)
    assert found.entangling_capability.standard_error is None
    assert found.effective_dimension.interval is None
    assert "entangling capability" in str(found)


def test_sizes_beyond_simulation_are_quick():
    found = expressivity(example("tfim_individual", n=2000, layers=1), seed=0)
    assert found.sector.pauli_dimension == 2**1999
    assert "2000 qubits" in str(found)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"n_pairs": 0}, "at least 1 pair"),
        ({"n_points": 0}, "1 point"),
        ({"n_bins": 1}, "2 to 100000 bins"),
        ({"n_bins": 100_001}, "2 to 100000 bins"),
        ({"seed": -1}, "negative"),
        ({"processes": 0}, "processes"),
        ({"budget": 0}, "budget"),
    ],
)
def test_nothing_to_sample_is_refused(options, text):
    with pytest.raises(ValueError, match=text):
        ExpressivityOptions(**options)


def test_wide_bins_are_pointed_out():
    found = expressivity(example("tfim_individual", n=9, layers=1), n_pairs=100, n_points=1, seed=0)
    assert any("bins are wide" in note for note in found.notes)
    assert not found.limit_reached


def test_inputs_are_shared_by_a_pair():
    # Data alone moves the state: both members of a pair are the same.
    found = expressivity(
        inline("  input x\n  param t\n  encode { rot(X[0], x) }\n  rot(Z[1], t)"),
        seed=0,
        n_pairs=300,
    )
    assert found.counts[-1] == 300
    assert "share" in found.kl_haar.assumptions[1]


def test_the_algebra_bounds_no_rank_across_later_data():
    once = inline("  input x\n  param t\n  encode { rot(Y[0], x) }\n  rot(X[0], t)")
    again = inline(
        "  input x\n  param t\n  rot(X[0], t)\n  encode { rot(Y[0], x) }\n  rot(X[0], t)"
    )
    for model, bounded in ((once, True), (again, False)):
        found = expressivity(model, n_pairs=10, n_points=1, seed=0, dla_dimension=1)
        assert ("dim g" in found.qfim_rank.explanation) == bounded


# What bounds it


@given(st.integers(1, 6), st.integers(1, 4**6))
def test_the_largest_efficiency(n: int, dimension: int):
    found = Fraction(largest_efficiency(dimension, n))
    assert found <= dimension
    step = Fraction(1, 512)
    below = found - step
    assert below <= 0 or dimension <= Fraction(4**n) / below - below
    if found < dimension:
        above = found + step
        assert dimension > Fraction(4**n) / above - above


def test_the_largest_efficiency_of_published_circuits():
    assert largest_efficiency(60, 4) == 4
    assert largest_efficiency(255, 4) == 1
    assert largest_efficiency(4**2000 - 1, 2000) == 1
    assert isinstance(largest_efficiency(2**1990, 2000), int)


def test_bounds_from_the_algebra():
    model = example("tfim", n=4, layers=1)
    options = {"n_pairs": 10, "n_points": 1, "seed": 0}
    found = expressivity(model, dla_dimension=60, **options)
    assert found.upper_bound.value is None
    assert found.efficiency_bound.value == 4
    assert found.overparametrization.value == 60
    bound = expressivity(model, dla_dimension=60, dla_exact=False, **options)
    assert bound.dla_dimension.certainty == "bound"
    assert bound.efficiency_bound.value is None


@pytest.mark.parametrize(("observable", "efficiency"), [("X[0] * X[1]", 4), ("Z[0]", 2)])
def test_the_efficiency_of_a_stabilizer_logical_circuit(observable: str, efficiency: int):
    text = (ROOT / "examples" / "slpa.qans").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.strip().startswith("require")]
    kept = [f"  observable o = {observable}" if "observable " in line else line for line in lines]
    compiled = driver.compile_source(Source("<test>", "\n".join(kept) + "\n"))
    found = compiled.expressivity(n_pairs=10, n_points=1, seed=0)
    assert found.dla_dimension.value == 60
    assert found.efficiency.value == efficiency
    assert found.upper_bound.value == 4**4 // efficiency - efficiency


def test_the_efficiency_of_other_circuits_is_that_of_their_limit():
    path = str(ROOT / "examples" / "tfim_individual.qans")
    compiled = driver.compile_file(path, settings={"n": 5})
    limit = limit_efficiency(compiled.ansatz)
    found = compiled.expressivity(n_pairs=10, n_points=1, seed=0)
    assert found.efficiency.value == float(limit.efficiency_at_least)
    assert found.efficiency.certainty == ("exact" if limit.exact else "bound")
    assert found.upper_bound.value == limit.bound >= limit.dimension
    assert any("limit of many layers" in text for text in found.efficiency.assumptions)
    none = driver.compile_file(str(ROOT / "examples" / "rbs.qans"), settings={"n": 4})
    declined = none.expressivity(n_pairs=10, n_points=1, seed=0).efficiency
    reason = limit_efficiency(none.ansatz).reason
    assert declined.explanation == reason if reason else declined.value is not None


def test_no_rank_is_bounded_by_an_algebra_that_fixed_angles_leave():
    model = inline(
        "  param t\n  param s\n  init |+>\n  rot(Z[0], t + 0.3)\n  rot(Z[1], t)\n"
        "  rot(X[0] + X[1], s)"
    )
    found = expressivity(model, seed=0, n_pairs=10, n_points=1, dla_dimension=1)
    assert "dim g" not in found.qfim_rank.explanation


def test_the_variance_comes_along():
    path = str(ROOT / "examples" / "tfim_individual.qans")
    compiled = driver.compile_file(path, settings={"n": 4})
    found = compiled.expressivity(n_pairs=10, n_points=1, seed=0)
    assert found.limit_variance.certainty == "exact"
    assert found.limit_variance.value == float(variance(compiled.ansatz).value)
    assert found.limit_variance.assumptions
    assert found.variance.certainty == "exact"
    assert found.variance.fraction == circuit_variance(compiled.ansatz).fraction
    assert found.variance.value != found.limit_variance.value
    assert "this circuit" in found.variance.label


# What is shown


def test_figures_are_well_formed():
    for model in (example("rbs", n=4), inline("  rot(X[0], pi / 3)")):
        found = expressivity(model, n_pairs=200, n_points=2, seed=0)
        root = ElementTree.fromstring(figures.figures(found))
        assert root.tag.endswith("svg")
        assert "<table>" in found._repr_html_()
        assert "<svg" in found._repr_html_()


def test_a_declined_result_still_shows():
    found = expressivity(example("tfim", n=30, layers=1), seed=0)
    assert "not simulated" in found._repr_html_()
