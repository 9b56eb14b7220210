"""What the closure of sums counts in: strings or orbits, numbered as they are met, and the brackets of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qansatz.lie import modular
from qansatz.lie.gradings import Grading, grading
from qansatz.lie.modular import Indices, Residues
from qansatz.pauli.orbits import Reduction, Terms, Trivial
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable, commutators

Integral = dict[tuple[int, int], int]

_LAYERS: Final = 200
_PATIENCE: Final = 200_000_000
#: About microseconds for each string and term of a generator that are bracketed first, and for each product after that.
_OF_ENTRY: Final = 0.2
_OF_PRODUCT: Final = 0.001


class Columns:
    """Strings, or orbits by representative, numbered as they are met; and again within each grade.

    All strings of a generator, and so of an orbit, have one grade (:mod:`qansatz.lie.gradings`).
    """

    def __init__(self, generators: Sequence[Integral], n_qubits: int, reduction: Reduction) -> None:
        """The columns that occur in the generators."""
        self.n_qubits, self.reduction = n_qubits, reduction
        self.generators = tuple(generators)
        self._terms = [
            (PauliTable.from_paulis([Pauli(*key) for key in g], n_qubits), [*g.values()])
            for g in generators
        ]
        self.grading: Grading = grading([strings for strings, _ in self._terms], n_qubits)
        self._number: dict[bytes, int] = {}
        self._tables: list[PauliTable] = []
        self._sizes: list[int] = []
        self._members: list[list[int]] = [[] for _ in range(self.grading.n_grades)]
        self._grade = np.zeros(0, dtype=np.int64)
        self._local = np.zeros(0, dtype=np.int64)
        self._entries: list[dict[int, _Entries]] = [{} for _ in generators]
        self.degrees: list[int] = []
        self.start: list[dict[int, int]] = []
        for strings, weights in self._terms:
            numbers = self.number(reduction.representatives(strings))
            self.degrees.append(int(self._grade[numbers[0]]))
            locals_ = self._local[numbers].tolist()
            self.start.append(dict(zip(locals_, weights, strict=True)))

    def __len__(self) -> int:
        """The number of columns."""
        return len(self._number)

    @property
    def n_generators(self) -> int:
        """The number of generators."""
        return len(self._terms)

    def width(self, grade: int) -> int:
        """The number of columns of a grade."""
        return len(self._members[grade])

    def members(self, grade: int) -> list[int]:
        """The numbers of the columns of a grade."""
        return self._members[grade]

    def number(self, representatives: PauliTable) -> Indices:
        """The columns of orbits, new ones numbered."""
        number_of = self._number
        fresh: list[int] = []
        before = len(number_of)
        numbers = []
        for row, key in enumerate(representatives.keys()):
            k = number_of.setdefault(key, len(number_of))
            if k >= before + len(fresh):
                fresh.append(row)
            numbers.append(k)
        if fresh:
            self._add(representatives.take(fresh), before)
        return np.array(numbers, dtype=np.int64)

    def _add(self, table: PauliTable, before: int) -> None:
        self._tables.append(table)
        if not isinstance(self.reduction, Trivial):
            self._sizes.extend(self.reduction.sizes(table))
        grades = self.grading.grades(table)
        local = np.zeros(len(table), dtype=np.int64)
        for k, grade in enumerate(grades.tolist()):
            local[k] = len(self._members[grade])
            self._members[grade].append(before + k)
        self._grade = np.concatenate((self._grade, grades))
        self._local = np.concatenate((self._local, local))

    def known(self, representatives: PauliTable) -> list[int] | None:
        """The columns of orbits; None when one was never met."""
        keys = representatives.keys()
        numbers = [self._number.get(key, -1) for key in keys]
        return None if -1 in numbers else numbers

    def place(self, number: int) -> tuple[int, int]:
        """The grade of a column, and its number within it."""
        return int(self._grade[number]), int(self._local[number])

    def strings(self) -> PauliTable:
        """The string, or the representative, of every column."""
        if len(self._tables) > 1:
            parts = self._tables
            x, z = (np.concatenate([getattr(t, side) for t in parts]) for side in "xz")
            self._tables = [PauliTable(self.n_qubits, x, z)]
        return self._tables[0] if self._tables else PauliTable.from_paulis([], self.n_qubits)

    def sizes(self) -> list[int]:
        """The number of strings in the orbit of every column."""
        return self._sizes or [1] * len(self)

    def growth(self) -> int:
        """The largest Σ|coefficients| of a bracket of one column met with one generator."""
        return max((e.growth for parts in self._entries for e in parts.values()), default=0)

    def bracket(
        self,
        generator: int,
        grade: int,
        sources: Indices,
        block: Residues,
        prime: int,
        pause: Callable[[float], None] = lambda _: None,
    ) -> Residues:
        """The brackets with a generator of vectors of one grade, nonzero in some columns only.

        ``block`` has shape (columns of the grade, vectors), the result, of the grade that is the sum,
        (vectors, columns of that grade met now). ``pause`` is called between parts of long work, with
        about the microseconds that a part took.
        """
        entries = self._entries[generator].setdefault(grade, _Entries())
        missing = sources[~entries.holds(sources)]
        numbers = np.array(self._members[grade], dtype=np.int64)
        strings, _ = self._terms[generator]
        work = self.reduction.work * self.n_qubits * len(strings)
        for part in _parts(missing, max(1, _PATIENCE // work)):
            source, target, weight = self._expand(generator, numbers[part])
            entries.extend(part, self._local[source], self._local[target], weight)
            pause(_OF_ENTRY * len(part) * len(strings) * self.reduction.work)
        pause(_OF_PRODUCT * len(strings) * block.size)
        total = np.zeros((self.width(grade ^ self.degrees[generator]), block.shape[1]))
        for k, (source, target, weights) in enumerate(entries.layers(prime)):
            inside = source < len(block)
            if not inside.all():
                source, target, weights = source[inside], target[inside], weights[inside]
            total[target] += block[source] * weights[:, None]
            if k % _LAYERS == _LAYERS - 1:
                modular.reduce(total, prime)
        return np.ascontiguousarray(modular.reduce(total, prime).T)

    def _expand(
        self, generator: int, sources: Indices
    ) -> tuple[Indices, Indices, npt.NDArray[Any]]:
        """Source, target and integer weight of every entry of the bracket with a generator."""
        strings, weights = self._terms[generator]
        table = self.strings().take(sources)
        odd = table.anticommutation(strings)
        rows, terms = np.nonzero(odd)
        images, signs = commutators(table.take(rows), strings.take(terms))
        small = max(map(abs, weights)).bit_length() < 31
        factors = np.array(weights, dtype=np.int64 if small else object)[terms] * signs
        targets = self.number(self.reduction.representatives(images))
        if isinstance(self.reduction, Trivial):
            return sources[rows], targets, factors
        pairs, place = np.unique(sources[rows] * (1 << 32) + targets, return_inverse=True)
        totals = np.zeros(len(pairs), dtype=object)
        np.add.at(totals, place, factors.astype(object))
        source, target = pairs >> 32, pairs & (1 << 32) - 1
        sizes = self._sizes
        for k, (s, t) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
            totals[k] = totals[k] * sizes[s] // sizes[t]
        kept = totals != 0
        return source[kept], target[kept], totals[kept]


class _Entries:
    """The matrix of the bracket with one generator, on the columns of one grade looked at so far."""

    def __init__(self) -> None:
        self.growth = 0
        self._source = np.zeros(0, dtype=np.int64)
        self._target = np.zeros(0, dtype=np.int64)
        self._weight: npt.NDArray[Any] = np.zeros(0, dtype=np.int64)
        self._held = np.zeros(0, dtype=np.bool_)
        self._layers: dict[int, list[tuple[Indices, Indices, Residues]]] = {}

    def holds(self, columns: Indices) -> npt.NDArray[np.bool_]:
        """For each column, whether its bracket is known."""
        top = int(columns.max(initial=-1)) + 1
        if top > len(self._held):
            grown = np.zeros(2 * top, dtype=np.bool_)
            grown[: len(self._held)] = self._held
            self._held = grown
        return self._held[columns]

    def extend(
        self, columns: Indices, source: Indices, target: Indices, weight: npt.NDArray[Any]
    ) -> None:
        """Add the brackets of new columns."""
        self._held[columns] = True
        self._source = np.concatenate((self._source, source))
        self._target = np.concatenate((self._target, target))
        self._weight = np.concatenate((self._weight, weight))
        order = np.argsort(source, kind="stable")
        starts = np.flatnonzero(np.diff(source[order], prepend=-1))
        if len(starts):
            sums = np.add.reduceat(np.abs(weight[order]), starts)
            self.growth = max(self.growth, int(sums.max()))
        self._layers.clear()

    def layers(self, prime: int) -> list[tuple[Indices, Indices, Residues]]:
        """The entries in parts in which every target occurs once, weights reduced."""
        if prime not in self._layers:
            self._layers.clear()
            order = np.argsort(self._target, kind="stable")
            target = self._target[order]
            first = np.flatnonzero(np.diff(target, prepend=-1))
            turn = np.arange(len(target)) - np.repeat(first, np.diff(np.append(first, len(target))))
            by_turn = np.argsort(turn, kind="stable")
            cuts = np.flatnonzero(np.diff(turn[by_turn])) + 1
            weights = modular.residues(self._weight, prime)
            self._layers[prime] = [
                (self._source[part], self._target[part], weights[part])
                for part in np.split(order[by_turn], cuts)
                if len(part)
            ]
        return self._layers[prime]


def integral(generator: Terms) -> Integral:
    """The generator times the least common multiple of its denominators, without zeros and identity."""
    terms = {key: Fraction(w) for key, w in generator.items() if w and key != (0, 0)}
    scale = lcm(*(w.denominator for w in terms.values()))
    return {key: int(w * scale) for key, w in terms.items()}


def _parts(values: Indices, size: int) -> list[Indices]:
    return [values[k : k + size] for k in range(0, len(values), size)]
