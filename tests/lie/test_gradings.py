"""Parities that brackets add up, against all brackets of single strings."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.lie.gradings import grading
from qansatz.pauli.tables import PauliTable
from tests.models.statements import table_of
from tests.oracles.pauli import all_paulis


@st.composite
def sums(draw):
    n = draw(st.integers(1, 3))
    words = st.text("IXYZ", min_size=n, max_size=n).filter(lambda w: set(w) != {"I"})
    return n, draw(st.lists(st.lists(words, min_size=1, max_size=3, unique=True), max_size=4))


@given(sums())
@settings(max_examples=80, deadline=None)
def test_terms_of_a_generator_have_one_grade_and_brackets_add_grades(drawn):
    n, generators = drawn
    found = grading([table_of(words) for words in generators], n)
    for words in generators:
        assert len(set(found.grades(table_of(words)).tolist())) == 1
    strings = all_paulis(n)
    grades = found.grades(PauliTable.from_paulis(strings, n)).tolist()
    grade_of = dict(zip([p[:2] for p in strings], grades, strict=True))
    for p, q in product(strings, repeat=2):
        bracket = p * q
        if bracket.phase % 2:
            assert grade_of[bracket[:2]] == grade_of[p[:2]] ^ grade_of[q[:2]]


@given(sums())
@settings(max_examples=80, deadline=None)
def test_no_sign_of_the_generators_is_missed(drawn):
    """The patterns of signs, all strings A and both kinds of parity tried."""
    n, generators = drawn
    tables = [table_of(words) for words in generators]
    patterns = set()
    for a, transposed in product(all_paulis(n), (False, True)):
        values = []
        for table in tables:
            own = {
                (int(odd) + transposed * (1 + (p.x & p.z).bit_count())) % 2
                for odd, p in zip(table.anticommute_with(a), table.paulis(), strict=True)
            }
            values.append(own)
        if all(len(own) == 1 for own in values):
            patterns.add(tuple(own.pop() for own in values))
    found = grading(tables, n)
    heads = [int(found.grades(table)[0]) for table in tables]
    reached = set()
    for chosen in range(found.n_grades):
        reached.add(tuple((head & chosen).bit_count() % 2 for head in heads))
    assert reached == patterns


@pytest.mark.parametrize(("n", "n_grades"), [(3, 8), (6, 8), (30, 8)])
def test_the_equivariant_sums_have_eight_grades(n, n_grades):
    words = [["I" * k + a + "I" * (n - 1 - k) for k in range(n)] for a in "XY"]
    bonds = ["I" * k + "Z" + "I" * (n - 2 - k) + "Z" for k in range(n - 1)]
    tables = [table_of(each) for each in (*words, bonds)]
    assert grading(tables, n).n_grades == n_grades
