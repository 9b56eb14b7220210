"""Random programs with shared angles against brute force: all valid groupings, and the group that layers generate.

    PYTHONPATH=. python benchmarks/shared_angles.py [N_PROGRAMS] [SEED]

For each program (at most four qubits, seven rotations) every partition of its rotations into groups of one angle is
tried for validity by walking through spellings; the least dimension over valid groupings, and that of the tangent
space of random layers, come from dense matrices modulo a prime. No "exact" may differ, and no bound may be violated.
Random interleaved loops, whose angles can be brought together, must all be exact and right.
"""

from __future__ import annotations

import random
import sys
import time

import numpy as np

from qansatz.driver import compile_source
from qansatz.source import Source
from tests.oracles.groupings import is_valid
from tests.oracles.structure import words_commute

PRIME = 2_147_482_873  # 1 modulo 4, so that a square root of −1 exists
ROOT = next(
    r for g in range(2, 99) if pow(r := pow(g, (PRIME - 1) // 4, PRIME), 2, PRIME) == PRIME - 1
)
LETTERS = {
    "I": [[1, 0], [0, 1]],
    "X": [[0, 1], [1, 0]],
    "Y": [[0, PRIME - ROOT], [ROOT, 0]],
    "Z": [[1, 0], [0, PRIME - 1]],
}


def times(a, b):
    """The product of matrices modulo the prime, without overflow."""
    high, low = a >> 16, a & 0xFFFF
    return (((high @ b % PRIME) << 16) % PRIME + low @ b) % PRIME if len(a) <= 16 else None


def matrix(word):
    made = np.array([[1]], dtype=np.int64)
    for letter in word:
        made = np.kron(made, np.array(LETTERS[letter], dtype=np.int64)) % PRIME
    return made


class Space:
    """A span of vectors modulo the prime, in reduced form."""

    def __init__(self):
        self.rows = {}

    def insert(self, vector):
        vector = vector % PRIME
        for pivot, row in self.rows.items():
            if vector[pivot]:
                vector = (vector - vector[pivot] * row) % PRIME
        nonzero = np.flatnonzero(vector)
        if not len(nonzero):
            return False
        pivot = int(nonzero[0])
        vector = vector * pow(int(vector[pivot]), PRIME - 2, PRIME) % PRIME
        self.rows[pivot] = vector
        return True


def dimension(generators):
    """The dimension of the Lie algebra that matrices generate, the identity left out."""
    space, left = Space(), []
    for g in generators:
        trace = int(np.trace(g)) * pow(len(g), PRIME - 2, PRIME) % PRIME
        g = (g - trace * np.eye(len(g), dtype=np.int64)) % PRIME
        if space.insert(g.ravel()):
            left.append(g)
    start = [*left]
    while left:
        current = left.pop()
        for g in start:
            bracket = (times(current, g) - times(g, current)) % PRIME
            if space.insert(bracket.ravel()):
                left.append(bracket)
    return len(space.rows)


def tangents(rotations, rng):
    """U†·∂U/∂θ of every angle at a random point with rational sines and cosines."""
    size = 2 ** len(rotations[0][0])
    points = {}
    for _, angle in rotations:
        t = rng.randrange(2, PRIME - 2)
        inverse = pow(1 + t * t, PRIME - 2, PRIME)
        points.setdefault(angle, ((1 - t * t) * inverse % PRIME, 2 * t * inverse % PRIME))
    made = {angle: np.zeros((size, size), dtype=np.int64) for angle in points}
    one = np.eye(size, dtype=np.int64)
    for word, angle in reversed(rotations):
        p = matrix(word)
        # exp(-iφP/2) with half angles rational: cos, sin of φ/2 are the point's.
        c, s = points[angle]
        forward = (c * one - ROOT * s % PRIME * p) % PRIME
        backward = (c * one + ROOT * s % PRIME * p) % PRIME
        made = {k: times(times(backward, m), forward) for k, m in made.items()}
        made[angle] = (made[angle] + p) % PRIME
    return [*made.values()]


def partitions(rows):
    if not rows:
        yield []
        return
    first, *rest = rows
    for other in partitions(rest):
        yield [[first], *other]
        for k in range(len(other)):
            yield [*other[:k], [first, *other[k]], *other[k + 1 :]]


def least_dimension(rotations):
    """The least dimension over valid groupings."""
    words = [word for word, _ in rotations]
    labels = [angle for _, angle in rotations]
    by_angle = {}
    for row, angle in enumerate(labels):
        by_angle.setdefault(angle, []).append(row)
    choices = [[]]
    for rows in by_angle.values():
        choices = [[*some, *parts] for some in choices for parts in partitions(rows)]
    best = None
    for groups in sorted(choices, key=len):
        group = [
            next(k for k, rows in enumerate(groups) if row in rows) for row in range(len(words))
        ]
        if is_valid(words, labels, group):
            sums = [sum(matrix(words[row]) for row in rows) % PRIME for rows in groups]
            size = dimension(sums)
            best = size if best is None else min(best, size)
    return best


def source(n, rotations):
    count = 1 + max(angle for _, angle in rotations)
    body = "\n".join(f'  rot(p"{word}", t[{angle}])' for word, angle in rotations)
    return f"qans 1\nansatz a() {{\n  qubits q[{n}]\n  param t[{count}]\n{body}\n}}\n"


def interleaved(rng, n):
    """A layer of commuting sums, one angle each, in a spelling with its loops interleaved."""
    sums = []
    for _ in range(rng.randrange(2, 4)):
        words = []
        for _ in range(rng.randrange(1, 4)):
            word = "".join(rng.choice("IIXYZ") for _ in range(n))
            if word != "I" * n and word not in words and all(words_commute(word, w) for w in words):
                words.append(word)
        sums.append(words or ["X" + "I" * (n - 1)])
    rows = [(word, angle) for angle, words in enumerate(sums) for word in words]
    for _ in range(60):
        k = rng.randrange(max(1, len(rows) - 1))
        if k + 1 < len(rows) and words_commute(rows[k][0], rows[k + 1][0]):
            rows[k], rows[k + 1] = rows[k + 1], rows[k]
    return sums, rows


def main():
    n_programs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    rng, begun = random.Random(seed), time.process_time()
    wrong = n_exact = n_loops = 0
    for number in range(n_programs):
        n = rng.choice((1, 2, 2, 2, 3, 3, 4))
        loop = number % 2 == 0
        if loop:
            sums, rotations = interleaved(rng, n)
        else:
            words = ["".join(rng.choice("IXYZ") for _ in range(n)) for _ in range(3)]
            words = [word for word in words if word != "I" * n] or ["X" * n]
            angles = rng.randrange(1, 4)
            rotations = [
                (rng.choice(words), rng.randrange(angles)) for _ in range(rng.randrange(1, 8))
            ]
        compilation = compile_source(Source("a.qans", source(n, rotations)))
        algebra = compilation.algebra
        group = dimension([g for _ in range(3) for g in tangents(rotations, rng)])
        problems = []
        if loop:
            n_loops += 1
            right = dimension([sum(map(matrix, s)) % PRIME for s in sums])
            if not algebra.exact or algebra.dimension != right:
                problems.append(f"an interleaved loop of dimension {right}")
        else:
            right = least_dimension(rotations)
        if algebra.exact and algebra.dimension not in (right, group):
            problems.append(f"exact, but the least over groupings is {right}")
        if algebra.dimension < group:
            problems.append(f"below the group of layers, {group}")
        if algebra.at_least > group and not algebra.exact:
            problems.append(f"its lower bound is above the group of layers, {group}")
        n_exact += algebra.exact
        if problems:
            wrong += 1
            print(source(n, rotations), algebra.dimension_text, *problems, sep="\n", flush=True)
    print(
        f"{n_programs} programs, {n_loops} interleaved loops, {n_exact} exact, {wrong} wrong, "
        f"{time.process_time() - begun:.0f} s of CPU"
    )


if __name__ == "__main__":
    main()
