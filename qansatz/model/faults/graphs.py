"""Graphs and permutations."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchEdge(Fault):
    """The file asks for the weight of an edge that the graph does not have.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let G = cycle(4)
      rot(G.weight(0, 2) * Z[0] * Z[2], 0.1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let G = cycle(4)
      rot(G.weight(0, 1) * Z[0] * Z[1], 0.1)
      h(q)
    }
    ```
    """

    code = "QA123"
    title = "no such edge"

    u: str
    v: str

    def message(self) -> str:
        return f"the graph has no edge between {self.u} and {self.v}"

    def label(self) -> str:
        return "not an edge"

    def help(self) -> str:
        return "loop over `G.edges`"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchGraph(Fault):
    """The file asks for a graph that cannot exist or is too large.

    ```qans
    qans 1
    ansatz one() {
      qubits q[5]
      let G = regular(3, 5, 1)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[6]
      let G = regular(3, 6, 1)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```
    """

    code = "QA124"
    title = "no such graph"

    reason: str

    def message(self) -> str:
        return self.reason

    def label(self) -> str:
        return "no such graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAPermutation(Fault):
    """A permutation sends every qubit to exactly one qubit.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      symmetry shift = perm(i -> i + 1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      symmetry shift = perm(i -> (i + 1) % 4)
      for i in q { rot(X[i], 0.1) }
    }
    ```
    """

    code = "QA125"
    title = "not a permutation of the qubits"

    reason: str

    def message(self) -> str:
        return f"this is not a permutation of the qubits: {self.reason}"

    def label(self) -> str:
        return "not a permutation"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadGraphFile(Fault):
    """A graph file is node-link JSON, GraphML, or a list of edges `u v` or `u v weight`.

    ```qans
    qans 1
    import graph "example.qans" as G
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      let G = path(3)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```
    """

    code = "QA160"
    title = "graph file cannot be read"

    path: str
    reason: str

    def message(self) -> str:
        return f"`{self.path}` is not a graph: {self.reason}"

    def label(self) -> str:
        return "cannot be read"
