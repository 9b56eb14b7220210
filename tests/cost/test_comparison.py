from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.gradient.measurability import measurability
from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.shots import allocate
from qansatz.cost import comparison
from qansatz.cost.comparison import COUNTED, baseline_circuits, compare
from qansatz.cost.readout_gates import GateCounts
from qansatz.execute.gradients.adjoint import adjoint_simulation
from qansatz.lie.classification import classify
from qansatz.lie.elements import elements
from qansatz.pauli.strings import anticommute, to_word
from tests.analysis.gradient.test_schedule import EXAMPLES, PUBLISHED, compiled, example, ring, slpa
from tests.models.statements import model_of, rot, terms
from tests.oracles import gradients
from tests.oracles.dense import word_matrix
from tests.strategies.programs import programs


@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(0.01, 50)), min_size=1, max_size=8),
    st.floats(1e-4, 10),
)
@settings(max_examples=300, deadline=None)
def test_allocated_shots_keep_the_promise_and_are_nearly_least(circuits, budget):
    v, p = map(np.array, zip(*circuits, strict=True))
    shots = allocate(v, p, budget)
    assert (shots >= 1).all()
    assert (v / shots).sum() <= budget * (1 + 1e-9)
    least = np.sqrt(v * p).sum() ** 2 / budget
    assert (p * shots).sum() <= least + 2 * p.sum() + p.max()


def test_allocated_shots_are_least_on_small_cases():
    """By trying all allocations."""
    for v, p, budget in [((1, 4), (1, 1), 1.5), ((2, 1, 3), (1, 2, 1), 2.0), ((1, 1), (1, 5), 0.7)]:
        best = min(
            sum(a * b for a, b in zip(p, shots, strict=True))
            for shots in product(range(1, 15), repeat=len(v))
            if sum(a / b for a, b in zip(v, shots, strict=True)) <= budget
        )
        found = allocate(v, p, budget)
        assert (np.array(p) * found).sum() <= best + max(p)


@pytest.mark.parametrize(
    ("variances", "prices", "budget"), [([1], [0], 1), ([-1], [1], 1), ([1], [1], 0)]
)
def test_impossible_promises_are_declined(variances, prices, budget):
    with pytest.raises(ValueError, match="must be"):
        allocate(variances, prices, budget)


def variance_of_one_shot(model, observable, found, values):
    """For each circuit Σ over parameters of the exact variance of its contribution, densely."""
    from qansatz.analysis.gradient.slopes import slopes
    from qansatz.model.angles import evaluate

    n = model.n_qubits
    base = gradients.angles(model, values)
    total = []
    for circuit in found.circuits():
        state = gradients.initial(model)
        if circuit.ancilla:
            state = np.kron(state, np.array([1, 1]) / np.sqrt(2))
        flipped = set(circuit.flipped.tolist())
        for row in found.patterns.active.tolist():
            word = to_word(model.rotations.pauli(row), n)
            if circuit.ancilla:
                word += "Z" if row in flipped else "I"
            state = gradients.rotated(state, word, base[row])
        by_slot: dict = {}
        for m in circuit.measurements:
            for slot, slope in slopes(model, m.rotation):
                matrix = word_matrix(to_word(m.pauli, n + circuit.ancilla))
                weight = float(m.weight) * evaluate(slope, values)
                by_slot[slot] = by_slot.get(slot, 0) + weight * matrix
        total.append(
            sum(
                np.vdot(state, a @ a @ state).real - np.vdot(state, a @ state).real ** 2
                for a in by_slot.values()
            )
        )
    return np.array(total)


@given(programs(max_qubits=2, max_statements=4), st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_the_variance_promised_is_never_exceeded(program, seed):
    model = compiled(program.text)
    if not model.observables or len(model.rotations) > 30 or model.rotations.expressions:
        return
    found = schedule(model, time_limit=0.3)
    if not found.n_circuits:
        return
    method = compare(found, goal="shots", precision=0.1).method("schedule")
    values = np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))
    exact = variance_of_one_shot(model, model.observables[0], found, values)
    reached = np.sqrt((exact / method.shots).sum() / model.slots.n_parameters)
    assert reached <= 0.1 * (1 + 1e-9)


