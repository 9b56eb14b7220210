"""The fewest two-qubit gates by exhaustive search over Clifford frames, for two or three qubits."""

from __future__ import annotations

from itertools import combinations, product

from qansatz.pauli.strings import Pauli, anticommute


def fewest_in_frames(strings: list[Pauli], n_qubits: int) -> int:
    """The least number of two-qubit gates that execute rotations about strings, up to a final Clifford.

    A frame up to Cliffords on single qubits is, for every qubit, the three strings (as pairs of bit vectors) that it
    makes X, Y and Z of that qubit. Breadth first over frames and sets of executed rotations.
    """
    bits = [(p.x, p.z) for p in strings]
    before = [
        sum(1 << i for i in range(k) if anticommute(strings[i], strings[k]))
        for k in range(len(strings))
    ]
    identity = frozenset(
        frozenset([(1 << q, 0), (0, 1 << q), (1 << q, 1 << q)]) for q in range(n_qubits)
    )
    everything = (1 << len(strings)) - 1

    def settled(frame, done):
        light = frozenset().union(*frame) | {(0, 0)}
        while True:
            more = done
            for k, pair in enumerate(bits):
                if pair in light and before[k] & ~more == 0:
                    more |= 1 << k
            if more == done:
                return frame, done
            done = more

    level, seen, count = {settled(identity, 0)}, set(), 0
    while all(done != everything for _, done in level):
        seen |= level
        following = set()
        for frame, done in level:
            for a, b in combinations(frame, 2):
                for u, v in product(a, b):
                    own = times(u, v)
                    turned = frame - {a, b} | {
                        frozenset([u, *(times(p, v) for p in a if p != u)]),
                        frozenset([v, *(times(q, u) for q in b if q != v)]),
                    }
                    following.add(settled(turned, done))
                    for k, pair in enumerate(bits):
                        if pair == own and before[k] & ~done == 0:
                            following.add(settled(frame, done | 1 << k))
                            following.add(settled(turned, done | 1 << k))
        level, count = following - seen, count + 1
    return count


def times(p: tuple[int, int], q: tuple[int, int]) -> tuple[int, int]:
    return p[0] ^ q[0], p[1] ^ q[1]
