"""Mistakes in what is asked of runs and prices (QA420 to QA439)."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.numbers import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTooHigh(Fault):
    """`qansatz cost --max-hqc` rejects a price above the given limit and says what would fit:
    fewer shots, another way to measure the gradient, or another stage. `--of` chooses what is
    priced: an evaluation, a gradient, an epoch or the whole run.

    ```qans
    qans 1
    # qansatz cost --max-hqc 5
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz cost --max-hqc 20
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```
    """

    code = "QA420"
    title = "price above the limit"

    what: str
    price: str
    limit: str
    shots: int
    target: str
    formula: str
    cure: str | None = None

    def message(self) -> str:
        return f"{self.what} costs {self.price} HQC, and at most {self.limit} are allowed"

    def label(self) -> str:
        return f"{counted(self.shots, 'shot')} a circuit on {self.target}"

    def note(self) -> str:
        return self.formula

    def help(self) -> str | None:
        return self.cure
