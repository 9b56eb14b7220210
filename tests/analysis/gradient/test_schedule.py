from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.gradient.circuits import ScheduleTooLargeError
from qansatz.analysis.gradient.covering import conflict_rows
from qansatz.analysis.gradient.families import basis
from qansatz.analysis.gradient.patterns import patterns, signs
from qansatz.analysis.gradient.schedule import schedule
from qansatz.analysis.gradient.slopes import slopes
from qansatz.model.angles import evaluate
from qansatz.pauli import gf2
from qansatz.pauli.strings import Pauli, anticommute, from_word
from qansatz.source import Source
from tests.models.statements import model_of, rot, table_of, terms
from tests.oracles import gradients, sign_patterns
from tests.strategies.programs import programs

EXAMPLES = Path(__file__).parents[3] / "examples"


def compiled(text: str):
    return driver.compile_source(Source("<test>", text)).ansatz


def example(name: str, **sizes):
    return driver.compile_file(str(EXAMPLES / f"{name}.qans"), settings=sizes).ansatz


def words_from(data, n, most):
    word = st.text("IXYZ", min_size=n, max_size=n)
    return data.draw(st.lists(word, min_size=1, max_size=most))


def stabilizers_from(data, n):
    """Independent commuting signed strings that fix one state: images of Z under random gates."""
    from qansatz.pauli.cliffords import Tableau

    gate = st.one_of(
        st.tuples(st.sampled_from(["h", "s", "x"]), st.integers(0, n - 1).map(lambda i: (i,))),
        *(
            [st.tuples(st.just("cx"), st.permutations(range(n)).map(lambda q: tuple(q[:2])))]
            if n > 1
            else []
        ),
    )
    return tuple(Tableau.from_gates(data.draw(st.lists(gate, max_size=8)), n).zs)


@given(st.data(), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_patterns_are_those_of_the_definition(data, n):
    patterns_agree(data, n)


@given(st.data(), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_patterns_of_heavy_strings_are_those_of_the_definition(data, n):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qansatz.analysis.gradient.pattern_circuit._HEAVY", -1)
        patch.setattr("qansatz.analysis.gradient.dense_patterns._CHUNK", 3)
        patterns_agree(data, n)


def patterns_agree(data, n):
    sequence = words_from(data, n, 14)
    observables = [w for w in words_from(data, n, 3) if set(w) != {"I"}]
    stabilizers = stabilizers_from(data, n)
    known: dict[str, int] = {}
    string = np.array([known.setdefault(w, len(known)) for w in sequence], dtype=np.int32)
    wanted = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(string), max_size=len(string)))
    )
    found = patterns(
        table_of(list(known)),
        string,
        wanted,
        [from_word(w) for w in observables],
        stabilizers,
    )
    active = sign_patterns.active(sequence, observables)
    assert found.active.tolist() == active
    rows = [row for row in active if wanted[row]]
    assert found.rows.tolist() == rows
    plain = {row: sign_patterns.pattern(sequence, active, row) for row in rows}
    assert found.n_plain == len(set(plain.values()))
    images = sign_patterns.span([sign_patterns.image(sequence, active, q) for q in stabilizers])
    for a, b in combinations(range(len(rows)), 2):
        same = plain[rows[a]] ^ plain[rows[b]] in images
        assert same == (found.label[a] == found.label[b])
    for place, row in enumerate(rows):
        k = found.label[place]
        q = found.witness.get(place, Pauli(0, 0))
        assert sign_patterns.is_product(q, stabilizers)
        of_class = 0 if k == found.unflipped else plain[int(found.last[k])]
        assert plain[row] ^ of_class == sign_patterns.image(sequence, active, q)
        assert (plain[row] in images) == (k == found.unflipped)


def agree(model, observable, seed, time_limit=0.5):
    """Compare a schedule with the parameter-shift rule; hand it back."""
    found = schedule(model, observable, time_limit=time_limit)
    values = np.random.default_rng(seed).uniform(-3, 3, len(model.slots.labels()))
    expected = gradients.shifted(model, observable, values)
    measured = gradients.scheduled(model, found, values)
    wanted = found.differentiated
    assert np.max(np.abs(measured - expected)[wanted], initial=0) < 1e-10
    assert not measured[~wanted].any()
    for circuit in found.circuits():
        strings = [m.pauli for m in circuit.measurements]
        assert not any(anticommute(p, q) for p, q in combinations(strings, 2))
    return found


