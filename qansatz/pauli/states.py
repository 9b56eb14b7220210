"""Pure states as amplitudes, many at a time: Pauli rotations, fixed gates, expectations, reduced states.

States are complex128 of shape (batch, 2ⁿ); qubit 0 is the most significant bit of an index. Every function here gives
them in column-major order (each amplitude of all states side by side), which is also the fast order to hand over for
many small states; large ones are fast in row-major order (each state by itself) too, where a function says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli

States = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]

_HALF = 0.5**0.5
_MOST_PARTS = 8
# Amplitudes that are copied at a time: they stay in a cache.
_BLOCK = 1 << 14
_I_POWERS = (1, 1j, -1, -1j)


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """What a string P does: (Pψ)[k] = phases[k]·ψ[source[k]]; ``source`` is None for a diagonal P.

    ``phases`` has shape (2ⁿ,): complex, and exact (±1, ±i times the string's own phase).
    """

    source: npt.NDArray[np.intp] | None
    phases: States

    def apply(self, states: States) -> States:
        """P|ψ⟩ for every state."""
        rows = _rows(states)
        moved = rows * self.phases[:, None] if self.source is None else rows[self.source]
        if self.source is not None:
            moved *= self.phases[:, None]
        return moved.T


def index_bits(bits: int, n_qubits: int) -> int:
    """A bit vector of qubits (qubit i at bit i) as a mask on indices (qubit 0 most significant)."""
    return int(f"{bits:0{n_qubits}b}"[::-1], 2) if n_qubits else 0


def action(pauli: Pauli, n_qubits: int) -> Action:
    """The action of a string, its phase included, from P = i^{|x·z|} X^x Z^z."""
    x, z = index_bits(pauli.x, n_qubits), index_bits(pauli.z, n_qubits)
    source = np.arange(2**n_qubits, dtype=np.intp) ^ x
    signs = 1.0 - 2.0 * (np.bitwise_count(source & z) & 1)
    power = (pauli.phase + (pauli.x & pauli.z).bit_count()) % 4
    return Action(source if x else None, signs * complex(_I_POWERS[power]))


def copies(state: npt.ArrayLike, n_copies: int) -> States:
    """A batch of ``n_copies`` equal states from one of shape (2ⁿ,)."""
    amplitudes = np.asarray(state, dtype=np.complex128)
    return np.repeat(amplitudes[:, None], n_copies, axis=1).T


def rotate(states: States, string: Action, angles: npt.ArrayLike) -> None:
    """exp(−iθ/2·P) on every state, in place; ``angles`` in radians, of shape (batch,) or one for all."""
    rows = _rows(states)
    half = np.asarray(angles, dtype=np.float64) / 2
    if string.source is None:
        below = np.exp(-1j * half)
        both = np.stack((np.atleast_1d(below), np.atleast_1d(below.conj())))
        rows *= both[(string.phases.real < 0).astype(np.intp)]
        return
    moved = rows[string.source]
    moved *= (-1j * string.phases)[:, None]
    moved *= np.sin(half)
    rows *= np.cos(half)
    rows += moved


def apply_gate(states: States, name: str, qubits: Sequence[int]) -> None:
    """A fixed gate (``h s sdg x y z cx cz swap``) on every state, in place, in column- or row-major order.

    Raises:
        ValueError: unless the states are contiguous in one of the two orders.
        KeyError: for another gate.
    """
    if not states.flags.f_contiguous:
        if not states.flags.c_contiguous:
            raise ValueError("states are changed in place in column- or row-major order only")
        for state in _one_by_one(states):
            apply_gate(state, name, qubits)
        return
    rows, n_qubits = _rows(states), _n_qubits(states)
    if name in ("cx", "cz", "swap"):
        view = _two_qubits(rows, n_qubits, *qubits)
        match name:
            case "cx":
                view[1, 0], view[1, 1] = view[1, 1].copy(), view[1, 0].copy()
            case "cz":
                view[1, 1] *= -1
            case _:
                view[0, 1], view[1, 0] = view[1, 0].copy(), view[0, 1].copy()
        return
    view = _one_qubit(rows, n_qubits, qubits[0])
    match name:
        case "h":
            zero, ones = view[0].copy(), view[1].copy()
            view[0], view[1] = _HALF * (zero + ones), _HALF * (zero - ones)
        case "x":
            view[0], view[1] = view[1].copy(), view[0].copy()
        case "y":
            view[0], view[1] = -1j * view[1], 1j * view[0]
        case _:
            view[1] *= {"s": 1j, "sdg": -1j, "z": -1}[name]


def stabilizer_state(stabilizers: Sequence[Pauli], n_qubits: int) -> States:
    """The state of shape (2ⁿ,) that n independent commuting strings of phase 0 or 2 stabilize.

    Its entries are 0 or, up to one positive factor, powers of i; the first that is not 0 is positive.

    Raises:
        ValueError: unless there are n independent ones.
    """
    flipping, diagonal = echelon(stabilizers, n_qubits)
    indices = np.arange(2**n_qubits)
    allowed = np.ones(2**n_qubits, dtype=np.bool_)
    for p in diagonal:
        odd = np.bitwise_count(indices & index_bits(p.z, n_qubits)) & 1
        allowed &= odd == (p.phase == 2)
    if len(flipping) + len(diagonal) != n_qubits or not allowed.any():
        raise ValueError(f"{n_qubits} independent stabilizers are needed")
    state = np.zeros((1, 2**n_qubits), dtype=np.complex128, order="F")
    state[0, int(allowed.argmax())] = 1
    for p in flipping:
        state = state + action(p, n_qubits).apply(state)
    vector = state[0] * 2.0 ** (-len(flipping) / 2)
    first = vector[int(np.flatnonzero(vector)[0])]
    result: States = vector * (first.conjugate() / abs(first))
    return result


def expectations(states: States, terms: Iterable[tuple[float, Action]]) -> Floats:
    """⟨ψ|O|ψ⟩ of shape (batch,) for the Hermitian sum O of coefficients times positive strings.

    States in row-major order are taken one by one.
    """
    if _row_major(states):
        strings = list(terms)
        return np.concatenate([expectations(state, strings) for state in _one_by_one(states)])
    rows = _rows(states)
    total = np.zeros(rows.shape[1])
    for coefficient, string in terms:
        moved = _rows(string.apply(states))
        total += coefficient * np.einsum("kb,kb->b", rows.conj(), moved).real
    return total


def fidelities(left: States, right: States) -> Floats:
    """|⟨left|right⟩|² of shape (batch,), state by state."""
    overlaps = np.einsum("kb,kb->b", _rows(left).conj(), _rows(right))
    result: Floats = overlaps.real**2 + overlaps.imag**2
    return result


def purities(states: States) -> Floats:
    """tr ρ_q² of the reduced state of every qubit: shape (batch, n).

    States in row-major order are taken one by one.
    """
    if states.flags.c_contiguous:
        each = np.empty((len(states), _n_qubits(states)))
        for k, state in enumerate(states):
            each[k] = _purities(state)
        return each
    rows, n_qubits = _rows(states), _n_qubits(states)
    values = np.empty((n_qubits, rows.shape[1]))
    for qubit in range(n_qubits):
        zero, ones = _one_qubit(rows, n_qubits, qubit).reshape(2, -1, rows.shape[1])
        p0, p1 = _squares(zero), _squares(ones)
        coherence = np.einsum("kb,kb->b", zero, ones.conj())
        values[qubit] = p0**2 + p1**2 + 2 * (coherence.real**2 + coherence.imag**2)
    return values.T


def _purities(state: States) -> Floats:
    """tr ρ_q² for one state of shape (2ⁿ,): shape (n,)."""
    n_qubits = len(state).bit_length() - 1
    shares = state.real**2 + state.imag**2
    values = np.empty(n_qubits)
    for qubit in range(n_qubits - 1, -1, -1):
        split, halves = state.reshape(2**qubit, 2, -1), shares.reshape(-1, 2)
        ones = float(halves[:, 1].sum())
        shares = halves.sum(axis=1)
        coherence = _overlap(split[:, 0], split[:, 1])
        values[qubit] = (1 - ones) ** 2 + ones**2 + 2 * abs(coherence) ** 2
    return values


def _overlap(left: States, right: States) -> complex:
    """Σ conj(left)·right of shape (parts, size): by long parts where there are few."""
    if len(left) <= _MOST_PARTS:
        return complex(sum(np.vdot(a, b) for a, b in zip(left, right, strict=True)))
    step = max(1, _BLOCK // left.shape[1])
    total = 0j
    for k in range(0, len(left), step):
        parts = (np.ascontiguousarray(side[k : k + step]) for side in (left, right))
        total += complex(np.vdot(*parts))
    return total


def _squares(rows: States) -> Floats:
    squares: Floats = (rows.real**2 + rows.imag**2).sum(axis=0)
    return squares


def _row_major(states: States) -> bool:
    return states.flags.c_contiguous and not states.flags.f_contiguous


def _one_by_one(states: States) -> Iterator[States]:
    """Each state as a batch of one, which is in both orders."""
    return (states[k : k + 1] for k in range(len(states)))


def _rows(states: States) -> States:
    return states.T


def _n_qubits(states: States) -> int:
    return int(states.shape[1]).bit_length() - 1


def _one_qubit(rows: States, n_qubits: int, qubit: int) -> States:
    """A view (2, 2^qubit, 2^(n−qubit−1), batch), the qubit's value first."""
    split = rows.reshape(2**qubit, 2, 2 ** (n_qubits - qubit - 1), rows.shape[1])
    return np.moveaxis(split, 1, 0)


def _two_qubits(rows: States, n_qubits: int, first: int, second: int) -> States:
    """A view (2, 2, …, batch), the values of two qubits first."""
    low, high = sorted((first, second))
    between, after = high - low - 1, n_qubits - high - 1
    split = rows.reshape(2**low, 2, 2**between, 2, 2**after, rows.shape[1])
    return np.moveaxis(split, (1, 3) if first == low else (3, 1), (0, 1))


def echelon(stabilizers: Sequence[Pauli], n_qubits: int) -> tuple[list[Pauli], list[Pauli]]:
    """Generators of the same group: some with independent x parts, the others diagonal and independent."""
    left, flipping, diagonal = list(stabilizers), [], []
    for mask in [1 << q for q in range(n_qubits)]:
        pivot = next((p for p in left if p.x & mask), None)
        if pivot is not None:
            left.remove(pivot)
            flipping.append(pivot)
            left = [p * pivot if p.x & mask else p for p in left]
    for mask in [1 << q for q in range(n_qubits)]:
        pivot = next((p for p in left if p.z & mask), None)
        if pivot is not None:
            left.remove(pivot)
            diagonal.append(pivot)
            left = [p * pivot if p.z & mask else p for p in left]
    return flipping, diagonal
