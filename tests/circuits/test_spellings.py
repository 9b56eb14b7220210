"""Circuits are words modulo the exchange of commuting neighbours: every answer is about the class."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient.certificate import certificate
from qansatz.circuits.canonical import canonical
from qansatz.circuits.dependence import levels
from qansatz.circuits.groupings import angle_labels, groupings
from qansatz.compilation import Compilation
from qansatz.driver import compile_source
from qansatz.pauli.strings import anticommute, from_word
from qansatz.source import Source
from tests.models.statements import table_of
from tests.oracles import groupings as oracle


@dataclass(frozen=True)
class Circuit:
    """Rotations (word, angle) in time order on n qubits, and how many parameters."""

    n: int
    n_parameters: int
    rotations: tuple[tuple[str, str], ...]

    def text(self) -> str:
        body = "\n".join(f'  rot(p"{word}", {angle})' for word, angle in self.rotations)
        return (
            f"qans 1\nansatz a() {{\n  qubits q[{self.n}]\n  param t[{self.n_parameters}]\n"
            f"{body}\n  observable o = Z[0] + 0.5 * X[{self.n - 1}]\n}}\n"
        )

    def compiled(self) -> Compilation:
        return compile_source(Source("a.qans", self.text()))

    def respelled(self, random: random.Random, n_exchanges: int = 200) -> Circuit:
        """Another spelling: commuting neighbours exchanged at random."""
        rows = [*self.rotations]
        for _ in range(n_exchanges):
            k = random.randrange(max(1, len(rows) - 1))
            pair = rows[k : k + 2]
            if len(pair) == 2 and not anticommute(*(from_word(word) for word, _ in pair)):
                rows[k : k + 2] = reversed(pair)
        return Circuit(self.n, self.n_parameters, tuple(rows))


@st.composite
def circuits(draw, max_qubits: int = 4, max_rotations: int = 12, fixed: bool = True):
    n = draw(st.integers(1, max_qubits))
    words = st.text("IXYZ", min_size=n, max_size=n).filter(lambda word: set(word) != {"I"})
    some = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    n_parameters = draw(st.integers(1, 4))
    angles = [f"t[{k}]" for k in range(n_parameters)] * 3
    angles += [f"2 * t[{n_parameters - 1}]", "-t[0]"]
    if fixed:
        angles += ["0.3", "t[0] + 0.2", "t[0] * t[0]"]
    rotation = st.tuples(st.sampled_from(some), st.sampled_from(angles))
    return Circuit(
        n, n_parameters, tuple(draw(st.lists(rotation, min_size=1, max_size=max_rotations)))
    )


def answers(compilation: Compilation) -> dict[str, object]:
    """What is told of a circuit, with the numbers of rotations left out."""
    from qansatz.analysis.limit.efficiency import limit_efficiency
    from qansatz.analysis.trainability.variance import variance

    algebra = compilation.algebra
    schedule = compilation.schedule
    structure = compilation.structure
    gates = compilation.gates()
    return {
        "algebra": (algebra.name, algebra.known, algebra.dimension, algebra.at_least),
        "hypotheses": algebra.hypotheses,
        "variance": str(variance(compilation.ansatz, report=algebra)),
        "circuits": (schedule.n_circuits, schedule.lower_bound, schedule.n_active_rotations),
        "measurability": str(compilation.measurability),
        "comparison": str(compilation.compare()),
        "structure": (
            structure.slpa,
            structure.commuting_blocks,
            structure.stabilizers,
            len(structure.blocks),
        ),
        "limit": (
            limit_efficiency(compilation.ansatz).at_least,
            limit_efficiency(compilation.ansatz).dimension,
        ),
        "gates": (gates.n_two_qubit, gates.n_one_qubit, str(gates.gates)),
    }


@given(circuits(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_two_spellings_have_the_same_answers(circuit, random):
    assert answers(circuit.compiled()) == answers(circuit.respelled(random).compiled())


@given(circuits(max_rotations=20), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_two_spellings_have_one_canonical_model(circuit, random):
    one, other = (c.compiled().ansatz for c in (circuit, circuit.respelled(random)))
    assert one.rotations.strings.words() == other.rotations.strings.words()
    assert one.rotations.scalars == other.rotations.scalars
    assert one.rotations.expressions == other.rotations.expressions
    for name in ("string", "slot", "factor", "offset", "expression", "encoding"):
        assert getattr(one.rotations, name).tolist() == getattr(other.rotations, name).tolist()
    again = canonical(one).rotations
    assert again.string.tolist() == one.rotations.string.tolist()


@given(circuits(max_rotations=25))
@settings(max_examples=100, deadline=None)
def test_levels_are_longest_chains(circuit):
    model = circuit.compiled().written
    strings, string = model.rotations.strings, model.rotations.string
    paulis = [strings.pauli(s) for s in string.tolist()]
    expected: list[int] = []
    for k, p in enumerate(paulis):
        below = [expected[j] for j in range(k) if anticommute(paulis[j], p)]
        expected.append(max(below, default=-1) + 1)
    assert levels(strings, string).tolist() == expected


def test_levels_of_many_dense_strings_are_those_of_pairs():
    random = np.random.default_rng(3)
    words = ["".join(random.choice(list("IXYZ"), 12)) for _ in range(700)]
    table = table_of(words)
    string = random.integers(0, 700, 900).astype(np.int32)
    matrix = table.anticommutation()
    expected = np.zeros(900, dtype=int)
    for k in range(900):
        expected[k] = (expected[:k] + 1).max(initial=0, where=matrix[string[k], string[:k]])
    assert levels(table, string).tolist() == expected.tolist()


@given(circuits(max_qubits=3, max_rotations=7, fixed=False))
@settings(max_examples=150, deadline=None)
def test_groupings_are_valid_and_whole_where_one_can_be(circuit):
    model = circuit.compiled().ansatz
    words = [model.rotations.strings.word(s) for s in model.rotations.string.tolist()]
    label = angle_labels(model).label.tolist()
    found = [*groupings(model)]
    assert all(oracle.is_valid(words, label, g.group.tolist()) for g in found)
    assert found[0].whole == oracle.is_valid(words, label, label)
    assert found[0].decided


@pytest.mark.parametrize(
    ("rotations", "dimension"),
    [
        ("XI:0 ZI:1 IZ:1 IX:0", "6"),
        ("XI:0 IX:0 ZI:1 IZ:1", "3"),
        ("XI:0 ZI:1 IX:0 IZ:1", "3"),
        ("ZY:0 ZX:1 ZY:1 IY:1 IX:1", "4 to 6"),
    ],
)
def test_pairs_that_cannot_be_together_are_apart(rotations, dimension):
    pairs = [part.split(":") for part in rotations.split()]
    circuit = Circuit(2, 2, tuple((word, f"t[{k}]") for word, k in pairs))
    assert circuit.compiled().algebra.dimension_text == dimension


@given(circuits(max_rotations=10), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_certificates_speak_of_the_source_and_hold_there(circuit, random):
    from qansatz.analysis.gradient.certificate_check import check_certificate

    compilation = circuit.respelled(random).compiled()
    data = json.loads(json.dumps(certificate(compilation.schedule)))
    assert check_certificate(compilation.written, data).problems == ()


@pytest.mark.parametrize(
    ("angles", "dimension"),
    [
        ("t[0], t[1], t[0] + t[1]", "1 to 3"),
        ("t[0] + t[1], t[0] - t[1]", "2"),
        ("t[0] + t[1], 2 * t[0] + 2 * t[1]", "1 to 2"),
        ("t[0], t[0] * t[0]", "1 to 2"),
        ("t[0] * t[1], t[1], t[2] + t[1]", "3"),
    ],
)
def test_angles_that_follow_from_others_leave_a_bound(angles, dimension):
    words = ("XII", "IXI", "IIX")
    rotations = tuple(zip(words, angles.split(", "), strict=False))
    algebra = Circuit(3, 3, rotations).compiled().algebra
    assert algebra.dimension_text == dimension
    assert algebra.exact == ("to" not in dimension)
