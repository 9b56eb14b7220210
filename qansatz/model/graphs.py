"""Graphs as compile-time values: constructors and files, through networkx."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qansatz.model.reals import Real, simplest

if TYPE_CHECKING:
    import networkx as nx

CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "path": ("n",),
    "cycle": ("n",),
    "complete": ("n",),
    "star": ("n",),
    "grid": ("a", "b"),
    "regular": ("d", "n", "seed"),
}

MAX_NODES = 10_000


class GraphError(ValueError):
    """A graph that cannot exist or cannot be read; its text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A simple undirected graph on 0 … order−1; edges as pairs u < v in ascending order, with exact weights."""

    order: int
    edges: tuple[tuple[int, int], ...]
    weights: dict[tuple[int, int], Real]

    def __str__(self) -> str:
        return f"a graph of {self.order} nodes and {len(self.edges)} edges"

    def weight(self, u: int, v: int) -> Real | None:
        """The weight of an edge (1 where the file gives none); None when there is no such edge."""
        return self.weights.get((min(u, v), max(u, v)))

    def neighbours(self, node: int) -> list[int]:
        """The neighbours of a node, ascending."""
        return sorted(v if u == node else u for u, v in self.edges if node in (u, v))

    def networkx(self) -> nx.Graph[Any]:
        """The graph as networkx has it."""
        import networkx as nx

        graph: nx.Graph[Any] = nx.Graph()
        graph.add_nodes_from(range(self.order))
        for (u, v), weight in self.weights.items():
            graph.add_edge(u, v, weight=weight)
        return graph


def construct(kind: str, arguments: list[int]) -> Graph:
    """A named graph: ``star(n)`` has n nodes, node 0 in the middle; ``grid(a, b)`` numbers its rows one after another.

    Raises:
        GraphError: when no such graph exists or it has more than ``MAX_NODES`` nodes.
    """
    import networkx as nx

    if any(a < 0 for a in arguments):
        raise GraphError("a graph cannot have a negative size")
    size = arguments[0] * arguments[1] if kind == "grid" else arguments[kind == "regular"]
    if size > MAX_NODES or (kind == "complete" and size > 2_000):
        raise GraphError(f"a graph may have at most {MAX_NODES} nodes (a complete one 2000)")
    match kind:
        case "path":
            graph = nx.path_graph(arguments[0])
        case "cycle":
            if arguments[0] < 3:
                raise GraphError("a cycle needs at least 3 nodes")
            graph = nx.cycle_graph(arguments[0])
        case "complete":
            graph = nx.complete_graph(arguments[0])
        case "star":
            graph = nx.star_graph(arguments[0] - 1)
        case "grid":
            graph = nx.convert_node_labels_to_integers(
                nx.grid_2d_graph(*arguments), ordering="sorted"
            )
        case _:
            degree, n, seed = arguments
            if degree >= n or degree * n % 2:
                raise GraphError(f"there is no {degree}-regular graph on {n} nodes")
            graph = nx.random_regular_graph(degree, n, seed)
    return from_networkx(graph)


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