COUNTS = [
    ("TFIM ring, O=H", 6, ring(6, 4)[2], ring(6, 1)[0] + ring(6, 1)[1], 192, 96, 128),
    ("TFIM ring, O=ZZ", 6, ring(6, 4)[2], ["ZZIIII"], 96, 48, 37),
    ("SLPA, O=ZZII", 4, slpa(["XXII", "ZIZI", "ZZII", "IXXI"]), ["ZZII"], 32, 16, 3),
    ("SLPA, O=ZIII", 4, slpa(["XXII", "ZIZI", "ZZII", "IXXI"]), ["ZIII"], 32, 16, 5),
    ("published SLPA, O=XXII", 4, slpa(PUBLISHED * 2), ["XXII"], 192, 96, 23),
    ("published SLPA, O=XIII", 4, slpa(PUBLISHED * 2), ["XIII"], 192, 96, 45),
]


@pytest.mark.parametrize(
    ("n", "statements", "observable", "shift", "hadamard", "block"),
    [case[1:] for case in COUNTS],
    ids=[case[0] for case in COUNTS],
)
def test_baselines_are_those_of_the_literature(n, statements, observable, shift, hadamard, block):
    counts = baseline_circuits(schedule(model_of(n, statements, observables=[terms(*observable)])))
    assert counts["parameter_shift"] == shift
    assert counts["hadamard_test"] == hadamard
    assert counts["commuting_block"] == block


def test_the_baselines_of_the_examples():
    ry_cz = example("ry_cz")
    counts = [baseline_circuits(schedule(ry_cz, o))["commuting_block"] for o in ry_cz.observables]
    assert counts == [9, 17]
    assert baseline_circuits(schedule(example("xgenerators")))["commuting_block"] == 1


@given(programs(max_qubits=2, max_statements=4), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_derivatives_are_numbers_of_the_forward_circuit(program, seed):
    """∂_jC = Σ_P c_jP⟨iPO⟩ over the algebra of all rotations, the c_j by dense conjugation."""
    model = compiled(program.text)
    assume(model.observables and 0 < len(model.rotations) < 25)
    observable, n = model.observables[0], model.n_qubits
    algebra = classify(model.rotations.strings)
    strings = elements(algebra).strings.paulis()
    values = np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))
    base = gradients.angles(model, values)
    state = gradients.initial(model)
    words = [to_word(model.rotations.pauli(row), n) for row in range(len(base))]
    for word, angle in zip(words, base, strict=True):
        state = gradients.rotated(state, word, angle)
    later = np.eye(2**n, dtype=complex)
    found = np.zeros(len(base))
    for row in reversed(range(len(base))):
        a = later @ word_matrix(words[row]) @ later.conj().T
        weights = [np.trace(word_matrix(to_word(p, n)) @ a).real / 2**n for p in strings]
        if set(words[row]) != {"I"}:
            assert np.sum(np.square(weights)) == pytest.approx(1)
        for p, weight in zip(strings, weights, strict=True):
            for term in observable.pulled_back:
                if anticommute(p, term.pauli):
                    sign = -1 if term.pauli.phase == 2 else 1
                    o = word_matrix(to_word(term.pauli, n))
                    value = np.vdot(state, 1j * word_matrix(to_word(p, n)) @ o @ state).real
                    found[row] += weight * sign * float(term.coefficient) * value
        later = later @ gradients.rotated(np.eye(2**n), words[row], base[row])
    expected = gradients.shifted(model, observable, values)
    real = np.array([set(word) != {"I"} for word in words])
    assert np.max(np.abs(found - expected)[real], initial=0) < 1e-10


def test_the_lie_algebraic_way_needs_few_circuits_for_small_algebras():
    compared = compare(schedule(example("tfim_individual")))
    assert compared.best == "lie-algebraic"
    assert compared.method("lie-algebraic").n_circuits <= 12
    assert compared.method("schedule").n_circuits == 86
    assert "dimension 132" in compared.classical


def test_the_adjoint_method_is_a_row_only_where_its_strings_are_few(monkeypatch):
    found = schedule(example("tfim_individual", n=4, layers=2))
    compared = compare(found)
    n_strings = adjoint_simulation(found.model, found.observable).n_strings
    assert compared.methods[-1].name == "adjoint"
    assert compared.method("adjoint").n_circuits == 0
    assert compared.method(compared.best).method.runs_circuits
    assert f"follow classically from {n_strings} strings" in compared.classical
    monkeypatch.setattr(comparison, "MAX_FOLLOWED", n_strings - 1)
    declined = compare(found)
    assert "adjoint" not in {m.name for m in declined.methods}
    assert "classically" not in declined.classical
    assert "200,000" in declined.classical
    assert "lies in" in declined.classical


