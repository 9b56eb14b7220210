"""Groups of qubit permutations given by generators; a permutation maps i to ``images[i]``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from qansatz.pauli.strings import Pauli

if TYPE_CHECKING:
    import networkx as nx

Images: TypeAlias = tuple[int, ...]


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


def automorphisms(graph: nx.Graph[Any]) -> tuple[Images, ...]:
    """A strong generating set of the automorphisms of a graph on 0 … n−1, edge weights kept.

    Point stabilizer by point stabilizer (Schreier–Sims along the base 0, 1, …): for each base point, one
    automorphism that fixes the earlier points and maps it to each image not yet reached by those found.
    """
    import networkx as nx

    n = graph.number_of_nodes()
    generators: list[Images] = []
    colours = nx.weisfeiler_lehman_subgraph_hashes(graph, edge_attr="weight") if n else {}
    for base in reversed(range(n)):
        reached = {base}
        for image in range(base + 1, n):
            if image in reached or colours[image] != colours[base]:
                continue
            found = _mapping(graph, base, image, colours)
            if found is not None:
                generators.append(found)
                reached = _orbit_of(
                    base, [g for g in generators if all(g[i] == i for i in range(base))]
                )
    return tuple(reversed(generators))


def _mapping(graph: nx.Graph[Any], base: int, image: int, colours: Any) -> Images | None:
    import networkx as nx

    def coloured(target: int) -> nx.Graph[Any]:
        copy = graph.copy()
        for node in copy.nodes:
            fixed = node if node < base else (-1 if node == target else -2)
            copy.nodes[node]["colour"] = (fixed, str(colours[node]))
        return copy

    matcher = nx.isomorphism.GraphMatcher(
        coloured(base),
        coloured(image),
        node_match=lambda a, b: a["colour"] == b["colour"],
        edge_match=lambda a, b: a.get("weight", 1) == b.get("weight", 1),
    )
    mapping = next(matcher.isomorphisms_iter(), None)
    return None if mapping is None else tuple(mapping[i] for i in range(len(mapping)))


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
