"""Graphs as compile-time values: constructors and files, through networkx."""

from __future__ import annotations

import re
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
    """A simple undirected graph on 0 … order−1; edges u < v in ascending order, exact weights."""

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
    """A named graph: ``star(n)`` has n nodes, 0 in the middle; ``grid(a, b)`` is numbered by rows.

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
    edges = [(u, v, data.get("weight", 1)) for u, v, data in graph.edges(data=True)]
    return _numbered(list(graph.nodes), edges)


def _numbered(nodes: list[Any], edges: list[tuple[Any, Any, Any]]) -> Graph:
    """The graph with its nodes numbered: integers in ascending order, all else as they come."""
    if len(nodes) > MAX_NODES:
        raise GraphError(f"the graph has {len(nodes)} nodes; the limit is {MAX_NODES}")
    number = {node: k for k, node in enumerate(_in_order(nodes))}
    weights: dict[tuple[int, int], Real] = {}
    for u, v, weight in edges:
        if u not in number or v not in number:
            raise GraphError(f"an edge joins {u} and {v}, but not both are nodes")
        a, b = sorted((number[u], number[v]))
        if a == b:
            raise GraphError(f"node {u} has an edge to itself")
        if (a, b) in weights:
            raise GraphError(f"the edge between {u} and {v} is given twice")
        weights[a, b] = _exact(weight)
    ordered = sorted(weights)
    return Graph(len(number), tuple(ordered), {edge: weights[edge] for edge in ordered})


def _in_order(nodes: list[Any]) -> list[Any]:
    if all(type(node) is int for node in nodes) or all(
        isinstance(node, str) and node.isdecimal() and len(node) < 20 for node in nodes
    ):
        return sorted(nodes, key=int)
    return nodes


def _exact(weight: Any) -> Real:
    text = str(weight) if not isinstance(weight, bool) else ""
    exponent = re.search(r"[eE]([+-]?\d+)\s*$", text)
    beyond = exponent is not None and (len(exponent[1]) > 4 or abs(int(exponent[1])) > 400)
    try:
        if not isinstance(weight, int | float | str | Fraction) or len(text) > 400 or beyond:
            raise ValueError
        return simplest(Fraction(text))
    except (ArithmeticError, ValueError):
        raise GraphError(f"the weight {weight!r:.40} is not a number") from None


def read(path: Path) -> Graph:
    """A graph from a file: node-link JSON, GraphML (``.graphml``, ``.xml``), or else an edge list.

    Raises:
        GraphError: when the file cannot be read as such.
        OSError: when it cannot be read at all.
    """
    if path.stat().st_size > 50_000_000:
        raise GraphError("the file is larger than 50 MB")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GraphError(f"it is not UTF-8 text (byte {error.start})") from None
    if path.suffix == ".json":
        return _node_link(text)
    return _graphml(text) if path.suffix in (".graphml", ".xml") else _edge_list(text)


def _node_link(text: str) -> Graph:
    """Node-link JSON: nodes with an ``id``, or bare ids; links with ``source`` and ``target``."""
    import json

    try:
        data = json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise GraphError(f"it is not JSON: {error}") from None
    parts = data if isinstance(data, dict) else {}
    nodes, edges = parts.get("nodes"), parts.get("edges", parts.get("links"))
    if not isinstance(nodes, list) or not isinstance(edges, list):
        raise GraphError("node-link JSON has a list `nodes` and a list `edges` (or `links`)")
    if parts.get("directed") or parts.get("multigraph"):
        raise GraphError("only simple undirected graphs are meant")
    ids = [node.get("id") if isinstance(node, dict) else node for node in nodes]
    for node in ids:
        if isinstance(node, bool) or not isinstance(node, int | str):
            raise GraphError("each node has an `id`, a whole number or a text")
    if len(set(ids)) < len(ids):
        raise GraphError("two nodes have the same `id`")
    return _numbered(ids, [_linked(edge) for edge in edges])


def _linked(edge: Any) -> tuple[Any, Any, Any]:
    if isinstance(edge, list) and len(edge) in (2, 3):
        edge = dict(zip(("source", "target", "weight"), edge, strict=False))
    ends = [edge.get(end) for end in ("source", "target")] if isinstance(edge, dict) else []
    if len(ends) != 2 or not all(isinstance(end, int | str) for end in ends):
        raise GraphError("each edge has a `source` and a `target`, ids of nodes")
    return ends[0], ends[1], edge.get("weight", 1)


def _graphml(text: str) -> Graph:
    if "<!" in text.replace("<!--", ""):
        raise GraphError("GraphML with declarations such as <!DOCTYPE or <!ENTITY is not read")
    import networkx as nx

    try:
        graph = nx.parse_graphml(text)
    except Exception as error:  # the parser raises whatever it likes on a bad file
        raise GraphError(f"it is not GraphML ({type(error).__name__}: {error})") from None
    return from_networkx(graph)


def _edge_list(text: str) -> Graph:
    nodes: dict[str, None] = {}
    edges = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split("#")[0].split()
        if not parts:
            continue
        if len(parts) not in (2, 3):
            raise GraphError(f"line {number}: an edge is written `u v` or `u v weight`")
        nodes |= dict.fromkeys(parts[:2])
        edges.append((parts[0], parts[1], parts[2] if len(parts) == 3 else 1))
    return _numbered(list(nodes), edges)