@given(programs(max_qubits=3, max_statements=5), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_scheduled_gradients_equal_parameter_shift(program, seed):
    model = compiled(program.text)
    assume(model.observables and len(model.rotations) < 60)
    for observable in model.observables:
        found = agree(model, observable, seed)
        assert found.lower_bound <= found.n_circuits
        if len(found.terms) == 1:
            assert found.optimal


@given(programs(max_qubits=3, max_statements=4), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_chain_rule_gives_the_derivatives_by_parameters(program, seed):
    model = compiled(program.text)
    assume(model.observables and len(model.rotations) < 40)
    observable = model.observables[0]
    values = np.random.default_rng(seed).uniform(0.2, 1.2, len(model.slots.labels()))
    by_angle = gradients.shifted(model, observable, values)
    found = np.zeros(model.slots.n_parameters)
    for row in range(len(model.rotations)):
        for slot, slope in slopes(model, row):
            found[slot] += evaluate(slope, values) * by_angle[row]
    scale = 1 + np.abs(by_angle).sum()
    assert np.max(np.abs(found - gradients.differences(model, observable, values))) < 1e-6 * scale


SMALL = [
    ("tfim_individual", {"n": 4, "layers": 2}),
    ("tfim", {"n": 4, "layers": 2}),
    ("slpa", {"depth": 1}),
    ("ry_cz", {"n": 4, "layers": 3}),
    ("xgenerators", {"n": 4}),
    ("classifier", {"n": 3, "depth": 2}),
    ("efficient_su2", {"n": 3, "reps": 2}),
    ("heisenberg", {"n": 4, "layers": 1}),
    ("xy", {"n": 4, "layers": 2}),
    ("rbs", {"n": 4}),
    ("layered", {"n": 2, "depth": 1}),
]


@pytest.mark.parametrize(("name", "sizes"), SMALL, ids=[name for name, _ in SMALL])
def test_the_gradients_of_the_examples_equal_parameter_shift(name, sizes):
    model = example(name, **sizes)
    for observable in model.observables:
        agree(model, observable, 5)


def ring(n, layers):
    zz = ["".join("Z" if i in (k, (k + 1) % n) else "I" for i in range(n)) for k in range(n)]
    xs = ["".join("X" if i == k else "I" for i in range(n)) for k in range(n)]
    return zz, xs, [rot(word) for word in (zz + xs) * layers]


def chain(n, layers):
    zz, xs, _ = ring(n, 1)
    return [rot(word) for word in (zz[:-1] + xs) * layers]


def cosets(logicals):
    """Words times {I, X⁴, Y⁴, Z⁴}, phases dropped."""
    group = [from_word(letter * 4) for letter in "IXYZ"]
    from qansatz.pauli.strings import to_word

    return [[to_word(from_word(w) * s, 4) for s in group] for w in logicals]


PUBLISHED = ["XXII", "IIYY", "IZZI", "XIIX", "YYII", "IIZZ", "IXXI", "YIIY"]
PUBLISHED += ["ZZII", "IIXX", "IYYI", "ZIIZ"]


def slpa(logicals, encoded=True):
    """Blocks of cosets behind an encoding, which breaks the symmetry of the initial state."""
    data = [rot(word, encoding=True) for word in ("YIII", "IYII", "IIYI", "IIIY")]
    return data * encoded + [rot(*block, shared=False) for block in cosets(logicals)]


# The published counts of circuits: one a sign pattern; the last one after merging.
PLAIN = [
    ("TFIM ring, O=H", 6, ring(6, 4)[2], ring(6, 1)[0] + ring(6, 1)[1], 48, 86),
    ("TFIM ring, O=ZZ", 6, ring(6, 4)[2], ["ZZIIII"], 38, 37),
    ("SLPA, O=ZZII", 4, slpa(["XXII", "ZIZI", "ZZII", "IXXI"]), ["ZZII"], 16, 3),
    ("SLPA, O=ZIII", 4, slpa(["XXII", "ZIZI", "ZZII", "IXXI"]), ["ZIII"], 14, 3),
    ("published SLPA, O=XXII", 4, slpa(PUBLISHED * 2), ["XXII"], 96, 23),
    ("published SLPA, O=XIII", 4, slpa(PUBLISHED * 2), ["XIII"], 92, 23),
    ("TFIM chain from zero", 4, chain(4, 3), ["ZZII"], 17, 15),
]


@pytest.mark.parametrize(
    ("n", "statements", "observable", "n_active", "n_circuits"),
    [case[1:] for case in PLAIN],
    ids=[case[0] for case in PLAIN],
)
def test_no_more_circuits_than_published(n, statements, observable, n_active, n_circuits):
    model = model_of(n, statements, observables=[terms(*observable)])
    found = schedule(model)
    assert found.n_active_rotations == n_active
    assert found.n_circuits <= n_circuits
    assert found.optimal


def test_the_counts_of_the_examples():
    assert schedule(example("tfim_individual")).n_circuits == 86
    assert schedule(example("slpa")).n_circuits == 23
    assert schedule(example("xgenerators")).n_circuits == 1
    ry_cz = example("ry_cz")
    first, middle = (schedule(ry_cz, observable) for observable in ry_cz.observables)
    assert (first.n_active_rotations, first.n_circuits) == (10, 7)
    assert (middle.n_active_rotations, middle.n_circuits) == (18, 15)


def test_an_observable_against_a_symmetry_of_the_state_has_no_gradient():
    model = model_of(4, slpa(PUBLISHED, encoded=False), observables=[terms("XIII")])
    found = agree(model, model.observables[0], 4)
    assert found.n_circuits == 0
    assert [symmetry for _, symmetry in found.vanishing] == [from_word("ZZZZ")]


def test_a_symmetry_of_the_state_makes_terms_vanish():
    zz, xs, statements = ring(4, 2)
    model = model_of(4, statements, observables=[terms("ZIII", "ZZII")])
    model = model.__class__(
        **{
            **{name: getattr(model, name) for name in model.__dataclass_fields__},
            "initial": model.initial.__class__(
                stabilizers=tuple(map(from_word, xs)), ket="++++", span=None
            ),
        }
    )
    found = agree(model, model.observables[0], 1)
    assert [term.pauli for term, _ in found.vanishing] == [from_word("ZIII")]
    assert [symmetry for _, symmetry in found.vanishing] == [from_word("XXXX")]
    assert zz


def test_an_observable_that_feels_nothing_needs_no_circuit():
    model = model_of(2, [rot("XI")], observables=[terms("IZ"), terms((3, "II"))])
    for observable in model.observables:
        found = schedule(model, observable)
        assert (found.n_active_rotations, found.n_circuits, found.lower_bound) == (0, 0, 0)
        assert found.optimal


def test_without_an_observable_there_is_no_gradient():
    with pytest.raises(ValueError, match="no observable"):
        schedule(model_of(1, [rot("X")]))


def test_large_circuits_by_sampling():
    """Classes on many qubits agree with the definition on random pairs."""
    random.seed(3)
    n = 70
    _, _, statements = ring(n, 4)
    word = "".join("Z" if k < 2 else "I" for k in range(n))
    model = model_of(n, statements, observables=[terms(word)])
    found = schedule(model).patterns
    active = found.active.tolist()
    sequence = [model.rotations.pauli(row) for row in range(len(model.rotations))]
    for _ in range(200):
        a, b = random.sample(range(len(found.rows)), 2)
        q = found.witness.get(a, Pauli(0, 0)) * found.witness.get(b, Pauli(0, 0))
        differ = [
            (row > found.rows[a] and anticommute(sequence[row], sequence[int(found.rows[a])]))
            ^ (row > found.rows[b] and anticommute(sequence[row], sequence[int(found.rows[b])]))
            ^ anticommute(sequence[row], q)
            for row in active
        ]
        if found.label[a] == found.label[b]:
            assert not any(differ)


def by_families_alone(patch):
    patch.setattr("qansatz.analysis.gradient.covering.MAX_COMPARED", 0)


def test_classes_too_large_to_compare_are_measured_in_families(monkeypatch):
    model = example("tfim_individual", n=3, layers=2)
    pairwise = agree(model, model.observables[0], 7)
    by_families_alone(monkeypatch)
    families = agree(model, model.observables[0], 7)
    assert families.optimal
    assert families.n_circuits == pairwise.n_circuits


FIELD = Path(__file__).parents[2] / "data" / "field"
PROJECTORS = [("u01_global_cost", 1), ("m16_projector_cost", 2)]


def projector(name, n):
    """The model and its global cost, a sum of all products of Z."""
    model = driver.compile_file(str(FIELD / f"{name}.qans"), settings={"n": n}).ansatz
    return model, next(o for o in model.observables if o.name == "global")


@pytest.mark.parametrize(("name", "n_layers"), PROJECTORS)
@pytest.mark.parametrize("n", [2, 3, 5, 8, 10, 11, 12])
def test_a_projector_needs_a_circuit_a_rotation_at_every_size(name, n_layers, n):
    found = schedule(*projector(name, n))
    assert found.n_circuits == found.lower_bound == n_layers * n
    assert found.stopped is None


@pytest.mark.parametrize(("name", "n_layers"), PROJECTORS)
@pytest.mark.parametrize("families", [False, True])
@pytest.mark.parametrize("n", [2, 4, 6])
def test_the_gradients_of_projectors_equal_parameter_shift(
    name, n_layers, families, n, monkeypatch
):
    if families:
        by_families_alone(monkeypatch)
    found = agree(*projector(name, n), 3)
    assert found.n_circuits == found.lower_bound == n_layers * n


@given(st.data(), st.integers(2, 5), st.sampled_from(["IZ", "IXYZ"]))
@settings(max_examples=80, deadline=None)
def test_families_agree_with_pairs(data, n, letters):
    """Diagonal observables and others: bounds hold either way, and families before pairs give no more circuits."""
    sequence = words_from(data, n, 10)
    word = st.text(letters, min_size=n, max_size=n).filter(lambda w: set(w) != {"I"})
    words = data.draw(st.lists(word, min_size=2, max_size=12, unique=True))
    model = model_of(n, [rot(w) for w in sequence], observables=[terms(*words)])
    observable = model.observables[0]
    pairwise = schedule(model, effort=0.2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qansatz.analysis.gradient.covering._PAIRS_FIRST", 0)
        both = schedule(model, effort=0.2)
        by_families_alone(patch)
        families = agree(model, observable, 1)
    assert both.n_circuits <= pairwise.n_circuits
    for bounding, counted in permutations((pairwise, both, families), 2):
        assert bounding.lower_bound <= counted.n_circuits
    if letters == "IZ":
        assert families.n_circuits <= len(families.patterns.rows)
    for items in families.cliques:
        strings = [measured_string(families, item) for item in items]
        assert all(anticommute(p, q) for p, q in combinations(strings, 2))


def measured_string(found, item):
    """The string that an item's circuit measures for it, the ancilla included."""
    circuit, operator = found.circuit(int(found.item_circuit[item])), found.operator(item)
    bare = (operator.x, operator.z)
    mask = (1 << found.model.n_qubits) - 1
    strings = [m.pauli for m in circuit.measurements]
    return next(p for p in strings if (p.x & mask, p.z & mask) == bare)


@given(st.data(), st.integers(2, 4), st.booleans())
@settings(max_examples=80, deadline=None)
def test_few_rotations_are_reversed(data, n, exact):
    """The least over all products of the stabilizers, by trying all; fewer than without where only some are tried."""
    from qansatz.analysis.gradient import reflections

    sequence = words_from(data, n, 10)
    observable = data.draw(
        st.text("IXYZ", min_size=n, max_size=n).filter(lambda w: set(w) != {"I"})
    )
    model = model_of(n, [rot(w) for w in sequence], observables=[terms(observable)])
    stabilizers = stabilizers_from(data, n)
    model = replace(model, initial=replace(model.initial, stabilizers=stabilizers, ket=None))
    with pytest.MonkeyPatch.context() as patch:
        if not exact:
            patch.setattr(reflections, "MAX_TRIED", 0)
        found = agree(model, model.observables[0], 3)
        active = sign_patterns.active(sequence, [observable])
        for circuit in found.circuits():
            k = int(found.circuit_class[circuit.index])
            if k == found.patterns.unflipped:
                assert not len(circuit.flipped)
                continue
            pattern = sign_patterns.pattern(sequence, active, int(found.patterns.last[k]))
            images = sign_patterns.span(
                [sign_patterns.image(sequence, active, q) for q in stabilizers]
            )
            least = min((pattern ^ image).bit_count() for image in images)
            if exact:
                assert len(circuit.flipped) == least
            else:
                assert least <= len(circuit.flipped) <= pattern.bit_count()


def test_reflections_save_reversed_rotations():
    model = model_of(6, chain(6, 4), observables=[terms("ZZIIII")])
    found = schedule(model)
    plain = [
        len(signs(model.rotations.strings, model.rotations.string, found.patterns.active, last))
        for last in found.patterns.last.tolist()
    ]
    used = [len(circuit.flipped) for circuit in found.circuits()]
    assert sum(used) < sum(plain[k] for k in found.circuit_class)


def test_a_projector_too_large_to_list_needs_at_most_a_circuit_a_rotation(monkeypatch):
    monkeypatch.setattr("qansatz.analysis.gradient.items.MAX_ITEMS", 1000)
    with pytest.raises(ScheduleTooLargeError) as caught:
        schedule(*projector("m16_projector_cost", 10))
    partial = caught.value.partial
    assert (partial.at_least, partial.at_most) == (10, 20)
    assert "one per rotation" in str(partial)


@given(st.data(), st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_a_basis_spans_what_its_strings_do(data, n):
    words = words_from(data, n, 12)
    table = table_of(words)
    independent = gf2.vectors(basis(table).paulis(), n)
    span = gf2.Span(gf2.vectors(table.paulis(), n))
    assert gf2.rank(independent) == len(independent) == span.rank
    assert all(row in span for row in independent)


@pytest.mark.parametrize("letters", ["IZ", "IXYZ"])
def test_conflicts_are_the_same_whether_or_not_a_basis_is_asked_first(letters, monkeypatch):
    draw = random.Random(2)
    strings = [from_word("".join(draw.choices(letters, k=5))) for _ in range(40)]
    pairs = conflict_rows(strings, 5)
    monkeypatch.setattr("qansatz.analysis.gradient.covering._PAIRS_FIRST", 0)
    assert conflict_rows(strings, 5) == pairs
