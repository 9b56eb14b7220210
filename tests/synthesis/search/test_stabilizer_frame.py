from __future__ import annotations

import heapq
from itertools import combinations, product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.circuits.frames import Relabel
from qansatz.circuits.rotations import Rotation, quarter_turns
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute, from_word, to_word
from qansatz.synthesis.bounds import two_qubit_bounds
from qansatz.synthesis.lower import lower, lower_up_to_permutation
from qansatz.synthesis.search.carried import forwards
from qansatz.synthesis.search.multiplexing import Block, Flip, walks
from qansatz.synthesis.search.stabilizer_frame import has_frame, plans, stabilizers
from qansatz.synthesis.search.tries import Budget
from tests.models.operations import Written, slot, slpa_two_body
from tests.oracles import dense
from tests.strategies.circuits import written

GATES = ("h", "s", "cx", "cz")


@st.composite
def cliffords(draw, n):
    gates = []
    for _ in range(draw(st.integers(0, 8))):
        name = draw(st.sampled_from(GATES))
        qubits = draw(st.permutations(range(n)))[: 2 if name[0] == "c" else 1]
        gates.append((name, tuple(qubits)))
    return gates


@st.composite
def cosets(draw):
    """Qubits, strings in cosets of a group that commutes with all of them, and a Clifford behind."""
    n = draw(st.integers(2, 5))
    s = draw(st.integers(1, min(3, n - 1)))
    entered = Tableau.from_gates(draw(cliffords(n)), n)
    strings = []
    for _ in range(draw(st.integers(1, 4))):
        x, z = draw(st.integers(0, 2 ** (n - s) - 1)), draw(st.integers(0, 2 ** (n - s) - 1))
        patterns = draw(st.sets(st.integers(0, 2**s - 1), min_size=2))
        for pattern in sorted(patterns):
            moved = entered.push(Pauli(x << s, z << s | pattern))
            if moved.x | moved.z:
                strings.append(Pauli(moved.x, moved.z))
    return n, strings, draw(st.none() | cliffords(n))


def applied(items, n, values):
    """The operator of rotations and relabellings."""
    total = np.eye(2**n, dtype=complex)
    for item in items:
        if isinstance(item, Relabel):
            step = dense.unitary(n, [("gate", "swap", (item.a, item.b))], values)
        else:
            step = dense.unitary(n, [("rot", to_word(item.pauli, n), item.angle)], values)
        total = step @ total
    return total


def is_clifford(operator, n):
    words = ["".join(word) for word in product("IXYZ", repeat=n)]
    for qubit, letter in product(range(n), "XZ"):
        word = "I" * qubit + letter + "I" * (n - qubit - 1)
        moved = operator @ dense.word_matrix(word) @ operator.conj().T
        overlaps = [abs(np.vdot(dense.word_matrix(w), moved)) / 2**n for w in words]
        if not np.isclose(max(overlaps), 1):
            return False
    return True


@settings(deadline=None, max_examples=60)
@given(cosets(), st.integers(0, 9))
def test_plans_through_the_frame_execute_the_rotations(found, seed):
    n, strings, behind = found
    rotations = [Rotation(p, slot(k)) for k, p in enumerate(strings)]
    final = None if behind is None else Tableau.from_gates(behind, n)
    way = forwards(rotations, final, n)
    values = np.random.default_rng(seed).uniform(-3, 3, len(strings)).tolist()
    expected = applied(rotations, n, values)
    if behind is not None:
        gates = [("gate", name, qubits) for name, qubits in behind]
        expected = dense.unitary(n, gates, values) @ expected
    for steps in plans(way, Budget(effort=0.02)):
        stream = way.stream(steps)
        executed = [item for item in stream if isinstance(item, Rotation)]
        free = [item for item in executed if quarter_turns(item.angle) is None]
        assert len(free) == len(strings)
        operator = applied(stream, n, values)
        if behind is None:
            assert is_clifford(operator @ expected.conj().T, n)
        else:
            assert dense.same_up_to_phase(operator, expected)


def test_equal_strings_whose_angles_are_not_added():
    rows = slpa_two_body(4).model.rotations
    strings = [rows.pauli(k) for k in range(len(rows)) for _ in range(2)]
    rotations = [Rotation(p, slot(k)) for k, p in enumerate(strings)]
    way = forwards(rotations, None, 4)
    assert has_frame(way)
    for steps in plans(way, Budget(effort=0.05)):
        executed = [step.emitted for step in steps if step.emitted is not None]
        assert sorted(executed) == list(range(len(rotations)))


