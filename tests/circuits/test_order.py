"""The order of ``unordered`` rotations: free inside a group, nowhere else, and the same for every later stage."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.circuits.order import along, ordered, restricted
from qansatz.emit.manifest import program_manifest
from qansatz.model.elaboration.elaborate import elaborate
from qansatz.model.program import GroupPiece, RotationsPiece
from qansatz.pauli.strings import to_word
from qansatz.source import Source
from qansatz.synthesis.lower import lower
from qansatz.synthesis.readout import with_rotations
from qansatz.synthesis.verify import dense_gates, dense_model, verify
from tests.oracles import dense

WORDS = st.text("IXYZ", min_size=4, max_size=4).filter(lambda word: word != "IIII")
GENERATORS = st.lists(WORDS, min_size=1, max_size=2)
GROUPS = st.lists(
    st.tuples(st.booleans(), st.lists(GENERATORS, min_size=1, max_size=6)), min_size=1, max_size=4
)


def written(parts) -> tuple[str, int]:
    """A source of ordered and unordered parts, a parameter for every generator; how many there are."""
    lines, count = [], 0
    for free, generators in parts:
        lines.append("unordered {" if free else "if true {")
        for words in generators:
            terms = " + ".join(f'p"{word}"' for word in commuting(words))
            lines.append(f"rot({terms}, t[{count}])")
            count += 1
        lines.append("}")
    body = "\n".join(lines)
    text = f"qans 1\nansatz a() {{\nqubits q[4]\nparam t[{count}]\n{body}\nobservable o = Z[0]\n}}"
    return text, count


def commuting(words):
    """The first word, and the others that differ from it and commute with it."""
    first, *rest = words
    return [first, *(word for word in rest if word != first and not n_clashes(first, word) % 2)]


def n_clashes(one, other):
    return sum(a != b and "I" not in (a, b) for a, b in zip(one, other, strict=True))


def models(text):
    """The model before and after the order of unordered rotations is chosen."""
    compilation = driver.compile_source(Source("free.qans", text))
    module = driver.load(compilation.source, driver.Path("."), driver.FaultLog())
    (node,) = compilation.file.items
    plain = elaborate(module, node, {}, driver.FaultLog(), driver.Limits()).model
    return plain, compilation.written


def rows(model):
    r = model.rotations
    return [
        (to_word(r.pauli(k), model.n_qubits), r.angle(k), int(r.unordered[k]), int(r.generator[k]))
        for k in range(len(r))
    ]


@settings(deadline=None, max_examples=40)
@given(GROUPS)
def test_only_units_of_a_group_change_places(parts):
    text, _ = written(parts)
    plain, chosen = models(text)
    before, after = rows(plain), rows(chosen)
    for old, new in zip(before, after, strict=True):
        assert old[2] == new[2]
        assert old[2] >= 0 or old == new
    for number in {row[2] for row in before}:
        assert Counter(r for r in before if r[2] == number) == Counter(
            r for r in after if r[2] == number
        )
    numbers = [row[3] for row in after]
    runs = [g for k, g in enumerate(numbers) if k == 0 or numbers[k - 1] != g]
    assert len(runs) == len(set(runs))


@settings(deadline=None, max_examples=25)
@given(GROUPS, st.integers(0, 2**31))
def test_every_circuit_is_of_the_chosen_order(parts, seed):
    text, count = written(parts)
    _, chosen = models(text)
    values = np.random.default_rng(seed).uniform(-3, 3, count).tolist()
    gates = lower(chosen)
    expected = dense_model(chosen, values, include_initial=True)
    assert dense.same_up_to_phase(dense_gates(gates, values)[:, 0], expected[:, 0])
    assert verify(chosen, gates).equal is True
    whole = lower(chosen, include_initial=False)
    assert verify(chosen, whole, include_initial=False).equal is True


@settings(deadline=None, max_examples=25)
@given(GROUPS)
def test_the_choice_is_made_once(parts):
    text, _ = written(parts)
    _, chosen = models(text)
    _, again = models(text)
    assert rows(chosen) == rows(again)
    assert chosen.path == again.path


@settings(deadline=None, max_examples=25)
@given(GROUPS, st.integers(0, 2**31))
def test_a_path_means_the_rotations_also_when_some_are_left_out(parts, seed):
    text, count = written(parts)
    _, chosen = models(text)
    random = np.random.default_rng(seed)
    kept = np.flatnonzero(random.integers(0, 2, len(chosen.rotations)))
    paulis = [chosen.rotations.pauli(int(row)) for row in kept]
    part = with_rotations(chosen, kept, paulis)
    assert [s for s in part.path if not isinstance(s, int)] == [
        s for s in chosen.path if not isinstance(s, int)
    ]
    assert part.path == restricted(chosen.path, kept)
    values = random.uniform(-3, 3, count).tolist()
    expected = dense_model(part, values, include_initial=True)
    assert dense.same_up_to_phase(dense_gates(lower(part), values)[:, 0], expected[:, 0])


MANY = """qans 1
ansatz many() {
  qubits q[6]
  param theta[30]
  KIND { ROTATIONS }
  observable o = Z[0]
}"""


def many(kind):
    random = np.random.default_rng(5)
    words = ["".join(random.choice([*"IXYZ"], 6)) for _ in range(30)]
    body = "; ".join(f'rot(p"{word}", theta[{k}])' for k, word in enumerate(words))
    return models(MANY.replace("ROTATIONS", body).replace("KIND", kind))[1]


def test_a_path_that_does_not_fit_is_no_path():
    chosen = many("unordered")
    assert along(chosen) is not None
    backwards = chosen.path[::-1]
    for path in ((), chosen.path[:-1], (*chosen.path, 0), backwards):
        assert along(replace(chosen, path=path)) is None


def test_free_order_saves_gates_and_is_what_the_manifest_says():
    chosen, kept = many("unordered"), many("if true")
    assert lower(chosen).n_two_qubit < lower(kept).n_two_qubit
    (order,) = program_manifest(chosen, lower(chosen))["unordered"]
    assert order == [row[0] for row in rows(chosen)]
    assert program_manifest(kept, lower(kept))["unordered"] == []


def test_short_rotations_are_ordered_for_depth():
    bonds = "; ".join(
        f"rot(Z[{i}] * Z[{i + 1}], t[{i}]); rot(X[{i + 1}], s[{i}])" for i in range(7)
    )
    head = "qans 1\nansatz ring() {\nqubits q[8]\nparam t[7]\nparam s[7]\n"
    plain, chosen = models(f"{head}unordered {{ {bonds} }}\nobservable o = Z[0]\n}}")
    assert chosen.path == ()
    depths = [lower(model, include_initial=False).two_qubit_depth for model in (plain, chosen)]
    assert depths == [7, 2]


def test_what_is_drawn_of_a_group_is_all_of_it():
    text = """qans 1
