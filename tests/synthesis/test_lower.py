from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.circuits.layers import depth, in_layers
from qansatz.circuits.rotations import Rotation, weight
from qansatz.model.angles import Affine
from qansatz.model.reals import pi_linear
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute, from_word, to_word
from qansatz.synthesis.lower import lower, lower_up_to_clifford
from qansatz.synthesis.search.beam import search
from qansatz.synthesis.search.plans import Order, Owed, Setting, letters_of
from qansatz.synthesis.verify import verify
from tests.models.operations import Written, slot, slpa_two_body, tfim
from tests.oracles import dense
from tests.strategies.circuits import written

VALUES = st.lists(st.floats(-4, 4, allow_nan=False), min_size=3, max_size=3)


def declared_state(source) -> np.ndarray:
    if isinstance(source.initial, str):
        return dense.ket(source.initial)
    return dense.stabilizer_state(list(source.initial))


@settings(deadline=None, max_examples=150)
@given(written(), VALUES)
def test_circuit_prepares_the_state_of_the_source(source, values):
    emitted = dense.gate_list_unitary(lower(source.model), values)[:, 0]
    expected = dense.unitary(source.n, source.operations, values) @ declared_state(source)
    assert dense.same_up_to_phase(emitted, expected)


@settings(deadline=None, max_examples=150)
@given(written(), VALUES)
def test_circuit_without_initial_state_is_the_unitary_of_the_source(source, values):
    emitted = dense.gate_list_unitary(lower(source.model, include_initial=False), values)
    assert dense.same_up_to_phase(emitted, dense.unitary(source.n, source.operations, values))


@settings(deadline=None, max_examples=80)
@given(written(), VALUES, st.booleans())
def test_observables_can_absorb_the_final_clifford(source, values, include_initial):
    gates, final = lower_up_to_clifford(source.model, include_initial=include_initial)
    executed = dense.gate_list_unitary(gates, values)
    expected = dense.unitary(source.n, source.operations, values)
    if include_initial:
        executed = executed[:, :1]
        expected = (expected @ declared_state(source))[:, None]
    for letter in "XYZ":
        for qubit in range(source.n):
            p = from_word("I" * qubit + letter)
            pulled = final.pull(p)
            sign = 1 if pulled.phase == 0 else -1
            left = dense.word_matrix(to_word(p, source.n))
            right = sign * dense.word_matrix(to_word(pulled, source.n))
            assert np.allclose(
                expected.conj().T @ left @ expected, executed.conj().T @ right @ executed
            )


def test_observables_absorb_the_final_clifford_of_long_circuits():
    random = np.random.default_rng(7)
    words = ["".join(random.choice([*"IXYZ"], 4)) for _ in range(20)]
    rotations = tuple(("rot", word, slot(k)) for k, word in enumerate(words))
    bell = ((1, "XXII"), (-1, "ZZII"), (1, "IIXZ"), (1, "IIZX"))
    for initial in ("+0r1", bell):
        operations = (("gate", "cx", (0, 2)), *rotations, ("gate", "cz", (1, 3)))
        source = Written(4, len(words), operations, initial)
        values = random.uniform(-3, 3, len(words)).tolist()
        gates, final = lower_up_to_clifford(source.model)
        executed = dense.gate_list_unitary(gates, values)[:, 0]
        expected = dense.unitary(4, operations, values) @ declared_state(source)
        for word in ("XIII", "IZZI", "YYXZ", "IIIX"):
            pulled = final.pull(from_word(word))
            sign = 1 if pulled.phase == 0 else -1
            left = dense.word_matrix(word)
            right = sign * dense.word_matrix(to_word(pulled, 4))
            assert np.isclose(
                np.vdot(expected, left @ expected), np.vdot(executed, right @ executed)
            )


@pytest.mark.parametrize("objective", ["count", "depth"])
def test_objectives_and_time_limits_keep_the_state(objective):
    source = slpa_two_body(4)
    for options in ({"effort": 0.3}, {"time_limit": 0.3}):
        gates = lower(source.model, objective=objective, **options)
        assert verify(source.model, gates).equal is True


def test_few_layers_are_found_on_request():
    model = slpa_two_body(4).model
    assert lower(model, objective="depth").two_qubit_depth <= lower(model).two_qubit_depth


@st.composite
def stabilizer_states(draw):
    """Signed words that stabilize C|0…0⟩ for a random Clifford C."""
    source = draw(written(max_qubits=4, max_operations=12))
    gates = [(op[1], op[2]) for op in source.operations if op[0] == "gate"]
    clifford = Tableau.from_gates(gates, source.n)
    signed = []
    for qubit in range(source.n):
        p = clifford.push(Pauli(0, 1 << qubit))
        signed.append((1 if p.phase == 0 else -1, to_word(p, source.n)))
    return tuple(signed)


@settings(deadline=None, max_examples=60)
@given(written(max_operations=6), stabilizer_states(), VALUES)
def test_stabilizer_states_are_prepared(source, signed, values):
    n = len(signed)
    words = [op for op in source.operations if op[0] == "rot" and len(op[1]) == n]
    entangled = Written(n, 3, tuple(words), signed)
    gates = lower(entangled.model)
    emitted = dense.gate_list_unitary(gates, values)[:, 0]
    expected = dense.unitary(n, entangled.operations, values) @ declared_state(entangled)
    assert dense.same_up_to_phase(emitted, expected)
    assert verify(entangled.model, gates).equal is True


def test_ising_ring_needs_one_gate_per_bond_and_layer():
    gates = lower(tfim(8, 2).model)
    assert gates.n_two_qubit == 16
    assert gates.n_one_qubit == 24