@settings(deadline=None, max_examples=60)
@given(cosets())
def test_the_group_is_what_moves_strings_and_commutes_with_all(found):
    n, strings, _ = found
    group = stabilizers(strings, n)
    for element in group:
        assert not any(anticommute(element, p) for p in strings)
    differences = {
        (p.x ^ q.x, p.z ^ q.z)
        for p, q in combinations(strings, 2)
        if not any(anticommute(Pauli(p.x ^ q.x, p.z ^ q.z), r) for r in strings)
    } - {(0, 0)}
    spanned = {(0, 0)}
    for element in group:
        spanned |= {(x ^ element.x, z ^ element.z) for x, z in spanned}
    assert not group or differences <= spanned
    assert not group or len(spanned) == 2 ** len(group)


def test_the_group_of_the_product_ansatz():
    model = slpa_two_body(6).model
    strings = [model.rotations.pauli(k) for k in range(len(model.rotations))]
    group = {(p.x, p.z) for p in stabilizers(strings, 6)}
    assert group <= {(63, 0), (0, 63), (63, 63)}
    assert len(group) == 2


def fewest_moves(patterns, n_bits):
    """Dijkstra over places and patterns left, places not moved to the origin."""
    heap, seen = [(0, 0, tuple(sorted(set(patterns) - {0})))], set()
    while True:
        cost, place, left = heapq.heappop(heap)
        if not left:
            return cost
        if (place, left) in seen:
            continue
        seen.add((place, left))
        for bit in range(n_bits):
            moved = place ^ 1 << bit
            heapq.heappush(heap, (cost + 1, moved, tuple(p for p in left if p != moved)))
            heapq.heappush(heap, (cost + 1, place, tuple(p for p in left if p != moved)))


@pytest.mark.parametrize("n_bits", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_walks_visit_every_pattern_with_the_fewest_gates(n_bits, seed):
    random = Random(seed)
    for size in range(1, 2**n_bits + 1):
        patterns = tuple(sorted(random.sample(range(2**n_bits), size)))
        block = Block(Pauli(0, 1), (Pauli(1, 0), Pauli(1, 1)), patterns)
        (walk,) = walks([block], n_bits, random)
        assert len(walk) == fewest_moves(patterns, n_bits)
        place, visited = 0, set(patterns) & {0}
        for move in walk:
            if isinstance(move, Flip):
                place ^= 1 << move.bit
                visited |= {place} & set(patterns)
            else:
                assert (place ^ move.pattern).bit_count() == 1
                visited.add(move.pattern)
        assert visited == set(patterns)


def test_long_walks_are_gray_codes():
    block = Block(Pauli(0, 1), (Pauli(1, 0), Pauli(1, 1)), tuple(range(64)))
    (walk,) = walks([block], 6, Random(0))
    assert len(walk) == 63


def test_the_product_ansatz_comes_near_the_proved_bound():
    model = slpa_two_body(6).model
    found = lower(model, include_initial=False, final_clifford=False, effort=0.5)
    bound = max(b.n_two_qubit for b in two_qubit_bounds(model, include_initial=False))
    assert bound == 171
    assert 171 <= found.n_two_qubit <= 174
    gates, _ = lower_up_to_permutation(model, effort=0.5)
    assert gates.n_two_qubit <= 181


@pytest.mark.parametrize("words", [["XX", "IZ"], ["XXI", "ZZI", "YYI", "IIZ", "IIX"]])
def test_no_frame_where_strings_are_alone_or_in_the_group(words):
    rotations = [Rotation(from_word(word), slot(k)) for k, word in enumerate(words)]
    assert not has_frame(forwards(rotations, None, len(words[0])))


@settings(deadline=None, max_examples=60)
@given(written(), st.lists(st.floats(-4, 4, allow_nan=False), min_size=3, max_size=3))
def test_unitaries_up_to_a_permutation(source, values):
    gates, wires = lower_up_to_permutation(source.model, effort=0.3)
    n = source.n
    moved = dense.gate_list_unitary(gates, values).reshape((2,) * n + (2**n,))
    moved = moved.transpose([*wires, n]).reshape(2**n, 2**n)
    assert dense.same_up_to_phase(moved, dense.unitary(n, source.operations, values))


def test_permutations_are_left_to_names():
    swap = Written(2, 1, (("gate", "swap", (0, 1)), ("rot", "XZ", slot(0))), "00")
    gates, wires = lower_up_to_permutation(swap.model)
    assert gates.n_two_qubit == 1
    assert wires == [1, 0]
