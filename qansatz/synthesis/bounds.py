"""How few two-qubit gates there can be: bounds from below that are proved, each under its hypotheses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.circuits.replay import rotations_of
from qansatz.circuits.rotations import Rotation, weight
from qansatz.model.angles import Affine, slots
from qansatz.model.program import Model
from qansatz.pauli import gf2
from qansatz.pauli.groups import centre
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable
from qansatz.synthesis.normal import normal_form

Bits: TypeAlias = npt.NDArray[np.bool_]
#: Bits of a string, or of a state and a sign.
Direction: TypeAlias = tuple[int, int] | None

#: Rotations, in the source's order, that are looked at: a bound for these is one for all.
LARGEST: Final = 1500
_SEEDS: Final = 48
#: Letters are changed one by one where qubits times strings are no more than this.
_CHANGES: Final = 2000

_NETWORK: Final = (
    "every rotation executed once, as a rotation about one or two qubits in a Clifford frame"
)
_GENERIC: Final = "any circuit of one-qubit gates and rzz, at almost all parameter values"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoQubitBound:
    """No circuit as in ``hypothesis`` has fewer than ``n_two_qubit`` two-qubit gates.

    ``reason`` says what forces them.
    """

    n_two_qubit: int
    hypothesis: str
    reason: str

    def __str__(self) -> str:
        """One line."""
        return f"at least {self.n_two_qubit} two-qubit gates ({self.reason}); {self.hypothesis}"


def two_qubit_bounds(
    model: Model, *, include_initial: bool = True
) -> tuple[TwoQubitBound, TwoQubitBound]:
    """Bounds for circuits of a model up to a final Clifford: for Clifford frames, and for all circuits.

    The proofs are in docs/mathematics/bounds.md. With ``include_initial`` the frame of the
    beginning is taken as free, and the second bound is about states.
    """
    n = model.n_qubits
    rotations, _ = normal_form(rotations_of(model, False), n)
    frames = _in_frames(rotations[:LARGEST], n, free_start=include_initial)
    stabilizers = model.initial.stabilizers if include_initial else None
    independent = _independent(rotations, stabilizers)
    free = 2 * n if include_initial else 3 * n
    return frames, TwoQubitBound(
        n_two_qubit=max(0, -(-(independent - free) // 5)),
        hypothesis=_GENERIC,
        reason=f"{independent} independent parameters, {free} in one-qubit gates and 5 for each gate",
    )


def _in_frames(rotations: Sequence[Rotation], n_qubits: int, *, free_start: bool) -> TwoQubitBound:
    strings = [item.pauli for item in rotations]
    distinct = {*strings}
    light = 3 * n_qubits if free_start else sum(weight(p) == 1 for p in distinct)
    best = TwoQubitBound(
        n_two_qubit=max(0, -(-(len(distinct) - light) // 5)),
        hypothesis=_NETWORK,
        reason=f"{len(distinct)} strings, at most 5 for each gate",
    )
    if strings:
        best = max(
            best, _layered(strings, n_qubits, free_start=free_start), key=lambda b: b.n_two_qubit
        )
    for chain in _chains(strings, n_qubits):
        total = 0
        for k, chosen in enumerate(chain):
            members = {strings[row] for row in chosen}
            local = sum(weight(p) == 1 for p in members)
            if k or free_start:
                total += max(0, len(members) - n_qubits)
            else:
                total += max(0, len(members) - local - (n_qubits - local) // 2)
        if total > best.n_two_qubit:
            sizes = ", ".join(str(len(chosen)) for chosen in chain[:6])
            more = ", …" if len(chain) > 6 else ""
            sets = "sets" if len(chain) > 1 else "one set"
            best = TwoQubitBound(
                n_two_qubit=total,
                hypothesis=_NETWORK,
                reason=f"{sets} of commuting strings in sequence: {sizes}{more}",
            )
    return best


def _layered(strings: Sequence[Pauli], n_qubits: int, *, free_start: bool) -> TwoQubitBound:
    """From layers: a string is in the layer behind the last one with an earlier string that anticommutes with it.

    One gate for every string, less the rank of each later layer, and less what the beginning is worth.
    """
    relation = _relation(strings, n_qubits)
    depth = np.zeros(len(strings), dtype=np.int64)
    for row in range(len(strings)):
        depth[row] = 1 + max(depth[:row][relation[row, :row]], default=-1)
    common = centre(strings)
    layers = [
        [*dict.fromkeys(strings[int(row)] for row in np.flatnonzero(depth == k))]
        for k in range(int(depth.max()) + 1)
    ]
    ranks = [_rank([*common, *layer], n_qubits) - len(common) for layer in layers[1:]]
    begun = n_qubits
    if not free_start:
        light = sum(weight(p) == 1 for p in layers[0])
        begun = light + _entangled([*common, *layers[0]], n_qubits)
    sizes = ", ".join(f"{len(layer)}" for layer in layers[:6]) + (", …" if layers[6:] else "")
    return TwoQubitBound(
        n_two_qubit=max(0, sum(map(len, layers)) - begun - sum(ranks)),
        hypothesis=_NETWORK,
        reason=f"layers of commuting strings: {sizes}; {sum(ranks)} independent ones behind the first",
    )


def _rank(strings: Sequence[Pauli], n_qubits: int) -> int:
    return gf2.rank(gf2.vectors(strings, n_qubits))


def _entangled(first: Sequence[Pauli], n_qubits: int) -> int:
    """β of docs/mathematics/bounds.md (12.5), or more, in the identity frame.

    For letters D, N is what the given strings span, completed by what commutes with them among products of D's letters.
    """
    rows = [(p.x, p.z) for p in first]

    def lost(letters: list[int]) -> int:
        """β: rank less the dimension of what consists of these letters alone."""
        other = [
            sum(
                (((x >> q & 1) * (letters[q] >> 1)) ^ ((z >> q & 1) * (letters[q] & 1))) << q
                for q in range(n_qubits)
            )
            for x, z in rows
        ]
        return gf2.rank(other)

    best = n_qubits
    for letter in (1, 2, 3):
        letters = [letter] * n_qubits
        cost = lost(letters)
        for qubit in range(n_qubits if n_qubits * len(first) <= _CHANGES else 0):
            for other in {1, 2, 3} - {letters[qubit]}:
                changed = [*letters]
                changed[qubit] = other
                if (loss := lost(changed)) < cost:
                    cost, letters = loss, changed
        best = min(best, cost)
    return best


def _relation(strings: Sequence[Pauli], n_qubits: int) -> Bits:
    table = PauliTable.from_paulis(strings, n_qubits)
    return np.asarray(table.anticommutation(), dtype=np.bool_)


def _chains(strings: Sequence[Pauli], n_qubits: int) -> Iterator[list[list[int]]]:
    """Sequences of commuting sets of strings, all of one before all of the next."""
    if not strings:
        return
    relation = _relation(strings, n_qubits)
    after = _descendants(relation)
    seeds = np.unique(np.linspace(0, len(strings) - 1, _SEEDS).astype(int))
    for seed in seeds.tolist():
        chain, allowed = [], np.ones(len(strings), dtype=np.bool_)
        first: int | None = seed
        while first is not None:
            chosen = _commuting(strings, relation, allowed, first)
            chain.append(chosen)
            behind = np.bitwise_and.reduce(after[chosen], axis=0)
            allowed = allowed & np.unpackbits(behind, count=len(strings)).astype(np.bool_)
            ahead = np.flatnonzero(allowed)
            first = int(ahead[0]) if len(ahead) else None
        yield chain


def _descendants(relation: Bits) -> npt.NDArray[np.uint8]:
    """Bit k of row i says that string i stays before string k in every order that keeps anticommuting pairs."""
    size = len(relation)
    direct = np.packbits(np.triu(relation, 1), axis=1)
    after = direct.copy()
    for row in range(size - 1, -1, -1):
        later = np.flatnonzero(relation[row, row + 1 :]) + row + 1
        after[row] |= np.bitwise_or.reduce(after[later], axis=0)
    return after


def _commuting(strings: Sequence[Pauli], relation: Bits, allowed: Bits, first: int) -> list[int]:
    """Rows of distinct commuting strings with ``first``, chosen greedily: those that exclude fewest others next."""
    chosen = [first]
    taken = {strings[first]}
    free = allowed & ~relation[first]
    free[first] = False
    order = np.argsort((relation & free).sum(axis=1), kind="stable")
    for row in order.tolist():
        if free[row] and strings[row] not in taken:
            chosen.append(row)
            taken.add(strings[row])
            free &= ~relation[row]
    return chosen


def _independent(rotations: Sequence[Rotation], stabilizers: Sequence[Pauli] | None) -> int:
    """At most the rank of the derivative by the slots, of the unitary or of the state of stabilizers.

    Taken where all angles are 0, by slots that each move along a direction of their own; 0 where there is no such
    point. At almost all points the rank is no smaller.
    """
    uses = Counter(slot for item in rotations for slot in slots(item.angle))
    directions: dict[int, Counter[Direction]] = {}
    references: dict[int, Pauli] = {}
    for item in rotations:
        match item.angle:
            case Affine(terms=((slot, _),), constant=constant) if uses[slot] == 1 or not constant:
                direction = _direction(item.pauli, stabilizers, references)
                directions.setdefault(slot, Counter())[direction] += 1
            case Affine(terms=terms, constant=constant) if terms and not constant:
                for slot, _ in terms:
                    direction = _direction(item.pauli, stabilizers, references)
                    directions.setdefault(slot, Counter())[direction] += 1
            case _:
                return 0
    seen: set[Direction] = set()
    rank = 0
    for found_directions in directions.values():
        unique = {way for way, times in found_directions.items() if times == 1 and way is not None}
        if unique - seen:
            rank += 1
            seen |= {*found_directions}
    return rank


def _direction(
    pauli: Pauli, stabilizers: Sequence[Pauli] | None, references: dict[int, Pauli]
) -> Direction:
    """In which direction a small rotation moves; equal only if parallel, None where it moves nothing.

    On a stabilizer state P and P′ lead to orthogonal states unless they anticommute with the same stabilizers; then
    they move it along orthogonal directions when P and P′ anticommute.
    """
    if stabilizers is None:
        return pauli.x, pauli.z
    pattern = sum(anticommute(pauli, s) << k for k, s in enumerate(stabilizers))
    if not pattern:
        return None
    reference = references.setdefault(pattern, pauli)
    return pattern, int(anticommute(pauli, reference))
