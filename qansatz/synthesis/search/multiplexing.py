"""Multiplexed rotations: the strings of a block one after the other, for one gate each.

In a frame where the stabilizers are light, on *syndrome* qubits, a string is a *logical* string on the other qubits
times a *pattern*, the syndrome qubits on which it acts. Let a block be rotations about one logical string, which is a
letter of one qubit by the time. A Clifford about another letter there and a syndrome qubit flips a bit of the pattern
of what is light: a Gray code through 2^s patterns takes 2^s − 1 gates. No logical string is moved by it, but patterns
of later ones are: conjugated by a Pauli string A_i controlled on syndrome qubit i, the logical string L has bit i of
its pattern flipped if it anticommutes with A_i. A flip in a block of L adds to A_i either of the two other letters of
its qubit, M or M·L; so every A_i can be made what is wanted in the end, for no gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final, TypeAlias

import numpy as np

from qansatz.pauli import gf2
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute
from qansatz.pauli.tables import PauliTable

#: Beyond this many syndrome qubits the patterns of an incomplete block are visited nearest first, or by a Gray code.
_EXACT: Final = 3


@dataclass(frozen=True, slots=True)
class Block:
    """Rotations about ``logical`` times patterns (bit i: the i-th syndrome qubit), in the frame of the beginning.

    ``turns`` are the strings there that become the two other letters of the qubit where the logical string is light.
    """

    logical: Pauli
    turns: tuple[Pauli, Pauli]
    patterns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """A Clifford about ``turns[letter]`` of the block and syndrome qubit ``bit``."""

    bit: int
    letter: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The rotation with this pattern, in the frame of the beginning, as a gate on the two qubits where it acts."""

    pattern: int


#: What is done for a block, one gate each; a rotation is executed as soon as it is light.
Walk: TypeAlias = tuple[Flip | Pair, ...]


def walks(
    blocks: Sequence[Block],
    n_bits: int,
    random: Random,
    *,
    wanted: Sequence[Pauli] | None = None,
    n_tries: int = 1,
) -> list[Walk]:
    """A walk for each block, with the fewest gates of some random tries; a complete block takes 2^s − 1 in all.

    Where every A_i is to be ``wanted[i]`` in the end, the later incomplete blocks count on it: see :func:`aligned`.
    """
    if all(_is_complete(block, n_bits) for block in blocks):
        n_tries = 1
    middle = len(blocks) if wanted is None else _middle(blocks, n_bits)
    tried = [_walked(blocks, n_bits, random, wanted, middle) for _ in range(n_tries)]
    return min(tried, key=lambda found: sum(map(len, found)))


def work_of_walk(blocks: Sequence[Block], n_bits: int) -> float:
    """About how many microseconds a try takes."""
    return sum(
        25 if _is_complete(block, n_bits) else 40 + len(block.patterns) ** 2 / 4 for block in blocks
    )


def aligned(
    blocks: Sequence[Block], walks: Sequence[Walk], wanted: Sequence[Pauli], random: Random
) -> list[Walk] | None:
    """The same walks with other letters, so that in the end every A_i is ``wanted[i]``; None where that is impossible.

    Letters change where no incomplete block notices.
    """
    changed, middle = [list(walk) for walk in walks], _middle(blocks, len(wanted))
    for bit, goal in enumerate(wanted):
        total, places = goal, []
        for k, walk in enumerate(walks):
            flips = []
            for j, move in enumerate(walk):
                if isinstance(move, Flip) and move.bit == bit:
                    flips.append((k, j, move.letter))
                    total = _times(total, blocks[k].turns[move.letter])
            if flips:
                places.append(random.choice(flips))
        random.shuffle(places)
        chosen = _chosen(blocks, len(wanted), places, total, middle)
        if chosen is None:
            return None
        for k, j, letter in chosen:
            changed[k][j] = Flip(bit, 1 - letter)
    return [tuple(walk) for walk in changed]


def _is_complete(block: Block, n_bits: int) -> bool:
    return len(block.patterns) == 1 << n_bits


