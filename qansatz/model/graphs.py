"""Graphs as compile-time values: constructors and files, through networkx."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

from qansatz.model.reals import Real, simplest

CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "path": ("n",),
    "cycle": ("n",),
    "complete": ("n",),
    "star": ("n",),
    "grid": ("a", "b"),
    "regular": ("d", "n", "seed"),
}

MAX_NODES = 10_000
MAX_COMPLETE = 1_000
MAX_REGULAR_ENDS = 40_000


class GraphError(ValueError):
    """A graph that cannot exist or cannot be read; its text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A simple undirected graph on 0 … order−1; edges as pairs u < v in ascending order, with exact weights."""

    order: int
    edges: tuple[tuple[int, int], ...]
    weights: dict[tuple[int, int], Real]
    _adjacent: dict[int, list[int]] = field(default_factory=dict, init=False, repr=False)

    def __str__(self) -> str:
        return f"a graph of {self.order} nodes and {len(self.edges)} edges"

    def weight(self, u: int, v: int) -> Real | None:
        """The weight of an edge (1 where the file gives none); None when there is no such edge."""
        return self.weights.get((min(u, v), max(u, v)))

    def neighbours(self, node: int) -> list[int]:
        """The neighbours of a node, ascending."""
        if not self._adjacent:
            self._adjacent.update((k, []) for k in range(self.order))
            for u, v in self.edges:
                self._adjacent[u].append(v)
                self._adjacent[v].append(u)
        return sorted(self._adjacent[node])


def construct(kind: str, arguments: list[int]) -> Graph:
    """A named graph: ``star(n)`` has n nodes, node 0 in the middle; ``grid(a, b)`` numbers its rows one after another.

    Raises:
        GraphError: when no such graph exists or it has more than ``MAX_NODES`` nodes.
    """
    if any(a < 0 for a in arguments):
        raise GraphError("a graph cannot have a negative size")
    n = arguments[kind == "regular"]
    order = n * arguments[1] if kind == "grid" else n
    if max(order, n) > MAX_NODES or (kind == "complete" and n > MAX_COMPLETE):
        raise GraphError(
            f"a graph may have at most {MAX_NODES} nodes (a complete one {MAX_COMPLETE})"
        )
    match kind:
        case "path":
            edges = [(k, k + 1) for k in range(n - 1)]
        case "cycle":
            if n < 3:
                raise GraphError("a cycle needs at least 3 nodes")
            edges = [(0, n - 1), *((k, k + 1) for k in range(n - 1))]
        case "complete":
            edges = [*combinations(range(n), 2)]
        case "star":
            edges = [(0, k) for k in range(1, n)]
        case "grid":
            edges = _grid(*arguments)
        case _:
            edges = _regular(*arguments)
    edges.sort()
    return Graph(order, tuple(edges), dict.fromkeys(edges, 1))


def _grid(rows: int, columns: int) -> list[tuple[int, int]]:
    nodes = [(r, c, r * columns + c) for r in range(rows) for c in range(columns)]
    right = [(k, k + 1) for _, c, k in nodes if c + 1 < columns]
    return right + [(k, k + columns) for r, _, k in nodes if r + 1 < rows]


def _regular(degree: int, n: int, seed: int) -> list[tuple[int, int]]:
    """A random regular graph; one of high degree as the complement of one of low degree."""
    import networkx as nx

    if degree >= n or degree * n % 2:
        raise GraphError(f"there is no {degree}-regular graph on {n} nodes")
    low = min(degree, n - 1 - degree)
    if low * n > MAX_REGULAR_ENDS or (low < degree and n > MAX_COMPLETE):
        raise GraphError(f"a {degree}-regular graph on {n} nodes has too many edges")
    graph = nx.random_regular_graph(low, n, seed)
    if low < degree:
        graph = nx.complement(graph)
    return [(min(edge), max(edge)) for edge in graph.edges]


def from_networkx(graph: Any) -> Graph:
    """A networkx graph with its nodes numbered in their order.

    Raises:
        GraphError: for directed graphs, multigraphs, self-loops, and weights that are not numbers.
    """
    if graph.is_directed() or graph.is_multigraph():
        raise GraphError("only simple undirected graphs are meant")
    number = {node: k for k, node in enumerate(_in_order(graph.nodes))}
    weights: dict[tuple[int, int], Real] = {}
    for u, v, data in graph.edges(data=True):
        a, b = sorted((number[u], number[v]))
        if a == b:
            raise GraphError(f"node {u} has an edge to itself")
        weights[a, b] = _exact(data.get("weight", 1))
    edges = tuple(sorted(weights))
    return Graph(len(number), edges, {edge: weights[edge] for edge in edges})


def _in_order(nodes: Any) -> list[Any]:
    if all(isinstance(node, int) for node in nodes) or all(
        isinstance(node, str) and node.isdigit() for node in nodes
    ):
        return sorted(nodes, key=int)
    return list(nodes)


def _exact(weight: Any) -> Real:
    if isinstance(weight, bool) or not isinstance(weight, int | float | str | Fraction):
        raise GraphError(f"the weight {weight!r} is not a number")
    try:
        return simplest(Fraction(str(weight)))
    except (ValueError, ZeroDivisionError):
        raise GraphError(f"the weight {weight!r} is not a number") from None


def read(path: Path) -> Graph:
    """A graph from node-link JSON (``.json``), GraphML (``.graphml``, ``.xml``) or an edge list (anything else).

    Raises:
        GraphError: when the file cannot be read as such.
    """
    import networkx as nx

    if path.stat().st_size > 50_000_000:
        raise GraphError("the file is larger than 50 MB")
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".json":
            graph = _node_link(text)
        elif path.suffix in (".graphml", ".xml"):
            graph = nx.parse_graphml(text)
        else:
            graph = _edge_list(text)
    except GraphError:
        raise
    except Exception as error:  # parsers of foreign formats raise whatever they like on bad files
        raise GraphError(f"{type(error).__name__}: {error}") from None
    if graph.number_of_nodes() > MAX_NODES:
        raise GraphError(f"the graph has {graph.number_of_nodes()} nodes; the limit is {MAX_NODES}")
    return from_networkx(graph)


def _node_link(text: str) -> Any:
    import json

    import networkx as nx

    data = json.loads(text)
    if not isinstance(data, dict) or "nodes" not in data:
        raise GraphError("node-link JSON has a list `nodes` and a list `edges` (or `links`)")
    return nx.node_link_graph(data, edges="edges" if "edges" in data else "links")


def _edge_list(text: str) -> Any:
    import networkx as nx

    graph: Any = nx.Graph()
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split("#")[0].split()
        if not parts:
            continue
        if len(parts) not in (2, 3):
            raise GraphError(f"line {number}: an edge is written `u v` or `u v weight`")
        graph.add_edge(parts[0], parts[1], **({"weight": parts[2]} if len(parts) == 3 else {}))
    return graph
