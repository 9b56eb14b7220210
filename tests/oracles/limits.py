"""Which derivatives of a deep periodic circuit commute as operators, from dense matrices at random angles."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from tests.oracles.dense import word_matrix
from tests.oracles.sign_patterns import words_anticommute


def operators(layer: list[str], n_layers: int, n_measured: int, observable, seed: int):
    """Γ of the rotations of the first ``n_measured`` of some layers, in the frame after the circuit."""
    draw = np.random.default_rng(seed)
    n = len(layer[0])
    after = np.eye(2**n, dtype=complex)
    found = []
    for k in reversed(range(n_layers)):
        for word in reversed(layer):
            p = word_matrix(word)
            if k < n_measured:
                a = after @ p @ after.conj().T
                found.append(a @ observable - observable @ a)
            angle = draw.uniform(0.5, 2.5)
            after = after @ (np.cos(angle / 2) * np.eye(2**n) - 1j * np.sin(angle / 2) * p)
    return found[::-1]


def conflicts(layer: list[str], n_layers: int, n_measured: int, terms) -> tuple[list[bool], set]:
    """Which Γ differ from 0, and the pairs that do not commute, at three points."""
    observable = sum(c * word_matrix(w) for c, w in terms)
    alive = [False] * (len(layer) * n_measured)
    pairs = set()
    for seed in range(3):
        found = operators(layer, n_layers, n_measured, observable, seed)
        alive = [a or np.abs(g).max() > 1e-9 for a, g in zip(alive, found, strict=True)]
        for j, k in combinations(range(len(found)), 2):
            if np.abs(found[j] @ found[k] - found[k] @ found[j]).max() > 1e-9:
                pairs.add((j, k))
    return alive, pairs


def chromatic(vertices: list[int], pairs: set) -> int:
    """The least number of groups without a conflict, by trying all."""
    best = len(vertices)

    def place(at: int, groups: list[list[int]]) -> None:
        nonlocal best
        if len(groups) >= best:
            return
        if at == len(vertices):
            best = len(groups)
            return
        v = vertices[at]
        for group in groups:
            if not any((u, v) in pairs for u in group):
                group.append(v)
                place(at + 1, groups)
                group.pop()
        place(at + 1, [*groups, [v]])

    place(0, [])
    return best if vertices else 0


def merged(layer: list[str], n_layers: int, alive: list[bool]) -> int:
    """How many rotations are left when equal ones with nothing against them between are one; dead ones left out."""
    words = layer * n_layers
    count = 0
    for at, word in enumerate(words):
        if not alive[at] or not any(words_anticommute(word, other) for other in layer):
            continue
        before = next(
            (w for w in reversed(words[:at]) if w == word or words_anticommute(w, word)), None
        )
        count += before != word
    return count
