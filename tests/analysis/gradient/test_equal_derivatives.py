"""Derivatives measured once because a permutation of the qubits makes them equal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient import schedule as schedules
from qansatz.analysis.gradient.certificate import certificate
from qansatz.analysis.gradient.certificate_check import check_certificate
from qansatz.analysis.gradient.equal_derivatives import Symmetries
from qansatz.analysis.gradient.schedule import schedule
from qansatz.cost.comparison import compare
from qansatz.driver import compile_file
from qansatz.pauli.strings import Pauli, from_word
from tests.analysis.gradient.test_schedule import agree, example, ring
from tests.models.statements import model_of, rot, terms
from tests.oracles import gradients


def turned(word: str, step: int) -> str:
    return word[-step:] + word[:-step] if step else word


def orbit(word: str) -> list[str]:
    return list(dict.fromkeys(turned(word, k) for k in range(len(word))))


def as_written(model):
    """The rotations in the order of the source."""
    return replace(model, rotations=model.rotations.take(np.argsort(model.rotations.written)))


def plus(model):
    """The same circuit from |+…+⟩."""
    stabilizers = tuple(Pauli(1 << q, 0) for q in range(model.n_qubits))
    return replace(model, initial=replace(model.initial, stabilizers=stabilizers, ket=None))


@st.composite
def rings(draw):
    """Layers of all shifts of some words under one angle (the ones that commute), on a ring of qubits."""
    n = draw(st.integers(3, 4))
    word = st.sampled_from(["X", "Y", "Z", "XX", "ZZ", "YY", "ZIZ"])
    layers = draw(st.lists(word, min_size=1, max_size=4))
    statements = [rot(*orbit(letters.ljust(n, "I"))) for letters in layers if len(letters) <= n]
    observable = draw(st.sampled_from([["Z"], ["ZZ"], ["X", "ZZ"], ["XX", "YY"]]))
    words = [w for letters in observable for w in orbit(letters.ljust(n, "I"))]
    model = model_of(n, statements, observables=[terms(*words)])
    return plus(model) if draw(st.booleans()) else model


@given(rings(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_equal_derivatives_are_those_of_parameter_shift(model, seed):
    found = agree(model, model.observables[0], seed)
    assert check_certificate(model, certificate(found)).problems == ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qansatz.analysis.gradient.circuits.MAX_COPIED", 0)
        patch.setattr("qansatz.analysis.gradient.copies.MAX_COPIED", 0)
        by_rows = agree(model, model.observables[0], seed)
        assert check_certificate(model, certificate(by_rows)).problems == ()
        patch.setattr(schedules, "symmetries", lambda *_: Symmetries((), (), ()))
        every = schedule(model, time_limit=0.5)
    assert (by_rows.copies is None) == (found.copies is None)
    assert found.n_circuits <= by_rows.n_circuits + 1
    assert every.copies is None
    assert found.n_circuits <= every.n_circuits
    if found.copies is not None:
        kept = {(r, t) for r, t in zip(found.item_row, found.item_term, strict=True)}
        assert kept <= {(r, t) for r, t in zip(every.item_row, every.item_term, strict=True)}
        assert len(found.copies.row) == len(every.item_row)


def test_the_counts_of_circuits_with_shared_angles():
    assert schedule(example("tfim", n=6, layers=4)).n_circuits <= 16
    assert schedule(example("qaoa")).n_circuits <= 6
    assert schedule(example("tfim_individual")).n_circuits == 86


def test_what_breaks_the_symmetry_is_seen():
    zz, xs, _ = ring(4, 1)
    layers = [rot(*zz), rot(*xs)] * 2
    whole = model_of(4, layers, observables=[terms(*zz)])
    assert schedule(whole).copies is not None
    weighted = model_of(4, layers, observables=[terms((2, zz[0]), *zz[1:])])
    local = model_of(4, layers, observables=[terms("ZIII")])
    own = model_of(4, [rot(w) for w in zz + xs] * 2, observables=[terms(*zz)])
    scaled = model_of(4, [rot(*zz, weights=(1, 2, 3, 4)), rot(*xs)] * 2, observables=[terms(*zz)])
    shift = (1, 2, 3, 0)
    for model in (weighted, local, own, scaled):
        found = agree(model, model.observables[0], 5)
        assert shift not in found.permutations
    flipped = (from_word("ZIII")._replace(phase=2), *whole.initial.stabilizers[1:])
    moved = replace(whole, initial=replace(whole.initial, stabilizers=flipped, ket=None))
    assert shift not in agree(moved, moved.observables[0], 5).permutations


def test_reordered_rotations_that_do_not_commute_are_no_symmetry():
    """XI, ZZ, IX under one angle: the exchange of the qubits would turn the order around."""
    statements = [rot("XI", slot=0), rot("ZZ", slot=1), rot("IX", slot=0)]
    model = model_of(2, statements, observables=[terms("ZI", "IZ")])
    found = agree(model, model.observables[0], 5)
    assert found.permutations == ()


def test_false_permutations_in_a_certificate_are_refused():
    found = schedule(example("tfim", n=4, layers=2))
    model, data = as_written(found.model), certificate(found)
    assert check_certificate(model, data).valid
    for wrong in (
        [],
        [[0, 1, 2]],
        [[1, 0, 2, 3]],
        [[0, 0, 1, 2]],
        [[1.0, 2, 3, 0]],
        [[True, 2, 3, 0]],
        "no list",
    ):
        assert not check_certificate(model, {**data, "permutations": wrong}).valid
    found = schedule(example("tfim_individual", n=4, layers=1))
    own, bare = as_written(found.model), certificate(found)
    check = check_certificate(own, {**bare, "permutations": [[1, 2, 3, 0]]})
    assert "moves the rotations" in check.problems[0]


def test_shots_for_equal_derivatives_keep_the_precision():
    """The largest variance of each circuit, from the weights of its strings in every component."""
    model = example("tfim", n=4, layers=2)
    found = schedule(model)
    shots = compare(found, goal="shots", precision=0.1).method("schedule").shots
    total = 0.0
    for circuit in found.circuits():
        weights = {}
        for m in circuit.measurements:
            angle = model.rotations.angle(m.rotation)
            for slot, slope in angle.terms:
                by_string = weights.setdefault(slot, {})
                by_string[m.pauli] = by_string.get(m.pauli, 0) + float(m.weight) * float(slope)
        largest = sum(sum(map(abs, w.values())) ** 2 for w in weights.values())
        total += largest / shots[circuit.index]
    assert np.sqrt(total / found.n_parameters) <= 0.1 * (1 + 1e-9)


def test_derivatives_by_parameters_from_few_circuits():
    model = example("qaoa", p=2, G="complete(4)")
    found = schedule(model)
    assert found.n_circuits <= 4
    values = [0.3, 0.9, 1.1, -0.4]
    by_angle = gradients.scheduled(model, found, values)
    expected = gradients.shifted(model, model.observables[0], values)
    assert np.allclose(by_angle, expected, atol=1e-10)


CHOICE = """qans 1
ansatz a() {
  qubits q[3]
  param t[3]
  input x[1]
  init |101>
  rot(p"ZYI", x[0])
  rot(p"IYZ", x[0])
  rot(p"XXI", t[2])
  rot(p"IXX", t[2])
  observable o0 = 2*p"IXZ" + 2*p"ZXI" + p"YII" + p"IIY"
}
"""


def test_no_schedule_is_called_optimal_for_the_derivatives_it_chose(tmp_path):
    path = tmp_path / "a.qans"
    path.write_text(CHOICE)
    model = compile_file(path).ansatz
    found = schedule(model)
    assert found.copies is not None
    assert int(found.bounds.sum()) == found.n_circuits == 2
    # The derivatives of IXZ and IIY (or their images) by one rotation commute: one circuit is enough.
    assert found.lower_bound == 1
    assert not found.optimal
    assert "no schedule" not in str(found)
    assert check_certificate(model, certificate(found)).chosen


def test_a_bound_holds_for_other_choices_of_equal_derivatives(tmp_path, monkeypatch):
    path = tmp_path / "a.qans"
    path.write_text(CHOICE)
    model = compile_file(path).ansatz
    assert min(n for _, n in by_other_choices(model, monkeypatch, 8)) == 1


@given(rings())
@settings(max_examples=25, deadline=None)
def test_a_bound_is_never_above_the_circuits_of_another_choice(model):
    with pytest.MonkeyPatch.context() as patch:
        found = schedule(model, time_limit=0.5)
        for bound, n_circuits in by_other_choices(model, patch, 4):
            assert found.lower_bound <= n_circuits
            assert found.optimal <= (found.n_circuits <= n_circuits)
            assert bound <= found.n_circuits


def by_other_choices(model, patch, n_choices):
    """The bound and the circuits where equal derivatives are chosen at random."""
    for seed in range(n_choices):
        random = np.random.default_rng(seed)

        def chosen(label, of_class, unflipped, random=random):
            found = np.full(len(label), -1, dtype=np.int64)
            order = random.permutation(len(label))
            found[label[order]] = order
            return found

        patch.setattr("qansatz.analysis.gradient.copies._chosen", chosen)
        other = schedule(model, time_limit=0.5)
        yield other.lower_bound, other.n_circuits
