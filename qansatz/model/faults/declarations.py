"""Declarations and claims where they cannot stand."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredInside(Fault):
    """Registers, parameters, inputs, claims and the initial state belong to the ansatz as a
    whole, not to an iteration.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      repeat l in 0..<2 {
        param theta[2]
        rx(q, theta)
      }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta[2, 2]
      repeat l in 0..<2 {
        rx(q, theta[l, :])
        cz(q[0], q[1])
      }
    }
    ```
    """

    code = "QA142"
    title = "declaration inside a body"

    what: str
    body: str

    def message(self) -> str:
        return f"`{self.what}` cannot stand inside {self.body}"

    def label(self) -> str:
        return "not here"

    def help(self) -> str:
        return "move it out, and give arrays an index for the loop"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateInUnordered(Fault):
    """In `unordered` the compiler chooses the order of rotations; fixed gates would change what
    they act on.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      unordered { rx(q, 0.1); h(q[0]) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      unordered { rx(q, 0.1); rz(q, 0.2) }
      h(q[0])
    }
    ```
    """

    code = "QA153"
    title = "fixed gate in an unordered block"

    name: str

    def message(self) -> str:
        return f"`{self.name}` is a fixed gate and cannot stand in `unordered`"

    def label(self) -> str:
        return "a fixed gate"

    def help(self) -> str:
        return "move it out; rotations between two `cx` are a rotation themselves, such as `rzz`"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedInside(Fault):
    """A derived fact stands alone (`require slpa`) or is compared as it is with a number or a
    name (`require algebra.dimension <= 3 * n`). It cannot be part of a larger expression.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(X[0] * X[1], theta)
      require 2 * two_qubit_gates <= 4
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(X[0] * X[1], theta)
      require two_qubit_gates <= 2
    }
    ```
    """

    code = "QA164"
    title = "derived fact inside an expression"

    name: str

    def message(self) -> str:
        return f"the derived fact `{self.name}` is part of a larger expression"

    def label(self) -> str:
        return "not a claim of its own"

    def help(self) -> str:
        return "compare it as it is: `require fact <= number`; write two claims for two bounds"
