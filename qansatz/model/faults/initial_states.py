"""Initial states, and the qubits that they need."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.numbers import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class NoQubits(Fault):
    """Every ansatz has a declaration `qubits name[size]`.

    ```qans
    qans 1
    ansatz one() {
      param theta
      rot(X[0], theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta
      rot(X[0], theta)
    }
    ```
    """

    code = "QA138"
    title = "no qubits"

    name: str

    def message(self) -> str:
        return f"`{self.name}` declares no qubits"

    def label(self) -> str:
        return "no `qubits` in it"

    def help(self) -> str:
        return "add `qubits q[n]` as its first line"


@dataclass(frozen=True, slots=True, kw_only=True)
class QubitsFirst(Fault):
    """Gates, initial states and claims about operators come after `qubits`.

    ```qans
    qans 1
    ansatz one() {
      init |0>
      qubits q[2]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |0>
      h(q)
    }
    ```
    """

    code = "QA139"
    title = "used before the qubits"

    def message(self) -> str:
        return "the qubits must be declared before this"

    def label(self) -> str:
        return "needs the qubits"

    def help(self) -> str:
        return "move `qubits` to the top of the ansatz"


@dataclass(frozen=True, slots=True, kw_only=True)
class QubitsLate(Fault):
    """All registers are declared before the first gate.

    ```qans
    qans 1
    ansatz one() {
      qubits a[2]
      h(a)
      qubits b[2]
      h(b)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits a[2]
      qubits b[2]
      h(a)
      h(b)
    }
    ```
    """

    code = "QA140"
    title = "qubits declared late"

    def message(self) -> str:
        return "qubits must be declared before the circuit begins"

    def label(self) -> str:
        return "after the first gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class KetLength(Fault):
    """A state has one letter for all qubits, or one for each.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      init |01>
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      init |0101>
      h(q)
    }
    ```
    """

    code = "QA148"
    title = "state of the wrong length"

    length: int
    n_qubits: int

    def message(self) -> str:
        letters, qubits = counted(self.length, "letter"), counted(self.n_qubits, "qubit")
        return f"the state has {letters} for {qubits}"

    def label(self) -> str:
        return counted(self.length, "letter")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAState(Fault):
    """A stabilizer state of n qubits has n independent commuting generators.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      init <X[0] * X[1], Z[0] * Z[1]>
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      init <X[0] * X[1], Z[0] * Z[1], Z[2]>
      h(q)
    }
    ```
    """

    code = "QA149"
    title = "stabilizers that define no state"

    reason: str

    def message(self) -> str:
        return f"these stabilizers define no state: {self.reason}"

    def label(self) -> str:
        return "not a state"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondInit(Fault):
    """A circuit has one initial state.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |0>
      init |+>
      rz(q, 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |+>
      rz(q, 0.1)
    }
    ```
    """

    code = "QA150"
    title = "second initial state"

    def message(self) -> str:
        return "the initial state is given twice"

    def label(self) -> str:
        return "given again"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInit(Fault):
    """`init` says where the circuit begins; it is not a reset.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      h(q)
      init |+>
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |+>
      h(q)
    }
    ```
    """

    code = "QA151"
    title = "initial state after the circuit has begun"

    def message(self) -> str:
        return "the initial state must be given before the first gate"

    def label(self) -> str:
        return "the circuit has begun"
