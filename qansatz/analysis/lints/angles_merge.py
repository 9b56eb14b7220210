"""Equal generators whose angles only add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qansatz.analysis.generators import Generators
from qansatz.analysis.witness import term
from qansatz.diagnostics import Fault, FaultLog, Label, Severity
from qansatz.model.program import Model
from qansatz.pauli.tables import distinct

_PAIRS_PER_STATEMENT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AnglesMerge(Fault):
    """The same generator twice with only commuting rotations between: the two angles only add up.

    One of the two parameters changes nothing that the other cannot.

    ```qans
    qans 1
    ansatz twice() {
      qubits q[2]
      param a[2]
      init |0>
      rot(X[0] * X[1], a[0])
      rot(X[0] * X[1], a[1])
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz once() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA303"
    title = "equal generators whose angles merge"
    severity = Severity.WARNING

    term: str

    def message(self) -> str:
        return "this generator repeats one that nothing separates it from"

    def label(self) -> str:
        return f"the angles about {self.term} only add up"

    def note(self) -> str:
        return "every rotation in between commutes with it"

    def help(self) -> str:
        return "remove one of the two, or put a generator that does not commute between them"


def check(model: Model, found: Generators, log: FaultLog) -> None:
    """Equal generators, next to each other among their like, with only commuting rotations between.

    Only pairs at most one layer apart, and the first few of a statement, are looked at.
    """
    rotations, instances = model.rotations, model.instances
    order = np.argsort(found.kind, kind="stable")
    before, after = order[:-1], order[1:]
    equal = found.kind[before] == found.kind[after]
    rows = found.first_rows()
    variable = (rotations.slot[rows] >= 0) | (rotations.expression[rows] >= 0)
    layer = rotations.layer[rows]
    near = equal & variable[before] & variable[after] & (layer[after] - layer[before] <= 1)
    tried: dict[int, int] = {}
    for a, b in sorted(zip(before[near].tolist(), after[near].tolist(), strict=True), key=max):
        row = int(rows[b])
        statement = int(instances.statement[rotations.instance[row]])
        if tried.get(statement, 0) >= _PAIRS_PER_STATEMENT:
            continue
        tried[statement] = tried.get(statement, 0) + 1
        if not _separated(model, found, a, b):
            tried[statement] = _PAIRS_PER_STATEMENT
            first = instances.statements[instances.statement[rotations.instance[rows[a]]]].operator
            span = instances.statements[statement].operator
            labels = () if first == span else (Label(first, "the same generator"),)
            where = instances.where(int(rotations.instance[row]))
            log.add(AnglesMerge(span, labels=labels, where=where, term=term(model, row)))


def _separated(model: Model, found: Generators, a: int, b: int) -> bool:
    """Whether a rotation between two places of a generator anticommutes with one of its strings."""
    rotations = model.rotations
    last = int(found.rows[found.first[a] + found.size[a] - 1])
    between = distinct(rotations.string[last + 1 : int(found.rows[found.first[b]])])
    if not len(between):
        return False
    others = rotations.strings.take(between)
    own = rotations.strings.take(np.array(found.distinct[found.kind[a]].strings, dtype=np.int64))
    return any(others.anticommute_with(p).any() for p in own.paulis())
