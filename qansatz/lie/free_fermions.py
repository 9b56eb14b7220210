"""Strings that are products of two Majorana operators: free fermions, so(k) and copies of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qansatz.lie.components import Part
from qansatz.lie.line_graphs import Edge, root_graph
from qansatz.pauli import gf2
from qansatz.pauli.commutation import commutation
from qansatz.pauli.tables import PauliTable

_SAMPLE = 512


@dataclass(frozen=True, eq=False)
class FreeFermions:
    """Generators that are products of two of k Majorana operators and a central string.

    ``edges[g]`` are the two operators of generator g, ``vectors[g]`` its bits; ``potentials[i]`` is
    operator i up to one common factor, ``voltages`` the central strings that cycles give.
    """

    edges: Sequence[Edge]
    vectors: Sequence[int]
    potentials: Sequence[int]
    voltages: gf2.Span

    def __contains__(self, marked: int) -> bool:
        """Whether a string (a marked vector) that anticommutes with this component alone lies in it."""
        vector, k = marked >> 1, len(self.potentials)
        rest = self._boundaries.reduce(vector << k, k)
        if rest >> k:
            return False
        ends = rest if rest.bit_count() == 2 else rest ^ (1 << k) - 1
        if ends.bit_count() != 2 or (ends != rest and k % 2):
            return False
        i, j = gf2.bits(ends)
        return vector ^ self.potentials[i] ^ self.potentials[j] in self.voltages

    @cached_property
    def _boundaries(self) -> gf2.Span:
        """Every generator's bits above the mask of its two operators, for even k up to the mask of all."""
        k = len(self.potentials)
        marked = zip(self.vectors, self.edges, strict=True)
        return gf2.Span(vector << k | 1 << i | 1 << j for vector, (i, j) in marked)


def free_fermions(strings: PauliTable, marked: Sequence[int], part: Part) -> FreeFermions | None:
    """The Majorana operators of a component, or None where its generators are no products of two.

    Twins, which anticommute with the same rows, are parallel edges of the root graph.
    """
    twins: dict[int, int] = {}
    for row, relation in zip(part.rows, part.relations, strict=True):
        twins.setdefault(relation, row)
    most = (len(part.basis) + 2) * (len(part.basis) + 1) // 2
    representatives = [*twins.values()]
    if len(twins) > most or not _sample_fits(strings, representatives):
        return None
    table = strings.take(representatives)
    edges = root_graph(commutation(table, table))
    if edges is None:
        return None
    edge_of = dict(zip(twins, edges, strict=True))
    all_edges = [edge_of[relation] for relation in part.relations]
    rows = [marked[row] >> 1 for row in part.rows]
    potentials = _potentials(edges, [marked[row] >> 1 for row in representatives])
    voltages = gf2.Span()
    for vector, (i, j) in zip(rows, all_edges, strict=True):
        voltages.insert(vector ^ potentials[i] ^ potentials[j])
    return FreeFermions(all_edges, rows, potentials, voltages)


def _sample_fits(strings: PauliTable, representatives: Sequence[int]) -> bool:
    """Whether the first rows, without their twins, can be part of a line graph: many graphs fail early."""
    if len(representatives) <= 2 * _SAMPLE:
        return True
    table = strings.take(list(representatives[:_SAMPLE]))
    rows = commutation(table, table)
    for members in _connected(rows):
        kept = {rows[k]: k for k in reversed(members)}
        part = table.take(sorted(kept.values()))
        if len(part) > 3 and root_graph(commutation(part, part)) is None:
            return False
    return True


def _connected(rows: Sequence[int]) -> Iterator[list[int]]:
    """The connected components of a graph, given by its adjacency rows."""
    left = (1 << len(rows)) - 1
    while left:
        frontier = component = left & -left
        while frontier:
            reached = 0
            for k in gf2.bits(frontier):
                reached |= rows[k]
            frontier = reached & ~component
            component |= reached
        left &= ~component
        yield gf2.bits(component)


def _potentials(edges: Sequence[Edge], vectors: Sequence[int]) -> list[int]:
    """The sum of the vectors along a path from node 0 to each node of a connected graph."""
    n_nodes = 1 + max(max(edge) for edge in edges)
    neighbours: list[list[tuple[int, int]]] = [[] for _ in range(n_nodes)]
    for (i, j), vector in zip(edges, vectors, strict=True):
        neighbours[i].append((j, vector))
        neighbours[j].append((i, vector))
    potentials: dict[int, int] = {0: 0}
    frontier = [0]
    while frontier:
        node = frontier.pop()
        for other, vector in neighbours[node]:
            if other not in potentials:
                potentials[other] = potentials[node] ^ vector
                frontier.append(other)
    return [potentials[k] for k in range(n_nodes)]
