"""Equal generators whose angles only add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qansatz.analysis.algebra.generators import Generators
from qansatz.analysis.structure.witness import term
from qansatz.diagnostics import Fault, FaultLog, Label, Severity
from qansatz.model.program import Model


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


def check(model: Model, places: Generators, log: FaultLog) -> None:
    """Equal generators on one level: only commuting rotations stand between; the first pair of a statement."""
    rotations, instances = model.rotations, model.instances
    rows = places.first_rows()
    variable = np.flatnonzero((rotations.slot[rows] >= 0) | (rotations.expression[rows] >= 0))
    order = variable[np.lexsort((rows[variable], places.level[variable], places.kind[variable]))]
    before, after = rows[order[:-1]], rows[order[1:]]
    same = places.kind[order[:-1]] == places.kind[order[1:]]
    same &= places.level[order[:-1]] == places.level[order[1:]]
    reported: set[int] = set()
    for row, earlier in sorted(zip(after[same].tolist(), before[same].tolist(), strict=True)):
        statement = int(instances.statement[rotations.instance[row]])
        if statement in reported:
            continue
        reported.add(statement)
        first = instances.statements[instances.statement[rotations.instance[earlier]]].operator
        span = instances.statements[statement].operator
        labels = () if first == span else (Label(first, "the same generator"),)
        where = instances.where(int(rotations.instance[row]))
        log.add(AnglesMerge(span, labels=labels, where=where, term=term(model, row)))
