"""Rotations about at most two qubits, reordered into few layers."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.pauli.strings import Pauli
from qansatz.synthesis.rotations import Rotation, support, weight


def in_layers(items: Sequence[Rotation], n_qubits: int) -> list[Rotation]:
    """The same rotations, in an order with at most the two-qubit depth of the given one.

    On each qubit the rotations fall into runs of one letter; runs keep their order, rotations that share their runs
    commute and may change places. Layers are matchings, filled by the qubits with most left to do first: bonds of a
    ring, given one after the other, become two layers. Time is linear in the rotations, times the layers they wait.
    """
    runs = _runs(items, n_qubits)
    waiting = [[len(run) for run in qubit_runs] for qubit_runs in runs]
    load = [0] * n_qubits
    blocked = [0] * len(items)
    for qubit, qubit_runs in enumerate(runs):
        load[qubit] = sum(weight(items[k].pauli) == 2 for run in qubit_runs for k in run)
        for run in qubit_runs[1:]:
            for k in run:
                blocked[k] += 1
    current = [0] * n_qubits
    available = [k for k in range(len(items)) if not blocked[k]]
    ordered: list[Rotation] = []

    def execute(k: int, opened: list[int]) -> None:
        ordered.append(items[k])
        for qubit in support(items[k].pauli):
            run = current[qubit]
            waiting[qubit][run] -= 1
            if not waiting[qubit][run]:
                current[qubit] = run + 1
                for other in runs[qubit][run + 1 : run + 2]:
                    for j in other:
                        blocked[j] -= 1
                        if not blocked[j]:
                            opened.append(j)

    while available:
        pairs = []
        while available:
            opened: list[int] = []
            for k in available:
                if weight(items[k].pauli) == 2:
                    pairs.append(k)
                else:
                    execute(k, opened)
            available = opened
        used = 0
        pairs.sort(key=lambda k: (_priority(items[k].pauli, load), k))
        for k in pairs:
            bits = items[k].pauli.x | items[k].pauli.z
            if bits & used:
                available.append(k)
                continue
            used |= bits
            execute(k, available)
            for qubit in support(items[k].pauli):
                load[qubit] -= 1
    return ordered if depth(ordered, n_qubits) < depth(items, n_qubits) else list(items)


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


def _priority(pauli: Pauli, load: Sequence[int]) -> tuple[int, int]:
    loads = [load[qubit] for qubit in support(pauli)]
    return -max(loads), -sum(loads)
