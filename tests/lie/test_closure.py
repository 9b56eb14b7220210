from __future__ import annotations

import time
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.lie import modular
from qansatz.lie.closure import Closure, Limit, Partial, close, resume
from qansatz.lie.modular import Span
from qansatz.pauli.orbits import (
    Elements,
    Generated,
    OrbitLimitError,
    Symmetric,
    Trivial,
    reduction,
)
from qansatz.pauli.strings import from_word
from tests.models.statements import table_of
from tests.oracles import sums as oracle

SIZES = (1, -1, 2, Fraction(1, 3), 10**9, Fraction(1, 10**9), Fraction(10**6 + 3, 7), 123_456_789)


def placed(letters, n):
    return "".join(letters.get(q, "I") for q in range(n))


def bits(words):
    return {from_word(word)[:2]: weight for word, weight in words.items()}


def closed(generators, n, **options):
    found = close([bits(g) for g in generators], n, **options)
    assert isinstance(found, Closure)
    return found


def heisenberg(n):
    return [{placed({i: a, i + 1: a}, n): 1 for a in "XYZ"} for i in range(n - 1)]


def tfim(n, ring):
    bonds = [(i, (i + 1) % n) for i in range(n if ring else n - 1)]
    return [
        {placed({i: "Z", j: "Z"}, n): 1 for i, j in bonds},
        {placed({i: "X"}, n): 1 for i in range(n)},
    ]


def equivariant(n):
    return [
        {placed({i: "X"}, n): 1 for i in range(n)},
        {placed({i: "Y"}, n): 1 for i in range(n)},
        {placed({i: "Z", j: "Z"}, n): 1 for i, j in combinations(range(n), 2)},
    ]


def words(n):
    return st.text("IXYZ", min_size=n, max_size=n)


def random_sums(n, most_terms=3):
    weights = st.sampled_from(SIZES)
    one = st.dictionaries(words(n), weights, min_size=1, max_size=most_terms)
    return st.lists(one, min_size=1, max_size=3)


@given(random_sums(2))
@settings(max_examples=120, deadline=None)
def test_dimension_with_coefficients_of_very_different_size(generators):
    found = closed(generators, 2)
    assert found.dimension == oracle.dimension(generators)


@given(random_sums(3, most_terms=2))
@settings(max_examples=12, deadline=None)
def test_dimension_on_three_qubits(generators):
    assert closed(generators, 3).dimension == oracle.dimension(generators)


@pytest.mark.parametrize(("n", "dimension"), [(3, 4), (4, 12), (5, 40), (6, 129)])
def test_heisenberg_bonds(n, dimension):
    found = closed(heisenberg(n), n)
    assert (found.dimension, found.certificate) == (dimension, "lifted")


@pytest.mark.parametrize("n", [3, 4, 5, 8, 12])
def test_summed_tfim(n):
    assert closed(tfim(n, ring=False), n).dimension == n * n
    assert closed(tfim(n, ring=True), n).dimension == 3 * n - 1
    group = reduction([bits(g) for g in tfim(n, ring=True)], n)
    assert closed(tfim(n, ring=True), n, reduction=group).dimension == 3 * n - 1


@pytest.mark.parametrize("n", [3, 4, 5, 6, 9, 12])
def test_symmetric_algebra_in_orbits(n):
    group = reduction([bits(g) for g in equivariant(n)], n)
    assert isinstance(group, Symmetric)
    found = closed(equivariant(n), n, reduction=group)
    assert found.dimension == comb(n + 3, 3) - n // 2
    assert found.n_columns <= comb(n + 3, 3)


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_orbits_agree_with_the_full_space(data):
    n = data.draw(st.sampled_from([3, 4]))
    kind = data.draw(st.sampled_from(["cyclic", "symmetric", "pair", "generated"]))
    if kind == "symmetric":
        group, moves = Symmetric((tuple(range(n)),)), [(1, 0, *range(2, n)), (*range(1, n), 0)]
    elif kind == "pair":
        moves = [(1, 0, *range(2, n))]
        group = Elements((tuple(range(n)), *moves))
    else:
        moves = [(*range(1, n), 0)]
        shifts = tuple(tuple((i + k) % n for i in range(n)) for k in range(n))
        group = Elements(shifts) if kind == "cyclic" else Generated(tuple(moves))
    seeds = data.draw(random_sums(n, most_terms=2))[:2]
    generators = [symmetrised(g, moves) for g in seeds]
    reduced = close([bits(g) for g in generators], n, reduction=group)
    full = close([bits(g) for g in generators], n)
    assert reduced.dimension == full.dimension


def symmetrised(generator, moves):
    """The sum of all images of the terms under the group of the moves."""
    total: dict = {}
    for word, weight in generator.items():
        known, frontier = {word}, [word]
        while frontier:
            old = frontier.pop()
            for move in moves:
                letters = dict(zip(move, old, strict=True))
                image = "".join(letters[i] for i in range(len(old)))
                if image not in known:
                    known.add(image)
                    frontier.append(image)
        for image in known:
            total[image] = total.get(image, 0) + weight
    return {word: weight for word, weight in total.items() if weight}


