"""Groups of qubit permutations given by generators; a permutation maps i to ``images[i]``."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli

Images: TypeAlias = tuple[int, ...]
Colours: TypeAlias = npt.NDArray[np.int64]

MAX_REFINEMENTS = 4_000
"""What the search for automorphisms may cost: some seconds."""


def is_permutation(images: Sequence[int]) -> bool:
    """Whether every index is hit exactly once."""
    return sorted(images) == list(range(len(images)))


def permute(p: Pauli, images: Images) -> Pauli:
    """The string with the letter of qubit i moved to qubit ``images[i]``."""
    return Pauli(_moved(p.x, images), _moved(p.z, images), p.phase)


def orbit(p: Pauli, generators: Iterable[Images], limit: int) -> list[Pauli] | None:
    """All images of a string under the group, in the order met; None when there are more than ``limit``."""
    seen = {p: None}
    frontier = [p]
    moves = tuple(generators)
    while frontier:
        following = []
        for string in frontier:
            for images in moves:
                image = permute(string, images)
                if image not in seen:
                    seen[image] = None
                    following.append(image)
        if len(seen) > limit:
            return None
        frontier = following
    return list(seen)


def from_cycles(cycles: Iterable[Sequence[int]], n: int) -> Images | None:
    """The permutation of n points with the given disjoint cycles; None when they are not disjoint or not in range."""
    images = list(range(n))
    seen: set[int] = set()
    for cycle in cycles:
        if len(set(cycle)) != len(cycle) or seen & set(cycle) or not all(0 <= i < n for i in cycle):
            return None
        seen.update(cycle)
        for i, j in zip(cycle, [*cycle[1:], *cycle[:1]], strict=True):
            images[i] = j
    return tuple(images)


def cycle_lengths(images: Images) -> set[int]:
    """The lengths of the cycles of a permutation."""
    left, lengths = set(range(len(images))), set()
    while left:
        point = left.pop()
        length, image = 1, images[point]
        while image != point:
            left.remove(image)
            length, image = length + 1, images[image]
        lengths.add(length)
    return lengths


class SearchTooLongError(Exception):
    """The search for automorphisms needed more than ``MAX_REFINEMENTS``."""


def automorphisms(n: int, weights: Mapping[tuple[int, int], Hashable]) -> tuple[Images, ...]:
    """A strong generating set of the automorphisms of a graph on 0 … n−1, given by the weights of its edges.

    Point stabilizer by point stabilizer (Schreier–Sims along the base 0, 1, …): for each base point, one
    automorphism that fixes the earlier points and maps it to each image not yet reached by those found. Each is
    looked for by individualisation and refinement (McKay, Practical graph isomorphism, 1981).

    Raises:
        SearchTooLongError: for graphs too regular to be searched.
    """
    search = _Search(n, weights)
    generators: list[Images] = []
    for base in reversed(range(n)):
        fixed = [*range(base)]
        reached = {base}
        for image in range(base + 1, n):
            if image in reached:
                continue
            mapping = search.mapping([*fixed, base], [*fixed, image])
            if mapping is not None:
                generators.append(mapping)
                reached = _orbit_of(base, generators)
    return tuple(reversed(generators))


class _Search:
    """Looks for automorphisms that map given points to given points."""

    def __init__(self, n: int, weights: Mapping[tuple[int, int], Hashable]) -> None:
        codes: dict[Hashable, int] = {}
        self.kinds = np.zeros((n, n), dtype=np.int64)
        for (u, v), weight in weights.items():
            self.kinds[u, v] = self.kinds[v, u] = codes.setdefault(weight, len(codes) + 1)
        self.n_kinds = len(codes) + 1
        self.left = MAX_REFINEMENTS

    def mapping(self, points: list[int], images: list[int]) -> Images | None:
        """An automorphism that maps the points to the images, or None when there is none."""
        n = len(self.kinds)
        before, after = np.zeros((2, n), dtype=np.int64)
        before[points] = after[images] = np.arange(1, len(points) + 1)
        return self._extended(before, after)

    def _extended(self, before: Colours, after: Colours) -> Images | None:
        """An automorphism that carries one colouring to the other."""
        refined = self._refined(before, after)
        if refined is None:
            return None
        before, after = refined
        images = np.empty_like(before)
        images[np.argsort(before, kind="stable")] = np.argsort(after, kind="stable")
        if (self.kinds[np.ix_(images, images)] == self.kinds).all():
            return tuple(images.tolist())
        sizes = np.bincount(before)
        several = np.flatnonzero(sizes > 1)
        if not several.size:
            return None
        cell = several[np.argmin(sizes[several])]
        point = int(np.argmax(before == cell))
        fresh = int(before.max()) + 1
        for image in np.flatnonzero(after == cell).tolist():
            deeper, other = before.copy(), after.copy()
            deeper[point] = other[image] = fresh
            mapping = self._extended(deeper, other)
            if mapping is not None:
                return mapping
        return None

    def _refined(self, before: Colours, after: Colours) -> tuple[Colours, Colours] | None:
        """Both colourings refined by the colours of neighbours until nothing changes; None where they part."""
        while True:
            if self.left == 0:
                raise SearchTooLongError
            self.left -= 1
            rows = [
                np.column_stack((c, np.sort(c * self.n_kinds + self.kinds, axis=1)))
                for c in (before, after)
            ]
            _, colours = np.unique(np.concatenate(rows), axis=0, return_inverse=True)
            first, second = colours.reshape(2, -1)
            if (np.sort(first) != np.sort(second)).any():
                return None
            if first.max() == before.max() and (np.sort(first) == np.sort(before)).all():
                return first, second
            before, after = first, second


def _orbit_of(point: int, generators: Sequence[Images]) -> set[int]:
    seen = {point}
    frontier = [point]
    while frontier:
        frontier = [g[i] for i in frontier for g in generators if g[i] not in seen]
        seen.update(frontier)
    return seen


def _moved(bits: int, images: Images) -> int:
    moved = 0
    while bits:
        lowest = bits & -bits
        moved |= 1 << images[lowest.bit_length() - 1]
        bits ^= lowest
    return moved
