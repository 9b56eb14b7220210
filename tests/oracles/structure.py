"""Slow answers about symmetry and structure: dense commutators and definitions spelled out."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from tests.oracles import pauli as oracle


def dense_sum(weighted_words):
    return sum(float(c) * oracle.word_matrix(word) for c, word in weighted_words)


def commutes_with_all(operator, generators):
    return all(np.allclose(operator @ g, g @ operator) for g in generators)


def permutation_matrix(images):
    n = len(images)
    out = np.zeros((2**n, 2**n))
    for bits in product((0, 1), repeat=n):
        moved = [0] * n
        for i, bit in enumerate(bits):
            moved[images[i]] = bit
        out[int("".join(map(str, moved)), 2), int("".join(map(str, bits)), 2)] = 1
    return out


def proportional(a, b):
    overlap = np.vdot(a, b)
    return np.isclose(abs(overlap), np.linalg.norm(a) * np.linalg.norm(b))


def permutes(images, generators):
    """Whether conjugation by the permutation maps each generator to a multiple of some."""
    u = permutation_matrix(images)
    moved = [u @ g @ u.T for g in generators]
    return all(any(proportional(m, g) for g in generators) for m in moved)


def times(a, b):
    """The product of two words, its phase left out."""
    bits = {"I": 0, "X": 1, "Z": 2, "Y": 3}
    return "".join("IXZY"[bits[p] ^ bits[q]] for p, q in zip(a, b, strict=True))


def words_commute(a, b):
    return sum(p != q and "I" not in (p, q) for p, q in zip(a, b, strict=True)) % 2 == 0


def group_of(words, n):
    group = {"I" * n}
    for word in words:
        group |= {times(word, g) for g in group}
    return group


def blocks_related(blocks):
    """Whether blocks commute inside, and each pair commutes or anticommutes as a whole."""
    inside = all(words_commute(p, q) for block in blocks for p, q in combinations(block, 2))
    pairs = ({words_commute(p, q) for p in a for q in b} for a, b in combinations(blocks, 2))
    return inside and all(len(verdicts) == 1 for verdicts in pairs)


def is_slpa(blocks, group):
    """The definition, docs/mathematics/structure.md (4.5), for a proper group of words."""
    unions = all(times(s, p) in block for block in blocks for s in group for p in block)
    kept = all(words_commute(s, p) for block in blocks for s in group for p in block)
    return len(group) > 1 and unions and kept and blocks_related(blocks)


def largest_group(blocks, n):
    """All words that commute with every rotation and map every block to itself."""
    return {
        s
        for s in oracle.all_words(n)
        if all(words_commute(s, p) and times(s, p) in block for block in blocks for p in block)
    }