def test_methods_that_no_command_runs_are_marked_and_never_best():
    for name in ("tfim_individual", "ry_cz", "xgenerators"):
        compared = compare(schedule(example(name)))
        assert compared.method(compared.best).method.runs_circuits
        for method in compared.methods:
            assert (COUNTED in method.note) == (method.method.run_as is None)


def test_ties_go_to_fewer_shots():
    first = replace(compare(schedule(example("slpa"))).method("schedule"), n_circuits=3)
    other, unknown = replace(first, n_shots=1), replace(first, n_shots=None)
    more = replace(other, n_circuits=4)
    assert comparison._best([unknown, first, other, more], "circuits") is other
    assert comparison._best([unknown, more], "shots") is more
    assert comparison._best([more, unknown], "hqc") is unknown


def test_results_are_shown_as_text_and_html():
    found = schedule(example("ry_cz"))
    compared, groups = compare(found), measurability(found)
    for method in compared.methods:
        assert method.label in str(compared)
        assert method.label in compared._repr_html_()
    assert compared.classical in str(compared)
    assert f"groups: {groups.at_most}" in str(groups)
    assert "<table>" in groups._repr_html_()


def test_goals_choose_by_their_own_number():
    compilation = driver.compile_file(str(EXAMPLES / "slpa.qans"))
    for goal in ("circuits", "shots", "hqc"):
        compared = compilation.compare(goal=goal, precision=0.05)
        amounts = {
            m.name: {"circuits": m.n_circuits, "shots": m.n_shots, "hqc": m.hqc}[goal]
            for m in compared.methods
            if m.method.runs_circuits
        }
        least = min(value for value in amounts.values() if value is not None)
        assert amounts[compared.best] == least
    assert compared.method("schedule").hqc < compared.method("parameter-shift").hqc


def test_hqc_is_the_published_formula():
    model = model_of(2, [rot("XX")], observables=[terms("ZI")])
    compared = compare(schedule(model), goal="hqc", precision=0.1, gates=GateCounts(3, 2))
    shift = compared.method("parameter-shift")
    # Two circuits, each of variance 1/4: 50 shots each; 3 + 1 one-qubit, 2 two-qubit gates, 1 qubit measured.
    assert shift.n_shots == 100
    assert shift.hqc == pytest.approx(2 * (5 + 50 * (4 + 10 * 2 + 5 * 1) / 5000))


def test_hqc_needs_gate_counts():
    with pytest.raises(ValueError, match="gate counts"):
        compare(schedule(example("xgenerators")), goal="hqc")


def test_nothing_to_measure():
    compared = compare(schedule(model_of(1, [rot("Z")], observables=[terms("Z")])), goal="shots")
    assert compared.method("schedule").n_circuits == compared.method("schedule").n_shots == 0


def test_every_method_has_a_price_where_gates_are_counted():
    options = {"goal": "hqc", "precision": 0.05, "gates": GateCounts(40, 30)}
    for statements, observable in (
        (slpa(PUBLISHED), "XXII"),
        (slpa(PUBLISHED), "XIII"),
        (ring(4, 2)[2], "ZZII"),
    ):
        compared = compare(
            schedule(model_of(4, statements, observables=[terms(observable)])), **options
        )
        assert all(m.hqc is not None for m in compared.methods)
        block, own = compared.method("commuting-block"), compared.method("schedule")
        assert block.hqc >= own.hqc - 1e-9
        assert (block.hqc > own.hqc) or block.n_circuits == own.n_circuits


def test_the_gates_of_a_block_are_those_of_its_reversed_rotations():
    words = ["XI", "ZZ", "XI"]
    model = model_of(2, [rot(w) for w in words], observables=[terms("ZI")])
    compared = compare(schedule(model), goal="hqc", precision=0.1, gates=GateCounts(0, 0))
    block = compared.method("commuting-block")
    # The last rotation: Y on one qubit, no ancilla. ZZ reverses it, and ZI·ZZ is read with Y of the ancilla; the first
    # XI reverses ZZ, and Y is read with X of the ancilla: two gates for the reversed rotation, two qubits measured.
    expected = sum(
        5 + shots * (n_measured + 10 * gates + 5 * n_measured) / 5000
        for shots, gates, n_measured in zip(block.shots, (0, 2, 2), (1, 2, 2), strict=True)
    )
    assert block.n_circuits == 3
    assert block.hqc == pytest.approx(expected)