ansatz drawn() {
  qubits q[3]
  param t[4]
  rx(q[0], 0.1)
  repeat 2 { unordered { for i in 0 ..< 3 { rot(Z[i] * Z[(i + 1) % 3] * X[(i + 2) % 3], t[i]) }; rx(q[0], t[3]) } }
  observable o = Z[0]
}"""
    _, chosen = models(text)
    first, loop = chosen.outline
    assert first == RotationsPiece(0, 1)
    (group,) = loop.body
    assert isinstance(group, GroupPiece)
    assert group.body == (RotationsPiece(1, 5),)


@pytest.mark.parametrize("kind", ["block", "if true"])
def test_without_a_group_nothing_changes(kind):
    plain, chosen = models(
        f"qans 1\nansatz a() {{\nqubits q[2]\nparam t\n{kind} {{ rx(q, t) }}\nobservable o = Z[0]\n}}"
    )
    assert ordered(plain) is plain
    assert rows(plain) == rows(chosen)


def test_equal_rotations_come_together_and_merge():
    layer = "; ".join(f"rot(Z[{i}] * Z[{i + 1}], T[{i}])" for i in range(3))
    turns = "; ".join(f"rot(X[{i}], r[{i}])" for i in range(4))
    body = f"{layer.replace('T', 's')}; {turns}; {layer.replace('T', 't')}"
    head = "qans 1\nansatz twice() {\nqubits q[4]\nparam r[4]\nparam s[3]\nparam t[3]\n"
    plain, chosen = models(f"{head}unordered {{ {body} }}\nobservable o = Z[0]\n}}")
    counts = [lower(model, include_initial=False).n_two_qubit for model in (plain, chosen)]
    assert counts == [6, 3]
