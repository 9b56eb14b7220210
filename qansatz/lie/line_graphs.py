"""Line graphs: the graph whose edges, two of them adjacent where they share a node, are the given vertices."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.pauli.gf2 import bits

Edge = tuple[int, int]


def root_graph(rows: Sequence[int]) -> list[Edge] | None:
    """The edge of the root graph that each vertex stands for; None for no line graph.

    Bit k of ``rows[i]`` says whether vertices i and k are adjacent. The graph is connected and no two
    vertices have the same neighbours. The root graph is simple, connected, and numbers its nodes from 0;
    of the two roots of a triangle it is the triangle.

    The edges of a line graph fall into cliques, one for each node of the root, every vertex in at most
    two (Krausz 1943). Three mutually adjacent vertices whose rows add up to zero form a triangle of
    the root; any others meet in a node, once the root has five nodes (van Rooij and Wilf 1965).
    """
    if len(rows) <= 3:
        return [(0, 1), (1, 2), (0, 2)][: len(rows)]
    at = {row: vertex for vertex, row in enumerate(rows)}
    ends: list[list[int]] = [[] for _ in rows]
    left = list(rows)
    n_nodes = 0
    for vertex in range(len(rows)):
        while left[vertex]:
            clique = _clique(rows, at, vertex, _lowest(left[vertex]))
            if not _take(clique, n_nodes, ends, left):
                return None
            n_nodes += 1
    edges = []
    for pair in ends:
        if len(pair) == 1:
            pair.append(n_nodes)
            n_nodes += 1
        edges.append((pair[0], pair[1]))
    return edges


def _clique(rows: Sequence[int], at: dict[int, int], u: int, v: int) -> int:
    """The vertices that meet in the node which two adjacent vertices of a line graph share."""
    members = rows[u] & rows[v] | 1 << u | 1 << v
    closing = at.get(rows[u] ^ rows[v])
    return members if closing is None else members ^ 1 << closing


def _take(clique: int, node: int, ends: list[list[int]], left: list[int]) -> bool:
    """Take the edges of a clique out of those left; False where one is missing or a vertex has two nodes."""
    for vertex in bits(clique):
        others = clique ^ 1 << vertex
        if others & ~left[vertex] or len(ends[vertex]) == 2:
            return False
        left[vertex] ^= others
        ends[vertex].append(node)
    return True


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
