"""Circuits of fixed gates for Cliffords and stabilizer states, greedy in two-qubit gates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.cliffords import FixedGates
from qansatz.pauli.strings import Pauli

if TYPE_CHECKING:
    from qansatz.pauli.cliffords import Tableau

Bits: TypeAlias = npt.NDArray[np.bool_]
Local: TypeAlias = tuple[bool, bool]

_INVERSE = {"s": "sdg", "sdg": "s"}
_CANDIDATES = 10  # qubits of a string among which the best gate is looked for
_PRODUCTS_UP_TO = 64  # rows; beyond, stabilizers are not multiplied together to lower their weights


def synthesize(tableau: Tableau) -> FixedGates:
    """Fixed gates, in time order, of the Clifford of a tableau up to a global phase.

    Swaps come first and relabel qubits. The pair (CX_iC†, CZ_iC†) that is cheapest to bring to one
    qubit goes next, as in Bravyi, Shaydulin, Hu and Maslov, arXiv:2105.02291.
    """
    qubits = [i for i in range(tableau.n_qubits) if tableau.touched >> i & 1]
    inverse = tableau.inverse()
    images = [inverse.xs[i] for i in qubits] + [inverse.zs[i] for i in qubits]
    frame = _Frame(images, qubits)
    free, pairs, home = np.arange(len(qubits)), list(range(len(qubits))), {}
    while pairs:
        pair, kinds = _cheapest_pair(frame, np.array(pairs), free)
        target = _collect_pair(frame, pair, pair + len(qubits), free, kinds)
        home[pair] = target
        pairs.remove(pair)
        free = free[free != target]
    return [*_permutation(home, qubits), *_inverted(frame.gates)]


def stabilizer_state_circuit(stabilizers: Sequence[Pauli], n_qubits: int) -> FixedGates:
    """Fixed gates, in time order, that prepare from |0…0⟩ the state with these stabilizers.

    ``ValueError`` unless they are n_qubits independent commuting strings of phase 0 or 2.
    """
    if len(stabilizers) != n_qubits:
        raise ValueError(f"{n_qubits} stabilizers are needed, not {len(stabilizers)}")
    frame = _Frame(stabilizers, list(range(n_qubits)))
    rows = list(range(n_qubits))
    while rows:
        if len(rows) <= _PRODUCTS_UP_TO:
            _lighten(frame, rows)
        weights = frame.weights(rows)
        row = rows.pop(int(np.argmin(weights)))
        if not weights.min():
            raise ValueError("the stabilizers are not independent")
        _collect_stabilizer(frame, row, rows)
    return _inverted(frame.gates)


class _Frame:
    """Signed strings, one a column, conjugated by gates that are recorded: P ↦ GPG†."""

    def __init__(self, strings: Sequence[Pauli], qubits: list[int]) -> None:
        """``qubits`` are the qubits that the strings act on; row k of the bits is qubits[k]."""
        self.qubits = qubits
        self.x = np.array([[p.x >> q & 1 for p in strings] for q in qubits], dtype=np.bool_)
        self.z = np.array([[p.z >> q & 1 for p in strings] for q in qubits], dtype=np.bool_)
        self.negative = np.array([p.phase == 2 for p in strings], dtype=np.bool_)
        self.gates: FixedGates = []

    def apply(self, name: str, a: int, b: int = -1) -> None:
        x, z = self.x, self.z
        match name:
            case "h":
                self.negative ^= x[a] & z[a]
                x[a], z[a] = z[a].copy(), x[a].copy()
            case "s":
                self.negative ^= x[a] & z[a]
                z[a] ^= x[a]
            case "sdg":
                self.negative ^= x[a] & ~z[a]
                z[a] ^= x[a]
            case "x":
                self.negative ^= z[a]
            case "z":
                self.negative ^= x[a]
            case "cx":
                self.negative ^= x[a] & z[b] & ~(x[b] ^ z[a])
                x[b] ^= x[a]
                z[a] ^= z[b]
        self.gates.append((name, (self.qubits[a],) if b < 0 else (self.qubits[a], self.qubits[b])))

    def to_x(self, qubit: int, letter: Local) -> None:
        """Turn a letter (x, z) at a qubit into ±X."""
        match letter:
            case (True, True):
                self.apply("sdg", qubit)
            case (False, True):
                self.apply("h", qubit)

    def to_z(self, qubit: int, letter: Local) -> None:
        """Turn a letter (x, z) at a qubit into ±Z."""
        if letter != (False, True):
            self.to_x(qubit, letter)
            self.apply("h", qubit)

    def letter(self, qubit: int, string: int) -> Local:
        return bool(self.x[qubit, string]), bool(self.z[qubit, string])

    def support(self, string: int) -> list[int]:
        return np.flatnonzero(self.x[:, string] | self.z[:, string]).tolist()

    def weights(self, strings: Sequence[int]) -> npt.NDArray[np.int64]:
        weights: npt.NDArray[np.int64] = (self.x[:, strings] | self.z[:, strings]).sum(axis=0)
        return weights

    def multiply(self, string: int, factor: int) -> None:
        """Replace a string by its product with one that commutes with it."""
        x1, z1, x2, z2 = self.x[:, string], self.z[:, string], self.x[:, factor], self.z[:, factor]
        x, z = x1 ^ x2, z1 ^ z2
        ys = [int(np.count_nonzero(bits)) for bits in (x1 & z1, x2 & z2, x & z, z1 & x2)]
        phase = (ys[0] + ys[1] - ys[2] + 2 * ys[3]) % 4
        if phase % 2:
            raise ValueError("the stabilizers do not commute")
        self.negative[string] ^= self.negative[factor] ^ (phase == 2)
        self.x[:, string], self.z[:, string] = x, z


def _cheapest_pair(
    frame: _Frame, pairs: npt.NDArray[np.int64], free: npt.NDArray[np.int64]
) -> tuple[int, tuple[Bits, Bits, Bits, Bits]]:
    m = frame.x.shape[1] // 2
    x, z = frame.x[np.ix_(free, pairs)], frame.z[np.ix_(free, pairs)]
    u, v = frame.x[np.ix_(free, pairs + m)], frame.z[np.ix_(free, pairs + m)]
    first, second = x | z, u | v
    crossed = (x & v) ^ (z & u)
    equal = first & second & ~crossed
    n_equal = equal.sum(axis=0)
    lone = (first ^ second).sum(axis=0)
    cost = 3 * (crossed.sum(axis=0) - 1) // 2 + n_equal + (n_equal > 0) + lone
    best = int(np.argmin(cost))
    kinds = (crossed, equal, first & ~second, second & ~first)
    return int(pairs[best]), tuple(kind[:, best] for kind in kinds)


def _collect_pair(
    frame: _Frame, p: int, q: int, free: npt.NDArray[np.int64], kinds: tuple[Bits, Bits, Bits, Bits]
) -> int:
    """Bring the anticommuting strings p and q to X and Z of one qubit, which is returned."""
    crossed, equal, firsts, seconds = (free[kind].tolist() for kind in kinds)
    for i in crossed:
        frame.to_x(i, frame.letter(i, p))
        if frame.letter(i, q) == (True, True):
            for name in ("h", "s", "h"):
                frame.apply(name, i)
    for i in (*equal, *firsts):
        frame.to_x(i, frame.letter(i, p))
    for i in seconds:
        frame.to_z(i, frame.letter(i, q))
    target: int = p if p in crossed else crossed[0]
    crossed.remove(target)
    for i in firsts:
        frame.apply("cx", target, i)
    for i in seconds:
        frame.apply("cx", i, target)
    for i in equal[1:]:
        frame.apply("cx", equal[0], i)
    if equal:
        frame.apply("cx", target, equal[0])
        frame.apply("h", equal[0])
        frame.apply("cx", equal[0], target)
    for i, j in zip(crossed[::2], crossed[1::2], strict=True):
        frame.apply("cx", i, j)
        frame.apply("cx", target, i)
        frame.apply("cx", j, target)
    if frame.negative[p]:
        frame.apply("z", target)
    if frame.negative[q]:
        frame.apply("x", target)
    return target


def _permutation(home: dict[int, int], qubits: list[int]) -> FixedGates:
    """Swaps that carry position i to ``home[i]``."""
    at = dict(home)
    swaps: FixedGates = []
    for i in sorted(home):
        while at[i] != i:
            j = at[i]
            swaps.append(("swap", (qubits[i], qubits[j])))
            at[i], at[j] = at[j], at[i]
    return swaps


def _lighten(frame: _Frame, rows: list[int]) -> None:
    """Multiply strings together as long as that lowers a weight."""
    while True:
        x, z, weights = frame.x[:, rows], frame.z[:, rows], frame.weights(rows)
        either = (x[:, :, None] ^ x[:, None, :]) | (z[:, :, None] ^ z[:, None, :])
        gain = weights[:, None] - either.sum(axis=0)
        np.fill_diagonal(gain, 0)
        i, j = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if gain[i, j] <= 0:
            return
        frame.multiply(rows[int(i)], rows[int(j)])


def _collect_stabilizer(frame: _Frame, row: int, others: list[int]) -> None:
    """Bring a string to Z of one qubit and clear that qubit from the others."""
    support = frame.support(row)
    while len(support) > 1:
        away, onto, turn = _best_elimination(frame, row, others, support[:_CANDIDATES])
        frame.to_z(away, frame.letter(away, row))
        frame.to_z(onto, frame.letter(onto, row))
        if turn:
            frame.apply("s", onto)
        frame.apply("cx", away, onto)
        support.remove(away)
    (pivot,) = support
    frame.to_z(pivot, frame.letter(pivot, row))
    if frame.negative[row]:
        frame.apply("x", pivot)
    for other in others:
        if frame.x[pivot, other]:
            raise ValueError("the stabilizers do not commute")
        if frame.z[pivot, other]:
            frame.multiply(other, row)


def _best_elimination(
    frame: _Frame, row: int, others: list[int], support: list[int]
) -> tuple[int, int, bool]:
    """The two qubits, and the axis on the second, whose controlled gate leaves the others lightest.

    The gate is controlled by the row's letter on the first qubit, so it takes the row off that
    qubit, and applies a letter that anticommutes with the row's on the second: two choices.
    """
    x, z = frame.x[:, others], frame.z[:, others]
    best, choice = None, (support[0], support[1], False)
    for a, b in permutations(support, 2):
        (ax, az), (bx, bz) = frame.letter(a, row), frame.letter(b, row)
        flips_b = (x[a] & az) ^ (z[a] & ax)
        for turn, (tx, tz) in enumerate(_conjugates(bx, bz)):
            flips_a = (x[b] & tz) ^ (z[b] & tx)
            on_a = (x[a] ^ (flips_a & ax)) | (z[a] ^ (flips_a & az))
            on_b = (x[b] ^ (flips_b & tx)) | (z[b] ^ (flips_b & tz))
            before = (x[a] | z[a]).sum() + (x[b] | z[b]).sum()
            score = int(on_a.sum() + on_b.sum()) - int(before)
            if best is None or score < best:
                best, choice = score, (a, b, bool(turn))
    return choice


def _conjugates(x: bool, z: bool) -> tuple[Local, Local]:
    """The letters that become X and Y when :meth:`_Frame.to_z` turns the letter (x, z) into Z."""
    match x, z:
        case True, False:
            return (False, True), (True, True)
        case True, True:
            return (False, True), (True, False)
        case _:
            return (True, False), (True, True)


def _inverted(gates: Iterable[tuple[str, tuple[int, ...]]]) -> FixedGates:
    return [(_INVERSE.get(name, name), qubits) for name, qubits in reversed([*gates])]
