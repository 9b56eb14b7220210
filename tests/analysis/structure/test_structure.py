from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.structure.structure import structure
from qansatz.pauli.strings import from_word, to_word
from tests.models.statements import model_from_words, model_of, rot
from tests.oracles import pauli as dense
from tests.oracles import structure as oracle


def random_blocks(n, seed):
    """Blocks that are cosets of a random commuting group, now and then damaged."""
    rng = random.Random(seed)
    words = dense.all_words(n)[1:]
    stabilizers: list[str] = []
    for _ in range(rng.randrange(3)):
        word = rng.choice(words)
        independent = word not in oracle.group_of(stabilizers, n)
        if independent and all(oracle.words_commute(word, s) for s in stabilizers):
            stabilizers.append(word)
    group = oracle.group_of(stabilizers, n)
    logicals = [w for w in words if all(oracle.words_commute(w, s) for s in stabilizers)]
    blocks = []
    for _ in range(rng.randrange(1, 5)):
        logical = rng.choice(logicals)
        blocks.append(sorted({oracle.times(logical, s) for s in group}))
    if rng.random() < 0.5:
        block = rng.choice(blocks)
        damage = rng.randrange(4)
        if damage == 0 and len(block) > 1:
            block.remove(rng.choice(block))
        elif damage == 1:
            block.append(rng.choice(words))
        elif damage == 2:
            logical = rng.choice(logicals)
            block.extend({oracle.times(logical, s) for s in group} - set(block))
        else:
            blocks.append([rng.choice(words), rng.choice(words)])
    for block in blocks:
        rng.shuffle(block)
    return stabilizers, blocks


@given(st.integers(1, 4), st.integers(0, 10**9))
@settings(max_examples=200, deadline=None)
def test_the_verdict_on_declared_groups_is_that_of_the_definition(n, seed):
    stabilizers, blocks = random_blocks(n, seed)
    found = structure(model_from_words(blocks, stabilizers=stabilizers))
    sets = [set(block) for block in blocks]
    if stabilizers:
        assert found.slpa == oracle.is_slpa(sets, oracle.group_of(stabilizers, n))
    assert found.commuting_blocks == oracle.blocks_related(sets)
    assert found.slpa != bool(found.reasons)
    assert found.commuting_blocks != bool(found.block_reasons)


@given(st.integers(1, 4), st.integers(0, 10**9))
@settings(max_examples=200, deadline=None)
def test_the_group_found_is_the_largest(n, seed):
    _, blocks = random_blocks(n, seed)
    found = structure(model_from_words(blocks))
    sets = [set(block) for block in blocks]
    largest = oracle.largest_group(sets, n)
    assert oracle.group_of([to_word(p, n) for p in found.stabilizers], n) == largest
    assert 2 ** len(found.stabilizers) == len(largest)
    assert found.slpa == oracle.is_slpa(sets, largest)


@given(st.integers(1, 4), st.integers(0, 10**9))
@settings(max_examples=100, deadline=None)
def test_blocks_and_their_relation_are_those_of_the_words(n, seed):
    stabilizers, blocks = random_blocks(n, seed)
    found = structure(model_from_words(blocks, stabilizers=stabilizers))
    group = oracle.group_of(stabilizers, n)
    assert sum(b.count for b in found.blocks) == len(blocks) == len(found.order)
    sets = [set(block) for block in blocks]
    distinct = [sets[list(found.order).index(k)] for k in range(len(found.blocks))]
    for words, block in zip(distinct, found.blocks, strict=True):
        assert block.count == sets.count(words)
        assert block.commuting == all(oracle.words_commute(p, q) for p, q in combinations(words, 2))
        if stabilizers:
            whole = all(oracle.times(s, p) in words for s in group for p in words)
            assert block.is_coset_union == whole
        if block.is_coset_union and stabilizers:
            logicals = [to_word(p, n) for p in block.logicals]
            cosets = [oracle.times(s, p) for s in group for p in logicals]
            assert sorted(cosets) == sorted(words)
    if found.commuting_blocks:
        relation = found.representatives.anticommutation()
        for a, b in combinations(range(len(distinct)), 2):
            p, q = next(iter(distinct[a])), next(iter(distinct[b]))
            assert relation[a, b] == (not oracle.words_commute(p, q))


def test_outside_blocks_what_relates_alike_on_a_level_is_one_and_encoding_is_none():
    model = model_of(
        2,
        [
            rot("YI", "IY", encoding=True),
            rot("ZZ", "XX", shared=False),
            rot("YI"),
            rot("ZZ"),
            rot("XX"),
        ],
    )
    found = structure(model)
    assert [b.n_strings for b in found.blocks] == [2, 1]
    assert found.order.tolist() == [0, 1, 0]
    assert not found.blocks[0].claimed


def test_a_sum_under_one_angle_is_a_block_however_its_strings_relate():
    found = structure(model_of(2, [rot("ZZ"), rot("XI", "IX"), rot("ZI")]))
    assert [b.n_strings for b in found.blocks] == [1, 2, 1]
    assert not found.commuting_blocks


def test_single_rotations_are_no_blocks():
    found = structure(model_of(1, [rot("X", "Z", shared=False)]))
    assert found.block_reasons == ("no block is claimed, and none found holds two rotations",)


@pytest.mark.parametrize(
    ("stabilizers", "blocks", "reason"),
    [
        (["XX", "ZI"], [["XX", "II"]], "X[0]*X[1] and Z[0] anticommute"),
        (["XX", "-XX"], [["XX", "II"]], "holds -1"),
        (["II"], [["XX"]], "only the identity"),
        (["ZZ"], [["XI"]], "Z[0]*Z[1] anticommutes with the rotation about X[0]"),
        (["ZZ"], [["XX"]], "holds X[0]*X[1] but not Y[0]*Y[1]"),
        (["ZZ"], [["XX", "YY"], ["XX"], ["XX"]], "2 of 3 blocks fail"),
        ([], [["XX"]], "no string but the identity"),
        (["ZZI"], [["XXI", "YYI", "XXX", "YYX"], ["IIZ", "ZZZ"]], "commutes with"),
    ],
)
def test_a_structure_that_fails_says_why(stabilizers, blocks, reason):
    found = structure(model_from_words(blocks, stabilizers=stabilizers))
    assert not found.slpa
    assert reason in "; ".join(found.reasons)


def test_reasons_name_the_place_in_a_loop():
    model = model_of(
        2,
        [
            rot("XX", "YY", shared=False, line=7, loop=0),
            rot("ZI", "IZ", shared=False, line=6),
            rot("XX", line=7, loop=1),
        ],
        stabilizers=[["ZZ"]],
    )
    assert "(l = 1)" in structure(model).reasons[0]


def test_the_words_of_the_oracle_multiply_as_strings_do():
    for a in dense.all_words(2):
        for b in dense.all_words(2):
            assert oracle.times(a, b) == to_word(from_word(a) * from_word(b), 2)
            commute = dense.commute(dense.word_matrix(a), dense.word_matrix(b))
            assert oracle.words_commute(a, b) == bool(np.all(commute))


def test_generators_that_the_source_has_apart_are_told():
    together = [rot("XI", slot=0, line=3), rot("ZI", slot=1), rot("IX", slot=0, line=4)]
    found = structure(model_of(2, [*together, rot("ZZ", "XX", slot=2)]))
    assert [(m.first_row, m.n_rotations, m.n_executions, m.count) for m in found.merged] == [
        (0, 2, 2, 1)
    ]
