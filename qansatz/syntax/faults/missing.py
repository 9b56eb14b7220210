"""Something that has to stand there and does not."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.syntax.faults.by_example import ByExample


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingName(ByExample):
    """A declaration is a keyword followed by the name that it declares.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param [3]
      rot(X[0], 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta[3]
      rot(X[0], theta[0])
      rot(Z[0], theta[1])
      rot(X[0], theta[2])
    }
    ```
    """

    code = "QA016"
    title = "name missing"

    def label(self) -> str:
        return "a name is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEquals(ByExample):
    """`let`, `symmetry`, `observable`, `stabilizers` and `logical` give a name to a value:
    `let name = value`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      observable cost Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      observable cost = Z[0]
    }
    ```
    """

    code = "QA017"
    title = "`=` missing"

    def label(self) -> str:
        return "expected `=`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingIn(ByExample):
    """Loops and comprehensions name a variable and what it runs over: `for i in q`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i q { h(i) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in q { h(i) }
    }
    ```
    """

    code = "QA019"
    title = "`in` missing"

    def label(self) -> str:
        return "expected `in`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingBody(ByExample):
    """Loops, conditions, blocks and layers have a body between braces.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in q: h(i)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in q { h(i) }
    }
    ```
    """

    code = "QA020"
    title = "body missing"

    def label(self) -> str:
        return "expected `{`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingOperand(ByExample):
    """An operator needs a value on both sides, a comma another value after it.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = X[0] *
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let _a = X[0] * X[1]
    }
    ```
    """

    code = "QA021"
    title = "value missing"

    def label(self) -> str:
        return "a value is missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingComma(ByExample):
    """Arguments, list items and indices are separated by commas.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] 0.3)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0], 0.3)
    }
    ```
    """

    code = "QA025"
    title = "comma missing"

    def label(self) -> str:
        return "expected `,`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingSize(ByExample):
    """Sizes stand in brackets after a name; a register of qubits has one: `qubits q[4]`.

    ```qans
    qans 1
    ansatz one() {
      qubits q
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      h(q)
    }
    ```
    """

    code = "QA027"
    title = "size missing"

    def label(self) -> str:
        return "expected `[`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingOperator(Fault):
    """Two values stand side by side with nothing between them. A product is written with `*`, a
    function's argument in parentheses.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], 2pi)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], 2 * pi)
    }
    ```
    """

    code = "QA031"
    title = "operator missing"

    token: str
    cure: str

    def message(self) -> str:
        return f"an operator is missing before {self.token}"

    def label(self) -> str:
        return "expected an operator before this"

    def help(self) -> str:
        return self.cure
