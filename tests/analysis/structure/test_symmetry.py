from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.algebra.generators import generators
from qansatz.analysis.structure.blocks import check_blocks, check_generators
from qansatz.analysis.structure.stabilizers import check_logicals, check_stabilizers
from qansatz.analysis.structure.symmetry import check_symmetries, discovered
from qansatz.diagnostics import FaultLog
from qansatz.pauli import groups
from qansatz.pauli.strings import to_word
from tests.models.statements import Statement, model_of, place, rot, terms
from tests.oracles import pauli as dense
from tests.oracles import structure as oracle


def random_generators(n, rng, n_generators):
    """Weighted words that commute with each other, one list a generator."""
    words = dense.all_words(n)[1:]
    found = []
    for _ in range(n_generators):
        chosen: list[str] = []
        for word in rng.sample(words, min(len(words), 6)):
            if len(chosen) < 3 and all(oracle.words_commute(word, other) for other in chosen):
                chosen.append(word)
        size = rng.randrange(1, len(chosen) + 1)
        found.append([(rng.choice((1, -1, 2, Fraction(1, 2))), word) for word in chosen[:size]])
    return found


def hopping(n, rng):
    """X·X ± Y·Y or X·Y ± Y·X on two qubits: half of them conserve the number of excitations."""
    i, j = rng.sample(range(n), 2)
    pairs = rng.choice((("XX", "YY"), ("XY", "YX")))
    words = [
        "".join(dict(zip((i, j), pair, strict=True)).get(k, "I") for k in range(n))
        for pair in pairs
    ]
    return [(1, words[0]), (rng.choice((1, -1)), words[1])]


def statements_of(generators_):
    return [rot(*[w for _, w in g], weights=tuple(c for c, _ in g)) for g in generators_]


def verdicts(model):
    log = FaultLog()
    found = check_symmetries(model, log)
    return [finding.verdict for finding in found], log.diagnostics()


@given(st.integers(1, 3), st.integers(0, 10**9))
@settings(max_examples=80, deadline=None)
def test_pauli_verdicts_are_those_of_dense_commutators(n, seed):
    rng = random.Random(seed)
    sums = random_generators(n, rng, rng.randrange(1, 4))
    words = rng.sample(dense.all_words(n), min(4**n, 8))
    found, diagnostics = verdicts(model_of(n, statements_of(sums), paulis=words))
    strings = [dense.word_matrix(w) for g in sums for _, w in g]
    expected = [oracle.commutes_with_all(dense.word_matrix(w), strings) for w in words]
    assert [verdict == "holds" for verdict in found] == expected
    assert {d.labels[0].span.start // 10 for d in diagnostics} == {
        k for k, holds in enumerate(expected) if not holds
    }


@given(st.integers(1, 3), st.integers(0, 10**9))
@settings(max_examples=80, deadline=None)
def test_charge_verdicts_are_those_of_dense_commutators(n, seed):
    rng = random.Random(seed)
    sums = random_generators(n, rng, 2)
    if n > 1 and rng.random() < 0.7:
        sums = [hopping(n, rng), hopping(n, rng)]
    charges = [random_generators(n, rng, 1)[0] for _ in range(3)]
    charges += [[(1, "I" * i + "Z" + "I" * (n - i - 1)) for i in range(n)], sums[0]]
    model = model_of(n, statements_of(sums), charges=[terms(*c) for c in charges])
    found, _ = verdicts(model)
    operators = [oracle.dense_sum(g) for g in sums]
    expected = [oracle.commutes_with_all(oracle.dense_sum(c), operators) for c in charges]
    assert [verdict == "holds" for verdict in found] == expected
    assert "undecided" not in found


@given(st.integers(2, 3), st.integers(0, 10**9))
@settings(max_examples=80, deadline=None)
def test_permutation_verdicts_are_those_of_dense_conjugation(n, seed):
    rng = random.Random(seed)
    images = tuple(rng.sample(range(n), n))
    sums = random_generators(n, rng, 2)
    closed = list(sums)
    for g in sums:
        moved = g
        for _ in range(rng.randrange(7)):
            moved = [(c, "".join(w[images.index(i)] for i in range(n))) for c, w in moved]
            closed.append([(3 * c, w) for c, w in moved])
    rng.shuffle(closed)
    model = model_of(n, statements_of(closed), permutations=[(images,)])
    found, _ = verdicts(model)
    expected = oracle.permutes(images, [oracle.dense_sum(g) for g in closed])
    assert (found == ["holds"]) == expected


