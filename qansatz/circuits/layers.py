"""Rotations about at most two qubits, reordered into few layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qansatz.circuits.rotations import Rotation, support

#: Partners of a qubit that are all looked at; of more, the first free one in the order of the qubits is taken.
_FEW: Final = 16


def in_layers(items: Sequence[Rotation], n_qubits: int) -> list[Rotation]:
    """The same rotations, in an order with at most the two-qubit depth of the given one.

    On each qubit the rotations fall into runs of one letter; runs keep their order, rotations that share their runs
    commute and may change places. Layers are matchings: the qubit with most left to do first, with the free partner
    that has most left to do. Bonds of a ring, given one after the other, become two layers. Time is about linear in
    the rotations.
    """
    pending = _Pending(items, n_qubits)
    while pending.qubits:
        used: set[int] = set()
        ranked = sorted(pending.qubits, key=lambda qubit: (-pending.load[qubit], qubit))
        for place, a in enumerate(ranked):
            if a in used:
                continue
            b = pending.partner(a, used, ranked[place + 1 :])
            if b is not None:
                used |= {a, b}
                pending.execute_pair(a, b)
        pending.open_next()
    ordered = pending.ordered
    return ordered if depth(ordered, n_qubits) < depth(items, n_qubits) else list(items)


class _Pending:
    """Rotations not yet in layers: which may come next, by the qubits of their pair."""

    def __init__(self, items: Sequence[Rotation], n_qubits: int) -> None:
        """All of them; those on one qubit that may come first are executed."""
        self.items = items
        self.ends = [tuple(support(item.pauli)) for item in items]
        self.runs = _runs(items, n_qubits)
        self.waiting = [[len(run) for run in runs] for runs in self.runs]
        self.current = [0] * n_qubits
        self.load = [0] * n_qubits
        self.blocked = [0] * len(items)
        for qubit, runs in enumerate(self.runs):
            self.load[qubit] = sum(len(self.ends[k]) == 2 for run in runs for k in run)
            for run in runs[1:]:
                for k in run:
                    self.blocked[k] += 1
        self.ordered: list[Rotation] = []
        self.partners: list[dict[int, list[int]]] = [{} for _ in range(n_qubits)]
        self.qubits: set[int] = set()
        self._opened = [k for k, count in enumerate(self.blocked) if not count]
        self.open_next()

    def partner(self, a: int, used: set[int], ranked: Sequence[int]) -> int | None:
        """The free partner of a qubit with most left to do, then the first in the given order of rotations."""
        partners = self.partners[a]
        if len(partners) > _FEW:
            return next((b for b in ranked if b in partners and b not in used), None)
        return min(
            (b for b in partners if b not in used),
            key=lambda b: (-self.load[b], partners[b][0]),
            default=None,
        )

    def execute_pair(self, a: int, b: int) -> None:
        """Execute the first rotation that is open on a pair."""
        k = self.partners[a][b].pop(0)
        if not self.partners[a][b]:
            for qubit, other in ((a, b), (b, a)):
                del self.partners[qubit][other]
                if not self.partners[qubit]:
                    self.qubits.discard(qubit)
        self.load[a] -= 1
        self.load[b] -= 1
        self._execute(k)

    def open_next(self) -> None:
        """Take in what has become possible, and execute of it what acts on one qubit."""
        while self._opened:
            opened, self._opened = sorted(self._opened), []
            for k in opened:
                if len(self.ends[k]) != 2:
                    self._execute(k)
                    continue
                a, b = self.ends[k]
                both = self.partners[a].setdefault(b, [])
                both.append(k)
                self.partners[b][a] = both
                self.qubits |= {a, b}

    def _execute(self, k: int) -> None:
        self.ordered.append(self.items[k])
        for qubit in self.ends[k]:
            run = self.current[qubit]
            self.waiting[qubit][run] -= 1
            if not self.waiting[qubit][run]:
                self.current[qubit] = run + 1
                for following in self.runs[qubit][run + 1 : run + 2]:
                    for other in following:
                        self.blocked[other] -= 1
                        if not self.blocked[other]:
                            self._opened.append(other)


def depth(items: Sequence[Rotation], n_qubits: int) -> int:
    """The number of layers of rotations of weight two when each starts as early as it can."""
    front = [0] * n_qubits
    for item in items:
        qubits = list(support(item.pauli))
        if len(qubits) == 2:
            a, b = qubits
            front[a] = front[b] = max(front[a], front[b]) + 1
    return max(front, default=0)


def _runs(items: Sequence[Rotation], n_qubits: int) -> list[list[list[int]]]:
    """For each qubit, the indices of the rotations on it, cut where their letter changes."""
    runs: list[list[list[int]]] = [[] for _ in range(n_qubits)]
    letters: list[tuple[int, int]] = [(0, 0)] * n_qubits
    for k, item in enumerate(items):
        for qubit in support(item.pauli):
            letter = (item.pauli.x >> qubit & 1, item.pauli.z >> qubit & 1)
            if letter != letters[qubit]:
                runs[qubit].append([])
                letters[qubit] = letter
            runs[qubit][-1].append(k)
    return runs
