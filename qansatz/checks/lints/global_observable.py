"""Observables that act on all qubits."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, FaultLog, Severity
from qansatz.model.program import Model
from qansatz.pauli.strings import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalObservable(Fault):
    """A string on all qubits: for many circuits its variance falls exponentially with their
    number.

    Cerezo et al., arXiv:2001.00550.

    ```qans
    qans 1
    ansatz whole() {
      qubits q[4]
      init |+>
      observable parity = prod(X[i] for i in q)
    }
    ```

    ```qans
    qans 1
    ansatz local() {
      qubits q[4]
      init |+>
      observable pair = X[0] * X[1]
    }
    ```
    """

    code = "QA304"
    title = "observable acts on all qubits"
    severity = Severity.WARNING

    observable: str
    n: int
    term: str

    def message(self) -> str:
        return f"`{self.observable}` holds a string on all {self.n} qubits"

    def label(self) -> str:
        return self.term

    def note(self) -> str:
        return "gradients of such an observable vanish exponentially for many deep circuits"

    def help(self) -> str:
        return "prefer a sum of strings on few qubits"


def check(model: Model, log: FaultLog) -> None:
    """One fault an observable with a string on all qubits, four or more."""
    n = model.n_qubits
    for observable in model.observables if n >= 4 else ():
        for item in observable.terms:
            if (item.pauli.x | item.pauli.z).bit_count() == n:
                log.add(
                    GlobalObservable(
                        observable.span, observable=observable.name, n=n, term=to_text(item.pauli)
                    )
                )
                break
