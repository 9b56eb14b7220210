"""Which rotations depend on which: levels of the order that is left when commuting neighbours may be exchanged.

Circuits are words modulo the exchange of commuting neighbours (Mazurkiewicz traces): of two rotations that anticommute
the earlier one stays the earlier one, and nothing else is fixed. The level of a rotation is the length of the longest
chain of rotations that leads to it, each anticommuting with the next (the Foata normal form); it is the same for every
spelling of a circuit.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli import gf2
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable

Column: TypeAlias = npt.NDArray[np.int32]
Bits: TypeAlias = npt.NDArray[np.bool_]

#: Up to so many strings that meet another letter of a string are kept as a list of those that anticommute with it.
_FEW: Final = 256
#: Strings of lower levels that are compared one by one before all strings are at once.
_NEAR: Final = 64


def levels(
    strings: PauliTable, string: Column, group: Column | None = None, counted: Bits | None = None
) -> Column:
    """The level of every rotation, 0 or more; rotation k in time order turns about row ``string[k]`` of a table.

    Rotations with the same number in ``group``, which stand next to each other and commute, count as one. Where
    ``counted`` is given, a chain is as long as the rotations of it that are counted. Time grows linearly with the
    rotations where their strings act on few qubits, at most with the rotations times the distinct strings.
    """
    if not len(string):
        return string
    chains = _Levels(strings)
    number = np.arange(len(string)) if group is None else group
    steps = np.ones(len(string), dtype=np.int64) if counted is None else counted.astype(np.int64)
    starts = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    column, out = string.tolist(), array("i")
    ends = [*starts[1:].tolist(), len(column)]
    for start, stop, step in zip(starts.tolist(), ends, steps[starts].tolist(), strict=True):
        if stop - start == 1:
            s = column[start]
            level = chains.behind(s)
            chains.place(s, level + step)
            out.append(level)
            continue
        members = column[start:stop]
        level = max(map(chains.behind, members))
        for s in members:
            chains.place(s, level + step)
        out.extend([level] * len(members))
    return np.array(out, dtype=np.int32)


class _Levels:
    """The longest chains so far: those that end in a letter on a qubit, in a string, and the strings by length."""

    def __init__(self, strings: PauliTable) -> None:
        self.strings = strings
        self.paulis = strings.paulis()
        self.own, self.others = _letters(self.paulis)
        n_letters = 3 * strings.n_qubits
        self.with_letter: list[list[int]] = [[] for _ in range(n_letters)]
        for s, letters in enumerate(self.own):
            for letter in letters:
                self.with_letter[letter].append(s)
        self.top = [0] * n_letters
        self.at_top = [-1] * n_letters  # a string that ends such a chain
        self.latest = array("i", [0]) * len(strings)
        self.latest_column = np.frombuffer(self.latest, dtype=np.int32)
        self.members: list[list[int]] = [[]]
        self.conflicts: dict[int, list[int] | None] = {}

    def behind(self, s: int) -> int:
        """The length of the longest chain that ends in a string that anticommutes with string s."""
        top, others = self.top, self.others[s]
        highest = 0
        for letter in others:
            if top[letter] > highest:
                highest = top[letter]
        if not highest or len(others) == 2:
            return highest
        pauli = self.paulis[s]
        tried: set[int] = set()
        for letter in others:
            if top[letter] == highest:
                other = self.at_top[letter]
                if other not in tried:
                    if anticommute(pauli, self.paulis[other]):
                        return highest
                    tried.add(other)
        return self._below(s, highest)

    def place(self, s: int, length: int) -> None:
        """Let a chain of some length end in string s."""
        top, at_top = self.top, self.at_top
        for letter in self.own[s]:
            if length > top[letter]:
                top[letter] = length
                at_top[letter] = s
        if length > self.latest[s]:
            self.latest[s] = length
            while len(self.members) <= length:
                self.members.append([])
            self.members[length].append(s)

    def _below(self, s: int, highest: int) -> int:
        if s not in self.conflicts:
            self.conflicts[s] = self._few_conflicts(s)
        few = self.conflicts[s]
        if few is not None:
            return max((self.latest[other] for other in few), default=0)
        pauli, left = self.paulis[s], _NEAR
        for length in range(highest, 0, -1):
            left -= len(self.members[length])
            if left < 0:
                break
            if any(anticommute(pauli, self.paulis[other]) for other in self.members[length]):
                return length
        else:
            return 0
        conflicts = self.strings.anticommute_with(pauli)
        return int(self.latest_column.max(initial=0, where=conflicts))

    def _few_conflicts(self, s: int) -> list[int] | None:
        """The strings that anticommute with string s, None where many have another letter on its qubits."""
        if sum(len(self.with_letter[letter]) for letter in self.others[s]) > _FEW:
            return None
        pauli = self.paulis[s]
        met = {other for letter in self.others[s] for other in self.with_letter[letter]}
        return [other for other in met if anticommute(pauli, self.paulis[other])]


def _letters(paulis: Sequence[Pauli]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """For each string its letters, numbered 3·qubit + (0, 1, 2 for X, Y, Z), and the other letters on its qubits."""
    letters, others = [], []
    for x, z, _ in paulis:
        mine, theirs = [], []
        for qubit in gf2.bits(x | z):
            has_x, has_z = x >> qubit & 1, z >> qubit & 1
            letter = 3 * qubit + (has_z if has_x else 2)
            mine.append(letter)
            theirs += [k for k in (3 * qubit, 3 * qubit + 1, 3 * qubit + 2) if k != letter]
        letters.append(tuple(mine))
        others.append(tuple(theirs))
    return letters, others
