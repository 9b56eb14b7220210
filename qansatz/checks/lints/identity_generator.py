"""Rotations that change a global phase only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qansatz.analysis.algebra.generators import Generators
from qansatz.analysis.structure.witness import failures
from qansatz.diagnostics import Fault, FaultLog, Severity
from qansatz.model.program import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityGenerator(Fault):
    """A rotation about the identity is a global phase; its parameter has no effect.

    ```qans
    qans 1
    ansatz phase() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[0], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz flip() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA305"
    title = "generator is the identity"
    severity = Severity.WARNING

    def message(self) -> str:
        return "this generator is a multiple of the identity"

    def label(self) -> str:
        return "changes only the global phase"

    def help(self) -> str:
        return "remove it"


def check(model: Model, places: Generators, log: FaultLog) -> None:
    """One fault a statement with generators all of whose strings are the identity."""
    if not len(places.first):
        return
    acts = model.rotations.strings.weights()[model.rotations.string[places.rows]] > 0
    idle = ~np.logical_or.reduceat(acts, places.first)
    for failure in failures(model, places.first_rows()[idle]):
        log.add(IdentityGenerator(failure.span, where=failure.where), failure.n_executions)