@given(st.integers(1, 3), st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_discovered_and_declared_strings_generate_the_commutant(n, seed):
    rng = random.Random(seed)
    strings = rng.sample(dense.all_words(n), rng.randrange(1, 4))
    everything = [w for w in dense.all_words(n) if all(oracle.words_commute(w, p) for p in strings)]
    declared = rng.sample(everything, min(len(everything), rng.randrange(3)))
    found = discovered(model_of(n, [rot(w) for w in strings], paulis=declared))
    group = oracle.group_of([*declared, *(to_word(p, n) for p in found)], n)
    assert group == set(everything)
    span = len(oracle.group_of(declared, n))
    assert len(group) == span * 2 ** len(found)


def test_a_broken_symmetry_names_term_qubit_and_loop():
    layers = [rot("ZIII", "IZII", "IIZI", "IIIZ", line=5, loop=k) for k in range(3)]
    _, (fault,) = verdicts(model_of(4, layers, paulis=["XXXX"]))
    assert fault.code == "QA201"
    assert fault.span == place(5)
    assert fault.label == "Z[0] anticommutes with the X on qubit 0 of `P0`"
    assert fault.notes == (
        "4 of 4 terms fail; the first is Z[0]",
        "first at l = 0; 3 times in all",
    )


def test_encoding_is_outside_the_symmetry_check():
    model = model_of(2, [rot("ZI", encoding=True), rot("XX")], paulis=["XX"])
    assert verdicts(model) == (["holds"], ())


def test_terms_that_cancel_conserve_a_charge_together_and_in_two_statements():
    number = terms("ZI", "IZ")
    assert verdicts(model_of(2, [rot("XX", "YY")], charges=[number]))[0] == ["holds"]
    apart = [rot("XX", slot=0), rot("YY", slot=0)]
    assert verdicts(model_of(2, apart, charges=[number]))[0] == ["holds"]
    other = [rot("XX", slot=0), rot("YY", slot=1)]
    found, (fault, second) = verdicts(model_of(2, other, charges=[number]))
    assert (found, fault.code, second.code) == (["broken"], "QA203", "QA203")


def test_a_charge_with_floats_is_left_undecided():
    number = terms((0.1, "ZI"), (0.3, "IZ"))
    found, (fault,) = verdicts(model_of(2, [rot("XX", "YY")], charges=[number]))
    assert (found, fault.code) == (["undecided"], "QA307")
    equal = terms((0.1, "ZI"), (0.1, "IZ"))
    assert verdicts(model_of(2, [rot("XX", "YY")], charges=[equal]))[0] == ["holds"]


def test_a_permutation_names_the_term_that_is_lost():
    chain = rot("ZZI", "IZZ")
    _, (fault,) = verdicts(model_of(3, [chain], permutations=[((1, 2, 0),)]))
    assert fault.code == "QA202"
    assert fault.label.startswith("`perm0` maps its term Z[1]*Z[2] to Z[0]*Z[2]")
    _, (fault,) = verdicts(model_of(3, [rot("ZII"), rot("IZI")], permutations=[((1, 2, 0),)]))
    assert fault.label == "`perm0` maps Z[1] to Z[2], which is no generator here"


@pytest.mark.parametrize(
    ("observable", "symmetry", "code"),
    [
        ("ZI", {"paulis": ["XX"]}, "QA302"),
        ("ZZ", {"paulis": ["XX"]}, None),
        ("ZI", {"permutations": [((1, 0),)]}, "QA302"),
        ("ZZ", {"permutations": [((1, 0),)]}, None),
        ("XI", {"charges": [terms("ZI", "IZ")]}, "QA302"),
        ("ZI", {"charges": [terms("ZI", "IZ")]}, None),
        ("ZI", {"stabilizers": [["XX"]]}, "QA301"),
        ("ZZ", {"stabilizers": [["XX"]]}, None),
    ],
)
def test_observables_are_held_against_symmetries(observable, symmetry, code):
    log = FaultLog()
    model = model_of(2, observables=[terms(observable)], **symmetry)
    check_symmetries(model, log)
    check_stabilizers(model, log)
    assert [d.code for d in log.diagnostics()] == ([code] if code else [])
    assert not log.has_errors


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        (["XXXX", "ZZZZ"], []),
        (["XXX", "ZZZ"], ["QA206"]),
        (["ZZII", "IIZZ", "ZZZZ"], ["QA207"]),
        (["XX", "YY", "ZZ"], ["QA208"]),
        (["XX", "-YY", "ZZ"], ["QA207"]),
        (["ZZ", "II"], ["QA211"]),
        (["ZZ", "-II"], ["QA208"]),
    ],
)
def test_stabilizer_groups_must_be_proper(group, codes):
    log = FaultLog()
    check_stabilizers(model_of(len(group[0].lstrip("-")), stabilizers=[group]), log)
    assert [d.code for d in log.diagnostics()] == codes