@given(st.lists(words(4), min_size=1, max_size=20), st.sampled_from(["all", "two", "shifts"]))
@settings(max_examples=40, deadline=None)
def test_representatives_are_those_of_searched_orbits(rows, kind):
    table = table_of(rows)
    if kind == "all":
        group, moves = Symmetric(((0, 1, 2, 3),)), ((1, 0, 2, 3), (1, 2, 3, 0))
    elif kind == "two":
        group, moves = Symmetric(((0, 2), (1, 3))), ((2, 1, 0, 3), (0, 3, 2, 1))
    else:
        group = Elements(tuple(tuple((i + k) % 4 for i in range(4)) for k in range(4)))
        moves = ((1, 2, 3, 0),)
    searched = Generated(moves)
    mine, theirs = group.representatives(table).words(), searched.representatives(table).words()
    assert len(set(mine)) == len(set(theirs)) == len(set(zip(mine, theirs, strict=True)))
    assert group.sizes(table) == searched.sizes(table)


def test_a_limit_stops_and_the_rest_goes_on():
    full = closed(heisenberg(6), 6)
    for limit in (Limit(dimension=30), Limit(effort=0), Limit(seconds=0.0), Limit(cells=20_000)):
        found = close([bits(g) for g in heisenberg(6)], 6, limit=limit)
        assert isinstance(found, Partial)
        assert found.dimension < full.dimension
        assert found.reason
        rest = resume(found)
        assert isinstance(rest, Closure)
        assert rest.dimension == full.dimension


def test_counted_work_stops_and_not_the_clock(monkeypatch):
    monkeypatch.setattr(time, "monotonic", None)
    generators = [bits(g) for g in heisenberg(6)]
    found = [close(generators, 6, limit=Limit(effort=0.05)) for _ in range(2)]
    assert all(isinstance(one, Partial) for one in found)
    assert len({(one.dimension, one.n_columns, one.reason) for one in found}) == 1
    assert found[0].dimension > 0


def test_too_many_strings_in_an_orbit():
    with pytest.raises(OrbitLimitError):
        Generated(((1, 2, 3, 0),), limit=3).representatives(table_of(["XIII"]))
    generators = [bits(g) for g in tfim(4, ring=True)]
    stopped = close(generators, 4, reduction=Generated(((1, 2, 3, 0),), limit=9))
    assert isinstance(stopped, Partial)
    assert "9 strings" in stopped.reason


def test_progress_tells_dimension_and_columns():
    told = []
    closed(heisenberg(4), 4, progress=lambda *numbers: told.append(numbers))
    assert told[-1] == (12, 60)


def test_no_generators_and_the_identity():
    assert closed([], 3).dimension == 0
    assert closed([{"II": 5}], 2).dimension == 0
    assert closed([{"II": 5, "XI": 1}, {"XI": 3}], 2).dimension == 1


def test_reduction_prefers_the_larger_group():
    assert isinstance(reduction([bits({"XI": 1, "IZ": 1})], 2), Trivial)
    ring = reduction([bits(g) for g in tfim(6, ring=True)], 6)
    assert isinstance(ring, Elements)
    assert len(ring.images) == 12
    star = [{placed({0: "Z", i: "Z"}, 6): 1 for i in range(1, 6)}, {placed({0: "X"}, 6): 1}]
    assert reduction([bits(g) for g in star], 6) == Symmetric(((1, 2, 3, 4, 5),))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_span_against_elimination_with_integers(n_rows, width, seed):
    prime = 8_388_593
    rng = np.random.default_rng(seed)
    rank = int(rng.integers(0, min(n_rows, width) + 1))
    left = rng.integers(-prime, prime, (n_rows, rank))
    right = rng.integers(-prime, prime, (rank, width))
    rows = [
        [sum(a * b for a, b in zip(u, v, strict=True)) for v in right.T.tolist()]
        for u in left.tolist()
    ]
    span = Span(prime, width)
    span.insert(modular.residues(np.array(rows, dtype=object).reshape(n_rows, width), prime))
    assert span.dimension == slow_rank(rows, prime)
    assert span.contains(modular.residues(np.array(rows, dtype=object), prime)).all()
    assert np.array_equal(span.rows[:, span.pivots], np.eye(span.dimension))


def slow_rank(rows, prime):
    rows = [[v % prime for v in row] for row in rows]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        for k in range(rank, len(rows)):
            if rows[k][column]:
                rows[rank], rows[k] = rows[k], rows[rank]
                scale = pow(rows[rank][column], -1, prime)
                rows[rank] = [v * scale % prime for v in rows[rank]]
                for j, row in enumerate(rows):
                    if j != rank and row[column]:
                        rows[j] = [
                            (a - row[column] * b) % prime
                            for a, b in zip(row, rows[rank], strict=True)
                        ]
                rank += 1
                break
    return rank
