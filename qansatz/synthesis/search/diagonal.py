"""Commuting strings made diagonal: few two-qubit gates after which no qubit sees two different letters.

A qubit on which all strings of a commuting set have I or one letter is *settled*: a gate on that qubit alone turns
the letter into Z, and what the strings are elsewhere commutes by itself. A string of the group with weight w on the
other qubits settles one of them by w − 1 rotations by π/2, each about a string of weight two that takes one qubit off
it. The lightest strings go first; among equals, steps that leave fewer qubits unsettled and lighter strings, ties at
random with fixed seeds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Final

from qansatz.pauli import gf2
from qansatz.pauli.strings import Pauli, anticommute

_ENUMERATED: Final = 8  # generators of a group all of whose strings are looked at
_CHOICES: Final = 6  # lightest strings that are tried
_QUBITS: Final = 8  # qubits of a string among which steps are looked for


def diagonalizing(strings: Sequence[Pauli], *, tries: int = 8) -> list[Pauli]:
    """Positive strings of weight two: rotations by π/2 about them, in this order, settle every qubit.

    ``strings`` must commute; their signs do not matter. The best of ``tries`` searches is returned.
    """
    best: list[Pauli] | None = None
    for seed in range(max(1, tries)):
        steps = _search(strings, random.Random(seed), None if best is None else len(best))
        if steps is not None and (best is None or len(steps) < len(best)):
            best = steps
        if not best:
            break
    return best or []


def settled_letters(strings: Sequence[Pauli]) -> Pauli | None:
    """The letter that each qubit sees, as one string; None where some qubit sees two different ones."""
    if _unsettled(strings):
        return None
    x = z = 0
    for pauli in strings:
        x |= pauli.x
        z |= pauli.z
    return Pauli(x, z)


def _search(
    strings: Sequence[Pauli], draw: random.Random, at_most: int | None
) -> list[Pauli] | None:
    """One search; None when it needs ``at_most`` steps or more."""
    steps: list[Pauli] = []
    group = _reduced(strings)
    while group:
        if at_most is not None and len(steps) >= at_most:
            return None
        step = _best_step(group, draw)
        steps.append(step)
        group = _reduced([_turned(pauli, step) for pauli in group])
    return steps if at_most is None or len(steps) < at_most else None


def _best_step(group: Sequence[Pauli], draw: random.Random) -> Pauli:
    elements = [*_elements(group)]
    least = min(map(_weight, elements))
    lightest = list(dict.fromkeys(p for p in elements if _weight(p) == least))
    draw.shuffle(lightest)
    best, choice = None, None
    for pauli in lightest[:_CHOICES]:
        for step in _steps(pauli, draw):
            turned = [_turned(p, step) for p in elements]
            left = _unsettled(turned)
            size = left.bit_count()
            weights = sum(1 << size - _weight(p, left) for p in turned)
            score = (-size, weights, draw.random())
            if best is None or score > best:
                best, choice = score, step
    assert choice is not None
    return choice


def _steps(pauli: Pauli, draw: random.Random) -> Iterator[Pauli]:
    """Strings of weight two, a rotation by π/2 about which takes a qubit off a string."""
    qubits = gf2.bits(pauli.x | pauli.z)
    if len(qubits) > _QUBITS:
        qubits = draw.sample(qubits, _QUBITS)
    for away, onto in permutations(qubits, 2):
        letter = Pauli(pauli.x & 1 << away, pauli.z & 1 << away)
        there = (pauli.x >> onto & 1, pauli.z >> onto & 1)
        for x, z in ((1, 0), (0, 1), (1, 1)):
            if (x, z) != there:
                yield Pauli(letter.x | x << onto, letter.z | z << onto)


def _elements(group: Sequence[Pauli]) -> Iterator[Pauli]:
    """The strings of the group, or of a part of it with the lighter ones where it is large; signs left out."""
    if len(group) <= _ENUMERATED:
        products = [Pauli(0, 0)]
        for pauli in group:
            products += [Pauli(p.x ^ pauli.x, p.z ^ pauli.z) for p in products]
        yield from products[1:]
        return
    lighter = _lightened(group)
    yield from lighter
    for k, p in enumerate(lighter):
        for q in lighter[:k]:
            yield Pauli(p.x ^ q.x, p.z ^ q.z)


def _lightened(group: Sequence[Pauli]) -> list[Pauli]:
    """Other generators, each multiplied with others as long as that lowers its weight."""
    rows = [*group]
    changed = True
    while changed:
        changed = False
        for k, p in enumerate(rows):
            for m, q in enumerate(rows):
                product = Pauli(p.x ^ q.x, p.z ^ q.z)
                if m != k and _weight(product) < _weight(p):
                    rows[k] = p = product
                    changed = True
    return rows


def _reduced(strings: Sequence[Pauli]) -> list[Pauli]:
    """Independent generators of the strings on the qubits that are not settled."""
    left = _unsettled(strings)
    n = left.bit_length()
    span, kept = gf2.Span(), []
    for pauli in strings:
        part = Pauli(pauli.x & left, pauli.z & left)
        if span.insert(gf2.vector(part, n)):
            kept.append(part)
    return kept


def _unsettled(strings: Sequence[Pauli]) -> int:
    """The qubits on which the strings have two different letters, as bits."""
    xs = ys = zs = 0
    for pauli in strings:
        xs |= pauli.x & ~pauli.z
        ys |= pauli.x & pauli.z
        zs |= pauli.z & ~pauli.x
    return xs & ys | ys & zs | zs & xs


def _turned(pauli: Pauli, axis: Pauli) -> Pauli:
    """The string after a rotation by π/2, its sign left out."""
    if not anticommute(pauli, axis):
        return pauli
    return Pauli(pauli.x ^ axis.x, pauli.z ^ axis.z)


def _weight(pauli: Pauli, within: int = -1) -> int:
    return ((pauli.x | pauli.z) & within).bit_count()
