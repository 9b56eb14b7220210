"""Orbits of Pauli strings under groups of qubit permutations: representatives and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import factorial, lcm, prod
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli import permutations
from qansatz.pauli.permutations import Images
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Terms: TypeAlias = Mapping[tuple[int, int], int | Fraction]
ELEMENTS = 4096
STRINGS = 1_000_000
_EXCHANGED = 400
_CELLS = 1 << 22
_TOGETHER = 30
_PLACES = 4 ** np.arange(_TOGETHER - 1, -1, -1)


class OrbitLimitError(Exception):
    """An orbit, or all together, hold more strings than the stated limit."""


class Reduction(Protocol):
    """A group of permutations under which strings are counted by orbits."""

    @property
    def name(self) -> str:
        """What the group is, in words."""

    def representatives(self, table: PauliTable) -> PauliTable:
        """For each row one string of its orbit, the same for all strings of the orbit."""

    @property
    def work(self) -> int:
        """How many images of a string are looked at for its representative, about."""

    @property
    def exponent(self) -> int:
        """A number e such that the characters of the group lie in the field of e-th roots of 1, where known; else 1."""

    def sizes(self, table: PauliTable) -> list[int]:
        """The number of strings in the orbit of each row."""


@dataclass(frozen=True, slots=True)
class Trivial:
    """The group of the identity alone."""

    name: str = "no symmetry"
    work: int = 1
    exponent: int = 1

    def representatives(self, table: PauliTable) -> PauliTable:
        """The table itself."""
        return table

    def sizes(self, table: PauliTable) -> list[int]:
        """Ones."""
        return [1] * len(table)


@dataclass(frozen=True, slots=True)
class Symmetric:
    """All permutations inside each of some disjoint blocks of qubits; orbits are letter counts."""

    blocks: tuple[tuple[int, ...], ...]
    work: int = 4
    exponent: int = 1

    @property
    def name(self) -> str:
        """Such as ``S_4 × S_2``."""
        return " × ".join(f"S_{len(block)}" for block in self.blocks)

    def representatives(self, table: PauliTable) -> PauliTable:
        """The letters of every block sorted: I, X, Z, Y."""
        codes = _codes(table)
        for block in self.blocks:
            codes[:, block] = np.sort(codes[:, block], axis=1)
        return _from_codes(codes)

    def sizes(self, table: PauliTable) -> list[int]:
        """Multinomial coefficients of the letter counts, one factor a block."""
        codes = _codes(table)
        sizes = [1] * len(table)
        for block in self.blocks:
            counts = np.stack([(codes[:, block] == k).sum(axis=1) for k in range(4)], axis=1)
            top = factorial(len(block))
            for row, letters in enumerate(counts.tolist()):
                sizes[row] *= top // prod(map(factorial, letters))
        return sizes


@dataclass(frozen=True)
class Elements:
    """A group small enough to list: representatives are the largest images, rare letters first.

    The letters of a string are ordered by how often it has them, and images compared position by position:
    after the first few positions not many elements of the group are left.
    """

    images: tuple[Images, ...]

    @property
    def name(self) -> str:
        """The order of the group."""
        return f"a group of {len(self.images)} permutations"

    @property
    def work(self) -> int:
        """The order of the group."""
        return len(self.images)

    @cached_property
    def exponent(self) -> int:
        """The least common multiple of the orders of the elements."""
        cycles = (permutations.cycle_lengths(images) for images in self.images)
        return lcm(*{length for lengths in cycles for length in lengths})

    def representatives(self, table: PauliTable) -> PauliTable:
        """The largest image of each row."""
        return self._largest(table)[0]

    def sizes(self, table: PauliTable) -> list[int]:
        """The order of the group over that of the stabilizer of each row."""
        return [len(self.images) // int(k) for k in self._largest(table)[1]]

    @cached_property
    def _sources(self) -> npt.NDArray[np.intp]:
        """Row k: where element k takes the letter of each qubit from."""
        return np.array(self.images, dtype=np.intp)

    def _largest(self, table: PauliTable) -> tuple[PauliTable, npt.NDArray[np.int64]]:
        """The largest image of each row, and how many elements give it."""
        codes = _codes(table)
        times = np.ones(len(table), dtype=np.int64)
        step = max(1, _CELLS // len(self.images))
        for k in range(0, len(table), step):
            part = codes[k : k + step]
            rows, elements = self._left(_rarity(part))
            times[k : k + step] = np.bincount(rows, minlength=len(part))
            first = np.flatnonzero(np.diff(rows, prepend=-1))
            codes[k : k + step] = np.take_along_axis(part, self._sources[elements[first]], axis=1)
        return _from_codes(codes), times

    def _left(
        self, ranks: npt.NDArray[np.uint8]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """For rows of ranks the elements with the largest image: pairs, by row."""
        ranked = ranks[:, self._sources[:, 0]]
        rows, elements = np.nonzero(ranked == ranked.max(axis=1, keepdims=True))
        for position in range(1, ranks.shape[1], _TOGETHER):
            if len(rows) == len(ranks):
                break
            sources = self._sources[:, position : position + _TOGETHER][elements]
            parts = ranks[rows[:, None], sources] @ _PLACES[-sources.shape[1] :]
            starts = np.flatnonzero(np.diff(rows, prepend=-1))
            kept = parts == np.maximum.reduceat(parts, starts)[rows]
            if not kept.all():
                rows, elements = rows[kept], elements[kept]
        return rows, elements


def _rarity(codes: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """For each letter its place among the letters of its row, from frequent to rare."""
    counts = np.stack([(codes == k).sum(axis=1) for k in range(4)], axis=1)
    order = np.argsort(4 * -counts + np.arange(4), axis=1)
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(4)[None], axis=1)
    return np.take_along_axis(places, codes.astype(np.intp), axis=1).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Generated:
    """A group given by generators; orbits are searched string by string and remembered.

    Raises:
        OrbitLimitError: when the orbits met hold more than ``limit`` strings.
    """

    generators: tuple[Images, ...]
    limit: int = STRINGS
    work: int = 64
    exponent: int = 1
    _known: dict[tuple[int, int], tuple[Pauli, int]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """The number of generators."""
        return f"a group of permutations with {len(self.generators)} generators"

    def representatives(self, table: PauliTable) -> PauliTable:
        """The smallest string of the orbit of each row."""
        return PauliTable.from_paulis([self._orbit(p)[0] for p in table.paulis()], table.n_qubits)

    def sizes(self, table: PauliTable) -> list[int]:
        """The number of strings met."""
        return [self._orbit(p)[1] for p in table.paulis()]

    def _orbit(self, pauli: Pauli) -> tuple[Pauli, int]:
        cached = self._known.get(pauli[:2])
        if cached is not None:
            return cached
        orbit = permutations.orbit(pauli, self.generators, self.limit - len(self._known))
        if orbit is None:
            raise OrbitLimitError(f"the orbits hold more than {self.limit:,} strings")
        entry = min(orbit), len(orbit)
        self._known.update((p[:2], entry) for p in orbit)
        return entry


def fixes(images: Images, generator: Terms) -> bool:
    """Whether a permutation maps a sum of strings to itself."""
    return _keeps(images, generator, generator)


def reduction(
    generators: Sequence[Terms], n_qubits: int, declared: Sequence[Images] = ()
) -> Reduction:
    """The largest group found that fixes every generator: exchanges of two qubits and what they make,
    else the declared permutations with the shift and the reflection of the qubits, those that fix all.
    """
    blocks = _exchangeable(generators, n_qubits) if n_qubits <= _EXCHANGED else ()
    if len(blocks) == 1 and n_qubits > 1:
        return Symmetric(blocks)
    shift = tuple((i + 1) % n_qubits for i in range(n_qubits))
    mirror = tuple(n_qubits - 1 - i for i in range(n_qubits))
    moves = [
        images
        for images in dict.fromkeys([*declared, shift, mirror])
        if images != tuple(range(n_qubits)) and all(fixes(images, g) for g in generators)
    ]
    exchanged = prod(factorial(len(block)) for block in blocks)
    elements = _elements(moves, n_qubits)
    if elements is not None and exchanged >= len(elements):
        wide = tuple(block for block in blocks if len(block) > 1)
        return Symmetric(wide) if wide else Trivial()
    if elements is not None:
        return Elements(elements)
    return Generated(tuple(moves))


def _exchangeable(generators: Sequence[Terms], n_qubits: int) -> tuple[tuple[int, ...], ...]:
    """The classes of qubits of which any two can be exchanged without changing a generator."""
    touching: list[list[Terms]] = [
        [{key: w for key, w in g.items() if (key[0] | key[1]) >> q & 1} for g in generators]
        for q in range(n_qubits)
    ]
    blocks: list[list[int]] = []
    for qubit in range(n_qubits):
        for block in blocks:
            images = list(range(n_qubits))
            images[qubit], images[block[0]] = block[0], qubit
            pairs = zip(generators, touching[qubit], touching[block[0]], strict=True)
            if all(_keeps(tuple(images), g, (*here, *there)) for g, here, there in pairs):
                block.append(qubit)
                break
        else:
            blocks.append([qubit])
    return tuple(map(tuple, blocks))


def _keeps(images: Images, generator: Terms, keys: Iterable[tuple[int, int]]) -> bool:
    return all(
        generator.get(permutations.permute(Pauli(*key), images)[:2]) == generator[key]
        for key in keys
    )


def _elements(moves: Sequence[Images], n_qubits: int) -> tuple[Images, ...] | None:
    """The group that permutations generate, the identity first; None when it is too large to list."""
    identity = tuple(range(n_qubits))
    elements = {identity: None}
    frontier = [identity]
    while frontier:
        following = []
        for images in frontier:
            for move in moves:
                image = tuple(move[i] for i in images)
                if image not in elements:
                    elements[image] = None
                    following.append(image)
        if len(elements) > ELEMENTS:
            return None
        frontier = following
    return tuple(elements)


def _codes(table: PauliTable) -> npt.NDArray[Any]:
    """The letters as numbers, I X Z Y = 0 1 2 3, of shape (rows, qubits)."""

    def bits(words: npt.NDArray[Any]) -> npt.NDArray[Any]:
        octets = np.ascontiguousarray(words.astype("<u8")).view(np.uint8)
        return np.unpackbits(octets, axis=1, count=table.n_qubits, bitorder="little")

    codes: npt.NDArray[Any] = bits(table.x) + 2 * bits(table.z)
    return codes


def _from_codes(codes: npt.NDArray[Any]) -> PauliTable:
    n_words = max(1, -(-codes.shape[1] // 64))

    def words(bits: npt.NDArray[Any]) -> npt.NDArray[Any]:
        padded = np.zeros((len(bits), 64 * n_words), dtype=np.uint8)
        padded[:, : bits.shape[1]] = bits
        return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)

    return PauliTable(codes.shape[1], words(codes & 1), words(codes >> 1))
