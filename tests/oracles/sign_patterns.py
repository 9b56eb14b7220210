"""Sign patterns from their definition: words, all pairs, integers with one bit a rotation."""

from __future__ import annotations

from qansatz.pauli.strings import Pauli, from_word


def words_anticommute(a: str, b: str) -> bool:
    return sum(x != y and "I" not in (x, y) for x, y in zip(a, b, strict=True)) % 2 == 1


def active(sequence: list[str], observables: list[str]) -> list[int]:
    """Rotations that anticommute with an observable or with a later active one."""
    felt = list(observables)
    rows = []
    for row in reversed(range(len(sequence))):
        if any(words_anticommute(sequence[row], other) for other in felt):
            rows.append(row)
            felt.append(sequence[row])
    return rows[::-1]


def pattern(sequence: list[str], rows: list[int], row: int) -> int:
    """Bit k is set when rotation rows[k] is later than row and anticommutes with it."""
    return sum(
        1 << k
        for k, other in enumerate(rows)
        if other > row and words_anticommute(sequence[row], sequence[other])
    )


def letter(p: Pauli, qubit: int) -> str:
    return {(0, 0): "I", (1, 0): "X", (1, 1): "Y", (0, 1): "Z"}[p.x >> qubit & 1, p.z >> qubit & 1]


def image(sequence: list[str], rows: list[int], q: Pauli) -> int:
    """Bit k is set when q anticommutes with rotation rows[k]."""
    word = "".join(letter(q, k) for k in range(len(sequence[0]) if sequence else 0))
    return sum(1 << k for k, row in enumerate(rows) if words_anticommute(word, sequence[row]))


def span(vectors: list[int]) -> set[int]:
    found = {0}
    for vector in vectors:
        found |= {vector ^ other for other in found}
    return found


def is_product(q: Pauli, generators) -> bool:
    """Whether q, sign included, is a product of some generators, by trying all."""
    products = {from_word("")}
    for generator in generators:
        products |= {generator * other for other in products}
    return q in products
