"""Bases of closed algebras of sums, and closures that were stopped and kept in a file."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.lie.bases import NoBasisError, sum_elements, vectors
from qansatz.lie.checkpoints import CheckpointError, restore, save
from qansatz.lie.closure import Closure, Limit, Partial, State, StopClosureError, close
from qansatz.pauli.orbits import Trivial, reduction
from qansatz.pauli.strings import Pauli, to_word
from tests.lie.test_closure import SIZES, bits, closed, equivariant, heisenberg, tfim, words
from tests.oracles import sums as oracle


def rank(rows):
    """Of sums, coefficient by string, by elimination with fractions."""
    pivots = {}
    for row in rows:
        left = {key: Fraction(value) for key, value in row.items() if value}
        while left:
            lead = max(left)
            if lead not in pivots:
                pivots[lead] = left
                break
            factor = left[lead] / pivots[lead][lead]
            known = pivots[lead]
            left = {
                k: v for k in {*left, *known} if (v := left.get(k, 0) - factor * known.get(k, 0))
            }
    return len(pivots)


@given(
    st.lists(
        st.dictionaries(words(2), st.sampled_from(SIZES), min_size=1, max_size=3),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=60, deadline=None)
def test_the_basis_spans_the_closure(generators):
    found = closed(generators, 2)
    try:
        basis = [{to_word(p, 2): c for p, c in v.items()} for v in vectors(found)]
    except NoBasisError:
        assert found.certificate == "primes"
        return
    truth = [*oracle.closure(generators).values()]
    assert rank(basis) == len(basis) == len(truth)
    assert rank([*basis, *truth]) == len(truth)
    assert all(gcd(*v.values()) == 1 and next(iter(v.values())) > 0 for v in basis)


def test_orbits_stand_for_their_sums():
    sums = [bits(g) for g in equivariant(4)]
    found = close(sums, 4, reduction=reduction(sums, 4))
    assert isinstance(found, Closure)
    some = sum_elements(found, 10)
    assert (len(some.vectors), some.complete, some.group) == (10, False, "S_4")
    every = sum_elements(found, 10**6)
    assert (len(every.vectors), every.complete) == (33, True)
    plain = sum_elements(closed(equivariant(4), 4), 10**6)
    assert plain.group is None
    spread = [spread_out(vector) for vector in every.vectors]
    assert rank([*spread, *plain.vectors]) == 33


def spread_out(vector):
    """The orbits under all permutations of four qubits written out."""
    from itertools import permutations

    total = {}
    for pauli, weight in vector.items():
        word = to_word(pauli, 4)
        total |= dict.fromkeys({"".join(letters) for letters in permutations(word)}, weight)
    made = {bits({word: 1}).popitem()[0]: weight for word, weight in total.items()}
    return {Pauli(*key): weight for key, weight in made.items()}


@pytest.mark.parametrize("make", [heisenberg, equivariant, lambda n: tfim(n, ring=True)])
@pytest.mark.parametrize("reduced", [False, True])
def test_a_kept_closure_goes_on_to_the_same_end(make, reduced, tmp_path):
    sums = [bits(g) for g in make(5)]

    def fresh():
        return State(sums, 5, reduction(sums, 5) if reduced else Trivial())

    whole = fresh().run(Limit(), None)
    assert isinstance(whole, Closure)
    told = []

    def interrupt(*numbers):
        told.append(numbers)
        raise StopClosureError("enough")

    stopped = fresh().run(Limit(), interrupt)
    rounds = 0
    while isinstance(stopped, Partial):
        assert stopped.reason == "enough"
        save(stopped, tmp_path / "closure")
        again = fresh()
        restore(again, tmp_path / "closure")
        stopped = again.run(Limit(), interrupt)
        rounds += 1
    assert rounds == len(told) > 0
    assert (stopped.dimension, stopped.certificate) == (whole.dimension, whole.certificate)
    # What was bracketed before the file counts in the bound on which the certificate rests.
    assert stopped.state.columns.growth() == whole.state.columns.growth()
    assert [path.name for path in tmp_path.iterdir()] == ["closure"]


@given(
    st.randoms(use_true_random=False),
    st.integers(0, 30),
    st.sampled_from([heisenberg, equivariant, lambda n: tfim(n, ring=True)]),
)
@settings(max_examples=20)
def test_a_kept_closure_is_that_of_its_sums_in_any_order_and_with_any_sign(random, n_steps, make):
    sums = [bits(g) for g in make(5)]
    steps = []

    def interrupt(*_):
        steps.append(None)
        if len(steps) > n_steps:
            raise StopClosureError("enough")

    start = State(sums, 5, Trivial())
    stopped = start.run(Limit(), interrupt)
    again = []
    for terms in random.sample(sums, len(sums)):
        sign = random.choice((1, -1))
        again.append({key: sign * terms[key] for key in random.sample([*terms], len(terms))})
    with TemporaryDirectory() as folder:
        save(start.stopped("enough"), Path(folder) / "closure")
        state = State(again, 5, Trivial())
        restore(state, Path(folder) / "closure")
    assert state.stopped("").dimension == stopped.dimension
    whole = state.run(Limit(), None)
    fresh = close(sums, 5)
    assert (whole.dimension, whole.certificate) == (fresh.dimension, fresh.certificate)


def test_files_that_hold_something_else_are_told(tmp_path):
    sums = [bits(g) for g in heisenberg(4)]
    stopped = close(sums, 4, limit=Limit(seconds=0.0))
    assert isinstance(stopped, Partial)
    path = tmp_path / "closure"
    save(stopped, path)
    other = State(sums[:2], 4, reduction(sums[:2], 4))
    with pytest.raises(CheckpointError, match="other generators"):
        restore(other, path)
    whole = path.read_bytes()
    for damaged in (b"", b"text", whole[: len(whole) // 2]):
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError):
            restore(State(sums, 4, stopped.state.columns.reduction), path)
    with pytest.raises(OSError, match="no"):
        save(stopped, tmp_path / "no" / "closure")