def test_effort_zero_leaves_ladders_and_effort_finds_less():
    model = slpa_two_body(4).model
    ladders = lower(model, effort=0).n_two_qubit
    assert ladders < 144
    assert lower(model).n_two_qubit <= 37
    assert lower(model, final_clifford=False).n_two_qubit <= lower(model).n_two_qubit


def test_swaps_are_free_from_the_zero_state():
    def circuit(*operations):
        return Written(3, 1, operations, "000").model

    swapped = circuit(("rot", "XXI", slot(0)), ("gate", "swap", (0, 2)), ("rot", "IYI", slot(0)))
    assert lower(swapped).n_two_qubit == 1
    assert lower(swapped, include_initial=False).n_two_qubit == 4


def test_local_cliffords_cost_nothing_between_rotations():
    operations = []
    for k in range(6):
        operations += [("gate", "h", (0,)), ("gate", "s", (0,)), ("rot", "XZ", slot(k))]
    gates = lower(Written(2, 6, tuple(operations), "00").model)
    assert gates.n_two_qubit == 6


def test_clifford_rotations_merge_into_rotations_about_the_same_string():
    cz_then_rotation = (("gate", "cz", (0, 1)), ("rot", "ZZ", slot(0)), ("gate", "cz", (0, 1)))
    assert lower(Written(2, 1, cz_then_rotation, "++").model).n_two_qubit == 1
    cancelling = (("gate", "cx", (0, 1)), ("rot", "ZI", slot(0)), ("gate", "cx", (0, 1)))
    assert lower(Written(2, 1, cancelling, "00").model).n_two_qubit == 0


def test_zero_and_identity_rotations_are_dropped():
    operations = (
        ("rot", "II", slot(0)),
        ("rot", "XX", Affine(())),
        ("rot", "ZZ", slot(0)),
        ("rot", "ZZ", slot(0, -1)),
        ("rot", "YY", Affine((), pi_linear(0, 4))),
    )
    gates = lower(Written(2, 1, operations, "00").model)
    assert gates.gates == ()


def test_ladder_of_one_long_rotation():
    for n in (3, 4, 7):
        gates = lower(Written(n, 1, (("rot", "XYZZXYZ"[:n], slot(0)),), "0" * n).model, effort=0)
        assert gates.n_two_qubit == 2 * (n - 2) + 1


@pytest.mark.parametrize(("n", "layers", "seconds"), [(20, 10, 0.2), (100, 10, 3.0)])
def test_compile_time_is_near_linear(n, layers, seconds):
    model = tfim(n, layers).model
    start = time.perf_counter()
    gates = lower(model)
    assert time.perf_counter() - start < seconds
    assert gates.n_two_qubit == n * layers


def test_result_does_not_depend_on_the_run():
    model = slpa_two_body(4).model
    assert lower(model) == lower(model)


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 5), st.integers(1, 12), st.randoms(use_true_random=False), st.integers(0, 9))
def test_plans_keep_the_order_of_what_anticommutes(n, size, random, seed):
    strings = [Pauli(random.randrange(1, 2**n), random.randrange(2**n)) for _ in range(size)]
    setting = Setting(
        ratio=0.5,
        power=2.0,
        scale=1.0,
        progress=1.0,
        mean=1.0,
        tail=0.1 * (seed % 2),
        patience=8.0,
        width=1 + 3 * (seed % 3),
        seed=seed,
    )
    owed = Owed(strings[:2], lambda _: 0, partial=True) if seed % 2 else None
    found = search(Order(letters_of(strings, n)), owed, [setting] * 2, at_most=1000).found
    assert found is not None
    steps = found.steps
    order = [step.emitted for step in steps if step.emitted is not None]
    assert sorted(order) == list(range(size))
    place = {k: at for at, k in enumerate(order)}
    frame = Tableau(n)
    for a in range(size):
        for b in range(a):
            if anticommute(strings[a], strings[b]):
                assert place[b] < place[a]
    for step in steps:
        if step.emitted is not None:
            assert weight(frame.push(strings[step.emitted])) <= 2
        if step.clifford is not None:
            assert weight(step.clifford) == 2
            frame.apply_rotation(step.clifford, 1)


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 7), st.integers(0, 40), st.randoms(use_true_random=False))
def test_layers_keep_what_anticommutes_and_are_no_more(n, size, random):
    items = []
    for k in range(size):
        x = z = 0
        for qubit in random.sample(range(n), random.choice((1, 2, 2))):
            x |= random.choice((0, 1)) << qubit
            z |= (1 - (x >> qubit & 1) or random.choice((0, 1))) << qubit
        items.append(Rotation(Pauli(x, z), slot(k)))
    layered = in_layers(items, n)
    place = {item.angle: at for at, item in enumerate(layered)}
    assert sorted(place.values()) == list(range(size))
    assert depth(layered, n) <= depth(items, n)
    for b, later in enumerate(items):
        for earlier in items[:b]:
            if anticommute(earlier.pauli, later.pauli):
                assert place[earlier.angle] < place[later.angle]


def test_bonds_of_complete_graphs_fill_layers():
    n = 40
    bonds = [
        Rotation(Pauli(0, 1 << a | 1 << b), slot(a * n + b)) for b in range(n) for a in range(b)
    ]
    assert depth(in_layers(bonds, n), n) <= 1.2 * n


def test_two_qubit_cliffords_of_the_source_are_not_all_executed():
    operations = []
    for layer in range(3):
        operations += [
            ("rot", "I" * q + "Y" + "I" * (3 - q), slot(4 * layer + q)) for q in range(4)
        ]
        operations += [("gate", "cz", (q, q + 1)) for q in range(3)]
    model = Written(4, 12, tuple(operations), "0000").model
    assert lower(model).n_two_qubit < lower(model, effort=0).n_two_qubit