def _middle(blocks: Sequence[Block], n_bits: int) -> int:
    """Where to change from walking forwards to walking backwards: incomplete blocks notice the fewest others there."""
    n = max([1, *((block.logical.x | block.logical.z).bit_length() for block in blocks)])
    table = PauliTable.from_paulis([block.logical for block in blocks], n)
    relation = np.asarray(table.anticommutation(), dtype=np.bool_)
    incomplete = [not _is_complete(block, n_bits) for block in blocks]
    notices = relation & np.array(incomplete, dtype=np.bool_)
    before, after = np.triu(notices).sum(axis=0), np.tril(notices).sum(axis=0)
    costs = np.append(0, np.cumsum(before)) + np.append(0, np.cumsum(after[::-1]))[::-1]
    best = np.flatnonzero(costs == costs.min())
    return int(best[len(best) // 2])


def _walked(
    blocks: Sequence[Block],
    n_bits: int,
    random: Random,
    wanted: Sequence[Pauli] | None,
    middle: int,
) -> list[Walk]:
    """Forwards as long as the beginning is nearer, and backwards from the end."""
    controlled = [IDENTITY] * n_bits
    walks = [_walk(block, controlled, random) for block in blocks[:middle]]
    controlled = [*wanted] if wanted is not None else []
    later = [_walk(block, controlled, random)[::-1] for block in reversed(blocks[middle:])]
    return [*walks, *reversed(later)]


def _walk(block: Block, controlled: list[Pauli], random: Random) -> Walk:
    """Through one block from where it is, seen from one end; ``controlled`` changes in place."""
    n_bits, walk = len(controlled), list[Flip | Pair]()
    if _is_complete(block, n_bits):
        offset, moves = 0, _gray(n_bits, random)
    else:
        offset = _offset(block.logical, controlled)
        moves = _path(frozenset(p ^ offset for p in block.patterns), n_bits, random)
    for move in moves:
        if move < 0:
            walk.append(Pair(~move ^ offset))
            continue
        flip = Flip(move, random.getrandbits(1))
        walk.append(flip)
        controlled[move] = _times(controlled[move], block.turns[flip.letter])
        offset ^= 1 << move
    return tuple(walk)


def _chosen(
    blocks: Sequence[Block],
    n_bits: int,
    places: list[tuple[int, int, int]],
    total: Pauli,
    middle: int,
) -> list[tuple[int, int, int]] | None:
    """Places whose blocks' logical strings multiply to ``total``, unnoticed by incomplete blocks."""
    n = max((p.x | p.z).bit_length() for p in (total, *(block.logical for block in blocks)))
    incomplete = [k for k, block in enumerate(blocks) if not _is_complete(block, n_bits)]
    span = gf2.Echelon()
    for k, _, _ in places:
        row = gf2.vector(blocks[k].logical, n)
        for place, other in enumerate(incomplete):
            between = k < other < middle or middle <= other < k
            if between and anticommute(blocks[k].logical, blocks[other].logical):
                row |= 1 << (2 * n + place)
        span.insert(row)
    left, combination = span.reduce(gf2.vector(total, n))
    return None if left else [places[k] for k in gf2.bits(combination)]


def _times(a: Pauli, b: Pauli) -> Pauli:
    return Pauli(a.x ^ b.x, a.z ^ b.z)


def _offset(logical: Pauli, controlled: Sequence[Pauli]) -> int:
    return sum(anticommute(logical, a) << bit for bit, a in enumerate(controlled))


def _gray(n_bits: int, random: Random) -> list[int]:
    """Bits to flip for all patterns, wherever one begins."""
    order = random.sample(range(n_bits), n_bits)
    return [order[(k & -k).bit_length() - 1] for k in range(1, 1 << n_bits)]


def _path(patterns: frozenset[int], n_bits: int, random: Random) -> list[int]:
    """Moves from pattern 0 that visit all: a bit to flip, or ~p for the pattern p of weight one, not gone to."""
    moves: list[int] = []
    if n_bits <= _EXACT:
        left = patterns - {0}
        while left:
            ways = _onward(left, n_bits)
            fewest = min(_distance(after, n_bits) for _, after in ways)
            best = [way for way in ways if _distance(way[1], n_bits) == fewest]
            flips = [way for way in best if way[0] >= 0]
            move, left = random.choice(flips or best)
            moves.append(move)
        return moves
    left, here = patterns - {0}, 0
    while left:
        fewest = min((p ^ here).bit_count() for p in left)
        aim = random.choice(sorted(p for p in left if (p ^ here).bit_count() == fewest))
        moves += gf2.bits(aim ^ here)
        here = aim
        left -= {aim}
    return min(moves, _gray_as_far_as_needed(patterns, n_bits, random), key=len)


def _gray_as_far_as_needed(patterns: frozenset[int], n_bits: int, random: Random) -> list[int]:
    here, needed, moves = 0, 0, _gray(n_bits, random)
    for count, bit in enumerate(moves, start=1):
        here ^= 1 << bit
        if here in patterns:
            needed = count
    return moves[:needed]


def _onward(left: frozenset[int], n_bits: int) -> list[tuple[int, frozenset[int]]]:
    """What may be done next, and the patterns left after it, as seen from where it leads."""
    ways = [(bit, frozenset(p ^ 1 << bit for p in left) - {0}) for bit in range(n_bits)]
    return ways + [(~p, left - {p}) for p in sorted(left) if p.bit_count() == 1]


@lru_cache(maxsize=4096)
def _distance(left: frozenset[int], n_bits: int) -> int:
    """The fewest moves that visit all."""
    seen, edge, steps = {left}, [left], 0
    while frozenset() not in seen:
        edge = [after for state in edge for _, after in _onward(state, n_bits)]
        edge = [state for state in dict.fromkeys(edge) if state not in seen]
        seen |= {*edge}
        steps += 1
    return steps