@given(st.lists(st.text("IXYZ", min_size=2, max_size=2), min_size=1, max_size=4), st.data())
@settings(max_examples=80, deadline=None)
def test_a_group_is_faulted_unless_its_matrices_make_2_to_the_s_distinct_ones(words, data):
    words = [data.draw(st.sampled_from(("", "-"))) + word for word in words]
    log = FaultLog()
    model = model_of(2, stabilizers=[words])
    check_stabilizers(model, log)
    matrices = [dense.matrix(p, 2) for p in model.stabilizers[0].generators]
    elements = [np.eye(4)]
    for m in matrices:
        elements += [m @ e for e in elements]
    commute = all(dense.commute(a, b) for a, b in product(matrices, repeat=2))
    distinct = {tuple(np.round(e.ravel(), 6) + 0) for e in elements}
    proper = len(distinct) == len(elements) and not any(
        np.allclose(e, -np.eye(4)) for e in elements
    )
    assert log.has_errors != (commute and proper)


def test_stabilizers_must_be_kept_by_the_rotations():
    log = FaultLog()
    check_stabilizers(model_of(2, [rot("XI"), rot("XX")], stabilizers=[["ZZ"]]), log)
    (fault,) = log.diagnostics()
    assert fault.code == "QA210"
    assert fault.label == "X[0] anticommutes with the Z on qubit 0 of Z[0]*Z[1]"


def test_logicals_must_commute_with_every_group():
    log = FaultLog()
    model = model_of(4, stabilizers=[["XXXX", "ZZZZ"]], logicals=[["XXII", "XIII", "ZIII"]])
    check_logicals(model, log)
    assert [(d.code, d.notes) for d in log.diagnostics()] == [
        ("QA209", ("1 of 3 logical operators fail; the first is Z[0]",)),
        ("QA209", ("1 of 3 logical operators fail; the first is X[0]",)),
    ]


@given(st.lists(st.text("IXYZ", min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_sums_and_blocks_are_faulted_unless_their_words_commute(words):
    commute = all(oracle.words_commute(p, q) for p, q in product(words, repeat=2))
    sums, blocks = FaultLog(), FaultLog()
    check_generators(model_of(3, [rot(*words)]), sums)
    check_blocks(model_of(3, [rot(word, block=0) for word in words]), blocks)
    assert [d.code for d in sums.diagnostics()] == ([] if commute else ["QA204"])
    assert [d.code for d in blocks.diagnostics()] == ([] if commute else ["QA205"])


def test_blocks_repeat_their_fault_once_with_a_count():
    layers = [
        Statement((word,), block=k, line=line, loop=k)
        for k in range(3)
        for line, word in ((5, "XI"), (6, "ZI"))
    ]
    log = FaultLog()
    check_blocks(model_of(2, layers), log)
    (fault,) = log.diagnostics()
    assert fault.span == place(6)
    assert fault.label == "Z[0] anticommutes with X[0]"
    assert fault.notes[-1] == "first at l = 0; 3 times in all"
    assert fault.labels[0].span == place(5)


def test_blocks_of_thousands_of_strings_are_looked_at():
    everything = groups.elements([groups.Pauli(0, 1 << k) for k in range(11)])
    words = [to_word(p, 11) for p in everything]
    log = FaultLog()
    check_blocks(model_of(11, [Statement(tuple(words), shared=False, block=0)]), log)
    assert not log.diagnostics()
    words.append("X" * 11)
    check_blocks(model_of(11, [Statement(tuple(words), shared=False, block=0)]), log)
    assert [d.code for d in log.diagnostics()] == ["QA205"]


def test_generators_are_what_one_parameter_multiplies_between_what_does_not_commute():
    model = model_of(
        2,
        [rot("XX", slot=0), rot("YY", slot=0), rot("XI", slot=0), rot("XI", slot=1), rot("XX")],
    )
    found = generators(model)
    names = [[model.rotations.strings.word(s) for s in g.strings] for g in found.distinct]
    assert [names[k] for k in found.kind] == [["XX", "YY"], ["XX"], ["XI"], ["XI"]]
    assert found.first_rows().tolist() == [0, 4, 2, 3]
    assert found.size.tolist() == [2, 1, 1, 1]
    assert found.level.tolist() == [0, 0, 1, 1]
    assert not found.whole
